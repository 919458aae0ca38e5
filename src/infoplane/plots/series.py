"""What a figure shows, as numbers: its curves, bands, points, bars and maps in one table."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import (
    LineCollection,
    PathCollection,
    PolyCollection,
    QuadMesh,
)
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

__all__ = ["COLUMNS", "as_csv"]

COLUMNS = ("panel", "frame", "curve", "x", "y", "low", "high")
COLORBAR = "<colorbar>"  # Matplotlib's own label of such axes
POINTS, VALUE, BAR, BAND = "points", "value", "bar", "band"
KINDS = {PathCollection: POINTS, QuadMesh: VALUE, LineCollection: BAR, PolyCollection: BAND}
Row = tuple[Any, ...]


def as_csv(figures: Sequence[Figure]) -> str:
    """The panels of one picture as CSV, with the columns COLUMNS; empty where nothing is drawn.

    panel: the title of its axes, or a number; frame: of a slider, if it has one; curve: its name in
    the legend, where it has one, or what is drawn. A band or an error bar has low and high at its x
    (or at its y, if it lies across); a cell of a map has its column and row for x and y, and its
    value for low and high. What goes through the whole panel, as a ceiling does, is left out, and
    so are pictures of pixels.
    """
    rows = [
        (axes.get_title(loc="left") or axes.get_title() or number, *row)
        for number, figure in enumerate(figures, start=1)
        for axes in figure.axes
        if axes.get_label() != COLORBAR
        for row in _rows(axes)
    ]
    if not rows:
        return ""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_text(value) for value in row] for row in rows)
    return text.getvalue()


def _rows(axes: Axes) -> Iterator[Row]:
    """frame, curve, x, y, low, high of all that is drawn in the units of the axes."""
    names: dict[Any, str] = {}  # of the lines, by their colour
    drawn: Any  # Matplotlib's types allow for more than it returns
    # a line and its error bars, of which neither has the label
    whole = {part: group for group in axes.containers for part in group.get_children()}
    for drawn in axes.get_lines():
        if drawn.get_transform() == axes.transData:  # or it is across the whole panel
            name = _name(whole.get(drawn, drawn), "line")
            names.setdefault(to_rgb(drawn.get_color()), name)
            for x, y in zip(drawn.get_xdata(), drawn.get_ydata(), strict=True):
                yield _frame(drawn), name, x, y, "", ""
    for drawn in axes.collections:
        colours = [*drawn.get_facecolor(), *drawn.get_edgecolor()]
        like = names.get(tuple(colours[0][:3]), "") if colours else ""
        kind = next((name for of, name in KINDS.items() if isinstance(drawn, of)), "")
        for row in _of_collection(drawn, kind, axes):
            yield _frame(drawn), _name(whole.get(drawn, drawn), like or kind), *row
    for drawn in axes.patches:
        if type(drawn) is Rectangle:
            x = drawn.get_x() + drawn.get_width() / 2
            yield _frame(drawn), _name(whole.get(drawn, drawn), BAR), x, drawn.get_height(), "", ""


def _of_collection(drawn: Any, kind: str, axes: Axes) -> Iterator[Row]:
    """x, y, low, high."""
    if kind == POINTS:
        yield from ((x, y, "", "") for x, y in np.ma.getdata(drawn.get_offsets()))
    elif kind == VALUE:
        values = np.atleast_2d(np.ma.getdata(drawn.get_array()))
        values = values.reshape(np.shape(drawn.get_coordinates())[0] - 1, -1)
        across = _labels(axes.get_xticklabels(), values.shape[1])
        down = _labels(axes.get_yticklabels(), values.shape[0])
        for (i, j), value in np.ndenumerate(values):
            yield across[j], down[i], value, value
    elif kind == BAR:
        for segment in drawn.get_segments():
            if len(segment) == 2:
                yield _ends(segment)
    elif kind == BAND:
        for path in drawn.get_paths():
            for x in np.unique(path.vertices[:, 0]):
                at = path.vertices[path.vertices[:, 0] == x, 1]
                yield x, "", at.min(), at.max()


def _labels(ticks: Sequence[Any], count: int) -> list[str]:
    """The names of rows or columns of a map; their numbers where not all have one."""
    names = [tick.get_text() for tick in ticks]
    return names if len(names) == count and all(names) else [str(i) for i in range(count)]


def _ends(segment: Any) -> Row:
    """x, y, low, high of a bar, upright or across."""
    (x, y), (u, v) = segment
    return ("", y, min(x, u), max(x, u)) if y == v and x != u else (x, "", min(y, v), max(y, v))


def _name(drawn: Any, other: str) -> str:
    label = str(drawn.get_label())
    return other if not label or label.startswith("_") else label


def _frame(artist: Any) -> str:
    return (artist.get_gid() or "").removeprefix("frame-")


def _text(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float | np.floating) else str(value)
