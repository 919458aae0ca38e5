"""Repetitions: each value, and means with intervals, where their names stand."""

import io

import numpy as np
import pandas as pd
from matplotlib.collections import PathCollection

from infoplane import plots
from infoplane.plots.series import as_csv


def dots_of(axes):
    return [dots for dots in axes.collections if isinstance(dots, PathCollection)]


def repeated():
    """Three values of each of two ways in each of two groups."""
    rows = [
        {"group": group, "way": way, "value": start + seed}
        for group, start in (("a", 0.0), ("b", 10.0))
        for way in ("one", "two")
        for seed in (0.0, 1.0, 5.0)
    ]
    return pd.DataFrame(rows)


def test_repetitions_show_each_value_its_mean_and_its_interval(shown):
    made, axes = plots.panel()
    plots.repetitions(
        axes,
        repeated().query("way == 'one'"),
        x="group",
        y="value",
        hue="group",
        interval=lambda values: (values.min() - 1, values.max() + 2),
        palette={"a": plots.COLORS["mine"], "b": plots.COLORS["ksg"]},
    )
    dots = [xy for each in dots_of(axes) if len(xy := each.get_offsets())]
    assert [sorted(xy[:, 1]) for xy in dots] == [[0, 1, 5], [10, 11, 15]]
    drawn = np.concatenate([line.get_xydata() for line in axes.lines])
    assert {(0, 2), (1, 12)} <= {tuple(xy) for xy in drawn}  # means
    bars = [bar for each in axes.containers for bar in each.lines[2][0].get_segments()]
    assert [bar[:, 1].tolist() for bar in bars] == [[-1, 7], [9, 17]]
    plots.show(made, alt="a", caption="c")


def test_ways_stand_side_by_side_where_their_repetitions_do():
    _, axes = plots.panel()
    palette = {"one": plots.CLASSES[0], "two": plots.CLASSES[1]}
    plots.repetitions(
        axes,
        repeated(),
        x="value",
        y="group",
        hue="way",
        interval=lambda values: (values.min(), values.max()),
        palette=palette,
        markers=["o", "s"],
    )
    means = [
        line for line in axes.lines if line.get_marker() in ("o", "s") and len(line.get_xdata())
    ]
    at = {y for line in means for y in line.get_ydata()}
    dots = {y for each in dots_of(axes) for y in np.round(np.unique(each.get_offsets()[:, 1]), 6)}
    assert dots == {-0.2, 0.2, 0.8, 1.2}
    assert {float(np.round(y, 6)) for y in at} == dots
    assert [text.get_text() for text in axes.get_legend().get_texts()][-2:] == ["one", "two"]


def test_its_numbers_are_values_means_and_ends_and_no_caps():
    made, axes = plots.panel()
    one = repeated().query("way == 'one'")
    plots.repetitions(
        axes, one, x="value", y="group", hue="group",
        interval=lambda values: (values.mean() - 1, values.mean() + 1),
        palette={"a": plots.COLORS["mine"], "b": plots.COLORS["ksg"]},
    )  # fmt: skip
    axes.set(xlabel="", ylabel="")
    found = pd.read_csv(io.StringIO(as_csv([made])))
    means, bars = (found[found["curve"] == "mean"].dropna(subset=at) for at in ("x", "low"))
    assert means[["x", "y"]].to_numpy().tolist() == [[2, "a"], [12, "b"]]
    assert bars[["y", "low", "high"]].to_numpy().tolist() == [["a", 1, 3], ["b", 11, 13]]
    assert sorted(found.loc[found["curve"] == "points", "x"]) == sorted(one["value"])
    assert len(found) == len(means) + len(bars) + len(one)


def test_dots_of_ways_of_one_colour_say_which_way_they_are():
    made, axes = plots.panel()
    plots.repetitions(
        axes, repeated(), x="group", y="value", hue="way", interval=lambda v: (v.min(), v.max()),
        palette=dict.fromkeys(("one", "two"), plots.COLORS["mine"]), markers=["o", "s"],
    )  # fmt: skip
    axes.set(xlabel="", ylabel="")
    found = pd.read_csv(io.StringIO(as_csv([made])))
    assert found["curve"].value_counts().to_dict() == {
        "one, each": 6, "two, each": 6, "one": 4, "two": 4
    }  # fmt: skip


def test_an_interval_need_not_lie_around_its_mean():
    made, axes = plots.panel()
    frame = pd.DataFrame({"a": ["b"] * 2, "v": [1.0, 3.0]})
    palette = {"b": plots.COLORS["mine"]}
    plots.repetitions(
        axes, frame, x="a", y="v", hue="a", interval=lambda v: (5.0, 6.0), palette=palette
    )
    assert "mean,b,,5,6" in as_csv([made])
