import copy
import math
import random

import numpy as np
import pytest
import torch
from torch import nn

from infoplane.plane.activations import outputs_of
from infoplane.plane.untouched import untouched


class Restless(nn.Module):
    """Noise from every source there is, in both modes, and a buffer that counts passes."""

    def __init__(self):
        super().__init__()
        self.register_buffer("passes", torch.zeros(()))
        self.own = torch.Generator().manual_seed(5)
        self.several = [np.random.default_rng(6)]

    def forward(self, x):
        self.passes = self.passes + 1
        noise = torch.randn(x.shape, generator=self.own) + torch.randn(x.shape)
        scalars = np.random.normal() + random.random() + self.several[0].normal()
        return x + 0.1 * (noise + scalars).to(x)


def restless():
    torch.manual_seed(1)
    return nn.Sequential(
        nn.Linear(3, 8), nn.BatchNorm1d(8), Restless(), nn.ReLU(inplace=True), nn.Dropout(0.5),
        nn.Linear(8, 2),
    )  # fmt: skip


def trained(look, device="cpu"):
    """Every bit that training leaves behind, `look(model, x)` being called on the way."""
    model = restless().to(device)
    random.seed(2)
    np.random.seed(3)
    torch.manual_seed(4)
    x, y = torch.randn(32, 3).to(device), (torch.arange(32) % 2).to(device)
    optimiser = torch.optim.Adam(model.parameters())
    for _ in range(4):
        look(model, x)
        loss = nn.functional.cross_entropy(model(x), y)
        look(model, x)  # the graph waits for its backward pass
        optimiser.zero_grad()
        loss.backward()
        look(model, x)
        optimiser.step()
    states = [torch.randn(1), torch.randn(1, device=device), torch.tensor(np.random.normal())]
    states += [torch.tensor(random.random()), torch.randn(1, generator=model[2].own)]
    states += [torch.tensor(model[2].several[0].normal())]
    states += [p.grad for p in model.parameters()]
    return [*model.state_dict().values(), *states]


DEVICES = [
    "cpu",
    pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")),
]


@pytest.mark.parametrize("device", DEVICES)
def test_training_is_the_same_bit_by_bit(device):
    plain = trained(lambda model, x: None, device)
    looked = trained(lambda model, x: outputs_of(model, ["1", "2", "5"], x), device)
    assert all(torch.equal(a, b) for a, b in zip(plain, looked, strict=True))
    # and it could have been different
    disturbed = trained(lambda model, x: model(x), device)
    assert not any(torch.equal(a, b) for a, b in zip(plain[:4], disturbed[:4], strict=True))


def test_flags_set_apart_and_hooks_survive_an_error():
    model = restless().train()
    model[1].eval()
    before = copy.deepcopy(model.state_dict())
    flags = [m.training for m in model.modules()]
    for x in (torch.zeros(4, 3), torch.zeros(4, 7)):  # the second does not fit the weights
        try:
            outputs_of(model, ["0", "2"], x)
        except RuntimeError:
            assert x.shape[1] == 7
        assert [m.training for m in model.modules()] == flags
        assert not any(m._forward_hooks for m in model.modules())
        assert torch.is_grad_enabled()
        assert all(torch.equal(v, before[k]) for k, v in model.state_dict().items())
    with untouched(model):
        assert not any(m.training for m in model.modules())
        assert not torch.is_grad_enabled()
        model[1].running_mean += 1
    assert [m.training for m in model.modules()] == flags
    assert torch.equal(model[1].running_mean, before["1.running_mean"])


def test_a_buffer_with_nan_leaves_the_backward_pass_alone():
    class Masked(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(2))
            self.register_buffer("scale", torch.tensor([1.0, math.nan]))

        def forward(self, x):
            return x * self.weight * self.scale

    model = Masked()
    loss = model(torch.ones(4, 2))[:, 0].sum()
    outputs_of(model, [""], torch.ones(4, 2))
    loss.backward()
    assert model.weight.grad[0] == 4
    with untouched(model):
        model.scale[0] = math.nan
    assert model.scale[0] == 1
