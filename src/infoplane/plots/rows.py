"""Forests: a row a name, the first at the top, and means with their intervals across."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from infoplane.plots.look import PANEL, Look, panel, styled

__all__ = ["across", "rows_panel"]

EDGES = 1.2  # inches that title, ticks and label take


@styled
def rows_panel(
    names: Sequence[str], *, title: str, xlabel: str, each: float = 0.3
) -> tuple[Figure, Axes]:
    """A panel with a named row for each of `names`, `each` inches high; row i is at y = i."""
    size = (PANEL[0], EDGES + each * len(names))
    figure, axes = panel(title=title, xlabel=xlabel, size=size)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    return figure, axes


@styled
def across(
    axes: Axes, row: float, mean: float, low: float, high: float, *, color: str, **style: Any
) -> None:
    """A mean at a row with its interval, which need not lie around it; nothing where it is NaN."""
    look: Look = {"marker": "o", "linestyle": "none", "color": color, "markersize": 5} | style
    if low <= mean <= high:
        axes.errorbar(mean, row, xerr=[[mean - low], [high - mean]], **look)
    elif np.isfinite(mean):
        bar: Look = {"fmt": "none", "ecolor": color, "label": f"_{style.get('label', '')}"}
        axes.errorbar((low + high) / 2, row, xerr=(high - low) / 2, **bar)
        axes.plot(mean, row, **look)
