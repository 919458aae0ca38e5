"""Chapter 09: numbers of its claims are those of the records, and verdicts follow."""

import math

import numpy as np
import pytest

from infoplane.book.scoreboard import verdicts
from infoplane.chapters.compression import measure
from infoplane.chapters.compression.settings import KINDS
from infoplane.claims import judge, ledger
from tests.chapters.compression.world import N, course, far, near, world

CHAPTER = "09_compression"
CLAIMS = {claim.id for claim in ledger().values() if claim.chapter == CHAPTER}
SYNTHETIC, BETTER, PLANE = "compress.synthetic", "compress.better", "compress.plane"
STUDENT = 2.7764  # 97.5 % of Student's law with four degrees of freedom, by the tables
EVENLY = math.sqrt(0.125)  # standard error of five numbers evenly from -1 to 1, times sqrt(5)


def checks(frames, claim):
    return {check.name: check for check in measure(frames)[claim]}


def judged(frames, claim):
    return judge(ledger()[claim], measure(frames)[claim]).word


def wkl(slope=1.0, offset=0.0, *, kind="", slopes=0.0, offsets=0.0, refused=()):
    """On codes: offset + slope * nats, which seeds 0 to 4 have evenly from -1 to 1 spreads above.

    Of other estimators, other numbers of rows and other kinds as they usually are. refused: seeds.
    """

    def value(name, of_kind, nats, n, seed):
        if name != "wkl" or n != max(N) or (kind and of_kind != kind):
            return near(name, of_kind, nats, n, seed)
        if seed in refused and nats == 10:
            return None
        z = (seed - 2) / 2
        return offset + offsets * z + (slope + slopes * z) * nats

    return value


def planes(*, learns=1.0, learning=0.0, order=3.0, ordering=0.0, ksg=1.1, ksgs=0.0, side="xy"):
    """L5 learns so much, L2 has so much more than L5, KSG so many times WKL; and spreads."""

    def value(quantity, layer, epoch, seed):
        estimator, of = quantity.split("_")
        z = (seed - 2) / 2
        if of == "y":
            found = 1.0 + epoch / 2 * (learns + learning * z)
        else:
            found = 5.0 + (order + ordering * z if layer == "L2" else 0.0)
        return found * (ksg + ksgs * z if estimator == "ksg" and of in side else 1.0)

    return value


def both(on_codes, on_pixels):
    """KSG is off by so many nats, less than the truth: a number, or a function of the place."""

    def off(given, *place):
        return given(*place) if callable(given) else given

    def codes(name, kind, nats, n, seed):
        if name != "ksg":
            return near(name, kind, nats, n, seed)
        return nats - off(on_codes, kind, nats, n, seed)

    def pixels(name, kind, nats, n, seed):
        if name != "ksg":
            return far(name, kind, nats, n, seed)
        return nats - off(on_pixels, kind, nats, n, seed)

    return {"codes": codes, "pixels": pixels}


def test_every_claim_of_the_chapter_is_measured_in_all_its_parts():
    found = verdicts(CHAPTER, measure(world()), "quick")
    assert {v.claim.id: v.word for v in found} == dict.fromkeys(CLAIMS, "reproduced")


def test_slopes_and_errors_by_hand():
    found = checks(world(codes=wkl(0.9, 0.0, slopes=0.2)), SYNTHETIC)
    for kind in KINDS:
        slope, error = found[f"slope, {kind}"], found[f"error, {kind}"]
        # slopes .7, .8, .9, 1, 1.1: of the mean truth, 4.375 nats, .3, .2, .1, 0, .1 are lost
        assert slope.value == pytest.approx(0.9)
        half = STUDENT * 0.2 * EVENLY
        assert slope.interval == pytest.approx((0.9 - half, 0.9 + half), abs=1e-5)
        assert error.value == pytest.approx(0.14 * 4.375)
        assert (slope.repetitions, slope.over) == (error.repetitions, error.over) == (5, "seeds")


def test_an_offset_is_no_slope_and_errors_do_not_cancel():
    found = checks(world(codes=wkl(1.0, 0.5)), SYNTHETIC)
    assert found["slope, bumps"].value == pytest.approx(1)
    assert found["error, bumps"].value == pytest.approx(0.5)

    def curved(name, kind, nats, n, seed):
        """1 above at two of four informations and 1 below at the others."""
        return nats + {0.0: 1, 2.5: -1, 5.0: -1, 10.0: 1}[nats]

    found = checks(world(codes=curved), SYNTHETIC)
    assert found["error, bumps"].value == pytest.approx(1)
    # least squares, by NumPy
    nats = [0.0, 2.5, 5.0, 10.0]
    expected = np.polyfit(nats, [1.0, 1.5, 4.0, 11.0], 1)[0]
    assert found["slope, bumps"].value == pytest.approx(expected)


