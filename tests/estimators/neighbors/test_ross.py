import math

import numpy as np
import pytest
from scipy import integrate, stats
from scipy.special import digamma

from infoplane.errors import InputError
from infoplane.estimators import KSG, Ross


def slow_ross(x, labels, k):
    """Ross (2014), eq. 2, as it is written, for one column."""
    n, total = len(x), 0.0
    for i in range(n):
        distance = np.abs(x - x[i])
        same = labels == labels[i]
        eps = np.sort(distance[same])[k]
        total += digamma(same.sum()) + digamma((distance < eps).sum())
    return digamma(n) + digamma(k) - total / n


def labelled(seed, n, shift, d=1):
    rng = np.random.default_rng(seed)
    z = rng.integers(0, 2, n)
    return rng.normal(size=(n, d)) + shift * (2 * z[:, None] - 1), z


def two_class_information(shift):
    def integrand(v):
        density = 0.5 * (stats.norm.pdf(v, -shift) + stats.norm.pdf(v, shift))
        return -density * math.log(density) if density > 0 else 0.0

    entropy, _ = integrate.quad(integrand, -12, 12, limit=200)
    return entropy - 0.5 * math.log(2 * math.pi * math.e)


@pytest.mark.parametrize("k", [1, 4])
def test_ross_agrees_with_the_formula(k):
    x, z = labelled(0, 80, 0.5)
    fast = Ross(k=k, margins="raw").estimate(x, z)
    assert fast.value == pytest.approx(slow_ross(x[:, 0], z, k), abs=1e-12)


@pytest.mark.parametrize("d", [1, 12])
def test_ross_is_ksg_with_labels_far_apart(d):
    # No neighbour of eq. 8 then has another label, and n_z is the size of the class.
    x, z = labelled(1, 150, 0.4, d)
    ross = Ross(margins="raw").estimate(x, z)
    ksg = KSG(margins="raw").estimate(x, z * 1e6)
    assert ross.value == pytest.approx(ksg.value, abs=1e-12)


@pytest.mark.parametrize("shift", [0.0, 0.5, 1.0])
def test_ross_by_quadrature(shift):
    values = np.array(
        [Ross(errors=None).estimate(*labelled([2, s], 500, shift)).value for s in range(12)]
    )
    error = values.std(ddof=1) / math.sqrt(len(values))
    assert abs(values.mean() - two_class_information(shift)) < 3.5 * error


def test_ross_sees_the_same_labels_in_any_dress():
    x, z = labelled(3, 100, 1.0)
    expected = Ross().estimate(x, z).value
    for labels in (z.astype(bool), z.astype(float), np.array(["cat", "dog"])[z], 5 - z, z[:, None]):
        assert Ross().estimate(x, labels).value == expected
        assert Ross().estimate(labels, x).value == expected


def test_floats_so_large_that_all_are_whole_are_no_labels():
    x, z = 1e20 * np.random.default_rng(0).normal(size=(2, 50))
    with pytest.raises(InputError, match="no labels, and neither has x"):
        Ross().estimate(x, z)


def test_ross_errors():
    x, z = labelled(4, 60, 1.0)
    with pytest.raises(InputError, match="z has a single class"):
        Ross().estimate(x, np.zeros(60, int))
    z[:3] = 9
    with pytest.raises(InputError, match=r"k=3 .*got 3 in class 9 of z: pass k<=2"):
        Ross().estimate(x, z)
    with pytest.raises(InputError, match=r"no labels.*ksg"):
        Ross().estimate(x, x)
    with pytest.raises(InputError, match="column 0 of x is constant"):
        Ross().estimate(np.ones(60), z % 2)
