"""Chapter 07: verdicts follow the records."""

import math

import numpy as np
import pandas as pd
import pytest

from infoplane.book.scoreboard import verdicts
from infoplane.chapters.autoencoder_entropy import measure
from infoplane.claims import judge, ledger
from infoplane.estimators.density.codes import METHODS
from infoplane.estimators.density.gauges import GAUGES

CHAPTER = "07_autoencoder_entropy"
CLAIMS = {claim.id for claim in ledger().values() if claim.chapter == CHAPTER}
CODES, IMAGE_CODES = range(1, 10), (1, 2, 3, 4, 6, 8, 10, 12)
DIMENSIONS = {"linear-3": 3, "curved-4": 4, "torus-2": 2, "spectrum": 64}


def world(
    off=(),
    flat=(),
    after=(),
    unsure=(),
    step=0.5,
    fit=0.05,
    spread=0.002,
    beyond=0.1,
    images=("digits", "mnist"),
    image_after=0.1,
    estimators=0.5,
    seeds=5,
    tanh_off=0.0,
    jump=0.0,
    image_fit=0.05,
):
    """Records of autoencoders whose claims hold, or do not.

    off, after, unsure: by set, how far its break is from its dimension, the slope after it (0.1),
    and how much seeds differ (spread); flat: sets without a break; step: growth of the
    correlation dimension from code to code, jump: that from codes of 4 to those of 6 of images;
    fit, image_fit: errors of these dimensions; beyond: of codes above that of images;
    image_after: slope after the break of H(d) of images; estimators: between correlation
    dimension and maximum likelihood.
    """
    off, after, unsure = ({**dict(given)} for given in (off, after, unsure))
    rng = np.random.default_rng(0)

    def entropies(d, at, slope, by):
        value = min(d - at, 0) + slope * max(d - at, 0) + by * rng.standard_normal()
        found = [[value if (g, m) == ("unit variance", "loo") else 7.0 for m in METHODS]
                 for g in GAUGES]  # fmt: skip
        return found

    def four(value, error):
        made = [value + spread * rng.standard_normal(), 99.0, None, 99.0]
        return {"dimensions": made, "dimension_stds": [error, 99.0, None, 99.0]}

    codes = []
    cases = [(name, 0.0, "none") for name in DIMENSIONS]
    cases += [("curved-4", 0.1, "none"), ("linear-3", 0.0, "tanh")]
    for name, noise, activation in cases:
        bounded = activation == "tanh"
        at = min(DIMENSIONS[name] + off.get(name, 0.0), 20.0) + bounded * tanh_off
        slope = 1.0 if name in flat else after.get(name, 0.1)
        for s in range(seeds):
            by = unsure.get(name, spread)
            for d in CODES:
                row = {"dataset": name, "noise": noise, "code_activation": activation, "n": 100}
                row |= {"seed": s, "code": d, "entropies": entropies(d, at, slope, by)}
                codes.append(row | four((5 if bounded else step) * d, fit))
    pictures, points = [], []
    for name in images:
        sizes = {"digits": [(1442, True)], "mnist": [(60_000, False), (10_000, True)]}[name]
        for s in range(seeds):
            for d in IMAGE_CODES:
                row = {"dataset": name, "noise": 0.0, "code_activation": "none", "seed": s}
                row |= {
                    "n": sizes[0][0],
                    "code": d,
                    "entropies": entropies(d, 5.5, image_after, spread),
                }
                last = 6.0 + beyond if d == IMAGE_CODES[-1] else 0.5 * d + jump * (d > 4)
                pictures.append(row | four(last, image_fit))
            for n, published in sizes:
                value = 6.0 if n != 10_000 else 8.0  # fewer images say something else
                row = {"dataset": name, "noise": 0.0, "n": n, "seed": s, "published": published}
                row |= four(value, image_fit)
                row |= {"twonn": value + 0.1, "mle": value - estimators} if published else {
                    "twonn": None, "mle": None}  # fmt: skip
                points.append(row)
    made = {"codes": codes, "images": pictures, "points": points}
    return {name: pd.DataFrame(rows).sample(frac=1, random_state=1, ignore_index=True)
            for name, rows in made.items()}  # fmt: skip


