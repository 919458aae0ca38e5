import math

import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.estimators import entropy, symbols


def test_entropy_of_known_distributions():
    assert entropy(np.arange(4096)) == pytest.approx(12 * math.log(2), abs=1e-12)
    assert entropy([5, 5, 5]) == 0
    p = np.array([0.5, 0.25, 0.25])
    assert entropy([0, 0, 1, 2]) == pytest.approx(-(p * np.log(p)).sum(), abs=1e-15)
    for bad in ([], [0.5, 1.0], [[1, 2]]):
        with pytest.raises(InputError, match="codes"):
            entropy(bad)


@pytest.mark.parametrize("columns", [1, 12, 13, 60])
@pytest.mark.parametrize("mode", ["width", "mass"])
def test_symbols_agree_with_unique_rows(columns, mode):
    rng = np.random.default_rng(0)
    a = rng.normal(size=(100, columns))[rng.integers(0, 100, 300)]
    single = np.stack([symbols(c, mode=mode) for c in a.T], axis=1)
    _, expected = np.unique(single, axis=0, return_inverse=True)
    codes = symbols(a, mode=mode)
    assert codes.dtype == np.int64
    assert codes.min() >= 0
    _, found = np.unique(codes, return_inverse=True)
    # The same partition: each symbol of one is exactly one symbol of the other.
    assert len(np.unique(np.stack([expected, found]), axis=1).T) == expected.max() + 1
    assert found.max() == expected.max()


def test_integers_too_far_apart_for_packing():
    limits = np.iinfo(np.int64)
    a = np.array([[limits.min, 0], [limits.max, 0], [limits.min, 1], [limits.min, 0]])
    assert len(set(symbols(a).tolist())) == 3
    wide = np.array([[2**40, -(2**40)], [0, 0], [2**40, 0]])
    assert len(set(symbols(wide).tolist())) == 3


def test_equal_width_by_hand():
    assert symbols([0.0, 0.4, 0.6, 1.0], bins=2).tolist() == [0, 0, 1, 1]
    assert symbols([-9.0, 0.4, 0.6, 9.0], bins=4, limits=(0, 1)).tolist() == [0, 1, 2, 3]
    assert symbols([-1e308, 0.0, 1e308], bins=3).tolist() == [0, 1, 2]
    # Fixed limits give a constant column a bin; relu units are often dead.
    assert symbols(np.full((3, 2), 0.5), limits=(0, 1)).tolist() == [465, 465, 465]


def test_equal_mass():
    rng = np.random.default_rng(0)
    x = rng.normal(size=120)
    codes = symbols(x, bins=8, mode="mass")
    assert np.bincount(codes).tolist() == [15] * 8
    # Ranks know nothing of units.
    np.testing.assert_array_equal(codes, symbols(np.exp(x), bins=8, mode="mass"))
    tied = symbols(np.repeat([0.0, 1.0], [90, 30]), bins=4, mode="mass")
    assert len(set(tied[:90])) == len(set(tied[90:])) == 1


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"bins": 1}, "bins=1"),
        ({"mode": "equal"}, "mode='equal'"),
        ({"limits": (1, 0)}, "limits="),
        ({"limits": (0, 1), "mode": "mass"}, "limits=.*mode='mass'"),
    ],
)
def test_options_out_of_range(options, match):
    with pytest.raises(InputError, match=match):
        symbols([0.0, 1.0], **options)
