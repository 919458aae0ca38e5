"""Pictures of what is known: errors of entropies, and correlation dimensions against the truth."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.chapters.autoencoder_entropy.settings import METHODS as WAYS
from infoplane.stats import mean_interval, over_seeds

__all__ = [
    "METHODS",
    "bias_panels",
    "bias_rows_panels",
    "known_panels",
    "off_panel",
    "truth_panel",
]

ERROR = "error of the entropy (nats)"

# How estimates are named, in what column, in which colour and with which mark.
METHODS = {
    "C(r)": ("value", plots.CLASSES[4], "o"),
    "TwoNN": ("twonn", plots.CLASSES[0], "s"),
    "max. likelihood": ("mle", plots.CLASSES[3], "^"),
}


@plots.styled
def bias_panels(bias: pd.DataFrame) -> list[Figure]:
    """Errors of the entropy by method against the dimension, with the most rows; one a density."""
    n = bias["n"].max()
    panels: list[Figure] = []
    for density, part in bias[bias["n"] == n].groupby("density", sort=False):
        figure, axes = plots.panel(title=f"{density}, n = {n}", xlabel="dimension", ylabel=ERROR)
        for method, color in zip(WAYS, plots.CLASSES, strict=False):
            look: plots.Look = {"color": color, "marker": "o", "markersize": 4, "label": method}
            plots.band(axes, *over_seeds(part, "d", method), **look)
        plots.truth(axes, [part["d"].min(), part["d"].max()], [0, 0])
        if not panels:
            axes.legend()
        panels.append(figure)
    return panels


@plots.styled
def bias_rows_panels(bias: pd.DataFrame, methods: Sequence[str]) -> list[Figure]:
    """Errors of the entropy of a Gaussian against the rows, a shade a dimension; one a method."""
    gaussian = bias[bias["density"] == "gaussian"]
    panels: list[Figure] = []
    for method in methods:
        figure, axes = plots.panel(title=f"gaussian, {method}", xlabel="rows n", ylabel=ERROR)
        shades = plots.shades(gaussian["d"].nunique())
        for (d, part), color in zip(gaussian.groupby("d"), shades, strict=True):
            look: plots.Look = {"color": color, "marker": "o", "markersize": 4, "label": f"d = {d}"}
            plots.band(axes, *over_seeds(part, "n", method), **look)
        plots.truth(axes, [gaussian["n"].min(), gaussian["n"].max()], [0, 0])
        axes.set_xscale("log")
        if not panels:
            axes.legend()
        panels.append(figure)
    return panels


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
