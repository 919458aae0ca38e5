"""Rows at the same distance as the k-th neighbour: all their orders, and the mean over them.

Measurements on a grid (decimals, counts, marks, pixels) put several rows at one distance, and
rounding, or the recording itself, has lost which of them is the nearer. Counting those strictly
nearer beside a k-th neighbour that is one of many invents information; counting all of them
invents some, too, since the distance is the one at which there were enough. Here the tied rows
come in random order, as they would if every value were moved within its cell by a little noise,
from which it can be told again and which so changes no information. The mean over the orders is
taken in closed form. Without ties nothing changes; where whole neighbourhoods coincide, it is the
estimator of Gao, Kannan, Oh & Viswanath (2017), https://arxiv.org/abs/1709.06212, for mixtures of
discrete and continuous parts, with digamma in place of log.
"""

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, betaln, digamma, gammaln, polygamma

from infoplane.inputs.arrays import Array
from infoplane.inputs.columns import Floats, precision, scaled
from infoplane.inputs.margins import robust, transformed

__all__ = [
    "Ints",
    "Shell",
    "distinct",
    "mean_digamma",
    "mean_digamma_in_order",
    "tied",
    "tolerance",
]

Ints = npt.NDArray[np.int64]

# Distances that are equal on paper differ by roundings: of two values each, and of their scaling.
ROUNDINGS = 4
# Nodes of the rule by which the mean over the place of the k-th row in its shell is taken.
NODES, WEIGHTS = (part / 2 for part in np.polynomial.legendre.leggauss(12))
NODES = NODES + 0.5


def tolerance(a: Array, margins: str) -> float:
    """What two distances that are equal on paper may differ by.

    a: (n, d) as it was given; margins: the map after which distances are taken,
    :func:`infoplane.inputs.margins.transformed`. A value is rounded to its column's
    :func:`~infoplane.inputs.columns.precision`; asinh passes that on by its slope there,
    1 / sqrt(s^2 + (x - median)^2). Scores are of ranks, and rounded themselves.

    >>> tolerance(np.array([[0.1], [0.9]]), "raw") < 1e-15
    True
    """
    if margins == "normal-scores":
        scores = transformed(a, margins)
        return float(ROUNDINGS * np.finfo(np.float64).eps * np.abs(scores).max())
    fraction, exponent = scaled(a)
    eps = precision(a)
    largest = np.abs(fraction).max(axis=0)
    if margins == "asinh":
        centred, scale = robust(a)
        std = np.arcsinh(centred / scale).std(axis=0)
        passed = (np.abs(fraction) / np.hypot(centred, scale)).max(axis=0) / std
        own = np.abs(transformed(a, margins)).max(axis=0) * np.finfo(np.float64).eps
        return float((ROUNDINGS * (eps * passed + own)).max())
    units = largest / fraction.std(axis=0) if margins != "raw" else np.ldexp(largest, exponent)
    return float((ROUNDINGS * eps * units).max())


def tied(at: Ints, radius: Floats, within: float) -> Ints:
    """Rows (m,) whose shell, from radius - within to radius + within, may hold several others.

    radius: (n,); at: (n,) how many rows lie near the surface of a row's ball, counted on each side
    apart. One on one side is the k-th neighbour itself.
    """
    return np.flatnonzero((at > 1) | (radius <= within))


def distinct(a: Floats, rows: Ints) -> tuple[Ints, Ints]:
    """Of the rows (m,) of a those that differ, (u,), and which of these each equals, (m,).

    Equal rows have equal neighbourhoods, and a grid has few that differ.
    """
    _, first, equal = np.unique(a[rows], axis=0, return_index=True, return_inverse=True)
    return rows[first], equal.reshape(-1)


def mean_digamma_in_order(first: Ints, others: Ints, rank: Ints, ties: Ints) -> Floats:
    """E psi(first + B), B the number of `others` before tied row number `rank`: (m,).

    `ties` rows, of which the one wanted is number `rank`, and `others` come in random order, so
    that B has the negative hypergeometric distribution. All (m,), 1 <= rank <= ties, first >= 1.
    Where first = rank, that is all lie in the shell, the mean is psi(rank) - psi(ties + 1) +
    psi(ties + 1 + others).

    >>> one = np.array([1])
    >>> mean_digamma_in_order(one, one, one, one) - digamma(1)  # 1/2 (psi(1) + psi(2)) - psi(1)
    array([0.5])
    """
    numbers = np.stack([first, others, rank, ties], axis=1)
    cases, case = np.unique(numbers, axis=0, return_inverse=True)
    means = np.empty(len(cases))
    for i, (q, m, j, s) in enumerate(cases):
        if q == j:
            means[i] = digamma(j) - digamma(s + 1) + digamma(s + 1 + m)
            continue
        b = np.arange(m + 1)
        choices = gammaln(m + 1) - gammaln(b + 1) - gammaln(m - b + 1)
        log_share = choices + betaln(j + b, s - j + 1 + m - b) - betaln(j, s - j + 1)
        means[i] = np.exp(log_share) @ digamma(q + b)
    return means[case.reshape(-1)]


class Shell:
    """Where the k-th of the tied rows lies between the inner and the outer end of its shell.

    rank, ties: (m,) the one wanted is number `rank` of so many rows; both: (m,) how many of these
    are on the boundary in x and in z. A row at the boundary on one side has a place uniform in
    [0, 1] there; in the joint space it counts from the larger of its places on. So that the place
    f of number `rank` has, for w = both / ties, G(f) = (1 - w) f + w f^2 of the distribution
    Beta(rank, ties - rank + 1).
    """

    def __init__(self, rank: Ints, ties: Ints, both: Ints) -> None:
        cases, case = np.unique(np.stack([rank, ties], axis=1), axis=0, return_inverse=True)
        j, s = cases.T[:, :, None]
        self.rank, self.ties = rank[:, None], ties[:, None]
        self.share = betaincinv(j, s - j + 1, NODES)[case.reshape(-1)]  # G, (m, nodes)
        self.both = w = (both / ties)[:, None]
        root = np.sqrt((1 - w) ** 2 + 4 * w * self.share)
        self.place = 2 * self.share / (1 - w + root)  # of w f^2 + (1 - w) f = G, also for w = 0


def mean_digamma(inner: Ints, tied: Ints, others: Ints, shell: Shell) -> Floats:
    """E psi of the number of rows that are strictly nearer on one side, the row included: (m,).

    inner: (m,) strictly within the shell's inner end; tied: (m,) how many of the shell's tied rows
    are at the boundary on this side; others: (m,) rows at the boundary that are no neighbours on
    the other side. To second order in the spread of the count at a given place, which is off by
    less than .03, where the count is 3, and less elsewhere; exact without ties.
    """
    f, w, total = shell.place, shell.both, shell.share
    p = (tied / shell.ties[:, 0])[:, None]
    # of the tied rows before the k-th, the k-th, and those behind, the shares nearer on this side
    before = ((p - w) * f + w * f * f) / total
    itself = w * f / (1 - w + 2 * w * f)
    behind = np.where(total < 1, w * f * (1 - f) / np.where(total < 1, 1 - total, 1), 0)
    numbers = ((shell.rank - 1, before), (1, itself), (shell.ties - shell.rank, behind),
               (others[:, None], f))  # fmt: skip
    mean = inner[:, None] + sum(n * share for n, share in numbers)
    variance = sum(n * share * (1 - share) for n, share in numbers)
    means: Floats = (digamma(mean) + 0.5 * variance * polygamma(2, mean)) @ WEIGHTS
    return means
