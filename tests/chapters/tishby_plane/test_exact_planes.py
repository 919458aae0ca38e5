"""Chapter 05: exact planes agree with the estimator, each network has noise of its own."""

import json
import math

import numpy as np
import pytest

from infoplane.chapters.tishby_plane import exact_planes
from infoplane.chapters.tishby_plane.exact_planes import NOISE_SEED, exact
from infoplane.chapters.tishby_plane.planes import plane
from infoplane.chapters.tishby_plane.settings import HIDDEN
from infoplane.datasets import tishby
from infoplane.estimators.noise.exact import Exact
from infoplane.models.perceptrons import Perceptrons
from infoplane.plane.activations import outputs_of
from infoplane.records.store import plain
from tests.toy import alone

TRAINING = {"epochs": 2, "batch": 512, "rate": 0.1}
CONFIG = {"activation": "tanh", "sigmas": [0.1, 1.0], "samples": 64, "at": [0, 1, 2], **TRAINING}
LOG_N = math.log(4096)
NAMES = ("exact_x", "exact_x_std", "exact_y", "exact_y_std")
ROUNDING = 1e-4  # records keep four decimals


def array(record, name):
    return np.array(record[name], dtype=float)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_a_batch_gives_what_single_runs_give(activation):
    configs = [{**CONFIG, "activation": activation, "seed": seed} for seed in (3, 0)]
    together = exact(configs)
    for a, b in zip(together, alone(exact, configs), strict=True):
        assert set(a) == set(b) == {"epoch", "test_accuracy", *NAMES}
        for name in NAMES:
            # sums in float32 in another order, two epochs long
            np.testing.assert_allclose(array(a, name), array(b, name), atol=5e-3, err_msg=name)
    assert together[0]["exact_x"] != together[1]["exact_x"]


def test_values_are_finite_and_below_their_ceilings():
    found = exact([{**CONFIG, "seed": 1}])[0]
    assert plain(found) == found
    json.dumps(found, allow_nan=False)
    for name in NAMES:
        assert array(found, name).shape == (2, 3, len(HIDDEN) + 1)
    x, y = array(found, "exact_x"), array(found, "exact_y")
    x_room, y_room = (4 * array(found, f"exact_{q}_std") + ROUNDING for q in "xy")
    assert (x <= LOG_N + x_room).all()
    assert (y <= tishby.INFORMATION + y_room).all()
    assert (y <= x + x_room + y_room).all()


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_before_training_it_is_what_the_estimator_says_of_the_initial_weights(activation):
    found = exact([{**CONFIG, "activation": activation, "seed": 5}])[0]
    data = tishby.load()
    layers = [f"layer{k}" for k in range(1, 7)]
    t = outputs_of(Perceptrons([12, *HIDDEN, 2], [5], activation=activation), layers, data.x)
    for k, layer in enumerate(layers):
        estimator = Exact(noise_std=1.0, samples=1024)
        known = estimator.estimate(data.x, t[layer][0].numpy(), seed=0)
        room = 4 * math.hypot(known.std, found["exact_x_std"][1][0][k]) + ROUNDING
        assert abs(known.value - found["exact_x"][1][0][k]) < room


def test_information_falls_with_the_noise_from_its_ceiling_to_nothing():
    found = exact([{**CONFIG, "seed": 0, "sigmas": [1e-6, 0.1, 0.5, 1e4], "samples": 256}])[0]
    x, y = array(found, "exact_x"), array(found, "exact_y")
    # ten units tell 4096 patterns apart
    np.testing.assert_allclose(x[0, :, 0], LOG_N, atol=1e-3)
    np.testing.assert_allclose(y[0, :, 0], tishby.INFORMATION, atol=0.15)  # 3 sd of 256 labels
    room = 4 * (array(found, "exact_x_std")[:-1] + array(found, "exact_x_std")[1:]) + ROUNDING
    assert (np.diff(x, axis=0) < room).all()
    assert (x[1] - x[2] > 0.3)[:, :5].all()
    # of the least noise nothing is left: the deviation of a mean of zeros
    assert (np.abs(x[3]) <= 4 * array(found, "exact_x_std")[3] + ROUNDING).all()


def test_each_network_has_a_stream_of_noise_of_its_own(monkeypatch):
    """One for all leaves its chance out of the spread over networks."""
    seen = {}
    real = exact_planes.informations_with_noise

    def watch(t, y, sigma, *, seed, samples):
        seen.setdefault(seed, 0)
        seen[seed] += 1
        return real(t, y, sigma, seed=seed, samples=samples)

    monkeypatch.setattr(exact_planes, "informations_with_noise", watch)
    exact([{**CONFIG, "seed": seed, "samples": 4} for seed in (0, 7)])
    of_each = 2 * 3 * (len(HIDDEN) + 1)  # sigmas, epochs, layers: compared with each other
    assert seen == {NOISE_SEED: of_each, NOISE_SEED + 7: of_each}


def test_the_networks_are_those_that_are_binned():
    binned = {"checkpoints": 3, "bins": 30, "finer": [4]}
    known = plane([{"activation": "tanh", "seed": 4, **binned, **TRAINING}])[0]
    found = exact([{**CONFIG, "seed": 4, "samples": 4}])[0]
    assert (found["epoch"], found["test_accuracy"]) == (known["epoch"], known["test_accuracy"])
