"""Random tanh networks, and that training teaches them something."""

import math

import pytest
import torch

from infoplane.errors import InputError
from infoplane.models.dense import fit_classifier, tanh_network


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_the_weights_follow_the_law_and_the_generator():
    state = torch.random.get_rng_state()
    network = tanh_network([400, 300], generator(), gain=2.0)
    weights = network[0].weight
    # 120 000 draws: the standard deviation is known to 1 in sqrt(2 n) = 0.2 %
    assert float(weights.detach().std()) == pytest.approx(2 / math.sqrt(400), rel=0.01)
    again = tanh_network([400, 300], generator(), gain=2.0)
    assert torch.equal(again[0].weight, weights)
    other = tanh_network([400, 300], generator(1), gain=2.0)
    assert not torch.equal(other[0].weight, weights)
    assert torch.equal(torch.random.get_rng_state(), state)


def test_every_layer_is_a_tanh():
    network = tanh_network([5, 4, 3], generator())
    t = network(10 * torch.randn(50, 5, generator=generator()))
    assert t.shape == (50, 3)
    assert t.abs().max() <= 1


def test_training_learns_what_can_be_learned():
    x = torch.randn(500, 4, generator=generator())
    y = (x[:, 0] > 0).long()
    network = tanh_network([4, 8], generator())
    before = network[0].weight.clone()
    accuracy = fit_classifier(network, x, y, generator(), steps=300, learning_rate=1e-2)
    assert accuracy > 0.95  # a linear rule of one coordinate; chance is a half
    assert not torch.equal(before, network[0].weight)


def test_one_width_is_no_network():
    with pytest.raises(InputError, match=r"widths=\[3\] has no layer"):
        tanh_network([3], generator())
