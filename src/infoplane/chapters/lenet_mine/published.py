"""Two published formulas for a layer, computed as they were published, to see what they say."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp, softmax

__all__ = ["BINS", "CENTRES", "published_information", "soft_entropy", "soft_information"]

Floats = npt.NDArray[np.float64]

CENTRES = 1000  # rows whose components make up the published mixture
CHUNK = 500
BINS = 100  # points on the sphere, as in the package of soft entropy


def published_information(t: Any, noise_std: float, *, seed: int = 0) -> dict[str, float]:
    """I(X; T) of T = t (1 + sigma eps), nats, by the formula of a published plane, and mended.

        h(T) - h(T|X) = -mean_i log (1/M) sum_j N(z_i; t_j, C_j) - mean_i sum_u log(sqrt(2 pi e)
        sigma |t_iu|),   z_i = t_i (1 + sigma eps_i),   M = 1 000 rows or all there are

    as published: C_j = sigma diag |t_j|, where the noise of row j has the covariance
    diag(sigma t_j)^2; covariance: with that, and the same M rows, so that what is left is that
    most draws come from rows that are no centre. Neither is bounded by log N.
    t: (N, d), no zeros; noise_std: sigma > 0.
    Source: Adilova, Geiger & Fischer (2023), https://arxiv.org/abs/2303.00596, and the code of
    its experiments, whose h(T|X) has the second line's sigma as a standard deviation
    """
    rows = np.asarray(t, dtype=np.float64)
    n, d = rows.shape
    eps = np.random.default_rng(seed).standard_normal((n, d))
    z = rows * (1 + noise_std * eps)
    given = (np.log(np.sqrt(2 * math.pi * math.e) * noise_std * np.abs(rows))).sum(axis=1).mean()
    centres = rows[:CENTRES]
    variances = {"published": noise_std * np.abs(centres), "covariance": (noise_std * centres) ** 2}
    return {name: _entropy(z, centres, v) - float(given) for name, v in variances.items()}


def _entropy(z: Floats, centres: Floats, variances: Floats) -> float:
    """-mean log of the equal mixture of N(centre, diag(variance)) at z."""
    # |z - c|^2 / v = z^2 . 1/v - 2 z . c/v + c^2 . 1/v, a product with all centres
    constant = (np.log(2 * math.pi * variances) + centres**2 / variances).sum(axis=1)
    logs = []
    for part in np.array_split(z, -(-len(z) // CHUNK)):
        far = part**2 @ (1 / variances).T - 2 * part @ (centres / variances).T + constant
        logs.append(logsumexp(-0.5 * far, axis=1) - math.log(len(centres)))
    return -float(np.concatenate(logs).mean())


def soft_entropy(t: Any, *, bins: int = BINS, seed: int = 0) -> float:
    """Soft entropy of the rows of t, (N, d): a number in [0, 1], without a unit.

        H(mean_i softmax_k(<t_i / |t_i|, w_k> / eps)) / log K,   eps = 1 / sqrt(2 d log K)

    w_k: K points drawn uniformly on the unit sphere. A constant row gives less than 1 only by the
    width of the softmax; scaling changes nothing, a shift of all rows by the same vector does.
    A row of zeros points nowhere, and is shared out among all points alike.
    Source: Conklin et al. (2026), Learning is Forgetting; the temperature is the leading order of
    the package soft-entropy 0.1.5, whose own default solves for it; https://arxiv.org/abs/2604.07569
    """
    shares = _shares(t, bins, seed).mean(axis=0)
    return float(-(shares * np.log(shares)).sum() / math.log(bins))


def soft_information(t: Any, labels: Any, *, bins: int = BINS, seed: int = 0) -> float:
    """Soft entropy less its mean within the classes, in units of log K; not in nats."""
    y = np.asarray(labels)
    within = [(np.mean(y == label), np.asarray(t)[y == label]) for label in np.unique(y)]
    return soft_entropy(t, bins=bins, seed=seed) - float(
        sum(share * soft_entropy(rows, bins=bins, seed=seed) for share, rows in within)
    )


def _shares(t: Any, bins: int, seed: int) -> Floats:
    """Each row's shares of the points of the sphere, (N, K)."""
    rows = np.asarray(t, dtype=np.float64)
    d = rows.shape[1]
    rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.finfo(float).tiny)
    points = np.random.default_rng(seed).standard_normal((bins, d))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    found: Floats = softmax(rows @ points.T * math.sqrt(2 * d * math.log(bins)), axis=1)
    return found
