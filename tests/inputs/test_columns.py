"""Columns of numbers: units, copies, dependence."""

import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.estimators import ESTIMATORS
from infoplane.inputs.columns import copied, copies, one_hot, refuse_constant, scaled


def test_one_hot():
    assert one_hot(np.array([[4], [2], [4]])).tolist() == [[0, 1], [1, 0], [0, 1]]


def test_constant_columns_are_named():
    refuse_constant(np.array([[0.0, 1.0], [1.0, 0.0]]), "z")
    with pytest.raises(InputError, match=r"column 1 of z is constant \(5\)"):
        refuse_constant(np.array([[0.0, 5.0], [1.0, 5.0]]), "z")


def test_integers_that_are_one_number_in_float64_are_named():
    far = 2**62 + np.arange(4)[:, None]
    with pytest.raises(
        InputError, match=rf"column 0 of x has integers from {2**62} to {2**62 + 3}"
    ):
        refuse_constant(far, "x")
    refuse_constant(far - 2**62, "x")


@pytest.mark.parametrize("name", ["ksg", "ross", "cca", "classifier"])
def test_no_estimator_of_numbers_takes_them(name):
    y = np.arange(400) % 3 if name in ("ross", "classifier") else np.arange(400.0)
    with pytest.raises(InputError, match="which are one number in float64"):
        ESTIMATORS[name]().estimate(2**62 + np.arange(400), y)


@pytest.mark.parametrize("unit", [1.0, 1e200, 1e-320, 1e-200])
def test_scaled_is_exact(unit):
    a = np.array([[3.0, 0.0], [-1.0, 0.0]]) * unit
    b, exponent = scaled(a)
    assert 0.5 <= np.abs(b[:, 0]).max() <= 1
    np.testing.assert_array_equal(np.ldexp(b, exponent), a)


def test_copies_are_counted_once_for_all():
    a = np.arange(200.0).reshape(100, 2)
    assert copied(a) == 0
    a[:3] = a[0]
    assert copied(a) == pytest.approx(0.03)
    assert copied(np.array([[0.0], [-0.0]])) == 1
    # a slice and a transposed array hold the same rows
    assert copied(np.hstack([a, a])[:, :2]) == copied(np.asfortranarray(a)) == copied(a)
    assert "3 % of the rows of t" in copies(a, "t")[0]
    a[:7] = a[0]
    with pytest.raises(InputError, match=r"7 % of the rows of t .* at most 5 %"):
        copies(a, "t")
