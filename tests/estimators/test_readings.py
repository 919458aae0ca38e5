"""Readings of a group: those of the estimators, layer by layer and epoch by epoch."""

import numpy as np
import pytest

from infoplane.estimators.extended import extended_information
from infoplane.estimators.patterns import layer_information
from infoplane.estimators.readings import READINGS, group_readings, layers_inside

ROUNDING = 1e-4  # four decimals


@pytest.fixture(scope="module")
def layers():
    """Two layers of three networks at two epochs, (networks, epochs, n, d)."""
    rng = np.random.default_rng(0)
    first = rng.standard_normal((3, 2, 60, 3))
    return [first, np.tanh(first)]


def test_each_is_what_its_estimator_says(layers):
    y = np.arange(60) % 4
    found = group_readings(layers, y, bins=4, seed=5)
    assert set(found) == {f"{name}_{q}" for name in ("simple", *READINGS) for q in "xy"}
    for k, t in enumerate(layers):
        for epoch in range(2):
            together = extended_information(t[:, epoch], y, bins=4, seed=5)
            for name in READINGS:
                point = [found[f"{name}_{q}"][epoch][k] for q in "xy"]
                assert point == pytest.approx(list(getattr(together, name)), abs=ROUNDING)
            for network in range(3):
                alone = layer_information(t[network, epoch], y, bins=4)
                point = [found[f"simple_{q}"][network][epoch][k] for q in "xy"]
                assert point == pytest.approx([alone.inputs, alone.labels], abs=ROUNDING)


def test_only_the_draws_follow_the_seed(layers):
    y = np.arange(60) % 4
    one, two = (group_readings(layers, y, bins=4, seed=seed) for seed in (0, 1))
    assert {name for name in one if one[name] != two[name]} == {"neurons_x", "neurons_y"}


def test_layers_lie_inside_whatever_stands_before_the_epochs():
    layers = [np.arange(6.0).reshape(2, 3) + 10 * k for k in range(2)]  # (networks, epochs)
    assert layers_inside(layers)[1][2] == [5.0, 15.0]
