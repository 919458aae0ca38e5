"""Points whose correlation dimension is known: smooth sets, a strange attractor, Cantor sets."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from infoplane.datasets.manifolds import roll
from infoplane.inputs.options import whole

__all__ = ["Cloud", "cantor", "cube", "henon", "sphere", "swiss_roll"]

Floats = npt.NDArray[np.float64]

A, B = 1.4, 0.3
TRANSIENT = 1000

# 3^33 is the last power of 3 below 2^53: more digits do not fit a double.
DIGITS = 33


class Cloud(NamedTuple):
    """`points` float64 (n, D) and the correlation `dimension` of the measure they come from."""

    points: Floats
    dimension: float


def cube(n: int, d: int, seed: int = 0) -> Cloud:
    """`n` points uniform in [0, 1]^d: dimension d.

    Near the faces half of a ball is empty, so that C(r) ~ r^d (1 - O(d r)): slopes at radii
    that are not small are below d, and more so the larger d is.
    Raises InputError for n < 1, d < 1 and a seed < 0; the first points are those of a smaller n.

    >>> cube(4, d=2).points.shape
    (4, 2)
    """
    return Cloud(_stream(n, seed).random((n, _whole("d", d))), float(d))


def sphere(n: int, d: int, seed: int = 0) -> Cloud:
    """`n` points uniform on the unit sphere S^d in d + 1 dimensions: dimension d.

    Without an edge, but curved: chords of length r span a cap of S^d, and for d = 2 exactly
    C(r) = r^2 / 4 up to r = 2.
    Raises InputError for n < 1, d < 1 and a seed < 0; the first points are those of a smaller n.

    >>> np.linalg.norm(sphere(2, d=2).points, axis=1).round(12)
    array([1., 1.])
    """
    z = _stream(n, seed).standard_normal((n, _whole("d", d) + 1))
    return Cloud(z / np.linalg.norm(z, axis=1, keepdims=True), float(d))


def swiss_roll(n: int, seed: int = 0) -> Cloud:
    """`n` points uniform, by area, on a rolled sheet in 3 dimensions: dimension 2.

    The sheet of :func:`infoplane.datasets.manifolds.roll`, 88.8 long and 21 high, with 2 pi
    between its turns: slopes at radii near 2 pi and beyond are above 2, as the next turn
    counts; near the edges they are below.
    Raises InputError for n < 1 and a seed < 0; the first points are those of a smaller n.

    >>> swiss_roll(4).points.shape
    (4, 3)
    """
    return Cloud(roll(_stream(n, seed).random((n, 2))), 2.0)


def henon(n: int, seed: int = 0) -> Cloud:
    """`n` successive points of one orbit of the Hénon map, on its attractor: dimension 1.220.

        x' = 1 - 1.4 x^2 + y,   y' = 0.3 x

    The orbit starts within 0.1 of the origin, as drawn by `seed`, and its first 1000 points are
    dropped: distances to the attractor shrink some 5 times a step. The points are in the order
    of time; nearby points of the orbit are not near each other for long, but are dependent.
    The dimension is measured, not proved: 1.220 +- .036; Grassberger and Procaccia had
    1.21 +- .01 from 15 000 points.
    Raises InputError for n < 1 and a seed < 0; the first points are those of a smaller n.
    Source: Sprott & Rowlands (2001), https://sprott.physics.wisc.edu/pubs/paper255.pdf;
    Grassberger & Procaccia (1983), https://doi.org/10.1103/PhysRevLett.50.346

    >>> (x, y), (x2, y2) = henon(2).points
    >>> math.isclose(x2, 1 - 1.4 * x * x + y), math.isclose(y2, 0.3 * x)
    (True, True)
    """
    x, y = _stream(n, seed).uniform(-0.1, 0.1, size=2).tolist()
    orbit = []
    for _ in range(TRANSIENT + n):
        x, y = 1 - A * x * x + y, B * x
        orbit.append((x, y))
    return Cloud(np.array(orbit[TRANSIENT:]), 1.220)


def cantor(n: int, factors: int, seed: int = 0) -> Cloud:
    """`n` points uniform on a product of middle-third Cantor sets: dimension factors log2 / log3.

        x = sum_i t_i 3^-i,   t_i = 0 or 2 with equal chances,   i = 1 ... 33

    in each of `factors` coordinates, within 6e-17 of the sum. Exact, as the measure is uniform;
    but log C(r) waves about the straight line, with period log 3 in log r, so that a slope must
    be taken over whole periods.
    Raises InputError for n < 1, factors < 1, a seed < 0; the first points are those of a
    smaller n.
    Source: Falconer, Fractal Geometry, example 2.7 and chapter 17,
    https://doi.org/10.1002/0470013850

    >>> points, dimension = cantor(100, factors=2)
    >>> round(dimension, 4), bool(((points > 1 / 3) & (points < 2 / 3)).any())
    (1.2619, False)
    """
    bits = _stream(n, seed).integers(2**DIGITS, size=(n, _whole("factors", factors)))
    numerator = np.zeros_like(bits)
    for i in range(DIGITS):
        numerator = 3 * numerator + 2 * (bits >> i & 1)
    # Both integers are below 2^53: one correctly rounded division.
    return Cloud(numerator / 3**DIGITS, factors * math.log(2) / math.log(3))


def _stream(n: int, seed: int) -> np.random.Generator:
    whole("n", n, at_least=1)
    whole("seed", seed, at_least=0)
    return np.random.default_rng(seed)


def _whole(name: str, value: int) -> int:
    whole(name, value, at_least=1)
    return value