def test_the_codes_of_the_most_rows_and_one_estimator_are_asked():
    """Others may be wrong, as codes of another size and those of one encoder may."""

    def value(name, kind, nats, n, seed):
        return nats if name == "wkl" and n == max(N) else 99.0

    frames = world() | {"codes": world(codes=value)["codes"]}
    assert judged(frames, SYNTHETIC) == "reproduced"
    for part in ("single", "sizes", "latents"):
        assert measure(frames | {part: frames[part].head(0)}) == measure(frames)


@pytest.mark.parametrize("refused", [[3], [0, 1, 2, 3, 4]])
def test_a_seed_without_all_its_informations_leaves_the_claim_open(refused):
    """What is left would be of other data: without the strongest, errors are smaller."""
    frames = world(codes=wkl(refused=refused))
    found = checks(frames, SYNTHETIC)
    assert not found["error, bumps"].finite
    assert not found["slope, bumps"].finite
    assert judged(frames, SYNTHETIC) == "undecided"


def test_rows_that_were_all_refused_are_not_replaced_by_fewer():
    def value(name, kind, nats, n, seed):
        return None if name == "wkl" and n == max(N) else nats

    assert judged(world(codes=value), SYNTHETIC) == "undecided"


def test_pixels_and_codes_are_compared_at_the_same_rows():
    """By KSG, of the same kind, information, number of rows and seed."""

    def on_codes(kind, nats, n, seed):
        return 0.25 * (seed + 1) if n == 500 else 77.0  # of more rows: not asked

    def on_pixels(kind, nats, n, seed):
        return on_codes(kind, nats, n, seed) + (1.0 if kind == "bumps" else 3.0) + 0.1 * nats

    frames = world(**both(on_codes, on_pixels))
    for given in (frames, {k: f.sample(frac=1, random_state=1) for k, f in frames.items()}):
        found = checks(given, BETTER)
        assert set(found) == {"bumps", "rectangles", "pixels"}
        # what all seeds share is their difference, whatever each has: no spread is left
        for kind, more in (("bumps", 1.0), ("rectangles", 3.0)):
            value = more + 0.1 * 4.375
            assert found[kind].value == pytest.approx(value)
            assert found[kind].interval == pytest.approx((value, value))
            assert found[kind].repetitions == 5
        # at 10 nats: 1 and 3 of the kinds, .25 to 1.25 of the seeds, and 1
        assert found["pixels"].value == pytest.approx(2 + 0.75 + 1)
        half = STUDENT * 0.5 * EVENLY
        assert found["pixels"].interval == pytest.approx((3.75 - half, 3.75 + half), abs=1e-4)
        assert found["pixels"].repetitions == 5  # seeds, in the mean over kinds


def test_errors_count_on_either_side():
    """Two nats above are as bad as two below."""
    found = [checks(world(**both(a, b)), BETTER) for a, b in ((1.0, 2.0), (-1.0, -2.0), (1, -2.0))]
    assert found[0] == found[1] == found[2]
    assert found[0]["bumps"].value == pytest.approx(1)


def test_a_place_where_codes_or_pixels_were_refused_is_left_out_of_both():
    frames = world(**both(1.0, lambda kind, nats, *_: 2.0 if nats != 2.5 else 50.0))
    codes = frames["codes"]
    for values in codes["ksg"]:
        values[1] = [None, None]  # at 2.5 nats
    assert checks(frames, BETTER)["bumps"].value == pytest.approx(1)


@pytest.mark.parametrize(("nats", "measured"), [([0.0, 2.0, 4.9], False), ([0.0, 2.0, 5.0], True)])
def test_without_strong_dependence_the_claim_is_not_run(nats, measured):
    """Pixels have to fail somewhere at 5 nats and more, and there is no such place."""
    found = measure(world(nats=nats))
    assert (BETTER in found) == measured
    words = {v.claim.id: v.word for v in verdicts(CHAPTER, found, "quick")}
    assert (words[BETTER] == "not run") == (not measured)
    assert words[SYNTHETIC] == "reproduced"


def test_networks_learn_order_and_agree_by_hand():
    found = checks(world(planes=planes(learns=0.6, order=2.0, ksg=1.2)), PLANE)
    # the last epoch, 2, less the first
    assert found["learning"].value == pytest.approx(0.6)
    assert found["order"].value == pytest.approx(2.0)
    assert found["agreement"].value == pytest.approx(0.2 / 1.1)
    assert {(c.repetitions, c.over) for c in found.values()} == {(5, "networks")}
    spread = checks(world(planes=planes(ordering=1.0)), PLANE)["order"]
    half = STUDENT * EVENLY
    assert spread.interval == pytest.approx((3 - half, 3 + half), abs=1e-4)


def test_agreement_is_that_of_the_worse_quantity():
    for side in "xy":
        found = checks(world(planes=planes(ksg=1.5, side=side)), PLANE)["agreement"]
        assert found.value == pytest.approx(0.5 / 1.25)


