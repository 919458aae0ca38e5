"""Pictures of chapter 12: how every estimator fares, and one legend for all panels."""

import pandas as pd

from infoplane.chapters.limits import tables
from infoplane.chapters.limits.plots import coverage_panels, verdict_panel
from tests.chapters.limits.world import covered, refused, tried


def test_an_estimator_stands_where_it_was_tried_as_it_fares():
    found = tables.judged(
        pd.DataFrame(
            [
                *tried("none", "ksg"), *tried("ties", "ksg", 0.9), *refused("ties", "wkl"),
                *tried("ties", "cca", 0.9, warned=False),
            ]
        )
    )  # fmt: skip
    (axes,) = verdict_panel(found).axes
    names = [label.get_text() for label in axes.get_xticklabels()]
    rows = [label.get_text() for label in axes.get_yticklabels()]
    drawn = {
        line.get_label(): {(names[int(x)], rows[int(y)]) for x, y in line.get_xydata()}
        for line in axes.lines
    }
    assert drawn == {
        "holds": {("KSG", "nothing special")},
        "breaks": {("KSG", "ties")},
        "breaks silently": {("CCA", "ties")},
        "refuses": {("WKL", "ties")},
    }
    looks = {(line.get_marker(), line.get_markerfacecolor()) for line in axes.lines}
    assert len(looks) == 4  # readable without colours


def test_a_problem_stands_once_in_the_legend():
    made = [covered("ksg", 0.9, rows=rows) for rows in (100, 200)]
    *panels, legend = coverage_panels(tables.coverage(pd.DataFrame(made)))
    assert len(panels) == 2
    assert all(panel.legends == [] for panel in panels)
    named = [text.get_text() for text in legend.legends[0].get_texts()]
    assert named == ["1 + 1 columns, rho = 0.5", "as promised"]
