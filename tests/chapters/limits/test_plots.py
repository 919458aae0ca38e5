"""Pictures of chapter 12: how every estimator fares, and one legend for all panels."""

import pandas as pd
import pytest

from infoplane.chapters.limits import tables
from infoplane.chapters.limits.plots import (
    coverage_panels,
    hurdle_panels,
    verdict_panel,
    window,
)
from infoplane.plots.series import as_csv
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
    assert named == ["as promised", "1 + 1 columns, ρ = 0.5"]


def test_a_number_stands_where_seeds_disagree():
    made = [*tried("none", "ksg"), *tried("ties", "ksg", 0.9), *tried("ties", "cca", seeds=3)]
    made[-1] |= {"low": 0.9, "high": 1.1}
    (axes,) = verdict_panel(tables.judged(pd.DataFrame(made))).axes
    ((number, at),) = [(text.get_text(), text.xy) for text in axes.texts]
    assert (number, at) == ("2", (0, 1))  # CCA comes before KSG


def test_every_value_has_its_own_interval_hollow_where_it_misses():
    frame = pd.DataFrame(
        [*tried("none", "ksg"), *tried("none", "cca", 0.7), *refused("none", "wkl")]
    )
    (figure,) = hurdle_panels(frame)
    (axes,) = figure.axes
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["binning", "CCA", "KSG", "WKL", "KDE", "MINE"]
    assert "refuses" in [text.get_text() for text in axes.texts]
    drawn = {}
    for bar in axes.containers:
        line, _, (ends,) = bar.lines
        drawn.setdefault(bar.get_label(), []).append(line.get_markerfacecolor())
        ((low, _), (high, _)) = ends.get_segments()[0]
        assert high - low == pytest.approx(0.2)
    assert drawn.keys() == {"KSG", "CCA"}
    assert drawn["CCA"] == ["none", "none"]
    assert "none" not in drawn["KSG"]


def test_numbers_of_the_pictures_have_the_names_of_their_estimators():
    made = [covered("ksg", 0.9, rows=rows) for rows in (100, 200)]
    for panels in (
        hurdle_panels(pd.DataFrame([*tried("none", "ksg"), *tried("none", "cca")])),
        coverage_panels(tables.coverage(pd.DataFrame(made))),
    ):
        rows = as_csv(panels).splitlines()[1:]
        assert not any(word in row for row in rows for word in ("line", "points", "bar"))


def test_what_would_make_points_of_the_rest_is_an_arrow():
    made = [*tried("none", "binning", 9.0), *(row for e in ("ksg", "cca", "kde")
            for row in tried("none", e))]  # fmt: skip
    (figure,) = hurdle_panels(pd.DataFrame(made))
    (axes,) = figure.axes
    assert "9.10 →" in [text.get_text() for text in axes.texts]
    assert axes.get_xlim()[1] < 1
    assert axes.get_xlim()[0] < 0.4


def test_more_than_a_third_is_never_left_out():
    made = pd.DataFrame([*tried("none", "binning", 9.0), *tried("none", "ksg")])
    low, high = window(made.assign(found=tables.less_bias(made)), 0.5)
    assert low < 0.4
    assert high > 9.2


def test_coverage_is_drawn_with_a_colour_a_strength_and_a_marker_a_kind():
    records = [
        {"estimator": e, "options": o, "n": 500, "truth": 0.5, "low": [0.4], "high": [high]}
        | {"warned": [False]}
        for e, o, high in (
            *(("ksg", {"d": 1, "rho": 0.1 * i}, 0.6) for i in range(8)),
            ("ksg", {"d": 2, "rho": 0.0}, 0.6),
            ("ross", {"separation": 1.0}, 0.45),
        )
    ]
    figure, _ = coverage_panels(tables.coverage(pd.DataFrame(records)))
    (axes,) = figure.axes
    drawn = {bar.get_label(): bar.lines[0] for bar in axes.containers}
    looks = {(line.get_marker(), line.get_color()) for line in drawn.values()}
    assert len(drawn) == len(looks) == 10
    hollow = [label for label, line in drawn.items() if line.get_markerfacecolor() == "none"]
    assert hollow == ["classes 1 apart"]
    assert [text.get_text() for text in axes.texts] == ["← 0.00"]