def words(**made):
    return {v.claim.id: v.word for v in verdicts(CHAPTER, measure(world(**made)), "quick")}


def checks(frames, claim):
    return {check.name: check for check in measure(frames)[claim]}


def test_every_claim_of_the_chapter_is_measured_in_all_its_parts():
    assert words() == dict.fromkeys(CLAIMS, "reproduced")


@pytest.mark.parametrize(
    ("made", "claim", "word"),
    [
        ({"off": {"curved-4": 0.9}}, "entropy.break", "reproduced"),
        ({"off": {"curved-4": 1.5}}, "entropy.break", "differs"),
        ({"off": {"curved-4": -1.5}}, "entropy.break", "differs"),
        ({"off": {"torus-2": 1.0}}, "entropy.break", "undecided"),
        ({"flat": ["linear-3"]}, "entropy.break", "differs"),
        ({"flat": list(DIMENSIONS)}, "entropy.break", "differs"),
        ({"unsure": {"torus-2": 0.6}}, "entropy.break", "undecided"),
        # what is sure of one set is not undone by another of which nothing is
        ({"off": {"linear-3": 1.6}, "unsure": {"torus-2": 0.6}}, "entropy.break", "differs"),
        # no break to be found there, and bounded codes are no test of it
        ({"off": {"spectrum": -60.0}}, "entropy.break", "reproduced"),
        ({"flat": ["spectrum"]}, "entropy.break", "reproduced"),
        ({"tanh_off": 3.0}, "entropy.break", "reproduced"),
        ({"seeds": 2}, "entropy.break", "undecided"),
        ({"after": {"curved-4": -0.1}}, "entropy.growth", "differs"),
        ({"after": {"curved-4": -0.1}, "unsure": {"torus-2": 1.0}}, "entropy.growth", "differs"),
        ({"after": {"curved-4": 0.0}}, "entropy.growth", "undecided"),
        ({"after": {"spectrum": -1.0}}, "entropy.growth", "reproduced"),
        ({"seeds": 2}, "entropy.growth", "undecided"),
        ({"step": 1.2}, "entropy.continuous", "differs"),
        ({"step": 1.05, "fit": 0.1}, "entropy.continuous", "reproduced"),
        ({"step": 1.05, "fit": 0.01}, "entropy.continuous", "differs"),
        ({"step": 0.9, "fit": 0.0, "spread": 0.3}, "entropy.continuous", "undecided"),
        ({"jump": 3.0}, "entropy.continuous", "differs"),  # from 4 to 6, by more than 2
        ({"step": -5.0}, "entropy.continuous", "reproduced"),
        ({"seeds": 2}, "entropy.continuous", "undecided"),
        ({"beyond": 2.0}, "entropy.saturates", "differs"),
        ({"beyond": -2.0}, "entropy.saturates", "differs"),
        ({"beyond": 0.4}, "entropy.saturates", "differs"),  # by more than the errors
        ({"beyond": 0.4, "image_fit": 0.2}, "entropy.saturates", "undecided"),
        ({"beyond": 2.0, "image_fit": 9.0}, "entropy.saturates", "undecided"),
        ({"image_after": 0.5}, "entropy.mnist", "differs"),
        ({"image_after": 0.3}, "entropy.mnist", "undecided"),
        ({"image_after": -0.5}, "entropy.mnist", "reproduced"),
        ({"estimators": 2.0}, "entropy.mnist", "differs"),
        ({"estimators": -0.8}, "entropy.mnist", "reproduced"),
        ({"seeds": 2}, "entropy.mnist", "undecided"),
        ({"images": ["digits"]}, "entropy.mnist", "not run"),
        ({"images": ["digits"]}, "entropy.saturates", "reproduced"),
    ],
)
def test_verdicts_follow_the_records(made, claim, word):
    assert words(**made)[claim] == word


def test_breaks_are_counted_and_placed():
    found = checks(world(off={"curved-4": 0.7}, spread=0.0), "entropy.break")
    assert found["position"].value == pytest.approx(0.7)
    assert found["position"].interval == pytest.approx((0.7, 0.7))
    assert found["sets with a break"].value == 1
    one = checks(world(flat=["linear-3"], off={"linear-3": 5.0}), "entropy.break")
    # three sets and the noisy one: of those that are judged, one has no break and no place
    assert one["sets with a break"].value == pytest.approx(3 / 4)
    assert abs(one["position"].value) < 0.1


