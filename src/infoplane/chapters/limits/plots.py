"""Pictures of chapter 12: what breaks, what estimators find, and how often intervals cover."""

from collections.abc import Sequence

import matplotlib.ticker as tick
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.chapters.limits.settings import HURDLES
from infoplane.chapters.limits.tables import (
    BREAKS,
    HOLDS,
    NAMES,
    REFUSES,
    covering,
    less_bias,
)
from infoplane.signs import number

__all__ = ["coverage_panels", "hurdle_panels", "verdict_panel", "window"]

MARKERS = ("o", "s", "^", "v", "P")
FAR = 2.5  # times as far from the truth as what is nearer: beyond it an arrow stands for a value
NEAR = 2 / 3  # share of the values that are in the window whatever they are
HIGH = 2.5  # inches of all rows of a hurdle
LEAST = 0.5  # share of intervals from which coverage is drawn
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

    found: of `tables.judged`. A number beside a mark: on how many seeds the interval covers, where
    it is neither none nor all.
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
                color=color, markerfacecolor=color if full else "none", markersize=7.5, label=word,
            )  # fmt: skip
    for row in found[(found["covers"] > 0) & (found["covers"] < found["seeds"])].itertuples():
        at = estimators.index(row.estimator), hurdles.index(row.hurdle)
        axes.annotate(f"{row.covers}", at, xytext=(4.5, 0), textcoords="offset points",
                      va="center", fontsize=plots.SMALL)  # fmt: skip
    axes.set_xticks(range(len(estimators)), [NAMES[name] for name in estimators], rotation=90)
    axes.set_yticks(range(len(hurdles)), [HURDLES[name].title for name in hurdles])
    axes.set(xlim=(-0.6, len(estimators) - 0.4), ylim=(len(hurdles) - 0.4, -0.6))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    figure.legend(loc="outside lower center", ncols=2)
    return figure


@plots.styled
def hurdle_panels(tried: pd.DataFrame) -> list[Figure]:
    """For each hurdle every value, less its known bias, with its own interval, and the truth.

    Hollow where the interval misses; an arrow with the value where it is far outside.
    """
    panels = []
    for name, part in tried.groupby("hurdle", sort=False):
        order = list(HURDLES[str(name)].estimators)
        figure, axes = plots.rows_panel(
            [NAMES[e] for e in order], title=HURDLES[str(name)].title, xlabel="nats",
            each=HIGH / len(order),
        )  # fmt: skip
        given = part[part["refused"] == ""]
        given = given.assign(found=less_bias(given), covers=covering(given))
        truth = float(part["truth"].iloc[0])
        low, high = window(given, truth)
        for i, e in enumerate(order):
            own = given[given["estimator"] == e]
            if own.empty:
                axes.annotate("refuses", (truth, i), xytext=(6, 0), textcoords="offset points",
                              va="center", style="italic")  # fmt: skip
                continue
            rows = i + _spread(len(own))
            for at, row in zip(rows, own.itertuples(), strict=True):
                face = {} if row.covers else {"markerfacecolor": "none"}
                plots.across(axes, at, row.found, row.low, row.high, color=plots.COLORS[e],
                             label=NAMES[e], markersize=3.5, elinewidth=1, **face)  # fmt: skip
            found = own["found"].to_numpy(float)
            for outside, edge in ((found < low, low), (found > high, high)):
                _arrow(axes, i if outside.all() else i - 0.45, found[outside], edge)
        plots.truth(axes, [truth, truth], (-0.5, len(order) - 0.5))
        axes.set_xlim(low, high)
        axes.xaxis.set_major_locator(tick.MaxNLocator(5))
        panels.append(figure)
    return panels


def window(given: pd.DataFrame, truth: float) -> tuple[float, float]:
    """From where to where estimates are drawn: without those that would make points of the rest.

    given: with columns found, low and high. What is FAR times as far from the truth as all that is
    nearer, with its intervals, is left out, but never more than a third.
    """
    away = (given["found"] - truth).abs()
    near = given.loc[away.sort_values().index]
    for count in range(max(1, int(np.ceil(NEAR * len(near)))), len(near)):
        kept = near.iloc[:count]
        reach = max(truth - kept["low"].min(), kept["high"].max() - truth)
        if away[near.index[count]] > FAR * reach:
            near = kept
            break
    low, high = (
        min(truth, near["low"].astype(float).min()), max(truth, near["high"].astype(float).max())
    )  # fmt: skip
    beside = 0.04 * (high - low)
    left, right = (given["found"] < low).any(), (given["found"] > high).any()
    room = 0.25 * (high - low)  # for arrows
    return float(low - (room if left else beside)), float(high + (room if right else beside))


@plots.styled
def coverage_panels(table: pd.DataFrame) -> list[Figure]:
    """For each number of rows the share of intervals that cover the truth, by estimator.

    A marker a kind of problem, hollow for classes, a colour for how strong the dependence is.
    """
    kinds = {kind: list(dict.fromkeys(of["problem"])) for kind, of in table.groupby("kind")}
    looks: dict[str, plots.Look] = {
        problem: {"color": color, "marker": marker}
        | ({"markerfacecolor": "none"} if kind == "classes" else {})
        for (kind, problems), marker in zip(kinds.items(), MARKERS * len(kinds), strict=False)
        for problem, color in zip(problems, plots.shades(len(problems)), strict=True)
    }
    order = list(dict.fromkeys(table["estimator"]))
    panels = []
    for n, part in table.groupby("n"):
        figure, axes = plots.rows_panel(
            [NAMES[e] for e in order], title=f"{n} rows", each=0.55,
            xlabel="share of 95 % intervals that cover",
        )  # fmt: skip
        for i, estimator in enumerate(order):
            rows = part[part["estimator"] == estimator]
            for at, row in zip(i + _spread(len(rows)), rows.itertuples(), strict=True):
                look = looks[row.problem] | {"markersize": 4.5, "elinewidth": 1}
                plots.across(axes, at, row.covered, row.low, row.high, label=row.problem, **look)
                if row.covered < LEAST:
                    _arrow(axes, at, [row.covered], LEAST)
        axes.set_xlim(LEAST, 1.01)
        plots.truth(axes, [0.95, 0.95], (-0.5, len(order) - 0.5), label="as promised")
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=2)]


def _spread(count: int) -> np.ndarray:
    """Places about a row for so many marks, the first above."""
    return 0.7 * ((np.arange(count) + 0.5) / count - 0.5)


def _arrow(axes: Axes, row: float, found: Sequence[float] | np.ndarray, edge: float) -> None:
    """Where values lie beyond an edge: an arrow there, and from where to where they are."""
    if not len(found):
        return
    left = max(found) < edge
    ends = dict.fromkeys(number(end) for end in (min(found), max(found)))
    told = " to ".join(ends)
    axes.annotate(f"← {told}" if left else f"{told} →", (edge, row), xytext=(3 if left else -3, 0),
                  textcoords="offset points", va="center", ha="left" if left else "right",
                  fontsize=plots.SMALL)  # fmt: skip
