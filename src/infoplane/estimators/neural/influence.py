"""Standard errors of bounds on a test set, from the influence of each row, or group of rows."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Together", "errors", "standard_error"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Together(NamedTuple):
    """Which test rows belong together, and which pairs the marginal scores are of.

    groups: (n,) a code for each row; shifts: (k,), entry s of the marginal scores being of row i
    of x with row i + shifts[s] modulo n of z, which no group has both of.
    """

    groups: Ints
    shifts: Ints


def errors(
    joint: Floats, w: Floats, weight: float, together: Together | None
) -> tuple[float, float]:
    """Standard errors of mean joint - weight · mean w, and of mean w alone; w: (k, n)."""
    pairs = w / len(w)
    as_x = pairs.sum(axis=0)
    std = standard_error(joint - weight * as_x, -weight * pairs, together)
    return std, standard_error(as_x, pairs, together)


def standard_error(as_x: Floats, pairs: Floats, together: Together | None = None) -> float:
    """Standard error of mean as_x, from what each row adds to it as x and as z.

    as_x: (n,), all that row i of x gives; pairs: (k, n), the part of it that stems from row i + s
    of z. The influence of row i is as_x[i] + sum_s pairs[s, i - s], less its mean. Split
    pairs[s, i] in a(x_i) + b(z_{i+s}) + a remainder of mean zero for either. The noise of the
    influence is that of b and of the remainder in its first term, of a and of the remainder in
    its second, k times each; the mean carries k times the remainder, once. The excess is
    k (var a + var b + var remainder) = k var(pairs).
    Rows that belong together are no independent rows: see :func:`_of_groups`.
    """
    k, n = pairs.shape
    shifts = np.arange(1, k + 1) if together is None else together.shifts
    as_z = np.sum([np.roll(row, s) for row, s in zip(pairs, shifts.tolist(), strict=True)], axis=0)
    if together is not None:
        return _of_groups(as_x + as_z, pairs, together)
    variance = (as_x + as_z).var()
    # both are estimates: what is taken off stays below half of the whole
    return math.sqrt(max(variance - k * pairs.var(), variance / 2) / (n - 1))


def _of_groups(influence: Floats, pairs: Floats, together: Together) -> float:
    """The same where groups are independent of each other, and rows of one group are not.

    The mean over n rows is a sum over the G groups of Psi_g / n, Psi_g the sum of the influences
    psi_i - mean psi of its rows: independent terms of mean zero. Their variance is
    sum_g Psi_g^2 / n^2, times G / (G - 1), as the mean is that of the same groups.
    With P[g, h] the sum of all pairs of x in group g with z in group h, c[g, h] in number, the
    argument of :func:`standard_error` holds for groups in place of rows: the excess of
    sum_g Psi_g^2 is sum over (g, h) of (P[g, h] - c[g, h] mean)^2, which is n k var(pairs) where
    each group is a row. Copies with the same partners count as one row with more weight.
    """
    groups, n = together.groups, len(influence)
    sums = np.bincount(groups, weights=influence - influence.mean())
    count = len(np.unique(groups))
    size = len(sums)
    partners = np.stack([np.roll(groups, -s) for s in together.shifts.tolist()])  # (k, n)
    cells = np.unique(groups * size + partners, return_inverse=True)[1].reshape(-1)
    excess = np.square(np.bincount(cells, weights=(pairs - pairs.mean()).reshape(-1))).sum()
    total = np.square(sums).sum()
    return math.sqrt(max(total - excess, total / 2) * count / (count - 1)) / n
