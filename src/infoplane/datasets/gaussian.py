"""Two Gaussian vectors with componentwise correlation: the standard test of an estimator."""

from __future__ import annotations

import math
import numbers
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from infoplane.datasets.known import Known, Sampler
from infoplane.errors import InputError
from infoplane.inputs.options import whole, within

if TYPE_CHECKING:
    import torch
    from torch import Tensor

__all__ = ["CorrelatedGaussian", "rho_for"]

Array = npt.NDArray[np.float64]
Rows = TypeVar("Rows", Array, "Tensor")


@dataclass(frozen=True)
class CorrelatedGaussian(Sampler[tuple[Array, Array]]):
    """X and Z ~ N(0, I_d) with corr(X_i, Z_j) = rho if i = j, else 0.

        I(X; Z) = -(d/2) ln(1 - rho^2)

    d: dimension of X and of Z, at least 1; rho: in (-1, 1). x and z are (n, d), float64 from
    NumPy; from torch float32, drawn there, as estimators that train on fresh draws need them fast.
    Raises InputError for any other d or rho.
    Source: Belghazi et al. (2018), MINE, section 4.1, https://arxiv.org/abs/1801.04062

    >>> CorrelatedGaussian(d=2, rho=0.9).information
    Known(value=1.6607..., error=0.0)
    >>> x, z = CorrelatedGaussian(d=2, rho=0.9).sample(5, seed=0)
    >>> x.shape, z.shape
    ((5, 2), (5, 2))
    """

    d: int
    rho: float

    def __post_init__(self) -> None:
        whole("d", self.d, at_least=1)
        rho: Any = self.rho
        if not isinstance(rho, numbers.Real) or not -1 < float(rho) < 1:
            raise InputError(
                f"rho={rho!r} is no number in (-1, 1): rho=1 and rho=-1 give infinite "
                "information; choose |rho| < 1, rho_for(information, m) finds it"
            )

    @property
    def name(self) -> str:
        return "gaussian"

    @property
    def information(self) -> Known:
        """I(X; Z) in nats, closed form."""
        # (1 - rho)(1 + rho), logs apart: 1 - rho^2 would lose all digits near |rho| = 1.
        # (0.0 less it, for -0.0 at rho = 0 is an odd thing to print)
        return Known(0.0 - 0.5 * self.d * (math.log1p(-self.rho) + math.log1p(self.rho)))

    def _rows(self, n: int, generator: np.random.Generator) -> tuple[Array, Array]:
        x, noise = generator.standard_normal((2, n, self.d))
        return self._pair(x, noise)

    def _tensors(self, n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        import torch  # takes seconds

        x, noise = torch.randn(2, n, self.d, generator=generator, device=generator.device)
        return self._pair(x, noise)

    def _pair(self, x: Rows, noise: Rows) -> tuple[Rows, Rows]:
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
    whole("m", m, at_least=1)
    within("information", information, low=0)
    rho = math.sqrt(-math.expm1(-2 * information / m))
    if rho == 1:
        raise InputError(
            f"information={information!r} over m={m} components makes rho round to 1: "
            f"use m >= {math.ceil(information / 18)}"
        )
    return rho
