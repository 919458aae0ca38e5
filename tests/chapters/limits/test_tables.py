"""Chapter 12: the words that records get, on the page and in the docstring."""

import pandas as pd
import pytest

from infoplane.book.notebooks import chapter, profile
from infoplane.chapters.limits import tables
from infoplane.chapters.limits.tables import BREAKS, HOLDS
from infoplane.estimators.estimate import Estimate
from infoplane.records.store import Records, find


def tried(estimator="ksg", lows=(0.4, 0.4), width=0.2, warnings=(), bias=None, hurdle="none"):
    """Records of one estimator whose truth is .5, one a seed."""
    return [
        {"hurdle": hurdle, "estimator": estimator, "seed": s, "truth": 0.5, "refused": ""}
        | {"value": low + width / 2 + (bias or 0), "bias": bias, "low": low, "high": low + width}
        | {"std": 0.1, "warnings": list(warnings)}
        for s, low in enumerate(lows)
    ]


def refused(estimator):
    return {"hurdle": "none", "estimator": estimator, "seed": 0, "truth": 0.5, "refused": "no"}


@pytest.mark.parametrize(
    ("made", "word", "silent"),
    [
        ({}, HOLDS, 0.0),
        ({"lows": (0.4, 0.6)}, HOLDS, 0.5),
        ({"lows": (0.4, 0.6, 0.6)}, BREAKS, 2 / 3),
        ({"lows": (0.6, 0.6), "warnings": ("doubt",)}, BREAKS, 0.0),
    ],
)
def test_words_follow_the_records(made, word, silent):
    (row,) = tables.judged(pd.DataFrame(tried(**made))).to_dict("records")
    assert row["verdict"] == word
    assert row["silent"] == pytest.approx(silent)


def test_a_known_bias_is_taken_out_and_told_where_it_is_seen():
    (row,) = tables.judged(pd.DataFrame(tried(bias=-0.3))).to_dict("records")
    assert (row["value"], row["raw"]) == pytest.approx((0.5, 0.2))
    html = tables.as_html(pd.DataFrame(tried(bias=-0.3)), pd.DataFrame(tried()))
    assert "KSG 2/2: 0.50\u00a0±\u00a00.10<br>(0.20 with its bias)" in html
    zero = tables.as_html(pd.DataFrame(tried(lows=(-0.101,) * 2)), pd.DataFrame(tried()))
    assert "KSG silently 0/2: 0.00\u00a0±" in zero  # no minus before it


def test_the_page_names_what_breaks_and_how():
    frame = pd.DataFrame(
        [
            *tried("cca", (0.7, 0.7)),
            *tried("mine", (0.7, 0.7), warnings=["rising"]),
            *tried("ksg"),
            refused("wkl"),
        ]
    )
    html = tables.as_html(frame, pd.DataFrame(tried("ksg")))
    assert "CCA silently 0/2: 0.80\u00a0±\u00a00.10<br>MINE 0/2: 0.80" in html
    assert "WKL refuses" in html
    assert html.index("KSG 2/2: 0.50") < html.index("CCA")  # holds, first
    assert "\n\n" not in html  # Markdown would end the table there


def test_ways_around_have_names_of_estimators_and_options_as_code():
    ways = [dict(row, hurdle="tails") for row in tried("wkl")]
    html = tables.as_html(pd.DataFrame(ways), pd.DataFrame(ways))
    assert "WKL with <code>margins=normal-scores</code>, 2/2: 0.50" in html


def test_what_is_shown_is_the_estimator_s_own_interval():
    """Whatever the spread over seeds."""
    frame = pd.DataFrame(
        [dict(row, low=row["value"] - half, high=row["value"] + half)
         for row, half in zip(tried(lows=(0.1, 0.4, 0.7)), (0.1, 0.2, 0.5), strict=True)]
    )  # fmt: skip
    (row,) = tables.judged(frame).to_dict("records")
    assert row["half"] == pytest.approx(0.2)
    assert (row["covers"], row["seeds"]) == (2, 3)
    assert tables.covering(frame).tolist() == [False, True, True]


def test_coverage_counts_and_knows_its_error():
    record = {"estimator": "ksg", "options": {"d": 1, "rho": 0.5}, "n": 500, "truth": 0.5}
    record |= {"low": [0.4] * 18 + [0.6, 0.6], "high": [0.7] * 20}
    record |= {"warned": [False] * 19 + [True]}
    (row,) = tables.coverage(pd.DataFrame([record])).to_dict("records")
    assert (row["covered"], row["silent"], row["warned"]) == (0.9, 0.05, 0.05)
    assert row["low"] < 0.9 < row["high"]
    assert tables.coverage_text(pd.DataFrame([record])) == ["ksg         90 to  90 %     5 %"]


def test_the_docstring_of_intervals_says_what_was_counted():
    """The published counts, as they stand in the docstring."""
    of = chapter("12")
    plan = of.plans(profile("full", of))["coverage"]
    found = find(plan, stores=("published",))
    assert None not in found, "publish the records of chapter 12, then mend the docstring"
    lines = tables.coverage_text(Records(found).frame())
    assert Estimate.interval.__doc__ is not None
    for line in lines:
        assert line in Estimate.interval.__doc__, "\n".join(lines)
