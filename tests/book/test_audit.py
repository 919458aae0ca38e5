"""An audit: something of every experiment, within a budget, and nothing passed over in silence."""

from dataclasses import replace

import pytest

from infoplane.book import audit as module
from infoplane.book.audit import audit, cases, coverage, sample
from infoplane.book.notebooks import chapters, profile
from infoplane.records.plan import Plan
from infoplane.records.store import publish
from tests.records.test_store import record

TRAINED = "tests.toy.trained"


def published(plan, values, seconds=1.0):
    """Publish a record for each config of a plan; returns the plan."""
    publish(
        replace(record(), experiment=plan.name, config=config, values=value, seconds=seconds)
        for config, value in zip(plan.configs, values, strict=True)
    )
    return plan


def plan(name, configs, training=False):
    return Plan(name, configs, run="tests.toy.square", training=training)


@pytest.fixture
def toys(stores):
    """A plan without training, one of five seeds, and one of a single seed."""
    xs = [{"x": x} for x in range(4)]
    of_seeds = [{"x": 1, "seed": s} for s in range(5)]
    return [
        published(plan("tests.toy.square", xs), [{"square": x * x} for x in range(4)]),
        published(plan(TRAINED, of_seeds, True), [{"square": 1.0 + s / 10} for s in range(5)]),
        published(plan("tests.toy.lone", of_seeds[:1], True), [{"square": 1.0}], seconds=100.0),
    ]


def test_an_audit_says_what_it_can_compare_and_what_not_and_why(toys):
    texts = published(plan("tests.toy.text", [{"x": 1}]), [{"text": "a"}])
    decided = published(plan("tests.toy.step", [{"x": 1, "seed": 0}], True), [{"stopped": 3}])
    assert coverage(cases([*toys, texts, decided])) == [
        "tests.toy.lone: 1 of 1 records can be compared, with the spread over seeds",
        "tests.toy.square: 4 of 4 records can be compared, to rounding",
        "tests.toy.step: 0 of 1 records can be compared, with the spread over seeds; "
        "1 without three sound seeds beside it",
        "tests.toy.text: 0 of 1 records can be compared, to rounding; 1 of texts alone",
        "tests.toy.trained: 5 of 5 records can be compared, with the spread over seeds",
    ]


def test_the_same_record_of_two_plans_is_one_case(toys):
    assert len(cases([*toys, *toys])) == len(cases(toys))


def test_every_experiment_gets_its_share(toys):
    for seed in range(5):
        chosen, left_out = sample(cases(toys), 3, seed, minutes=60)
        assert {case.plan.name for case in chosen} == {plan.name for plan in toys}
        assert left_out == []
    assert len(sample(cases(toys), 100, 0, minutes=60)[0]) == 10


def test_what_takes_too_long_is_left_out_and_said(toys):
    chosen, left_out = sample(cases(toys), 100, 0, minutes=1)
    assert {case.plan.name for case in chosen} == {"tests.toy.square", TRAINED}
    assert left_out == [
        "tests.toy.lone: nothing is computed (the cheapest takes 400 s: pass more minutes)"
    ]
    _, left_out = sample(cases(toys), 1, 0, minutes=60)
    assert len(left_out) == 2


def test_cheap_records_are_drawn_more_often(stores):
    configs = [{"x": x} for x in range(2)]
    both = plan("tests.toy.square", configs)
    for config, seconds in zip(configs, (1.0, 50.0), strict=True):
        published(replace(both, configs=[config]), [{"square": config["x"] ** 2}], seconds)
    first = [sample(cases([both]), 1, seed, minutes=60)[0][0].seconds for seed in range(60)]
    assert 45 < first.count(1.0) < 60  # 51 of 53 times in the long run


def test_what_holds_and_what_does_not_is_told(stores, capsys):
    good = published(plan("tests.toy.square", [{"x": 3}]), [{"square": 9, "nothing": None}])
    wrong = published(plan("tests.toy.wrong", [{"x": 3}]), [{"square": 10}])
    seeds = [{"x": 3, "seed": s} for s in range(5)]
    spread = published(plan("tests.toy.near", seeds, True), [{"square": 8.5 + s} for s in range(5)])
    far = published(plan("tests.toy.far", seeds, True), [{"square": 99.5 + s} for s in range(5)])
    broken = audit([good, wrong, spread, far], count=4, seed=0)
    out = capsys.readouterr().out
    assert "holds to the last digit" in out
    assert "holds within the spread of 4 other seeds" in out
    assert len(broken) == 2
    assert any(
        "tests.toy.wrong" in line and "square was 10 and is now 9" in line for line in broken
    )
    assert any("tests.toy.far" in line and "other seeds are at most" in line for line in broken)


def test_where_no_other_seed_is_published_fresh_ones_are_computed(toys, monkeypatch):
    seeds = []

    def value(_, config):
        seeds.append(config["seed"])
        return {"square": 1.5}

    monkeypatch.setattr(module, "_values", value)
    (lone,) = (case for case in cases(toys) if case.plan.name == "tests.toy.lone")
    _, verdict, holds = module._again(lone)
    assert seeds[0] == 0
    assert len(set(seeds)) == 4
    assert not holds, verdict  # the fresh ones are all alike


def test_data_that_is_not_here_is_no_record_that_does_not_hold(stores, capsys):
    refused = published(plan("tests.toy.square", [{"x": -1}]), [{"square": 1}])
    assert audit([refused], count=1) == []
    assert "cannot be computed here: x=-1 is refused" in capsys.readouterr().out


# Plans whose configs do not tell: pixels' steps each add a pixel, estimators of chapters 10 and 12
# train for as long as their options or their defaults say, and chapter 06 its networks in small.
TRAINS = {"pixels.pixels": False} | dict.fromkeys(
    ["limits.hurdle", "limits.coverage", "lenets.ascent", "lenets.exact", "lenets.labelled"]
    + [f"flows.{part}" for part in ("gauss", "starts", "rivals", "student", "images")]
    + [f"transfer.{part}" for part in ("facts", "compactness", "labels", "ranks", "bent")],
    True,
)


def test_every_plan_says_whether_it_trains():
    """Those that name steps or epochs do, but for those that are named above."""
    for chapter in chapters():
        for found in chapter.plans(profile("quick", chapter)).values():
            named = not {"steps", "epochs"}.isdisjoint(found.configs[0])
            assert found.training == TRAINS.get(found.name, named), found.name
