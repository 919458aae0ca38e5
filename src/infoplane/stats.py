"""Means with intervals: every number over seeds goes through here."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import stats

from infoplane.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ends", "mean_interval", "mean_of", "over_seeds"]

Floats = npt.NDArray[np.float64]


def mean_interval(
    values: Sequence[float] | npt.NDArray[np.float64], level: float = 0.95
) -> tuple[float, float, float]:
    """Mean and Student-t interval of independent repetitions: (mean, low, high).

    values: (n,) with n >= 2; the interval is of the mean, not of a single repetition.
    Raises InputError for fewer than two values, since one repetition has no spread.

    >>> mean_interval([1.0, 2.0, 3.0])
    (2.0, -0.484..., 4.484...)
    """
    a = np.asarray(values, dtype=np.float64)
    if a.size < 2:
        raise InputError(f"{a.size} repetitions have no interval: give at least 2 seeds")
    mean = float(a.mean())
    half = float(stats.t.ppf(0.5 + level / 2, a.size - 1) * a.std(ddof=1) / np.sqrt(a.size))
    return mean, mean - half, mean + half


def ends(values: "Sequence[float] | Floats | pd.Series") -> tuple[float, float]:
    """Both ends of the 95 % interval of :func:`mean_interval`."""
    return mean_interval(np.asarray(values, dtype=np.float64))[1:]


def mean_of(curves: Floats, level: float = 0.95) -> tuple[Floats, Floats, Floats]:
    """:func:`mean_interval` of each column of (n, steps) curves: three (steps,) arrays."""
    columns = np.array([mean_interval(column, level) for column in np.asarray(curves).T])
    return columns[:, 0], columns[:, 1], columns[:, 2]


def over_seeds(frame: "pd.DataFrame", x: str, y: str) -> tuple[Floats, Floats, Floats, Floats]:
    """What a curve with its band is drawn from: the values of x, and :func:`mean_of` y at each.

    frame: a row for each x and `seed`, in any order.
    """
    table = frame.pivot(index="seed", columns=x, values=y)
    return table.columns.to_numpy(), *mean_of(table.to_numpy(float))
