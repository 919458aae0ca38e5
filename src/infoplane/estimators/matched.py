"""Gaussians that resemble the data and whose information is known: what an estimator makes of them.

A standard error knows nothing of bias. The bias of nearest neighbours depends on the number of
rows, on the dimensions and how they hang together, and on the strength of the dependence. All of
that can be imitated: Gaussians with the correlations of the data, for which the truth is a formula,
are drawn, as many rows, and estimated in the same way.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve_triangular
from scipy.optimize import brentq
from scipy.special import logsumexp, xlogy

from infoplane.inputs.arrays import Array
from infoplane.inputs.columns import MOST_COPIES, Floats, scaled, standardized
from infoplane.inputs.margins import transformed

__all__ = ["Bias", "Classes", "Pairs", "bias_of", "on_grid"]

Ints = npt.NDArray[np.int64]

# What is planted where the data show little of their own: nats, or a share of the labels' entropy.
PLANTED, PLANTED_SHARE = 0.5, 0.5
FEWEST_ROWS = 5  # for each column, from which on correlations are known well enough
STRONGEST = 1 - 1e-9  # canonical correlation, beyond which information is infinite
POINTS = 20_000  # of the Monte Carlo truth of classes: .003 nats


class Bias(NamedTuple):
    """Mean excess of an estimator over the truth, nats, and the spread of the single excesses.

    information: the truth in the Gaussians that it was tried on; draws: so many data sets.
    """

    value: float
    spread: float
    information: float
    draws: int


def bias_of(
    value_of: Callable[[Floats, Array], float],
    problem: "Pairs | Classes",
    draws: int,
    rng: np.random.Generator,
) -> Bias:
    """How an estimator errs on Gaussians: over so many data sets of the problem's size.

    value_of(x, z): the value from samples (n, dx) and (n, dz), or labels (n,).
    """
    values = np.array([value_of(*problem.draw(rng)) for _ in range(draws)])
    truth = problem.information
    return Bias(float(values.mean()) - truth, float(values.std(ddof=1)), truth, draws)


@dataclass(frozen=True, eq=False)
class Pairs:
    """Two Gaussian vectors, whose columns get the values that they have in the data.

    left, right: Cholesky factors of the correlations within x and z; cross: (dx, dz), the
    correlations between them once each side is whitened, whose singular values are canonical.
    values: (n, dx + dz) of the data, in order: a monotone map of single columns changes no
    information, and tails are part of an estimator's bias.
    """

    left: Floats
    right: Floats
    cross: Floats
    values: Floats

    @classmethod
    def like(cls, x: Array, z: Array) -> "Pairs":
        """With the correlations of the normal scores of x (n, dx) and z (n, dz).

        A column on a grid has normal values: rounding would lose information. Where rows are
        fewer than five for each column, correlations are shrunk towards 0 by Schäfer & Strimmer's
        (2005) weight, https://doi.org/10.2202/1544-6115.1175; those between the sides always, by
        the share of their squares that chance brings at independence.
        """
        joint = np.hstack([x, z]).astype(np.float64)
        scores = standardized(transformed(joint, "normal-scores"))[0]
        n, dx = x.shape
        values = np.sort(joint, axis=0)
        grid = on_grid(joint)
        # random ones: evenly spaced scores are no sample, and neighbours see that
        normal = np.random.default_rng(0).standard_normal((n, int(grid.sum())))
        values[:, grid] = np.sort(normal, axis=0)
        r = _shrunk(scores)
        left, right = _factor(r[:dx, :dx]), _factor(r[dx:, dx:])
        cross = solve_triangular(left, r[:dx, dx:], lower=True)
        cross = solve_triangular(right, cross.T, lower=True).T
        chance = dx * z.shape[1] / n
        total = float((cross**2).sum())
        kept = math.sqrt(max(0.0, 1 - chance / total)) if total > 0 else 0.0
        u, rho, v = np.linalg.svd(kept * cross, full_matrices=False)
        return cls(left, right, (u * rho.clip(0, STRONGEST)) @ v, values)

    def planted(self, rng: np.random.Generator) -> "Pairs":
        """The same sides with half a nat between one direction of each, drawn at random."""
        u, v = (rng.standard_normal(len(side)) for side in (self.left, self.right))
        rho = math.sqrt(-math.expm1(-2 * PLANTED))
        cross = rho * np.outer(u / np.linalg.norm(u), v / np.linalg.norm(v))
        return Pairs(self.left, self.right, cross, self.values)

    @property
    def information(self) -> float:
        """I(X; Z) = -1/2 sum_j log(1 - rho_j^2), nats."""
        rho = np.linalg.svd(self.cross, compute_uv=False)
        return -0.5 * float(np.log1p(-(rho**2)).sum())

    def draw(self, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Samples x (n, dx), z (n, dz)."""
        u, rho, v = np.linalg.svd(self.cross, full_matrices=False)
        n, dx = len(self.values), len(self.left)
        g, noise = (rng.standard_normal((n, len(side))) for side in (self.left, self.right))
        # what is explained along each canonical direction of z has that much less noise
        z = noise + (g @ u * rho - noise @ v.T * (1 - np.sqrt(1 - rho**2))) @ v
        ranks = np.argsort(
            np.argsort(np.hstack([g @ self.left.T, z @ self.right.T]), axis=0), axis=0
        )
        joint = np.take_along_axis(self.values, ranks, axis=0)
        return joint[:, :dx], joint[:, dx:]


