"""k-th distances and counts of neighbours in the maximum norm, by a tree of boxes.

A box is passed over, or counted whole, where the rounded differences to its ends say so. Rounding
is monotone, so every row in it would have said the same, and nothing is left to repair.
"""

import numpy as np
import numpy.typing as npt

from infoplane.compiled import kernel, side_by_side
from infoplane.estimators.neighbors.heaps import put
from infoplane.estimators.trees import Tree

__all__ = ["count_within", "kth_distance"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DEPTH = 128  # nodes that wait: two for each level of any tree

# Kernels get the arrays of a tree, not the tree: a class that has moved since would end the reading
# of what Numba has kept in an error.


def kth_distance(found: Tree, k: int) -> Floats:
    """Distance from each row to its k-th nearest other row: (n,)."""
    out = np.empty(len(found.rows))
    side_by_side(lambda begin, end: _nearest(*found, k, begin, end, out), len(found.cells))
    return out


def count_within(found: Tree, of: Floats | None, radii: Floats) -> Ints:
    """Number of rows strictly within radii (m, d) of the rows `of` (m, d), None for all: (m,)."""
    if of is None:  # in the tree's order, in which neighbours follow each other
        of, place = found.rows, found.order
    else:
        place = np.arange(len(of))
    out = np.zeros(len(of), np.int64)
    side_by_side(lambda begin, end: _count(*found, of, radii, place, begin, end, out), len(of))
    return out


@kernel
def _count(rows, order, start, stop, low, high, cells, of, radii, place, begin, end, out):
    """Rows strictly within radii[place[p]] of of[p], for p from begin to end."""
    d, size = of.shape[1], cells.shape[2]
    leaves = len(start) >> 1  # the first of them
    stack = np.empty(DEPTH, np.int64)
    inside = np.empty(size, np.uint8)
    for p in range(begin, end):
        radius, count, top = radii[place[p]], 0, 1
        stack[0] = 0
        while top > 0:
            top -= 1
            node = stack[top]
            outside, whole = False, True
            for q in range(d):
                below, above = of[p, q] - low[node, q], high[node, q] - of[p, q]
                outside |= max(-below, -above, 0.0) >= radius[q]
                whole &= max(below, above) < radius[q]
            if outside:
                continue
            if whole:
                count += stop[node] - start[node]
            elif node < leaves:
                stack[top], stack[top + 1] = 2 * node + 1, 2 * node + 2
                top += 2
            else:
                cell = cells[node - leaves]
                inside[:] = 1
                for q in range(d):
                    value, r = of[p, q], radius[q]
                    for t in range(size):
                        inside[t] &= abs(cell[q, t] - value) < r
                for t in range(size):
                    count += inside[t]
        out[place[p]] = count


@kernel
def _nearest(rows, order, start, stop, low, high, cells, k, begin, end, out):
    """The distance to the k-th other row, for the rows of the leaves begin to end.

    From a row's own leaf upwards: what lies beside is entered where it may hold a nearer row.
    """
    leaves = len(start) >> 1
    stack = np.empty(DEPTH, np.int64)
    distance = np.empty(cells.shape[2])
    best = np.empty(k + 1)  # a heap, the largest first; the row itself is one of k + 1
    for leaf in range(leaves + begin, leaves + end):
        for p in range(start[leaf], stop[leaf]):
            best[:] = np.inf
            _search(rows[p], cells[leaf - leaves], distance, best)
            node = leaf
            while node > 0 and best[0] > 0:
                top, stack[0] = 1, ((node - 1) ^ 1) + 1  # its sibling
                while top > 0:
                    top -= 1
                    inside = stack[top]
                    if _gap(rows[p], low[inside], high[inside]) >= best[0]:
                        continue
                    if inside >= leaves:
                        _search(rows[p], cells[inside - leaves], distance, best)
                        continue
                    near, far = 2 * inside + 1, 2 * inside + 2
                    if _gap(rows[p], low[far], high[far]) < _gap(rows[p], low[near], high[near]):
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
            put(best, distance[t])
