"""Chapter 10: numbers of its claims are those of the records, and verdicts follow."""

import math

import pytest

from infoplane.book.scoreboard import verdicts
from infoplane.chapters.flows import measure
from infoplane.claims import judge, ledger
from tests.chapters.flows.world import found, of_images, world

CHAPTER = "10_flows"
CLAIMS = {claim.id for claim in ledger().values() if claim.chapter == CHAPTER}
GAUSS = ("flow.gauss", "flow.gauss.rotated", "flow.gauss.bijection", "flow.gauss.unequal")


def judged(frames):
    measured = measure(frames)
    return {claim: judge(ledger()[claim], measured[claim]).word for claim in measured}


def only(case, value, model="source"):
    """As it usually is, but for one case of one model."""

    def values(of_case, of_model, seed):
        usual = found(of_case, of_model, seed)
        return value(seed) if (of_case, of_model) == (case, model) else usual

    return values


def test_every_claim_of_the_chapter_is_measured():
    assert set(measure(world())) == CLAIMS
    assert {v.claim.id for v in verdicts(CHAPTER, measure(world()), "quick")} == CLAIMS


def test_words_of_records_in_which_one_rho_is_wrong_for_unequal_pairs_alone():
    assert judged(world()) == {
        "flow.gauss": "reproduced", "flow.gauss.rotated": "reproduced",
        "flow.gauss.bijection": "reproduced", "flow.gauss.unequal": "differs",
        "flow.images": "differs", "flow.rho": "by construction", "flow.matrix": "reproduced",
    }  # fmt: skip


@pytest.mark.parametrize("bend", ["sinh", "cubic", "asinh"])
def test_each_of_three_bends_decides(bend):
    measured = measure(world(gauss=only(bend, lambda seed: 20.0)))
    assert {check.name for check in measured["flow.gauss.bijection"]} == {"sinh", "cubic", "asinh"}
    verdict = judge(ledger()["flow.gauss.bijection"], measured["flow.gauss.bijection"])
    assert (verdict.word, verdict.measured) == ("differs", pytest.approx(20.0))
    # four nats between seeds reach over the edge
    wide = measure(world(gauss=only(bend, lambda seed: 25.0 + seed - 14 / 3)))
    assert judge(ledger()["flow.gauss.bijection"], wide["flow.gauss.bijection"]).word == "undecided"


@pytest.mark.parametrize("claim", GAUSS)
def test_values_are_held_out_ones_of_the_source_s_model(claim):
    """Those of other models, of training rows and of rho are nothing to a claim."""
    checks = measure(world())[claim]
    assert {check.repetitions for check in checks} == {3}
    for check in checks:
        # spread evenly about: .1 times seeds less their mean
        assert check.value == pytest.approx(12.0 if "unequal" in claim else 24.8)


def test_a_seed_that_was_refused_is_not_passed_over():
    """A mean of the others would be of other data."""
    frames = world(gauss=only("rotated", lambda seed: None if seed == 5 else 25.0))
    (check,) = measure(frames)["flow.gauss.rotated"]
    assert math.isnan(check.value)
    assert judged(frames)["flow.gauss.rotated"] == "undecided"


def test_other_informations_answer_no_claim():
    frames = world(nats=12.0, few_nats=[5.0])
    assert set(measure(frames)) == {"flow.rho", "flow.matrix"}


def test_images_are_those_of_ten_nats_by_the_source_s_model():
    def value(model, nats, seed):
        return {"source": 9.4, "canonical": 3.0}.get(model, 5.0) if nats == 10 else of_images(
            model, nats, seed
        )  # fmt: skip

    (check,) = measure(world(images=value))["flow.images"]
    assert (check.value, check.repetitions) == (pytest.approx(9.4), 3)
    assert judged(world(images=value))["flow.images"] == "reproduced"


def test_a_form_that_misses_its_condition_differs():
    frames = world()
    assert judged(frames)["flow.matrix"] == "reproduced"
    for column in ("condition", "slope"):
        worse = frames["matrices"].copy()
        own = 0 if column == "condition" else 1
        pairs = [list(pair) for pair in worse[column]]
        pairs[-1][own] = 1e-3
        worse[column] = pairs
        assert judged(frames | {"matrices": worse})["flow.matrix"] == "differs"


def test_the_formula_holds_by_construction_whatever_is_measured():
    (check,) = measure(world())["flow.rho"]
    assert check.value < 1e-12
