"""A small picture says where an interval lies against what is accepted."""

import re
from dataclasses import replace

import pytest

from infoplane.book.forest import forest, strip
from infoplane.claims import Verdict, ledger

CLAIM = replace(next(iter(ledger().values())), accept="[-1, 1]")


def verdict(value, low, high, claim=CLAIM, word="reproduced"):
    return Verdict(claim, word, "", "full", value, (low, high))


def drawn(svg):
    """Ground, bar and dot, in pixels."""
    left, width = map(float, re.search(r'<rect x="([\d.]+)" width="([\d.]+)"', svg).groups())
    a, b = map(float, re.search(r"M([\d.]+) 8H([\d.]+)", svg).groups())
    return (left, left + width), (a, b), float(re.search(r'cx="([\d.]+)"', svg)[1])


@pytest.mark.parametrize("accept", ["[-1, 1]", "<= 1", "> -1"])
def test_an_interval_inside_lies_on_the_ground(accept):
    ground, bar, dot = drawn(strip(verdict(0.0, -0.5, 0.5, replace(CLAIM, accept=accept))))
    assert ground[0] <= bar[0] < dot < bar[1] <= ground[1]


def test_an_interval_outside_lies_beside_it():
    ground, bar, _ = drawn(strip(verdict(3.0, 2.0, 4.0, word="differs")))
    assert ground[1] < bar[0]


def test_without_a_number_or_a_region_there_is_none():
    assert strip(Verdict(CLAIM, "undecided", "", "full")) == ""
    certain = replace(CLAIM, accept="by construction")
    assert strip(verdict(0.0, 0.0, 0.0, certain, "by construction")) == ""
    assert strip(verdict(0.0, 0.0, float("inf"))) == ""


def test_all_have_a_line_that_leads_to_their_row():
    html = forest([verdict(0.0, 0.0, 0.0), Verdict(CLAIM, "not run", "", "full")])
    assert html.count("<li>") == 1
    assert f'href="#claim-{CLAIM.id}"' in html
