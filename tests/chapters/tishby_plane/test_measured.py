"""Chapter 05: verdicts follow the records."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest

from infoplane.book.scoreboard import verdicts
from infoplane.chapters.tishby_plane import measure
from infoplane.chapters.tishby_plane.settings import HIDDEN, PATIENCE
from infoplane.chapters.tishby_plane.stopping_rules import COLUMNS, DATASETS
from infoplane.chapters.tishby_plane.stopping_tables import BETAS
from infoplane.claims import judge, ledger
from infoplane.records.store import Records

CHAPTER = "05_tishby_plane"
CLAIMS = {claim.id for claim in ledger().values() if claim.chapter == CHAPTER}
LONG = {"length": 41}
LAYERS = len(HIDDEN)  # hidden ones; the output is one more


def course(fall, layers, rise=2.0):
    """Five checkpoints of layers that rise by two nats, and fall by `fall` from there."""
    steps = np.array([-rise, -rise / 2, 0.0, -fall / 2, -fall])[:, None]
    return 7 + steps - 0.7 * np.arange(layers)


def stopping(dataset, seed, length, peak, best):
    """Curves of `length` checks: information peaks at one of them, accuracy at another."""
    checks = np.arange(length)
    curve = {"epoch": 5 * checks, "loss": 1 + 0.1 * abs(checks - best)}
    information = 1 - 0.01 * abs(checks - peak)
    curve |= {name: information for name in COLUMNS if name[-2:] in ("_x", "_y")}
    accuracy = 0.9 - 0.002 * abs(checks - best) - 0.0001 * seed
    curve |= {"selection": accuracy, "final": accuracy}
    return {"dataset": dataset, "seed": seed} | {name: list(v) for name, v in curve.items()}


def world(
    fall=0.4,
    rise=2.0,
    own_rise=2.0,
    taught=0.2,
    learned=0.2,
    known=0.2,
    gap=0.01,
    relu_gap=0.01,
    simple_fall=0.0,
    simple_rise=2.0,
    complex_fall=0.4,
    clearer=True,
    noisy_fall=0.4,
    closer=0.3,
    violating=(),
    length=3,
    peak=8,
    best=8,
    spread=0.01,
    seeds=12,
    noisy_seeds=80,
):
    """Records of networks whose claims hold, or do not.

    fall, rise: of I(X;T) after its peak and before it, nats, by bins on [-1, 1]; own_rise: by
    bins on the layer's range; taught: growth of I(T;Y) there; simple_, complex_, noisy_: of the
    other sets and networks. learned, known: how much MINE and the exact value of I(T;Y) grow;
    gap, relu_gap: of the finest bins to log N, in log N; clearer: the extended estimator is;
    closer: how much the distances within a class shrink; violating: (quantity, networks) that
    break the inequality; length: of the curves for stopping, as long as a rule needs only where
    it is asked about, since they take time; peak, best: their checks.
    """
    rng = np.random.default_rng(0)

    def around(values, by=spread):
        return (values + by * rng.standard_normal(np.shape(values))).tolist()

    growing = np.linspace(0, 1, 5)[:, None] * np.ones(LAYERS + 1)
    planes = []
    for activation, s in itertools.product(("tanh", "relu"), range(seeds)):
        falls = fall if activation == "tanh" else 9.0
        missing = gap if activation == "tanh" else relu_gap
        finest = np.stack(
            [np.ones((5, LAYERS + 1)), np.full((5, LAYERS + 1), math.log(4096) * (1 - missing))]
        )
        planes.append(
            {"activation": activation, "seed": s, "train_accuracy": [0.5, 0.9]}
            | {"finer": [10, 10_000], "finer_x": around(finest)}
            | {
                "fixed_x": around(course(falls, LAYERS + 1, rise)),
                "fixed_y": around(taught * growing),
            }
            | {"binned_x": around(course(falls, LAYERS + 1, own_rise))}
        )
    ends = growing[[0, -1]]
    neural = [{"seed": s, "mine_y": around(learned * ends)} for s in range(seeds)]
    exact = [{"seed": s, "exact_y": [around(known * ends)]} for s in range(seeds)]
    groups, originals = [], []
    for dataset, s in itertools.product(("simple", "complicated", "digits"), range(seeds)):
        tidy = course(simple_fall, LAYERS + 1, simple_rise)
        rough = tidy + 0.7 * np.arange(LAYERS + 1)  # all layers alike: any may have more
        alone, together = (rough, tidy) if clearer else (tidy, rough)
        by, small = (2 * spread, spread / 5) if clearer else (spread / 5, 2 * spread)
        row = {"dataset": dataset, "seed": s}
        for q in "xy":
            # the second is no part of the plane of one
            row[f"simple_{q}"] = [around(alone, by), around(alone + 3.0 + s, by)]
            row[f"neurons_{q}"] = around(together, small)
            row |= {f"{name}_{q}": around(tidy, 5.0) for name in ("told", "mixed")}
        groups.append(row)
        if dataset != "digits":
            both = course(complex_fall, LAYERS + 1)  # in the mean over networks
            fixed = [around(both + 1), around(both - 1)]
            if dataset == "simple":
                fixed = [around(tidy), around(tidy + 3.0)]
            originals.append({"dataset": dataset, "seed": s, "fixed_x": fixed})
    noisy = []
    for s in range(noisy_seeds):
        row = {"seed": s, "between": np.ones((5, LAYERS)).tolist()}
        row["within"] = around(1 - closer * np.array([-1, 0, 0, 0.5, 1])[:, None] * np.ones(LAYERS))
        for q in "xy":
            values = course(noisy_fall, LAYERS)
            values[1, 3] += 2.0 * ((q, s) in {(name, i) for name, n in violating for i in range(n)})
            row[f"information_{q}"] = around(values)
            row[f"more_{q}_std"] = np.full((5, LAYERS - 1), 0.05).tolist()
        noisy.append(row)
    curves = [
        stopping(dataset, s, length, peak, best) for dataset in DATASETS for s in range(seeds)
    ]
    made = {"planes": planes, "neural": neural, "neural_exact": exact, "groups": groups}
    made |= {"originals": originals, "noisy": noisy, "stopping": curves}
    return {name: pd.DataFrame(rows) for name, rows in made.items()}


def test_every_claim_of_the_chapter_is_measured_in_all_its_parts():
    found = verdicts(CHAPTER, measure(world(**LONG)), "quick")
    assert {verdict.claim.id for verdict in found} == CLAIMS
    assert {verdict.claim.id: verdict.word for verdict in found} == dict.fromkeys(
        CLAIMS, "reproduced"
    )


@pytest.mark.parametrize(
    ("made", "claim", "word"),
    [
        ({"learned": -0.2}, "tishby.label", "differs"),
        ({"known": -0.2}, "tishby.label", "differs"),
        ({"learned": 0.0}, "tishby.label", "undecided"),
        ({"seeds": 4}, "tishby.label", "undecided"),
        ({"violating": [("x", 20)]}, "plane.dpi", "differs"),
        ({"violating": [("y", 20)]}, "plane.dpi", "differs"),
        ({"violating": [("y", 1)]}, "plane.dpi", "undecided"),  # up to 7 % of networks
        ({"noisy_seeds": 20}, "plane.dpi", "undecided"),  # none of 20: up to 17 %
        *[
            (made, claim, word)
            for claim in ("plane.phases", "plane.replicated", "plane.changes")
            for made, word in (
                ({"fall": -0.4}, "differs"),  # it grows to the end: its fall is 0
                ({"fall": 0.05}, "reproduced"),
                ({"fall": 0.05, "spread": 0.3}, "undecided"),
                ({"seeds": 4}, "undecided"),
            )
        ],
        ({"rise": 0.0, "spread": 0.0}, "plane.phases", "differs"),  # it falls from the start
        ({"rise": 0.0, "spread": 0.0}, "plane.changes", "reproduced"),
        ({"own_rise": 0.0, "spread": 0.0}, "plane.changes", "differs"),
        ({"own_rise": 0.0, "spread": 0.0}, "plane.phases", "reproduced"),
        ({"taught": -0.2}, "plane.replicated", "differs"),
        ({"taught": -0.2}, "plane.phases", "reproduced"),
        ({"simple_fall": 0.3}, "plane.simple", "differs"),
        ({"simple_fall": 0.02, "spread": 0.002}, "plane.simple", "reproduced"),  # 0.03 bits
        # one of the phases is not there, however strong the other is
        ({"simple_fall": 3.0, "simple_rise": 0.0, "spread": 0.0}, "plane.simple", "reproduced"),
        ({"simple_fall": 0.07, "spread": 0.1}, "plane.simple", "undecided"),
        ({"complex_fall": -0.4}, "plane.complex", "differs"),
        ({"seeds": 4}, "plane.complex", "undecided"),
        ({"clearer": False}, "plane.extended", "differs"),
        ({"clearer": False}, "plane.extended.violations", "differs"),
        ({"seeds": 4}, "plane.extended", "undecided"),
        ({"seeds": 4}, "plane.extended.violations", "undecided"),
        (LONG | {"best": 30}, "plane.stopping", "differs"),  # accuracy is lost
        (LONG | {"best": 12}, "plane.stopping", "reproduced"),  # 0.008 of it
        (LONG | {"peak": 37, "best": 37}, "plane.stopping", "differs"),  # no epochs are saved
        (LONG | {"peak": 19, "best": 19}, "plane.stopping", "reproduced"),  # (19 + 8) / 40: 0.325
        (LONG | {"seeds": 4}, "plane.stopping", "undecided"),
        ({"noisy_fall": -0.4}, "noise.cluster", "differs"),
        ({"closer": -0.3}, "noise.cluster", "differs"),
        ({"closer": 0.0}, "noise.cluster", "undecided"),
        ({"noisy_seeds": 4}, "noise.cluster", "undecided"),
        ({"gap": 0.1}, "noise.binning", "differs"),
        ({"relu_gap": 0.1}, "noise.binning", "differs"),  # of any network
        ({"gap": 0.05}, "noise.binning", "undecided"),
        ({"seeds": 4}, "noise.binning", "undecided"),
    ],
)
def test_verdicts_follow_the_records(made, claim, word):
    assert judge(ledger()[claim], measure(world(**made))[claim]).word == word


def checks(frames, claim):
    return {check.name: check for check in measure(frames)[claim]}


def test_rises_and_falls_are_in_bits():
    bit = math.log(2)
    frames = world(fall=bit, rise=2 * bit, simple_fall=bit, simple_rise=3 * bit, spread=1e-6)
    found = checks(frames, "plane.phases")
    assert {name: check.value for name, check in found.items()} == pytest.approx(
        {"rise, layer 4": 2.0, "fall, layer 4": 1.0, "rise, layer 5": 2.0, "fall, layer 5": 1.0},
        abs=1e-4,
    )
    assert checks(frames, "plane.simple")["layer 4"].value == pytest.approx(1.0, abs=1e-4)
    # in a noisy network: nats, with the sign of a change
    found = checks(world(noisy_fall=0.4, closer=0.25, spread=1e-6), "noise.cluster")
    assert found["information, layer 5"].value == pytest.approx(-0.4, abs=1e-4)
    assert found["distances, layer 5"].value == pytest.approx(-0.25, abs=1e-4)


def test_clusters_are_judged_by_the_distance_within_a_class_alone():
    """Classes that part make the ratio fall, and nothing comes together."""
    frames = world(closer=-0.3)
    parting = np.array([1, 2, 4, 8, 16.0])[:, None] * np.ones(LAYERS)
    frames["noisy"]["between"] = [parting.tolist()] * len(frames["noisy"])
    assert judge(ledger()["noise.cluster"], measure(frames)["noise.cluster"]).word == "differs"


def test_only_the_last_hidden_layers_are_asked_for_compression():
    frames = world()
    quiet = [course(0.4, LAYERS + 1) for _ in range(12)]
    for plane in quiet:
        plane[:, [0, 1, 2, 5]] = 3.0 + np.arange(5)[:, None]  # layers 1 to 3 and 6 only grow
    frames["planes"]["fixed_x"] = [plane.tolist() for plane in quiet] * 2
    for name, found in checks(frames, "plane.phases").items():
        expected = 2.0 if "rise" in name else 0.4
        assert found.value == pytest.approx(expected / math.log(2))


def test_the_extended_estimator_is_judged_on_the_simple_set():
    frames, other = world(), world(clearer=False)
    simple = {name: f["groups"]["dataset"] == "simple" for name, f in (("a", frames), ("b", other))}
    mixed = pd.concat([frames["groups"][simple["a"]], other["groups"][~simple["b"]]])
    for claim in ("plane.extended", "plane.extended.violations"):
        assert measure(frames | {"groups": mixed})[claim] == measure(frames)[claim]


def test_the_worst_hidden_layer_counts_at_the_end_and_with_the_finest_bins():
    frames = world(gap=0.0, relu_gap=0.0, spread=0.0)
    tanh = frames["planes"]["activation"] == "tanh"
    for run in frames["planes"][tanh]["finer_x"]:
        run[1][-1][2] = math.log(4096) * 0.8  # layer 3
        run[1][-1][5] = 0.0  # the output: not asked
        run[1][0][1] = 0.0  # before training: not asked
        run[0][-1][0] = 0.0  # coarse bins: not asked
    found = checks(frames, "noise.binning")
    assert found["tanh"].value == pytest.approx(0.2)
    assert found["relu"].value == pytest.approx(0.0)


def test_a_share_of_violations_has_networks_as_its_unit():
    frames = world(violating=[("x", 80)], spread=0.0)
    found = checks(frames, "plane.dpi")
    check, other = found["noisy network, X"], found["noisy network, Y"]
    assert (other.value, other.interval) == (0, pytest.approx((0, 1 - 0.025 ** (1 / 80))))
    assert (check.value, check.interval) == (1, pytest.approx((0.025 ** (1 / 80), 1)))
    assert {each.repetitions for each in found.values()} == {80}
    # the next layer has 1.3 more: within three of these errors
    frames["noisy"]["more_x_std"] = [np.full((5, LAYERS - 1), 0.5).tolist()] * 80
    assert not any(check.value for check in measure(frames)["plane.dpi"])


def test_the_reference_of_stopping_is_not_the_best_look_at_the_rows_that_score():
    frames = world(**LONG)
    lucky = frames["stopping"]["final"].map(lambda final: [*final[:-1], 1.0])
    frames["stopping"] = frames["stopping"].assign(final=lucky)
    assert checks(frames, "plane.stopping")["lost, digits"].value == pytest.approx(0)


def test_the_epochs_saved_are_those_after_patience():
    found = checks(world(**LONG), "plane.stopping")
    assert {check.repetitions for check in found.values()} == {12}
    for dataset in DATASETS:
        assert found[f"saved, {dataset}"].value == pytest.approx(1 - (8 + PATIENCE) / 40)
        assert found[f"lost, {dataset}"].value == pytest.approx(0)
    assert len(BETAS) == len(set(BETAS))


def test_a_dead_network_is_left_out():
    frames, dead = world(), world()
    extra = dead["planes"].iloc[[0]].copy()
    extra["seed"] = 99
    extra["train_accuracy"] = [[0.9, 0.5]]
    for name in ("binned_x", "fixed_x", "fixed_y"):
        extra[name] = [np.zeros((5, LAYERS + 1)).tolist()]
    extra["finer_x"] = [np.zeros((2, 5, LAYERS + 1)).tolist()]
    dead["planes"] = pd.concat([dead["planes"], extra], ignore_index=True)
    for claim in ("plane.phases", "plane.replicated", "plane.changes", "noise.binning"):
        assert measure(dead)[claim] == measure(frames)[claim]


def test_parameters_that_leave_a_claim_out_do_not_measure_it():
    frames = world()
    relu = frames | {"planes": frames["planes"].query("activation == 'relu'")}
    of_tanh = {"plane.phases", "plane.replicated", "plane.changes", "noise.binning"}
    assert CLAIMS - set(measure(relu)) == of_tanh
    reached = frames["planes"]["seed"].map(lambda s: [0.5, 0.9 if s == 0 else 0.5])
    one = frames | {"planes": frames["planes"].assign(train_accuracy=reached)}
    assert CLAIMS - set(measure(one)) == of_tanh
    # of no runs there is an empty frame, without columns
    digits = frames | {"groups": frames["groups"].query("dataset == 'digits'")}
    digits["originals"] = Records([]).frame()
    of_decisions = {"plane.simple", "plane.complex"}
    of_decisions |= {"plane.extended", "plane.extended.violations"}
    assert CLAIMS - set(measure(digits)) == of_decisions


def test_relu_networks_say_nothing_about_phases_and_are_asked_for_bins():
    frames, other = world(), world()
    relu = other["planes"]["activation"] == "relu"
    other["planes"].loc[relu, "train_accuracy"] = other["planes"][relu]["train_accuracy"].map(
        lambda _: [0.5, 0.5]
    )
    asked = measure(frames)
    del asked["noise.binning"]
    assert measure(other) == asked
