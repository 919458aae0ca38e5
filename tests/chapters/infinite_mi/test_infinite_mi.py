"""Chapter 04: batches give what single runs give, maps are fixed, verdicts follow the records."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from infoplane.chapters.infinite_mi import divergence, measure, plans
from infoplane.chapters.infinite_mi.divergence import CHECKS, contrasts, fates
from infoplane.chapters.infinite_mi.errors import acceptance, errors, patience
from infoplane.chapters.infinite_mi.maps import layers_of, matrix
from infoplane.chapters.infinite_mi.ranges import check
from infoplane.chapters.infinite_mi.runs import (
    between_layers,
    exact,
    grow,
    noisy,
)
from infoplane.claims import judge, ledger
from infoplane.errors import InputError
from infoplane.records.plan import Parameters
from tests.toy import alone

PLAIN = {"steps": 50, "batch": 32, "hidden": 8, "held_out_rows": 60}
NOISY = {"d": 3, "sigma": 0.5, "n": 300, "steps": 40, "batch": 32}
PARAMETERS = {
    "dims": [10, 100],
    "rates": [1e-4, 5e-4, 1e-3],
    "steps": 100,
    "batch": 32,
    "hidden": 8,
    "held_out": 100,
    "seeds": [0, 1],
    "contrast_seeds": [0, 1, 2],
    "maps": ["linear", "tanh"],
    "sigmas": [0.5, 2.0],
    "n": 500,
    "noisy_steps": 50,
    "noisy_batch": 32,
    "noisy_seeds": [0, 1],
    "layer_sigmas": [0.3, 2.0],
}


def test_a_batch_gives_what_single_runs_give():
    configs = [
        {**PLAIN, "d": 3, "matrix": name, "rate": 1e-3, "seed": seed}
        for seed, name in enumerate(("identity", "random"))
    ]
    for a, b in zip(grow(configs), alone(grow, configs), strict=True):
        # sums in float32 in another order, fifty steps long
        np.testing.assert_allclose(a["held_out"], b["held_out"], atol=1e-3)
    for form, critic in (("pair", "separable"), ("difference", "concatenated")):
        configs = [
            {**NOISY, "map": name, "form": form, "critic": critic, "seed": seed}
            for seed, name in enumerate(("linear", "trained"))
        ]
        for a, b in zip(noisy(configs), alone(noisy, configs), strict=True):
            assert a["value"] == pytest.approx(b["value"], abs=1e-3)


def test_the_last_layer_of_the_ablation_is_aa_mine():
    layers = [{**NOISY, "critic": "separable", "layer": layer, "seed": 0} for layer in (0, 3)]
    first, last = between_layers(layers)
    both = [
        noisy([{**NOISY, "map": "tanh", "critic": "separable", "form": form, "seed": 0}])[0][
            "value"
        ]
        for form in ("input", "pair")
    ]
    # the same split, noise and critic: all that differs is what the critic is given
    assert [first["value"], last["value"]] == pytest.approx(both, abs=1e-3)


def test_a_run_is_recorded_check_by_check():
    values = grow([{**PLAIN, "d": 2, "matrix": "identity", "rate": 1e-3, "seed": 0}])[0]
    assert len(values["step"]) == CHECKS + 1  # before the first step, too: it never stops early
    assert values["finite"] is True


def test_maps_are_fixed_and_rows_follow_the_seed():
    assert matrix(5).equal(matrix(5))
    x, t = layers_of("linear", 5, 50, seed=1)
    np.testing.assert_allclose(t, x @ matrix(5).numpy().T, rtol=1e-4, atol=1e-6)
    again = layers_of("tanh", 5, 50, seed=1)
    assert len(again) == 4
    np.testing.assert_array_equal(again[0], x)
    assert not np.array_equal(layers_of("tanh", 5, 50, seed=2)[0], x)


def test_the_exact_value_is_the_closed_form_where_it_is_far_from_the_ceiling():
    config = {"d": 3, "map": "linear", "sigma": 1.0, "n": 4_000, "seed": 0}
    values = exact(config)
    # Monte Carlo, and rows instead of the population: I moves by about d / sqrt(2 N)
    allowed = 4 * values["exact_std"] + 4 * 3 / math.sqrt(2 * config["n"])
    assert abs(values["exact"] - values["closed_form"]) < allowed
    assert exact({**config, "map": "tanh"})["closed_form"] is None


def course(slope, *, gap=0.0, noise=0.05, level=0.0, seed=0):
    """Curves of one run whose held-out value has a given slope in nats a step."""
    step = np.arange(0, 1020, 20)
    held = level + slope * step + noise * np.random.default_rng(seed).standard_normal(len(step))
    return {
        "step": list(step),
        "held_out": list(held),
        "batch_value": list(held + gap),
        "finite": bool(np.isfinite(held).all()),
    }


@pytest.mark.parametrize(
    ("made", "fate", "apart"),
    [
        ({"slope": 0.01}, "growing", False),
        ({"slope": -0.01, "level": 20}, "falling", False),
        ({"slope": 0.0, "level": 5, "seed": 1}, "unclear", False),
        ({"slope": 0.01, "gap": 10}, "growing", True),
        ({"slope": math.nan}, "blown up", True),
    ],
)
def test_fates(made, fate, apart):
    run = {"d": 10, "matrix": "identity", "rate": 1e-3, "seed": 0}
    runs = pd.DataFrame([{**run, **course(**made)}])
    row = fates(runs).iloc[0]
    assert (row["fate"], bool(row["apart"])) == (fate, apart)


def test_the_interval_of_the_slope_covers_it():
    runs = [
        {"d": 10, "matrix": "identity", "rate": 1e-3, "seed": seed, **course(0.01, seed=seed)}
        for seed in range(300)
    ]
    table = fates(pd.DataFrame(runs))
    covered = ((table["low"] < 0.01) & (table["high"] > 0.01)).mean()
    assert abs(covered - 0.95) < 3 * math.sqrt(0.95 * 0.05 / 300)  # three standard errors


def test_a_curve_with_holes_as_records_have_them_is_blown_up():
    run = course(0.01)
    run["held_out"] = [*run["held_out"][:40], *[None] * 11]
    runs = pd.DataFrame(
        [{"d": 10, "matrix": "identity", "rate": 1e-3, "seed": 0, **run, "finite": False}]
    )
    assert fates(runs).iloc[0]["fate"] == "blown up"


def world(
    same=0.01, other=0.01, gain=0.9, spread=0.05, seeds=24, rates=(1e-4, 5e-4, 1e-3), odd=None
):
    """Records: slopes of I(X; X) and I(X; AX), and by how much AA-MINE beats MINE.

    odd: those slopes at the middle rate, where they are others. MINE is a nat below the exact
    value of 3.
    """
    rng = np.random.default_rng(0)
    fresh = []
    for d, rate, s in itertools.product((10, 100), rates, range(seeds)):
        slopes = odd if odd and rate == 5e-4 else (same, other)
        for name, slope in zip(("identity", "random"), slopes, strict=True):
            level = 30 if name == "random" and slope < 0 else 0
            row = {"d": d, "matrix": name, "rate": rate, "seed": s}
            fresh.append(row | course(slope, level=level, seed=s))
    where = [
        {"d": d, "map": "tanh", "sigma": sigma, "n": 10_000, "seed": s}
        for d, sigma, s in itertools.product((10, 100), (0.1, 1.0, 10.0), range(seeds))
    ]
    truth = {0.1: 9.2, 1.0: 3.0, 10.0: 0.01}
    known = [{**w, "exact": truth[w["sigma"]], "exact_std": 0.01} for w in where]
    forms = [("input", "separable"), ("pair", "separable")]
    forms += [("input", "concatenated"), ("difference", "concatenated")]
    made = []
    for w, (form, critic) in itertools.product(where, forms):
        better = gain if form != "input" else 0.0
        value = truth[w["sigma"]] - 1 + better + spread * rng.standard_normal()
        if w["sigma"] != 1.0:  # outside: must not matter
            value = 100 * rng.standard_normal()
        made.append({**w, "form": form, "critic": critic, "value": value, "warnings": ["a: 1"]})
    return {
        "fresh": pd.DataFrame(fresh),
        "exact": pd.DataFrame(known),
        "noisy": pd.DataFrame(made),
    }


@pytest.mark.parametrize(
    ("made", "claim", "word"),
    [
        ({}, "infinite.low", "reproduced"),
        ({"same": -0.01}, "infinite.low", "differs"),
        ({"same": -0.01, "odd": (0.01, 0.01)}, "infinite.low", "reproduced"),  # at one rate
        ({"same": 0.0}, "infinite.low", "undecided"),
        ({"seeds": 4}, "infinite.low", "undecided"),
        ({"same": math.nan}, "infinite.low", "undecided"),
        ({"same": math.nan, "odd": (0.01, 0.01)}, "infinite.low", "reproduced"),
        ({}, "infinite.high", "reproduced"),
        ({"same": -0.01}, "infinite.high", "differs"),
        ({"other": 0.001}, "infinite.matrix", "reproduced"),
        ({"other": -0.01}, "infinite.matrix", "reproduced"),
        ({"other": math.nan}, "infinite.matrix", "reproduced"),
        ({"other": 0.01}, "infinite.matrix", "differs"),
        ({"odd": (0.01, 0.001)}, "infinite.matrix", "reproduced"),  # at one rate
        # both fail: that is no contrast
        ({"same": -0.01, "other": -0.02}, "infinite.matrix", "differs"),
        ({"other": 0.001, "seeds": 23}, "infinite.matrix", "undecided"),
        ({}, "infinite.sufficient", "reproduced"),
        ({"gain": 0.8}, "infinite.sufficient", "reproduced"),  # 0.2 of 3 nats below
        ({"gain": 0.6}, "infinite.sufficient", "differs"),  # 13 % at d = 10
        ({"gain": 0.7}, "infinite.sufficient", "undecided"),  # 10 %
        ({"gain": 1.4}, "infinite.sufficient", "differs"),  # above counts as below
        ({"seeds": 4}, "infinite.sufficient", "undecided"),
        ({}, "infinite.aware", "reproduced"),
        ({"gain": -0.3}, "infinite.aware", "differs"),
        ({"gain": 0.0, "spread": 0.5}, "infinite.aware", "undecided"),
        ({"seeds": 4}, "infinite.aware", "undecided"),
    ],
)
def test_verdicts_follow_the_records(made, claim, word):
    assert judge(ledger()[claim], measure(world(**made))[claim]).word == word


def test_other_rates_and_dimensions_say_nothing_about_the_claims():
    assert set(measure(world(rates=(1e-3,)))) == {"infinite.aware", "infinite.sufficient"}
    frames = {name: frame[frame["d"] == 10] for name, frame in world().items()}
    assert set(measure(frames)) == {"infinite.low"}


def test_growth_is_that_of_the_batch_value_at_the_rate_where_it_is_most():
    frames = world(odd=(0.02, 0.01))
    (check,) = measure(frames)["infinite.low"]
    assert check.value == pytest.approx(0.02, abs=1e-3)
    flat = frames["fresh"].assign(held_out=[[0.0] * (CHECKS + 1)] * len(frames["fresh"]))
    assert measure(frames | {"fresh": flat})["infinite.low"] == [check]


def test_the_share_is_of_seeds_and_its_lower_end_of_three_rates():
    (check,) = measure(world(odd=(0.01, 0.001)))["infinite.matrix"]
    assert (check.value, check.repetitions, check.over) == (1.0, 24, "")
    assert check.interval == pytest.approx(((0.05 / 3 / 2) ** (1 / 24), 1.0))


def test_rates_with_fewer_seeds_have_no_part_in_the_share():
    frames = world(odd=(0.01, 0.001))
    few = frames["fresh"][(frames["fresh"]["rate"] != 5e-4) | (frames["fresh"]["seed"] < 8)]
    (check,) = measure(frames | {"fresh": few})["infinite.matrix"]
    assert (check.value, check.repetitions) == (0.0, 24)


def test_more_seeds_are_run_where_the_contrast_is_looked_for():
    configs = plans(Parameters(**PARAMETERS))["fresh"].configs
    seeds = {}
    for config in configs:
        seeds.setdefault((config["d"], config["rate"]), set()).add(config["seed"])
    more = {(100, 5e-4), (100, 1e-3)}
    assert {where for where, of in seeds.items() if of == {0, 1, 2}} == more
    assert all(of == {0, 1} for where, of in seeds.items() if where not in more)
    small = plans(Parameters(**PARAMETERS | {"dims": [10], "layer_sigmas": [1.0]}))["fresh"]
    assert {config["seed"] for config in small.configs} == {0, 1}


def test_how_it_diverges_is_said():
    table = contrasts(world(other=-0.01)["fresh"])
    assert (table["falling"] == 24).all()
    assert (table["diverges"] == table["contrast"]).all()
    assert (table["diverges"] == 24).all()
    assert not contrasts(world(same=-0.01, other=-0.02)["fresh"])["contrast"].any()


def test_errors_and_acceptance_are_against_the_exact_value_of_the_same_rows():
    frames = world(gain=0.9, spread=0.0)
    table = errors(frames)
    assert set(table.loc[table["inside"], "sigma"]) == {1.0}
    found = acceptance(frames).set_index(["d", "form"])
    np.testing.assert_allclose(found.loc[(10, "pair"), "relative"], -0.1 / 3, atol=1e-9)
    assert found.loc[(10, "pair"), "within"]
    assert not found.loc[(100, "input"), "within"].any()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dims", []),
        ("dims", [10, 10]),
        ("rates", []),
        ("steps", 101),
        ("batch", 301),
        ("held_out", 10),
        ("seeds", [0]),
        ("contrast_seeds", [0, 0]),
        ("noisy_seeds", [1, 1]),
        ("maps", ["cubic"]),
        ("sigmas", [1.0]),
        ("sigmas", [0.0, 1.0]),
        ("n", 50),
        ("noisy_batch", 301),
        ("layer_sigmas", [1.0]),
        ("layer_sigmas", [0.0, 1.0]),
    ],
)
def test_bad_parameters_are_named(name, value):
    with pytest.raises(InputError, match=name):
        check(Parameters(**{**PARAMETERS, name: value}))


def test_no_config_comes_twice():
    for plan in plans(Parameters(**PARAMETERS)).values():
        assert len({tuple(sorted(map(str, c.items()))) for c in plan.configs}) == len(plan.configs)


def test_shares_of_the_exact_value_by_form_and_steps():
    seeds = range(3)
    layers = [
        {"d": 10, "critic": critic, "layer": layer, "seed": s, "steps": 100, "value": 1.0 + layer}
        for critic in ("separable", "concatenated")
        for layer in range(4)
        for s in seeds
    ]
    longer = [
        {"d": 10, "form": form, "seed": s, "steps": 400, "value": 4.5} | {"critic": "separable"}
        for form in ("input", "pair")
        for s in seeds
    ]
    known = [{"d": 10, "seed": s, "exact": 5.0} for s in seeds]
    frames = {"layers": layers, "longer": longer, "layer_exact": known}
    shares = patience({name: pd.DataFrame(rows) for name, rows in frames.items()})
    np.testing.assert_allclose(shares.loc[(10, "input")], [0.2, 0.9])
    np.testing.assert_allclose(shares.loc[(10, "pair")], [0.8, 0.9])


def test_the_slope_of_blocks_is_that_of_scipy():
    step = np.arange(0.0, 5000.0, 100.0)
    for seed in range(5):
        curve = 3e-4 * step + np.random.default_rng(seed).standard_normal(len(step))
        late = step > step[-1] / 2
        means = ([part.mean() for part in np.array_split(a[late], 5)] for a in (step, curve))
        fit = scipy.stats.linregress(*means)
        half = scipy.stats.t.ppf(0.975, 3) * fit.stderr
        known = fit.slope, fit.slope - half, fit.slope + half
        assert divergence._slope(step, curve) == pytest.approx(known, rel=1e-9)
    assert divergence._slope(step, 0 * step) == (0, 0, 0)
