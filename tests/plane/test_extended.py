"""Readings of a recorded group: those of the estimators, layer by layer and epoch by epoch."""

import numpy as np
import pytest
import torch
from torch import nn

from infoplane.errors import InputError
from infoplane.estimators.extended import extended_information
from infoplane.estimators.patterns import layer_information
from infoplane.plane.extended import READINGS, group_readings, layers_inside
from infoplane.plane.recorder import Recorder

ROUNDING = 1e-4  # four decimals


@pytest.fixture(scope="module")
def recorder():
    """Three networks of two layers, of which one moves between two epochs."""
    generator = torch.Generator().manual_seed(0)
    networks = [nn.Sequential(nn.Linear(2, 3), nn.Tanh()) for _ in range(3)]
    x = torch.randn(60, 2, generator=generator)
    found = Recorder(networks, ["0", "1"], x)
    for epoch in range(2):
        with torch.no_grad():
            for p in (p for network in networks for p in network.parameters()):
                p.copy_(torch.randn(p.shape, generator=generator))
        found.record(epoch)
    return found


def test_each_is_what_its_estimator_says(recorder):
    y = np.arange(60) % 4
    found = group_readings(recorder, y, bins=4, seed=5)
    assert set(found) == {f"{name}_{q}" for name in ("simple", *READINGS) for q in "xy"}
    for k, layer in enumerate(recorder.layers):
        t = recorder.activations(layer)
        for epoch in range(2):
            together = extended_information(t[:, epoch], y, bins=4, seed=5)
            for name in READINGS:
                point = [found[f"{name}_{q}"][epoch][k] for q in "xy"]
                assert point == pytest.approx(list(getattr(together, name)), abs=ROUNDING)
            for network in range(3):
                alone = layer_information(t[network, epoch], y, bins=4)
                point = [found[f"simple_{q}"][network][epoch][k] for q in "xy"]
                assert point == pytest.approx([alone.inputs, alone.labels], abs=ROUNDING)


def test_only_the_draws_follow_the_seed(recorder):
    y = np.arange(60) % 4
    one, two = (group_readings(recorder, y, bins=4, seed=seed) for seed in (0, 1))
    assert {name for name in one if one[name] != two[name]} == {"neurons_x", "neurons_y"}


def test_nothing_recorded_is_refused():
    empty = Recorder(nn.Identity(), [""], np.zeros((3, 1)))
    with pytest.raises(InputError, match="nothing is recorded yet"):
        group_readings(empty, [0, 0, 1], bins=4, seed=0)


def test_layers_lie_inside_whatever_stands_before_the_epochs():
    layers = [np.arange(6.0).reshape(2, 3) + 10 * k for k in range(2)]  # (networks, epochs)
    assert layers_inside(layers)[1][2] == [5.0, 15.0]
