"""What a figure shows, as numbers: its curves, bands, points, bars and maps in one table."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import (
    LineCollection,
    PathCollection,
    PolyCollection,
    QuadMesh,
)
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from infoplane.plots.names import Names, own_name

__all__ = ["COLUMNS", "as_csv"]

COLUMNS = ("panel", "frame", "curve", "x", "y", "low", "high")
COLORBAR = "<colorbar>"  # Matplotlib's own label of such axes
LINE, POINTS, VALUE, BAR, BAND = "line", "points", "value", "bar", "band"
KINDS = {PathCollection: POINTS, QuadMesh: VALUE, LineCollection: BAR, PolyCollection: BAND}
NUMBER = re.compile(r"[-−$]?\.?\d|\$")  # how a tick begins that names no category
Row = tuple[Any, ...]


def as_csv(figures: Sequence[Figure]) -> str:
    """The panels of one picture as CSV, with the columns COLUMNS; empty where nothing is drawn.

    panel: the title of its axes, or a number; frame: of a slider, if it has one; curve: its name
    (see :class:`Names`), or what is drawn. A band or an error bar has low and high at its x (or at
    its y, if it lies across); a cell of a map has its column and row for x and y, and its value for
    low and high; what stands at a name on an axis has that name. A line through the whole panel has
    one coordinate, and is left out where it has no name, as shaded parts and pictures of pixels
    are. What x and y are stands in the header, where it is the same in all panels, or else behind
    the name of each.
    """
    drawn = [
        (number, axes)
        for number, figure in enumerate(figures, start=1)
        for axes in figure.axes
        if axes.get_label() != COLORBAR
    ]
    shown = [(number, axes, list(_rows(axes, Names(axes, figures)))) for number, axes in drawn]
    labels = {(axes.get_xlabel(), axes.get_ylabel()) for _, axes, rows in shown if rows}
    rows = [
        (_panel(axes, number, several=len(labels) > 1), frame, curve, x, y, *ends)
        for number, axes, drawn_there in shown
        for at_x, at_y in [(_categories(axes.xaxis), _categories(axes.yaxis))]
        for frame, curve, x, y, *ends in drawn_there
        for x, y in [(_at(x, at_x), _at(y, at_y))]
    ]
    if not rows:
        return ""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    of_x, of_y = labels.pop() if len(labels) == 1 else ("", "")
    named = {"x": f"x: {of_x}" if of_x else "x", "y": f"y: {of_y}" if of_y else "y"}
    writer.writerow([named.get(column, column) for column in COLUMNS])
    writer.writerows([_text(value) for value in row] for row in rows)
    return text.getvalue()


def _panel(axes: Axes, number: int, *, several: bool) -> str:
    """Title or number of a panel; with what its axes are, where panels have several."""
    name = axes.get_title(loc="left") or axes.get_title() or str(number)
    along, up = axes.get_xlabel(), axes.get_ylabel()
    told = [f"{axis}: {label}" for axis, label in (("x", along), ("y", up)) if label]
    return f"{name} ({', '.join(told)})" if several and told else name


def _rows(axes: Axes, names: Names) -> Iterator[Row]:
    """frame, curve, x, y, low, high of all that is drawn in the units of the axes."""
    drawn: Any  # Matplotlib's types allow for more than it returns
    bars = (group for group in axes.containers if isinstance(group, ErrorbarContainer))
    caps = {cap for group in bars for cap in group.lines[1]}  # the bars between them say where
    for drawn in (line for line in axes.get_lines() if line not in caps):
        kind = POINTS if drawn.get_linestyle() == "None" else LINE
        if across := _across(drawn, axes):
            if name := own_name(drawn, axes):
                yield _frame(drawn), name, *across
        elif drawn.get_transform() == axes.transData:
            points = ((x, y, "", "") for x, y in zip(*drawn.get_data(), strict=True))
            yield from _of(drawn, names.of(drawn) or kind, points)
    for drawn in axes.collections:
        kind = next((name for of, name in KINDS.items() if isinstance(drawn, of)), "")
        moved = drawn.get_offset_transform() if kind == POINTS else drawn.get_transform()
        if kind and moved == axes.transData:
            rows = list(_of_collection(drawn, kind, axes))
            wide = kind in (BAR, BAND)
            name = names.around(drawn, rows) if wide else names.of(drawn)
            yield from _of(drawn, name or kind, rows)
    for drawn in axes.patches:
        if type(drawn) is Rectangle and drawn.get_data_transform() == axes.transData:
            x = drawn.get_x() + drawn.get_width() / 2
            yield from _of(drawn, names.of(drawn) or BAR, [(x, drawn.get_height(), "", "")])


def _of(drawn: Any, name: str, rows: Iterable[Row]) -> Iterator[Row]:
    """Rows with frame and curve, but for those without a number."""
    for x, y, low, high in rows:
        if not any(value != value for value in (x, y, low, high)):
            yield _frame(drawn), name, x, y, low, high


def _across(line: Any, axes: Axes) -> Row:
    """x, y, low, high of a line from edge to edge of its panel, which has one coordinate."""
    x, y = (np.asarray(values) for values in line.get_data())
    transform = line.get_transform()
    if transform == axes.get_yaxis_transform(which="grid"):
        return "", y[0], "", ""
    if transform == axes.get_xaxis_transform(which="grid"):
        return x[0], "", "", ""
    if transform == axes.transData and len(x) > 1:
        if np.ptp(x) == 0 and _spans(y, axes.get_ylim()):
            return x[0], "", "", ""
        if np.ptp(y) == 0 and _spans(x, axes.get_xlim()):
            return "", y[0], "", ""
    return ()


def _spans(values: Any, limits: tuple[float, float]) -> bool:
    return bool(min(values) <= min(limits) and max(values) >= max(limits))


def _categories(axis: Axis) -> dict[float, str]:
    """Position -> name, where all ticks of an axis have names that are no numbers."""
    names = [label.get_text() for label in axis.get_majorticklabels()]
    if not names or any(not name or NUMBER.match(name) for name in names):
        return {}
    return dict(zip(map(float, axis.get_majorticklocs()), names, strict=True))


def _at(value: Any, names: Mapping[float, str]) -> Any:
    """The name at a position, or beside it where several things stand at one name."""
    if not names or isinstance(value, str) or not np.isfinite(value):
        return value
    nearest = min(names, key=lambda at: abs(at - value))
    return names[nearest] if abs(nearest - value) < 0.5 else value


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
                yield from _ends(segment)
    elif kind == BAND:
        for path in drawn.get_paths():
            for x in np.unique(path.vertices[:, 0]):
                at = path.vertices[path.vertices[:, 0] == x, 1]
                yield x, "", at.min(), at.max()


def _labels(ticks: Sequence[Any], count: int) -> list[str]:
    """The names of rows or columns of a map; their numbers where not all have one."""
    names = [tick.get_text() for tick in ticks]
    return names if len(names) == count and all(names) else [str(i) for i in range(count)]


def _ends(segment: Any) -> Iterator[Row]:
    """x, y, low, high of a bar, upright or across; aslant it is two points, without length one."""
    (x, y), (u, v) = segment
    if x == u and y == v:
        yield x, y, "", ""
    elif x == u:
        yield x, "", min(y, v), max(y, v)
    elif y == v:
        yield "", y, min(x, u), max(x, u)
    else:
        yield from ((x, y, "", ""), (u, v, "", ""))


def _frame(artist: Any) -> str:
    return (artist.get_gid() or "").removeprefix("frame-")


def _text(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float | np.floating) else str(value)
