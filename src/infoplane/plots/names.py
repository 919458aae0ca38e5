"""What the things that a figure draws are called: by themselves, or by a legend that can mean no
other. A wrong name is worse than none."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

__all__ = ["Names", "own_name"]

NONE = ("None", "none", " ", "")
UNNAMED = re.compile(r"_(child\d|container\d|line\d|nolegend_)|_?$")  # Matplotlib's own labels


class Look(NamedTuple):
    """A colour, with dashes and marker if it has any."""

    color: tuple[float, ...]
    dash: str = ""
    marker: str = ""

    def agrees(self, other: "Look") -> bool:
        """Whether both have one colour, and the same dashes and marker where both have them."""
        pairs = (self.dash, other.dash), (self.marker, other.marker)
        return self.color == other.color and all(not a or not b or a == b for a, b in pairs)


Entry = tuple[Look, str]


class Names:
    """The names of what stands in one set of axes of a picture of several figures.

    Its own label comes first; then what the same axes, and then the same figure, call the only
    thing that looks like it; then what the legend of another figure calls a line of the same
    colour, dashes and marker, if nothing of its own figure has a name in this colour. What could
    be called by two names has none. Bands and bars are called like the line that runs inside them.
    """

    def __init__(self, axes: Axes, figures: Sequence[Figure]) -> None:
        self._axes = axes
        own: Figure = axes.figure  # type: ignore[assignment]
        rest = [other for other in own.axes if other is not axes]
        self._near: list[list[Entry]] = [
            [*_labelled(axes), *_entries([axes.get_legend()])],
            [
                *(entry for other in rest for entry in _labelled(other)),
                *_entries([*own.legends, *(other.get_legend() for other in rest)]),
            ],
        ]
        far = [figure for figure in figures if figure is not own]
        self._far = [entry for figure in far for entry in _entries(_legends(figure))]
        self._lines = [
            (look.color, name, line.get_xydata())
            for line in axes.get_lines()
            if (name := self.of(line)) and (look := _look(line))
        ]

    def of(self, drawn: Any) -> str:
        """The name of a line, of points or of a column; "" where nothing says it surely."""
        if name := own_name(drawn, self._axes):
            return name
        look = _look(drawn)
        if look is None:
            return ""
        for entries in self._near:
            if alike := [entry for entry in entries if entry[0].color == look.color]:
                same = {name for other, name in alike if other == look}
                return _only(same or {name for other, name in alike if look.agrees(other)})
        if not look.dash and not look.marker:
            return ""
        return _only({name for other, name in self._far if other == look})

    def around(self, drawn: Any, rows: Iterable[tuple[Any, ...]]) -> str:
        """The name of a band or of bars, whose rows are x, y, low, high."""
        if name := own_name(drawn, self._axes):
            return name
        look = _look(drawn)
        if look is None:
            return ""
        rows = list(rows)
        inside = {
            name
            for color, name, points in self._lines
            if color == look.color and all(_holds(row, points) for row in rows)
        }
        told = (name for entries in self._near for other, name in entries if other == look)
        return _only(inside or set(told))


def own_name(drawn: Any, axes: Axes) -> str:
    """Its label, or that of the bars or columns it is part of.

    One that begins with "_" stands in no legend and is a name all the same.
    """
    whole = (group for group in axes.containers if drawn in group.get_children())
    label = str(next(whole, drawn).get_label())
    return "" if UNNAMED.match(label) else label.lstrip("_")


def _labelled(axes: Axes) -> Iterator[Entry]:
    """What lends its name to others: all with a label that a legend would show."""
    _, labels = axes.get_legend_handles_labels()
    for drawn in (*axes.get_lines(), *axes.collections, *axes.patches):
        name, look = own_name(drawn, axes), _look(drawn)
        if name in labels and look:
            yield look, name


def _look(drawn: Any) -> Look | None:
    if hasattr(drawn, "get_linestyle") and hasattr(drawn, "get_marker"):
        dash, marker = str(drawn.get_linestyle()), str(drawn.get_marker())
        kept = ["" if style in NONE else style for style in (dash, marker)]
        return Look(to_rgb(drawn.get_color()), *kept)
    values = getattr(drawn, "get_array", lambda: None)()
    if not hasattr(drawn, "get_facecolor") or values is not None:  # of colours that say values
        return None
    for given in (drawn.get_facecolor(), drawn.get_edgecolor()):
        colors = {tuple(map(float, c[:3])) for c in np.atleast_2d(given) if len(c) > 3 and c[3] > 0}
        if colors:
            return Look(colors.pop()) if len(colors) == 1 else None
    return None


def _legends(figure: Figure) -> list[Any]:
    return [*figure.legends, *(axes.get_legend() for axes in figure.axes)]


def _entries(legends: Iterable[Any]) -> Iterator[Entry]:
    """How legends draw each name."""
    for legend in legends:
        if legend is not None:
            for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=True):
                if look := _look(handle):
                    yield look, text.get_text()


def _only(names: set[str]) -> str:
    return next(iter(names)) if len(names) == 1 else ""


def _holds(row: tuple[Any, ...], points: Any) -> bool:
    """Whether one of the points, (n, 2), lies between the ends of a band or bar."""
    x, y, low, high = row
    at, along = (x, 0) if x != "" else (y, 1)
    room = 1e-9 * max(abs(low), abs(high))
    there = points[points[:, along] == at, 1 - along]
    return bool(((there >= low - room) & (there <= high + room)).any())
