"""Pictures of what is known: errors of entropies, and correlation dimensions against the truth."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.chapters.autoencoder_entropy.plots import METHOD_LOOKS
from infoplane.chapters.autoencoder_entropy.settings import METHODS as WAYS
from infoplane.stats import mean_interval, over_seeds
from infoplane.words import counted

__all__ = [
    "METHODS",
    "bias_panels",
    "bias_rows_panels",
    "known_panels",
    "off_panel",
    "truth_panel",
]

LONGEST = 35  # per cent, of an error that has its place on the axis
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
        title = f"{density}, n = {counted(n)}"
        figure, axes = plots.panel(title=title, xlabel="dimension", ylabel=ERROR)
        for method in WAYS:
            look: plots.Look = {"marker": "o", "markersize": 4, **METHOD_LOOKS[method]}
            plots.band(axes, *over_seeds(part, "d", method), label=method, **look)
        plots.truth(axes, [part["d"].min(), part["d"].max()], [0, 0])
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=3)]


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
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=3)]


def known_panels(known: pd.DataFrame) -> list[Figure]:
    """Estimate against truth by the number of points; errors with the most, by method; a legend."""
    panels = [truth_panel(known), off_panel(known)]
    return [*panels, plots.legend_panel(panels, ncols=2)]


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
        axes.errorbar(truth, mean, bars, **look, label=f"n = {counted(n)}")
    most = float(known["truth"].max())
    plots.truth(axes, [0, most], [0, most], label="known", linewidth=1)
    return figure


@plots.styled
def off_panel(known: pd.DataFrame) -> Figure:
    """Estimate over truth less 1, per cent, with the most points, a mark for each method.

    Open, without its bar: an interval that is longer than the axis.
    """
    n = known["n"].max()
    part = known[known["n"] == n]
    figure, axes = plots.panel(
        title=f"with {counted(n)} points", xlabel="known dimension", ylabel="off by (%)"
    )
    for name, (column, color, marker) in METHODS.items():
        truth, mean, _, high = _means(part, column)
        off, bars = 100 * (mean / truth - 1), 100 * (high - mean) / truth
        look: plots.Look = {"color": color, "marker": marker, "markersize": 4, "linestyle": "none"}
        short = bars <= LONGEST
        axes.errorbar(truth[short], off[short], bars[short], **look, label=name)
        axes.plot(truth[~short], off[~short], **look, markerfacecolor="none")
    plots.truth(axes, [0, float(part["truth"].max())], [0, 0], label="known", linewidth=1)
    axes.set_ylim(-LONGEST, LONGEST)
    return figure


def _means(part: pd.DataFrame, column: str) -> tuple[np.ndarray, ...]:
    """Known dimension, and the mean estimate over seeds with its 95 % interval, set by set."""
    rows = [
        (own["truth"].iloc[0], *mean_interval(own[column].to_numpy(float)))
        for _, own in part.groupby(["set", "parameter"], sort=False)
        if own[column].notna().all()
    ]
    return tuple(np.array(rows, dtype=float).T)
