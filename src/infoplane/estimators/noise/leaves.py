"""The rows of a mixture in leaves, label by label, and its density at many draws: fast."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
import numpy.typing as npt

__all__ = ["Leaves"]

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

BLOCKS = 64  # of draws that a thread does at once
CUT = 20  # terms below 2^-CUT / N of a draw's own are left out


@dataclass(frozen=True)
class Leaves:
    """N rows in the order of their leaves, and a Gaussian with the moments of each of K leaves.

    order: (N,) which row each is; classes: (N,) its label; starts: (K + 1,); label: (K,) of a
    leaf, whose rows share it; centre, weight, constant, low, high: as
    :func:`infoplane.estimators.noise.sums.sums` has them. The variance of a Gaussian is that of
    the noise and of a leaf's rows, the mean over columns.
    """

    order: Ints
    classes: Ints
    starts: Ints
    label: Ints
    centre: Singles
    weight: Singles
    constant: Singles
    low: Singles
    high: Singles

    @classmethod
    def of(cls, points: Floats, codes: Ints) -> Self:
        """Leaves of points (N, d), in units of the noise, with labels (N,) 0, 1, …, all there."""
        from infoplane.estimators.noise.sums import SCALE
        from infoplane.estimators.trees import tree

        n, d = points.shape
        scaled = np.pad(points * SCALE, ((0, 0), (0, d % 2)))
        of_label = [np.flatnonzero(codes == label) for label in range(codes.max() + 1)]
        # as many Gaussians as rows in a leaf, or so, are what a cheap density costs least with
        trees = [tree(scaled[rows], 2 * math.isqrt(n)) for rows in of_label]
        order = np.concatenate([rows[t.order] for rows, t in zip(of_label, trees, strict=True)])
        counts = np.concatenate([(t.stop - t.start)[len(t.start) // 2 :] for t in trees])
        starts = np.append(0, np.cumsum(counts))
        rows = scaled[order]
        mean = np.add.reduceat(rows, starts[:-1]) / counts[:, None]
        apart = np.square(rows - np.repeat(mean, counts, axis=0)).sum(axis=1)
        variance = np.add.reduceat(apart, starts[:-1]) / (counts * d * float(SCALE) ** 2)
        constant = np.log2(counts) - 0.5 * d * np.log2(1 + variance)
        made = (
            np.concatenate([rows, mean]),
            np.concatenate([np.ones(n), 1 / (1 + variance)]),
            np.concatenate([np.zeros(n), constant]),
            np.minimum.reduceat(rows, starts[:-1]),
            np.maximum.reduceat(rows, starts[:-1]),
        )
        classes = codes[order]
        single = (a.astype(np.float32) for a in made)
        return cls(order, classes, starts, classes[starts[:-1]], *single)

    def log_sums(self, at: Ints, eps: Singles, *, exact: bool) -> Floats:
        """log sum_j g_ij / g_ii over j of the label of i, and over all j: (2, m).

        at: (m,) places of the rows i in this order, ascending; eps: (m, d) noise. exact: over the
        rows; otherwise over the rows of the same leaf and, for the others, over Gaussians.
        """
        from infoplane.compiled import side_by_side
        from infoplane.estimators.noise.sums import DRAWS, sums

        m = len(at)
        leaf = np.searchsorted(self.starts, at, side="right") - 1
        ends = np.flatnonzero(np.diff(self.label[leaf] if exact else leaf, append=-1)) + 1
        firsts = [i for a, b in pairwise([0, *ends.tolist()]) for i in range(a, b, DRAWS)]
        blocks = np.stack([firsts, [*firsts[1:], m], leaf[firsts]], axis=1)
        components = (self.centre, self.weight, self.constant, self.starts)
        given = (*components, self.low, self.high, self.label, at, eps, blocks, exact)
        cut, out = CUT + math.log2(len(self.order)), np.empty((2, m))
        side_by_side(lambda begin, end: sums(*given, cut, begin, end, out), len(blocks), BLOCKS)
        return np.log(out, out=out)
