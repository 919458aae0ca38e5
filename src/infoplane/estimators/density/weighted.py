"""Weights of neighbours that cancel bias, and the terms of an entropy that they give."""

import functools
import math
from typing import Any

import numpy as np
import torch
from scipy.spatial import cKDTree
from scipy.special import digamma, gammaln, polygamma

from infoplane.inputs.columns import Floats
from infoplane.inputs.options import whole

__all__ = ["chosen_neighbours", "entropy_terms", "weights"]

# In more columns a k-d tree visits most of its leaves, and all pairs are compared.
TREE_COLUMNS = 10
# Distances at a time on a GPU (256 MB of float64), and on a CPU, where a core's cache counts.
CPU_ELEMENTS, GPU_ELEMENTS = 2**20, 2**25


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
def chosen_neighbours(n: int, d: int, weights_std: float | None = None) -> tuple[int, int]:
    """k and the number of cancelled terms for n rows in d dimensions; see
    :class:`infoplane.estimators.density.wkl.WKL`.

    weights_std: what the weights may add to the standard error, in nats; None: d / 8 of variance.
    """
    most = max(1, min(math.isqrt(n), n - 1))
    budget = d / 8 if weights_std is None else n * weights_std**2
    for cancelled in range(min(d // 4, most - 1), -1, -1):
        # The variance decreases with k.
        low, high = cancelled + 1, most
        if weights(high, d, cancelled)[1] > budget:
            continue
        while low < high:
            middle = (low + high) // 2
            if weights(middle, d, cancelled)[1] > budget:
                low = middle + 1
            else:
                high = middle
        return low, cancelled
    return most, 0


def entropy_terms(
    rows: Floats, k: int | None, device: str, weights_std: float | None = None
) -> tuple[Floats, list[str]]:
    """Each row's term of the entropy, -inf or NaN where neighbours coincide with it: (n,)."""
    n, d = rows.shape
    chosen = k is None
    k, cancelled = chosen_neighbours(n, d, weights_std) if k is None else (int(k), d // 4)
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
    elif variance > (d / 2 if weights_std is None else n * weights_std**2):
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
