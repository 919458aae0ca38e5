"""Neighbours in the maximum norm: k-th distances and counts, exact, in bounded memory."""

from __future__ import annotations

import math
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from infoplane.estimators.trees import Tree

__all__ = ["Balls"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# In more columns a tree visits most of its leaves, at some 10 000 rows; a count, which has to
# follow the whole surface of a ball, sooner than a search for a few neighbours.
NEAREST_COLUMNS, COUNTED_COLUMNS = 10, 5
# Rows that a thread asks about at a time in boxes: fewer would build the prefix sets anew too
# often, more would be too many bits.
ROWS = 16384
# What a distance that finds a candidate costs, in differences of two values in a row of many.
CANDIDATE = 200


class Ranked(NamedTuple):
    """Rows a (n, d), and of each column the values in order and the rows that have them, (d, n)."""

    rows: Floats
    values: Floats
    order: Ints


class Balls:
    """Rows a (n, d), float64 and finite, and what is built once to find their neighbours.

    What is compared are the rounded differences, |a_ij - a_lj|, so ties are decided exactly as a
    loop over all pairs decides them. Time grows as n log n in few columns, as n^2 d / 64 in many;
    memory is some 3 n (d + 2) numbers, and 4 MB a thread.
    """

    def __init__(self, a: Floats) -> None:
        self.a = a

    def kth_distance(self, k: int) -> Floats:
        """Distance from each row to its k-th nearest other row, max_j |a_ij - a_lj|: (n,).

        n > k >= 1; zero where k other rows are identical.

        >>> Balls(np.array([[0.0], [1.0], [4.0]])).kth_distance(k=1)
        array([1., 1., 3.])
        """
        from infoplane.compiled import side_by_side
        from infoplane.estimators.neighbors import kernels

        (n, d), out = self.a.shape, np.empty(len(self.a))
        if d <= NEAREST_COLUMNS:
            tree = self._tree
            leaves = len(tree.cells)
            side_by_side(lambda i, j: kernels.nearest_in_tree(*tree, k, i, j, out), leaves)
            return out
        # The k-th neighbour among every s-th row is no nearer than among all of them. Within that
        # bound lie about s (k + 1) candidates; finding it takes n d / s differences: s is the best.
        s = math.isqrt(n * d // (CANDIDATE * (k + 1)))
        part = np.ascontiguousarray(self.a[:: max(1, min(s, n // (4 * (k + 1))))].T)
        ranked = self._ranked
        side_by_side(lambda i, j: kernels.nearest_in_boxes(*ranked, part, k, i, j, out), n, ROWS)
        return out

    def count_within(self, radius: Floats, centres: Ints | None = None) -> Ints:
        """Number of rows strictly within `radius[i]` of row i, the row itself included.

        centres: (m,) the rows that are asked about, None for all of them; radius: (m,), or (m, d)
        with one for each column. Returns (m,): at least 1 where all radii are positive, 0 where
        one is not.

        >>> Balls(np.array([[0.0], [1.0], [4.0]])).count_within(np.array([1.0, 1.5, 9.0]))
        array([1, 2, 3])
        """
        d = self.a.shape[1]
        radii = np.broadcast_to(radius[:, None] if radius.ndim == 1 else radius, (len(radius), d))
        if d == 1 or d > COUNTED_COLUMNS:
            return self._in_columns(radii, centres)
        found: Ints = self._in_tree(radii, centres, 0.0)[0]
        return found

    def count_around(self, radius: Floats, within: float) -> tuple[Ints, Ints]:
        """The same for all rows, and how many rows lie nearer than `within` to that surface.

        radius: (n,). Returns (n,) and (n,): the second is no less than the true number, unless
        that is more than 2, and is 0 where no value of a column is near an edge.
        """
        n, d = self.a.shape
        if d == 1 or d > COUNTED_COLUMNS:
            return self.count_within(radius), self.count_at_edges(radius, within)
        radii = np.broadcast_to(radius[:, None], (n, d))
        counts, at = self._in_tree(radii, None, within)
        return counts, at

    def count_at_edges(self, radius: Floats, within: float) -> Ints:
        """How many values, column by column, are radius (n,) above each row's own, or below, to
        `within`: (n,), at most 2 for each edge, of which more need not be known.

        An edge is rounded, as its distance to a value is: `within` must allow for it.
        """
        from infoplane.compiled import side_by_side

        n = len(self.a)
        total = np.zeros(n, np.int64)
        for line, order in zip(*self._ranked[1:], strict=True):
            counts, around = np.zeros(n, np.int64), radius[order]
            side_by_side(partial(_add_edges, line, around, within, counts), n)
            total[order] += counts
        return total

    def _in_tree(self, radii: Floats, centres: Ints | None, within: float) -> Ints:
        """What a tree counts, (2, m), for the rows `centres` or, in the tree's order, all."""
        from infoplane.compiled import side_by_side
        from infoplane.estimators.neighbors import kernels

        tree = self._tree
        # in an order in which neighbours follow each other, and so are in the cache
        order = tree.order if centres is None else np.arange(len(centres))
        of, around = self.a[order if centres is None else centres], radii[order]
        counts = np.empty((2, len(of)), np.int64)
        side_by_side(
            lambda i, j: kernels.count_in_tree(*tree, of, around, within, order, i, j, counts),
            len(of),
        )
        return counts

    def _in_columns(self, radii: Floats, centres: Ints | None) -> Ints:
        """Counts from the values of each column in order, of one column or of many."""
        from infoplane.compiled import side_by_side
        from infoplane.estimators.neighbors import kernels

        of = self.a if centres is None else self.a[centres]
        m, ranked = len(of), self._ranked
        if self.a.shape[1] > 1:
            counts = np.zeros(m, np.int64)
            side_by_side(
                lambda i, j: kernels.count_in_boxes(*ranked, of, radii, i, j, counts), m, ROWS
            )
            return counts
        order = ranked.order[0] if centres is None else np.argsort(of[:, 0])
        line, ends, around = ranked.values[0], of[order, 0], radii[order, 0]
        counts, out = np.empty((2, m), np.int64)
        side_by_side(lambda i, j: kernels.count_in_line(line, ends, around, i, j, counts), m)
        out[order] = counts
        return out

    @cached_property
    def _tree(self) -> Tree:
        from infoplane.estimators.trees import tree

        return tree(self.a)

    @cached_property
    def _ranked(self) -> Ranked:
        columns = np.ascontiguousarray(self.a.T)
        order = np.argsort(columns, axis=1)
        values = np.take_along_axis(columns, order, axis=1)
        return Ranked(np.ascontiguousarray(self.a), values, order)


def _add_edges(
    line: Floats, radius: Floats, within: float, counts: Ints, begin: int, end: int
) -> None:
    from infoplane.estimators.neighbors import kernels

    kernels.count_at_edges(line, radius, within, begin, end, counts)
