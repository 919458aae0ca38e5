"""Pictures of an information plane: all epochs in one figure, or one at a time under a slider."""

import textwrap
import warnings
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from infoplane import plots
from infoplane.errors import InputError
from infoplane.plane.sides import QUANTITIES
from infoplane.plane.tables import check_table, doubts
from infoplane.stats import mean_of

__all__ = ["Ceilings", "numbered", "plane_axes", "plane_frames", "plane_paths", "plot"]

Floats = npt.NDArray[np.float64]
Ceilings = tuple[float, float]  # of I(X;T) and of I(T;Y), nats

XLABEL, YLABEL = "I(X; T) (nats)", "I(T; Y) (nats)"
SIZE = (6.4, 4.2)  # inches: the plane, and beside it the names of layers
NAMES = 18  # in one column of the legend, and how wide such a column is
NAME = 1.6


@plots.styled
def plot(table: pd.DataFrame, *, title: str = "") -> Figure:
    """The plane of a table: one path a layer, through its epochs; save it as SVG or PNG.

    table: that of :meth:`~infoplane.plane.recorder.Recorder.table`, of one estimator and one
    network or more. A layer's path begins at the circle, its first epoch, and ends at the dot.
    Of several networks the thin paths are each network's, and the thick one is their mean, with
    bars for its 95 % interval at the last epoch. Thin straight lines are the ceilings. A table of
    one quantity has no plane: its curves over the epochs are drawn, with 95 % bands where there
    are several networks. A value that is nan leaves a gap. What there is to doubt of the plane
    as a whole (:func:`infoplane.plane.tables.doubts`) stands below.
    Raises InputError for what is no such table, and for several estimators.

    >>> rows = [(0, 0, epoch, "a", quantity, "exact", 0.5 + 0.1 * epoch, 0.0, 2.0, "")
    ...         for epoch in (0, 1) for quantity in ("I(X;T)", "I(T;Y)")]
    >>> from infoplane.plane.tables import tidy
    >>> plot(tidy(rows)).axes[0].get_xlabel()
    'I(X; T) (nats)'
    """
    check_table(table)
    estimators = table["estimator"].unique()
    if len(estimators) != 1:
        raise InputError(
            f"table has the estimators {', '.join(estimators) or 'of no row'}: pass the rows of "
            "one, such as table[table.estimator == 'exact']"
        )
    shown = [quantity for quantity in QUANTITIES if quantity in set(table["quantity"])]
    layers = list(table["layer"].unique())
    epochs = sorted(table["epoch"].unique())
    ceilings = [float(table.loc[table["quantity"] == q, "ceiling"].max()) for q in shown]
    # (networks, epochs), nan where there is no row
    values = {
        (quantity, layer): part.pivot(index="network", columns="epoch", values="value")
        .reindex(columns=epochs)
        .to_numpy(dtype=float)
        for (quantity, layer), part in table.groupby(["quantity", "layer"], sort=False)
    }
    colors = dict(zip(layers, plots.shades(len(layers)), strict=True))
    with mpl.rc_context(plots.STYLE):
        if len(shown) == 2:
            figure, axes = plane_axes(title, (ceilings[0], ceilings[1]), XLABEL, YLABEL)
            for layer in layers:
                x, y = (values[quantity, layer] for quantity in shown)
                _path(axes, x, y, colors[layer])
            _widen(axes, [np.stack([values[q, layer] for q in shown]) for layer in layers])
        else:
            figure, axes = plots.panel(title=title, xlabel="epoch", ylabel=f"{shown[0]} (nats)")
            axes.axhline(ceilings[0], color=plots.INK, linewidth=0.8)
            for layer in layers:
                _curve(axes, epochs, values[shown[0], layer], colors[layer])
        columns = _legend(figure, colors, epochs, ends=len(shown) == 2)
        figure.set_size_inches(SIZE[0] + NAME * (columns - 1), SIZE[1])
        figure.set_facecolor("white")  # a file of its own lies on no page
        if told := doubts(table):
            figure.supxlabel(textwrap.fill(told[0], 100), fontsize=plots.SMALL)
    return figure


def _path(axes: Axes, x: Floats, y: Floats, color: str) -> None:
    """One layer: x and y (networks, epochs), each network thin and the mean over them thick."""
    several = len(x) > 1
    if several:
        for own_x, own_y in zip(x, y, strict=True):
            axes.plot(own_x, own_y, color=color, linewidth=0.5, alpha=0.4)
    mean_x, mean_y = _means(x), _means(y)
    axes.plot(mean_x, mean_y, color=color, linewidth=1.4, marker="o", markersize=2.5)
    if mean_x.size > 1:
        axes.plot(*_at(mean_x, mean_y, 0), color=color, marker="o", mfc="white", markersize=6)
    axes.plot(*_at(mean_x, mean_y, -1), color=color, marker="o", markersize=6)
    if several and np.isfinite([x[:, -1], y[:, -1]]).all():
        (mx, low_x, high_x), (my, low_y, high_y) = mean_of(x[:, -1:]), mean_of(y[:, -1:])
        bars: dict[str, Any] = {
            "xerr": [mx - low_x, high_x - mx],
            "yerr": [my - low_y, high_y - my],
        }
        axes.errorbar(mx, my, **bars, color=color, linestyle="none", elinewidth=1.2)


