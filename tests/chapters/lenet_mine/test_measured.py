"""Chapter 08: verdicts follow the records."""

import math

import numpy as np
import pytest

from infoplane.book.scoreboard import verdicts
from infoplane.chapters.lenet_mine import measure
from infoplane.chapters.lenet_mine.settings import ARCHITECTURES
from infoplane.claims import judge, ledger
from tests.chapters.lenet_mine.world import EPOCHS, WIDE, N, world

CHAPTER = "08_lenet_mine"
CLAIMS = {claim.id for claim in ledger().values() if claim.chapter == CHAPTER}
ACCURACIES = {claim for claim in CLAIMS if claim.startswith("lenet.accuracy.")}
OF_WORDS = [a for a in ARCHITECTURES if a.reported != "underestimates"]
OF_VALUES = [a.claim for a in ARCHITECTURES if a.reported == "underestimates"]


def checks(frames, claim):
    return {check.name: check for check in measure(frames)[claim]}


def judged(frames, claim):
    return judge(ledger()[claim], measure(frames)[claim]).word


def test_every_claim_of_the_chapter_is_measured_in_all_its_parts():
    found = verdicts(CHAPTER, measure(world()), "quick")
    words = {verdict.claim.id: verdict.word for verdict in found}
    assert words == dict.fromkeys(CLAIMS, "reproduced") | {"lenet.accuracy.0": "by construction"}