def test_growth_and_steps_are_those_of_the_worst_set():
    made = world(after={"torus-2": 0.05, "spectrum": -1.0}, spread=0.0, step=0.7, fit=0.3)
    (growth,) = measure(made)["entropy.growth"]
    assert growth.value == pytest.approx(0.05)
    assert growth.interval == pytest.approx((0.05, 0.05))
    (step,) = measure(made)["entropy.continuous"]
    # the images' steps have errors of .05, and are .5 between neighbours
    assert step.value == pytest.approx(
        max(0.7 - math.hypot(0.3, 0.3), 0.5 - math.hypot(0.05, 0.05))
    )


def test_saturation_is_against_as_many_images():
    made = world(beyond=0.1, spread=0.0, image_fit=0.3)
    found = checks(made, "entropy.saturates")
    assert found["difference"].value == pytest.approx(0.1)
    half = 1.96 * math.hypot(0.3, 0.3)
    assert found["difference"].interval[1] == pytest.approx(0.1 + half)
    assert found["in errors"].value == pytest.approx(0.1 / half)


def test_the_farther_of_two_kinds_of_images_speaks():
    """Digits surely miss, by little; of the others nothing is sure."""
    made = world(beyond=0.1, spread=0.0, image_fit=0.0)
    digits = made["images"]["dataset"] == "digits"
    last = digits & (made["images"]["code"] == IMAGE_CODES[-1])
    made["images"].loc[last, "dimensions"] = made["images"][last]["dimensions"].map(
        lambda _: [7.0, 99.0, None, 99.0]
    )
    unsure = ~digits
    made["images"].loc[unsure, "dimension_stds"] = made["images"][unsure]["dimension_stds"].map(
        lambda _: [3.0, 99.0, None, 99.0]
    )
    claim = ledger()["entropy.saturates"]
    assert judge(claim, measure(made)["entropy.saturates"]).word == "differs"


def test_estimators_are_compared_on_the_same_images():
    found = checks(world(estimators=0.5, spread=0.0), "entropy.mnist")
    # from 8.1 to 7.5, all of 10 000 images
    assert found["estimators"].value == pytest.approx(0.6)
    assert found["slopes"].value == pytest.approx(0.1)
    assert found["slopes"].interval == pytest.approx((0.1, 0.1))
    # slopes of 2 and 0.2: their ratio is still a tenth
    steeper = world(spread=0.0)
    steeper["images"]["entropies"] = steeper["images"]["entropies"].map(
        lambda table: (2 * np.array(table)).tolist()
    )
    twice = checks(steeper, "entropy.mnist")["slopes"]
    assert (twice.value, *twice.interval) == pytest.approx((0.1, 0.1, 0.1))


def test_codes_of_images_have_steps_too():
    made = world(spread=0.0)
    of = (made["images"]["dataset"] == "digits") & (made["images"]["code"] > 2)
    made["images"].loc[of, "dimensions"] = made["images"][of]["dimensions"].map(
        lambda four: [four[0] + 3.0, *four[1:]]
    )
    (check,) = measure(made)["entropy.continuous"]
    assert check.value == pytest.approx(3.5 - np.hypot(0.05, 0.05))


def test_sets_without_a_break_alone_leave_its_claims_out():
    made = world()
    spectrum = made | {"codes": made["codes"].query("dataset == 'spectrum'")}
    found = {v.claim.id: v.word for v in verdicts(CHAPTER, measure(spectrum), "quick")}
    assert found["entropy.break"] == found["entropy.growth"] == "not run"
    assert found["entropy.continuous"] == "reproduced"


def test_refused_entropies_do_not_stop_the_chapter():
    made = world()
    of = (made["codes"]["dataset"] == "linear-3") & (made["codes"]["code"] > 3)
    made["codes"].loc[of, "entropies"] = None
    found = {v.claim.id: v.word for v in verdicts(CHAPTER, measure(made), "quick")}
    assert found["entropy.break"] == "differs"  # no break to be seen counts against it
