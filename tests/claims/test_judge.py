"""Verdicts follow from numbers."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoplane.claims import Check, Verdict, judge, ledger
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
    mean = Check(0.7, (0.1, 1.3), repetitions=5, over="networks")
    assert "about 20 networks would decide" in judge(CLAIM, [mean]).reason


@pytest.mark.parametrize(
    "check",
    [
        Check.largest([[0.0, 2.0], [0.5, 0.6]]),
        Check.least([[0.0, -2.0], [-0.5, -0.6]]),
        Check.share(8, 8),
        Check(0.7, (0.1, 1.3), repetitions=5, doubt="it depends on the window"),
    ],
)
def test_how_many_would_decide_is_said_of_means_only(check):
    narrow = replace(CLAIM, accept="[-0.9, 0.9]")
    found = judge(narrow, [check])
    assert found.word == "undecided"
    assert "would decide" not in found.reason
    assert check.doubt in found.reason


@pytest.mark.parametrize(("seen", "accept"), [(0, "<= 0.05"), (20, ">= 0.95")])
def test_shares_of_none_and_of_all_can_be_undecided(seen, accept):
    """None of 20 leaves up to 17 % open; of 80 not 5 %."""
    limit = replace(CLAIM, accept=accept)
    assert judge(limit, [Check.share(seen, 20)]).word == "undecided"
    assert judge(limit, [Check.share(4 * seen, 80)]).word == "reproduced"
    assert judge(limit, [Check.share(10, 20)]).word == "differs"


CERTAIN = replace(CLAIM, accept="by construction")


def test_what_holds_by_construction_is_not_judged_and_shows_what_is_measured():
    found = judge(CERTAIN, [Check(7.0, (6.0, 8.0), "spread"), Check(1.0, (1.0, 1.0))])
    assert (found.word, found.measured, found.interval) == ("by construction", 7.0, (6.0, 8.0))
    assert found.reason == "measured beside it: spread: 7 with interval [6, 8]; 1"
    assert judge(CERTAIN, []).measured is None
    assert judge(CERTAIN, [Check(math.nan, (math.nan, math.nan))]).measured is None


@pytest.mark.parametrize("value", [0.0, 0.95, 5.0, math.nan])
def test_a_remark_ends_the_reason_whatever_the_word(value):
    check = Check(value, (value - 0.1, value + 0.1), "a", remark="other networks")
    both = replace(CLAIM, accept="a: [-1, 1]; b: [-1, 1]")
    plain = judge(both, [replace(check, remark=""), Check(0.0, (0.0, 0.0), "b")])
    told = judge(both, [check, Check(0.0, (0.0, 0.0), "b", remark="other networks")])
    assert told.reason == f"{plain.reason}; other networks"  # once, though two checks say it
    assert (told.word, told.interval) == (plain.word, plain.interval)
    # of a part that does not decide the word, too
    far = Check(9.0, (8.0, 10.0), "b", remark="few images")
    assert judge(both, [check, far]).reason.endswith("; other networks; few images")


def test_a_remark_stands_behind_what_holds_by_construction():
    check = Check(1.0, (1.0, 1.0), remark="other networks")
    assert judge(CERTAIN, [check]).reason == "measured beside it: 1; other networks"


def test_without_a_measurement_a_claim_is_not_run_unless_it_needs_none():
    assert Verdict.unmeasured(CLAIM, "no data", "quick").word == "not run"
    found = Verdict.unmeasured(CERTAIN, "no data", "quick")
    assert (found.word, "no data" in found.reason) == ("by construction", True)


def test_json_has_the_reading_and_what_was_asked_first():
    changed = next(claim for claim in ledger().values() if claim.changed)
    found = Verdict.unmeasured(changed, "", "quick").to_dict()
    assert list(found)[-4:] == ["reading", "first_criterion", "first_verdict", "profile"]
    assert found["reading"] == changed.reading
    assert (found["first_criterion"], found["first_verdict"]) == (
        changed.first_criterion,
        changed.first_verdict,
    )


@pytest.mark.parametrize(
    ("checks", "words"),
    [
        ([(0, 0)], "the value lies inside what is accepted"),
        ([(0, 0.1)], "the interval lies inside what is accepted"),
        ([(0.5, 0.5 + 1e-9)], "the value lies inside what is accepted"),  # an error nobody sees
        ([(2, 2), (3, 3)], "each of the 2 parts lies outside what is accepted"),
        ([(0, 0), (2, 2)], "b: the value lies outside what is accepted"),
        ([(2, 3)], "the interval lies outside what is accepted"),
        ([(0, 0), (0.5, 0.6)], "each of the 2 parts lies inside what is accepted"),
        ([(0, 0), (2, 3)], "b: the interval lies outside what is accepted"),
    ],
)
def test_a_reason_in_words_has_no_digits_and_names_the_parts(checks, words):
    names = [""] if len(checks) == 1 else ["a", "b"]
    accept = "[-1, 1]" if len(checks) == 1 else "a: [-1, 1]; b: [-1, 1]"
    given = [Check(low, (low, high), name) for (low, high), name in zip(checks, names, strict=True)]
    assert judge(replace(CLAIM, accept=accept), given).words == words


def test_the_part_is_that_of_the_number_that_is_shown():
    claim = replace(CLAIM, accept="a: [-1, 1]; b: [-1, 1]", unit="nats, 1")
    found = judge(claim, [Check(0, (0, 0), "a"), Check(2, (2, 2), "b")])
    assert (found.part, found.measured) == ("b", 2)
    assert [claim.unit_of(part) for part in "ab"] == ["nats", ""]


def test_a_verdict_has_the_numbers_of_all_parts_with_the_word_of_each():
    claim = replace(CLAIM, accept="a: [-1, 1]; b: [-1, 1]")
    found = judge(claim, [Check(0, (0, 0.1), "a"), Check(2, (2, 2), "b")])
    assert [(part.name, part.value, part.interval, part.word) for part in found.parts] == [
        ("a", 0, (0, 0.1), "reproduced"),
        ("b", 2, (2, 2), "differs"),
    ]
    beside = judge(CERTAIN, [Check(7.0, (6.0, 8.0), "spread"), Check(1.0, (1.0, 1.0))])
    assert [part.value for part in beside.parts] == [7, 1]
