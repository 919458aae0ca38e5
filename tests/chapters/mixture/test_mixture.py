"""Chapter 02: batches give what single runs give, and verdicts follow the records."""

import numpy as np
import pandas as pd
import pytest

from infoplane.chapters.mixture import measure
from infoplane.chapters.mixture.runs import integral, train
from infoplane.chapters.mixture.tables import errors, integrals
from infoplane.claims import judge, ledger

SMALL = {"prior": 0.5, "n": 400, "steps": 60, "hidden": 8, "batch": 64}


def test_a_batch_gives_what_single_runs_give():
    configs = [
        {**SMALL, "preset": "separated", "separation": None, "seed": 0},
        {**SMALL, "preset": None, "separation": 1.0, "seed": 1},
    ]
    together = train(configs)
    alone = [train([config])[0] for config in configs]
    for a, b in zip(together, alone, strict=True):
        # sums in float32 in another order, sixty steps long
        assert a["value"] == pytest.approx(b["value"], abs=1e-3)


def test_quadrature_and_monte_carlo_agree():
    values = integral({"preset": "overlapping", "separation": None, "prior": 0.3})
    assert abs(values["value"] - values["monte_carlo"]) < 4 * values["monte_carlo_std"]
    assert values["value"] < values["label_entropy"]


def world(bias=0.0, spread=0.003, steps=(0.1, 0.2, 0.69), prior=0.5, seeds=8):
    """Records with a given bias and spread of MINE and given steps of the integral."""
    rng = np.random.default_rng(0)
    separations = 5 * np.arange(len(steps))
    exact = [
        {"preset": name, "separation": None, "prior": prior, "value": 0.69, "error": 1e-9}
        for name in ("separated", "overlapping")
    ] + [
        {"preset": None, "separation": float(s), "prior": prior, "value": v, "error": 1e-9}
        for s, v in zip(separations, steps, strict=True)
    ]
    where = [(row["preset"], row["separation"], row["value"]) for row in exact]
    trained = [
        {"preset": p, "separation": s, "seed": i, "value": v + bias + rng.normal(0, spread)}
        for p, s, v in where
        for i in range(seeds)
    ]
    classical = [{**row, "ross": row["value"], "binning": row["value"]} for row in trained]
    for row in classical:
        del row["value"]
    return {
        "integral": pd.DataFrame(exact),
        "training": pd.DataFrame(trained),
        "classical": pd.DataFrame(classical),
    }


@pytest.mark.parametrize(
    ("made", "claim", "word"),
    [
        ({}, "mixture.converges", "reproduced"),
        ({"bias": -0.1}, "mixture.converges", "differs"),
        ({"spread": 0.06}, "mixture.converges", "undecided"),
        ({"seeds": 4}, "mixture.converges", "undecided"),
        ({}, "mixture.log2", "reproduced"),
        ({"steps": (0.1, 0.69, 0.6)}, "mixture.log2", "differs"),  # at the end of the sweep
        ({}, "mixture.overlap", "reproduced"),
        ({"steps": (0.1, 0.1, 0.3)}, "mixture.overlap", "undecided"),
        ({"steps": (0.3, 0.2, 0.1)}, "mixture.overlap", "differs"),
    ],
)
def test_verdicts_follow_the_records(made, claim, word):
    assert judge(ledger()[claim], measure(world(**made))[claim]).word == word


def test_a_sweep_that_ends_early_says_nothing_about_its_limit():
    frames = world()
    near = frames["integral"].assign(separation=frames["integral"]["separation"] / 5)
    assert "mixture.log2" not in measure(frames | {"integral": near})


def test_unbalanced_classes_say_nothing_about_balanced_ones():
    assert "mixture.log2" not in measure(world(prior=0.3))


def test_true_values_are_a_table_with_units_and_powers_of_ten():
    known = {"monte_carlo": 0.69, "monte_carlo_std": 4e-5, "label_entropy": 0.693147}
    table = integrals({"integral": world()["integral"].assign(**known)})
    assert list(table.columns) == ["separated", "overlapping"]
    assert table.columns.name is None
    assert all(row.endswith("(nats)") for row in table.index)
    expected = ["0.690000000", "10⁻⁹", "0.69000", "0.00004", "0.69315"]
    assert list(table["separated"]) == expected


def test_errors_are_against_the_integral_of_the_same_mixture():
    table = errors(world(bias=-0.1, spread=0.0))
    mine = table[table["estimator"] == "mine"]
    assert len(mine) == 5 * 8
    np.testing.assert_allclose(mine["error"], -0.1, atol=1e-9)
