"""Chapter 07's forests: breaks and slopes of each set by gauge and method, dimensions by window."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from infoplane import plots
from infoplane.chapters.autoencoder_entropy.forests import tables
from infoplane.chapters.autoencoder_entropy.known.plots import METHODS as ESTIMATORS
from infoplane.chapters.autoencoder_entropy.plots import METHOD_LOOKS, scaling_panel
from infoplane.chapters.autoencoder_entropy.settings import GAUGES
from infoplane.chapters.autoencoder_entropy.tables import cases, of_points, scaling
from infoplane.chapters.autoencoder_entropy.tables import dimensions as of_codes
from infoplane.claims import ledger, regions
from infoplane.stats import mean_of

__all__ = [
    "break_panels",
    "code_panel",
    "digit_panels",
    "gauge_forest",
    "image_panels",
    "method_forest",
    "saturation_panel",
    "slope_panels",
    "window_forest",
]

ENTROPY = plots.CLASSES[0]
POSITION, SLOPE = "code dimension d", "slope of H(d) (nats a column)"
AFTER: plots.Look = {"color": ENTROPY, "markersize": 5}
OPEN: plots.Look = {**AFTER, "markerfacecolor": "none", "linestyle": "none"}
SECOND: plots.Look = {**OPEN, "marker": "D"}
BEFORE: plots.Look = {**OPEN, "marker": "o"}
LIMIT: plots.Look = {
    "marker": "|",
    "markersize": 12,
    "linestyle": "none",
    "color": plots.INK,
    "label": "limit of the veto",
}


@plots.styled
def break_panels(found: pd.DataFrame) -> list[Figure]:
    """Where each case breaks, by both detectors; the slopes before and after; their legend.

    found: of `tables.breaks`. Two pieces are shown where the veto lets them stand.
    """
    names = list(found["name"])
    figure, axes = plots.rows_panel(names, title="where H(d) breaks", xlabel=POSITION)
    for i, row in enumerate(found.to_dict("records")):
        axes.plot(row["second"], i, **SECOND, label="second difference")
        if row["found"]:
            ends = row["break"], row["low"], row["high"]
            plots.across(axes, i, *ends, **AFTER, label="two pieces")
    _truths(axes, dict(zip(names, found["dimension"], strict=True)), names, found["second"].max())
    slopes, beside = plots.rows_panel(names, title="before and after", xlabel=SLOPE)
    _slopes(beside, found)
    panels = [figure, slopes]
    return [*panels, plots.legend_panel(panels, ncols=2)]


@plots.styled
def slope_panels(found: pd.DataFrame) -> list[Figure]:
    """Slopes before and after the best place for a break, a panel a set of images; their legend.

    found: of `tables.breaks` and `tables.digit_breaks` together.
    """
    panels = []
    for dataset, part in found.groupby("dataset", sort=False):
        names = [str(n).removeprefix(f"{dataset}, ") for n in part["name"]]
        names = ["all" if n == dataset else n for n in names]
        figure, axes = plots.rows_panel(names, title=str(dataset), xlabel=SLOPE)
        _slopes(axes, part)
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=2)]


def _slopes(axes: Axes, found: pd.DataFrame) -> None:
    """Slopes before (open) and after with its interval, and up to where the veto lets it stand."""
    for i, row in enumerate(found.to_dict("records")):
        ends = row["after_low"], row["after_high"]
        plots.across(axes, i, row["after"], *ends, **AFTER, label="slope after")
        if np.isfinite(row["before"]):
            axes.plot(row["before"], i, **BEFORE, label="slope before")
            axes.plot(row["limit"] * max(row["before"], 0.0), i, **LIMIT)
    axes.axvline(0, color=plots.INK, linewidth=0.5)


def _truths(axes: Axes, truths: Mapping[str, float], names: Sequence[str], most: float) -> None:
    """The true dimension of each row, where it is on the axis: one line with gaps."""
    x, y = list[float](), list[float]()
    for i, name in enumerate(names):
        if truths[name] <= most:
            x += [truths[name], truths[name], np.nan]
            y += [i - 0.45, i + 0.45, np.nan]
    plots.truth(axes, x, y, label="true dimension")


def gauge_forest(ways: pd.DataFrame) -> list[Figure]:
    """:func:`_way_panels` of the gauges. ways: of `tables.by_gauge`."""
    colors = zip(GAUGES, plots.shades(len(GAUGES)), strict=True)
    return _way_panels(ways, {gauge: {"color": color} for gauge, color in colors})


def method_forest(ways: pd.DataFrame) -> list[Figure]:
    """:func:`_way_panels` of the ways to the entropy. ways: of `tables.by_method`.

    Open where a line is dashed.
    """
    looks = {
        way: {"color": look["color"]} | ({"markerfacecolor": "none"} if len(look) > 1 else {})
        for way, look in METHOD_LOOKS.items()
        if way != "shrunk"  # as good as leaving one out
    }
    return _way_panels(ways, looks)


@plots.styled
def _way_panels(ways: pd.DataFrame, looks: Mapping[str, plots.Look]) -> list[Figure]:
    """Breaks by two pieces, where the veto lets them stand, and slopes after; their legend."""
    names = list(dict.fromkeys(ways["name"]))
    truths = dict(zip(ways["name"], ways["dimension"], strict=True))
    panels = []
    for title, xlabel in (("where H(d) breaks", POSITION), ("slope behind it", SLOPE)):
        figure, axes = plots.rows_panel(names, title=title, xlabel=xlabel, each=0.45)
        for place, (way, look) in enumerate(looks.items()):
            own = ways[ways["way"] == way].set_index("name")
            shift = 0.8 * ((place + 0.5) / len(looks) - 0.5)
            for i, name in enumerate(names):
                row = own.loc[name]
                shown = ("break", "low", "high") if xlabel == POSITION else (
                    "after", "after_low", "after_high"
                )  # fmt: skip
                if xlabel == SLOPE or row["found"]:
                    marks = (float(row[column]) for column in shown)
                    plots.across(axes, i + shift, *marks, **look, markersize=4, label=way)
        if xlabel == POSITION:
            _truths(axes, truths, names, ways["high"].where(ways["found"].astype(bool)).max())
        else:
            axes.axvline(0, color=plots.INK, linewidth=0.5)
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=2)]


@plots.styled
def window_forest(found: pd.DataFrame) -> list[Figure]:
    """Correlation dimension by window, of data and of codes of the true dimension; their legend.

    found: of `tables.by_window`.
    """
    names = list(dict.fromkeys(found["name"]))
    truths = dict(zip(found["name"], found["truth"], strict=True))
    panels = []
    for of, title in (("data", "data"), ("codes", "codes of the true dimension")):
        figure, axes = plots.rows_panel(
            names, title=title, xlabel="correlation dimension", each=0.42
        )
        for place, (window, color) in enumerate(_window_colors().items()):
            own = found[(found["of"] == of) & (found["window"] == window)]
            for row in own.to_dict("records"):
                at = names.index(row["name"]) + 0.2 * (place - 1.5)
                ends = row["mean"], row["low"], row["high"]
                plots.across(axes, at, *ends, color=color, markersize=4, label=window)
        _truths(axes, truths, names, np.inf)
        axes.set_xlim(0, 1.05 * max(found["high"].max(), found["truth"].max()))
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=2)]


def _window_colors() -> dict[str, str]:
    """Grey for the default window, which follows the points; the others from fine to coarse."""
    shades = plots.shades(len(tables.WINDOWS) - 1)
    return dict(zip(tables.WINDOWS, [plots.CLASSES[2], *shades], strict=True))


@plots.styled
def code_panel(case: Mapping[str, Any], part: pd.DataFrame, points: pd.DataFrame) -> Figure:
    """Correlation dimension of codes by their dimension, and of what they encode, by window.

    part: records of one case. Lines: codes; dotted, in the same colour: what they encode.
    """
    figure, axes = plots.panel(
        title=str(case["dataset"]), xlabel=POSITION, ylabel="correlation dimension"
    )
    for i, (window, color) in enumerate(_window_colors().items()):
        x, values, _ = of_codes(part, i)
        there = np.isfinite(values).all(axis=0)
        if there.any():
            plots.band(axes, x[there], *mean_of(values[:, there]), color=color, label=window)
        own = float(of_points(case, points, i).mean())
        if np.isfinite(own):
            ends = [x[0], x[-1]]
            axes.plot(ends, [own, own], ":", color=color, linewidth=1.2, label=f"data, {window}")
    axes.set_ylim(0, None)
    return figure


@plots.styled
def image_panels(frame: pd.DataFrame, points: pd.DataFrame) -> list[Figure]:
    """:func:`code_panel` of each set of images beside its curves of C(r); the windows' legend."""
    panels = []
    for case, part in cases(frame):
        panels.append(code_panel(case, part, points))
        lines = scaling(case, part, points)
        panels.append(scaling_panel(lines, title=f"{case['dataset']}, codes and images"))
    colors = _window_colors().items()
    handles = [Line2D([], [], color=color, label=window) for window, color in colors]
    dotted = Line2D([], [], color=plots.INK, linestyle=":", label="the images themselves")
    return [*panels, plots.legend_panel(handles=[*handles, dotted], ncols=2)]


