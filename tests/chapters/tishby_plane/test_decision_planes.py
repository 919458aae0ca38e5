"""Chapter 05: groups of networks on document 002's own sets: what holds between its readings."""

import json
import math

import numpy as np
import pytest

from infoplane.chapters.tishby_plane.decision_planes import DATA_SEED, group, original
from infoplane.chapters.tishby_plane.settings import HIDDEN
from infoplane.datasets import decisions, vision
from infoplane.estimators.binning import Binning
from infoplane.estimators.readings import READINGS
from infoplane.models.perceptrons import Perceptrons
from infoplane.plane.activations import outputs_of
from infoplane.records.store import plain

GROUP = {"dataset": "simple", "seed": 0, "networks": 3, "n": 150, "epochs": 4, "checkpoints": 4}
GROUP |= {"bins": 10, "batch": 32, "rate": 0.1}
ROUNDING = 1e-4  # records keep four decimals


def array(record, name):
    return np.array(record[name], dtype=float)


@pytest.mark.parametrize(
    ("dataset", "classes"), [("simple", 2), ("complicated", 2), ("digits", 10)]
)
def test_a_group_is_finite_below_its_ceilings_and_its_readings_are_ordered(dataset, classes):
    found = group({**GROUP, "dataset": dataset})
    assert plain(found) == found
    json.dumps(found, allow_nan=False)
    assert found["epoch"] == [0, 1, 2, 4]
    assert found["rows"] == 150
    assert 0.9 * math.log(classes) < found["label_entropy"] <= math.log(classes)
    plane = (4, len(HIDDEN) + 1)
    for quantity, ceiling in (("x", math.log(150)), ("y", found["label_entropy"])):
        simple = array(found, f"simple_{quantity}")
        assert simple.shape == (3, *plane)
        assert (simple <= ceiling + ROUNDING).all()
        told, mixed, neurons = (array(found, f"{name}_{quantity}") for name in (
            "told", "mixed", "neurons"
        ))  # fmt: skip
        assert told.shape == mixed.shape == neurons.shape == plane
        assert (neurons <= ceiling + ROUNDING).all()
        assert (told <= ceiling + ROUNDING).all()
        # I(X;T|J) = I(X;T) + I(X;J|T), and J has log 3 nats at most
        assert (mixed <= told + ROUNDING).all()
        assert (mixed < told - 0.01).any()
        assert (np.abs(neurons - told) > 0.01).any()
        assert (mixed >= told - math.log(3) - 2 * ROUNDING).all()
    for name in ("simple", *READINGS):
        assert (array(found, f"{name}_y") <= array(found, f"{name}_x") + ROUNDING).all()


def test_one_network_has_one_reading():
    found = group({**GROUP, "networks": 1})
    for reading in READINGS:
        for quantity in "xy":
            # mixed is a difference of entropies, the others are not: rounded on its own
            np.testing.assert_allclose(
                array(found, f"{reading}_{quantity}"),
                array(found, f"simple_{quantity}")[0],
                atol=2 * ROUNDING,
            )


def test_groups_share_rows_and_no_network():
    pair, one, other = (
        group({**GROUP, "networks": networks, "seed": seed})
        for networks, seed in ((2, 0), (1, 1), (2, 1))
    )
    # networks 0 and 1; network 1; networks 2 and 3
    np.testing.assert_allclose(array(pair, "simple_x")[1], array(one, "simple_x")[0], atol=5e-2)
    planes = [*array(pair, "simple_x"), *array(other, "simple_x")]
    for i, plane in enumerate(planes):
        for another in planes[:i]:
            assert np.abs(plane - another).max() > 0.1
    assert pair["label_entropy"] == other["label_entropy"]


def test_before_training_a_plane_is_that_of_the_initial_weights():
    found = group({**GROUP, "networks": 2, "seed": 2})
    x, y = decisions.SIMPLE.sample(150, DATA_SEED)
    layers = [f"layer{k}" for k in range(1, 7)]
    t = outputs_of(Perceptrons([2, *HIDDEN, 2], [4, 5]), layers, x)
    for k, layer in enumerate(layers):
        for network in (0, 1):
            rows = t[layer][network].numpy()
            slow = Binning(bins=10, limits=(float(rows.min()), float(rows.max())))
            for quantity, other in (("x", np.arange(150)), ("y", y)):
                value = slow.estimate(other, rows).value
                # a row that rounding puts into another bin moves an entropy by 2 log(n) / n
                got = found[f"simple_{quantity}"][network][0][k]
                assert got == pytest.approx(value, abs=0.07)


def test_networks_learn_the_simple_decision():
    found = group({**GROUP, "epochs": 200, "rate": 0.3})
    # what the noise of the labels allows, less three standard errors of 150 rows
    best = decisions.SIMPLE.best_accuracy()
    assert found["accuracy"][-1] > best - 3 * math.sqrt(best * (1 - best) / 150)
    assert found["accuracy"][0] < found["accuracy"][-1]


def test_more_images_than_there_are_is_all_there_are():
    found = group({**GROUP, "dataset": "digits", "n": 10**6, "epochs": 1, "networks": 1})
    assert found["rows"] == vision.TRAIN_SIZES["digits"]


def test_the_same_networks_by_the_original_s_bins():
    found = original(GROUP)
    assert plain(found) == found
    assert found["epoch"] == group(GROUP)["epoch"]
    x, y = decisions.DECISIONS["simple"].sample(150, DATA_SEED)
    layers = [f"layer{k}" for k in range(1, len(HIDDEN) + 2)]
    t = outputs_of(Perceptrons([2, *HIDDEN, 2], [0, 1, 2]), layers, x)
    slow = Binning(bins=10, limits=(-1.0, 1.0))
    for network in range(3):
        for k, layer in enumerate(layers):
            rows = t[layer][network].numpy()
            for quantity, other in (("x", np.arange(150)), ("y", y)):
                value = slow.estimate(other, rows).value
                assert found[f"fixed_{quantity}"][network][0][k] == pytest.approx(value, abs=1e-3)
