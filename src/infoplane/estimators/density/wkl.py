"""Weighted Kozachenko-Leonenko: entropy and information from nearest neighbours, less bias."""

import functools
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from scipy.spatial import cKDTree
from scipy.special import digamma, gammaln, polygamma

from infoplane.errors import InputError
from infoplane.estimate import Estimate
from infoplane.estimators.base import Estimator, Samples
from infoplane.estimators.density.sides import (
    Ints,
    Sides,
    class_rows,
    entropy_rows,
    refuse_few,
    sides,
)
from infoplane.inputs.columns import Floats, outliers, standardized
from infoplane.inputs.options import check_device, whole

__all__ = ["WKL", "weights", "wkl_entropy"]

# In more columns a k-d tree visits most of its leaves, and all pairs are compared.
TREE_COLUMNS = 10
# Distances at a time on a GPU (256 MB of float64), and on a CPU, where a core's cache counts.
CPU_ELEMENTS, GPU_ELEMENTS = 2**20, 2**25
# Of one column and itself the estimate is log n - 2, up to chance: 0.57 log n for 100 rows.
MOST_OF_LOG = 0.5
RESCALE = "distances are scaled by the former; transform it"


def weights(k: int, d: int, cancelled: int) -> tuple[Floats, float]:
    """Weights of the neighbours 1 ... k in d dimensions, and the variance they leave in a term.

        sum_j w_j = 1,   sum_j w_j Gamma(j + 2l/d) / Gamma(j) = 0,   l = 1 ... cancelled

    The bias of the j-th neighbour's estimate is a sum over l of such ratios times
    n^(-2l/d), so that these weights cancel its first terms. Where the density is constant, a
    term has the variance sum_ij w_i w_j psi'(max(i, j)), and of all weights those are taken
    for which it is least: without a condition that is w_k = 1, the unweighted estimator, and
    otherwise their norm stays bounded as k grows, which is what the theory asks for. (Berrett
    et al. take any such weights on k/d, 2k/d, ... k; the authors' code takes the least norm,
    which leaves up to twice the variance.)

    k: > cancelled >= 0; d >= 1. Returns (k,) and the variance, in nats squared.
    Source: Berrett, Samworth & Yuan (2019), eq. 2, https://arxiv.org/abs/1606.00304

    >>> weights(2, 4, cancelled=1)  # Gamma(j + 1/2) / Gamma(j) is .886 and 1.329
    (array([ 3., -2.]), 9.644...)
    """
    whole("d", d, at_least=1)
    whole("cancelled", cancelled, at_least=0)
    whole("k", k, at_least=cancelled + 1)
    # With W_j = w_1 + ... + w_j and u_j = W_j / j the variance is sum_{j<k} u_j^2 + psi'(k),
    # and, as Gamma(j + 1 + a) / Gamma(j + 1) - Gamma(j + a) / Gamma(j) is a / j times the
    # latter, the conditions read sum_{j<k} u_j Gamma(j + a) / Gamma(j) = Gamma(k + a) /
    # (a Gamma(k)): the least variance is the least norm of u.
    j = np.arange(1.0, k + 1)
    u = np.zeros(k - 1)
    if cancelled:
        a = 2 * np.arange(1.0, cancelled + 1)[:, None] / d
        ratio = gammaln(j + a) - gammaln(j)  # (cancelled, k)
        u = np.linalg.lstsq(np.exp(ratio[:, :-1] - ratio[:, -1:]), 1 / a[:, 0], rcond=None)[0]
    cumulative = np.append(j[:-1] * u, 1.0)
    return np.diff(cumulative, prepend=0.0), float(u @ u + polygamma(1, k))


