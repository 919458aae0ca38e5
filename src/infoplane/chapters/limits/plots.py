"""Pictures of chapter 12: what breaks, what estimators find, and how often intervals cover."""

import itertools

import matplotlib.ticker as tick
import pandas as pd
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.chapters.limits.settings import HURDLES
from infoplane.chapters.limits.tables import BREAKS, HOLDS, NAMES, REFUSES, less_bias
from infoplane.stats import ends

__all__ = ["coverage_panels", "hurdle_panels", "verdict_panel"]

MARKERS = ("o", "s", "D", "^", "v", "P")
# How an estimator fares at a hurdle: its marker, its colour, and whether it is filled.
FARES: dict[str, tuple[str, str, bool]] = {
    HOLDS: ("o", "#3f95a8", True),
    BREAKS: ("X", "#c46a00", True),
    "breaks silently": ("X", "#c46a00", False),
    REFUSES: ("s", "#808080", False),
}


@plots.styled
def verdict_panel(found: pd.DataFrame) -> Figure:
    """How every estimator fares at every hurdle: a row a hurdle, a column an estimator.

    found: of `tables.judged`.
    """
    hurdles = list(dict.fromkeys(found["hurdle"]))
    estimators = [name for name in NAMES if name in set(found["estimator"])]
    figure, axes = plots.panel(size=(4.2, 1.6 + 0.27 * len(hurdles)))
    silent = (found["verdict"] == BREAKS) & (found["silent"] > 0)
    fares = found["verdict"].mask(silent, "breaks silently")
    for word, (marker, color, full) in FARES.items():
        own = found[fares == word]
        if len(own):
            axes.plot(
                own["estimator"].map(estimators.index), own["hurdle"].map(hurdles.index), marker,
                color=color, markerfacecolor=color if full else "none", markersize=9, label=word,
            )  # fmt: skip
    axes.set_xticks(range(len(estimators)), [NAMES[name] for name in estimators], rotation=90)
    axes.set_yticks(range(len(hurdles)), [HURDLES[name].title for name in hurdles])
    axes.set(xlim=(-0.6, len(estimators) - 0.4), ylim=(len(hurdles) - 0.4, -0.6))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    figure.legend(loc="outside lower center", ncols=2)
    return figure


@plots.styled
def hurdle_panels(tried: pd.DataFrame) -> list[Figure]:
    """For each hurdle every value, less its known bias, with the mean's interval, and the truth."""
    panels = []
    for name, part in tried.groupby("hurdle", sort=False):
        order = [NAMES[e] for e in HURDLES[str(name)].estimators]
        shown = part.assign(estimator=part["estimator"].map(NAMES), found=less_bias(part))
        figure, axes = plots.panel(title=HURDLES[str(name)].title, xlabel="nats", size=(4.2, 2.9))
        given = shown[shown["refused"] == ""]
        axes.set_yticks(range(len(order)), order)
        palette = {label: plots.COLORS[own] for own, label in NAMES.items() if label in order}
        plots.repetitions(
            axes,
            given.assign(estimator=pd.Categorical(given["estimator"], order)),
            x="found",
            y="estimator",
            hue="estimator",
            palette=palette,
            interval=ends,
        )
        truth = float(part["truth"].iloc[0])
        plots.truth(axes, [truth, truth], (-0.5, len(order) - 0.5))
        for i, e in enumerate(order):
            if e not in set(given["estimator"]):
                axes.annotate("refuses", (truth, i), xytext=(6, 0), textcoords="offset points",
                              va="center", style="italic")  # fmt: skip
        axes.set(ylabel="", xlabel="nats", ylim=(len(order) - 0.5, -0.5))
        axes.xaxis.set_major_locator(tick.MaxNLocator(5))
        panels.append(figure)
    return panels


@plots.styled
def coverage_panels(table: pd.DataFrame) -> list[Figure]:
    """For each number of rows the share of intervals that cover the truth, by estimator."""
    distinct = list(dict.fromkeys(table["problem"]))
    classes = [problem for problem in distinct if problem.startswith("classes")]
    looks = {
        problem: (marker, color)
        for of_kind in ([p for p in distinct if p not in classes], classes)
        for problem, marker, color in zip(
            of_kind, itertools.cycle(MARKERS), plots.shades(len(of_kind)), strict=False
        )
    }
    order = list(dict.fromkeys(table["estimator"]))
    panels = []
    for n, part in table.groupby("n"):
        figure, axes = plots.panel(
            title=f"n = {n}", xlabel="share of 95 % intervals that cover", size=(4.2, 5.6)
        )
        for i, estimator in enumerate(order):
            rows = part[part["estimator"] == estimator]
            for j, row in enumerate(rows.itertuples()):
                marker, color = looks[row.problem]
                at = i + 0.7 * ((j + 0.5) / len(rows) - 0.5)
                axes.plot([row.low, row.high], [at, at], color=color, linewidth=1)
                face = "none" if row.problem in classes else color
                axes.plot(row.covered, at, marker=marker, color=color, markersize=4.5,
                          markerfacecolor=face, linestyle="none", label=row.problem)  # fmt: skip
        axes.set_yticks(range(len(order)), [NAMES[e] for e in order])
        axes.set(ylim=(len(order) - 0.5, -0.5), xlim=(-0.03, 1.03))
        plots.truth(axes, [0.95, 0.95], (-0.5, len(order) - 0.5), label="as promised")
        panels.append(figure)
    return [*panels, plots.legend_panel(panels)]
