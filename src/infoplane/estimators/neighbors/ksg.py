"""k-nearest-neighbour estimators: KSG for numbers, Ross for numbers against labels."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from scipy.special import digamma

from infoplane.errors import InputError
from infoplane.estimators.base import Estimator, Samples, refuse_text
from infoplane.estimators.neighbors.balls import count_within, kth_distance
from infoplane.inputs.arrays import Array
from infoplane.inputs.columns import (
    Floats,
    copied,
    is_discrete,
    outliers,
    refuse_constant,
    standardized,
)
from infoplane.inputs.options import flag, whole

__all__ = ["KSG", "Ross"]

Ints = npt.NDArray[np.int64]
Parts = tuple[float, float, Sequence[str], dict[str, Floats]]

# A few repeats (rounding, a saturated unit) bias the answer a little; more are not a sample
# from a density, and the distances say nothing.
MOST_TIES = 0.05
RESCALE = "distances are scaled by the former; pass standardize=False or transform it"
# Elements of one distance matrix on an accelerator: 256 MB of float64.
DENSE_ELEMENTS = 2**25
# From here on all floats are whole numbers, with gaps between: measurements, and no labels.
GAPS = 2.0**53


@dataclass(frozen=True)
class KSG(Estimator):
    """I(X; Z) from the distances to the k-th nearest neighbours, in nats.

    With eps_i the distance from (x_i, z_i) to its k-th neighbour in the maximum norm, and
    n_x(i), n_z(i) the numbers of other samples strictly nearer than eps_i in x alone and in
    z alone,

        I = psi(k) + psi(n) - mean_i [psi(n_x(i) + 1) + psi(n_z(i) + 1)]

    x: (n, dx), z: (n, dz), n > k, numbers with a density; computed in float64.
    k: neighbours; a larger k has less variance and more bias.
    standardize: z-score every column first. The information is the same, and columns of
    different units then count alike in the maximum norm.
    Range: at most psi(n) - psi(k), near log(n / k); below zero by chance at independence.

    Wrong when: dependence is strong (n of the order exp(I) is needed, Gao et al. 2015) or
    dimension is high (eps shrinks only as n^(-1/(dx + dz))): the value is then far too low,
    with a small standard error. `Estimate.warnings` says so. Never resample with replacement:
    duplicates have distance zero and inflate the value; take subsamples instead.
    Standard error: standard deviation of the n terms of the mean, over sqrt(n). It counts
    the chance of the sample, not the bias, and treats terms of neighbouring samples as
    independent, so it is too small: for Gaussians, simulated for n = 200 to 4000, 1 + 1 to 5 + 5
    columns, rho = 0 to 0.99 and k = 1 to 10, it is 0.66 to 0.92 times the actual spread, near
    0.85 where the bias is small.

    Raises InputError for k < 1 or k >= n, a constant column, and repeated rows: more than
    5 % with the k-th neighbour at distance zero. Text is refused, too: its codes are no numbers.
    Source: Kraskov, Stögbauer, Grassberger (2004), algorithm 1, eq. 8,
    https://arxiv.org/abs/cond-mat/0305641; limits: Gao, Ver Steeg, Galstyan (2015),
    https://arxiv.org/abs/1411.2003

    >>> x = np.array([[0.0], [1.0], [3.0], [7.0]])  # each: no other strictly nearer, so
    >>> round(KSG(k=1).estimate(x, x).value, 6)  # psi(4) - psi(1) = 1 + 1/2 + 1/3
    1.833333
    """

    name: ClassVar[str] = "ksg"
    min_samples: ClassVar[int] = 2

    k: int = 3
    standardize: bool = True

    def __post_init__(self) -> None:
        whole("k", self.k, at_least=1)
        flag("standardize", self.standardize)

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

    def _estimate(self, samples: Samples, seed: int, device: str) -> Parts:
        x, z = (_numbers(a, self.standardize) for a in (samples.x, samples.z))
        n = samples.n
        if torch.device(device).type == "cpu":
            eps = kth_distance(np.hstack([x, z]), self.k)
            count_x, count_z = count_within(x, eps), count_within(z, eps)
        else:
            eps, count_x, count_z = _dense(x, z, self.k, device)
        warnings = _ties(eps, self.k, "x and z together")
        for name, a in (("x", samples.x), ("z", samples.z)):
            warnings += _repeats(a, name)
            if self.standardize:
                warnings += outliers(a, name, RESCALE)
        # Counts include the row itself, which is the +1 of eq. 8; with eps = 0 there is
        # nobody strictly nearer, not even the row, and the +1 is all that is left.
        terms = (
            digamma(self.k)
            + digamma(n)
            - digamma(np.maximum(count_x, 1))
            - digamma(np.maximum(count_z, 1))
        )
        value, std = float(terms.mean()), float(terms.std() / math.sqrt(n))
        columns = x.shape[1] + z.shape[1]
        if value > 0.6 * math.log(n):
            warnings.append(
                f"{value:.2f} nats from {n} samples: KSG needs of the order exp(I) samples and "
                "underestimates strong dependence; the true value is probably higher"
            )
        if columns > 10 and value > 1:
            warnings.append(
                f"KSG underestimates strong dependence in high dimension (here {columns} columns "
                "in all): the true value is probably higher; compress x and z first"
            )
        if columns >= 6 and value > 3 * std:
            warnings.append(
                f"k-NN estimates are biased low in {columns} dimensions, by an amount the standard "
                "error does not show"
            )
        return value, std, warnings, {}


@dataclass(frozen=True)
class Ross(Estimator):
    """I(X; Z) between numbers and labels, from nearest neighbours, in nats.

    With eps_i the distance from x_i to its k-th neighbour of the same label, n_z(i) the number
    of samples with that label, and m_i the number of samples of any label strictly nearer than
    eps_i, the sample itself included,

        I = psi(n) + psi(k) - mean_i [psi(n_z(i)) + psi(m_i)]

    x: (n, dx) numbers with a density inside each class; z: (n,) labels: integers, booleans,
    strings, or floats with integer values. The two may be swapped.
    k: neighbours; standardize: z-score every column of x first.
    Range: about [0, H(Z)] up to chance; slightly below zero at independence.

    Wrong when: a class is small or x has many columns; then the value is too low.
    Standard error: standard deviation of the n terms of the mean, over sqrt(n). Simulated for
    two Gaussian classes, it is 0.82 to 0.99 times the actual spread, the smallest where n = 200
    or where the classes are equal.

    Raises InputError where neither side holds labels, for a single class, a class with fewer
    than k + 1 rows, a constant column of x, and repeated rows: more than 5 % with the k-th
    neighbour at distance zero.
    Source: Ross (2014), eq. 2, https://doi.org/10.1371/journal.pone.0087357

    >>> x, z = [0.0, 1.0, 2.0, 100.0, 101.0, 102.0], ["a", "a", "a", "b", "b", "b"]
    >>> round(Ross(k=1).estimate(x, z).value, 6)  # psi(6) - psi(3) = 1/3 + 1/4 + 1/5
    0.783333
    """

    name: ClassVar[str] = "ross"

    k: int = 3
    standardize: bool = True

    def __post_init__(self) -> None:
        whole("k", self.k, at_least=1)
        flag("standardize", self.standardize)

    def check(self, x: Any, z: Any) -> Samples:
        samples = super().check(x, z)
        if len(samples.text) == 2:
            raise InputError(
                "x and z both hold text, and ross needs numbers on one side: use binning"
            )
        name, labels = _labels(samples)
        values, counts = np.unique(labels, return_counts=True)
        if len(values) == 1:
            raise InputError(
                f"{name} has a single class ({values[0]}): at least 2 classes are needed"
            )
        smallest = counts.argmin()
        if counts[smallest] <= self.k:
            raise InputError(
                f"k={self.k} needs at least {self.k + 1} rows in each class, got "
                f"{counts[smallest]} in class {values[smallest]} of {name}: pass "
                f"k<={counts[smallest] - 1}, drop or merge the class, or give more data"
                if counts[smallest] > 1
                else f"class {values[smallest]} of {name} has 1 row: k={self.k} needs at least "
                f"{self.k + 1} in each class; drop or merge the class, or give more data"
            )
        if name == "z":
            refuse_constant(samples.x, "x")
        else:
            refuse_constant(samples.z, "z")
        return samples

    def _estimate(self, samples: Samples, seed: int, device: str) -> Parts:
        name, labels = _labels(samples)
        numbers_name = "x" if name == "z" else "z"
        raw = samples.x if name == "z" else samples.z
        a = _numbers(raw, self.standardize)
        n = samples.n
        eps, size = np.empty(n), np.empty(n)
        for label in np.unique(labels):
            rows = np.flatnonzero(labels == label)
            eps[rows] = kth_distance(a[rows], self.k)
            size[rows] = len(rows)
        warnings = _ties(eps, self.k, f"{numbers_name} within a class")
        if self.standardize:
            warnings += outliers(raw, numbers_name, RESCALE)
        nearer = np.maximum(count_within(a, eps), 1)
        terms = digamma(n) + digamma(self.k) - digamma(size) - digamma(nearer)
        return float(terms.mean()), float(terms.std() / math.sqrt(n)), warnings, {}


def _numbers(a: Array, standardize: bool) -> Floats:
    """Columns as float64, of mean 0 and variance 1 if asked."""
    return standardized(a)[0] if standardize else a.astype(np.float64)


def _repeats(a: Array, name: str) -> list[str]:
    """A warning where many rows of one side are copies of others on that side."""
    share = copied(a)
    if share <= MOST_TIES:
        return []
    return [
        f"{name} repeats: {100 * share:.3g} % of its rows have an exact copy; KSG assumes "
        "densities and is biased: use ross for a label, binning for discrete data"
    ]


def _ties(eps: Floats, k: int, where: str) -> list[str]:
    """A warning, or an InputError, where the k-th neighbour coincides with its row."""
    share = float(np.mean(eps == 0))
    if share == 0:
        return []
    told = f"{100 * share:.3g} % of the rows of {where} coincide with their {k} nearest neighbours"
    if share > MOST_TIES:
        raise InputError(
            f"{told}; at most {100 * MOST_TIES:g} % are accepted: use binning for discrete "
            "data, or add small noise to break the ties"
        )
    return [f"{told}: the estimate assumes values that never repeat, and is biased by ties"]


def _labels(samples: Samples) -> tuple[str, Ints]:
    """The side that holds labels, by name, and its codes (n,): that of text, or z if both could."""
    sides = sorted((("z", samples.z), ("x", samples.x)), key=lambda s: s[0] not in samples.text)
    for name, a in sides:
        if a.shape[1] == 1 and is_discrete(a):
            return name, a[:, 0]
    for name, a in sides:
        if a.shape[1] == 1 and np.abs(a).max() < GAPS and np.array_equal(a, np.rint(a)):
            return name, a[:, 0].astype(np.int64)
    raise InputError(
        f"z has shape {samples.z.shape} and no labels, and neither has x: one column of "
        "integers, booleans or strings is needed on one side; use ksg for two continuous sides"
    )


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