@functools.cache
def _choice(n: int, d: int) -> tuple[int, int]:
    """k and the number of cancelled terms for n rows in d dimensions; see :class:`WKL`."""
    most = max(1, min(math.isqrt(n), n - 1))
    for cancelled in range(min(d // 4, most - 1), -1, -1):
        # The variance decreases with k.
        low, high = cancelled + 1, most
        if weights(high, d, cancelled)[1] > d / 8:
            continue
        while low < high:
            middle = (low + high) // 2
            if weights(middle, d, cancelled)[1] > d / 8:
                low = middle + 1
            else:
                high = middle
        return low, cancelled
    return most, 0


def wkl_entropy(rows: Any, k: int | None = None, *, device: str = "cpu") -> Estimate:
    """Differential entropy of the density the rows come from, in nats, by nearest neighbours.

        h = mean_i sum_j w_j [log((n-1) V_d r_ij^d) - psi(j)],   j = 1 ... k

    with r_ij the Euclidean distance from row i to its j-th neighbour, V_d the volume of the
    unit ball and w of :func:`weights`.

    rows: (n, d) or (n,), n > max(d, k); columns divided by their standard deviations first,
    and the logarithms of these added again; float64. k, and how many terms of the bias are
    cancelled: see :class:`WKL`. A change of units by c adds d log c exactly.

    Wrong when: the density is rough or steep (edges, heavy tails), or dimension is high. The
    mean bias in nats, over 3 to 10 seeds:

        d                   1        2        4        8
        Gaussian  n = 500  -.03     -.06     -.08      .03
                     5000  -.01      .00     -.04     -.18
        uniform       500   .00      .06      .20     1.2
                     5000   .00      .02      .12      .50

    Time: .5 s for n = 10 000, d = 8; trees up to 10 columns, all pairs of rows beyond.
    Standard error: standard deviation of the n terms, over sqrt(n), see :class:`WKL`.

    Raises InputError for k out of range, text, n <= d, a column that is constant or a linear
    combination of others, and more than 5 % of rows with a copy; rows with fewer copies are
    left out, with a warning.
    Source: Kozachenko & Leonenko (1987); Berrett, Samworth & Yuan (2019), eq. 1-3,
    https://arxiv.org/abs/1606.00304

    >>> e = wkl_entropy([0.0, 1.0, 3.0, 7.0], k=1)  # mean of log(3 * 2 r), r = 1 1 2 4, - psi(1)
    >>> round(e.value - math.log(6 * 8**0.25), 6)
    0.577216
    """
    started = time.perf_counter()
    check_device(device)
    raw, standard, log_volume, warnings = entropy_rows(rows, "wkl_entropy")
    _check_k(k, raw.shape[1], len(raw), "rows")
    terms, doubts = _terms(standard, k, device)
    terms, left_out = _finite(terms)
    return Estimate(
        value=log_volume + float(terms.mean()),
        std=float(terms.std()) / math.sqrt(len(terms)),
        n=len(raw),
        estimator="wkl",
        seconds=time.perf_counter() - started,
        warnings=(*warnings, *left_out, *doubts, *outliers(raw, "rows", RESCALE)),
    )


@dataclass(frozen=True)
class WKL(Estimator):
    """I(X; Z) as entropies by weighted Kozachenko-Leonenko estimates, in nats.

        I = h(X) + h(Z) - h(X, Z),    or, for labels on one side, h(X) - sum_z p(z) h(X|z)

    each h the mean over rows of weighted logarithms of neighbour distances, see
    :func:`wkl_entropy`, with its own k and weights.

    x: (n, dx), z: (n, dz), n > dx + dz, numbers with a density; or one side labels, one column of
    integers, booleans or text, with more rows in each class than columns beside. Columns are
    divided by their standard deviations, and left out where they are linear combinations of
    others on their side (the last of softmax probabilities, a copied unit), as that changes no
    information; float64.
    k: neighbours of every entropy, with floor(d / 4) terms of the bias of a d-dimensional one
    cancelled, k > floor(d / 4). None: for each entropy as many terms, up to floor(d / 4), as
    k <= sqrt(n) neighbours allow without their weights having a variance of more than d / 8 in
    a term, and the fewest neighbours which do that: 8, 5 and 4 in 1, 2 and 3 dimensions. A
    Gaussian log density has the variance d / 2, so this costs up to 12 % of standard error.
    Signed; symmetric in x and z; the same in other units.

    Wrong when: dependence is strong or dimension not low. The three entropies have biases of
    different order in n, which do not cancel; with weights the sum is mostly too high, also at
    independence. The mean bias in nats for correlated Gaussians, componentwise, n = 5000 (3000
    for 8 + 8 columns), over 3 to 5 seeds, k=None:

        columns     1 + 1    2 + 2    4 + 4    8 + 8
        I = 0        .00      .03      .13      .8
        I = 1        .02      .02      .19     1.0
        I = 5       -.02      .23      .43     1.4

    For n = 500 and I < 2 it is .02 to .03 in 1 + 1 and .02 to .10 in 2 + 2 columns. Where one
    side determines the other, I is infinite and the value about log n - 2 for 1 + 1 columns: a
    warning is given above log(n) / 2, and where a linear function of x equals one of z.
    Standard error: standard deviation of the n terms, over sqrt(n). It contains no bias and
    treats the terms of neighbouring rows as independent, though these share neighbours: it is
    0.5 to 0.9 times the actual spread in 1 + 1 and 2 + 2 columns.

    Raises InputError for k out of range, two sides of labels, a constant column, more than 5 %
    of rows of one side with a copy there, n <= dx + dz, a class with too few rows for k or the
    columns, and one whose rows lie in fewer dimensions.
    Source: Kozachenko & Leonenko (1987); Berrett, Samworth & Yuan (2019),
    https://arxiv.org/abs/1606.00304

    >>> x = [0.0, 1.0, 2.0, 100.0, 101.0, 102.0]  # the same distances: log (5 / 2)
    >>> round(WKL(k=1).estimate(x, ["a", "a", "a", "b", "b", "b"]).value, 6)
    0.916291
    """

    name: ClassVar[str] = "wkl"

    k: int | None = None

    def __post_init__(self) -> None:
        if self.k is not None:
            whole("k", self.k, at_least=1)

    def check(self, x: Any, z: Any) -> Samples:
        samples = super().check(x, z)
        found = sides(samples, self.name)
        _check_k(self.k, found.columns, samples.n, "x and z")
        refuse_few(samples, found)
        if found.labels is not None:
            self._classes(samples, found)
        return samples

    def _classes(self, samples: Samples, found: Sides) -> list[Ints]:
        d, k = found.columns, 1 if self.k is None else self.k
        told = f"k={k}" if k >= d else f"a density in {d} dimensions"
        return class_rows(samples, found, max(k, d) + 1, told)

    def _estimate(
        self, samples: Samples, seed: int, device: str
    ) -> tuple[float, float, Sequence[str], dict[str, Floats]]:
        found = sides(samples, self.name)
        numbers = [standardized(a)[0] for a in found.numbers]
        warnings = found.warnings
        if found.labels is None:
            joint, doubts = _terms(np.hstack(numbers), self.k, device)
        else:
            joint, doubts = np.empty(samples.n), []
            for name, rows in zip(found.classes, self._classes(samples, found), strict=True):
                joint[rows], told = _terms(numbers[0][rows], self.k, device)
                doubts += [f"in {name}: {doubt}" for doubt in told]
            if len(doubts) > 1:  # one class stands for all
                doubts = [f"{doubts[0]} (and {len(doubts) - 1} more of such classes)"]
        warnings += doubts
        terms = sum((_terms(a, self.k, device)[0] for a in numbers), -joint)
        terms, left_out = _finite(terms)
        warnings += left_out
        for name in found.names:
            warnings += outliers(getattr(samples, name), name, RESCALE)
        value, n, columns = float(terms.mean()), samples.n, found.columns
        std = float(terms.std()) / math.sqrt(len(terms))
        if columns >= 4 and value > 3 * std:
            warnings.append(
                f"entropies by nearest neighbours are biased in {columns} dimensions, and their "
                "sum mostly too high, by an amount the standard error does not show"
            )
        if value > MOST_OF_LOG * math.log(n):
            warnings.append(
                f"{value:.2f} nats from {n} samples: nearest neighbours need of the order exp(I) "
                "samples and underestimate strong dependence; the true value is probably higher"
            )
        return value, std, warnings, {}


def _check_k(k: object, d: int, n: int, name: str) -> None:
    """Refuse a number of neighbours too few for the weights or too many for the rows."""
    if k is None:
        return
    whole("k", k, at_least=1)
    assert isinstance(k, int | np.integer)
    if k <= d // 4:
        raise InputError(
            f"k={k} has too few neighbours for {d} columns, where {d // 4} terms of the bias are "
            f"cancelled: pass k>={d // 4 + 1}, better 20 times that, or k=None"
        )
    if n <= k:
        raise InputError(
            f"k={k} needs at least {k + 1} samples, got {n} of {name}: pass k<={n - 1} or more data"
        )


def _terms(rows: Floats, k: int | None, device: str) -> tuple[Floats, list[str]]:
    """Each row's term of the entropy, -inf or NaN where neighbours coincide with it: (n,)."""
    n, d = rows.shape
    chosen = k is None
    k, cancelled = _choice(n, d) if k is None else (int(k), d // 4)
    w, variance = weights(k, d, cancelled)
    used = np.flatnonzero(w) + 1
    with np.errstate(divide="ignore", invalid="ignore"):  # told and left out by the caller
        sums = _weighted_logs(rows, used, w[used - 1], device)
    ball = 0.5 * d * math.log(math.pi) - math.lgamma(1 + 0.5 * d)
    doubts = []
    if cancelled < d // 4:
        doubts.append(
            f"{n} rows are too few to cancel {d // 4} terms of the bias in {d} dimensions, and "
            f"{cancelled} are: the rest is not in the standard error"
        )
    elif variance > d / 2:
        advice = f"{n} rows are few" if chosen else "pass a larger k, or None"
        doubts.append(
            f"k={k} gives weights of norm {np.linalg.norm(w):.3g} in {d} dimensions, and more "
            f"variance than the data have: {advice}"
        )
    return d * sums + math.log(n - 1) + ball - float(w @ digamma(np.arange(1, k + 1))), doubts


def _weighted_logs(rows: Floats, used: Any, w: Floats, device: str) -> Floats:
    """sum_j w_j log r_ij over the neighbours j in `used`, in chunks of rows: (n,)."""
    n, d = rows.shape
    on_cpu = torch.device(device).type == "cpu"
    if on_cpu and d <= TREE_COLUMNS:
        tree, chunk = cKDTree(rows), max(1, CPU_ELEMENTS // len(used))
        # A row is its own neighbour at distance zero: the j-th other row is number j + 1.
        return np.concatenate(
            [
                np.log(tree.query(part, used + 1, workers=torch.get_num_threads())[0]) @ w
                for part in np.array_split(rows, -(-n // chunk))
            ]
        )
    a = torch.as_tensor(rows, device=device)
    index = torch.as_tensor(used, device=a.device)
    parts = []
    for part in a.split(max(1, (CPU_ELEMENTS if on_cpu else GPU_ELEMENTS) // n)):
        # Not by the expansion of the square, which loses the distances of near rows.
        exact = "donot_use_mm_for_euclid_dist"
        distance = torch.cdist(part, a, compute_mode=exact)  # (chunk, n)
        nearest = distance.topk(int(used[-1]) + 1, largest=False).values[:, index]
        parts.append(nearest.log() @ torch.as_tensor(w, device=a.device))
    sums: Floats = torch.cat(parts).cpu().numpy()
    return sums


def _finite(terms: Floats) -> tuple[Floats, list[str]]:
    """The finite terms, and a warning if these are not all; few are lost, as copies are few."""
    finite = np.isfinite(terms)
    if finite.all():
        return terms, []
    share = f"{100 * (1 - finite.mean()):.3g} % of the rows coincide with neighbours"
    return terms[finite], [f"{share} and were left out: their distance zero has no logarithm"]