@pytest.mark.parametrize(
    ("made", "claim", "word"),
    [
        *[
            (made, claim, word)
            for claim in sorted(ACCURACIES - {"lenet.accuracy.0"})
            for made, word in (
                ({"errors": 1.45}, "reproduced"),
                ({"errors": 1 / 1.45}, "reproduced"),
                ({"errors": 1.6}, "differs"),
                ({"errors": 1 / 1.6}, "differs"),
                ({"errors": 1.5}, "undecided"),
                ({"networks": 2}, "undecided"),
            )
        ],
        *[
            (made, a.claim, word)
            for a in OF_WORDS
            for other in ({"exploding": "converged"}.get(a.reported, "moving"),)
            for made, word in (
                ({"words": {a.claim: [a.reported] * 7 + [other]}}, "undecided"),
                ({"words": {a.claim: [other] * 8}}, "differs"),
                # one of the layers is enough to differ
                ({"words": {(a.claim, "maxpool1"): other}}, "differs"),
                ({"words": {(a.claim, "relu3"): other}}, "differs"),
                ({"critics": 7}, "undecided"),
            )
        ],
        *[
            (made, claim, word)
            for claim in OF_VALUES
            for made, word in (
                ({"values": {claim: 3.0}}, "differs"),
                ({"values": {(claim, "maxpool1"): 3.0}}, "differs"),
                ({"values": {claim: [1.9, 2.1] * 4}}, "undecided"),
                ({"values": {"lenet.input.2": 0.3}}, "differs"),
                ({"critics": 7}, "undecided"),
                # dead runs, which are too low, are left out, and seven remain
                ({"words": {claim: ["dead"] + ["converged"] * 7}}, "undecided"),
                ({"words": {claim: "dead"}}, "undecided"),
                ({"words": {(claim, "relu3"): ["dead"] * 7 + ["moving"]}}, "undecided"),
                ({"words": {claim: "exploding"}}, "undecided"),
                ({"words": {claim: "moving"}}, "reproduced"),  # whatever else they do
            )
        ],
        ({"going_on": 30}, "lenet.transfer", "differs"),
        ({"going_on": 5}, "lenet.transfer", "reproduced"),  # six times as long
        ({"going_on": 7}, "lenet.transfer", "differs"),  # 4.3 times
        ({"going_on": [1, 30, 1, 30, 1]}, "lenet.transfer", "undecided"),
        ({"networks": 4}, "lenet.transfer", "undecided"),
        ({"x": (3.0, 5.0, 2.0, 2.5)}, "lenet.order.x", "differs"),
        ({"x": (3.0, 5.0, 2.0, 2.01)}, "lenet.order.x", "differs"),
        ({"x_spread": (0.5, 0.4, 0.1, 2.0)}, "lenet.order.x", "undecided"),
        ({"networks": 4}, "lenet.order.x", "undecided"),
        ({"y": (1.5, 1.4, 1.9, 1.2)}, "lenet.order.y", "differs"),
        ({"y": (1.5, 1.4, 1.2, 1.2)}, "lenet.order.y", "differs"),  # equal is not below
        ({"networks": 4}, "lenet.order.y", "undecided"),
        ({"x": (5.0, 3.0, 2.5, 2.0)}, "lenet.pools", "differs"),
        ({"x_spread": (0.15, 0.15, 0.1, 0.1)}, "lenet.pools", "differs"),
        ({"x_spread": (0.5, 0.15, 0.1, 0.1)}, "lenet.pools", "differs"),  # one of both only
        ({"x_spread": (0.21, 0.21, 0.1, 0.1)}, "lenet.pools", "reproduced"),
        ({"networks": 4}, "lenet.pools", "undecided"),
        ({"networks": 2}, "lenet.pools", "undecided"),
        ({"y_spread": (0.1, 0.19, 0.1, 0.1)}, "lenet.pools.y", "reproduced"),
        ({"y_spread": (0.1, 0.21, 0.1, 0.1)}, "lenet.pools.y", "differs"),
        ({"y_spread": (0.21, 0.1, 0.1, 0.1)}, "lenet.pools.y", "differs"),
        ({"networks": 4}, "lenet.pools.y", "undecided"),
        ({"stuck": 0}, "lenet.hundred", "undecided"),  # open, and not refuted
        ({"stuck": 5}, "lenet.hundred", "reproduced"),
        ({"wide_x": (3.0, 3.08, 2.5, 2.0)}, "lenet.hundred", "reproduced"),  # almost equal
        ({"wide_x": (3.0, 3.2, 2.5, 2.0)}, "lenet.hundred", "differs"),
        ({"wide_x": (3.0, 2.95, 3.2, 2.0)}, "lenet.hundred", "differs"),
        ({"wide_x": (3.0, 2.95, 2.0, 2.5)}, "lenet.hundred", "differs"),
        ({"networks": 4}, "lenet.hundred", "undecided"),
        ({"wide_x": (3.0, 3.25, 2.5, 2.0)}, "lenet.equal", "reproduced"),  # 8 %
        ({"wide_x": (3.0, 3.4, 2.5, 2.0)}, "lenet.equal", "differs"),  # 12.5 %
        ({"wide_x": (3.4, 3.0, 2.5, 2.0)}, "lenet.equal", "differs"),
        ({"wide_spread": (0.5, -0.5, 0.0, 0.0)}, "lenet.equal", "undecided"),
        ({"networks": 4}, "lenet.equal", "undecided"),
        ({"failing": (0, 0, 3, 3)}, "lenet.unstable", "differs"),
        ({"failing": (2, 2, 2, 2)}, "lenet.unstable", "differs"),  # not especially
        ({"failing": (0, 0, 0, 0)}, "lenet.unstable", "differs"),
        ({"failing": (0, 3, 0, 1)}, "lenet.unstable", "reproduced"),
        (
            {"failing": [(3, 3, 0, 0), (0, 0, 3, 3), (3, 3, 0, 0), (0, 0, 3, 3), (1, 0, 0, 0)]},
            "lenet.unstable",
            "undecided",
        ),
        ({"networks": 4}, "lenet.unstable", "undecided"),
        ({"above": 0}, "lenet.over", "undecided"),  # none of five: not refuted
        ({"above": 5}, "lenet.over", "reproduced"),
        ({"networks": 4}, "lenet.over", "undecided"),
        ({"fall": 0.4}, "plane.cnn", "differs"),
        ({"fall": 0.04}, "plane.cnn", "reproduced"),  # 0.06 bits
        ({"fall": 3.0, "rise": 0.0}, "plane.cnn", "reproduced"),  # only one of the phases
        ({"fall": 0.1, "noise": 0.1}, "plane.cnn", "undecided"),
        ({"groups": 8}, "plane.cnn", "undecided"),  # four of them say where the peak is
    ],
)
def test_verdicts_follow_the_records(made, claim, word):
    assert judged(world(**made), claim) == word