@plots.styled
def saturation_panel(found: pd.DataFrame) -> Figure:
    """Dimension of the widest codes less that of the images, a row a set and window.

    found: of `tables.saturations`; grey: what the claim accepts.
    """
    colors = _window_colors()
    names = [f"{row['dataset']}, {row['window']}" for row in found.to_dict("records")]
    figure, axes = plots.rows_panel(
        names, title="widest codes less images", xlabel="difference of dimensions"
    )
    (accepted,) = regions(ledger()["entropy.saturates"]).values()
    axes.axvspan(-accepted.high, accepted.high, color=plots.INK, alpha=0.08, linewidth=0)
    for i, row in enumerate(found.to_dict("records")):
        ends = row["difference"], row["low"], row["high"]
        plots.across(axes, i, *ends, color=colors[row["window"]], label=row["window"])
    plots.truth(axes, [0, 0], [-0.5, len(names) - 0.5], label="saturated")
    return figure


@plots.styled
def digit_panels(found: pd.DataFrame, closest: pd.DataFrame) -> list[Figure]:
    """Dimension of each digit by each way, a panel a set; whose the closest pairs are; a legend.

    found: of `tables.by_digit`; closest: records of `closest_pairs.closest`.
    """
    panels = []
    for dataset, part in found.groupby("dataset", sort=False):
        figure, axes = plots.panel(title=str(dataset), xlabel="digit", ylabel="dimension")
        ways = list(dict.fromkeys(part["way"]))
        for place, way in enumerate(ways):
            _, color, marker = ESTIMATORS.get(way, ("", plots.INK, "x"))
            own = part[part["way"] == way]
            bars = np.stack([own["mean"] - own["low"], own["high"] - own["mean"]])
            axes.errorbar(
                own["digit"] + 0.18 * (place - 1.5), own["mean"], bars, color=color, marker=marker,
                markersize=4, linestyle="none", elinewidth=1, label=way.partition(" of ")[0],
            )  # fmt: skip
        axes.set_xticks(range(10))
        axes.set_ylim(0, None)
        panels.append(figure)
    figure, axes = plots.panel(
        title="whose the closest pairs are", xlabel="digit", ylabel="share of pairs (%)"
    )
    groups = closest.groupby("dataset", sort=False)
    for place, ((dataset, part), color) in enumerate(zip(groups, plots.CLASSES, strict=False)):
        shares = 100 * np.array(part["shares"].tolist())  # (seeds, digits)
        width = 0.8 / groups.ngroups
        at = np.arange(10) + width * (place + 0.5) - 0.4
        axes.bar(at, shares.mean(axis=0), width, color=color, label=str(dataset))
    axes.set_xticks(range(10))
    axes.legend()
    return [*panels, figure, plots.legend_panel(panels)]
