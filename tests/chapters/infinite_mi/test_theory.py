"""Chapter 04: the population's value of the linear map."""

import numpy as np
import pytest

from infoplane.chapters.infinite_mi.maps import matrix
from infoplane.chapters.infinite_mi.theory import population


@pytest.mark.parametrize("d", [2, 10])
def test_it_is_the_determinant(d):
    a = matrix(d).double().numpy()
    sigmas = np.array([0.3, 1.0, 10.0])
    wanted = [np.linalg.slogdet(np.eye(d) + a @ a.T / s**2)[1] / 2 for s in sigmas]
    np.testing.assert_allclose(population(d, sigmas), wanted)
