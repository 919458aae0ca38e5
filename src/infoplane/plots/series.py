"""What a figure shows, as numbers: its curves, bands, points, bars and maps in one table."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
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
from matplotlib.colors import to_rgb
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

__all__ = ["COLUMNS", "as_csv"]

COLUMNS = ("panel", "frame", "curve", "x", "y", "low", "high")
COLORBAR = "<colorbar>"  # Matplotlib's own label of such axes
LINE, POINTS, VALUE, BAR, BAND = "line", "points", "value", "bar", "band"
KINDS = {PathCollection: POINTS, QuadMesh: VALUE, LineCollection: BAR, PolyCollection: BAND}
NUMBER = re.compile(r"[-−$]?\.?\d|\$")  # how a tick begins that names no category
Row = tuple[Any, ...]
Look = tuple[Any, ...]  # a colour, or a colour with dashes and marker


def as_csv(figures: Sequence[Figure]) -> str:
    """The panels of one picture as CSV, with the columns COLUMNS; empty where nothing is drawn.

    panel: the title of its axes, or a number; frame: of a slider, if it has one; curve: its name,
    or that of what the legend of any of the panels shows in its colour, or what is drawn. A band or
    an error bar has low and high at its x (or at its y, if it lies across); a cell of a map has its
    column and row for x and y, and its value for low and high; what stands at a name on an axis has
    that name. A line through the whole panel has one coordinate, and is left out where it has no
    name, as shaded parts and pictures of pixels are. What x and y are stands in the header, where
    it is the same in all panels, or else behind the name of each.
    """
    legend = {look: name for figure in figures for look, name in _legend(figure)}
    drawn = [
        (number, axes)
        for number, figure in enumerate(figures, start=1)
        for axes in figure.axes
        if axes.get_label() != COLORBAR
    ]
    labels = {(axes.get_xlabel(), axes.get_ylabel()) for _, axes in drawn if any(_rows(axes, {}))}
    rows = [
        (_panel(axes, number, several=len(labels) > 1), frame, curve, x, y, *ends)
        for number, axes in drawn
        for at_x, at_y in [(_categories(axes.xaxis), _categories(axes.yaxis))]
        for frame, curve, x, y, *ends in _rows(axes, legend)
        for x, y in [(_at(x, at_x), _at(y, at_y))]
        if any(value == value for value in (x, y, *ends) if value != "")  # not all of them NaN
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


def _legend(figure: Figure) -> Iterator[tuple[Look, str]]:
    """How the legends of a figure draw each name: by colour, and by colour, dashes and marker."""
    for legend in (*figure.legends, *(axes.get_legend() for axes in figure.axes)):
        if legend is not None:
            for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=True):
                for look in _looks(handle):
                    yield look, text.get_text()


def _looks(drawn: Any) -> list[Look]:
    """What a drawn thing can be told by, what it shares with most others first."""
    if hasattr(drawn, "get_linestyle") and hasattr(drawn, "get_marker"):
        color = to_rgb(drawn.get_color())
        return [(color,), (color, str(drawn.get_linestyle()), str(drawn.get_marker()))]
    colors = [*np.atleast_2d(drawn.get_facecolor()), *np.atleast_2d(drawn.get_edgecolor())]
    return [(tuple(map(float, color[:3])),) for color in colors if len(color) >= 3][:1]


def _named(drawn: Any, names: Mapping[Look, str], other: str) -> str:
    """Its own name, or that of what looks most like it."""
    known = [names[look] for look in reversed(_looks(drawn)) if look in names]
    return _name(drawn, known[0] if known else other)


def _rows(axes: Axes, legend: Mapping[Look, str]) -> Iterator[Row]:
    """frame, curve, x, y, low, high of all that is drawn in the units of the axes."""
    names = dict(legend)
    drawn: Any  # Matplotlib's types allow for more than it returns
    # a line and its error bars, of which neither has the label
    whole = {part: group for group in axes.containers for part in group.get_children()}
    bars = (group for group in axes.containers if isinstance(group, ErrorbarContainer))
    caps = {cap for group in bars for cap in group.lines[1]}  # the bars between them say where
    for drawn in axes.get_lines():
        if drawn in caps:
            continue
        x, y = drawn.get_xdata(), drawn.get_ydata()
        name = _name(whole.get(drawn, drawn), _named(drawn, names, ""))
        if name:
            names = dict.fromkeys(_looks(drawn), name) | names
        if drawn.get_transform() == axes.transData:
            curve = name or LINE
            yield from ((_frame(drawn), curve, *at, "", "") for at in zip(x, y, strict=True))
        elif _name(drawn, ""):  # across the whole panel
            along = drawn.get_transform() == axes.get_yaxis_transform(which="grid")
            yield _frame(drawn), name, *(("", y[0]) if along else (x[0], "")), "", ""
    for drawn in axes.collections:
        kind = next((name for of, name in KINDS.items() if isinstance(drawn, of)), "")
        name = _name(whole.get(drawn, drawn), _named(drawn, names, kind))
        for row in _of_collection(drawn, kind, axes):
            yield _frame(drawn), name, *row
    for drawn in axes.patches:
        if type(drawn) is Rectangle and drawn.get_data_transform() == axes.transData:
            x = drawn.get_x() + drawn.get_width() / 2
            name = _name(whole.get(drawn, drawn), _named(drawn, names, BAR))
            yield _frame(drawn), name, x, drawn.get_height(), "", ""


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
