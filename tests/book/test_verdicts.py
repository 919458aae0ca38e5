"""Verdicts as a reader sees them: both words of a changed claim, and counts both ways."""

import re
from dataclasses import replace

import pytest

from infoplane.book.formulas import set_formulas
from infoplane.book.verdicts import counts, filters, in_brief, squares, verdict_table
from infoplane.claims import Verdict, ledger
from infoplane.claims.ledger import ADDED

CLAIM = replace(
    next(iter(ledger().values())),
    id="a.claim",
    reading="The source says <so>.",
    criterion="now & here",
    first_criterion="",
    first_verdict="",
)
CHANGED = replace(CLAIM, id="b.claim", first_criterion="then < there", first_verdict="differs")
NEW = replace(CLAIM, id="c.claim", first_verdict=ADDED)


def verdict(claim, word="reproduced", **more):
    return Verdict(claim, word, "the reason", "full", **more)


def columns(html):
    """The numbers of each column of counts, by word, with their total under "claims"."""
    names = re.findall(r'<th scope="col">(.*?)</th>', html)
    found = {name: {} for name in names}
    for row in re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", html):
        word = re.sub(r"<[^>]+>", "", row.partition("</th>")[0])
        for name, number in zip(names, re.findall(r"<td>(\d+)</td>", row), strict=True):
            found[name][word] = int(number)
    return found


def test_a_changed_claim_shows_what_was_asked_at_first_and_its_word():
    html = verdict_table([verdict(CHANGED)])
    assert "Asked at first: then &lt; there." in html
    said = '<strong class="verdict differs">differs</strong>'
    assert f">as first asked</a>, of the published records: {said}" in html
    assert 'href="../book/criteria.html#criteria-that-were-read-twice"' in html
    assert "Asked: now &amp; here." in html
    assert "The source says &lt;so&gt;." in html


def test_others_say_that_they_are_new_or_nothing():
    assert "not in the ledger at first" in verdict_table([verdict(NEW)])
    plain = verdict_table([verdict(CLAIM)])
    assert "at first" not in plain
    assert "Why this is asked" in plain


def test_a_number_and_its_interval_are_shown_and_a_missing_one_is_a_dash():
    html = verdict_table([verdict(CLAIM, measured=0.123456, interval=(0.1, 0.2), part="discrete")])
    assert ">discrete:</span> 0.123 [0.100, 0.200] nats" in html
    assert ">–<" in verdict_table([verdict(CLAIM)])
    exact = verdict_table([verdict(CLAIM, measured=-1.0, interval=(-1.0, -1.0), part="discrete")])
    assert "</span> −1 nats<" in exact


@pytest.mark.parametrize("links", [True, False])
def test_a_link_leads_to_a_chapter_that_measured_something(links):
    html = verdict_table(
        [verdict(CLAIM, measured=1.0), verdict(NEW, "not run")], chapter_links=links
    )
    assert html.count("<a href=") == links


def test_words_are_counted_both_ways():
    found = [verdict(CLAIM), verdict(CHANGED), verdict(CHANGED, "undecided"), verdict(NEW)]
    both = columns(counts(found, first=True))
    now = {"reproduced": 3, "differs": 0, "undecided": 1, "claims": 4}
    # the new claim was not there; both changed ones differed
    then = {"reproduced": 1, "differs": 2, "undecided": 0, "claims": 3}
    assert both == {"criteria as they stand": now, "as first written": then}
    alone = {word: n for word, n in now.items() if n}
    assert columns(counts(found, first=False)) == {"criteria as they stand": alone}


def test_the_whole_ledger_is_counted():
    found = [Verdict.unmeasured(claim, "", "full") for claim in ledger().values()]
    added = sum(claim.added for claim in ledger().values())
    both = columns(counts(found, first=True))
    assert [numbers["claims"] for numbers in both.values()] == [len(found), len(found) - added]
    for numbers in both.values():
        assert sum(numbers.values()) == 2 * numbers["claims"]


