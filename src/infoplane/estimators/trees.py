"""A balanced tree of boxes over rows: halved along the widest column until few rows are left."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from infoplane.compiled import kernel, side_by_side

__all__ = ["Tree", "tree"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LEAF = 64  # rows: 16 to 32 are as fast in a line of vectors, but more boxes have to be tried
VECTOR = 8  # numbers of the longest vectors there are
MANY = 2**15  # rows; to start threads for a level takes longer than a level of fewer


class Tree(NamedTuple):
    """Rows in the order of a full binary tree, and the box around the rows of each of its nodes.

    order: (n,) which row of the input each one is; start, stop: (nodes,) a node's rows; low, high:
    (nodes, d) the ends of its box. The children of node i are 2i + 1 and 2i + 2; the leaves are the
    last of the nodes, and have the rows in order.
    cells: (leaves, d, size) the rows of each leaf, column by column, as loops over them are fast;
    size: of the largest leaf, made a number of whole vectors. Leaves are filled up with infinite
    rows.
    """

    order: Ints
    start: Ints
    stop: Ints
    low: Floats
    high: Floats
    cells: Floats


def tree(a: Floats, leaf: int = LEAF) -> Tree:
    """The tree of rows a (n, d), n >= 1, finite, with at most `leaf` rows in a leaf.

    Time grows as n log n; memory is some n (d + 1) numbers, and as many while it grows. Equal rows
    may lie in any order.

    >>> found = tree(np.array([[5.0], [1.0], [2.0], [7.0]]), leaf=2)
    >>> sorted(found.order[found.start[1]:found.stop[1]].tolist()), found.high[1]
    ([1, 2], array([2.]))
    """
    n, d = a.shape
    depth = max(0, int(np.ceil(np.log2(n / leaf))))
    nodes = (2 << depth) - 1
    start, stop = np.zeros(nodes, np.int64), np.zeros(nodes, np.int64)
    low, high = np.empty((2, nodes, d))
    rows, order = np.array(a, order="C"), np.arange(n)
    stop[0] = n
    for level in range(depth + 1):
        first = (1 << level) - 1

        def divide(begin: int, end: int, first: int = first, last: bool = level == depth) -> None:
            _divide(rows, order, start, stop, low, high, first + begin, first + end, last)

        if n < MANY:
            divide(0, 1 << level)
        else:
            side_by_side(divide, 1 << level)
    leaves = nodes // 2
    size = -(-int((stop - start)[leaves:].max()) // VECTOR) * VECTOR
    cells = np.full((nodes - leaves, d, size), np.inf)
    _fill(rows, start, stop, leaves, cells)
    return Tree(order, start, stop, low, high, cells)


@kernel
def _fill(rows, start, stop, leaves, cells):
    """Put the rows of each leaf into its cell, column by column."""
    for leaf in range(len(cells)):
        first = start[leaves + leaf]
        for p in range(first, stop[leaves + leaf]):
            for q in range(rows.shape[1]):
                cells[leaf, q, p - first] = rows[p, q]


@kernel
def _divide(rows, order, start, stop, low, high, begin, end, last):
    """Boxes of the nodes begin to end, and, but for the last level, their children's rows."""
    d = rows.shape[1]
    for node in range(begin, end):
        left, right = start[node], stop[node]
        for q in range(d):
            low[node, q], high[node, q] = np.inf, -np.inf
        for p in range(left, right):
            for q in range(d):
                value = rows[p, q]
                low[node, q] = min(low[node, q], value)
                high[node, q] = max(high[node, q], value)
        if last:
            continue
        widest = 0
        for q in range(d):
            if high[node, q] - low[node, q] > high[node, widest] - low[node, widest]:
                widest = q
        middle = (left + right) >> 1
        _select(rows, order, widest, left, right, middle)
        start[2 * node + 1], stop[2 * node + 1] = left, middle
        start[2 * node + 2], stop[2 * node + 2] = middle, right


@kernel
def _select(rows, order, q, left, right, middle):
    """Put in order the rows left to right so far that none before `middle` has a larger value in
    column q than one from there on (Hoare's selection, by the median of three)."""
    right -= 1
    while right > left:
        a, b, c = rows[left, q], rows[(left + right) >> 1, q], rows[right, q]
        pivot = max(min(a, b), min(max(a, b), c))
        i, j = left, right
        while i <= j:
            while rows[i, q] < pivot:
                i += 1
            while rows[j, q] > pivot:
                j -= 1
            if i <= j:
                order[i], order[j] = order[j], order[i]
                for p in range(rows.shape[1]):
                    rows[i, p], rows[j, p] = rows[j, p], rows[i, p]
                i, j = i + 1, j - 1
        if middle <= j:
            right = j
        elif middle >= i:
            left = i
        else:
            return
