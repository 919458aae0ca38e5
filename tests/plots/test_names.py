"""A wrong name is worse than none."""

import csv
import io

import pytest
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.plots.series import as_csv

RED, BLUE = "#d55e00", "#2a7fbf"


def axes_of(title=""):
    axes = Figure().add_subplot()
    axes.set_title(title, loc="left")
    return axes


def curves(*axes):
    """The name in each row, by panel."""
    found = {}
    for row in csv.DictReader(io.StringIO(as_csv([each.figure for each in axes]))):
        found.setdefault(row["panel"], []).append(row["curve"])
    return found


def test_its_own_label_comes_before_every_legend():
    one, other = axes_of("one"), axes_of("other")
    one.plot([0], [1], color=RED, label="epoch 1")
    other.plot([0], [1], color=RED, label="layer 1")
    other.legend()
    assert curves(one, other) == {"one": ["epoch 1"], "other": ["layer 1"]}


@pytest.mark.parametrize(
    ("style", "name"), [({}, "layer 1"), ({"linestyle": "--"}, "line"), ({"marker": "o"}, "line")]
)
def test_a_legend_of_another_panel_names_a_line_of_the_same_look_only(style, name):
    one, other = axes_of("one"), axes_of("other")
    one.plot([0, 1], [1, 1.5], color=RED, **style)
    other.plot([0], [1], color=RED, label="layer 1")
    other.legend()
    assert curves(one, other)["one"] == [name] * 2


def test_a_legend_of_another_panel_names_nothing_where_the_colour_has_a_name_here():
    one, other = axes_of("one"), axes_of("other")
    one.plot([0, 1], [1, 1.5], color=RED, marker="o", linestyle="none", label="mean")
    one.plot([0, 1], [1, 1.5], color=RED, linestyle="--")
    other.plot([0], [1], color=RED, linestyle="--", label="fit")
    other.legend()
    assert "fit" not in curves(one, other)["one"]


def test_dots_and_bands_have_no_name_of_another_panel():
    one, other = axes_of("one"), axes_of("other")
    one.scatter([0], [1], color=RED)
    one.fill_between([0], [0], [1], color=RED)
    other.scatter([0], [1], color=RED, label="class 1")
    other.legend()
    assert curves(one, other)["one"] == ["points", "band"]


def test_what_two_names_could_mean_has_none():
    axes = axes_of("a")
    axes.plot([0], [1], "o", color=RED, label="normal")
    axes.plot([1], [1], "s", color=RED, label="uniform")
    axes.plot([0, 0], [0.9, 1.1], color=RED)
    axes.scatter([0], [1.2], color=RED)
    axes.plot([2], [1], "s", color=RED)
    assert curves(axes)["a"] == ["normal", "uniform", "line", "line", "uniform", "points"]


def test_dots_are_of_the_only_curve_of_their_colour():
    axes = axes_of("a")
    axes.plot([0, 1], [1, 1.5], color=RED, label="MINE")
    axes.plot([0, 1], [2, 2.5], color=BLUE, label="KSG")
    axes.scatter([0], [1.2], color=RED)
    assert curves(axes)["a"][-1] == "MINE"


def test_a_band_is_of_the_line_inside_it_whatever_else_has_its_colour():
    axes = axes_of("a")
    axes.plot([0, 1], [1, 1.5], color=RED, label="held out")
    axes.plot([0, 1], [4, 4.5], "--", color=RED, label="training")
    axes.fill_between([0, 1], [3, 4], [5, 6], color=RED, alpha=0.2)
    axes.fill_between([0, 1], [7, 7], [8, 8], color=RED, alpha=0.2)
    axes.vlines([0], [0.5], [1.5], color=RED)
    assert curves(axes)["a"][4:] == ["training"] * 2 + ["band"] * 2 + ["held out"]


def test_a_shaded_part_is_not_a_band_of_the_line_through_it():
    axes = axes_of("a")
    plots.truth(axes, [0, 1], [0, 0], label="no error")
    axes.fill_between([0, 0.5, 1], -1, 1, color=plots.INK, alpha=0.1)
    assert set(curves(axes)["a"][2:]) == {"band"}


def test_a_band_of_the_house_has_its_curves_name():
    axes = axes_of("a")
    for label in ("one", "two"):
        plots.band(axes, [0], [1], [0.5], [1.5], label=label, color=RED)
    assert curves(axes)["a"] == ["one", "two", "one", "two"]


def test_a_label_that_no_legend_shows_is_a_name():
    axes = axes_of("a")
    axes.plot([0], [1], label="_seed 3")
    axes.plot([0], [2], label="_nolegend_")
    axes.plot([0], [3], label="_")
    assert curves(axes)["a"] == ["seed 3", "line", "line"]


def test_axes_of_one_figure_share_a_legend():
    figure = Figure()
    upper, lower = figure.subplots(2)
    for axes, title in ((upper, "up"), (lower, "low")):
        axes.set_title(title, loc="left")
        axes.plot([0], [1], color=BLUE)
    figure.legend([lower.lines[0]], ["MINE"])
    assert curves(upper) == {"up": ["MINE"], "low": ["MINE"]}


def test_a_cloud_of_many_colours_has_no_name():
    axes = axes_of("a")
    axes.plot([0], [1], color=RED, label="MINE")
    axes.scatter([0, 1], [1, 2], color=[RED, BLUE])
    axes.scatter([0, 1], [1, 2], c=[0.0, 1.0])
    assert curves(axes)["a"] == ["MINE"] + ["points"] * 4
