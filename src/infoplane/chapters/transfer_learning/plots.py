"""Pictures of chapter 06: images, networks, correlations, and what noise does to compactness."""

import itertools
from collections.abc import Iterable, Mapping

import matplotlib.ticker as tick
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.chapters.transfer_learning import correlated, tables
from infoplane.chapters.transfer_learning.settings import (
    ACCURACY,
    COMPACTNESS,
    NORMS,
    OF_LABEL,
    RANKERS,
    REGIMES,
    TRANSFERRED,
)
from infoplane.chapters.transfer_learning.tables import SHORT
from infoplane.datasets import vision
from infoplane.stats import mean_of

__all__ = [
    "accuracy_panel",
    "compactness_panels",
    "course_panels",
    "critic_panel",
    "image_panel",
    "matrix_panels",
    "noise_panels",
    "pair_panels",
    "ranker_panels",
]

Frames = Mapping[str, pd.DataFrame]

NORM_NAMES = {
    "rows": "rows of length 1", "variance": "variance 1 in all", "raw": "the network's own scale",
}  # fmt: skip
COLOR = plots.CLASSES[0]
MARKERS = "osD^v"
EACH = 0.25  # inches a row: there are many
REGION: plots.Look = {
    "color": plots.CLASSES[2],
    "alpha": 0.6,
    "linewidth": 6,
    "solid_capstyle": "butt",
}


@plots.styled
def image_panel(count: int = 6) -> Figure:
    """Some of the digits that are to be told apart, one class a row."""
    found = vision.load("digits")
    figure = Figure(figsize=(4.2, 1.7), layout="constrained")
    for row, digit in enumerate(TRANSFERRED):
        own = found.images[found.labels == digit][:count]
        for column, image in enumerate(own):
            axes = figure.add_subplot(len(TRANSFERRED), count, row * count + column + 1)
            axes.imshow(image, cmap="gray", interpolation="nearest")
            axes.set_axis_off()
    return figure


@plots.styled
def compactness_panels(frames: Frames, pairs: pd.DataFrame) -> list[Figure]:
    """Accuracy over compactness, a dot a network, by regime; and r, beside what was reported."""
    families = np.array(tables.families(frames))
    own = pairs[(pairs["a"] == ACCURACY) & (pairs["b"] == COMPACTNESS)].set_index("regime")
    panels = []
    for regime in REGIMES:
        found = tables.quantities(frames, regime)
        x, y = (found[name].mean(axis=1) for name in (COMPACTNESS, ACCURACY))
        title = f"{regime}, r = {own.loc[regime, 'r']:.2f}"
        figure, axes = plots.panel(title=title, xlabel=f"{SHORT[COMPACTNESS]} (nats)",
                                   ylabel="accuracy")  # fmt: skip
        for (family, color), marker in zip(_colors(families).items(), MARKERS, strict=False):
            rows = families == family
            axes.plot(x[rows], y[rows], marker, color=color, label=family)
        panels.append(figure)
    figure, axes = plots.panel(title="r of the two", xlabel="r")
    _entries(axes, list(REGIMES), own.loc[list(REGIMES)].reset_index())
    handles, labels = panels[0].axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2)
    return [*panels, figure]


@plots.styled
def accuracy_panel(frames: Frames) -> Figure:
    """Accuracy of each network by regime, with a standard error of the test images."""
    every = tables.accuracies(frames)
    best = every[every["regime"] == "optimal"].set_index("network")["accuracy"]
    order = list(best.sort_values().index)
    figure, axes = plots.rows_panel(order, title="", xlabel="accuracy", each=1.2 * EACH)
    shades = plots.shades(len(REGIMES))
    for regime, color, marker in zip(REGIMES, shades, MARKERS, strict=False):
        own = every[every["regime"] == regime].set_index("network").loc[order]
        rows = np.arange(len(order)) + 0.28 * (REGIMES.index(regime) - 1)
        axes.errorbar(own["accuracy"], rows, xerr=own["chance"], fmt=marker, color=color,
                      capsize=2, markersize=4, label=regime)  # fmt: skip
    axes.xaxis.set_major_locator(tick.MaxNLocator(4))
    axes.xaxis.set_minor_locator(tick.AutoMinorLocator())
    _legend(figure, 3)
    return figure


