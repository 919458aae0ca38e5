"""Two Student vectors with one radius: heavy tails that tell of each other without correlation."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from infoplane.datasets.gaussian import rho_for
from infoplane.datasets.known import Known, Sampler
from infoplane.inputs.options import whole, within

__all__ = ["Student"]

Array = npt.NDArray[np.float64]

# B_2k / (2k - 1) of Bernoulli's numbers, for the rest of Stirling's series.
BERNOULLI = (1 / 6, -1 / 90, 1 / 210, -1 / 210, 5 / 594)


@dataclass(frozen=True)
class Student(Sampler[tuple[Array, Array]]):
    """X and Z that are one multivariate Student vector, with correlated components.

        (X, Z) = sqrt(dof / S) (G, H);   G, H ~ N(0, I_d), corr(G_i, H_j) = rho if i = j, else 0;
        S ~ chi^2 with dof degrees of freedom, one for a row and both sides

        I(X; Z) = nats + c;   c = f(dof) + f(dof + 2d) - 2 f(dof + d),
        f(a) = log Gamma(a/2) - a/2 psi(a/2)

    d: dimension of X and of Z, at least 1. nats: I(G; H) = -(d/2) ln(1 - rho^2), from 0 to 18 d.
    dof: from .5 on. Below, some rows would be infinite as float32; from .5 on it is less than one
    value in 10^19. The mean exists for dof > 1, the variance for dof > 2. x and z: (n, d).
    c > 0 is what the common radius tells; for large dof, near the Gaussian, it is d^2 / 2 dof^2.
    Hard for estimators: tails in which moments and distances are those of a few rows, and c, of
    which no correlation tells.

    Raises InputError for options out of range.
    Source: Czyz et al. (2023), appendix, https://arxiv.org/abs/2306.11078; c: Arellano-Valle,
    Contreras-Reyes & Genton (2013), https://doi.org/10.1111/j.1467-9469.2011.00774.x

    >>> Student(d=1, nats=0.0, dof=1.0).information  # log(8 pi) - 3, of two Cauchy variables
    Known(value=0.22417..., error=0.0)
    """

    d: int = 5
    nats: float = 5.0
    dof: float = 1.0

    def __post_init__(self) -> None:
        whole("d", self.d, at_least=1)
        within("nats", self.nats, low=0, high=18 * self.d)  # above, rho rounds to 1
        within("dof", self.dof, low=0.5)

    @property
    def name(self) -> str:
        return "student"

    @property
    def information(self) -> Known:
        """I(X; Z) in nats, closed form."""
        # f(a) is -(a + log(a/2))/2, a constant, and a rest near 1/3a. In c the first cancels, and
        # here is left out: of f as it stands nothing but rounding would remain for a large dof.
        c = -0.5 * math.log1p(-((self.d / (self.dof + self.d)) ** 2))
        a = self.dof / 2
        c += _rest(a) - 2 * _rest(a + self.d / 2) + _rest(a + self.d)
        return Known(self.nats + c)

    def _rows(self, n: int, generator: np.random.Generator) -> tuple[Array, Array]:
        x, noise = generator.standard_normal((2, n, self.d))
        radius = np.sqrt(self.dof / generator.chisquare(self.dof, (n, 1)))
        # sqrt(1 - rho^2) is exp(-nats / d), which has all its digits where rho is near 1
        z = rho_for(self.nats, self.d) * x + math.exp(-self.nats / self.d) * noise
        return radius * x, radius * z


def _rest(b: float) -> float:
    """log Gamma(b) - b psi(b), without -b - log(b)/2 + (1 + log 2 pi)/2, its limit for large b."""
    if b < 20:
        from scipy.special import digamma  # takes a second

        half = 0.5 * (math.log(b) - 1 - math.log(2 * math.pi))
        return float(math.lgamma(b) - b * digamma(b) + b + half)
    # the sum of B_2k / (2k - 1) / b^(2k - 1), whose sixth term is below 10^-15
    return float(np.polynomial.polynomial.polyval(b**-2, BERNOULLI)) / b
