"""The picture of the front page: one network's layers in the plane, by bins and exactly."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.chapters.tishby_plane.settings import INPUTS
from infoplane.chapters.tishby_plane.tables import LAST_HIDDEN, stacked
from infoplane.datasets import tishby
from infoplane.plane.plots import numbered, plane_axes
from infoplane.plots.shown import as_html

__all__ = ["front_plane"]

Floats = npt.NDArray[np.float64]

CEILINGS = (float(np.log(INPUTS)), tishby.INFORMATION)  # of I(X;T) and I(T;Y), nats


def front_plane(run: pd.DataFrame, sigma: float) -> str:
    """HTML of both planes of one network, a frame a checkpoint. run: one row of both plans."""
    at = run["sigmas"].iloc[0].index(sigma)
    binned = stacked(run, "binned_x")[0], stacked(run, "binned_y")[0]
    exact = stacked(run, "exact_x")[0, at], stacked(run, "exact_y")[0, at]
    panels = [
        _plane(*binned, f"by {run['bins'].iloc[0]} bins a unit", "I(X; T) (nats)"),
        _plane(*exact, f"exactly, with noise σ = {sigma:g}", "I(X; T + ε) (nats)"),
    ]
    return as_html(
        *panels,
        alt=["The layers of a network by bins.", "The same layers, exactly, with noise."],
        caption=fallen(binned[0], exact[0], sigma) + " Move the slider. A dot is a layer, from 1, "
        "the first, to 6, the output: the further right, the more it knows of the input; the "
        "higher, the more it knows of the answer. Pale: its way through training; thin lines: the "
        "most there is to know.",
        frames=[str(epoch) for epoch in run["epoch"].iloc[0]],
    )


def fallen(binned: Floats, exact: Floats, sigma: float) -> str:
    """The caption's finding: what the last hidden layer of this one network loses from its peak.

    binned, exact: (checkpoints, layers), nats of I(X;T).
    """
    layer = LAST_HIDDEN[-1]
    by_bins, exactly = (x[:, layer - 1].max() - x[-1, layer - 1] for x in (binned, exact))
    return (
        f"In this network the last hidden layer, {layer}, falls from its peak by {by_bins:.1f} "
        f"nats as bins see it, and by {exactly:.1f} exactly, once noise of σ = {sigma:g} is added."
    )


@plots.styled
def _plane(x: Floats, y: Floats, title: str, xlabel: str) -> Figure:
    """x, y: (checkpoints, layers), nats."""
    figure, axes = plane_axes(title, CEILINGS, xlabel, "about the answer (nats)")
    colors = plots.shades(x.shape[1])
    for layer, color in enumerate(colors):
        axes.plot(x[:, layer], y[:, layer], color=color, linewidth=1, alpha=0.75)
    for i, (of_x, of_y) in enumerate(zip(x, y, strict=True)):
        drawn = axes.plot(of_x, of_y, color=plots.INK, linewidth=1)
        for layer, color in enumerate(colors):
            at = of_x[layer], of_y[layer]
            drawn += axes.plot(*at, color=color, marker="o", markersize=7)
        plots.in_frame(i, *drawn, *numbered(axes, of_x, of_y, CEILINGS))
    return figure
