"""Small convolutional networks: those of PyTorch's own layers, members as they are alone."""

import math

import pytest
import torch
from torch import nn

from infoplane.datasets import vision
from infoplane.errors import InputError
from infoplane.models.images import accuracy, fit
from infoplane.models.members import ORDER
from infoplane.models.small_cnn import LAYERS, SmallCNNs
from infoplane.plane.activations import outputs_of
from infoplane.streams import stream


def pixels(n=40, seed=0):
    return torch.rand(n, 784, generator=torch.Generator().manual_seed(seed))


def labels(n=40):
    return torch.arange(n) % 10


def by_torch(model, member, tensors=None):
    """The member as a module of PyTorch's own layers; or one with other tensors for weights."""
    network = nn.Sequential(
        nn.Conv2d(1, 4, 5, stride=2), nn.ReLU(), nn.Flatten(),
        nn.Linear(576, 32), nn.Linear(32, 10),
    ).to(model.fc2.weight)  # fmt: skip
    own = [p.detach()[member] for p in tensors or model.parameters()]
    own = [p.T if p.ndim == 2 else p for p in own]
    with torch.no_grad():
        for p, q in zip(network.parameters(), own, strict=True):
            p.copy_(q)
    return network


def test_it_is_the_network_of_torch_s_layers():
    model, x = SmallCNNs(seeds=[3, 4]), pixels()
    found, logits = outputs_of(model, LAYERS, x), model(x)
    assert {name: rows.shape for name, rows in found.items()} == {
        name: (2, 40, columns) for name, columns in LAYERS.items()
    }
    for member in range(2):
        outputs, h = [], x.view(-1, 1, 28, 28)
        for module in by_torch(model, member):
            h = module(h)
            outputs.append(h)
        torch.testing.assert_close(logits[member], h)
        for name, rows in zip(LAYERS, [*outputs[2:4], h.softmax(1)], strict=True):
            torch.testing.assert_close(found[name][member], rows)


def test_every_parameter_has_the_gradient_of_torch():
    model, x, y = SmallCNNs(seeds=[3, 4]).double(), pixels().double(), labels()
    loss = nn.functional.cross_entropy(model(x).flatten(0, 1), y.repeat(2), reduction="sum")
    found = torch.autograd.grad(loss, list(model.parameters()))
    for member in range(2):
        network = by_torch(model, member)
        nn.functional.cross_entropy(network(x.view(-1, 1, 28, 28)), y, reduction="sum").backward()
        theirs = by_torch(model, member, found).parameters()
        for own, p in zip(theirs, network.parameters(), strict=True):
            assert p.grad.abs().max() > 0
            torch.testing.assert_close(own, p.grad)


def test_rows_may_be_images_or_of_each_member():
    model, x = SmallCNNs(seeds=[0, 1]), pixels(6)
    expected = model(x)
    assert torch.equal(model(x.view(6, 28, 28)), expected)
    assert torch.equal(model(x.view(6, 28, 28).numpy()), expected)
    each = torch.stack([x, pixels(6, seed=1)])
    torch.testing.assert_close(model(each)[0], expected[0])
    torch.testing.assert_close(model(each)[1], model(each[1])[1])


def test_weights_follow_the_law_of_torch_and_the_seed():
    state = torch.random.get_rng_state()
    model, alone = SmallCNNs(seeds=[*range(20)]), SmallCNNs(seeds=[7])
    assert torch.equal(torch.random.get_rng_state(), state)
    weights = [model.convolution1.weight, model.fc1.weight, model.fc2.weight]
    for weight, fan_in in zip(weights, (25, 576, 32), strict=True):
        assert weight.abs().max() <= fan_in**-0.5
        # of N uniform draws the standard deviation is off by 0.45 / sqrt(N), with N >= 2000
        assert float(weight.detach().std()) == pytest.approx(1 / math.sqrt(3 * fan_in), rel=0.03)
    for together, own in zip(model.parameters(), alone.parameters(), strict=True):
        assert torch.equal(together[7], own[0])
        assert not torch.equal(together[0], own[0])


@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
def test_a_member_becomes_what_it_becomes_alone(optimiser):
    x, y, options = pixels(), labels(), {"epochs": 3, "batch_size": 16, "learning_rate": 1e-2}
    # float64, as Adam makes whole steps along gradients that are rounding
    model, alone = SmallCNNs(seeds=[1, 2]).double(), SmallCNNs(seeds=[2]).double()
    before = [p.detach().clone() for p in model.parameters()]
    fit(model, x, y, optimiser=optimiser, seeds=[1, 2], **options)
    fit(alone, x, y, optimiser=optimiser, seeds=[2], **options)
    for together, own, start in zip(model.parameters(), alone.parameters(), before, strict=True):
        torch.testing.assert_close(together[1], own[0])
        assert not torch.equal(together, start)


def test_a_member_becomes_what_it_becomes_in_torch():
    x, y = pixels().double(), labels()
    model = SmallCNNs(seeds=[2]).double()
    network, generator = by_torch(model, 0), stream(2, ORDER)
    fit(model, x, y, epochs=2, batch_size=16, learning_rate=0.1, seeds=[2])
    theirs = torch.optim.SGD(network.parameters(), lr=0.1)
    for _ in range(2):
        for rows in torch.randperm(40, generator=generator).split(16):
            theirs.zero_grad()
            nn.functional.cross_entropy(network(x[rows].view(-1, 1, 28, 28)), y[rows]).backward()
            theirs.step()
    for own, by_hand in zip(by_torch(model, 0).parameters(), network.parameters(), strict=True):
        torch.testing.assert_close(own, by_hand)


def test_it_learns_digits_and_can_be_stopped():
    digits = vision.load("digits", n=300)
    x = nn.functional.interpolate(torch.as_tensor(digits.images)[:, None], (28, 28))[:, 0]
    model, seen = SmallCNNs(seeds=[0]), []
    done = fit(
        model,
        x,
        digits.labels,
        epochs=60,
        batch_size=32,
        learning_rate=3e-3,
        optimiser="adam",
        seeds=[0],
        on_epoch=lambda epoch: seen.append(epoch) or float(accuracy(model, x, digits.labels)) > 0.9,
    )
    assert seen == list(range(done + 1))
    assert done < 60
    assert float(accuracy(model, x, digits.labels)) > 0.9


@pytest.mark.parametrize(
    ("x", "y", "told"),
    [
        (torch.zeros(4, 783), [0] * 4, r"x has shape \(4, 783\)"),
        (torch.zeros(3, 4, 784), [0] * 4, r"x has shape \(3, 4, 784\)"),
        (torch.full((4, 784), math.inf), [0] * 4, "x has 3136 values that are NaN, infinite"),
        (torch.zeros(4, 784), [0] * 3, "each of the 4 rows"),
        (torch.zeros(4, 784), [0, 1, 2, 10], "from 0 to 10"),
    ],
)
def test_what_does_not_fit_is_refused(x, y, told):
    with pytest.raises(InputError, match=told):
        fit(SmallCNNs([0, 1]), x, y, epochs=1, batch_size=2, learning_rate=0.1, seeds=[0, 1])


@pytest.mark.parametrize("seeds", [[], [-1], [0.5]])
def test_seeds_out_of_range_are_refused(seeds):
    with pytest.raises(InputError, match="seed"):
        SmallCNNs(seeds)
