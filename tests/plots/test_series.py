"""The numbers of a figure are those that were drawn."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.plots.series import COLUMNS, as_csv


def axes_of(title=""):
    axes = Figure().add_subplot()
    axes.set_title(title, loc="left")
    return axes


def table(*axes):
    text = as_csv([each.figure for each in axes])
    assert text.splitlines()[0] == ",".join(COLUMNS)
    return pd.read_csv(io.StringIO(text), dtype={"frame": str})


def test_a_line_its_band_and_what_goes_across():
    axes = axes_of("tanh")
    plots.band(axes, [0, 1], [2, 3], [1.5, 2], [2.5, 4], label="MINE", color="#d55e00")
    plots.ceiling(axes, 8.3, "log n")
    found = table(axes)
    assert set(found["panel"]) == {"tanh"}
    assert set(found["curve"]) == {"MINE"}
    line, band = found[found["y"].notna()], found[found["low"].notna()]
    assert line[["x", "y"]].to_numpy().tolist() == [[0, 2], [1, 3]]
    assert band[["x", "low", "high"]].to_numpy().tolist() == [[0, 1.5, 2.5], [1, 2, 4]]


def test_a_line_across_has_one_coordinate_and_a_shaded_part_is_no_bar():
    axes = axes_of()
    axes.axhline(2.5, label="true")
    axes.axvline(7, label="break")
    axes.axvspan(1, 3, alpha=0.2)
    axes.axhspan(1, 3, label="accepted")
    found = table(axes).set_index("curve")
    assert set(found.index) == {"true", "break"}
    assert (found.loc["true", "y"], found.loc["break", "x"]) == (2.5, 7)
    assert np.isnan(found.loc["true", "x"])
    assert np.isnan(found.loc["break", "y"])


def test_what_seaborn_draws_for_its_legend_only_is_no_row():
    axes = axes_of()
    axes.plot([np.nan], [np.nan], color="#123456", label="a")
    axes.plot([0, 1], [1, np.nan], color="#123456")
    found = table(axes)
    assert found[["curve", "x"]].to_numpy().tolist() == [["a", 0.0]]  # nor is a value that is none


def test_what_stands_at_a_name_has_it():
    axes = axes_of()
    axes.plot([1.0, 2.0], [0.1, 1.9], "o")
    axes.set_yticks([0, 2], ["digits", "roll"])
    axes.set_xticks([1, 2], ["1", "10"])  # numbers are none
    assert table(axes)[["x", "y"]].to_numpy().tolist() == [[1.0, "digits"], [2.0, "roll"]]


def test_points_and_their_frames():
    axes = axes_of()
    for frame in range(2):
        plots.in_frame(frame, axes.scatter([0, 1], [frame, 5], label="layer 1"))
    found = table(axes)
    assert found["frame"].tolist() == ["0", "0", "1", "1"]
    assert found[["x", "y"]].to_numpy().tolist() == [[0, 0], [1, 5], [0, 1], [1, 5]]
    assert set(found["panel"]) == {1}  # without a title its number


def test_error_bars_upright_and_across():
    axes = axes_of()
    axes.errorbar([1], [2], yerr=0.5, xerr=0.25, label="a", color="#123456", fmt="o")
    bars = table(axes)
    bars = bars[bars["low"].notna()].sort_values("low")
    assert set(bars["curve"]) == {"a"}
    across, upright = bars.to_dict("records")
    assert (across["y"], across["low"], across["high"]) == (2, 0.75, 1.25)
    assert (upright["x"], upright["low"], upright["high"]) == (1, 1.5, 2.5)


def test_columns_of_a_bar_chart():
    axes = axes_of()
    axes.bar([0, 1], [2, 3], width=0.5)
    assert table(axes)[["x", "y"]].to_numpy().tolist() == [[0, 2], [1, 3]]


def test_a_map_with_names_and_without_its_colour_bar():
    values = pd.DataFrame([[1.0, 2.0], [3.0, 4.0]], index=["u", "v"], columns=["a", "b"])
    figure = plots.heatmap(values, title="t", label="nats", vmax=4)
    found = table(figure.axes[0])
    assert found[["x", "y", "low"]].to_numpy().tolist() == [
        ["a", "u", 1.0], ["b", "u", 2.0], ["a", "v", 3.0], ["b", "v", 4.0]
    ]  # fmt: skip


@pytest.mark.parametrize("drawn", [True, False])
def test_nothing_drawn_is_no_table(drawn):
    axes = axes_of()
    if drawn:
        axes.imshow(np.zeros((3, 3)))
    assert as_csv([axes.figure]) == ""


def test_what_the_axes_are_stands_in_the_header_or_with_each_panel():
    one, two = axes_of("a"), axes_of("b")
    for axes in (one, two):
        axes.plot([0], [1])
        axes.set(xlabel="epoch", ylabel="nats")
    header, first, second = as_csv([one.figure, two.figure]).splitlines()
    assert header == "panel,frame,curve,x: epoch,y: nats,low,high"
    two.set_ylabel("spread")
    header, first, second = as_csv([one.figure, two.figure]).splitlines()
    assert header == ",".join(COLUMNS)
    assert first.startswith('"a (x: epoch, y: nats)",')
    assert second.startswith('"b (x: epoch, y: spread)",')


def test_a_name_with_a_comma_is_one_cell():
    axes = axes_of("a, b")
    axes.plot([0], [1], label='exact, "σ" = .1')
    (row,) = list(csv.DictReader(io.StringIO(as_csv([axes.figure]))))
    assert (row["panel"], row["curve"]) == ("a, b", 'exact, "σ" = .1')


@pytest.mark.parametrize("along", [True, False])
def test_a_line_in_the_panels_units_from_edge_to_edge_has_one_coordinate(along):
    axes = axes_of()
    axes.set(xlim=(0, 1), ylim=(2, 0))
    ends = ([0, 1], [0.5, 0.5]) if along else ([0.5, 0.5], [-1, 3])
    axes.plot(*ends, label="exact")
    axes.plot(*ends)
    found = table(axes)
    assert found[["curve", "y" if along else "x"]].to_numpy().tolist() == [["exact", 0.5]]
    assert found["x" if along else "y"].isna().all()


def test_what_is_drawn_in_other_units_is_no_number():
    axes = axes_of()
    axes.plot([0, 1], [0, 1], transform=axes.transAxes, label="a")
    axes.axline((0, 0), slope=2, label="b")
    axes.fill_between([0, 1], 0, 1, transform=axes.get_xaxis_transform(), label="c")
    axes.scatter([0], [1], transform=axes.transAxes, label="d")
    assert as_csv([axes.figure]) == ""


def test_a_bar_aslant_has_two_ends_and_no_interval():
    axes = axes_of()
    axes.add_collection(LineCollection([[(0, 1), (2, 3)]], label="path"))
    assert table(axes)[["curve", "x", "y"]].to_numpy().tolist() == [["path", 0, 1], ["path", 2, 3]]


def test_an_interval_of_no_length_is_a_point_whichever_way_it_lies():
    axes = axes_of()
    axes.errorbar([1], [2], xerr=[0], fmt="none", label="a")
    assert table(axes)[["x", "y"]].to_numpy().tolist() == [[1, 2]]
    assert table(axes)["low"].isna().all()


def test_dots_without_a_name_are_points_however_they_are_drawn():
    axes = axes_of()
    axes.plot([0], [1], "o")
    axes.scatter([0], [2])
    assert table(axes)["curve"].tolist() == ["points", "points"]