@plots.styled
def course_panels(frames: Frames) -> list[Figure]:
    """Figure 9 of the source: quantities over the classifiers' training, mean over networks."""
    every = tables.courses(frames)
    panels = []
    for name, title, color in (
        ("accuracy", "accuracy", COLOR), ("loss", "loss (nats)", COLOR),
        ("ross", "information (nats)", plots.COLORS["ross"]),
    ):  # fmt: skip
        figure, axes = plots.panel(xlabel="epoch", ylabel=title)
        of_network = every.groupby(["network", "epoch"])[name].mean().unstack("epoch")
        for _, row in of_network.iterrows():
            axes.plot(of_network.columns, row, color=color, alpha=0.25, linewidth=0.9)
        label = "I(P;Y)" if name == "ross" else "mean over networks"
        plots.band(axes, of_network.columns, *mean_of(of_network.to_numpy()), label=label,
                   color=color)  # fmt: skip
        if name == "ross":
            found = tables.quantities(frames, REGIMES[0])
            for of, color_of in ((OF_LABEL, plots.COLORS["classifier"]), (COMPACTNESS, plots.INK)):
                axes.axhline(float(found[of].mean()), color=color_of, label=SHORT[of],
                             linestyle="-." if of == OF_LABEL else ":")  # fmt: skip
        _logarithmic(axes)
        if name == "ross":
            _legend(figure, 2)
        panels.append(figure)
    return panels


@plots.styled
def matrix_panels(frames: Frames) -> list[Figure]:
    """Correlation matrices by regime: as reported, and over the networks of the records."""
    style: plots.Look = {"label": "r", "vmin": -1.0, "vmax": 1.0, "numbers": ".2f"}
    panels = []
    for regime in REGIMES:
        for title, table in (
            ("reported", correlated.reported(regime)),
            ("here", correlated.matrix(frames, regime)),
        ):
            named = table.rename(index=SHORT, columns=SHORT)
            figure = plots.heatmap(named, title=f"{regime}, {title}", **style)
            # the numbers are in the cells: a bar beside each of six would say them again
            if (bar := figure.axes[0].collections[0].colorbar) is not None:
                bar.remove()
            panels.append(figure)
    return panels


@plots.styled
def pair_panels(frames: Frames, table: pd.DataFrame) -> list[Figure]:
    """Each entry with its interval, by the source's estimators too, beside where it has to lie."""
    table = table.assign(by_source=correlated.by_source(frames, table))
    panels = []
    for regime in REGIMES:
        own = table[table["regime"] == regime].reset_index(drop=True)
        names = [f"{SHORT[a]} ~ {SHORT[b]}" for a, b in zip(own["a"], own["b"], strict=True)]
        figure, axes = plots.rows_panel(names, title=regime, xlabel="r", each=EACH)
        _entries(axes, names, own)
        hollow: plots.Look = {"markerfacecolor": "none", "markersize": 4}
        axes.plot(own["by_source"], own.index, "D", color=plots.COLORS["mine"], **hollow)
        panels.append(figure)
    return panels


@plots.styled
def critic_panel(frames: Frames) -> Figure:
    """AA-MINE against the exact value, a dot a network, bars over its runs."""
    table = tables.estimators(frames)
    figure, axes = plots.panel(xlabel="exact I(X;E+ε) (nats)", ylabel="AA-MINE (nats)")
    axes.errorbar(table["exact"], table["AA-MINE"], table["AA-MINE, std"], fmt="o",
                  color=plots.COLORS["aa-mine"], capsize=2)  # fmt: skip
    most = float(table["exact"].max())
    plots.truth(axes, [0, most], [0, most])
    axes.legend()
    return figure


