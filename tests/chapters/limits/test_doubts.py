"""Chapter 12: warnings of those that broke, each kind once, those that came most often first."""

import re

import pandas as pd

from infoplane.chapters.limits import doubts
from tests.chapters.limits.world import refused, tried


def warned(*told, low=0.7):
    """Estimates that miss, or hold at .4, each with its warnings."""
    made = tried("ties", "ksg", low, seeds=len(told))
    return [row | {"warnings": list(warnings)} for row, warnings in zip(made, told, strict=True)]


def test_a_kind_comes_once_with_its_count_and_the_most_frequent_first():
    made = warned(
        ["low: 0.50 finds 0.46", "rows of x alike"],
        ["rows of z alike", "rows of x alike"],
        ["low: -0.40 finds 0.39", "rows of x alike"],
    )
    assert doubts.kinds(pd.DataFrame(made)) == [("rows of x alike", 3), ("low: 0.50 finds 0.46", 2)]


def test_restarts_are_no_kind_of_their_own():
    made = warned(["rising (in 1 of 3 restarts)"], ["rising"])
    assert doubts.kinds(pd.DataFrame(made)) == [("rising (in 1 of 3 restarts)", 2)]


def test_what_is_said_is_of_seeds_that_missed():
    made = warned(["a <doubt>"], ["another"], ["a <doubt>"])
    made[1] |= {"low": 0.4}
    html = doubts.as_html(pd.DataFrame([*made, *refused("ties", "wkl"), *tried("none", "ksg")]))
    assert "KSG: <ul><li>a &lt;doubt&gt; <em>(2 of 2)</em></li></ul>" in html
    assert "another" not in html
    assert "WKL: no</li>" in html
    assert re.findall(r"<summary>(.*?)</summary>", html) == ["ties"]


def test_nothing_is_said_in_silence():
    html = doubts.as_html(pd.DataFrame(tried("ties", "ksg", 0.9, warned=False)))
    assert "KSG: nothing" in html
