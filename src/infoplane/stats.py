"""Means with intervals: every number over seeds goes through here."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from infoplane.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Interval",
    "ends",
    "largest_of",
    "magnitude",
    "mean_interval",
    "mean_of",
    "over_seeds",
    "share_interval",
]

Floats = npt.NDArray[np.float64]
Interval = tuple[float, float, float]  # value, low, high


def mean_interval(
    values: Sequence[float] | npt.NDArray[np.float64], level: float = 0.95
) -> Interval:
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


def share_interval(count: int, n: int, level: float = 0.95) -> Interval:
    """Share of n independent trials with Clopper and Pearson's interval: (share, low, high).

    Its ends hold at least at `level` for every n, and it has a width at 0 of n and n of n too:
    that nothing was seen in few trials is no proof that there is nothing.
    Raises InputError for n < 1 or a count that is not among 0 ... n.
    Source: Clopper & Pearson (1934), https://doi.org/10.1093/biomet/26.4.404

    >>> share_interval(0, 20)  # the upper end is 1 - 0.025 ** (1 / 20)
    (0.0, 0.0, 0.168...)
    """
    if not 0 <= count <= n or n < 1:
        raise InputError(f"count={count} of n={n}: 0 <= count <= n and n >= 1 are accepted")
    found = stats.binomtest(count, n).proportion_ci(level, method="exact")
    return count / n, float(found.low), float(found.high)


def magnitude(value: float, low: float, high: float) -> Interval:
    """|value| with the interval of the absolute value.

    >>> magnitude(-1.0, -3.0, 2.0)
    (1.0, 0.0, 3.0)
    """
    nearest = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
    return abs(value), nearest, max(abs(low), abs(high))


def largest_of(groups: Sequence[Any], of: Callable[[Any, float], Interval], /) -> Interval:
    """The largest of several numbers with an interval each, and its interval.

    groups: what each number is of; of(group, level): the number with its interval at that level.
    The largest is below the largest of the upper ends. It is above each of the lower ends, too,
    where all of them hold at once, and of many one is soon wrong: they share the 5 % (Bonferroni).
    Raises InputError where there is no group.

    >>> largest_of([[0.0, 2.0], [5.0, 5.0]], mean_interval)
    (5.0, 5.0, 13.7...)
    """
    if not groups:
        raise InputError("there is nothing to take the largest of: give at least one group")
    each = [of(group, 0.95) for group in groups]
    at_once = [of(group, 1 - 0.05 / len(groups)) for group in groups]
    # NaN of one is NaN of all: what was not measured could have been the largest
    value, low, high = (
        float(np.max(ends))
        for ends in (
            [value for value, _, _ in each],
            [low for _, low, _ in at_once],
            [high for _, _, high in each],
        )
    )
    return value, low, high


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
