"""Neighbours in the maximum norm: k-th distances and counts, exact, in bounded memory.

Both questions of the k-NN estimators are about boxes: which rows lie within r_i of row i in
every column. In one column the answer is an interval of ranks, and the rows of an interval
are the exclusive or of two prefix sets; with sets of rows kept as bits, a box costs two
look-ups and one `and` for each column and 64 rows. That is several times faster than
comparing all pairs, and, unlike a tree, it does not lose to dimension.
"""

from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import torch
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

__all__ = ["count_within", "kth_distance"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bits = npt.NDArray[np.uint64]
T = TypeVar("T")

# Rows whose membership is kept as bits at a time, and rows looked up at a time: the prefix
# sets of one column (0.5 MB) and the buffers (0.1 MB) then stay in a core's cache.
MEMBERS, ROWS = 2048, 512
# In more columns a k-d tree visits most of its leaves, at some 10 000 rows.
TREE_COLUMNS = 10
# The distances that preselect candidates come from every SPARSE-th row.
SPARSE = 12
# Number of ones of each 16-bit word.
ONES = np.array([word.bit_count() for word in range(1 << 16)], dtype=np.uint8)


def kth_distance(a: Floats, k: int) -> Floats:
    """Distance from each row to its k-th nearest other row, max_j |a_ij - a_lj|.

    a: (n, d) float64, n > k >= 1. Returns (n,); zero where k other rows are identical.
    Time grows as n log n in few columns, as n^2 d / 64 in many; memory, besides the input's
    order and ranks, is some 300 bytes a row.

    >>> kth_distance(np.array([[0.0], [1.0], [4.0]]), k=1)
    array([1., 1., 3.])
    """
    if a.shape[1] <= TREE_COLUMNS:
        # A row is its own neighbour at distance zero: the k-th other row is number k + 1.
        found, _ = cKDTree(a).query(a, [k + 1], p=np.inf, workers=torch.get_num_threads())
        return np.asarray(found[:, 0])
    return _kth_distance_by_boxes(a, k)


def count_within(a: Floats, radius: Floats, centres: Ints | None = None) -> Ints:
    """Number of rows strictly within `radius[i]` of row i, the row itself included.

    a: (n, d) float64; centres: (m,) the rows that are asked about, None for all of them;
    radius: (m,), or (m, d) with one for each column. Returns (m,): at least 1 where all radii are
    positive, 0 where one is not. Compared are the rounded differences, |a_ij - a_lj| < r_i,
    so ties are decided exactly as a loop over all pairs decides them.

    >>> count_within(np.array([[0.0], [1.0], [4.0]]), np.array([1.0, 1.5, 9.0]))
    array([1, 2, 3])
    """
    of = a if centres is None else a[centres]
    if not len(of):
        return np.zeros(0, np.int64)
    radii = np.broadcast_to(radius[:, None] if radius.ndim == 1 else radius, of.shape)
    if a.shape[1] == 1:
        first, stop = _interval(np.sort(a[:, 0]), of[:, 0], radii[:, 0])
        return stop - first

    def ones(rows: slice, start: int, bits: Bits) -> Ints:
        counts: Ints = ONES[bits.view(np.uint16)].sum(axis=1, dtype=np.int64)
        return counts

    total = np.zeros(len(of), np.int64)
    for counts in _over_boxes(a, of, radii, ones):
        total += np.concatenate(counts)
    return total


def _kth_distance_by_boxes(a: Floats, k: int) -> Floats:
    n = len(a)
    # The k-th neighbour among a part of the rows is no nearer than among all of them.
    part = a[:: max(1, min(SPARSE, n // (4 * (k + 1))))]
    bound = np.empty(n)
    for i in range(0, n, ROWS):
        distance = cdist(a[i : i + ROWS], part, "chebyshev")
        distance.partition(k, axis=1)
        bound[i : i + ROWS] = distance[:, k]
    columns = np.ascontiguousarray(a.T)

    def nearest(rows: slice, start: int, bits: Bits) -> Floats:
        inside = np.unpackbits(bits.view(np.uint8), axis=1, bitorder="little")
        i, j = np.divmod(np.flatnonzero(inside.view(bool)), inside.shape[1])
        distance = np.zeros(len(i))
        for column in columns:
            difference = column[rows][i] - column[start:][j]
            np.maximum(distance, np.abs(difference, out=difference), out=distance)
        order = np.lexsort((distance, i))
        i, distance = i[order], distance[order]
        place = np.arange(len(i)) - np.searchsorted(i, i)
        first = place <= k
        best = np.full((len(bits), k + 1), np.inf)
        best[i[first], place[first]] = distance[first]
        return best

    best = np.full((n, k + 1), np.inf)
    # The bound itself must count as inside, hence the next number above it.
    radii = np.broadcast_to(np.nextafter(bound, np.inf)[:, None], a.shape)
    for found in _over_boxes(a, a, radii, nearest):
        best = np.hstack([best, np.concatenate(found)])
        best.partition(k, axis=1)
        best = best[:, : k + 1]
    return best[:, k].copy()


def _over_boxes(
    a: Floats, centres: Floats, radii: Floats, reduce: Callable[[slice, int, Bits], T]
) -> Iterator[list[T]]:
    """For each block of MEMBERS rows, `reduce(rows, start, bits)` of each ROWS centres in turn.

    centres and radii: (m, d). Bit j of bits[i] tells whether row start + j of `a` is strictly
    within the radii of centre i of the slice `rows`, in every column.
    """
    n, d = a.shape
    m = len(centres)
    order = np.argsort(a, axis=0)
    intervals = [_interval(a[order[:, j], j], centres[:, j], radii[:, j]) for j in range(d)]
    chunks = [slice(i, min(i + ROWS, m)) for i in range(0, m, ROWS)]
    # One thread: the calls are short, and two threads lose what they gain by taking turns.
    for start in range(0, n, MEMBERS):
        size = min(MEMBERS, n - start)
        words = -(-size // 64)
        bits = np.empty((m, words), np.uint64)
        low, high = np.empty((2, ROWS, words), np.uint64)
        members_before = np.zeros(n + 1, np.int64)
        for j in range(d):
            member = (order[:, j] >= start) & (order[:, j] < start + size)
            np.cumsum(member, out=members_before[1:])
            sets = _prefix_sets(order[member, j] - start, words)
            first, stop = (members_before[rank] for rank in intervals[j])
            for rows in chunks:
                lo, hi = low[: rows.stop - rows.start], high[: rows.stop - rows.start]
                np.take(sets, first[rows], axis=0, out=lo, mode="clip")
                np.take(sets, stop[rows], axis=0, out=hi, mode="clip")
                np.bitwise_xor(lo, hi, out=lo)
                bits[rows] = lo if j == 0 else np.bitwise_and(bits[rows], lo, out=lo)
        yield [reduce(rows, start, bits[rows]) for rows in chunks]


def _prefix_sets(members: Ints, words: int) -> Bits:
    """Row m holds, as bits, the first m of `members`: (len(members) + 1, words)."""
    sets = np.zeros((len(members) + 1, words), np.uint64)
    bit = np.left_shift(np.uint64(1), (members & 63).astype(np.uint64))
    sets[np.arange(1, len(sets)), members >> 6] = bit
    return np.bitwise_or.accumulate(sets, axis=0, out=sets)


def _interval(ordered: Floats, centre: Floats, radius: Floats) -> tuple[Ints, Ints]:
    """Ranks [first, stop) of the values of `ordered` strictly within `radius` of `centre`.

    A search for centre - radius would be wrong by its own rounding; the rounded difference is
    monotone in rank, so bisecting on it decides as a direct comparison does.
    """
    last = len(ordered) - 1

    def bisect(before: Callable[[Floats], npt.NDArray[np.bool_]]) -> Ints:
        low, high = np.zeros(len(centre), np.int64), np.full(len(centre), len(ordered))
        for _ in range(len(ordered).bit_length()):
            middle = (low + high) >> 1
            right = before(ordered[np.minimum(middle, last)]) & (low < high)
            low, high = np.where(right, middle + 1, low), np.where(right, high, middle)
        return low

    first = bisect(lambda value: centre - value >= radius)
    return first, np.maximum(first, bisect(lambda value: value - centre < radius))