@pytest.mark.filterwarnings("ignore:Mean of empty slice")
@pytest.mark.parametrize("quantity", ["wkl_x", "ksg_x", "wkl_y", "ksg_y"])
def test_a_quantity_that_was_never_estimated_leaves_the_claim_open(quantity):
    def value(asked, layer, epoch, seed):
        refused = asked == quantity and seed == 1
        return None if refused else course(asked, layer, epoch, seed)

    frames = world(planes=value)
    assert not checks(frames, PLANE)["agreement"].finite
    assert judged(frames, PLANE) == "undecided"


# Student's half widths are 2.776 * .3536 = .982 times the spread.
@pytest.mark.parametrize(
    ("made", "claim", "word"),
    [
        *[
            (made, SYNTHETIC, word)
            for kind in ("", *KINDS)  # one is enough to differ
            for made, word in (
                ({"codes": wkl(0.91, kind=kind)}, "reproduced"),
                ({"codes": wkl(1.09, kind=kind)}, "reproduced"),
                ({"codes": wkl(0.89, kind=kind)}, "differs"),
                ({"codes": wkl(1.11, kind=kind)}, "differs"),
                ({"codes": wkl(0.95, slopes=0.04, kind=kind)}, "reproduced"),
                ({"codes": wkl(0.95, slopes=0.06, kind=kind)}, "undecided"),
                ({"codes": wkl(1.0, 0.9, kind=kind)}, "reproduced"),
                ({"codes": wkl(1.0, -0.9, kind=kind)}, "reproduced"),
                ({"codes": wkl(1.0, 1.1, kind=kind)}, "differs"),
                ({"codes": wkl(1.0, -1.1, kind=kind)}, "differs"),
                ({"codes": wkl(1.0, 0.9, offsets=0.05, kind=kind)}, "reproduced"),
                ({"codes": wkl(1.0, 0.9, offsets=0.2, kind=kind)}, "undecided"),
            )
        ],
        ({"seeds": 4}, SYNTHETIC, "undecided"),
        (both(1.0, 2.0), BETTER, "reproduced"),
        (both(1.0, 0.9), BETTER, "differs"),  # pixels are good, and better
        (both(1.0, 1.0), BETTER, "differs"),  # no better is not better
        (both(0.1, 0.9), BETTER, "differs"),  # better, but pixels would do
        (both(3.0, 2.0), BETTER, "differs"),  # bad pixels, and codes worse
        (both(0.1, lambda kind, nats, *_: 2.0 if nats == 10 else 0.2), BETTER, "reproduced"),
        (both(0.1, lambda kind, nats, *_: 2.0 if nats == 5 else 0.2), BETTER, "differs"),
        (both(0.1, lambda kind, *_: 3.0 if kind == "bumps" else 0.05), BETTER, "differs"),
        (both(0.1, lambda kind, nats, n, seed: 1.2 + 0.15 * (seed - 2)), BETTER, "undecided"),
        (both(0.1, lambda kind, nats, n, seed: 1.2 + 0.05 * (seed - 2)), BETTER, "reproduced"),
        (both(1.5, lambda kind, nats, n, seed: 2 + 0.3 * (seed - 2)), BETTER, "undecided"),
        ({"seeds": 4}, BETTER, "undecided"),
        ({"planes": planes(learns=0.0)}, PLANE, "differs"),
        ({"planes": planes(learns=-0.5)}, PLANE, "differs"),
        ({"planes": planes(learning=0.9)}, PLANE, "reproduced"),
        ({"planes": planes(learning=1.1)}, PLANE, "undecided"),
        ({"planes": planes(order=-0.1)}, PLANE, "differs"),
        ({"planes": planes(order=0.0)}, PLANE, "reproduced"),  # no less is enough
        ({"planes": planes(ordering=2.9)}, PLANE, "reproduced"),
        ({"planes": planes(ordering=3.2)}, PLANE, "undecided"),
        ({"planes": planes(ksg=1.2)}, PLANE, "reproduced"),  # .2 / 1.1 = .18
        ({"planes": planes(ksg=1.24)}, PLANE, "differs"),  # .24 / 1.12 = .21
        ({"planes": planes(ksg=1.24, side="y")}, PLANE, "differs"),
        ({"planes": planes(ksg=1 / 1.24, side="x")}, PLANE, "differs"),
        ({"planes": planes(ksg=1.2, ksgs=0.1)}, PLANE, "undecided"),
        ({"networks": 3}, PLANE, "reproduced"),
        ({"networks": 2}, PLANE, "undecided"),
    ],
)
def test_verdicts_follow_the_records(made, claim, word):
    assert judged(world(**made), claim) == word


def test_every_claim_can_come_out_each_way():
    (mark,) = test_verdicts_follow_the_records.pytestmark
    for claim in CLAIMS:
        words = {word for _, one, word in mark.args[1] if one == claim}
        assert words == {"reproduced", "differs", "undecided"}
