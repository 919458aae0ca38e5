"""Verdicts as a reader sees them: both words of a changed claim, and counts both ways."""

import re
from dataclasses import replace

import pytest

from infoplane.book.verdicts import counts, verdict_table
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
    assert f"as first asked, of the published records: {said}" in html
    assert "Criterion: now &amp; here." in html
    assert "The source says &lt;so&gt;." in html


def test_others_say_that_they_are_new_or_nothing():
    assert "not in the ledger at first" in verdict_table([verdict(NEW)])
    plain = verdict_table([verdict(CLAIM)])
    assert "first" not in plain
    assert "Why this is asked" in plain


def test_a_number_and_its_interval_are_shown_and_a_missing_one_is_a_dash():
    html = verdict_table([verdict(CLAIM, measured=0.123456, interval=(0.1, 0.2))])
    assert "0.1235 [0.1, 0.2]" in html
    assert ">–<" in verdict_table([verdict(CLAIM)])
    exact = verdict_table([verdict(CLAIM, measured=1.0, interval=(1.0, 1.0))])
    assert ">1</td>" in exact.replace(" nats", "")


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