def test_every_claim_but_what_holds_by_construction_can_differ_or_stay_open():
    (mark,) = test_verdicts_follow_the_records.pytestmark
    turned = {claim: {word for _, one, word in mark.args[1] if one == claim} for claim in CLAIMS}
    assert {claim for claim, words in turned.items() if "undecided" not in words} == {
        "lenet.accuracy.0"
    }
    # that none was seen of a few is no proof that there is none
    assert {claim for claim, words in turned.items() if "differs" not in words} == {
        "lenet.accuracy.0",
        "lenet.over",
    }


def test_accuracies_are_those_of_the_setting_that_the_grid_chooses():
    for other in (("adam", 64), ("momentum", 128)):
        assert CLAIMS - set(measure(world(trained=other))) == ACCURACIES
        assert set(measure(world(trained=other, best=other))) == CLAIMS
    # of a shorter training, those there are
    assert CLAIMS - set(measure(world(epochs=9))) == {f"lenet.accuracy.{e}" for e in (12, 16, 20)}
    # an accuracy at epoch 0, and errors after it
    frames = world()
    assert checks(frames, "lenet.accuracy.0")[""].value == pytest.approx(70)
    assert checks(frames, "lenet.accuracy.20")[""].value == pytest.approx(3)


def test_dead_runs_are_left_out_of_what_underestimates():
    """Their values are no part of the mean, and neither are those of the other's same seeds."""
    for claim in OF_VALUES:
        words = {claim: ["dead"] + ["converged"] * 9, "lenet.input.2": ["converged"] * 9 + ["dead"]}
        some = {claim: [-50.0] + [0.5] * 9, "lenet.input.2": [2.0] * 9 + [70.0]}
        found = checks(world(critics=10, words=words, values=some), claim)
        assert {check.repetitions for check in found.values()} == {8}
        assert [check.value for check in found.values()] == pytest.approx([-1.5, -1.5])


def test_what_underestimates_is_compared_with_noise_on_both():
    """Values without noise, 9 nats in this world, are no part of it; seeds are paired."""
    for claim, value in (("lenet.input.4", -1.5), ("lenet.input.6", -1.0)):
        for check in checks(world(), claim).values():
            assert check.value == pytest.approx(value)
            assert check.interval == pytest.approx((value, value))


@pytest.mark.parametrize("layers", [("relu3",), ("maxpool1", "sm1")])
def test_a_table_without_the_layers_that_claims_ask_for_measures_none_of_them(layers):
    found = measure(world(layers=layers))
    assert CLAIMS - set(found) == {a.claim for a in ARCHITECTURES}
    verdicts(CHAPTER, found, "quick")


def test_more_layers_of_the_table_change_nothing():
    more = world(layers=("sm1", "relu3", "maxpool2", "maxpool1"))
    assert measure(more) == measure(world())


def exploding(frames, rows):
    """Some runs of the planes have exploded."""
    planes = frames["planes"].copy()
    planes["value"] = planes["value"].astype(object)
    for name in ("value", "value_std", "held_out"):
        planes[name] = planes[name].astype(object).where(~rows, None)
    planes.loc[rows, "word"] = "exploding"
    return frames | {"planes": planes}


def test_runs_that_explode_do_not_poison_means():
    frames = world()
    planes = frames["planes"]
    some = (planes["hidden"] != WIDE) & (planes["epoch"] == 4) & (planes["network"] == 1)
    found, before = measure(exploding(frames, some)), measure(frames)
    same = ("lenet.order.x", "lenet.order.y", "lenet.over")  # the same at all checkpoints
    for claim in same:
        assert [check.value for check in found[claim]] == pytest.approx(
            [check.value for check in before[claim]]
        )
    for claim in CLAIMS - {"lenet.accuracy.0"}:
        assert all(check.finite for check in found[claim]), claim
        assert judge(ledger()[claim], found[claim]).word == "reproduced"


def test_a_network_all_of_whose_runs_explode_is_left_out_of_orders():
    frames = world(networks=6)
    found = checks(exploding(frames, frames["planes"]["network"] == 1), "lenet.order.x")[""]
    assert found.repetitions == 5
    assert found.finite
    everything = exploding(frames, frames["planes"]["network"] >= 0)
    for verdict in verdicts(CHAPTER, measure(everything), "quick"):
        of_planes = verdict.claim.id in {"lenet.order.x", "lenet.order.y", "lenet.equal"}
        assert not of_planes or verdict.word == "undecided"


