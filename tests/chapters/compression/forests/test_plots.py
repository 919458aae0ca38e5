"""Forests of chapter 09: a mark where each number is, and none where there is none."""

import pytest

from infoplane.chapters.compression import tables
from infoplane.chapters.compression.courses import deepest_falls, phases
from infoplane.chapters.compression.forests.plots import (
    encoder_panels,
    error_panels,
    fall_panels,
)
from infoplane.chapters.compression.settings import KINDS, LAYERS
from tests.chapters.compression.test_plots import long_planes
from tests.chapters.compression.world import near, of_codes, world


def marks(axes, label):
    """(x, y) of all marks of a name, with bars and without."""
    bars = {group.lines[0]: group for group in axes.containers}
    named = [line for line in axes.lines if bars.get(line, line).get_label() == label]
    return [(float(x), float(y)) for line in named for x, y in zip(*line.get_data(), strict=True)]


def names_of(axes):
    return [label.get_text() for label in axes.get_yticklabels()]


def test_errors_have_a_row_a_way_and_a_mark_a_number_of_pairs():
    *panels, legend = error_panels(world())
    found = tables.errors(world())
    for kind, figure in zip(KINDS, panels, strict=True):
        (axes,) = figure.axes
        names = names_of(axes)
        assert "pixels, KSG" in names
        assert "pixels, WKL" not in names
        for n in (500, 1000):
            drawn = {names[round(y)]: x for x, y in marks(axes, f"{n:,} pairs".replace(",", " "))}
            own = found[(found["kind"] == kind) & (found["n"] == n)]
            for row in own.to_dict("records"):
                if (row["on"], row["estimator"]) != ("pixels", "wkl"):
                    assert drawn[f"{row['on']}, {row['estimator'].upper()}"] == row["error"]
    assert [text.get_text() for text in legend.legends[0].get_texts()] == [
        "500 pairs",
        "1 000 pairs",
    ]


def test_one_encoder_is_open_and_two_are_filled():
    def one(name, kind, nats, n, seed):
        return 1.2 * near(name, kind, nats, n, seed)

    frames = {**world(), "single": of_codes(one, 5, [10.0], [1000], encoders="one")}
    for figure in encoder_panels(frames)[:-1]:
        (axes,) = figure.axes
        row = names_of(axes).index("10 nats, CCA")
        for label, value in (("CCA, one encoder", 8.4), ("CCA, two", 7.0)):
            ((x, y),) = marks(axes, label)
            assert (x, round(y)) == (pytest.approx(value), row)
        filled = {
            group.get_label(): group.lines[0].get_markerfacecolor() != "none"
            for group in axes.containers
        }
        assert not filled["CCA, one encoder"]
        assert filled["CCA, two"]


def test_falls_stand_where_they_are_measured():
    planes = long_planes(6)
    left, right, legend = fall_panels(planes)
    table, deepest = phases(planes), deepest_falls(planes)
    for label, column in (
        ("rise to the peak", "rise"),
        ("largest fall on the way", "largest fall"),
    ):
        drawn = {round(y): x for x, y in marks(left.axes[0], label)}
        assert drawn == {i: table.loc[layer, column] for i, layer in enumerate(LAYERS)}
    for estimator in ("wkl", "ksg"):
        drawn = {round(y): x for x, y in marks(right.axes[0], estimator.upper())}
        assert drawn == {
            i: deepest.loc[layer, (estimator, "mean")] for i, layer in enumerate(LAYERS)
        }
    assert len(legend.legends[0].get_texts()) == 5


def test_two_networks_have_marks_without_bars():
    figure = fall_panels(long_planes(2))[0]
    assert len(marks(figure.axes[0], "rise to the peak")) == len(LAYERS)
