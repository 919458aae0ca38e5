"""A score for each label, in an estimator: what it finds, and what it refuses."""

import math

import numpy as np
import pytest

from infoplane.datasets.problems import problem
from infoplane.errors import InputError
from infoplane.estimators import MINE, InfoNCE

QUICK = {"critic": "label", "hidden": (32,), "steps": 400, "restarts": 1, "learning_rate": 5e-3}


@pytest.mark.parametrize("estimator", [MINE(**QUICK), InfoNCE(**QUICK)])
def test_it_finds_the_information_in_labels(estimator):
    known = problem("separated-by", separation=2.0)
    x, y = known.draw(2000, np.random.default_rng(0))
    found = estimator.estimate(x, y)
    assert found.value == pytest.approx(known.information.value, abs=4 * found.std)
    words = estimator.estimate(x, np.array(["no", "yes"])[y])
    assert words.value == pytest.approx(found.value, abs=1e-3)


def test_ten_labels():
    rng = np.random.default_rng(1)
    y = rng.integers(0, 10, 2000)
    x = 8 * rng.standard_normal((10, 3))[y] + rng.standard_normal((2000, 3))
    found = MINE(**QUICK).estimate(x, y)
    assert 0.85 * math.log(10) < found.value < math.log(10) + 0.05


def test_numbers_have_no_label():
    x, y = problem("separated-by").draw(500, np.random.default_rng(0))
    for sides in ((y, x), (x, x)):
        with pytest.raises(InputError, match=r"critic='label' .* pass the labels as z"):
            MINE(**QUICK).estimate(*sides)
