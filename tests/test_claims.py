"""Verdicts follow from numbers; the ledger is whole."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoplane import claims
from infoplane.book.scoreboard import scoreboard
from infoplane.claims import Check, Region, judge, ledger
from infoplane.errors import InputError

CLAIM = replace(next(iter(ledger().values())), accept="[-1, 1]")


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (-0.5, 0.5, "reproduced"),
        (-1.0, 1.0, "reproduced"),
        (1.5, 2.0, "differs"),
        (-3.0, -1.5, "differs"),
        (0.5, 1.5, "undecided"),
        (-2.0, 2.0, "undecided"),
        (2.0, 2.0, "differs"),
        (1.0, 1.0, "reproduced"),
    ],
)
def test_the_interval_decides(low, high, word):
    assert judge(CLAIM, [Check((low + high) / 2, (low, high))]).word == word


@given(st.floats(-3, 3), st.floats(-3, 3))
def test_exactly_one_word_and_never_undecided_without_an_interval(a, b):
    low, high = sorted((a, b))
    word = judge(CLAIM, [Check(low, (low, high))]).word
    inside = [-1 <= low <= 1, -1 <= high <= 1]
    if word == "reproduced":
        assert all(inside)
    if word == "differs":
        assert not any(inside)
    if low == high:
        assert word != "undecided"


def test_a_strict_edge_is_not_inside():
    strict = replace(CLAIM, accept="> 0")
    assert judge(strict, [Check(0.0, (0.0, 0.0))]).word == "differs"
    assert judge(strict, [Check(0.1, (0.1, 0.1))]).word == "reproduced"
    assert judge(strict, [Check(0.1, (-0.1, 0.3))]).word == "undecided"
    assert judge(strict, [Check(-0.5, (-1.0, 0.0))]).word == "differs"


def test_too_few_seeds_decide_nothing():
    few = replace(CLAIM, accept="[-1, 1] with n >= 5")
    assert judge(few, [Check(0.0, (-0.1, 0.1), repetitions=5)]).word == "reproduced"
    found = judge(few, [Check(0.0, (-0.1, 0.1), repetitions=4)])
    assert (found.word, "4 seeds were run and 5 are needed" in found.reason) == ("undecided", True)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_decides_nothing_and_stays_out_of_json(value):
    found = judge(CLAIM, [Check(value, (value, value), repetitions=5)])
    assert found.word == "undecided"
    assert found.to_dict()["measured"] is None


def test_the_part_nearest_the_edge_is_the_headline():
    both = replace(CLAIM, accept="a: [-1, 1]; b: [-1, 1]")
    near, far = Check(0.9, (0.8, 0.95), "b"), Check(0.0, (0.0, 0.0), "a")
    assert judge(both, [far, near]).measured == 0.9


def test_of_several_parts_the_worst_counts_and_is_the_headline():
    both = replace(CLAIM, accept="a: <= 1; b: [0, 2]")
    good, bad, open_ = (
        Check(0.5, (0.4, 0.6), "a"),
        Check(9.0, (8.0, 10.0), "b"),
        Check(2.0, (1.0, 3.0), "b"),
    )
    assert judge(both, [good, replace(bad, value=1, interval=(1, 1))]).word == "reproduced"
    found = judge(both, [good, bad])
    assert (found.word, found.measured) == ("differs", 9.0)
    assert judge(both, [good, open_]).word == "undecided"
    with pytest.raises(InputError, match="needs the checks"):
        judge(both, [good])


def test_undecided_says_what_would_decide():
    # half the interval is 0.6, the edge is 0.3 away: twice as far, so four times the seeds
    found = judge(CLAIM, [Check(0.7, (0.1, 1.3), repetitions=5)])
    assert "about 20 seeds would decide" in found.reason


@pytest.mark.parametrize("text", ["", "about 3", "[1; 2]", "=> 3"])
def test_a_region_that_is_none_is_refused(text):
    with pytest.raises(InputError):
        Region.parse(text)


def test_the_ledger_has_every_claim_once_with_a_chapter_and_a_criterion():
    assert len(ledger()) == 87
    for claim in ledger().values():
        assert claim.chapter[:2].isdigit()
        assert claim.criterion
        assert claim.statement


def test_written_chapters_have_regions_for_all_they_owe(each_chapter):
    owed = [claim for claim in ledger().values() if claim.chapter == each_chapter.name]
    assert owed
    for claim in owed:
        assert claims._regions(claim)


def test_without_records_every_claim_is_not_run_and_says_how_to_run_it(stores):
    found = scoreboard("quick").verdicts
    assert len(found) == 87
    assert {verdict.word for verdict in found} == {"not run"}
    reasons = {verdict.claim.id: verdict.reason for verdict in found}
    assert "infoplane run 02_mixture" in reasons["mixture.log2"]
    assert "not written yet" in reasons["lenet.pools"]


def test_published_records_decide_all_claims_of_the_written_chapters():
    found = {v.claim.id: v for v in scoreboard("full").verdicts if v.word != "not run"}
    assert {"theory.kl", "theory.dv", "theory.infinite"} <= set(found)
    assert {"mixture.converges", "mixture.log2", "mixture.overlap"} <= set(found)
    for verdict in found.values():
        assert math.isfinite(verdict.measured)
        assert verdict.to_dict()["verdict"] in ("reproduced", "differs", "undecided")


@pytest.mark.parametrize("keep", [0, 1, 40, 700])
def test_a_damaged_ledger_is_refused(keep, tmp_path, monkeypatch):
    damaged = tmp_path / "claims.csv"
    damaged.write_text(claims.paths.claims_csv().read_text()[:keep])
    monkeypatch.setattr(claims.paths, "claims_csv", lambda: damaged)
    ledger.cache_clear()
    try:
        with pytest.raises(InputError, match="git checkout"):
            ledger()
    finally:
        ledger.cache_clear()
