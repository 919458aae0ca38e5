"""Repetitions of groups: every one as a pale dot, with the mean and its interval."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.markers import MarkerStyle

from infoplane.plots.look import Look, styled

__all__ = ["repetitions"]

WIDE = 0.8  # of a group's share of its axis


@styled
def repetitions(
    axes: Axes,
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    hue: str,
    interval: Callable[[pd.Series], tuple[float, float]],
    palette: Mapping[str, str],
    markers: str | Sequence[str | MarkerStyle] = "o",
) -> None:
    """Every repetition as a pale dot, with the mean of its group and the ends of an interval.

    frame: a row a repetition; one of x and y names its group, the other its value, hue the ways
    that are told apart within a group by colour, and by marker where there are several.
    """
    import seaborn as sns  # a second that only those who draw with it pay

    group, value = (x, y) if pd.api.types.is_numeric_dtype(frame[y]) else (y, x)
    several = hue not in (x, y)
    names = _order(frame[group])
    ways = _order(frame[hue]) if several else [None]
    each: Look = {"data": frame, "x": x, "y": y, "hue": hue, "palette": dict(palette)}
    each |= {"ax": axes, "legend": False, "alpha": 0.6, "linewidth": 0}
    if several:
        sns.stripplot(**each, dodge=len(ways) > 1, jitter=False, size=3)
        for dots in axes.collections:
            for at in np.ma.getdata(dots.get_offsets())[:1, int(value == x)]:
                j = round(((at - round(at)) / WIDE + 0.5) * len(ways) - 0.5)
                dots.set_label(f"_{ways[j]}, each")
    else:
        sns.swarmplot(**each, size=4)  # room enough to lie side by side
    told = set[str]()
    for i, name in enumerate(names):
        for j, way in enumerate(ways):
            own = frame[group] == name
            if several:
                own &= frame[hue] == way
            values = frame.loc[own, value].dropna()
            if not len(values):
                continue
            called = str(way) if several else "_mean"
            marker = markers if isinstance(markers, str) else markers[j]
            look: Look = {"color": palette[way if several else name], "marker": marker}
            look |= {"label": f"_{called}" if called in told else called, "markersize": 5}
            told.add(called)
            at = i + WIDE * ((j + 0.5) / len(ways) - 0.5)
            _mean(axes, at, values.mean(), interval(values), value == x, look)
    if several:
        axes.legend(title=hue)


def _order(column: pd.Series) -> list[Any]:
    """Names in the order of their categories, or in which they come."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return list(column.cat.categories)
    return sorted(column.unique()) if column.dtype.kind in "biuf" else list(column.unique())


def _mean(
    axes: Axes, at: float, mean: float, ends: tuple[float, float], lying: bool, look: Look
) -> None:
    """A mean at a place of the other axis, and its interval, which need not lie around it."""
    low, high = ends
    bar: Look = {"fmt": "none", "ecolor": look["color"], "elinewidth": 1.4, "capsize": 2.5}
    bar |= {"xerr" if lying else "yerr": (high - low) / 2, "label": f"_{look['label']}"}
    middle = (low + high) / 2
    axes.errorbar(*((middle, at) if lying else (at, middle)), **bar)
    axes.plot(*((mean, at) if lying else (at, mean)), linestyle="none", **look)
