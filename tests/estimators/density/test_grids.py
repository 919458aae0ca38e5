import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.estimators import KDE, WKL, code_entropies, kde_entropy, wkl_entropy
from infoplane.estimators.density.grids import grids
from infoplane.inputs.columns import standardized

RNG = np.random.default_rng(0)
BITS = RNG.integers(0, 2, (500, 20)).astype(float)
Z = RNG.standard_normal((500, 1))


@pytest.mark.parametrize("rows", [BITS, np.sign(RNG.standard_normal((500, 18)))])
@pytest.mark.parametrize(
    "call",
    [
        kde_entropy,
        wkl_entropy,
        code_entropies,
        lambda rows: KDE().estimate(rows, Z),
        lambda rows: WKL().estimate(Z, rows),
    ],
)
def test_few_values_in_many_columns_are_no_density(call, rows):
    # no row has a copy, which is what tells that one such column is none
    with pytest.raises(InputError, match=r"values, .* standard deviations apart.*ksg"):
        call(rows)


def test_one_column_of_few_values_beside_others_is_none_either():
    with pytest.raises(InputError, match="column 1 of rows takes 2 values"):
        wkl_entropy(np.column_stack([Z, BITS[:, 0], Z**2]))


@pytest.mark.parametrize(
    "rows",
    [
        RNG.standard_normal((500, 3)),
        np.round(RNG.standard_normal((500, 4)), 1),  # a digit far below the distance of rows
        np.clip(2 * RNG.standard_normal((500, 3)), -1, 1),  # saturated units
        np.maximum(RNG.standard_normal((500, 6)) - 0.3, 0),  # 62 % of each are zero
    ],
)
def test_a_fine_grid_and_saturated_units_pass(rows):
    assert grids(standardized(rows)[0], "rows") == []


def test_rounding_that_lifts_an_entropy_is_told():
    rows = np.random.default_rng(1).standard_normal((500, 8))
    told = "so much that the entropy of rows is too high"
    true = wkl_entropy(rows).value
    for step, harm in ((0.1, False), (0.7, True)):
        found = wkl_entropy(np.round(rows / step) * step)
        assert any(told in w for w in found.warnings) == harm
        assert (found.value - true > 0.08) == harm  # the chance of neighbours is a hundredth


def test_information_is_the_same_on_such_a_grid():
    rng = np.random.default_rng(2)
    x = rng.standard_normal((500, 8))
    z = x[:, :1] + rng.standard_normal((500, 1))
    fine, coarse = (WKL(errors=None).estimate(a, z) for a in (x, np.round(x / 0.7) * 0.7))
    # 30 % of the noise of one column's rounding is .03 nats, and neighbours change
    assert abs(fine.value - coarse.value) < 0.1
    assert not any("rounded" in w for w in coarse.warnings)


def test_marks_in_many_columns_are_told():
    (told,) = grids(standardized(RNG.integers(1, 4, (500, 16)).astype(float))[0], "x")
    assert "takes 3 values, 1." in told


def test_measurements_with_a_decimal_are_told():
    from sklearn.datasets import load_iris

    (told,) = grids(standardized(load_iris().data)[0], "x")
    assert told.startswith("column 1 of x takes 23 values")