def _curve(axes: Axes, epochs: Sequence[int], values: Floats, color: str) -> None:
    """One quantity of one layer over the epochs, with a band where there are several networks."""
    axes.plot(epochs, _means(values), color=color, marker="o", markersize=2.5)
    if len(values) > 1 and np.isfinite(values).all():
        _, low, high = mean_of(values)
        axes.fill_between(epochs, low, high, color=color, alpha=0.25, linewidth=0)


def _means(values: Floats) -> Floats:
    """Means over the networks that have a value, nan where none has."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Mean of empty slice", RuntimeWarning)
        means: Floats = np.nanmean(values, axis=0)
    return means


def _at(x: Floats, y: Floats, i: int) -> tuple[Floats, Floats]:
    return x[[i]], y[[i]]


def _widen(axes: Axes, values: Sequence[Floats]) -> None:
    """Room for estimates below zero or above the ceiling: values (2, …), x and y."""
    every = np.concatenate([v.reshape(2, -1) for v in values], axis=1)
    for of, limits, set_limits in (
        (every[0], axes.get_xlim(), axes.set_xlim),
        (every[1], axes.get_ylim(), axes.set_ylim),
    ):
        known = of[np.isfinite(of)]
        if known.size:
            room = 0.05 * (limits[1] - limits[0])
            set_limits(min(limits[0], known.min() - room), max(limits[1], known.max() + room))


def _legend(figure: Figure, colors: dict[str, str], epochs: Sequence[int], *, ends: bool) -> int:
    """Names of layers by colour, beside the axes, and which epochs are circle and dot; columns."""
    names = [Line2D([], [], color=color, label=layer or "model") for layer, color in colors.items()]
    if ends:
        style: dict[str, Any] = {
            "color": plots.INK,
            "marker": "o",
            "linestyle": "none",
            "markersize": 6,
        }
        first = Line2D([], [], **style, mfc="white", label=f"epoch {epochs[0]}")
        last = Line2D([], [], **style, label=f"epoch {epochs[-1]}")
        names += [first, last] if len(epochs) > 1 else [last]
    names.append(Line2D([], [], color=plots.INK, linewidth=0.8, label="ceiling"))
    columns = -(-len(names) // NAMES)
    figure.legend(handles=names, loc="outside right upper", ncols=columns)
    return columns


@plots.styled
def plane_paths(
    x: Floats,
    y: Floats | None = None,
    epochs: Sequence[int] = (),
    *,
    title: str = "",
    ceilings: Ceilings | None = None,
    xlabel: str = XLABEL,
    ylabel: str = YLABEL,
) -> Figure:
    """The plane as its inventors draw it: one path through the layers for each epoch, its colour.

    x, y: (networks, checkpoints, layers), nats; epochs: (checkpoints,), rising. A point is the
    mean over networks, with bars for its 95 % interval; ceilings are thin lines.
    Raises InputError for the table of a recorder, which :func:`plot` draws, and for one network.
    """
    if isinstance(x, pd.DataFrame) or y is None or ceilings is None:
        raise InputError(
            "plane_paths draws arrays x and y (networks, checkpoints, layers) with their epochs "
            "and ceilings: draw the table of a Recorder by plot(table)"
        )
    figure, axes = plane_axes(title, ceilings, xlabel, ylabel)
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


@plots.styled
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
    goes through the means, whose numbers are those of the layers; of layers in one place together.
    """
    figure, axes = plane_axes(title, ceilings, xlabel, ylabel)
    layers = x.shape[2]
    colors = plots.shades(layers)
    for i in range(x.shape[1]):
        mean_x, mean_y = x[:, i].mean(axis=0), y[:, i].mean(axis=0)
        dots = [
            axes.scatter(x[:, i, k], y[:, i, k], s=14, color=colors[k], alpha=0.7, linewidths=0)
            for k in range(layers)
        ]
        path = axes.plot(mean_x, mean_y, color=plots.INK, linewidth=1)
        names = numbered(axes, mean_x, mean_y, ceilings)
        plots.in_frame(i, *dots, *path, *names)
    return figure


@plots.styled
def numbered(axes: Axes, x: Floats, y: Floats, ceilings: Ceilings) -> list[Artist]:
    """The numbers of layers below where they are, (layers,) each; of those in one place together.

    Layers are in one place where their numbers would lie on each other.
    """
    groups: list[list[int]] = []
    for k in range(len(x)):
        for group in groups:
            beside = abs(x[k] - x[group[0]]) < 0.05 * ceilings[0]
            if beside and abs(y[k] - y[group[0]]) < 0.06 * ceilings[1]:
                group.append(k)
                break
        else:
            groups.append([k])
    look: dict[str, Any] = {"xytext": (0, -13), "textcoords": "offset points"}
    look |= {"ha": "center", "fontsize": plots.SMALL}
    return [
        axes.annotate(
            ", ".join(str(k + 1) for k in group), (x[group].mean(), y[group].mean()), **look
        )
        for group in groups
    ]


@plots.styled
def plane_axes(title: str, ceilings: Ceilings, xlabel: str, ylabel: str) -> tuple[Figure, Axes]:
    """Axes of a plane, in nats, with both ceilings: of I(X;T) across, of I(T;Y) up."""
    figure, axes = plots.panel(title=title, xlabel=xlabel, ylabel=ylabel)
    axes.axvline(ceilings[0], color=plots.INK, linewidth=0.8)
    axes.axhline(ceilings[1], color=plots.INK, linewidth=0.8)
    # what can be: an interval over few networks may reach further
    axes.set(xlim=(-0.03 * ceilings[0], 1.05 * ceilings[0]))
    axes.set(ylim=(-0.05 * ceilings[1], 1.1 * ceilings[1]))
    return figure, axes
