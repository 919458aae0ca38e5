"""Planes of chapter 05: a path through the layers for each epoch, or one epoch at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.chapters.tishby_plane.settings import INPUTS
from infoplane.chapters.tishby_plane.tables import NAMES, stacked
from infoplane.datasets import tishby
from infoplane.plane.plots import XLABEL, YLABEL, plane_frames
from infoplane.stats import mean_of

__all__ = [
    "CEILINGS",
    "ESTIMATORS",
    "binned_planes",
    "epochs_shown",
    "frames_shown",
    "group_planes",
    "moving_planes",
    "neural_planes",
    "noisy_label",
    "noisy_plane",
    "reading_planes",
]

Floats = npt.NDArray[np.float64]

CEILINGS = (float(np.log(INPUTS)), tishby.INFORMATION)  # of I(X;T) and I(T;Y), nats
# By whom the neural planes are: a prefix of columns, and the colour of which estimator.
ESTIMATORS = {"MINE": ("mine", "mine"), "AA-MINE": ("aware", "aa-mine"), "exact": ("exact",) * 2}
FRAMES = 6  # at most, of a slider: a page has to carry the dots of every frame
PATHS = 7  # at most, of a plane: more of them hide each other


def binned_planes(trained: Mapping[str, pd.DataFrame], bins: int) -> list[Figure]:
    """The plane by binning as its inventors draw it, a panel an activation."""
    return [
        _paths(
            stacked(part, "binned_x"),
            stacked(part, "binned_y"),
            part["epoch"].iloc[0],
            title=f"{name}, {bins} bins",
        )
        for name, part in trained.items()
    ]


def frames_shown(count: int, most: int = FRAMES) -> list[int]:
    """Of `count` checkpoints those that are drawn: first, last, and evenly between.

    >>> frames_shown(3), len(frames_shown(28))
    ([0, 1, 2], 6)
    """
    chosen = np.linspace(0, count - 1, min(count, most)).round().astype(int)
    return [int(i) for i in np.unique(chosen)]


def epochs_shown(epochs: Sequence[int]) -> list[str]:
    """The names of a slider's frames."""
    return [str(epochs[i]) for i in frames_shown(len(epochs))]


def moving_planes(part: pd.DataFrame, name: str, bins: int) -> list[Figure]:
    """Networks in the plane with a frame an epoch: by binning, and exactly with the least noise."""
    chosen = frames_shown(len(part["epoch"].iloc[0]))
    binned, exact = ([stacked(part, f"{by}_{q}") for q in "xy"] for by in ("binned", "exact"))
    return [
        plane_frames(
            *(values[:, chosen] for values in binned),
            title=f"{name}, {bins} bins",
            ceilings=CEILINGS,
        ),
        plane_frames(
            *(values[:, 0][:, chosen] for values in exact),
            title=f"{name}, exact with noise",
            ceilings=CEILINGS,
            xlabel=noisy_label(part["sigmas"].iloc[0][0]),
        ),
    ]


def noisy_label(sigma: float) -> str:
    """The first coordinate of a layer with noise, and how large that is."""
    return f"I(X; T + ε), σ = {sigma:g} (nats)"


def neural_planes(neural: pd.DataFrame, epochs: Sequence[int], sigma: float) -> list[Figure]:
    """The plane by MINE, with AA-MINE for I(X; T + eps), and exactly; a path an epoch."""
    panels = []
    for title, (column, _) in ESTIMATORS.items():
        x = stacked(neural, f"{column}_x")
        y = stacked(neural, "exact_y" if column == "exact" else "mine_y")
        panels.append(_paths(x, y, epochs, title=title, xlabel=noisy_label(sigma)))
    return panels


def group_planes(groups: pd.DataFrame, datasets: Sequence[str]) -> list[Figure]:
    """The plane of the first network of each group, a panel a data set."""
    parts = [groups[groups["dataset"] == name] for name in datasets]
    return [
        _group_plane(part, "simple", f"{name}, n = {part['rows'].iloc[0]}")
        for name, part in zip(datasets, parts, strict=True)
    ]


def reading_planes(part: pd.DataFrame) -> list[Figure]:
    """The planes of one data set by one network, and by each reading of several."""
    return [_group_plane(part, reading, name) for reading, name in NAMES.items()]


def _group_plane(part: pd.DataFrame, reading: str, title: str) -> Figure:
    x, y = (stacked(part, f"{reading}_{q}") for q in "xy")
    if x.ndim == 4:  # (groups, networks, checkpoints, layers): the first network
        x, y = x[:, 0], y[:, 0]
    highest = float(np.log(part["rows"].iloc[0])), float(part["label_entropy"].iloc[0])
    return _paths(x, y, part["epoch"].iloc[0], title=title, ceilings=highest)


def noisy_plane(noisy: pd.DataFrame) -> Figure:
    """The plane of the noisy network, by sampled propagation."""
    x, y = (stacked(noisy, f"information_{q}") for q in "xy")
    return _paths(x, y, noisy["epoch"].iloc[0], title="noisy network")


@plots.styled
def _paths(
    x: Floats,
    y: Floats,
    epochs: Sequence[int],
    *,
    title: str,
    ceilings: tuple[float, float] = CEILINGS,
    xlabel: str = XLABEL,
) -> Figure:
    """A path through the means of the layers (networks, checkpoints, layers) for some epochs.

    Bars, 95 % intervals, at the first and the last epoch alone: those of all would hide the paths.
    """
    figure, axes = plots.panel(title=title, xlabel=xlabel, ylabel=YLABEL)
    axes.axvline(ceilings[0], color=plots.INK, linewidth=0.8)
    axes.axhline(ceilings[1], color=plots.INK, linewidth=0.8)
    norm, colors = LogNorm(1, max(epochs) + 1), plots.ORDERED
    ends = (0, len(epochs) - 1)
    for i in frames_shown(len(epochs), PATHS):
        (mx, low_x, high_x), (my, low_y, high_y) = mean_of(x[:, i]), mean_of(y[:, i])
        look: dict[str, Any] = {"color": colors(norm(epochs[i] + 1)), "marker": "o"}
        if i in ends:
            look |= {"xerr": [mx - low_x, high_x - mx], "yerr": [my - low_y, high_y - my]}
            look |= {"elinewidth": 1.2, "markersize": 4, "linewidth": 1.6, "zorder": 3}
            axes.errorbar(mx, my, **look)
        else:
            axes.plot(mx, my, **look, markersize=2.5, linewidth=0.7)
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()  # with every bar
    axes.set(
        xlim=(min(left, -0.03 * ceilings[0]), max(right, 1.05 * ceilings[0])),
        ylim=(min(bottom, -0.05 * ceilings[1]), max(top, 1.1 * ceilings[1])),
    )
    scale = figure.colorbar(mpl.cm.ScalarMappable(norm, colors), ax=axes, label="epoch + 1")
    scale.outline.set_visible(False)
    return figure