def test_only_converged_runs_have_an_order_with_many_units():
    frames = world()
    planes = frames["planes"]
    row = (planes["hidden"] == WIDE) & (planes["target"] == "x") & (planes["network"] == 2)
    row &= planes["layer"] == "maxpool2"
    planes.loc[row, ["value", "word"]] = [50.0, "moving"]
    found = checks(frames, "lenet.hundred")
    steps = {name: check.repetitions for name, check in found.items()}
    assert steps["maxpool1 - maxpool2"] == steps["maxpool2 - relu3"] == 4
    assert steps["relu3 - sm1"] == 5
    assert found["maxpool1 - maxpool2"].value == pytest.approx(0.05)
    assert found["not converged"].value == pytest.approx(2 / 40)
    assert checks(frames, "lenet.equal")[""].value == pytest.approx(0.05 / 2.975, abs=1e-4)
    # where too few converge nothing is decided, and nothing breaks
    planes.loc[planes["hidden"] == WIDE, "word"] = "moving"
    assert judged(frames, "lenet.hundred") == "undecided"
    assert judged(frames, "lenet.equal") == "undecided"


def test_an_estimate_is_too_large_by_three_standard_errors_of_both():
    frames = world(above=0)
    planes, room = frames["planes"], 3 * math.hypot(0.01, 0.02)
    for more, count in ((0.99 * room, 0), (1.01 * room, 1)):
        row = (planes["network"] == 3) & (planes["epoch"] == 8) & (planes["layer"] == "relu3")
        row &= planes["target"] == "x"
        planes.loc[row, "value"] = 2.5 + 0.05 + 1 + more  # the exact value, and so much more
        check = checks(frames, "lenet.over")[""]
        assert (check.value, check.repetitions) == (count / 5, 5)
    planes.loc[planes["target"] == "y", "value"] = 99.0  # only of the image is asked
    assert checks(frames, "lenet.over")[""].value == 1 / 5


def test_what_is_exact_at_the_ceiling_only_says_nothing_about_estimates():
    assert "lenet.over" in measure(world(truth=math.log(N) - 2.01))
    assert "lenet.over" not in measure(world(truth=math.log(N) - 1.99))


def test_a_small_network_at_the_ceiling_decides_nothing():
    top = math.log(4096)
    for levels in ((9.0, 9.0, 9.0), (9.0, 0.91 * top, 0.95 * top)):
        full = world(levels=levels, fall=1.0)
        assert "ceiling" in checks(full, "plane.cnn")[""].doubt
        assert judged(full, "plane.cnn") == "undecided"
    # one layer below it is enough; the layers at it have no part
    frames = world(levels=(9.0, 0.91 * top, 0.89 * top), fall=1.0)
    assert checks(frames, "plane.cnn")[""].value == pytest.approx(1 / math.log(2))
    assert judged(frames, "plane.cnn") == "differs"


def test_the_layer_with_the_most_of_both_phases_counts():
    frames = world(levels=(5.0, 5.0, 3.0))
    for curves in frames["cnn"]["fixed_neurons_x"]:
        for k, (rise, fall) in enumerate(((3.0, 0.1), (0.3, 2.0), (0.5, 0.4))):
            for i, step in enumerate((-rise, 0, -fall, -fall, -fall)):
                curves[i][k] = 5.0 + step
    assert checks(frames, "plane.cnn")[""].value == pytest.approx(0.4 / math.log(2))


def test_a_spread_is_taken_at_each_checkpoint():
    """What all networks do alike over training is no difference between them."""
    frames = world()
    planes = frames["planes"]
    drift = planes["epoch"].map({e: 3.0 * i for i, e in enumerate(EPOCHS)})
    frames["planes"] = planes.assign(value=planes["value"] + drift)
    assert checks(frames, "lenet.pools")["spread"].value == pytest.approx(4.0)
    assert checks(frames, "lenet.pools.y")[""].value == pytest.approx(1.2)


def test_networks_alike_because_all_are_dead_decide_nothing():
    frames = world(x_spread=(0.0, 0.0, 0.0, 0.0), y_spread=(0.0, 0.0, 0.1, 0.0))
    frames["planes"]["value"] = frames["planes"]["value"].round(6)
    with np.errstate(all="ignore"):
        assert judged(frames, "lenet.pools") == "undecided"
        assert judged(frames, "lenet.pools.y") == "undecided"