@pytest.mark.parametrize(
    ("reported", "unit", "shown", "measured"),
    [
        ("0.83", "nats", "0.83 nats", "0.5 [0.4, 0.6] nats"),
        ("> 0", "nats/step", "&gt; 0 nats/<wbr>step", "0.5 [0.4, 0.6] nats/<wbr>step"),
        ("small", "nats", "small", "0.5 [0.4, 0.6] nats"),  # words have no unit
        ("four panels", "nats, 1", "four panels", "0.5 [0.4, 0.6] nats"),
        ("-0.95", "1", "−0.95", "0.5 [0.4, 0.6]"),
    ],
)
def test_numbers_have_their_unit_and_words_have_none(reported, unit, shown, measured):
    claim = replace(CLAIM, reported=reported, unit=unit)
    html = verdict_table([verdict(claim, measured=0.5, interval=(0.4, 0.6), part="discrete")])
    assert f'<td data-label="Reported">{shown}</td>' in html
    assert f"</span> {measured}<svg" in html


def test_a_reason_is_words_with_its_digits_behind_a_fold():
    html = verdict_table([verdict(CLAIM, words="in words")])
    assert '<span class="detail">in words</span>' in html
    assert "<summary>digits</summary>the reason</details>" in html


def test_what_was_not_run_is_one_line():
    html = verdict_table([verdict(CLAIM, "not run")])
    assert 'class="brief"' in html
    assert 'data-label="Reported"' not in html
    assert "<summary>why</summary>the reason</details>" in html


@pytest.mark.parametrize(
    ("word", "shown"), [("differs", True), ("reproduced", False), ("not run", False)]
)
def test_the_other_editions_word_stands_beside_where_it_is_another(word, shown):
    other = {CLAIM.id: verdict(CLAIM, word)}
    assert ("published edition<" in verdict_table([verdict(CLAIM)], other=other)) == shown


def test_a_claim_names_its_document():
    assert "Tyshchuk 2020, 1.2" in verdict_table([verdict(CLAIM)])


def test_a_list_in_brief_is_in_the_order_of_words():
    html = in_brief([verdict(CHANGED, "differs"), verdict(CLAIM)])
    assert html.index("#claim-a.claim") < html.index("#claim-b.claim")


def test_a_square_for_each_claim_says_its_verdict_without_its_colour():
    html = squares([verdict(CLAIM), verdict(CHANGED, "differs"), verdict(NEW, "not run")])
    assert html.count("<li>") == 3
    for name, word, letter in (
        ("a", "reproduced", "R"),
        ("b", "differs", "D"),
        ("c", "not run", "–"),
    ):
        assert f'href="scoreboard.html#claim-{name}.claim"' in html
        assert f">{letter}</span>" in html
        assert f"{name}.claim: {word}</span>" in html
    placed = squares([verdict(CLAIM)], {"a.claim": "page.html#figure-x"})
    assert 'href="page.html#figure-x"' in placed


def test_what_can_be_chosen_is_what_there_is():
    html = filters([verdict(CLAIM), verdict(CHANGED, "differs")])
    assert re.findall(r'<option value="([^"]+)">', html) == [
        "reproduced", "differs", "000", CLAIM.chapter, "verdict", "source"
    ]  # fmt: skip
    assert ">Tyshchuk 2020</option>" in html
    table = verdict_table([verdict(CHANGED, "differs")])
    assert f'data-verdict="differs" data-source="{CLAIM.source.split("_")[0]}"' in table


@pytest.mark.parametrize(
    ("criterion", "asked"),
    [
        ("as gauss.high; >= 5 seeds", "as gauss.high, which is: {}."),  # which ends so
        ("as gauss.high; >= 7 seeds", "as gauss.high, which is: {}; ≥ 7 seeds."),
        ("as gauss.nobody; >= 5 seeds", "as gauss.nobody; ≥ 5 seeds."),
        ("as gauss.high, but: in most seeds", "as gauss.high, but: in most seeds."),
    ],
)
def test_a_criterion_that_is_that_of_another_claim_is_written_out(criterion, asked):
    html = verdict_table([verdict(replace(CLAIM, criterion=criterion))])
    assert f"Asked: {asked.format(set_formulas(ledger()['gauss.high'].criterion))}" in html
