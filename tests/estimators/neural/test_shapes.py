"""Images for a convolutional critic: their shape is an option, and has to fit the columns."""

import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.estimators import AAMINE, MINE, InfoNCE

QUICK = {"hidden": (4,), "steps": 4, "check_every": 2, "batch_size": 16, "restarts": 1}
RNG = np.random.default_rng(0)
X, Z = RNG.normal(size=(100, 36)), RNG.normal(size=(100, 3))


def test_images_go_through_the_estimator_one_by_one_and_in_batches():
    estimator = MINE(critic="convolutional", shape_x=(1, 6, 6), **QUICK)
    one = estimator.estimate(X, Z, seed=1)
    pair = estimator.estimate_batch([X, X[::-1]], [Z, Z[::-1]], seeds=[1, 2])
    assert pair[0].value == pytest.approx(one.value, abs=1e-4)
    assert np.isfinite([e.value for e in pair]).all()


def test_a_list_from_the_command_line_will_do():
    estimator = InfoNCE(critic="convolutional", shape_z=[3, 1, 1], **QUICK)
    assert estimator.shape_z == (3, 1, 1)
    assert hash(estimator) is not None
    estimator.estimate(X, Z)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"shape_x": (1, 6, 6)}, r"shape_x=\(1, 6, 6\) is of a convolutional critic"),
        ({"critic": "convolutional", "shape_x": (6, 6)}, "channels, height and width"),
        ({"critic": "convolutional", "shape_x": 36}, "channels, height and width"),
        ({"critic": "convolutional", "shape_z": (1, 0, 3)}, "shape_z=0 .* integer >= 1"),
    ],
)
def test_what_is_no_shape_is_refused(options, told):
    with pytest.raises(InputError, match=told):
        MINE(**QUICK | options)


def test_another_number_of_columns_is_refused_by_all_ways_in():
    estimator = MINE(critic="convolutional", shape_x=(1, 5, 6), **QUICK)
    told = r"shape_x=\(1, 5, 6\) is of images with 30 numbers, and x has 36 columns"
    with pytest.raises(InputError, match=told):
        estimator.estimate(X, Z)
    with pytest.raises(InputError, match=told):
        estimator.estimate_batch([X], [Z], seeds=[0])
    with pytest.raises(InputError, match=told):
        estimator.estimate_fresh(
            [lambda n, g: (np.zeros((n, 36)), np.zeros((n, 3)))], seeds=[0], n=100
        )
    aware = AAMINE(noise_std=1.0, critic="convolutional", shape_z=(1, 2, 2), **QUICK)
    with pytest.raises(InputError, match="z has 3 columns"):
        aware.estimate(Z, Z)
