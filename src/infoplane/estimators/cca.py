"""Mutual information of Gaussians: exact from a covariance, estimated from correlations."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import scipy.linalg
from scipy.special import polygamma

from infoplane.errors import InputError
from infoplane.estimators.base import Estimator, Samples, as_samples, refuse_text
from infoplane.estimators.floors import above_line
from infoplane.inputs.arrays import Array, as_numbers
from infoplane.inputs.columns import refuse_constant
from infoplane.inputs.margins import AFFINE, check_margins, transformed
from infoplane.inputs.options import is_count
from infoplane.inputs.shape import doubts_of_margins

__all__ = ["CCA", "canonical_correlations", "gaussian_information", "sines"]

Floats = npt.NDArray[np.float64]

MAPS = ("normal-scores", "asinh")  # the first makes a Gaussian of any margin


@dataclass(frozen=True)
class CCA(Estimator):
    """I(X; Z) of the Gaussian with the sample's covariance, in nats.

    With rho_j the canonical correlations of the sample,

        I = -1/2 sum_j log(1 - rho_j^2) - bias
        bias = 1/2 [L(dx) + L(dz) - L(dx + dz)],  L(p) = sum_{i=1..p} psi((n - i) / 2)

    The bias is exact for Gaussian data: I is (log|Sx| + log|Sz| - log|S|) / 2, the scatter
    matrices are Wishart with n - 1 degrees of freedom, E log|W_p| = log|Sigma| + p log 2 +
    sum_{i=1..p} psi((n - i) / 2), and the terms p log 2 cancel. It is near dx dz / 2n.

    x: (n, dx), z: (n, dz), n > dx + dz + 1; integers are treated as numbers.
    corrected: subtract the bias; the mean at independence is then 0, not positive.
    margins: "standardized" and "raw" are the same here; "normal-scores" gives every column normal
    values by rank first, which is the Gaussian-copula estimate: right for Gaussians whose columns
    went through any increasing maps, and a lower bound for one column a side of any dependence;
    "asinh" draws in tails: :mod:`infoplane.inputs.margins`. Where tails are too heavy for a
    normal column a warning names the map that helps.
    Range: about [0, inf) up to chance; unchanged by invertible linear maps of x or of z.

    Wrong when: (x, z) is not Gaussian. It then sees linear dependence only: it is a lower
    bound where the margins are Gaussian, and nothing in general (0 for z = x^2; heavy tails
    can push it either way; of clusters or a grid with a little noise it is far too high). A warning
    says where held-out rows show less than the correlation of Gaussians would.
    Standard error, for Gaussian data: sqrt(sum_j rho_j^2 / n + v). The first term is the delta
    method (Var rho = (1 - rho^2)^2 / n, dI/drho = rho / (1 - rho^2)); since squared sample
    correlations are too large, their sum is adjusted like the adjusted R^2. The second is the
    exact variance at independence, where exp(-2I) is a product of independent Beta variables
    (Wilks) and Var log Beta(a, b) = psi'(a) - psi'(a + b): the sums of the bias, with -psi'/4
    for psi/2, near dx dz / 2n^2.
    Simulated for n = 25 to 1000, 1 + 1 to 10 + 10 columns and rho = 0 to 0.99, it is 0.86 to 1.33
    times the actual spread, the largest at independence.

    Raises InputError for n <= dx + dz + 1, text, constant or collinear columns, and a linear
    function of x that is one of z, where I is infinite.
    Source: Cover & Thomas, Elements of Information Theory, theorem 8.4.1; E log|W|: Bishop (2006),
    Pattern Recognition and Machine Learning, eq. B.81; Gaussian copula: Ince et al. (2017),
    https://doi.org/10.1002/hbm.23471

    >>> x, z = [1.0, 1.0, -1.0, -1.0, 0.0], [1.0, -1.0, 1.0, -1.0, 0.0]  # uncorrelated
    >>> abs(CCA(corrected=False).estimate(x, z).value) < 1e-12
    True
    """

    name: ClassVar[str] = "cca"

    corrected: bool = True
    margins: str = "standardized"

    def __post_init__(self) -> None:
        check_margins(self.margins)
        if not isinstance(self.corrected, bool):
            raise InputError(f"corrected={self.corrected!r}: True and False are accepted")

    def check(self, x: Any, z: Any) -> Samples:
        samples = super().check(x, z)
        _check_size(samples)
        return samples

    def _estimate(
        self, samples: Samples, seed: int, device: str
    ) -> tuple[float, float, Sequence[str], dict[str, Floats]]:
        n, dx, dz = samples.n, samples.x.shape[1], samples.z.shape[1]
        sides, warnings = {"x": samples.x, "z": samples.z}, []
        for name, a in sides.items():
            warnings += doubts_of_margins(a, name, self.margins, MAPS)
        if self.margins not in AFFINE:
            sides = {name: transformed(a, self.margins) for name, a in sides.items()}
        angles = sines(**sides)
        if not warnings:  # which say why a line promises more than there is
            warnings += above_line(**sides)
        value = -float(np.log(angles).sum())
        mean_square = float(np.mean(1 - angles**2))
        # Zero on average at independence, and 1 at correlation 1, like the adjusted R^2.
        adjusted = 1 - (1 - mean_square) * (n - 1) / (n - 1 - max(dx, dz))
        squares = min(dx, dz) * max(0.0, adjusted)
        std = math.sqrt(squares / n - 0.25 * _excess(n, dx, dz, order=1))
        if self.corrected:
            value -= 0.5 * _excess(n, dx, dz, order=0)
        return value, std, warnings, {}


def canonical_correlations(x: Any, z: Any) -> Floats:
    """Sample canonical correlations of x and z, from the largest to the smallest.

    The cosines of the angles between the spans of the centred columns: singular values of
    Qx^T Qz. x: (n, dx), z: (n, dz). Returns (min(dx, dz),) in [0, 1], each biased up by chance
    in many columns.
    Raises InputError as :class:`CCA` does, except at correlation 1.
    Source: Björck & Golub (1973), https://doi.org/10.1090/S0025-5718-1973-0348991-3

    >>> canonical_correlations([0.0, 1.0, 2.0, 3.0], [1.0, 3.0, 5.0, 7.0])
    array([1.])
    """
    samples = as_samples(x, z, at_least=CCA.min_samples)
    _check_size(samples)
    qx, qz = _orthonormal(samples.x, "x")[0], _orthonormal(samples.z, "z")[0]
    return np.clip(np.linalg.svd(qx.T @ qz, compute_uv=False), 0, 1)


def gaussian_information(cov: Any, dx: int) -> float:
    """Exact I(X; Z) of a Gaussian, in nats, X being its first `dx` coordinates.

        I = -1/2 sum_j log(1 - rho_j^2) = (log|Sigma_x| + log|Sigma_z| - log|Sigma|) / 2

    cov: (d, d) covariance, symmetric and positive definite; 1 <= dx < d. Range [0, inf).
    Raises InputError for any other input.
    Source: Cover & Thomas, Elements of Information Theory, theorem 8.4.1

    >>> gaussian_information([[1.0, 0.6], [0.6, 1.0]], dx=1)  # -log(0.8)
    0.223...
    """
    sigma = as_numbers(cov, "cov").astype(np.float64)
    if sigma.ndim != 2 or sigma.shape[0] != sigma.shape[1] or len(sigma) < 2:
        raise InputError(f"cov has shape {sigma.shape}: (d, d) is accepted, d >= 2")
    if not is_count(dx, 1) or dx >= len(sigma):
        raise InputError(f"dx={dx!r} must leave columns to both sides: pass 1 to {len(sigma) - 1}")
    if not np.isfinite(sigma).all() or not np.allclose(
        sigma, sigma.T, rtol=0, atol=1e-10 * np.abs(sigma).max()
    ):
        raise InputError("cov is not a finite symmetric matrix: give a covariance, such as np.cov")
    try:
        np.linalg.cholesky(sigma)
        left, right = np.linalg.cholesky(sigma[:dx, :dx]), np.linalg.cholesky(sigma[dx:, dx:])
    except np.linalg.LinAlgError as error:
        raise InputError(
            f"cov is not positive definite (smallest eigenvalue {np.linalg.eigvalsh(sigma)[0]:.3g})"
            ": some column is a linear function of others; drop it, or add noise"
        ) from error
    half = scipy.linalg.solve_triangular(left, sigma[:dx, dx:], lower=True)
    whitened = scipy.linalg.solve_triangular(right, half.T, lower=True)
    rho = np.linalg.svd(whitened, compute_uv=False)
    if rho[0] >= 1:
        raise InputError("cov is singular in floating point, so I is infinite: add noise")
    return -0.5 * float(np.log1p(-(rho**2)).sum())


def _excess(n: int, dx: int, dz: int, order: int) -> float:
    """L(dx) + L(dz) - L(dx + dz), with L the sum of psi, or of its derivative of that order."""

    def total(p: int) -> float:
        return float(polygamma(order, (n - np.arange(1, p + 1)) / 2).sum())

    return total(dx) + total(dz) - total(dx + dz)


def _check_size(samples: Samples) -> None:
    refuse_text(samples, CCA.name)
    refuse_constant(samples.x, "x")
    refuse_constant(samples.z, "z")
    dx, dz = samples.x.shape[1], samples.z.shape[1]
    if samples.n <= dx + dz + 1:
        raise InputError(
            f"x and z have {dx} + {dz} columns and {samples.n} rows: CCA needs at least "
            f"{dx + dz + 2} rows; give more data or fewer columns"
        )


def sines(x: Array, z: Array) -> Floats:
    """sqrt(1 - rho_j^2), accurate also where rho_j rounds to 1."""
    (qx, tolerance_x), (qz, tolerance_z) = _orthonormal(x, "x"), _orthonormal(z, "z")
    few, many = (qx, qz) if qx.shape[1] <= qz.shape[1] else (qz, qx)
    # What the wider span leaves of the narrower one (Björck & Golub 1973).
    left = np.linalg.svd(few - many @ (many.T @ few), compute_uv=False)
    if left.min() <= max(tolerance_x, tolerance_z):
        raise InputError(
            "a linear function of x equals one of z (canonical correlation 1), so I is infinite: "
            "add noise, or drop the shared column"
        )
    bounded: Floats = np.minimum(left, 1)
    return bounded


def _orthonormal(a: Array, name: str) -> tuple[Floats, float]:
    """An orthonormal basis (n, d) of the centred columns, and what counts as zero in it."""
    a = a.astype(np.float64)
    scale = np.abs(a).max(axis=0)
    a = a / scale
    a = a - a.mean(axis=0)
    spread = a.std(axis=0)
    # Columns far from zero lose digits when centred; rounding then looks like a new direction.
    tolerance = 100 * np.finfo(np.float64).eps / float(spread.min())
    q, r, pivot = scipy.linalg.qr(a / spread, mode="economic", pivoting=True)
    diagonal = np.abs(np.diag(r))
    dependent = np.flatnonzero(diagonal <= tolerance * diagonal[0])
    if len(dependent):
        raise InputError(
            f"column {pivot[dependent[0]]} of {name} is a linear combination of its other "
            "columns: drop it"
        )
    return q, tolerance
