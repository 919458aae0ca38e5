"""Forests: names from the top, means with their bars, nothing where there is no number."""

import math

import pytest

from infoplane import plots


def test_rows_are_named_from_the_top():
    figure, axes = plots.rows_panel(["first", "second"], title="t", xlabel="x (nats)")
    assert [label.get_text() for label in axes.get_yticklabels()] == ["first", "second"]
    low, high = axes.get_ylim()
    assert low > high  # the first is above
    taller, _ = plots.rows_panel(["a"] * 12, title="t", xlabel="x")
    assert taller.get_size_inches()[1] > figure.get_size_inches()[1]
    assert taller.get_size_inches()[0] == figure.get_size_inches()[0] == plots.PANEL[0]


@pytest.mark.parametrize("mean", [0.5, 2.5])  # a bootstrap may leave the mean out of its interval
def test_a_mean_has_its_interval(mean):
    _, axes = plots.rows_panel(["a", "b"], title="t", xlabel="x")
    plots.across(axes, 1, mean, 0.0, 2.0, color=plots.CLASSES[0], label="found")
    (bar,) = axes.collections[0].get_segments()
    assert bar.tolist() == [[0.0, 1.0], [2.0, 1.0]]
    assert [(line.get_xdata()[0], line.get_ydata()[0]) for line in axes.lines] == [(mean, 1)]
    _, names = axes.get_legend_handles_labels()
    assert names == ["found"]


def test_what_is_no_number_has_no_mark():
    _, axes = plots.rows_panel(["a"], title="t", xlabel="x")
    plots.across(axes, 0, math.nan, math.nan, math.nan, color="red")
    assert not axes.lines
    assert not axes.collections
