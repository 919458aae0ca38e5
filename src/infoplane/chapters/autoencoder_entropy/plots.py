"""Pictures of codes against their dimension: entropy and loss, correlation dimension, scaling."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from infoplane import plots
from infoplane.chapters.autoencoder_entropy import tables as code_tables
from infoplane.chapters.autoencoder_entropy.settings import GAUGE
from infoplane.stats import mean_of

__all__ = ["digits_panel", "dimension_panel", "entropy_panel", "pictures_panel", "scaling_panel"]

Floats = npt.NDArray[np.float64]

ENTROPY, LOSS, CODES = plots.CLASSES[0], plots.CLASSES[3], plots.CLASSES[4]
TALL = (4.2, 4.0)  # inches, of two sets of axes one above the other


def entropy_panel(
    part: pd.DataFrame, found: pd.Series, *, title: str, gauge: str = GAUGE
) -> Figure:
    """H(d) of one case with its break, and below it the share of the variance that is lost.

    part: records of one case; found: its row of `code_tables.breaks`. Bands are 95 % intervals
    over seeds; the dashed line is the true dimension, where codes are that large; line and strip
    are the break and its interval, where one is found.
    """
    figure = Figure(figsize=TALL, layout="constrained")
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    x, y = code_tables.entropies(part, gauge)
    if len(x):  # else refused at every d
        plots.band(top, x, *mean_of(y), color=ENTROPY, label="H(d)", marker="o", markersize=3)
    if found["found"]:
        top.axvspan(found["low"], found["high"], color=ENTROPY, alpha=0.2, linewidth=0)
        top.axvline(found["break"], color=ENTROPY, linewidth=1, label="break")
    for name, line in (("lost", "-"), ("lost_held_out", ":")):
        codes, lost = code_tables.curves(part, part[name])
        # geometric means: a loss falls by powers of ten
        bands = (np.exp(v) for v in mean_of(np.log(lost)))
        label = "training" if name == "lost" else "held out"
        plots.band(bottom, codes, *bands, color=LOSS, label=label, linestyle=line)
    if found["dimension"] <= codes.max():
        for axes in (top, bottom):
            axes.axvline(found["dimension"], label="true dimension", **plots.TRUTH)
    top.set(title=title, ylabel="H (nats)")
    bottom.set(xlabel="code dimension d", ylabel="variance lost", yscale="log")
    bottom.xaxis.set_major_locator(MaxNLocator(integer=True))
    top.legend(fontsize=7)
    bottom.legend(fontsize=7)
    return figure


def dimension_panel(part: pd.DataFrame, of_points: Floats, *, title: str, truth: float) -> Figure:
    """Correlation dimension of the codes against their dimension, and that of the data.

    of_points: (seeds,) correlation dimensions of the data; bands are 95 % intervals over seeds.
    """
    figure, axes = plots.panel(
        title=title, xlabel="code dimension d", ylabel="correlation dimension"
    )
    x, values, _ = code_tables.dimensions(part)
    plots.band(axes, x, *mean_of(values), color=CODES, label="codes", marker="o", markersize=3)
    mean, low, high = (np.full(len(x), v[0]) for v in mean_of(of_points[:, None]))
    plots.band(axes, x, mean, low, high, color=LOSS, label="data")
    top = 1.15 * max(np.nanmax(values), high.max())
    if truth <= top:
        axes.axhline(truth, label="true dimension", **plots.TRUTH)
    axes.plot(x, x, color=plots.INK, linewidth=0.6, label="d itself")
    axes.set_ylim(0, top)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(fontsize=7, ncols=2)
    return figure


def scaling_panel(curves: Sequence[tuple[str, Floats, Floats]], *, title: str) -> Figure:
    """C(r) in logarithmic axes: curves of codes in an order of shades, then that of the data.

    curves: (name, log r, log C) each.
    """
    figure, axes = plots.panel(title=title, xlabel="r", ylabel="share of pairs nearer than r")
    colors = [*plots.shades(len(curves) - 1), plots.INK]
    for (name, log_r, log_c), color in zip(curves, colors, strict=True):
        axes.plot(np.exp(log_r), np.exp(log_c), color=color, label=name, linewidth=1.2)
    axes.set(xscale="log", yscale="log")
    axes.legend(fontsize=7)
    return figure


def digits_panel(part: pd.DataFrame, *, title: str) -> Figure:
    """H(d) of the codes of each digit alone, with 95 % bands over seeds."""
    figure, axes = plots.panel(title=title, xlabel="code dimension d", ylabel="H (nats)")
    for digit, color in enumerate(plots.shades(10)):
        x, y = code_tables.digit_entropies(part, digit)
        if len(x):  # else refused at every d
            plots.band(axes, x, *mean_of(y), color=color, label=str(digit))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if axes.lines:
        figure.legend(loc="outside lower center", ncols=5, fontsize=7)
    return figure


def pictures_panel(images: Floats, *, title: str) -> Figure:
    """A row of grey images (k, side, side), in [0, 1], black on white in both modes."""
    figure = Figure(figsize=(4.2, 0.85), layout="constrained")
    for image, axes in zip(images, figure.subplots(1, len(images)), strict=True):
        axes.imshow(image, cmap="gray_r", vmin=0, vmax=1)
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
    figure.suptitle(title, fontsize=9, x=0, ha="left")
    return figure
