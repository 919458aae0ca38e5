"""Pictures of chapter 04: noise, and a critic that knows the layer."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from infoplane import plots
from infoplane.chapters.infinite_mi.errors import asked
from infoplane.chapters.infinite_mi.theory import population
from infoplane.stats import ends, over_seeds

__all__ = [
    "ablation_panels",
    "channel_panel",
    "error_panels",
    "near_panels",
    "value_panels",
]

# Form and critic of an estimator: what it is coloured like, its line, its marker, its name.
LOOKS = {
    ("input", "separable"): ("mine", "-", "o", "MINE, separable"),
    ("pair", "separable"): ("aa-mine", "-", "o", "AA-MINE pair, separable"),
    ("input", "concatenated"): ("mine", ":", "^", "MINE, concatenated"),
    ("difference", "concatenated"): ("aa-mine", ":", "^", "AA-MINE difference, concatenated"),
}
DOTTED: plots.Look = {"color": plots.INK, "linestyle": ":"}
GREY: plots.Look = {"color": plots.INK, "alpha": 0.22, "linewidth": 0}  # seen on a dark page, too
MARKS = (-100, -10, -3, -1, -0.5, 0, 0.5, 1, 3, 10, 100)  # on an axis of errors, nats
Case = tuple[str, int]  # a map and its dimension


@plots.styled
def channel_panel() -> Figure:
    """X, the layer T, and T with noise; below, which two of these a critic is given."""
    figure, axes = plots.panel(size=(4.2, 3.1))
    axes.set(xlim=(-1.75, 2.6), ylim=(-3.6, 1.15))
    axes.axis("off")
    center: plots.Look = {"ha": "center", "va": "center"}
    box = {"boxstyle": "round,pad=0.45", "facecolor": "none", "edgecolor": plots.INK}
    arrow = {"arrowstyle": "->", "color": plots.INK}
    names = ("X", "T = t(X)", "T + ε")
    for x, name in enumerate(names):
        axes.text(x, 0, name, bbox=box, **center)
    for start, end in ((0.2, 0.55), (1.45, 1.7)):
        axes.annotate("", (end, 0), (start, 0), arrowprops=arrow)
    axes.annotate("", (2, 0.28), (2, 0.8), arrowprops=arrow)
    axes.text(2, 0.95, "ε ~ N(0, σ²I)", **center)
    axes.text(-1.75, -0.85, "what the critic is given", va="center", style="italic")
    rows = (("MINE", "mine", 0, "T + ε"), ("AA-MINE, pair", "aa-mine", 1, "T + ε"),
            ("AA-MINE, difference", "aa-mine", 1, "ε"))  # fmt: skip
    for i, (name, color, x, noisy) in enumerate(rows):
        y, own = -1.6 - 0.8 * i, plots.COLORS[color]
        axes.text(-1.75, y, name, color=own, va="center")
        axes.plot([x, 2], [y, y], color=own, marker="o", label=name)
        axes.text(x, y + 0.3, "X" if x == 0 else "T", color=own, **center)
        axes.text(2, y + 0.3, noisy, color=own, **center)
    return figure


@plots.styled
def value_panels(
    errors: pd.DataFrame, frames: Mapping[str, pd.DataFrame], cases: Sequence[Case]
) -> list[Figure]:
    """Estimates of I(X; T + eps) against the noise, up to log N; a panel a map and dimension.

    errors: of `errors.errors`, here and below. Dashed: exact; dotted: of the population; grey:
    the Kolchinsky-Tracey bracket. Bars: 95 % intervals, here and below. The last has the legend.
    """
    panels = []
    for case in cases:
        figure, axes = _noise_panel(errors, case, "value", "I(X; T + ε) (nats)")
        bounds, exact = (_of(frames[part], case) for part in ("bracket", "exact"))
        axes.fill_between(bounds["sigma"], bounds["low"], bounds["high"], **GREY)
        if case[0] == "linear":
            grid = np.geomspace(exact["sigma"].min(), exact["sigma"].max(), 100)
            axes.plot(grid, population(case[1], grid), label="population", **DOTTED)
        known = exact.groupby("sigma")["exact"].mean()
        plots.truth(axes, known.index, known)
        highest = np.log(exact["n"].iloc[0])
        axes.axhline(highest, color=plots.INK, linewidth=0.8)
        axes.set_ylim(-0.5, 1.15 * highest)
        panels.append(figure)
    known_lines = [Line2D([], [], label="exact", **plots.TRUTH)]
    if any(name == "linear" for name, _ in cases):
        known_lines.append(Line2D([], [], label="of the population", **DOTTED))
    bracket = Patch(label="bracket", **GREY)
    return [*panels, plots.legend_panel(handles=[*_estimators(), *known_lines, bracket])]


@plots.styled
def error_panels(errors: pd.DataFrame, cases: Sequence[Case]) -> list[Figure]:
    """The same minus the exact value, logarithmic beyond one nat; grey: where claims are judged."""
    panels = []
    for case in cases:
        figure, axes = _noise_panel(errors, case, "error", "estimate minus exact (nats)")
        part = _of(errors, case)
        plots.truth(axes, [part["sigma"].min(), part["sigma"].max()], [0, 0])
        axes.set_yscale("symlog", linthresh=1)
        limits = axes.get_ylim()
        axes.set(yticks=MARKS, yticklabels=[f"{mark:g}" for mark in MARKS], ylim=limits)
        inside = part[part["inside"]]["sigma"]
        if len(inside):
            axes.axvspan(inside.min() / 1.25, inside.max() * 1.25, **GREY)
        panels.append(figure)
    judged = Patch(label="claims are judged here", **GREY)
    exact = Line2D([], [], label="exact", **plots.TRUTH)
    return [*panels, plots.legend_panel(handles=[*_estimators(), exact, judged])]


@plots.styled
def near_panels(errors: pd.DataFrame) -> list[Figure]:
    """Errors as shares of the exact value, where it lies in 2 to 6 nats; grey: what was asked.

    A panel a dimension, a row a map and noise, and a legend; none where there is no such case.
    """
    table = asked(errors)
    table = table.assign(relative=100 * table["off"] * table["asked"])
    rows = table.drop_duplicates(["d", "map", "sigma"])["d"].value_counts()
    panels = []
    for d, part in table.groupby("d"):
        where = part.groupby(["map", "sigma"])["mean_exact"].first()
        size = (4.2, 1.2 + 0.7 * rows.max())
        figure, axes = plots.panel(
            title=f"d = {d}", xlabel="error (% of the exact value)", size=size
        )
        reach = 100 * part["asked"].iloc[0]
        axes.axvspan(-reach, reach, **GREY)
        for place, ((form, critic), look) in enumerate(LOOKS.items()):
            own = part[(part["form"] == form) & (part["critic"] == critic)]
            own = own.groupby(["map", "sigma"])["relative"]
            _bars(axes, own, np.arange(len(where)) + 0.15 * (place - 1.5), look, across=True)
        labels = [f"{name}, σ = {sigma:g}" for name, sigma in where.index]
        axes.set_yticks(range(len(where)), labels)
        axes.set_ylim(len(where) - 0.5, -0.5)
        plots.truth(axes, [0, 0], (-0.5, len(where) - 0.5))
        panels.append(figure)
    wanted = Patch(label="what was asked", **GREY)
    return [*panels, plots.legend_panel(handles=[*_estimators(), wanted])] if panels else []


@plots.styled
def ablation_panels(layers: pd.DataFrame, exact: pd.DataFrame) -> list[Figure]:
    """MINE given ever deeper layers of the network in place of its input; a panel a dimension.

    The first has the legend of all.
    """
    panels: list[Figure] = []
    for d, part in layers.groupby("d"):
        figure, axes = plots.panel(title=f"tanh, d = {d}", xlabel="the critic is given")
        for critic, line, marker in (("separable", "-", "o"), ("concatenated", ":", "^")):
            own = part[part["critic"] == critic]
            look: plots.Look = {"linestyle": line, "marker": marker, "label": critic}
            color = plots.COLORS["mine"]
            plots.band(axes, *over_seeds(own, "layer", "value"), color=color, **look)
        plots.truth(axes, [0, 3], [exact[exact["d"] == d]["exact"].mean()] * 2)
        axes.set(xticks=range(4), xticklabels=["X", "T1", "T2", "T3 = T"], ylabel="estimate (nats)")
        axes.set_ylim(0, None)
        if not panels:
            axes.legend(loc="lower right")
        panels.append(figure)
    return panels


def _of(frame: pd.DataFrame, case: Case) -> pd.DataFrame:
    return frame[(frame["map"] == case[0]) & (frame["d"] == case[1])]


def _noise_panel(errors: pd.DataFrame, case: Case, column: str, ylabel: str) -> tuple[Figure, Axes]:
    """The four estimates of one case against the noise, side by side, with their bars."""
    title = f"{case[0]}, d = {case[1]}"
    figure, axes = plots.panel(title=title, xlabel="noise σ", ylabel=ylabel)
    part = _of(errors, case)
    sigmas = np.array(sorted(part["sigma"].unique()))
    for place, ((form, critic), look) in enumerate(LOOKS.items()):
        own = part[(part["form"] == form) & (part["critic"] == critic)].groupby("sigma")[column]
        _bars(axes, own, sigmas * 1.06 ** (place - 1.5), look)
    axes.set(xscale="log", xticks=sigmas, xticklabels=[f"{sigma:g}" for sigma in sigmas])
    axes.minorticks_off()
    return figure, axes


def _bars(
    axes: Axes, groups: Any, at: npt.ArrayLike, look: tuple[str, str, str, str], *,
    across: bool = False,
) -> None:  # fmt: skip
    """Means of groups with their 95 % bars; joined by a line, unless they lie across."""
    color, line, marker, label = look
    mean = groups.mean().to_numpy()
    low, high = np.array([ends(values) for _, values in groups]).T
    reach = np.array([mean - low, high - mean])
    style: plots.Look = {"color": plots.COLORS[color], "marker": marker, "label": label}
    style |= {"markersize": 4, "capsize": 2, "elinewidth": 1.0}
    if across:
        axes.errorbar(mean, at, xerr=reach, linestyle="none", **style)
    else:
        axes.errorbar(at, mean, yerr=reach, linestyle=line, linewidth=1.2, **style)


def _estimators() -> list[Line2D]:
    looks: list[plots.Look] = [
        {"color": plots.COLORS[color], "linestyle": line, "marker": marker, "label": label}
        for color, line, marker, label in LOOKS.values()
    ]
    return [Line2D([], [], markersize=4, **look) for look in looks]
