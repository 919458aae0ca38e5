"""Correlated pairs of normal numbers, mixed and bent so that all of their information stays."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from infoplane.datasets.known import Known, Sampler
from infoplane.inputs.options import flag, one_of, whole, within

__all__ = ["BENDS", "CORRELATIONS", "Bent", "mixing"]

Array = npt.NDArray[np.float64]

# The power of j that the information of pair j is proportional to.
CORRELATIONS: Mapping[str, int] = {"equal": 0, "unequal": 2}
"""How the information is spread over the pairs."""

BENDS: Mapping[str, Callable[[Array], Any]] = {
    "none": np.positive,
    "sinh": np.sinh,
    "cubic": lambda a: a**3 + a,
    "asinh": np.arcsinh,
}
"""The increasing map that every coordinate passes through."""


@dataclass(frozen=True)
class Bent(Sampler[tuple[Array, Array]]):
    """X and Z: `d` correlated pairs of normal numbers, each side mixed and bent by bijections.

        G, H ~ N(0, I_d) with corr(G_i, H_j) = rho_j = sqrt(1 - exp(-2 I_j)) if i = j, else 0
        X = b(G A) A',   Z = b(H B) B';   A, B, A', B' orthogonal, b in every coordinate

        I(X; Z) = I(G; H) = sum_j I_j = nats

    d: pairs, and dimension of X and of Z, at least 1. nats: from 0 to 18 in the strongest pair.
    correlations: "equal", I_j = nats / d; "unequal", I_j proportional to j^2, from next to nothing
    to about 3 nats / d. rotated: whether A and B are there, mixed: the same of A' and B', each a
    matrix of its own, :func:`mixing`, for ever the same whatever the seed of a sample.
    bend: b, "none", "sinh", "cubic" (b(t) = t^3 + t), or "asinh". x and z: (n, d).

    Hard for estimators: distances, by the number of dimensions, in which rotated pairs have no
    columns of their own; canonical correlations, which see all of it where nothing is bent and
    n >> d^2, by a bend; maps of single columns, which undo it, by what is mixed. Of unequal pairs
    a few directions tell most, of equal ones each tells as much as any other. Of the 25 nats of
    the default canonical correlations see 23.8 after asinh, 15.6 after sinh and 10.5 after cubic.

    Raises InputError for options out of range.

    >>> Bent(d=3, nats=2.0, bend="cubic", mixed=True).information
    Known(value=2.0, error=0.0)
    >>> Bent(d=3, nats=14.0, correlations="unequal").shares
    array([1., 4., 9.])
    """

    d: int = 50
    nats: float = 25.0
    correlations: str = "equal"
    rotated: bool = True
    bend: str = "none"
    mixed: bool = False

    def __post_init__(self) -> None:
        whole("d", self.d, at_least=1)
        one_of("correlations", self.correlations, list(CORRELATIONS))
        # beyond 18 nats the correlation of a pair rounds to 1
        within("nats", self.nats, low=0, high=float(18 * self._powers.sum() / self._powers[-1]))
        flag("rotated", self.rotated)
        one_of("bend", self.bend, list(BENDS))
        flag("mixed", self.mixed)

    @property
    def name(self) -> str:
        return "bent"

    @property
    def information(self) -> Known:
        """I(X; Z) in nats, closed form."""
        return Known(float(self.nats))

    @property
    def shares(self) -> Array:
        """I_j, the information of each pair in nats, (d,)."""
        shares: Array = self.nats * self._powers / self._powers.sum()
        return shares

    @property
    def _powers(self) -> Array:
        powers: Array = np.arange(1.0, self.d + 1) ** CORRELATIONS[self.correlations]
        return powers

    def _rows(self, n: int, generator: np.random.Generator) -> tuple[Array, Array]:
        g, noise = generator.standard_normal((2, n, self.d))
        # sqrt(1 - rho^2) is exp(-I_j), which has all its digits where rho is near 1
        h = np.sqrt(-np.expm1(-2 * self.shares)) * g + np.exp(-self.shares) * noise
        return self._bent(g, 0), self._bent(h, 1)

    def _bent(self, rows: Array, side: int) -> Array:
        if self.rotated:
            rows = rows @ mixing(self.d, side)
        rows = BENDS[self.bend](rows)
        return rows @ mixing(self.d, side, after=True) if self.mixed else rows


@functools.cache
def mixing(d: int, side: int, *, after: bool = False) -> Array:
    """The orthogonal matrix (d, d) that rows of one side of :class:`Bent` are multiplied by.

    side: 0 for x, 1 for z; after: the bend, and not before. Uniform among all orthogonal matrices
    (Haar), from seeds that are the same for ever: they belong to the problem, not to a sample.
    Source: Mezzadri (2007), section 5, https://arxiv.org/abs/math-ph/0609050

    >>> turn = mixing(2, side=0)
    >>> np.allclose(turn @ turn.T, np.eye(2))
    True
    """
    q, r = np.linalg.qr(np.random.default_rng([2306, d, side, after]).standard_normal((d, d)))
    found: Array = q * np.sign(np.diag(r))  # the signs of LAPACK are not those of chance
    found.flags.writeable = False  # as it is kept
    return found
