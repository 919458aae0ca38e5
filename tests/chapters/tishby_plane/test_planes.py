"""Chapter 05: planes of the patterns: a batch gives what single runs give, bins agree with an
estimator that knows nothing of planes, critics with exact values."""

import json
import math

import numpy as np
import pytest

from infoplane.chapters.tishby_plane import networks
from infoplane.chapters.tishby_plane.exact_planes import exact
from infoplane.chapters.tishby_plane.planes import neural, plane
from infoplane.chapters.tishby_plane.settings import HIDDEN
from infoplane.datasets import tishby
from infoplane.estimators.binning import Binning
from infoplane.models.perceptrons import Perceptrons
from infoplane.plane.activations import outputs_of
from infoplane.plane.epochs import checkpoints
from infoplane.records.store import plain
from tests.toy import alone

TRAINING = {"epochs": 2, "batch": 512, "rate": 0.1}
PLANE = {"activation": "tanh", "checkpoints": 3, "bins": 30, "finer": [2, 4, 8, 30], **TRAINING}
NEURAL = {"activation": "tanh", "sigma": 0.5, "steps": 10, "at": [0, 2], **TRAINING}
LOG_N = math.log(4096)


@pytest.fixture
def small(monkeypatch):
    """A network of two layers, for estimators that take their time."""
    monkeypatch.setattr(networks, "HIDDEN", (3,))


def array(record, name):
    return np.array(record[name], dtype=float)


@pytest.mark.parametrize(("epochs", "count"), [(2, 3), (10, 3), (100, 6), (800, 10), (5, 50)])
def test_checkpoints_rise_from_before_the_first_epoch_to_the_last(epochs, count):
    found = checkpoints(epochs, count)
    assert found == sorted(set(found))
    assert (found[0], found[1], found[-1]) == (0, 1, epochs)
    assert len(found) <= count
    assert all(isinstance(epoch, int) for epoch in found)


def test_checkpoints_are_even_on_a_logarithmic_axis():
    steps = np.diff(np.log(checkpoints(10**6, 7)[1:]))
    # the second is about 16, rounded
    np.testing.assert_allclose(steps, math.log(10**6) / 5, atol=2 * 0.5 / 16)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_a_batch_gives_what_single_runs_give(activation):
    configs = [{**PLANE, "activation": activation, "seed": seed} for seed in (3, 0, 7)]
    together = plane(configs)
    for a, b in zip(together, alone(plane, configs), strict=True):
        assert set(a) == set(b)
        for name in a:
            # activations rounded otherwise may put one row of 4096 into another bin, which moves
            # an entropy by up to 2 log(4096) / 4096
            np.testing.assert_allclose(array(a, name), array(b, name), atol=5e-3, err_msg=name)
    assert together[0]["binned_x"] != together[1]["binned_x"]
    assert together[0]["test_accuracy"] != together[2]["test_accuracy"]


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_a_plane_is_finite_and_below_its_ceilings(activation):
    found = plane([{**PLANE, "activation": activation, "seed": 1}])[0]
    assert plain(found) == found
    json.dumps(found, allow_nan=False)
    assert found["epoch"] == [0, 1, 2]
    for part in ("train", "test"):
        assert array(found, f"{part}_accuracy").shape == (3,)
    shape = (3, len(HIDDEN) + 1)
    for name in ("rms", "binned_x", "binned_y", "fixed_x", "fixed_y"):
        assert array(found, name).shape == shape, name
    assert array(found, "finer_x").shape == (4, *shape)
    rounding = 1e-4  # records keep four decimals
    for kind in ("binned", "fixed"):
        x, y = array(found, f"{kind}_x"), array(found, f"{kind}_y")
        assert (y >= -rounding).all()
        assert (y <= np.minimum(x, tishby.INFORMATION) + rounding).all()
        assert (x <= LOG_N + rounding).all()


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_before_training_a_plane_is_that_of_the_initial_weights(activation):
    found = plane([{**PLANE, "activation": activation, "seed": 5}])[0]
    data = tishby.load()
    layers = [f"layer{k}" for k in range(1, 7)]
    t = outputs_of(Perceptrons([12, *HIDDEN, 2], [5], activation=activation), layers, data.x)
    for k, layer in enumerate(layers):
        rows = t[layer][0].numpy()
        for name, limits in (("binned", "layer"), ("fixed", (-1.0, 1.0))):
            # Binning takes each column's range: that of the layer has to be told
            ends = (float(rows.min()), float(rows.max())) if limits == "layer" else limits
            slow = Binning(bins=30, limits=ends)
            for quantity, other in (("x", np.arange(4096)), ("y", data.y)):
                value = slow.estimate(other, rows).value
                assert found[f"{name}_{quantity}"][0][k] == pytest.approx(value, abs=1e-3)
        assert found["rms"][0][k] == pytest.approx(math.sqrt((rows**2).mean()), abs=1e-4)


