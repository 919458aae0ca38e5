"""Two kinds of Gaussian noise on N rows, and the density of what comes out, relative to its own."""

import math
from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from infoplane.errors import InputError
from infoplane.estimators.noise.mixture import (
    EXPANDABLE,
    centres,
    check_noise,
    exponents,
    half_norms,
    log_sums,
)
from infoplane.inputs.arrays import as_columns, as_numbers
from infoplane.inputs.options import check_device

__all__ = ["KINDS", "Channel", "channel"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

KINDS = ("additive", "multiplicative")

# For float32: columns of noise of which no |eps|^2 is ever seen that overflows an exponential, and
# the largest entry, in units of sigma, that it rounds by less than 1e-4.
FEW, NEAR = 24, 2048.0


class Channel(ABC):
    """g_ij: the density around row j of what came from row i; `n` rows, `columns` of noise."""

    n: int
    columns: int
    device: torch.device

    @abstractmethod
    def taken(self, rows: Ints) -> Self:
        """The same of these rows, in this order."""

    def points(self) -> Floats | None:
        """Rows (n, columns) in units of additive noise, where float32 has room for them."""
        return None

    @abstractmethod
    def exponents(self, rows: Tensor, eps: Tensor) -> Tensor:
        """log g_ij - log g_ii for draws from these rows, (b,), with noise eps (b, columns): (b, N).

        In an array of its own, which may be overwritten.
        """

    def log_sums(
        self, rows: Tensor, eps: Tensor, own: slice, *, leave_out: bool = False
    ) -> tuple[Tensor, Tensor]:
        """log sum_j g_ij / g_ii over j in `own` and over all, (b,).

        leave_out: without j = i, which is in `own`.
        """
        exponent = self.exponents(rows, eps)
        if leave_out:
            exponent[torch.arange(len(rows), device=exponent.device), rows] = -math.inf
        return torch.logsumexp(exponent[:, own], dim=1), torch.logsumexp(exponent, dim=1)


def channel(kind: str, t: Any, noise_std: float, chunk: int, device: str) -> Channel:
    """That kind of noise on checked rows t (N, d) or (N,)."""
    if kind == "additive":
        return _Additive(centres(t, noise_std, chunk, device))
    return _Multiplicative(_rows(t, noise_std, device), float(noise_std))


class _Additive(Channel):
    """t_i + eps: rows (N, d) in units of the noise."""

    def __init__(self, rows: Tensor) -> None:
        self._rows = rows
        (self.n, self.columns), self.device = rows.shape, rows.device

    def taken(self, rows: Ints) -> Self:
        return type(self)(self._rows[torch.as_tensor(rows, device=self.device)])

    @cached_property
    def _half(self) -> Tensor:
        return half_norms(self._rows)

    def points(self) -> Floats | None:
        if self.device.type != "cpu" or self.columns > FEW:
            return None
        points = self._rows.numpy()
        return points if np.abs(points).max() <= NEAR else None

    def exponents(self, rows: Tensor, eps: Tensor) -> Tensor:
        return exponents(self._rows[rows], eps, self._rows, self._half)

    def log_sums(
        self, rows: Tensor, eps: Tensor, own: slice, *, leave_out: bool = False
    ) -> tuple[Tensor, Tensor]:
        if leave_out:
            return super().log_sums(rows, eps, own, leave_out=True)
        return log_sums(self._rows[rows], eps, self._rows, self._half, own)


class _Multiplicative(Channel):
    """t_i (1 + sigma eps), each unit by itself: the covariance of row i is diag(sigma t_i)^2.

    log g_ij - log g_ii = |eps|^2 / 2 + sum_u log |t_iu / t_ju| - |z / t_j - 1|^2 / 2 sigma^2.
    Where the last term is lost beside d / sigma^2, which cancels in it, with r = t_i / t_j it is
    found from sum_u log |r| + (1 - r^2) eps^2 / 2 - D (D / 2 + r eps), D = (r - 1) / sigma.
    """

    def __init__(self, rows: Tensor, noise_std: float) -> None:
        self._rows, self._noise_std = rows, noise_std
        (self.n, self.columns), self.device = rows.shape, rows.device
        self._logs = rows.abs().log().sum(dim=1)
        one = rows.reciprocal()
        # |z / t - 1|^2 = z^2 . t^-2 - 2 z . t^-1 + d, a product with all rows
        self._factors = torch.cat([-0.5 * one.square(), one], dim=1).T / noise_std**2

    def taken(self, rows: Ints) -> Self:
        return type(self)(self._rows[torch.as_tensor(rows, device=self.device)], self._noise_std)

    def exponents(self, rows: Tensor, eps: Tensor) -> Tensor:
        if self.columns > EXPANDABLE * self._noise_std**2:
            return self._by_columns(self._rows[rows], eps)
        z = self._rows[rows] * (1 + self._noise_std * eps)
        own = 0.5 * eps.square().sum(dim=1) + self._logs[rows]
        own -= 0.5 * self.columns / self._noise_std**2
        found = torch.addmm(-self._logs, torch.cat([z.square(), z], dim=1), self._factors)
        return found.add_(own[:, None])

    def _by_columns(self, centre: Tensor, eps: Tensor) -> Tensor:
        found = torch.zeros(len(centre), self.n, dtype=eps.dtype, device=self.device)
        for u in range(self.columns):
            row, e = self._rows[None, :, u], eps[:, u, None]
            ratio = centre[:, u, None] / row
            apart = (centre[:, u, None] - row) / row / self._noise_std
            found += ratio.abs().log() + 0.5 * (1 - ratio.square()) * e.square()
            found -= apart * (0.5 * apart + ratio * e)
        return found


def _rows(t: Any, noise_std: float, device: str) -> Tensor:
    """Checked rows for multiplicative noise, each unit in its own size: (N, d) float64."""
    check_device(device)
    a = as_columns(as_numbers(t, "t"), "t").astype(np.float64, copy=False)
    if not len(a):
        raise InputError("t has no rows: one for each input is needed")
    check_noise(noise_std)
    zeros = np.argwhere(a == 0)
    if len(zeros):
        i, j = zeros[0]
        raise InputError(
            f"t is 0 in {len(zeros)} places, such as row {i}, unit {j}: multiplicative noise "
            "leaves a 0 as it is, and so tells such a row from others without any; take units that "
            "are never 0 (softplus, not ReLU or its pools), or noise='additive'"
        )
    return torch.as_tensor(a / np.exp(np.log(np.abs(a)).mean(axis=0)), device=device)
