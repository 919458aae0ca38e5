"""Truncated kernels: a density, with the variances of SciPy's truncated normals."""

import numpy as np
import pytest
import torch
from scipy import stats

from infoplane.estimators.density import kernels


def test_truncated_kernels_are_a_density():
    rows = np.random.default_rng(2).random((30, 1))
    a = torch.as_tensor((rows - rows.mean()) / rows.std())
    box = kernels.box(a, truncate=True)
    grid = torch.linspace(float(box[0]), float(box[1]), 20001, dtype=torch.float64)
    density = kernels.log_densities(grid[:, None], a, 0.7, box).exp()
    # The trapezoid's error is (step^2 / 12) times the change of slope, 1e-8.
    assert float(torch.trapezoid(density, grid)) == pytest.approx(1, abs=1e-7)


@pytest.mark.parametrize("truncate", [False, True])
@pytest.mark.parametrize("h", [0.1, 2.0, 500.0])
def test_variances_of_the_mixture_are_those_of_its_formula(h, truncate):
    rows = np.random.default_rng(20).gamma(2.0, size=(25, 1))
    a = torch.as_tensor((rows - rows.mean()) / rows.std())
    box = kernels.box(a, truncate)
    low, high = (float(side) for side in box)
    # Rows' kernels one by one, by SciPy's truncated normal.
    each = [stats.truncnorm((low - x) / h, (high - x) / h, x, h) for x in a[:, 0].tolist()]
    mean, square = np.mean([[k.mean(), k.var() + k.mean() ** 2] for k in each], axis=0)
    # Both sides lose digits to the cancellation in h^2 (1 - ...) where a kernel is wide.
    assert float(kernels.squares(a, h, box).mean()) == pytest.approx(
        square - mean**2, rel=1e-9, abs=1e-9 * h**2
    )