def test_bins_that_divide_bins_lose_nothing():
    found = plane([{**PLANE, "seed": 2}])[0]
    finer = array(found, "finer_x")
    assert (np.diff(finer[:3], axis=0) >= 0).all()  # 2, 4 and 8 bins of one range
    assert finer[2].max() > finer[0].max()
    np.testing.assert_array_equal(finer[3], array(found, "binned_x"))


def test_networks_are_trained_on_rows_that_they_are_not_tested_on(monkeypatch):
    """Every pattern is a row of its own, so rows tell which patterns they are."""
    seen = {"fit": [], "accuracy": []}
    data = tishby.load()
    label = {row.tobytes(): int(y) for row, y in zip(data.x, data.y, strict=True)}

    def watched(name):
        real = getattr(networks, name)

        def watch(model, x, y, **options):
            for rows, targets in zip(np.asarray(x), np.asarray(y), strict=True):
                assert [label[row.tobytes()] for row in rows] == list(targets)
            seen[name].append([{row.tobytes() for row in rows} for rows in np.asarray(x)])
            return real(model, x, y, **options)

        monkeypatch.setattr(networks, name, watch)

    watched("fit")
    watched("accuracy")
    plane([{**PLANE, "seed": seed} for seed in (0, 1)])
    (trained,) = seen["fit"]
    assert len(seen["accuracy"]) == 6  # two parts at three checkpoints
    for train, test in zip(seen["accuracy"][::2], seen["accuracy"][1::2], strict=True):
        assert train == trained
        for a, b in zip(train, test, strict=True):
            assert not a & b
            assert len(a | b) == 4096
    assert trained[0] != trained[1]  # each network has a split of its own


@pytest.mark.usefixtures("small")
def test_a_batch_of_critics_gives_what_single_runs_give():
    configs = [{**NEURAL, "seed": seed} for seed in (2, 0)]
    together = neural(configs)
    for a, b in zip(together, alone(neural, configs), strict=True):
        assert set(a) == set(b)
        for name in set(a) - {"aware_x_warnings", "mine_x_warnings", "mine_y_warnings"}:
            # sums in float32 in another order, ten steps long
            np.testing.assert_allclose(array(a, name), array(b, name), atol=2e-3, err_msg=name)
    assert together[0]["aware_x"] != together[1]["aware_x"]


@pytest.mark.usefixtures("small")
def test_critics_find_what_is_known():
    found = neural([{**NEURAL, "seed": 0, "sigma": 0.1, "steps": 150}])[0]
    assert plain(found) == found
    json.dumps(found, allow_nan=False)
    assert found["epoch"] == NEURAL["at"]
    shape = (2, 2)
    for name in ("aware_x", "mine_x", "mine_y"):
        for part in (name, f"{name}_std", f"{name}_warnings"):
            assert array(found, part).shape == shape, part
    known = exact([{**NEURAL, "seed": 0, "sigmas": [0.1], "samples": 256}])[0]
    x, std = array(known, "exact_x")[0], array(known, "exact_x_std")[0]
    for name in ("aware_x", "mine_x"):
        value, room = array(found, name), 4 * np.hypot(array(found, f"{name}_std"), std)
        assert (value < x + room).all(), name  # a held-out bound from below
        assert (value > 0.6 * x - room).all(), name
        assert value.max() > tishby.INFORMATION + room.max()  # of the patterns, not of labels
    label, room = array(found, "mine_y"), 4 * array(found, "mine_y_std")
    assert (label < tishby.INFORMATION + room).all()
    assert (label > -room).all()
