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
    noisy_off=0.0,
    step=0.5,
    fit=0.05,
    spread=0.002,
    beyond=0.1,
    coarse=0.0,
    images=("digits", "mnist"),
    image_after=0.1,
    raw_after=None,
    seeds=5,
    tanh_off=0.0,
    jump=0.0,
    image_fit=0.05,
):
    """Records of autoencoders whose claims hold, or do not.

    off, after, unsure: by set, how far its break is from its dimension, the slope after it (0.1),
    and how much seeds differ (spread); flat: sets without a break; noisy_off: of the set with
    noise; step: growth of the correlation dimension from code to code, jump: that from codes of 4
    to those of 6 of images; fit, image_fit: errors of these dimensions; beyond: of codes above
    that of images, coarse: so much more in the coarsest window; image_after: slope after the
    break of H(d) of images, raw_after: that in the raw gauge, in which they else have no break.
    """
    off, after, unsure = ({**dict(given)} for given in (off, after, unsure))
    rng = np.random.default_rng(0)

    def entropies(d, at, slope, by, raw=None):
        def curve(slope):
            return min(d - at, 0) + slope * max(d - at, 0) + by * rng.standard_normal()

        known = {"unit variance": curve(slope)}
        if raw is not None:
            known["raw"] = curve(raw)
        return [[known.get(g, 7.0 - d) if m == "loo" else 7.0 for m in METHODS] for g in GAUGES]

    def four(value, error, more=0.0):
        made = [value + by + spread * rng.standard_normal() for by in (0.0, 0.0, more)]
        return {
            "dimensions": [made[0], made[1], None, made[2]],
            "dimension_stds": [error, error, None, error],
        }

    codes = []
    cases = [(name, 0.0, "none") for name in DIMENSIONS]
    cases += [("curved-4", 0.1, "none"), ("linear-3", 0.0, "tanh")]
    for name, noise, activation in cases:
        bounded = activation == "tanh"
        at = min(DIMENSIONS[name] + off.get(name, 0.0), 20.0) + bounded * tanh_off
        at += noisy_off * (noise > 0)
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
                    "entropies": entropies(d, 5.5, image_after, spread, raw_after),
                }
                widest = d == IMAGE_CODES[-1]
                last = 6.0 + beyond if widest else 0.5 * d + jump * (d > 4)
                pictures.append(row | four(last, image_fit, coarse * widest))
            for n, published in sizes:
                value = 6.0 if n != 10_000 else 8.0  # fewer images say something else
                row = {"dataset": name, "noise": 0.0, "n": n, "seed": s, "published": published}
                points.append(row | four(value, image_fit))
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
        # the curve bends at a whole number, at most one away
        ({"off": {"curved-4": 0.9}}, "entropy.break", "reproduced"),
        ({"off": {"curved-4": 1.9}}, "entropy.break", "differs"),
        ({"off": {"curved-4": -1.9}}, "entropy.break", "differs"),
        ({"flat": ["linear-3"], "unsure": {"linear-3": 0.3}}, "entropy.break", "undecided"),
        ({"unsure": {"torus-2": 0.9}}, "entropy.break", "undecided"),
        # what is sure of one set is not undone by another of which nothing is
        ({"off": {"linear-3": 2.0}, "unsure": {"torus-2": 0.6}}, "entropy.break", "differs"),
        # whether it levels off behind the bend is another claim
        ({"after": {"curved-4": 0.6}}, "entropy.break", "reproduced"),
        # noise and bounded codes are no test of it
        ({"noisy_off": 3.0}, "entropy.break", "reproduced"),
        ({"tanh_off": 3.0}, "entropy.break", "reproduced"),
        # the control must be vetoed
        ({"off": {"spectrum": -60.0}}, "entropy.break", "differs"),
        ({"flat": ["spectrum"]}, "entropy.break", "reproduced"),
        ({"seeds": 2}, "entropy.break", "undecided"),
        ({"after": {"curved-4": -0.1}}, "entropy.growth", "differs"),
        ({"after": {"curved-4": -0.1}, "unsure": {"torus-2": 1.0}}, "entropy.growth", "differs"),
        ({"after": {"curved-4": 0.0}}, "entropy.growth", "undecided"),
        ({"after": {"spectrum": -1.0}}, "entropy.growth", "reproduced"),
        ({"seeds": 2}, "entropy.growth", "undecided"),
        ({"step": 1.2}, "entropy.continuous", "differs"),  # most steps
        ({"step": 1.05, "fit": 0.1}, "entropy.continuous", "reproduced"),
        ({"step": 1.05, "fit": 0.01}, "entropy.continuous", "differs"),
        ({"step": 0.9, "fit": 0.0, "spread": 0.3}, "entropy.continuous", "undecided"),
        ({"jump": 0.6, "images": ["mnist"]}, "entropy.continuous", "reproduced"),  # one step of 47
        ({"jump": 3.0, "images": ["mnist"]}, "entropy.continuous", "differs"),  # it is a jump
        ({"step": -5.0}, "entropy.continuous", "reproduced"),
        ({"seeds": 2}, "entropy.continuous", "undecided"),
        ({"beyond": 2.0}, "entropy.saturates", "differs"),
        ({"beyond": -2.0}, "entropy.saturates", "differs"),
        ({"beyond": 0.3}, "entropy.saturates", "reproduced"),
        ({"beyond": 0.3, "image_fit": 0.2}, "entropy.saturates", "undecided"),
        ({"beyond": 2.0, "coarse": -1.9}, "entropy.saturates", "undecided"),
        ({"beyond": 2.0, "coarse": -4.0}, "entropy.saturates", "differs"),  # in no window
        ({"beyond": 0.0, "coarse": 2.0}, "entropy.saturates", "undecided"),
        ({"seeds": 2}, "entropy.saturates", "undecided"),
        ({"image_after": 0.5}, "entropy.mnist", "differs"),
        ({"image_after": 0.3}, "entropy.mnist", "undecided"),
        ({"image_after": -0.5}, "entropy.mnist", "reproduced"),
        ({"image_after": 0.5, "raw_after": 0.1}, "entropy.mnist", "reproduced"),  # in one gauge
        ({"seeds": 2}, "entropy.mnist", "undecided"),
        ({"images": ["digits"]}, "entropy.mnist", "not run"),
        ({"images": ["digits"]}, "entropy.saturates", "reproduced"),
    ],
)
def test_verdicts_follow_the_records(made, claim, word):
    assert words(**made)[claim] == word


