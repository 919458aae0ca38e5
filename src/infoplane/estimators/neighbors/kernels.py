"""The loops that find and count neighbours in the maximum norm, compiled.

*In a tree* a box is passed over, or counted whole, where the rounded differences to its ends say
so. Rounding is monotone and keeps signs: every row in it would have said the same.

*In boxes*: which rows lie within r_i of row i in every column. In one column the answer is an
interval of ranks, and the rows of an interval are the exclusive or of two prefix sets: with bits
for rows, a box costs two look-ups and one `and` for each column and 64 rows. That is several times
faster than comparing all pairs and, unlike a tree, does not lose to dimension. What bounds it is
how fast the prefix sets come from a core's second cache.

*In a line* ranks are found by bisection.

All are in one file, and get arrays and numbers only: what Numba keeps of a function knows of
changes in its own file only, and cannot be read any more once a class among its arguments moved.
"""

import numpy as np

from infoplane.compiled import kernel

__all__ = [
    "count_at_edges",
    "count_in_boxes",
    "count_in_line",
    "count_in_tree",
    "nearest_in_boxes",
    "nearest_in_tree",
]

DEPTH = 128  # nodes that wait: two for each level of any tree
# 64-bit words of rows whose membership is kept as bits at a time: the prefix sets of two columns
# (1 MB) then stay in a core's cache.
WORDS = 32


@kernel
def count_in_tree(order, start, stop, low, high, cells, of, radii, within, to, begin, end, out):
    """Rows strictly within radii[p] of of[p], out[0, to[p]], for p from begin to end; and how many
    are nearer to that surface than `within`, out[1, to[p]]."""
    d, size = of.shape[1], cells.shape[2]
    leaves = len(start) >> 1  # the first of them
    stack = np.empty(DEPTH, np.int64)
    beyond = np.empty(size)  # how far outside a row is
    for p in range(begin, end):
        radius, count, at, top = radii[p], 0, 0, 1
        stack[0] = 0
        while top > 0:
            top -= 1
            node = stack[top]
            outside, whole = False, True
            for q in range(d):
                below, above = of[p, q] - low[node, q], high[node, q] - of[p, q]
                outside |= max(-below, -above, 0.0) - radius[q] >= within
                whole &= max(below, above) - radius[q] < -within
            if outside:
                continue
            if whole:
                count += stop[node] - start[node]
            elif node < leaves:
                stack[top], stack[top + 1] = 2 * node + 1, 2 * node + 2
                top += 2
            else:
                cell = cells[node - leaves]
                beyond[:] = -np.inf
                for q in range(d):
                    value, r = of[p, q], radius[q]
                    for t in range(size):
                        out_of_it = abs(cell[q, t] - value) - r
                        # unlike max, which minds NaN, this becomes vectors
                        beyond[t] = out_of_it if out_of_it > beyond[t] else beyond[t]  # noqa: FURB136
                for t in range(size):
                    count += beyond[t] < 0
                    at += abs(beyond[t]) < within
        out[0, to[p]], out[1, to[p]] = count, at


@kernel
def nearest_in_tree(order, start, stop, low, high, cells, k, begin, end, out):
    """The distance to the k-th other row, for the rows of the leaves begin to end.

    From a row's own leaf upwards: what lies beside is entered where it may hold a nearer row.
    """
    leaves = len(start) >> 1
    stack = np.empty(DEPTH, np.int64)
    row = np.empty(cells.shape[1])
    distance = np.empty(cells.shape[2])
    best = np.empty(k + 1)  # a heap, the largest first; the row itself is one of k + 1
    for leaf in range(leaves + begin, leaves + end):
        own = cells[leaf - leaves]
        for p in range(start[leaf], stop[leaf]):
            row[:] = own[:, p - start[leaf]]
            best[:] = np.inf
            _search(row, own, distance, best)
            node = leaf
            while node > 0 and best[0] > 0:
                top, stack[0] = 1, ((node - 1) ^ 1) + 1  # its sibling
                while top > 0:
                    top -= 1
                    inside = stack[top]
                    if _gap(row, low[inside], high[inside]) >= best[0]:
                        continue
                    if inside >= leaves:
                        _search(row, cells[inside - leaves], distance, best)
                        continue
                    near, far = 2 * inside + 1, 2 * inside + 2
                    if _gap(row, low[far], high[far]) < _gap(row, low[near], high[near]):
                        near, far = far, near
                    stack[top], stack[top + 1] = far, near
                    top += 2
                node = (node - 1) >> 1
            out[order[p]] = best[0]


@kernel
def _gap(row, low, high):
    """How far a row is from a box."""
    gap = 0.0
    for q in range(len(row)):
        gap = max(gap, max(low[q] - row[q], row[q] - high[q]))
    return gap


@kernel
def _search(row, cell, distance, best):
    """Put the distances from a row to the rows of a leaf into the heap, where they are smaller."""
    distance[:] = 0.0
    for q in range(len(cell)):
        value = row[q]
        for t in range(len(distance)):
            apart = abs(cell[q, t] - value)
            # unlike max, which minds NaN, this becomes vectors
            distance[t] = apart if apart > distance[t] else distance[t]  # noqa: FURB136
    for t in range(len(distance)):
        if distance[t] < best[0]:
            _put(best, distance[t])


@kernel
def count_in_boxes(rows, values, order, of, radii, begin, end, out):
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
def nearest_in_boxes(rows, values, order, part, k, begin, end, out):
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
                        _put(best[i], distance)
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
            _put(heap, distance[t])
    return np.nextafter(heap[0], np.inf)


@kernel
def _interval(values, centre, radius, low, high, i):
    low[i] = _first_within(values, centre, radius)
    high[i] = max(low[i], _stop_within(values, centre, radius))


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


@kernel
def count_in_line(ordered, of, radius, begin, end, counts):
    for i in range(begin, end):
        first = _first_within(ordered, of[i], radius[i])
        counts[i] = max(first, _stop_within(ordered, of[i], radius[i])) - first


@kernel
def count_at_edges(ordered, radius, within, begin, end, counts):
    """Add how many values, 2 at most, lie at either end of the interval around each value."""
    for i in range(begin, end):
        for edge in (ordered[i] - radius[i], ordered[i] + radius[i]):
            low, high = edge - within, edge + within
            at = np.searchsorted(ordered, low)
            for value in ordered[at : at + 2]:
                counts[i] += value <= high


@kernel
def _first_within(ordered, centre, radius):
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
def _stop_within(ordered, centre, radius):
    """How many of the values in order lie less than `radius` above the centre, or below it."""
    low, size = 0, len(ordered)
    while size > 0:
        half = size >> 1
        right = ordered[low + half] - centre < radius
        low = low + half + 1 if right else low
        size = size - half - 1 if right else half
    return low


@kernel
def _put(heap, number):
    """Put a number into a heap (k,) in place of its largest, heap[0], which must be larger."""
    at, child, size = 0, 1, len(heap)
    while child < size:
        if child + 1 < size and heap[child + 1] > heap[child]:
            child += 1
        if heap[child] <= number:
            break
        heap[at] = heap[child]
        at, child = child, 2 * child + 1
    heap[at] = number
