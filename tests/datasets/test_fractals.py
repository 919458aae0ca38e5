"""Points of known correlation dimension: the equations they must satisfy."""

import math
from fractions import Fraction

import numpy as np
import pytest

from infoplane.datasets import fractals
from infoplane.errors import InputError

SETS = [
    fractals.Cube(3),
    fractals.Sphere(2),
    fractals.SwissRoll(),
    fractals.Henon(),
    fractals.Cantor(2),
]


@pytest.mark.parametrize("cloud", SETS, ids=lambda cloud: cloud.name)
def test_a_seed_is_a_sequence_of_points(cloud):
    points = cloud.sample(50, 3)
    assert points.dtype == np.float64
    assert np.array_equal(cloud.sample(20, 3), points[:20])
    assert not np.array_equal(cloud.sample(50, 4), points)
    assert cloud.dimension.value <= points.shape[1]
    assert len(np.unique(points, axis=0)) == 50


def test_a_cube_is_uniform():
    n = 20_000
    points, dimension = fractals.Cube(4).sample(n), fractals.Cube(4).dimension.value
    assert dimension == 4
    # Kolmogorov: 1.95 / sqrt(n) is exceeded once in a thousand; four coordinates.
    expected = (np.arange(n) + 0.5) / n
    assert np.abs(np.sort(points, axis=0) - expected[:, None]).max() < 2.3 / math.sqrt(n)


@pytest.mark.parametrize("d", [1, 2, 5])
def test_a_sphere_has_radius_one_and_no_direction(d):
    n = 20_000
    points, dimension = fractals.Sphere(d).sample(n), fractals.Sphere(d).dimension.value
    assert dimension == d
    assert np.allclose((points**2).sum(axis=1), 1, rtol=1e-14)
    # A coordinate has the variance 1/(d + 1); a product of two at most as much.
    second = points.T @ points / n
    assert np.abs(points.mean(axis=0)).max() < 4.5 / math.sqrt(n * (d + 1))
    assert np.abs(second - np.eye(d + 1) / (d + 1)).max() < 4.5 / math.sqrt(n * (d + 1))


def test_chords_of_the_sphere_have_the_known_law():
    """On S^2 the square of the distance to a fixed point is uniform in [0, 4] (Archimedes)."""
    n = 20_000
    squares = ((fractals.Sphere(2).sample(n) - [0, 0, 1]) ** 2).sum(axis=1)
    assert np.abs(np.sort(squares) / 4 - (np.arange(n) + 0.5) / n).max() < 1.95 / math.sqrt(n)


def test_the_roll_is_an_involute_of_constant_density():
    n = 20_000
    x, y, height = fractals.SwissRoll().sample(n).T
    # The tangent to the circle that unwinds: a radius of sqrt(1 + t^2), and an angle of
    # t - atan(t) up to turns.
    t = np.sqrt(x * x + y * y - 1)
    assert t.min() > 1.5 * math.pi - 1e-9
    assert t.max() < 4.5 * math.pi + 1e-9
    turns = (np.arctan2(y, x) - (t - np.arctan(t))) / (2 * math.pi)
    assert np.allclose(turns, np.rint(turns), atol=1e-9)
    length, width = (t**2 / 2 - 9 / 8 * math.pi**2) / (9 * math.pi**2), height / 21
    for share in (length, width):
        assert np.abs(np.sort(share) - (np.arange(n) + 0.5) / n).max() < 1.95 / math.sqrt(n)
    assert abs(np.corrcoef(length, width)[0, 1]) < 4 / math.sqrt(n)


def test_henon_points_follow_the_map_on_the_attractor():
    points = fractals.Henon().sample(5000)
    x, y = points.T
    assert np.allclose(x[1:], 1 - 1.4 * x[:-1] ** 2 + y[:-1], rtol=0, atol=1e-15)
    assert np.allclose(y[1:], 0.3 * x[:-1], rtol=0, atol=1e-16)
    # Hénon's trapping quadrangle (1976, eq. 15) holds the attractor.
    corners = np.array([[-1.33, 0.42], [1.32, 0.133], [1.245, -0.14], [-1.06, -0.5]])
    for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        cross = (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0])
        assert (cross <= 0).all()


def test_the_henon_dimension_is_below_that_of_kaplan_and_yorke():
    """1 < D_2 <= D_1, which is 1 + lambda_1 / |lambda_2| in the plane, lambda_1 + lambda_2 being
    the log of the area's contraction, log 0.3."""
    points, dimension = fractals.Henon().sample(20_000), fractals.Henon().dimension
    tangent, growth = np.array([1.0, 0.0]), 0.0
    for x in points[:, 0]:
        tangent = np.array([[-2.8 * x, 1.0], [0.3, 0.0]]) @ tangent
        growth += math.log(np.linalg.norm(tangent))
        tangent /= np.linalg.norm(tangent)
    lyapunov = growth / len(points)
    bound = 1 + lyapunov / (lyapunov - math.log(0.3))
    assert 1 < dimension.value < bound
    assert bound < dimension.value + 2 * dimension.error  # it is a bound that says something


def test_the_henon_transient_is_gone():
    """Two orbits from different starts visit the same places: no first point is far from the
    other orbit's, while the origin, where both started, is."""
    a, b = fractals.Henon().sample(200, seed=1), fractals.Henon().sample(20_000, seed=2)
    gaps = np.linalg.norm(a[:, None] - b, axis=2).min(axis=1)
    # 20 000 points along a line of length 5 or so, some places rarer: steps of .0003 to .01.
    assert gaps.max() < 0.02
    assert np.linalg.norm(b, axis=1).min() > 0.02


def test_cantor_digits_are_zero_or_two():
    points, dimension = fractals.Cantor(2).sample(300, seed=1), fractals.Cantor(2).dimension.value
    assert dimension == pytest.approx(2 * math.log(2) / math.log(3))
    digits = []
    for x in points.ravel():
        scaled = Fraction(float(x)) * 3**33
        whole = round(scaled)
        assert abs(scaled - whole) <= Fraction(3**33, 2**54)  # half a unit in the last place
        digits.append([whole // 3**i % 3 for i in range(33)])
    digits = np.array(digits)
    assert set(digits.ravel()) == {0, 2}
    # 600 fair draws each.
    assert np.abs((digits == 2).mean(axis=0) - 0.5).max() < 4 * 0.5 / math.sqrt(600)


def test_cantor_points_meet_as_often_as_they_must():
    """Two points share k digits in every coordinate, and so are within 3^-k of each other, or
    else are at least 3^-k apart: with chance 2^-k each factor, exactly."""
    n, k = 4000, 2
    points, dimension = fractals.Cantor(2).sample(n), fractals.Cantor(2).dimension.value
    near = np.abs(points[0::2] - points[1::2]).max(axis=1) < 3.0**-k
    p = 2.0 ** (-2 * k)
    assert p == pytest.approx((3.0**-k) ** dimension)
    assert abs(near.mean() - p) < 4 * math.sqrt(p / (n / 2))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: fractals.Cube(2).sample(0), "n=0 .*>= 1"),
        (lambda: fractals.Cube(0), "d=0 .*>= 1"),
        (lambda: fractals.Sphere(1.5), "d=1.5 .*integer"),
        (lambda: fractals.SwissRoll().sample(5, seed=-1), "seed=-1 .*>= 0"),
        (lambda: fractals.Henon().sample(-5), "n=-5 .*>= 1"),
        (lambda: fractals.Cantor(factors=0), "factors=0 .*>= 1"),
    ],
)
def test_bad_input(call, sentence):
    with pytest.raises(InputError, match=sentence):
        call()
