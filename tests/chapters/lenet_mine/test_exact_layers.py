"""Chapter 08: exact values of the layers respect what holds of them."""

import json
import math

import numpy as np
import pytest

from infoplane.chapters.lenet_mine import exact_layers
from infoplane.chapters.lenet_mine.settings import LAYERS
from infoplane.models.lenet import LeNets
from infoplane.records.store import plain

EXACT = {
    "dataset": "digits", "epoch": 0, "rows": 120, "shares": [0.25, 1.0, 4.0], "samples": 240,
    "dropout": 0.25, "seed": 0,
}  # fmt: skip


@pytest.fixture
def found(monkeypatch):
    monkeypatch.setattr(exact_layers, "networks", lambda configs, epoch, device: LeNets([0]))
    return exact_layers.exact(EXACT)


def test_it_is_a_record_of_every_layer(found):
    assert plain(found) == found
    json.dumps(found, allow_nan=False)
    assert found["n"] == 120
    for name in ("rms", "quantised_x", "quantised_y", "soft", "soft_y", "soft_shifted"):
        assert len(found[name]) == len(LAYERS)
    assert np.shape(found["exact_x"]) == np.shape(found["exact_y_std"]) == (len(LAYERS), 3)


def test_information_falls_with_noise_and_stays_below_log_n(found):
    x, std = np.array(found["exact_x"]), np.array(found["exact_x_std"])
    assert (x <= math.log(120) + 3 * std + 1e-4).all()
    assert (np.diff(x, axis=1) <= 3 * np.hypot(std[:, 1:], std[:, :-1]) + 1e-3).all()
    # 8 bits of a layer's range: images that differ have patterns that differ, but for the output
    np.testing.assert_allclose(found["quantised_x"][:3], math.log(120), atol=0.05)
    assert (np.array(found["quantised_y"]) <= math.log(10)).all()
    assert found["dropout_x"] <= math.log(120) + 3 * found["dropout_x_std"] + 1e-4


def test_noise_is_a_share_of_the_layer_so_that_its_unit_does_not_matter(monkeypatch, found):
    def louder(configs, epoch, device):
        model = LeNets([0])
        model.convolution1.weight.data *= 2
        model.convolution1.bias.data *= 2
        return model

    monkeypatch.setattr(exact_layers, "networks", louder)
    twice = exact_layers.exact(EXACT)
    assert twice["rms"][0] == pytest.approx(2 * found["rms"][0], rel=1e-4)
    np.testing.assert_allclose(twice["exact_x"][0], found["exact_x"][0], atol=1e-3)
