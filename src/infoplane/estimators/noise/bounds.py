"""Bounds on I(X; T + noise) from the distances between the rows of T alone."""

import math
from typing import Any

import torch

from infoplane.estimators.noise.mixture import centres, half_squares

__all__ = ["kolchinsky_tracey"]


def kolchinsky_tracey(
    t: Any, noise_std: float, *, chunk: int = 256, device: str = "cpu"
) -> tuple[float, float]:
    """Lower and upper bound on I(X; T + eps), in nats, for X uniform on the rows of `t`.

        -mean_i log mean_j exp(-|t_i - t_j|^2 / (a sigma^2)),  a = 8 below, a = 2 above

    the pairwise distances of the components being Bhattacharyya's (below) and Kullback and
    Leibler's (above).

    t: (N, d) or (N,); noise_std: sigma of eps ~ N(0, sigma^2 I), > 0; chunk: rows compared
    with all rows at once. Computed in float64.
    Both bounds lie in [0, log N]; they meet where rows are either merged or far apart.
    Raises InputError as :func:`~infoplane.estimators.noise.exact.information_with_noise` does.
    Source: Kolchinsky & Tracey (2017), https://arxiv.org/abs/1706.02419

    >>> kolchinsky_tracey([[0.0], [1e3]], noise_std=1.0)
    (0.693..., 0.693...)
    """
    rows = centres(t, noise_std, chunk, device)
    low, high = 0.0, 0.0
    for half in half_squares(rows, rows, chunk):
        low -= float(torch.logsumexp(-half / 4, dim=1).sum())
        high -= float(torch.logsumexp(-half, dim=1).sum())
    log_n = math.log(len(rows))
    return log_n + low / len(rows), log_n + high / len(rows)
