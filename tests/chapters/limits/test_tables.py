"""Chapter 12: the words that records get, on the page and in the docstring."""

import re

import numpy as np
import pandas as pd
import pytest

from infoplane.book.notebooks import chapter, profile
from infoplane.chapters.limits import tables
from infoplane.chapters.limits.plots import coverage_panels, hurdle_panels
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
    assert "<code>ksg</code> 0.50 ± 0.00 (0.20 with its bias)" in html
    zero = tables.as_html(pd.DataFrame(tried(lows=(-0.101,) * 2)), pd.DataFrame(tried()))
    assert "<code>ksg</code> silently 0.00 ± 0.00" in zero  # no minus before it


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
    assert "<code>cca</code> silently 0.80 ± 0.00<br><code>mine</code> 0.80" in html
    assert "<code>wkl</code> refuses" in html
    assert html.index("<code>ksg</code> 0.50") < html.index("<code>cca</code>")  # holds, first
    assert "\n\n" not in html  # Markdown would end the table there
    said = tables.doubts(tables.judged(frame))
    assert re.findall(r"</code>: (\w+)</li>", said) == ["nothing", "rising", "no"]


def test_coverage_counts_and_knows_its_error():
    record = {"estimator": "ksg", "options": {"d": 1, "rho": 0.5}, "n": 500, "truth": 0.5}
    record |= {"low": [0.4] * 18 + [0.6, 0.6], "high": [0.7] * 20}
    record |= {"warned": [False] * 19 + [True]}
    (row,) = tables.coverage(pd.DataFrame([record])).to_dict("records")
    assert (row["covered"], row["silent"], row["warned"]) == (0.9, 0.05, 0.05)
    assert row["low"] < 0.9 < row["high"]
    assert tables.coverage_text(pd.DataFrame([record])) == ["ksg         90 to  90 %     5 %"]


def test_pictures_show_every_estimator_and_the_truth():
    frame = pd.DataFrame([*tried("ksg"), *tried("cca"), refused("wkl")])
    (figure,) = hurdle_panels(frame)
    (axes,) = figure.axes
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["binning", "CCA", "KSG", "WKL", "KDE", "MINE"]
    assert "refuses" in [text.get_text() for text in axes.texts]
    records = [
        {"estimator": e, "options": o, "n": 500, "truth": 0.5, "low": [0.4], "high": [0.6]}
        | {"warned": [False]}
        for e, o in (
            *(("ksg", {"d": 1, "rho": 0.1 * i}) for i in range(8)),  # more than there are markers
            ("ross", {"separation": 1.0}),
        )
    ]
    figure, _ = coverage_panels(tables.coverage(pd.DataFrame(records)))
    drawn = {line.get_label(): line for line in figure.axes[0].lines if len(line.get_xdata()) == 1}
    assert len(drawn) == 9
    np.testing.assert_allclose([line.get_xdata()[0] for line in drawn.values()], 1.0)
    hollow = [label for label, line in drawn.items() if line.get_markerfacecolor() == "none"]
    assert hollow == ["classes 1 apart"]


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
