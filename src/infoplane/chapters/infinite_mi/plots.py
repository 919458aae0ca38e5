"""Pictures of chapter 04: growth without end; noise, and a critic that knows the layer."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from infoplane import plots
from infoplane.chapters.infinite_mi.divergence import fates
from infoplane.chapters.infinite_mi.errors import asked
from infoplane.chapters.infinite_mi.theory import population
from infoplane.stats import ends, mean_of, over_seeds

__all__ = [
    "NAMES",
    "ablation_panels",
    "channel_panel",
    "error_panels",
    "fate_panels",
    "growth_panels",
    "near_panels",
    "value_panels",
]

NAMES = {"identity": "I(X; X)", "random": "I(X; AX)"}  # of the matrices
# Form and critic of an estimator: what it is coloured like, its line, its marker, its name.
LOOKS = {
    ("input", "separable"): ("mine", "-", "o", "MINE, separable"),
    ("pair", "separable"): ("aa-mine", "-", "o", "AA-MINE pair, separable"),
    ("input", "concatenated"): ("mine", ":", "^", "MINE, concatenated"),
    ("difference", "concatenated"): ("aa-mine", ":", "^", "AA-MINE difference, concatenated"),
}
DOTTED: plots.Look = {"color": plots.INK, "linestyle": ":"}
MARKS = (-100, -10, -3, -1, -0.5, 0, 0.5, 1, 3, 10, 100)  # on an axis of errors, nats
FATES = {
    "growing": plots.CLASSES[4], "unclear": plots.CLASSES[2], "falling": plots.CLASSES[3],
    "blown up": plots.INK,
}  # fmt: skip

Case = tuple[str, int]  # a map and its dimension


@plots.styled
def growth_panels(runs: pd.DataFrame, *, scale: str) -> list[Figure]:
    """Both curves of the bound over training, a shade a learning rate; a panel a problem, a legend.

    runs: records of plain MINE; scale: of the axis of steps. Bands, of what is held out, and bars
    at the end, of training batches: 95 % intervals over seeds.
    """
    rates = sorted(runs["rate"].unique())
    colors = dict(zip(rates, plots.shades(len(rates)), strict=True))
    panels = []
    for (d, matrix), problem in runs.groupby(["d", "matrix"]):
        figure, axes = plots.panel(title=f"{NAMES[matrix]}, d = {d}", xlabel="gradient step")
        for place, (rate, part) in enumerate(problem.groupby("rate")):
            at = np.array(part["step"].iloc[0])[1:]
            held, batch = (
                mean_of(np.array(part[column].tolist(), dtype=float)[:, 1:])
                for column in ("held_out", "batch_value")
            )
            own: plots.Look = {"color": colors[rate]}
            plots.band(axes, at, *held, **own, label=f"held out, lr {rate:g}")
            axes.plot(at, batch[0], linestyle=":", **own, label=f"batch, lr {rate:g}")
            value, low, high = (each[-1] for each in batch)
            shift = (1.04 if scale == "log" else 1.015) + (0.02 * place)
            reach = [[value - low], [high - value]]
            axes.errorbar(at[-1] * shift, value, reach, **own, marker=".", capsize=2)
        axes.set(xscale=scale, ylabel="bound (nats)")
        axes.minorticks_off()
        panels.append(figure)
    named = [Patch(color=colors[rate], label=f"learning rate {rate:g}") for rate in rates]
    solid = Line2D([], [], color=plots.INK, label="held out")
    dotted = Line2D([], [], **DOTTED, label="training batches")
    return [*panels, plots.legend_panel(handles=[*named, solid, dotted])]


@plots.styled
def fate_panels(runs: pd.DataFrame) -> list[Figure]:
    """How many runs grow, fall or neither, held out, by problem and rate; a panel a dimension.

    Diamonds: in how many the batch value exceeds the held-out one by more than half.
    """
    table = fates(runs)
    panels = []
    for d, part in table.groupby("d"):
        groups = part.groupby(["matrix", "rate"])
        labels = [f"{NAMES[str(matrix)]}, lr {rate:g}" for matrix, rate in groups.groups]
        figure, axes = plots.rows_panel(labels, title=f"d = {d}", xlabel="runs")
        left = np.zeros(len(labels))
        for fate, color in FATES.items():
            counts = np.array([(of["fate"] == fate).sum() for _, of in groups], dtype=float)
            axes.barh(range(len(labels)), counts, left=left, color=color, height=0.7, label=fate)
            left += counts
        apart = [of["apart"].sum() for _, of in groups]
        axes.plot(apart, range(len(labels)), "D", color=plots.INK, markersize=5, clip_on=False,
                  label="batch far above")  # fmt: skip
        axes.set_xlim(0, left.max())
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        panels.append(figure)
    present = set(table["fate"])
    named = [Patch(color=FATES[f], label=f"{f}, held out") for f in FATES if f in present]
    diamond: plots.Look = {"color": plots.INK, "marker": "D", "markersize": 5, "linestyle": "none"}
    above = Line2D([], [], **diamond, label="batch value far above it")
    return [*panels, plots.legend_panel(handles=[*named, above])]


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
        axes.fill_between(
            bounds["sigma"], bounds["low"], bounds["high"], color=plots.INK, alpha=0.1, linewidth=0
        )
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
    bracket = Patch(color=plots.INK, alpha=0.1, linewidth=0, label="bracket")
    return [*panels, plots.legend_panel(handles=[*_estimators(), *known_lines, bracket])]


@plots.styled
def error_panels(errors: pd.DataFrame, cases: Sequence[Case]) -> list[Figure]:
    """The same minus the exact value, logarithmic beyond one nat; grey: where claims are judged."""
    strip: plots.Look = {"color": plots.INK, "alpha": 0.08, "linewidth": 0}
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
            axes.axvspan(inside.min() / 1.25, inside.max() * 1.25, **strip)
        panels.append(figure)
    judged = Patch(label="claims are judged here", **strip)
    exact = Line2D([], [], label="exact", **plots.TRUTH)
    return [*panels, plots.legend_panel(handles=[*_estimators(), exact, judged])]


@plots.styled
def near_panels(errors: pd.DataFrame) -> list[Figure]:
    """Errors as shares of the exact value, where it lies in 2 to 6 nats; grey: what was asked.

    A panel a dimension, a row a map and noise, and a legend; none where there is no such case.
    """
    table = asked(errors)
    table = table.assign(relative=100 * table["off"] * table["asked"])
    strip: plots.Look = {"color": plots.INK, "alpha": 0.08, "linewidth": 0}
    rows = table.drop_duplicates(["d", "map", "sigma"])["d"].value_counts()
    panels = []
    for d, part in table.groupby("d"):
        where = part.groupby(["map", "sigma"])["mean_exact"].first()
        size = (4.2, 1.2 + 0.7 * rows.max())
        figure, axes = plots.panel(
            title=f"d = {d}", xlabel="error (% of the exact value)", size=size
        )
        reach = 100 * part["asked"].iloc[0]
        axes.axvspan(-reach, reach, **strip)
        for place, ((form, critic), look) in enumerate(LOOKS.items()):
            own = part[(part["form"] == form) & (part["critic"] == critic)]
            own = own.groupby(["map", "sigma"])["relative"]
            _bars(axes, own, np.arange(len(where)) + 0.15 * (place - 1.5), look, across=True)
        labels = [f"{name}, σ = {sigma:g}" for name, sigma in where.index]
        axes.set_yticks(range(len(where)), labels)
        axes.set_ylim(len(where) - 0.5, -0.5)
        plots.truth(axes, [0, 0], (-0.5, len(where) - 0.5))
        panels.append(figure)
    wanted = Patch(label="what was asked", **strip)
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
