"""Chapter 08: groups of small CNNs on the digits: what holds between the readings."""

import json
import math

import numpy as np
import pytest

from infoplane.chapters.lenet_mine.small_cnn import group
from infoplane.datasets import vision
from infoplane.estimators.readings import READINGS
from infoplane.models.small_cnn import LAYERS
from infoplane.records.store import plain

GROUP = {"dataset": "digits", "seed": 0, "networks": 3, "n": 150, "epochs": 30, "checkpoints": 4}
GROUP |= {"bins": 30, "batch": 16, "rate": 0.1}
ROUNDING = 1e-4  # records keep four decimals


def array(record, name):
    return np.array(record[name], dtype=float)


@pytest.fixture(scope="module")
def found():
    return group(GROUP)


def test_it_is_a_record_whose_networks_learn(found):
    assert plain(found) == found
    json.dumps(found, allow_nan=False)
    assert found["epoch"] == [0, 1, 5, 30]
    assert found["rows"] == 150
    assert 0.9 * math.log(10) < found["label_entropy"] <= math.log(10)
    assert found["accuracy"][0] < 0.3 < 0.9 < found["accuracy"][-1]


@pytest.mark.parametrize("quantity", ["x", "y"])
def test_readings_are_ordered_and_below_their_ceilings(found, quantity):
    ceiling = math.log(150) if quantity == "x" else found["label_entropy"]
    plane = (4, len(LAYERS))
    simple = array(found, f"simple_{quantity}")
    told, mixed, neurons = (array(found, f"{name}_{quantity}") for name in (
        "told", "mixed", "neurons"
    ))  # fmt: skip
    assert simple.shape == (3, *plane)
    assert told.shape == mixed.shape == neurons.shape == plane
    for each in (simple, told, neurons):
        assert (each <= ceiling + ROUNDING).all()
    # I(X;T|J) = I(X;T) + I(X;J|T), and J has log 3 nats at most
    assert (mixed <= told + ROUNDING).all()
    assert (mixed >= told - math.log(3) - 2 * ROUNDING).all()


def test_labels_are_told_less_than_rows_and_only_the_output_leaves_the_ceiling(found):
    for name in ("simple", *READINGS):
        assert (array(found, f"{name}_y") <= array(found, f"{name}_x") + ROUNDING).all()
    told = array(found, "told_x")
    # 576 and 32 columns of 30 bins: every image has a pattern to itself
    np.testing.assert_allclose(told[:, :2], math.log(150), atol=0.05)
    assert told[-1, 2] < 0.9 * math.log(150)


def test_groups_share_rows_and_no_network():
    short = {**GROUP, "epochs": 1, "checkpoints": 3, "bins": 3}
    pair, one, other = (
        group({**short, "networks": networks, "seed": seed})
        for networks, seed in ((2, 0), (1, 1), (2, 1))
    )
    # networks 0 and 1; network 1; networks 2 and 3
    np.testing.assert_allclose(array(pair, "simple_x")[1], array(one, "simple_x")[0], atol=5e-2)
    outputs = [plane[:, -1] for plane in (*array(pair, "simple_x"), *array(other, "simple_x"))]
    for i, curve in enumerate(outputs):
        for another in outputs[:i]:
            assert np.abs(curve - another).max() > ROUNDING
    assert pair["label_entropy"] == other["label_entropy"]


def test_more_images_than_there_are_is_all_there_are():
    found = group({**GROUP, "n": 10**6, "epochs": 1, "checkpoints": 3, "networks": 1})
    assert found["rows"] == vision.TRAIN_SIZES["digits"]
