import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.estimators import KDE, WKL, code_entropies, kde_entropy, wkl_entropy
from infoplane.estimators.density.grids import refuse_grid
from infoplane.inputs.columns import standardized

RNG = np.random.default_rng(0)
BITS = RNG.integers(0, 2, (500, 20)).astype(float)
MARKS = RNG.integers(1, 6, (500, 8)).astype(float)
Z = RNG.standard_normal((500, 1))


@pytest.mark.parametrize("rows", [BITS, MARKS, np.sign(RNG.standard_normal((500, 12)))])
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
        np.round(RNG.standard_normal((500, 3)), 1),  # a digit far below the distance of rows
        np.clip(2 * RNG.standard_normal((500, 3)), -1, 1),  # saturated units
        np.maximum(RNG.standard_normal((500, 3)) - 1, 0),  # 84 % of each are zero
    ],
)
def test_a_fine_grid_and_saturated_units_pass(rows):
    refuse_grid(standardized(rows)[0], "rows")


def test_measurements_with_a_decimal_pass():
    from sklearn.datasets import load_iris

    refuse_grid(standardized(load_iris().data)[0], "x")