def test_the_place_is_that_of_the_bend_of_the_set_that_is_farthest():
    found = checks(world(off={"curved-4": 2.0, "torus-2": 1.0}, spread=0.0), "entropy.break")
    assert found["position"].value == 2
    assert found["position"].interval == (2, 2)
    # a line: the ratio of its slopes is 1
    control = checks(world(flat=["spectrum"], spread=0.0), "entropy.break")["control"]
    assert control.value == pytest.approx(1)


def test_growth_and_steps_are_those_of_the_worst_set():
    made = world(after={"torus-2": 0.05, "spectrum": -1.0}, spread=0.0, step=0.7, fit=0.3)
    (growth,) = measure(made)["entropy.growth"]
    assert growth.value == pytest.approx(0.05)
    assert growth.interval == pytest.approx((0.05, 0.05))
    # the images' steps have errors of .05, and are .5 between neighbours
    assert checks(made, "entropy.continuous")["largest step"].value == pytest.approx(
        max(0.7 - math.hypot(0.3, 0.3), 0.5 - math.hypot(0.05, 0.05))
    )


def test_steps_that_are_surely_large_are_counted():
    found = checks(world(step=1.2, fit=0.0, spread=0.0), "entropy.continuous")
    of_sets, of_images = 5 * (len(CODES) - 1), 2 * (len(IMAGE_CODES) - 1)  # tanh codes apart
    assert found["share above 1"].value == of_sets / (of_sets + of_images)


def test_saturation_is_against_as_many_images_from_window_to_window():
    made = world(beyond=0.1, coarse=0.6, spread=0.0, image_fit=0.1)
    (check,) = measure(made)["entropy.saturates"]
    half = 1.96 * math.hypot(0.1, 0.1)
    assert check.value == pytest.approx(0.7)
    assert check.interval == pytest.approx((0.0, 0.7 + half))  # 0.1 - half is below 0
    for name in ("digits", "mnist"):
        assert f"{name} +0.10, +0.70" in check.doubt
    assert check.doubt.startswith("it depends on the window")
    assert check.doubt in judge(ledger()["entropy.saturates"], [check]).reason
    (wide,) = measure(world(beyond=0.4, spread=0.0, image_fit=0.2))["entropy.saturates"]
    assert wide.doubt.startswith("from the finest")  # all say the same


def test_windows_without_pairs_enough_decide_nothing():
    made = world()
    empty = {"dimensions": [6.0, None, None, None], "dimension_stds": [0.1, None, None, None]}
    for part in ("images", "points"):
        for name, four in empty.items():
            made[part][name] = [four] * len(made[part])
    assert judge(ledger()["entropy.saturates"], measure(made)["entropy.saturates"]).word == (
        "undecided"
    )


def test_slopes_are_in_the_gauge_in_which_they_differ_most():
    (check,) = measure(world(spread=0.0, image_after=0.2, raw_after=0.1))["entropy.mnist"]
    assert (check.value, *check.interval) == pytest.approx((0.1, 0.1, 0.1))


def test_codes_of_images_have_steps_too():
    made = world(spread=0.0)
    of = (made["images"]["dataset"] == "digits") & (made["images"]["code"] > 2)
    made["images"].loc[of, "dimensions"] = made["images"][of]["dimensions"].map(
        lambda four: [four[0] + 3.0, *four[1:]]
    )
    found = checks(made, "entropy.continuous")["largest step"]
    assert found.value == pytest.approx(3.5 - np.hypot(0.05, 0.05))


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
    assert found["entropy.break"] == "undecided"  # no bend of that set is to be seen