@dataclass(frozen=True, eq=False)
class Classes:
    """Gaussian classes of one covariance: x = (means[label] + g) L', in units of the data.

    labels: (n,) codes 0 ... K - 1; factor: Cholesky factor of the correlations within classes;
    means: (K, d) of the whitened columns; units: (d,) standard deviations of the data's columns.
    """

    labels: Ints
    factor: Floats
    means: Floats
    units: Floats

    @classmethod
    def like(cls, x: Array, labels: Ints) -> "Classes":
        """With the classes, their means and the pooled correlations of x (n, d), tails drawn in.

        Tails by asinh of standard scores, which keeps distances between classes where normal
        scores would not. Correlations are shrunk as in :meth:`Pairs.like`, and distances between
        the means by the share of their squares that chance brings where there are none.
        """
        scores = standardized(np.arcsinh(standardized(x)[0]))[0]
        code = np.unique(labels, return_inverse=True)[1].reshape(-1)
        sizes = np.bincount(code)
        sums = np.zeros((len(sizes), x.shape[1]))
        np.add.at(sums, code, scores)
        means = sums / sizes[:, None]
        within = scores - means[code]
        std = np.sqrt((within**2).mean(axis=0))
        std[std == 0] = 1.0  # a column that the label determines
        factor = _factor(_shrunk(within / std))
        white = solve_triangular(factor, ((means - scores.mean(axis=0)) / std).T, lower=True).T
        chance, total = x.shape[1] * (len(sizes) - 1), float(sizes @ (white**2).sum(axis=1))
        kept = math.sqrt(max(0.0, 1 - chance / total)) if total > 0 else 0.0
        return cls(code, factor, kept * white, _units(x))

    def planted(self, rng: np.random.Generator) -> "Classes":
        """The same classes in random directions, so far apart that half their entropy is seen."""
        d = self.means.shape[1]
        directions = rng.standard_normal(self.means.shape) / math.sqrt(d)

        def missing(log_scale: float) -> float:
            far = replace(self, means=math.exp(log_scale) * directions)
            return far.information - PLANTED_SHARE * far._entropy

        scale = math.exp(brentq(missing, -5, 8, xtol=1e-3))
        return replace(self, means=scale * directions)

    @property
    def information(self) -> float:
        """I(X; label) of the classes in their shares, nats: by Monte Carlo, always the same draws.

        In the span of the means, which is all that tells the classes apart.
        """
        u, lengths, _ = np.linalg.svd(self.means, full_matrices=False)
        centres = u * lengths  # (K, r)
        share = np.bincount(self.labels) / len(self.labels)
        rng = np.random.default_rng(0)
        label = np.searchsorted(share.cumsum()[:-1], (np.arange(POINTS) + 0.5) / POINTS)
        points = centres[label] + rng.standard_normal((POINTS, centres.shape[1]))
        # log densities up to what all classes share
        logs = points @ centres.T - 0.5 * (centres**2).sum(axis=1) + np.log(share)
        return float((logs[np.arange(POINTS), label] - np.log(share[label])
                      - logsumexp(logs, axis=1)).mean())  # fmt: skip

    @property
    def _entropy(self) -> float:
        share = np.bincount(self.labels) / len(self.labels)
        return -float(xlogy(share, share).sum())

    def draw(self, rng: np.random.Generator) -> tuple[Floats, Ints]:
        """Samples x (n, d), and the labels as they are."""
        g = rng.standard_normal((len(self.labels), len(self.factor)))
        x = (g + self.means[self.labels]) @ self.factor.T
        return standardized(x)[0] * self.units, self.labels


def on_grid(a: Array) -> npt.NDArray[np.bool_]:
    """Which columns of a (n, d) have values that occur again in more than 5 % of the rows: (d,)."""
    repeated: npt.NDArray[np.bool_] = (np.diff(np.sort(a, axis=0), axis=0) == 0).mean(
        axis=0
    ) > MOST_COPIES
    return repeated


def _units(x: Array) -> Floats:
    fraction, exponent = scaled(x)
    return np.asarray(np.ldexp(fraction.std(axis=0), exponent))


def _factor(r: Floats) -> Floats:
    """The lower triangle L of a correlation matrix L L'."""
    return np.asarray(np.linalg.cholesky(r), dtype=np.float64)


def _shrunk(scores: Floats) -> Floats:
    """Correlations of columns of mean 0 and variance 1, shrunk so that their matrix is regular."""
    n, d = scores.shape
    r = scores.T @ scores / n
    off = ~np.eye(d, dtype=bool)
    total = float((r[off] ** 2).sum())
    chance = float(((1 - r[off] ** 2) ** 2).sum()) / n
    weight = min(1.0, chance / total) if total > 0 else 1.0
    if n >= FEWEST_ROWS * d:  # as they are: shrinking all would take what dependence there is
        weight = 0.0
    # at least a rounding's worth, where columns depend on each other
    return np.asarray(np.where(off, (1 - max(weight, 1e-6)) * r, 1.0))
