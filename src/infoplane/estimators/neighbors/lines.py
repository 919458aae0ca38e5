"""Neighbours in one column: intervals of ranks, decided as a comparison of all pairs decides."""

import numpy as np
import numpy.typing as npt

from infoplane.compiled import kernel, side_by_side

__all__ = ["count_at_edges", "count_within", "first_within", "stop_within"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def count_within(a: Floats, of: Floats, radius: Floats) -> Ints:
    """Number of values of a (n,) strictly within radius (m,) of the values `of` (m,): (m,)."""
    order = np.argsort(of)  # of neighbours in turn the ranks are neighbours, and in the cache
    ordered, of, radius = np.sort(a), of[order], radius[order]
    counts, out = np.empty((2, len(of)), np.int64)

    def count(begin: int, end: int) -> None:
        _count(ordered, of, radius, begin, end, counts)

    side_by_side(count, len(of))
    out[order] = counts
    return out


def count_at_edges(a: Floats, radius: Floats, within: float) -> Ints:
    """Number of values of a (n,) as far as radius (n,) above each one, and below, to `within`.

    Returns (n,), at most 2 for each of the two edges, of which more need not be known. An edge is
    rounded, as its distance to a value is: `within` must allow for it.
    """
    order = np.argsort(a)
    ordered, radius = a[order], radius[order]
    counts, out = np.empty((2, len(a)), np.int64)

    def count(begin: int, end: int) -> None:
        _count_at_edges(ordered, radius, within, begin, end, counts)

    side_by_side(count, len(a))
    out[order] = counts
    return out


@kernel
def _count(ordered, of, radius, begin, end, counts):
    for i in range(begin, end):
        first = first_within(ordered, of[i], radius[i])
        counts[i] = max(first, stop_within(ordered, of[i], radius[i])) - first


@kernel
def _count_at_edges(ordered, radius, within, begin, end, counts):
    for i in range(begin, end):
        counts[i] = 0
        for edge in (ordered[i] - radius[i], ordered[i] + radius[i]):
            low, high = edge - within, edge + within
            at = _first(ordered, low)
            for value in ordered[at : at + 2]:
                counts[i] += value <= high


@kernel
def _first(ordered, value):
    """How many of the values in order are below the value."""
    low, size = 0, len(ordered)
    while size > 0:
        half = size >> 1
        right = ordered[low + half] < value
        low = low + half + 1 if right else low
        size = size - half - 1 if right else half
    return low


@kernel
def first_within(ordered, centre, radius):
    """How many of the values in order lie at least `radius` below the centre.

    A search for centre - radius would be wrong by its own rounding; the rounded difference is
    monotone in rank, so that bisecting on it decides as a direct comparison does.
    """
    low, size = 0, len(ordered)
    while size > 0:
        half = size >> 1
        right = centre - ordered[low + half] >= radius
        low = low + half + 1 if right else low
        size = size - half - 1 if right else half
    return low


@kernel
def stop_within(ordered, centre, radius):
    """How many of the values in order lie less than `radius` above the centre, or below it."""
    low, size = 0, len(ordered)
    while size > 0:
        half = size >> 1
        right = ordered[low + half] - centre < radius
        low = low + half + 1 if right else low
        size = size - half - 1 if right else half
    return low
