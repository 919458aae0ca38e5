"""Points whose correlation dimension is known: smooth sets, a strange attractor, Cantor sets.

The first points of a sample are those of a smaller one. An entropy is with respect to the volume
of the set, in nats, and there is none on a fractal.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from infoplane.datasets.known import Known, Sampler
from infoplane.datasets.roll import HEIGHT, LENGTH, roll
from infoplane.inputs.options import whole

__all__ = ["Cantor", "Cube", "Henon", "Sphere", "SwissRoll"]

Floats = npt.NDArray[np.float64]

A, B = 1.4, 0.3
TRANSIENT = 1000

# 3^33 is the last power of 3 below 2^53: more digits do not fit a double.
DIGITS = 33


@dataclass(frozen=True)
class Cube(Sampler[Floats]):
    """Points uniform in [0, 1]^d: dimension d.

    Near the faces half of a ball is empty, so that C(r) ~ r^d (1 - O(d r)): slopes at radii
    that are not small are below d, and more so the larger d is.
    Raises InputError for d < 1.

    >>> Cube(d=2).sample(4).shape
    (4, 2)
    """

    d: int = 2
    name: ClassVar[str] = "cube"

    def __post_init__(self) -> None:
        whole("d", self.d, at_least=1)

    @property
    def dimension(self) -> Known:
        return Known(float(self.d))

    @property
    def entropy(self) -> Known | None:
        return Known(0.0)

    def _rows(self, n: int, generator: np.random.Generator) -> Floats:
        return generator.random((n, self.d))


@dataclass(frozen=True)
class Sphere(Sampler[Floats]):
    """Points uniform on the unit sphere S^d in d + 1 dimensions: dimension d.

    Without an edge, but curved: chords of length r span a cap of S^d, and for d = 2 exactly
    C(r) = r^2 / 4 up to r = 2.
    Raises InputError for d < 1.

    >>> np.linalg.norm(Sphere(d=2).sample(2), axis=1).round(12)
    array([1., 1.])
    """

    d: int = 2
    name: ClassVar[str] = "sphere"

    def __post_init__(self) -> None:
        whole("d", self.d, at_least=1)

    @property
    def dimension(self) -> Known:
        return Known(float(self.d))

    @property
    def entropy(self) -> Known | None:
        half = (self.d + 1) / 2  # the area of S^d is 2 pi^half / Gamma(half)
        return Known(math.log(2) + half * math.log(math.pi) - math.lgamma(half))

    def _rows(self, n: int, generator: np.random.Generator) -> Floats:
        z = generator.standard_normal((n, self.d + 1))
        unit: Floats = z / np.linalg.norm(z, axis=1, keepdims=True)
        return unit


@dataclass(frozen=True)
class SwissRoll(Sampler[Floats]):
    """Points uniform, by area, on a rolled sheet in 3 dimensions: dimension 2.

    The sheet of :func:`infoplane.datasets.roll.roll`, 88.8 long and 21 high, with 2 pi
    between its turns: slopes at radii near 2 pi and beyond are above 2, as the next turn
    counts; near the edges they are below.

    >>> SwissRoll().sample(4).shape
    (4, 3)
    """

    name: ClassVar[str] = "swiss roll"

    @property
    def dimension(self) -> Known:
        return Known(2.0)

    @property
    def entropy(self) -> Known | None:
        return Known(math.log(LENGTH * HEIGHT))

    def _rows(self, n: int, generator: np.random.Generator) -> Floats:
        return roll(generator.random((n, 2)))


@dataclass(frozen=True)
class Henon(Sampler[Floats]):
    """Successive points of one orbit of the Hénon map, on its attractor: dimension 1.220.

        x' = 1 - 1.4 x^2 + y,   y' = 0.3 x

    The orbit starts within 0.1 of the origin, as drawn, and its first 1000 points are
    dropped: distances to the attractor shrink some 5 times a step. The points are in the order
    of time; nearby points of the orbit are not near each other for long, but are dependent.
    The dimension is measured, not proved: 1.220 +- .036; Grassberger and Procaccia had
    1.21 +- .01 from 15 000 points.
    Source: Sprott & Rowlands (2001), https://sprott.physics.wisc.edu/pubs/paper255.pdf;
    Grassberger & Procaccia (1983), https://doi.org/10.1103/PhysRevLett.50.346

    >>> (x, y), (x2, y2) = Henon().sample(2)
    >>> math.isclose(x2, 1 - 1.4 * x * x + y), math.isclose(y2, 0.3 * x)
    (True, True)
    """

    name: ClassVar[str] = "henon"

    @property
    def dimension(self) -> Known:
        return Known(1.220, 0.036)

    @property
    def entropy(self) -> Known | None:
        return None

    def _rows(self, n: int, generator: np.random.Generator) -> Floats:
        x, y = generator.uniform(-0.1, 0.1, size=2).tolist()
        orbit = []
        for _ in range(TRANSIENT + n):
            x, y = 1 - A * x * x + y, B * x
            orbit.append((x, y))
        return np.array(orbit[TRANSIENT:])


@dataclass(frozen=True)
class Cantor(Sampler[Floats]):
    """Points uniform on a product of middle-third Cantor sets: dimension factors log2 / log3.

        x = sum_i t_i 3^-i,   t_i = 0 or 2 with equal chances,   i = 1 ... 33

    in each of `factors` coordinates, within 6e-17 of the sum. Exact, as the measure is uniform;
    but log C(r) waves about the straight line, with period log 3 in log r, so that a slope must
    be taken over whole periods.
    Raises InputError for factors < 1.
    Source: Falconer, Fractal Geometry, example 2.7 and chapter 17,
    https://doi.org/10.1002/0470013850

    >>> dust = Cantor(factors=2)
    >>> points = dust.sample(100)
    >>> round(dust.dimension.value, 4), bool(((points > 1 / 3) & (points < 2 / 3)).any())
    (1.2619, False)
    """

    factors: int = 2
    name: ClassVar[str] = "cantor"

    def __post_init__(self) -> None:
        whole("factors", self.factors, at_least=1)

    @property
    def dimension(self) -> Known:
        return Known(self.factors * math.log(2) / math.log(3))

    @property
    def entropy(self) -> Known | None:
        return None

    def _rows(self, n: int, generator: np.random.Generator) -> Floats:
        bits = generator.integers(2**DIGITS, size=(n, self.factors))
        numerator = np.zeros_like(bits)
        for i in range(DIGITS):
            numerator = 3 * numerator + 2 * (bits >> i & 1)
        # Both integers are below 2^53: one correctly rounded division.
        points: Floats = numerator / 3**DIGITS
        return points
