"""One look for every figure: colours that keep their meaning, text that follows the page.

Ink is the page's `currentColor` once a figure is shown, so the same figure is black on a light page
and white on a dark one. The style holds inside functions that are :func:`styled` and leaves the
user's Matplotlib alone.
"""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure

__all__ = [
    "CLASSES",
    "COLORS",
    "INK",
    "ORDERED",
    "SMALL",
    "Look",
    "band",
    "ceiling",
    "in_frame",
    "panel",
    "shades",
    "styled",
    "truth",
]

P = ParamSpec("P")
T = TypeVar("T")
Look = dict[str, Any]  # how a curve is drawn, in Matplotlib's arguments

# A colour that no data uses; `show` turns it into the colour of the page's text.
INK = "#010203"
TRUTH: Look = {"color": INK, "linestyle": "--", "linewidth": 1.6, "zorder": 5}

# One colour an estimator in the whole book, from Okabe and Ito's palette, darkened or lightened
# until each has a contrast of at least 3 on white and on the dark page.
COLORS = {
    "mine": "#d55e00",
    "aa-mine": "#b44fd6",
    "ksg": "#2a7fbf",
    "ross": "#009e73",
    "binning": "#b07d00",
    "cca": "#b8609a",
    "nwj": "#7b5fd3",
    "infonce": "#4d8f21",
    "smile": "#d1345b",
    "js": "#1b8a8f",
    "kde": "#9a7b4f",
    "wkl": "#5b8f8f",
    "classifier": "#7a8b3c",
    "compressed": "#c2527a",
    "flow": "#2f5ff5",
    "exact": INK,
}
# Of labels, dimensions and whatever is no estimator, in order: none of them an estimator's.
CLASSES = ("#6a6fd0", "#8f8b2a", "#808080", "#a8664a", "#3f95a8")
# Of ordered curves, such as epochs: blue to orange, told apart by all eyes, seen on both pages.
ORDERED = LinearSegmentedColormap.from_list("ordered", ["#2f80d8", "#b05bbd", "#c46a00"])

PANEL = (4.2, 3.2)  # inches: half a page wide, a phone's width with type of 11 px
TALL = (4.2, 4.0)  # of two sets of axes, one above the other
SMALL = 9.8  # points, the least there are: 11 px on a page and on a phone
STYLE: Any = {
    **{f"{part}.facecolor": "none" for part in ("figure", "axes", "savefig")},
    **{f"{part}.color": INK for part in ("text", "xtick", "ytick")},
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "font.size": 10,
    "legend.frameon": False,
    "legend.fontsize": SMALL,
    "lines.linewidth": 1.6,
    "svg.fonttype": "none",  # text, in a font that the book brings along
    "path.simplify_threshold": 0.3,  # of a point
    "svg.hashsalt": "infoplane",
}


def styled(draw: Callable[P, T]) -> Callable[P, T]:
    """`draw` in the book's style: what it makes has it, and rcParams are afterwards as before.

    Every function that makes legends, labels or lines of a figure for :func:`show` is one.
    """

    @functools.wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> T:
        with mpl.rc_context(STYLE):
            return draw(*args, **kwargs)

    return drawn


@styled
def panel(
    *, title: str = "", xlabel: str = "", ylabel: str = "", size: tuple[float, float] = PANEL
) -> tuple[Figure, Axes]:
    """A figure of one set of axes, in the book's style; label axes with their units."""
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.add_subplot()
    axes.set(title=title, xlabel=xlabel, ylabel=ylabel)
    return figure, axes


def shades(count: int) -> list[str]:
    """Colours for `count` curves that have an order."""
    return [to_hex(color) for color in ORDERED(np.linspace(0, 1, count))]


@styled
def truth(axes: Axes, x: Any, y: Any, label: str = "exact", **style: Any) -> None:
    """The true value: a dashed line in the colour of the page's text, always."""
    axes.plot(x, y, label=label, **(TRUTH | style))


@styled
def ceiling(axes: Axes, value: float, label: str) -> None:
    """A value that no curve can pass: a thin line across, with its name on it."""
    axes.axhline(value, color=INK, linewidth=0.8)
    axes.annotate(label, (0.02, value), xycoords=("axes fraction", "data"), va="bottom")


@styled
def band(
    axes: Axes,
    x: npt.ArrayLike, mean: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike,
    *, label: str, color: str, **style: Any,
) -> None:  # fmt: skip
    """A mean with the band of its interval; the caption says what the band is."""
    axes.plot(x, np.asarray(mean), color=color, label=label, **style)
    ends = np.asarray(low), np.asarray(high)
    look: Look = {"color": color, "alpha": 0.25, "linewidth": 0}
    axes.fill_between(np.asarray(x), *ends, label=f"_{label}", **look)


def in_frame(frame: int, *artists: Artist) -> None:
    """Put artists in one frame of a figure that is shown with a slider; others are always seen."""
    for artist in artists:
        artist.set_gid(f"frame-{frame}")
