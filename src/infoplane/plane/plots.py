"""Pictures of an information plane: all epochs in one figure, or one at a time under a slider."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.stats import mean_of

__all__ = ["Ceilings", "plane_frames", "plane_paths"]

Floats = npt.NDArray[np.float64]
Ceilings = tuple[float, float]  # of I(X;T) and of I(T;Y), nats

XLABEL, YLABEL = "I(X; T) (nats)", "I(T; Y) (nats)"


def plane_paths(
    x: Floats,
    y: Floats,
    epochs: Sequence[int],
    *,
    title: str,
    ceilings: Ceilings,
    xlabel: str = XLABEL,
    ylabel: str = YLABEL,
) -> Figure:
    """The plane as its inventors draw it: one path through the layers for each epoch, its colour.

    x, y: (networks, checkpoints, layers), nats; epochs: (checkpoints,), rising. A point is the
    mean over networks, with bars for its 95 % interval; ceilings are thin lines.
    """
    figure, axes = _axes(title, ceilings, xlabel, ylabel)
    axes.set_xlim(right=max(1.05 * ceilings[0], 1.03 * float(x.mean(axis=0).max())))
    norm, colors = LogNorm(1, max(epochs) + 1), plots.ORDERED
    for i, epoch in enumerate(epochs):
        (mx, low_x, high_x), (my, low_y, high_y) = mean_of(x[:, i]), mean_of(y[:, i])
        axes.errorbar(
            mx,
            my,
            xerr=[mx - low_x, high_x - mx],
            yerr=[my - low_y, high_y - my],
            color=colors(norm(epoch + 1)),
            marker="o",
            markersize=3,
            linewidth=0.8,
            elinewidth=0.4,
        )
    scale = figure.colorbar(mpl.cm.ScalarMappable(norm, colors), ax=axes, label="epoch + 1")
    scale.outline.set_visible(False)
    return figure


def plane_frames(
    x: Floats,
    y: Floats,
    *,
    title: str,
    ceilings: Ceilings,
    xlabel: str = XLABEL,
    ylabel: str = YLABEL,
) -> Figure:
    """The plane with a frame for each checkpoint, for `plots.show(..., frames=...)`.

    x, y: (networks, checkpoints, layers), nats. Dots are networks, coloured by layer; the line
    goes through the means, whose numbers are those of the layers.
    """
    figure, axes = _axes(title, ceilings, xlabel, ylabel)
    layers = x.shape[2]
    colors = plots.shades(layers)
    for i in range(x.shape[1]):
        mean_x, mean_y = x[:, i].mean(axis=0), y[:, i].mean(axis=0)
        dots = [
            axes.scatter(x[:, i, k], y[:, i, k], s=14, color=colors[k], alpha=0.7, linewidths=0)
            for k in range(layers)
        ]
        path = axes.plot(mean_x, mean_y, color=plots.INK, linewidth=1)
        names = [
            axes.annotate(
                str(k + 1),
                (mean_x[k], mean_y[k]),
                xytext=(0, -9),
                textcoords="offset points",
                ha="center",
                fontsize=8,
            )
            for k in range(layers)
        ]
        plots.in_frame(i, *dots, *path, *names)
    return figure


def _axes(title: str, ceilings: Ceilings, xlabel: str, ylabel: str) -> tuple[Figure, Axes]:
    figure, axes = plots.panel(title=title, xlabel=xlabel, ylabel=ylabel)
    axes.axvline(ceilings[0], color=plots.INK, linewidth=0.8)
    axes.axhline(ceilings[1], color=plots.INK, linewidth=0.8)
    # what can be: an interval over few networks may reach further
    axes.set(xlim=(-0.03 * ceilings[0], 1.05 * ceilings[0]))
    axes.set(ylim=(-0.05 * ceilings[1], 1.1 * ceilings[1]))
    return figure, axes
