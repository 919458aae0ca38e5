"""The Swiss roll: a flat sheet, rolled up without stretching."""

import math

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.inputs.arrays import as_columns, as_numbers

__all__ = ["END", "HEIGHT", "LENGTH", "START", "roll"]

Floats = npt.NDArray[np.float64]

# From and to this angle of the involute; how long the sheet is, and how high.
START, END = 1.5 * math.pi, 4.5 * math.pi
LENGTH, HEIGHT = (END**2 - START**2) / 2, 21.0


def roll(u: npt.ArrayLike) -> Floats:
    """The unit square as a Swiss roll without stretching: (n, 2) -> (n, 3).

        (cos t + t sin t, sin t - t cos t, height),   t = sqrt(2 s)

    is the involute of a circle, whose turns are 2 pi apart and whose length up to the angle t
    is s = t^2 / 2. u_1 is the share of the length between t = 3 pi / 2 and 9 pi / 2, which is
    9 pi^2, and u_2 that of the height, 21: uniform u give points uniform with respect to area.
    Raises InputError for u of another shape, text, and NaN.

    >>> roll(np.array([[0.0, 0.5]])).round(3)  # t = 3 pi / 2: cos t = 0, sin t = -1
    array([[-4.712, -1.   , 10.5  ]])
    """
    points = as_columns(as_numbers(u, "u"), "u")
    if points.shape[1] != 2:
        raise InputError(f"u has shape {np.shape(u)}: (n, 2) is accepted, one row per point")
    start, end = START**2 / 2, END**2 / 2
    t = np.sqrt(2 * (start + (end - start) * points[:, 0]))
    cos, sin = np.cos(t), np.sin(t)
    return np.stack([cos + t * sin, sin - t * cos, HEIGHT * points[:, 1]], axis=1)
