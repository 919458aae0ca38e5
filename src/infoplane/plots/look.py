"""One look for every figure: colours that keep their meaning, text that follows the page.

Ink is the page's `currentColor` once a figure is shown, so the same figure is black on a light page
and white on a dark one. The style holds inside functions that are :func:`styled` and leaves the
user's Matplotlib alone.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.markers import MarkerStyle

__all__ = [
    "CLASSES",
    "COLORS",
    "INK",
    "ORDERED",
    "SMALL",
    "Look",
    "band",
    "ceiling",
    "heatmap",
    "in_frame",
    "panel",
    "repetitions",
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
SEQUENTIAL = "viridis"  # of values on a map
SIGNED = "coolwarm"  # of those of either sign
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
    axes.fill_between(
        np.asarray(x), np.asarray(low), np.asarray(high), color=color, alpha=0.25, linewidth=0
    )


@styled
def repetitions(
    axes: Axes,
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    hue: str,
    interval: Callable[[pd.Series], tuple[float, float]],
    palette: Mapping[str, str],
    markers: str | Sequence[str | MarkerStyle] = "o",
) -> None:
    """Every repetition as a pale dot, with the mean of its group and the ends of an interval.

    frame: a row a repetition; one of x and y names its group, the other its value, hue the ways
    that are told apart within a group by colour, and by marker where there are several.
    """
    import seaborn as sns  # a second that only those who draw with it pay

    ways = frame[hue].nunique() if hue not in (x, y) else 1
    each: Look = {"data": frame, "x": x, "y": y, "hue": hue, "palette": dict(palette)}
    each |= {"ax": axes, "legend": False}
    dots: Look = {"alpha": 0.6, "linewidth": 0, "dodge": ways > 1}
    if ways > 1:
        sns.stripplot(**each, **dots, jitter=False, size=3)
    else:
        sns.swarmplot(**each, **dots, size=4)  # room enough to lie side by side
    # a strip is 0.8 of a group wide, and each way stands in the middle of its share of that
    each |= {
        "legend": "auto" if ways > 1 else False,
        "dodge": ways > 1 and 0.8 - 0.8 / ways,
        "markers": markers,
    }
    each |= {"markersize": 5, "linestyle": "none", "capsize": 0.2 / ways}
    sns.pointplot(**each, errorbar=interval, err_kws={"linewidth": 1.4})


@styled
def heatmap(
    values: npt.ArrayLike,
    *, title: str, label: str, vmax: float, vmin: float = 0.0, numbers: str = "",
) -> Figure:  # fmt: skip
    """A map of values (rows, columns) from `vmin` to `vmax`, with a colour bar that has its unit.
    Where it begins below 0, with colours of their own for either sign.

    A data frame's rows and columns are named along the axes, an array's are not; `numbers` is
    the format in which each value is written into its cell.
    """
    import seaborn as sns

    figure, axes = panel(title=title)
    named = isinstance(values, pd.DataFrame)
    style: Look = {"cmap": SIGNED if vmin < 0 else SEQUENTIAL, "cbar_kws": {"label": label}}
    style |= {"annot": bool(numbers), "fmt": numbers, "annot_kws": {"fontsize": SMALL}}
    # an image has square pixels, and is one picture in the file instead of a shape a pixel
    style |= {"square": not named, "rasterized": not named}
    drawn = values if named else np.asarray(values)
    sns.heatmap(drawn, ax=axes, vmin=vmin, vmax=vmax, xticklabels=named, yticklabels=named, **style)
    axes.tick_params(length=0)
    figure.axes[1].tick_params(length=2)
    return figure


def in_frame(frame: int, *artists: Artist) -> None:
    """Put artists in one frame of a figure that is shown with a slider; others are always seen."""
    for artist in artists:
        artist.set_gid(f"frame-{frame}")
