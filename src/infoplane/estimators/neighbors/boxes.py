"""k-th distances and counts of neighbours in many columns, by sets of rows kept as bits.

Which rows lie within r_i of row i in every column is a question about a box. In one column the
answer is an interval of ranks, and the rows of an interval are the exclusive or of two prefix
sets: with bits for rows, a box costs two look-ups and one `and` for each column and 64 rows.
That is several times faster than comparing all pairs and, unlike a tree, does not lose to
dimension. What bounds it is how fast the prefix sets come from a core's second cache.
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from infoplane.compiled import kernel, side_by_side
from infoplane.estimators.neighbors.heaps import put
from infoplane.estimators.neighbors.lines import first_within, stop_within

__all__ = ["Ranked", "count_within", "kth_distance", "ranked"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Rows whose membership is kept as bits at a time: the prefix sets of two columns (1 MB) then stay
# in a core's cache. ROWS are asked about by a thread at a time: fewer would build the sets anew
# too often, more would not share the work out.
WORDS = 32
ROWS = 16384
# What a distance that finds a candidate costs, in differences of two values in a row of many.
CANDIDATE = 200


class Ranked(NamedTuple):
    """Rows a (n, d), and of each column the values in order and the rows that have them, (d, n)."""

    rows: Floats
    values: Floats
    order: Ints


def ranked(a: Floats) -> Ranked:
    """The ranks of rows a (n, d)."""
    columns = np.ascontiguousarray(a.T)
    order = np.argsort(columns, axis=1)
    return Ranked(np.ascontiguousarray(a), np.take_along_axis(columns, order, axis=1), order)


def kth_distance(of: Ranked, k: int) -> Floats:
    """Distance from each row to its k-th nearest other row: (n,)."""
    n, d = of.rows.shape
    # The k-th neighbour among every s-th row is no nearer than among all of them. Within that
    # bound lie about s (k + 1) candidates; finding it takes n d / s differences: s is the best.
    s = math.isqrt(n * d // (CANDIDATE * (k + 1)))
    part = np.ascontiguousarray(of.rows[:: max(1, min(s, n // (4 * (k + 1))))].T)
    out = np.empty(n)
    side_by_side(lambda begin, end: _nearest(*of, part, k, begin, end, out), n, ROWS)
    return out


def count_within(among: Ranked, of: Floats, radii: Floats) -> Ints:
    """Number of rows strictly within radii (m, d) of the rows `of` (m, d): (m,)."""
    out = np.zeros(len(of), np.int64)
    side_by_side(lambda begin, end: _count(*among, of, radii, begin, end, out), len(of), ROWS)
    return out


@kernel
def _count(rows, values, order, of, radii, begin, end, out):
    n, d = rows.shape
    low, high = np.empty((2, d, end - begin), np.int32)
    for j in range(d):
        for i in range(begin, end):
            _interval(values[j], of[i, j], radii[i, j], low[j], high[j], i - begin)
    bits = np.empty((end - begin, WORDS), np.uint64)
    for start in range(0, n, 64 * WORDS):
        _inside(order, start, low, high, bits)
        for i in range(end - begin):
            for w in range(WORDS):
                out[begin + i] += _ones(bits[i, w])


@kernel
def _nearest(rows, values, order, part, k, begin, end, out):
    """The distance to the k-th other of the rows that are within a bound on it."""
    n, d = rows.shape
    low, high = np.empty((2, d, end - begin), np.int32)
    for i in range(begin, end):
        radius = _bound(rows[i], part, k)
        for j in range(d):
            _interval(values[j], rows[i, j], radius, low[j], high[j], i - begin)
    best = np.full((end - begin, k + 1), np.inf)
    bits = np.empty((end - begin, WORDS), np.uint64)
    for start in range(0, n, 64 * WORDS):
        _inside(order, start, low, high, bits)
        for i in range(end - begin):
            for w in range(WORDS):
                word = bits[i, w]
                while word:  # from its lowest one on
                    at = start + 64 * w + _ones((word & -word) - np.uint64(1))
                    word &= word - np.uint64(1)
                    distance = 0.0
                    for j in range(d):
                        distance = max(distance, abs(rows[at, j] - rows[begin + i, j]))
                    if distance < best[i, 0]:
                        put(best[i], distance)
    for i in range(end - begin):
        out[begin + i] = best[i, 0]


@kernel
def _bound(row, part, k):
    """The number above the distance from a row to its k-th neighbour among `part` (d, m), so that
    a row as far as that is strictly within it."""
    distance = np.zeros(part.shape[1])
    for j in range(len(part)):
        column, value = part[j], row[j]
        for t in range(len(column)):
            apart = abs(column[t] - value)
            # unlike max, which minds NaN, this becomes vectors
            distance[t] = apart if apart > distance[t] else distance[t]  # noqa: FURB136
    heap = np.full(k + 1, np.inf)
    for t in range(len(distance)):
        if distance[t] < heap[0]:
            put(heap, distance[t])
    return np.nextafter(heap[0], np.inf)


@kernel
def _interval(values, centre, radius, low, high, i):
    low[i] = first_within(values, centre, radius)
    high[i] = max(low[i], stop_within(values, centre, radius))


@kernel
def _inside(order, start, low, high, bits):
    """Bit b of bits[i]: whether row start + b has, in each column j, a rank from low to high."""
    d, n = order.shape
    size = min(64 * WORDS, n - start)
    sets = np.zeros((2, size + 1, WORDS), np.uint64)  # the first m of the block's rows, by rank
    before = np.empty((2, n + 1), np.int32)  # how many of them come before each rank
    bits[:] = ~np.uint64(0)
    for first in range(0, d, 2):
        last = min(first + 1, d - 1)  # of an odd number the last column comes twice
        for s, j in ((0, first), (1, last)):
            m = 0
            for rank in range(n):
                before[s, rank] = m
                row = order[j, rank] - start
                if 0 <= row < size:
                    sets[s, m + 1] = sets[s, m]
                    sets[s, m + 1, row >> 6] |= np.uint64(1) << np.uint64(row & 63)
                    m += 1
            before[s, n] = m
        for i in range(len(bits)):
            one, two = sets[0, before[0, low[first, i]]], sets[0, before[0, high[first, i]]]
            three, four = sets[1, before[1, low[last, i]]], sets[1, before[1, high[last, i]]]
            for w in range(WORDS):
                bits[i, w] &= (one[w] ^ two[w]) & (three[w] ^ four[w])


@kernel
def _ones(word):
    """How many bits of a word are one; the compiler knows an instruction for these lines."""
    word -= (word >> np.uint64(1)) & np.uint64(0x5555555555555555)
    four = np.uint64(0x3333333333333333)
    word = (word & four) + ((word >> np.uint64(2)) & four)
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))
