"""Pairs that estimators stumble over, each in one way, whose information is known all the same."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from infoplane.datasets.gaussian import CorrelatedGaussian
from infoplane.datasets.known import Known, Sampler
from infoplane.datasets.mixture import separated_by
from infoplane.inputs.options import whole, within

__all__ = ["Cubed", "Marks", "Needle", "NeedleOfClasses", "Rounded"]

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Standard deviations beyond which no row of any sample lies: two in 10^19.
REACH = 9.0
PARTS = 40  # nodes of Gauss-Legendre in each cell of a grid


@dataclass(frozen=True)
class Cubed(Sampler[tuple[Array, Array]]):
    """Cubes of two correlated normal variables: heavy tails, and a peak with most of the rows.

    rho: their correlation, in (-1, 1). x and z are (n, 1). I is that of the normal ones, as a cube
    is an increasing function; the standard deviation of a cube is sqrt(15), and half of the rows
    lie within a twelfth of it.
    Raises InputError for any other rho.

    >>> Cubed(rho=0.8).information
    Known(value=0.510825..., error=0.0)
    """

    rho: float = 0.8

    def __post_init__(self) -> None:
        CorrelatedGaussian(1, self.rho)  # says what is wrong with rho

    @property
    def name(self) -> str:
        return "cubed"

    @property
    def information(self) -> Known:
        return CorrelatedGaussian(1, self.rho).information

    def _rows(self, n: int, generator: np.random.Generator) -> tuple[Array, Array]:
        x, z = CorrelatedGaussian(1, self.rho).draw(n, generator)
        return x**3, z**3


@dataclass(frozen=True)
class Rounded(Sampler[tuple[Array, Array]]):
    """Two correlated normal variables, both rounded to multiples of `step`: rows tie.

    rho: their correlation before, in (-1, 1); step: > 0, at most 4, in standard deviations.
    x and z are (n, 1), numbers. I is the sum over all cells of p log (p / (p_x p_z)), each p by
    quadrature.
    Raises InputError for any other rho and step.

    >>> rounded = Rounded(rho=0.8, step=0.5)
    >>> 0.4 < rounded.information.value < CorrelatedGaussian(1, 0.8).information.value
    True
    """

    rho: float = 0.8
    step: float = 0.5

    def __post_init__(self) -> None:
        CorrelatedGaussian(1, self.rho)
        within("step", self.step, low=0.01, high=4)

    @property
    def name(self) -> str:
        return "rounded"

    @cached_property
    def information(self) -> Known:
        """I(X; Z) in nats; the error is that of half as many nodes, and what lies outside."""
        fine, coarse = (self._sum(parts) for parts in (PARTS, PARTS // 2))
        return Known(fine, abs(fine - coarse) + 1e-12)

    def _sum(self, parts: int) -> float:
        from scipy.special import ndtr, rel_entr

        m = math.ceil(REACH / self.step)
        edges = (np.arange(-m, m + 2) - 0.5) * self.step  # of 2 m + 1 cells
        node, weight = np.polynomial.legendre.leggauss(parts)
        at = (edges[:-1, None] + self.step * (1 + node) / 2).ravel()
        mass = np.exp(-0.5 * at**2) / math.sqrt(2 * math.pi) * np.tile(weight, 2 * m + 1)
        # given the first, the second is normal about rho times it
        width = math.sqrt((1 - self.rho) * (1 + self.rho))
        below = ndtr((edges - self.rho * at[:, None]) / width)
        p = mass[:, None] * np.diff(below, axis=1) * self.step / 2
        p = p.reshape(2 * m + 1, parts, -1).sum(axis=1)
        return float(rel_entr(p, p.sum(axis=1, keepdims=True) * p.sum(axis=0)).sum())

    def _rows(self, n: int, generator: np.random.Generator) -> tuple[Array, Array]:
        x, z = CorrelatedGaussian(1, self.rho).draw(n, generator)
        return np.round(x / self.step) * self.step, np.round(z / self.step) * self.step


@dataclass(frozen=True)
class Marks(Sampler[tuple[Ints, Ints]]):
    """Answers on a scale, 1 to `levels`, in `d` columns on either side, all independent.

    x and z are (n, d) whole numbers. I is 0.
    Raises InputError for d < 1 and levels < 2.

    >>> Marks(d=2, levels=3).sample(2, seed=0)
    (array([[3, 2], [2, 1]]), array([[1, 1], [1, 1]]))
    """

    d: int = 4
    levels: int = 5

    def __post_init__(self) -> None:
        whole("d", self.d, at_least=1)
        whole("levels", self.levels, at_least=2)

    @property
    def name(self) -> str:
        return "marks"

    @property
    def information(self) -> Known:
        return Known(0.0)

    def _rows(self, n: int, generator: np.random.Generator) -> tuple[Ints, Ints]:
        x, z = generator.integers(1, self.levels + 1, (2, n, self.d))
        return x, z


@dataclass(frozen=True)
class Needle(Sampler[tuple[Array, Array]]):
    """One pair of correlated columns in a haystack: `d` normal columns a side, the first dependent.

    rho: correlation of the first column of x and that of z, in (-1, 1); x and z are (n, d). I is
    that of the pair.
    Raises InputError for any other rho, and for d < 1.

    >>> Needle(d=20, rho=0.8).information
    Known(value=0.510825..., error=0.0)
    """

    d: int = 20
    rho: float = 0.8

    def __post_init__(self) -> None:
        CorrelatedGaussian(self.d, self.rho)

    @property
    def name(self) -> str:
        return "needle"

    @property
    def information(self) -> Known:
        return CorrelatedGaussian(1, self.rho).information

    def _rows(self, n: int, generator: np.random.Generator) -> tuple[Array, Array]:
        x, z = generator.standard_normal((2, n, self.d))
        z[:, :1] = CorrelatedGaussian(1, self.rho)._pair(x[:, :1], z[:, :1])[1]
        return x, z


@dataclass(frozen=True)
class NeedleOfClasses(Sampler[tuple[Array, Ints]]):
    """Two classes that differ in one direction of a plane, with `d` - 2 columns of noise beside.

    separation: of the two normal classes, in standard deviations, >= 0; x is (n, d), z (n,) 0 and
    1, equally probable. I is that of :func:`infoplane.datasets.mixture.separated_by`, an integral.
    Raises InputError for any other separation, and for d < 3.

    >>> x, z = NeedleOfClasses(d=50).sample(4, seed=0)
    >>> x.shape, z.shape
    ((4, 50), (4,))
    """

    d: int = 50
    separation: float = 3.0

    def __post_init__(self) -> None:
        whole("d", self.d, at_least=3)
        separated_by(self.separation, 0.5)

    @property
    def name(self) -> str:
        return "needle-of-classes"

    @cached_property
    def information(self) -> Known:
        return separated_by(self.separation, 0.5).information

    def _rows(self, n: int, generator: np.random.Generator) -> tuple[Array, Ints]:
        plane, z = separated_by(self.separation, 0.5).draw(n, generator)
        return np.hstack([plane, generator.standard_normal((n, self.d - 2))]), z
