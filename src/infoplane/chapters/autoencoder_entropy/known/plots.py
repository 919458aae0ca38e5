"""Pictures of known correlation dimensions: estimate against truth, and how far off in per cent."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.stats import mean_interval

__all__ = ["METHODS", "known_panels", "off_panel", "truth_panel"]

# How estimates are named, in what column, in which colour and with which mark.
METHODS = {
    "C(r)": ("value", plots.CLASSES[4], "o"),
    "TwoNN": ("twonn", plots.CLASSES[0], "s"),
    "max. likelihood": ("mle", plots.CLASSES[3], "^"),
}


def known_panels(known: pd.DataFrame) -> list[Figure]:
    """Estimate against truth by the number of points; errors with the most, by method."""
    return [truth_panel(known), off_panel(known)]


@plots.styled
def truth_panel(known: pd.DataFrame) -> Figure:
    """Correlation dimension against the known one, a shade for each number of points."""
    figure, axes = plots.panel(
        title="by number of points", xlabel="known dimension", ylabel="correlation dimension"
    )
    counts = sorted(known["n"].unique())
    for n, color in zip(counts, plots.shades(len(counts)), strict=True):
        truth, mean, low, high = _means(known[known["n"] == n], "value")
        bars = np.stack([mean - low, high - mean])
        look: plots.Look = {"color": color, "linestyle": "none", "marker": "o", "markersize": 4}
        axes.errorbar(truth, mean, bars, **look, label=f"n = {n}")
    most = float(known["truth"].max())
    plots.truth(axes, [0, most], [0, most], label="known", linewidth=1)
    axes.legend()
    return figure


@plots.styled
def off_panel(known: pd.DataFrame) -> Figure:
    """Estimate over truth less 1, per cent, with the most points, a mark for each method."""
    n = known["n"].max()
    part = known[known["n"] == n]
    figure, axes = plots.panel(
        title=f"with {n} points", xlabel="known dimension", ylabel="off by (%)"
    )
    for name, (column, color, marker) in METHODS.items():
        truth, mean, low, high = _means(part, column)
        bars = 100 * np.stack([mean - low, high - mean]) / truth
        look: plots.Look = {"color": color, "linestyle": "none", "marker": marker}
        axes.errorbar(truth, 100 * (mean / truth - 1), bars, **look, markersize=4, label=name)
    plots.truth(axes, [0, float(part["truth"].max())], [0, 0], label="known", linewidth=1)
    axes.set_ylim(-35, 35)
    axes.legend()
    return figure


def _means(part: pd.DataFrame, column: str) -> tuple[np.ndarray, ...]:
    """Known dimension, and the mean estimate over seeds with its 95 % interval, set by set."""
    rows = [
        (own["truth"].iloc[0], *mean_interval(own[column].to_numpy(float)))
        for _, own in part.groupby(["set", "parameter"], sort=False)
        if own[column].notna().all()
    ]
    return tuple(np.array(rows, dtype=float).T)
