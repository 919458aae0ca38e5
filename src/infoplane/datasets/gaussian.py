"""Two Gaussian vectors with componentwise correlation: the standard test of an estimator."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError

if TYPE_CHECKING:
    import torch
    from torch import Tensor

__all__ = ["CorrelatedGaussian", "rho_for"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class CorrelatedGaussian:
    """X and Z ~ N(0, I_d) with corr(X_i, Z_j) = rho if i = j, else 0.

        I(X; Z) = -(d/2) ln(1 - rho^2)

    d: dimension of X and of Z, at least 1; rho: in (-1, 1).
    Raises InputError for any other d or rho.
    Source: Belghazi et al. (2018), MINE, section 4.1, https://arxiv.org/abs/1801.04062

    >>> CorrelatedGaussian(d=2, rho=0.9).information
    1.6607...
    >>> x, z = CorrelatedGaussian(d=2, rho=0.9).sample(5, seed=0)
    >>> x.shape, z.shape
    ((5, 2), (5, 2))
    """

    d: int
    rho: float

    def __post_init__(self) -> None:
        require_count(self.d, "d")
        if not abs(self.rho) < 1:
            raise InputError(
                f"rho={self.rho!r} is outside (-1, 1): rho=1 and rho=-1 give infinite "
                "information; choose |rho| < 1, rho_for(information, m) finds it"
            )

    @property
    def information(self) -> float:
        """I(X; Z) in nats, closed form."""
        # (1 - rho)(1 + rho), logs apart: 1 - rho^2 would lose all digits near |rho| = 1.
        # (0.0 less it, for -0.0 at rho = 0 is an odd thing to print)
        return 0.0 - 0.5 * self.d * (math.log1p(-self.rho) + math.log1p(self.rho))

    def sample(self, n: int, seed: int) -> tuple[Array, Array]:
        """`n` independent pairs: x (n, d) and z (n, d), float64."""
        require_count(n, "n")
        generator = np.random.default_rng(seed)
        x = generator.standard_normal((n, self.d))
        noise = generator.standard_normal((n, self.d))
        return x, self.rho * x + math.sqrt((1 - self.rho) * (1 + self.rho)) * noise

    def draw(self, n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """`n` new pairs from a generator's stream: x (n, d) and z (n, d), float32.

        For estimators that train on fresh draws, which need them quickly; :meth:`sample` gives
        the same rows for the same seed for ever.
        """
        import torch  # takes seconds

        x, noise = torch.randn(2, n, self.d, generator=generator)
        return x, self.rho * x + math.sqrt((1 - self.rho) * (1 + self.rho)) * noise


def rho_for(information: float, m: int) -> float:
    """The correlation of `m` components that gives `information` nats in all.

        rho = sqrt(1 - exp(-2 I / m))

    information: nats, finite, >= 0; m: number of correlated components, at least 1.
    Raises InputError also where rho would round to 1 (above about 18 nats per component).
    Source: the closed form of :class:`CorrelatedGaussian`, solved for rho.

    >>> round(rho_for(0.5 * math.log(4 / 3), m=1), 12)
    0.5
    """
    require_count(m, "m")
    if not 0 <= information < math.inf:
        raise InputError(
            f"information={information!r} is not a finite number of nats >= 0: give one"
        )
    rho = math.sqrt(-math.expm1(-2 * information / m))
    if rho == 1:
        raise InputError(
            f"information={information!r} over m={m} components makes rho round to 1: "
            f"use m >= {math.ceil(information / 18)}"
        )
    return rho


def require_count(value: Any, name: str) -> None:
    """Sizes are whole numbers from 1."""
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or value < 1:
        raise InputError(f"{name}={value!r} is not a whole number >= 1: give one")