@plots.styled
def noise_panels(frames: Frames) -> list[Figure]:
    """I(X;E+ε) of each network over the noise, by scale; and its r with accuracy.

    A line a network, from blue, the least accurate in the optimal regime, to orange.
    """
    every = tables.by_noise(frames)
    accuracy = tables.quantities(frames, "optimal")[ACCURACY].mean(axis=1)
    order = tables.networks(frames).index[np.argsort(accuracy)]
    panels = []
    for norm in NORMS:
        figure, axes = plots.panel(
            title=NORM_NAMES[norm], xlabel="noise (std)", ylabel="I(X;E+ε) (nats)"
        )
        own = every[every["norm"] == norm]
        for name, color in zip(order, plots.shades(len(order)), strict=True):
            of_network = own[own["network"] == name]
            axes.plot(of_network["noise_std"], of_network["value"], color=color, label=name,
                      linewidth=1.1)  # fmt: skip
        _logarithmic(axes)
        axes.set_ylim(-0.2, 1.12 * own["ceiling"].iloc[0])
        plots.ceiling(axes, own["ceiling"].iloc[0], "log N")
        panels.append(figure)
    figure, axes = plots.panel(title="r with accuracy, optimal", xlabel="noise (std)", ylabel="r")
    table = correlated.over_noise(frames)
    for i, (norm, color) in enumerate(zip(NORMS, plots.CLASSES, strict=False)):
        own = table[(table["norm"] == norm) & table["r"].notna()]
        x = own["noise_std"] * 1.05 ** (i - 1)  # side by side: intervals reach over each other
        middle, half = (own["low"] + own["high"]) / 2, (own["high"] - own["low"]) / 2
        axes.errorbar(x, middle, half, fmt="none", ecolor=color, capsize=2)
        axes.plot(x, own["r"], color=color, marker=MARKERS[i], label=NORM_NAMES[norm])
    _logarithmic(axes)
    axes.set_ylim(-1.05, 1.05)
    axes.axhline(0, color=plots.INK, linewidth=0.5)
    _legend(figure, 1)
    return [*panels, figure]


@plots.styled
def ranker_panels(frames: Frames) -> list[Figure]:
    """r of each ranker with accuracy, and given accuracy where the networks were trained."""
    every = correlated.of_rankers(frames).reindex(list(RANKERS))
    panels = []
    for prefix, title in (
        ("", "r with accuracy, optimal"),
        ("partial ", "given the accuracy where trained"),
    ):
        table = every if not prefix else every.drop(index="pretrained")
        names = [RANKERS[name] for name in table.index]
        figure, axes = plots.rows_panel(names, title=title, xlabel="r", each=EACH)
        own = table[[f"{prefix}{end}" for end in ("r", "low", "high")]].to_numpy()
        for i, (r, low, high) in enumerate(own):
            if np.isfinite(r):
                color = plots.INK if table.index[i] == "compactness" else COLOR
                plots.across(axes, i, r, low, high, color=color)
        axes.set_xlim(-1.05, 1.05)
        axes.axvline(0, color=plots.INK, linewidth=0.5)
        panels.append(figure)
    return panels


def _logarithmic(axes: Axes) -> None:
    """The x axis, with numbers written out."""
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(tick.FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_formatter(tick.NullFormatter())


def _entries(axes: Axes, names: list[str], entries: pd.DataFrame) -> None:
    """A row an entry: r with its interval, where it has to lie (grey), what was reported."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    for i, row in enumerate(entries.to_dict("records")):
        low, high = correlated.accepted(row["reported"])
        axes.plot([low, high], [i, i], **REGION, zorder=0)
        axes.plot(row["reported"], i, "|", color=plots.INK, markersize=9)
        plots.across(axes, i, row["r"], row["low"], row["high"], color=COLOR)
    axes.set_xlim(-1.05, 1.05)
    axes.axvline(0, color=plots.INK, linewidth=0.5)


def _colors(families: Iterable[str]) -> dict[str, str]:
    return dict(zip(dict.fromkeys(families), itertools.cycle(plots.CLASSES), strict=False))


def _legend(figure: Figure, columns: int) -> None:
    """Below the axes, which are often full."""
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=columns)
