"""I(X; T + noise) for a finite set of inputs: not estimated from pairs, but computed.

X is uniform on N inputs, T = t(X) a deterministic function of it, and the noise Gaussian with
known variance. T + noise is then a mixture of N Gaussians whose centres are the rows of t.
"""

import math
import numbers
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from infoplane.errors import InputError
from infoplane.estimate import Estimate
from infoplane.estimators.base import Estimator, Samples
from infoplane.inputs.arrays import as_columns, as_labels, as_numbers
from infoplane.inputs.options import check_device, is_count, whole

__all__ = [
    "Exact",
    "check_noise",
    "codes_of",
    "information_with_noise",
    "informations_with_noise",
    "kolchinsky_tracey",
]

# Up to this squared norm, in units of the noise, |a|^2 - 2 a.b + |b|^2 is right to 1e-6.
EXPANDABLE = 1e9
# Exponents up to here, with a sum over 2^63 rows, do not overflow float64.
SAFE = 600.0


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
    chunk: draws compared with all rows at once. Memory is about 8 chunk N bytes for these,
    8 samples min(d, N) for the noise, and some copies of t in float64. Where d > N, the rows are
    first turned into N columns: noise at right angles to all of them tells none from another,
    so that the value is the same and the draws are others.
    Range: [0, log N] up to the standard error. The estimate's n is N and its std the Monte
    Carlo standard error, the only error there is; it is slightly too large up to samples = N,
    where the variance between rows counts though it is mostly removed.

    Wrong when: taken for the value of the population the N inputs were drawn from. That needs
    a value well below log N (two nats, say). The standard error is too small where overlaps are
    rare, clusters far apart with a few rows between: some hundred draws miss them, and all agree.
    Raises InputError for noise_std <= 0, where I is infinite for continuous X and log of the
    number of different rows here, and for t that is not a finite matrix.
    Source: Goldfeld et al. (2019), https://arxiv.org/abs/1810.05728

    >>> information_with_noise(np.array([[0.0], [1e3]]), noise_std=1.0).value  # log 2
    0.693...
    """
    options: dict[str, Any] = {"seed": seed, "samples": samples, "chunk": chunk, "device": device}
    return _both(t, noise_std, None, **options)[0]


def informations_with_noise(
    t: Any,
    labels: Any,
    noise_std: float,
    *,
    seed: int = 0,
    samples: int = 4096,
    chunk: int = 256,
    device: str = "cpu",
) -> tuple[Estimate, Estimate]:
    """I(X; T + eps) and I(Y; T + eps), in nats, from the same draws: a point of the plane.

        I(Y; T + eps) = E log [mean_{j: y_j = y_i} g_ij / mean_j g_ij],
        g_ij = exp(-|t_i + eps - t_j|^2 / 2 sigma^2)

    the first as :func:`information_with_noise` has it, and with its arguments.
    labels: (N,) whole numbers or text, a function of the row. Range of the second: at most the
    first, and the entropy of the labels, up to the standard error.
    Wrong when: the rows are a sample of a population. The density of a draw's class holds the
    draw's own row, which biases I(Y; T + eps) up where rows are far apart in units of sigma.

    >>> x, y = informations_with_noise(np.array([0.0, 1.0, 1e3, 2e3]), [0, 0, 0, 1], 1e-2)
    >>> x.value, y.value  # log 4, and the entropy of (3/4, 1/4)
    (1.386..., 0.562...)
    """
    options: dict[str, Any] = {"seed": seed, "samples": samples, "chunk": chunk, "device": device}
    return _both(t, noise_std, labels, **options)


@dataclass(frozen=True)
class Exact(Estimator):
    """I(X; T + eps) of the empirical distribution of n rows (x, t), to Monte Carlo accuracy.

    Equal rows of x are one symbol: where no two are equal, the value is that of
    :func:`information_with_noise`; for labels in place of x it is I(Y; T + eps), the second value
    of :func:`informations_with_noise`, which see for noise_std, samples, chunk and the source.
    Standard error: that of Monte Carlo alone, and too small where few draws see an overlap.

    >>> Exact(noise_std=1e-2).estimate([0, 0, 0, 1], [0.0, 1.0, 1e3, 2e3]).value
    0.562...
    """

    name: ClassVar[str] = "exact"
    min_samples: ClassVar[int] = 1

    noise_std: float
    samples: int = 4096
    chunk: int = 256

    def __post_init__(self) -> None:
        check_noise(self.noise_std)
        whole("samples", self.samples, at_least=2)
        whole("chunk", self.chunk, at_least=1)

    def check(self, x: Any, z: Any) -> Samples:
        samples = super().check(x, z)
        if "z" in samples.text:
            raise InputError("z holds text, which has no distances: give x the labels, z numbers")
        return samples

    def _estimate(
        self, samples: Samples, seed: int, device: str
    ) -> tuple[float, float, Sequence[str], dict[str, npt.NDArray[np.float64]]]:
        symbols = np.unique(samples.x, axis=0, return_inverse=True)[1].reshape(-1)
        of_rows = symbols.max() + 1 == samples.n
        options: dict[str, Any] = {
            "seed": seed,
            "samples": self.samples,
            "chunk": self.chunk,
            "device": device,
        }
        found = _both(samples.z, self.noise_std, None if of_rows else symbols, **options)[1]
        return found.value, found.std, found.warnings, {}


def _both(
    t: Any, noise_std: float, labels: Any, *, seed: int, samples: int, chunk: int, device: str
) -> tuple[Estimate, Estimate]:
    """I(X; T + eps), and I(Y; T + eps) where there are labels (the former again without)."""
    started = time.perf_counter()
    whole("seed", seed, at_least=0)
    rows = _centres(t, noise_std, chunk, device)
    if not is_count(samples, 2):
        raise InputError(f"samples={samples!r} is not a number of draws: pass an integer >= 2")
    n = len(rows)
    codes = np.zeros(n, dtype=np.int64) if labels is None else codes_of(labels, n)
    rng = np.random.default_rng(seed)
    repeats = -(-samples // n)
    if samples < n:
        picked = rng.choice(n, samples, replace=False)
    else:
        picked = np.tile(np.arange(n), repeats)
    # Drawn by NumPy, and at once: the stream depends neither on the chunks nor on the device.
    noise = rng.standard_normal((len(picked), rows.shape[1]))

    # The rows of a label lie side by side, so that its part of a sum is a slice.
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes))
    rows = rows[torch.as_tensor(order, device=rows.device)]
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n)
    local = np.empty((2, len(picked)))
    for label, end in enumerate(ends):
        begin = ends[label - 1] if label else 0
        draws = np.flatnonzero(codes[picked] == label)
        for some in (draws[i : i + chunk] for i in range(0, len(draws), chunk)):
            centre = rows[torch.as_tensor(place[picked[some]], device=rows.device)]
            eps = torch.as_tensor(noise[some], device=rows.device)
            within, every = _log_sums(centre, eps, rows, slice(int(begin), int(end)))
            local[0, some] = math.log(n) - every.cpu().numpy()
            local[1, some] = local[0, some] + within.cpu().numpy() - math.log(end - begin)

    seconds = time.perf_counter() - started

    def estimate(terms: npt.NDArray[np.float64], warnings: tuple[str, ...]) -> Estimate:
        if repeats > 1:
            within = terms.reshape(repeats, n).var(axis=0, ddof=1).mean()
            std = math.sqrt(within / len(terms))
        else:
            std = float(terms.std(ddof=1)) / math.sqrt(len(terms))
        return Estimate(
            value=float(terms.mean()),
            std=std,
            n=n,
            estimator="exact",
            seed=seed,
            seconds=seconds,
            warnings=warnings,
        )

    warnings = []
    if n > 1 and local[0].mean() > 0.95 * math.log(n):
        warnings.append(
            f"within 5 % of the ceiling log N = {math.log(n):.2f} nats: nearly every row can be "
            "told from the others, and the value says little more than how many there are"
        )
    of_rows = estimate(local[0], tuple(warnings))
    return of_rows, of_rows if labels is None else estimate(local[1], ())


def codes_of(labels: Any, n: int) -> npt.NDArray[np.int64]:
    """Labels as 0, 1, 2, …, checked."""
    y = as_labels(labels, "labels")
    if len(y) != n:
        raise InputError(
            f"labels have {len(y)} rows: one for each of the {n} rows of t is accepted"
        )
    return np.unique(y, return_inverse=True)[1].reshape(-1)


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
    """Checked rows in units of the noise, centred: (N, min(d, N)) float64 on `device`."""
    check_device(device)
    a = as_columns(as_numbers(t, "t"), "t").astype(np.float64, copy=False)
    if not len(a):
        raise InputError("t has no rows: one for each input is needed")
    check_noise(noise_std)
    if not is_count(chunk, 1):
        raise InputError(f"chunk={chunk!r} is not a number of rows: pass an integer >= 1")
    with np.errstate(over="ignore"):  # refused just below
        scaled = (a - a.mean(axis=0)) / float(noise_std)
    if not np.isfinite(scaled).all():
        raise InputError(f"noise_std={noise_std!r} is too small for t: give a larger one")
    if scaled.shape[1] > len(scaled):
        # In an orthonormal basis of the row space: T' = QR, so that R has all inner products.
        scaled = np.asarray(np.linalg.qr(scaled.T, mode="r")).T.copy()
    return torch.as_tensor(scaled, device=device)


def check_noise(noise_std: Any) -> None:
    """A standard deviation of noise, finite and > 0, or InputError."""
    if noise_std == 0:
        raise InputError(
            "noise_std=0: I is infinite for deterministic T (log N here for a finite sample): "
            "give noise_std > 0"
        )
    if not isinstance(noise_std, numbers.Real) or not 0 < float(noise_std) < math.inf:
        raise InputError(f"noise_std={noise_std!r}: a finite number > 0 is accepted")


def _log_sums(centre: Tensor, eps: Tensor, rows: Tensor, own: slice) -> tuple[Tensor, Tensor]:
    """log sum_j exp(|eps|^2/2 - |centre + eps - rows_j|^2/2), j in `own` and all: (b,), >= 0."""
    half_eps = 0.5 * eps.square().sum(dim=1, keepdim=True)
    if _expandable(rows):
        # |eps|^2 cancels in the algebra, so that no digits are lost to it.
        shift = 0.5 * centre.square().sum(dim=1, keepdim=True) + (eps * centre).sum(1, keepdim=True)
        exponent = torch.addmm(-0.5 * rows.square().sum(dim=1), centre + eps, rows.T)  # (b, N)
        exponent -= shift
    else:
        (half,) = _half_squares(centre + eps, rows, len(centre))
        exponent = half_eps - half
    if float(half_eps.max()) < SAFE:
        # No exponent exceeds |eps|^2/2 and the draw's own is 0: exp neither overflows nor
        # vanishes, and the passes that logsumexp makes to prevent that are not needed.
        exponent.exp_()
        return exponent[:, own].sum(dim=1).log(), exponent.sum(dim=1).log()
    return torch.logsumexp(exponent[:, own], dim=1), torch.logsumexp(exponent, dim=1)


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
