"""The estimator of Kraskov, Stögbauer and Grassberger: numbers against numbers."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from scipy.special import digamma

from infoplane.errors import InputError
from infoplane.estimators.base import Answer, Samples, refuse_text
from infoplane.estimators.neighbors.balls import Balls
from infoplane.estimators.neighbors.base import NeighborEstimator
from infoplane.estimators.neighbors.ties import Ints, Shell, distinct, mean_digamma, tied, tolerance
from infoplane.estimators.repeats import recorded_twice
from infoplane.inputs.columns import Floats, refuse_constant
from infoplane.inputs.margins import transformed
from infoplane.inputs.shape import doubts_of_margins

__all__ = ["KSG"]

# Elements of one distance matrix on an accelerator: 256 MB of float64.
DENSE_ELEMENTS = 2**25


@dataclass(frozen=True)
class KSG(NeighborEstimator):
    """I(X; Z) from the distances to the k-th nearest neighbours, in nats.

    With eps_i the distance from (x_i, z_i) to its k-th neighbour in the maximum norm, and
    n_x(i), n_z(i) the numbers of other samples strictly nearer than eps_i in x alone and in
    z alone,

        I = psi(k) + psi(n) - mean_i [psi(n_x(i) + 1) + psi(n_z(i) + 1)]

    x: (n, dx), z: (n, dz), n > k, numbers: with a density, on a grid, or both; computed in
    float64.
    k: neighbours; a larger k has less variance and more bias.
    margins: "standardized" z-scores every column first: the information is the same, and columns
    of different units then count alike in the maximum norm; "raw" leaves their units, "asinh" and
    "normal-scores" draw in tails, with a gain and a loss: :mod:`infoplane.inputs.margins`. Where
    standard deviations mean little a warning names the map that helps. standardize: deprecated,
    True for "standardized" and False for "raw".
    Range: at most psi(n) - psi(k), near log(n / k), without ties; below zero by chance at
    independence.

    Several rows at the distance of the k-th neighbour (decimals, counts, pixels, a saturated
    unit) come in random order, and the mean over the orders is taken: see
    :mod:`infoplane.estimators.neighbors.ties`. Distances that differ by rounding are equal.

    Wrong when: dependence is strong (n of the order exp(I) is needed, Gao et al. 2015) or
    dimension is high (eps shrinks only as n^(-1/(dx + dz))): the value is then far too low.
    `Estimate.warnings` says so, and `Estimate.bias` by how much, where the dependence is like that
    of Gaussians. Never resample with replacement: duplicates have distance zero and inflate the
    value; take subsamples instead.
    errors: "half-samples", the spread of values from halves of the rows, and the bias on Gaussians
    that resemble the data; "local", the standard deviation of the n terms over sqrt(n), which is
    0.66 to 0.92 times the actual spread as it treats neighbours as independent, and no bias; None,
    neither. Time: ten times that of the value; "local" and None cost nothing.

    Raises InputError for k < 1 or k >= n, a constant column, and text, whose codes are no numbers.
    Source: Kraskov, Stögbauer, Grassberger (2004), algorithm 1, eq. 8,
    https://arxiv.org/abs/cond-mat/0305641; limits: Gao, Ver Steeg, Galstyan (2015),
    https://arxiv.org/abs/1411.2003

    >>> x = np.array([[0.0], [1.0], [3.0], [7.0]])  # each: no other strictly nearer, so
    >>> round(KSG(k=1).estimate(x, x).value, 6)  # psi(4) - psi(1) = 1 + 1/2 + 1/3
    1.833333
    """

    name: ClassVar[str] = "ksg"
    min_samples: ClassVar[int] = 2

    def check(self, x: Any, z: Any) -> Samples:
        samples = super().check(x, z)
        if samples.n <= self.k:
            raise InputError(
                f"k={self.k} needs at least {self.k + 1} samples, got {samples.n}: "
                f"pass k<={samples.n - 1} or more data"
            )
        refuse_text(samples, self.name)
        refuse_constant(samples.x, "x")
        refuse_constant(samples.z, "z")
        return samples

    def _estimate(self, samples: Samples, seed: int, device: str) -> Answer:
        given = {"x": samples.x, "z": samples.z}
        within = max(tolerance(a, self.margins) for a in given.values())
        warnings = recorded_twice(samples.x, samples.z)
        for name, a in given.items():
            warnings += doubts_of_margins(a, name, self.margins)
        x, z = (transformed(a, self.margins) for a in given.values())
        found = self._answer(
            lambda a, b: _terms(a, b, self.k, within, device), x, z, warnings, seed
        )
        if found.value <= 0.6 * math.log(samples.n):
            return found
        strong = (
            f"{found.value:.2f} nats from {samples.n} samples: KSG needs of the order exp(I) "
            "samples and underestimates strong dependence; the true value is probably higher"
        )
        return found._replace(warnings=[*found.warnings, strong])


def _terms(x: Floats, z: Floats, k: int, within: float, device: str) -> Floats:
    """The n terms of the mean."""
    in_x, in_z = _counted(x, z, k, within, device)
    terms: Floats = digamma(k) + digamma(len(x)) - in_x - in_z
    return terms


def _counted(x: Floats, z: Floats, k: int, within: float, device: str) -> tuple[Floats, Floats]:
    """psi of the numbers of strictly nearer rows in x and in z, the row included: (n,) each.

    within: by how much distances that are equal may differ.
    """
    sides = [Balls(x), Balls(z)]
    if torch.device(device).type == "cpu":
        eps = Balls(np.hstack([x, z])).kth_distance(k)  # a large tree, which few data need again
        # twice as wide as a shell, whose ends are rounded as well
        found = [side.count_around(eps, 2 * within) for side in sides]
    else:
        eps, *counts = _dense(x, z, k, device)
        at = [side.count_at_edges(eps, 2 * within) for side in sides]
        found = list(zip(counts, at, strict=True))
    means = [digamma(np.maximum(count, 1)) for count, _ in found]
    rows = tied(found[0][1] + found[1][1], eps, within)
    if len(rows):
        joint = Balls(np.hstack([x, z]))
        some, equal = distinct(joint.a, rows)
        of_shells = _in_shells(joint, sides, k, eps[some], within, some)
        for mean, of_some in zip(means, of_shells, strict=True):
            mean[rows] = of_some[equal]
    return means[0], means[1]


def _in_shells(
    joint: Balls, sides: list[Balls], k: int, eps: Floats, within: float, rows: Ints
) -> list[Floats]:
    """The same for rows (m,) whose k-th distances (m,) may be shared: the mean over all orders."""
    # the ends of the shell, in the columns of x and of z
    low = np.broadcast_to(eps[:, None] - within, (len(rows), joint.a.shape[1]))
    high = low + 2 * within
    of_x = np.arange(joint.a.shape[1]) < sides[0].a.shape[1]
    inner, outer, inner_x, inner_z = (
        np.maximum(joint.count_within(radii, rows), 1)  # a row is in its own neighbourhood
        for radii in (low, high, np.where(of_x, low, high), np.where(of_x, high, low))
    )
    at_x, at_z, ties = outer - inner_x, outer - inner_z, outer - inner
    nearer = [np.maximum(side.count_within(low[:, 0], rows), 1) for side in sides]
    others = [
        side.count_within(high[:, 0], rows) - near - at
        for side, near, at in zip(sides, nearer, (at_x, at_z), strict=True)
    ]
    # one row that is as far in x as in z, as where z is x, with no other so far, is no tie
    alone = (ties == 1) & (others[0] == 0) & (others[1] == 0)
    shell = Shell(k + 1 - inner, ties, np.where(alone, 0, at_x + at_z - ties))
    return [
        mean_digamma(near, at, other, shell)
        for near, at, other in zip(nearer, (at_x, at_z), others, strict=True)
    ]


def _dense(x: Floats, z: Floats, k: int, device: str) -> tuple[Floats, Ints, Ints]:
    """eps (n,) and the counts in x and z, self included, by comparing all pairs on `device`."""
    xs, zs = (torch.as_tensor(a, dtype=torch.float64, device=device) for a in (x, z))
    chunk = max(1, DENSE_ELEMENTS // len(x))
    parts = []
    for i in range(0, len(x), chunk):
        in_x = torch.cdist(xs[i : i + chunk], xs, p=math.inf)  # (chunk, n)
        in_z = torch.cdist(zs[i : i + chunk], zs, p=math.inf)
        both = torch.maximum(in_x, in_z)
        eps = both.topk(k + 1, dim=1, largest=False).values[:, k:]
        parts.append((eps[:, 0], (in_x < eps).sum(dim=1), (in_z < eps).sum(dim=1)))
    radius, count_x, count_z = (torch.cat(part).cpu().numpy() for part in zip(*parts, strict=True))
    return radius, count_x, count_z
