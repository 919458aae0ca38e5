"""The density of an equal mixture of Gaussians, in units of their width, without overflow."""

import math
import numbers
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from infoplane.errors import InputError
from infoplane.inputs.arrays import as_columns, as_labels, as_numbers
from infoplane.inputs.options import check_device, is_count

__all__ = [
    "EXPANDABLE",
    "by_columns",
    "centres",
    "check_noise",
    "codes_of",
    "exponents",
    "half_norms",
    "half_squares",
    "log_sums",
]

# Up to this squared norm, in units of the noise, |a|^2 - 2 a.b + |b|^2 is right to 1e-6.
EXPANDABLE = 1e9
# Exponents up to here, with a sum over 2^63 rows, do not overflow float64.
SAFE = 600.0


def centres(t: Any, noise_std: float, chunk: int, device: str) -> Tensor:
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


def half_norms(rows: Tensor) -> Tensor:
    """|row|^2 / 2, (N,): what every draw is compared with, and so is to be had once."""
    return 0.5 * rows.square().sum(dim=1)


def log_sums(
    centre: Tensor, eps: Tensor, rows: Tensor, half: Tensor, own: slice
) -> tuple[Tensor, Tensor]:
    """log sum_j exp(|eps|^2/2 - |centre + eps - rows_j|^2/2), j in `own` and all: (b,), >= 0.

    half: the :func:`half_norms` of the rows.
    """
    exponent = exponents(centre, eps, rows, half)
    if 0.5 * float(eps.square().sum(dim=1).max()) < SAFE:
        # No exponent exceeds |eps|^2/2 and the draw's own is 0: exp neither overflows nor
        # vanishes, and the passes that logsumexp makes to prevent that are not needed.
        exponent.exp_()
        return exponent[:, own].sum(dim=1).log(), exponent.sum(dim=1).log()
    return torch.logsumexp(exponent[:, own], dim=1), torch.logsumexp(exponent, dim=1)


def exponents(centre: Tensor, eps: Tensor, rows: Tensor, half: Tensor) -> Tensor:
    """|eps|^2/2 - |centre + eps - rows_j|^2/2 for all j: (b, N), a new array."""
    if _expandable(half):
        # |eps|^2 cancels in the algebra, so that no digits are lost to it.
        shift = 0.5 * centre.square().sum(dim=1, keepdim=True) + (eps * centre).sum(1, keepdim=True)
        exponent = torch.addmm(-half, centre + eps, rows.T)  # (b, N)
        return exponent.sub_(shift)
    return by_columns(centre, eps, rows)


def by_columns(centre: Tensor, eps: Tensor, rows: Tensor) -> Tensor:
    """The same from differences, which noise that is lost beside the rows leaves as they are.

        |eps|^2 - |D + eps|^2 = -sum_u D_u (D_u + 2 eps_u),  D = centre - row_j

    so that the exponent of a draw's own row is 0 exactly, whatever the noise.
    """
    found = torch.zeros(len(centre), len(rows), dtype=rows.dtype, device=rows.device)
    for u in range(rows.shape[1]):
        apart = centre[:, u, None] - rows[None, :, u]
        found.sub_(apart.mul_(apart.mul(0.5).add_(eps[:, u, None])))
    return found


def half_squares(a: Tensor, b: Tensor, chunk: int) -> Iterator[Tensor]:
    """|a_i - b_j|^2 / 2, `chunk` rows of a at a time."""
    half_b = half_norms(b)
    expandable = _expandable(half_b)
    for i in range(0, len(a), chunk):
        part = a[i : i + chunk]
        if expandable:
            half_a = 0.5 * part.square().sum(dim=1, keepdim=True)
            yield torch.addmm(half_b, part, b.T, alpha=-1).add_(half_a).clamp_min_(0)
        else:
            distance = torch.cdist(part, b, compute_mode="donot_use_mm_for_euclid_dist")
            yield distance.square_().mul_(0.5)


def _expandable(half: Tensor) -> bool:
    return 2 * float(half.max()) < EXPANDABLE


def codes_of(labels: Any, n: int) -> npt.NDArray[np.int64]:
    """Labels as 0, 1, 2, …, checked."""
    y = as_labels(labels, "labels")
    if len(y) != n:
        raise InputError(
            f"labels have {len(y)} rows: one for each of the {n} rows of t is accepted"
        )
    return np.unique(y, return_inverse=True)[1].reshape(-1)
