"""Standard errors from half-samples: what the value would have been from other rows."""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

__all__ = ["HALVES", "half_sample_error"]

Ints = npt.NDArray[np.int64]

HALVES = 10  # their spread is known to 1 / sqrt(2 * 9) of itself, 24 %


def half_sample_error(
    value_of: Callable[[Ints], float],
    n: int,
    rng: np.random.Generator,
    *,
    labels: npt.NDArray[np.int64] | None = None,
    least: int = 2,
) -> float:
    """Standard error of a value of n rows: the spread of the same from random halves of them.

    Values of m of n rows without replacement scatter by sigma^2 (1/m - 1/n) where those of n
    independent rows scatter by sigma^2 / n: with m = n/2 these are equal. Rows with replacement
    would be their own nearest neighbours. What it does not see is bias, that of m rows included.

    value_of(rows): the value from these row numbers. labels: (n,), where every class needs `least`
    rows in a half: a class that came out smaller is filled up from its other rows. nan where half
    the rows are not as many.
    The number is a standard deviation of HALVES values, with HALVES - 1 degrees of freedom.
    Source: Politis & Romano (1994), https://doi.org/10.1214/aos/1176325770; for nearest
    neighbours: Holmes & Nemenman (2019), https://doi.org/10.1103/PhysRevE.100.022404

    >>> x = np.arange(100.0)  # of a mean: sigma / sqrt(n) = 2.89, known to 24 %
    >>> found = half_sample_error(lambda rows: x[rows].mean(), 100, np.random.default_rng(0))
    >>> 1.5 < found < 5
    True
    """
    m = n // 2
    if m < least * (1 if labels is None else len(np.unique(labels))):
        return math.nan
    values = []
    for _ in range(HALVES):
        order = rng.permutation(n)
        if labels is not None:
            order = _filled(order, labels, m, least)
        values.append(value_of(np.sort(order[:m])))
    return float(np.std(values, ddof=1)) * math.sqrt(m / (n - m))


def _filled(order: Ints, labels: Ints, m: int, least: int) -> Ints:
    """The rows in an order whose first m have at least so many of each class, where it has them."""
    place = np.empty(len(order))
    place[order] = np.arange(len(order))
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        first = rows[np.argsort(place[rows])[:least]]
        place[first] = np.minimum(place[first], -1)
    filled: Ints = np.argsort(place, kind="stable")
    return filled
