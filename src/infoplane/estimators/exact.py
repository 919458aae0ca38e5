"""I(X; T + noise) for a finite set of inputs: not estimated from pairs, but computed.

X is uniform on N inputs, T = t(X) a deterministic function of it, and the noise Gaussian with
known variance. T + noise is then a mixture of N Gaussians whose centres are the rows of t.
"""

import math
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from infoplane.errors import InputError
from infoplane.estimate import Estimate
from infoplane.estimators.base import as_columns, check_device, is_count
from infoplane.estimators.options import whole

__all__ = ["information_with_noise", "kolchinsky_tracey"]

# Up to this squared norm, in units of the noise, |a|^2 - 2 a.b + |b|^2 is right to 1e-6.
EXPANDABLE = 1e9


def information_with_noise(
    t: Any,
    noise_std: float,
    *,
    seed: int = 0,
    samples: int = 4096,
    chunk: int = 256,
    device: str = "cpu",
) -> Estimate:
    """I(X; T + eps), in nats, for X uniform on the rows of `t`, to Monte Carlo accuracy.

        I = h(mixture of N Gaussians) - (d/2) log(2 pi e sigma^2)
          = log N - E log sum_j exp((|eps|^2 - |t_i + eps - t_j|^2) / 2 sigma^2)

    The second line is what is averaged: every draw lies below log N, the noise's own spread
    cancels, and identical rows give exactly 0.

    t: (N, d) or (N,) activations, one row for each input; computed in float64.
    noise_std: sigma of eps ~ N(0, sigma^2 I), > 0.
    samples: draws of (i, eps). Every row is used equally often: below N, that many different
    rows; from N on, rounded up to a multiple of N.
    chunk: draws compared with all rows at once; memory is about 16 chunk N bytes.
    Range: [0, log N] up to the standard error. The estimate's n is N and its std the Monte
    Carlo standard error, the only error there is; it is slightly too large up to samples = N,
    where the variance between rows counts though it is mostly removed.

    Wrong when: taken for the value of the population the N inputs were drawn from. That needs
    a value well below log N (two nats, say).
    Raises InputError for noise_std <= 0, where I is infinite for continuous X and log of the
    number of different rows here, and for t that is not a finite matrix.
    Source: Goldfeld et al. (2019), https://arxiv.org/abs/1810.05728

    >>> information_with_noise(np.array([[0.0], [1e3]]), noise_std=1.0).value  # log 2
    0.693...
    """
    started = time.perf_counter()
    whole("seed", seed, at_least=0)
    rows = _centres(t, noise_std, chunk, device)
    if not is_count(samples, 2):
        raise InputError(f"samples={samples!r} is not a number of draws: pass an integer >= 2")
    n = len(rows)
    rng = np.random.default_rng(seed)
    repeats = -(-samples // n)
    if samples < n:
        picked = rng.choice(n, samples, replace=False)
    else:
        picked = np.tile(np.arange(n), repeats)
    terms = []
    for i in range(0, len(picked), chunk):
        centre = rows[torch.as_tensor(picked[i : i + chunk], device=rows.device)]
        # Drawn by NumPy: the stream depends neither on the chunks nor on the device.
        eps = torch.as_tensor(rng.standard_normal(centre.shape), device=rows.device)
        terms.append(math.log(n) - _log_sum(centre, eps, rows))
    local = torch.cat(terms).cpu().numpy()
    value = float(local.mean())
    if repeats > 1:
        within = local.reshape(repeats, n).var(axis=0, ddof=1).mean()
        std = math.sqrt(within / len(local))
    else:
        std = float(local.std(ddof=1)) / math.sqrt(len(local))
    warnings = []
    if n > 1 and value > 0.95 * math.log(n):
        warnings.append(
            f"within 5 % of the ceiling log N = {math.log(n):.2f} nats: nearly every row can be "
            "told from the others, and the value says little more than how many there are"
        )
    return Estimate(
        value=value,
        std=std,
        n=n,
        estimator="exact",
        seed=seed,
        seconds=time.perf_counter() - started,
        warnings=tuple(warnings),
    )


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
    Raises InputError as :func:`information_with_noise` does.
    Source: Kolchinsky & Tracey (2017), https://arxiv.org/abs/1706.02419

    >>> kolchinsky_tracey(np.array([[0.0], [1e3]]), noise_std=1.0)
    (0.693..., 0.693...)
    """
    rows = _centres(t, noise_std, chunk, device)
    low, high = 0.0, 0.0
    for half in _half_squares(rows, rows, chunk):
        low -= float(torch.logsumexp(-half / 4, dim=1).sum())
        high -= float(torch.logsumexp(-half, dim=1).sum())
    log_n = math.log(len(rows))
    return log_n + low / len(rows), log_n + high / len(rows)


def _centres(t: Any, noise_std: float, chunk: int, device: str) -> Tensor:
    """Checked rows in units of the noise, centred: (N, d) float64 on `device`."""
    check_device(device)
    a = as_columns(t, "t").astype(np.float64)
    if not len(a):
        raise InputError("t has no rows: one for each input is needed")
    if noise_std == 0:
        raise InputError(
            "noise_std=0: I is infinite for deterministic T (log N here for a finite sample): "
            "give noise_std > 0"
        )
    if not 0 < noise_std < math.inf:
        raise InputError(f"noise_std={noise_std!r}: a finite number > 0 is accepted")
    if not is_count(chunk, 1):
        raise InputError(f"chunk={chunk!r} is not a number of rows: pass an integer >= 1")
    with np.errstate(over="ignore"):  # refused just below
        scaled = (a - a.mean(axis=0)) / float(noise_std)
    if not np.isfinite(scaled).all():
        raise InputError(f"noise_std={noise_std!r} is too small for t: give a larger one")
    return torch.as_tensor(scaled, device=device)


def _log_sum(centre: Tensor, eps: Tensor, rows: Tensor) -> Tensor:
    """log sum_j exp(|eps|^2/2 - |centre + eps - rows_j|^2/2): (b,), at least 0."""
    if _expandable(rows):
        # |eps|^2 cancels in the algebra, so that no digits are lost to it.
        exponent = torch.addmm(-0.5 * rows.square().sum(dim=1), centre + eps, rows.T)  # (b, N)
        own = 0.5 * centre.square().sum(dim=1) + (eps * centre).sum(dim=1)
        return torch.logsumexp(exponent, dim=1) - own
    (half,) = _half_squares(centre + eps, rows, len(centre))
    return torch.logsumexp(0.5 * eps.square().sum(dim=1, keepdim=True) - half, dim=1)


def _half_squares(a: Tensor, b: Tensor, chunk: int) -> Iterator[Tensor]:
    """|a_i - b_j|^2 / 2, `chunk` rows of a at a time."""
    expandable = _expandable(b)
    half_b = 0.5 * b.square().sum(dim=1)
    for i in range(0, len(a), chunk):
        part = a[i : i + chunk]
        if expandable:
            half_a = 0.5 * part.square().sum(dim=1, keepdim=True)
            yield torch.addmm(half_b, part, b.T, alpha=-1).add_(half_a).clamp_min_(0)
        else:
            distance = torch.cdist(part, b, compute_mode="donot_use_mm_for_euclid_dist")
            yield distance.square_().mul_(0.5)


def _expandable(rows: Tensor) -> bool:
    return float(rows.square().sum(dim=1).max()) < EXPANDABLE
