"""Maps: values as colours, and as numbers that can be read on them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from infoplane.plots.look import SMALL, Look, panel, styled
from infoplane.signs import minus

__all__ = ["CLEAR", "SEQUENTIAL", "SIGNED", "heatmap", "legible", "luminance", "on"]

SEQUENTIAL = "viridis"  # of values on a map
# Of those of either sign: grey for none, which is no white slab on a dark page, and either way a
# darker colour, that is seen on a light page and on a dark one.
SIGNED = LinearSegmentedColormap.from_list("signed", ["#1266cc", "#8f8f8f", "#c84016"])
# Of pictures: grey that is seen on both pages, from nothing to all of it.
CLEAR = LinearSegmentedColormap.from_list("clear", [(0.5, 0.5, 0.5, a) for a in (0, 1)])
EQUAL = 0.179  # the luminance on which black and white have one contrast, 4.6


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
    legible(axes)
    axes.tick_params(length=0)
    figure.axes[1].tick_params(length=2)
    return figure


def legible(axes: Axes) -> None:
    """Turn the numbers in the cells of seaborn's map black or white, with true minus signs."""
    cells: Any  # Matplotlib's types do not know that it is a mesh
    (cells,) = axes.collections
    colors = cells.to_rgba(np.ma.getdata(cells.get_array()))
    colors = colors.reshape(np.shape(cells.get_coordinates())[0] - 1, -1, 4)
    for number in axes.texts:
        x, y = map(int, number.get_position())
        number.set(text=minus(number.get_text()), color=on(colors[y, x]))


def on(color: Sequence[float]) -> str:
    """Black or white: of the two the one that is read on an opaque colour, (red, green, blue)."""
    return "black" if luminance(color) > EQUAL else "white"


def luminance(color: Sequence[float]) -> float:
    """The relative luminance of WCAG 2, of red, green and blue from 0 to 1.

    >>> luminance((1, 1, 1)), luminance((0, 0, 0))
    (1.0, 0.0)
    """
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color[:3]]
    return float(np.dot((0.2126, 0.7152, 0.0722), linear))
