"""LeNet-5: the network of the table, and members that are what they are alone."""

import math

import pytest
import torch
from torch import nn

from infoplane.datasets import vision
from infoplane.errors import InputError
from infoplane.models.images import accuracy, fit, loss_and_accuracy
from infoplane.models.lenet import LAYERS, LeNets
from infoplane.models.members import ORDER
from infoplane.streams import stream

THEIRS = {
    "sgd": (torch.optim.SGD, {}),
    "momentum": (torch.optim.SGD, {"momentum": 0.9}),
    "adam": (torch.optim.Adam, {}),
}


def pixels(n=40, seed=0):
    return torch.rand(n, 784, generator=torch.Generator().manual_seed(seed))


def labels(n=40):
    return torch.arange(n) % 10


def by_torch(model, member):
    """The member as a module of PyTorch's own layers."""
    network = nn.Sequential(
        nn.Conv2d(1, 20, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(20, 50, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, 10),
    )  # fmt: skip
    own = [p.detach()[member] for p in model.parameters()]
    own = [p.T if p.ndim == 2 else p for p in own]
    with torch.no_grad():
        for p, q in zip(network.parameters(), own, strict=True):
            p.copy_(q)
    return network


def test_it_is_the_network_of_the_table():
    model, x = LeNets(seeds=[3, 4]), pixels()
    found, logits = model.layers(x), model(x)
    assert {name: rows.shape for name, rows in found.items()} == {
        name: (2, 40, columns) for name, columns in LAYERS.items()
    }
    for member in range(2):
        network = by_torch(model, member)
        outputs, h = [], x.view(-1, 1, 28, 28)
        for module in network:
            h = module(h)
            outputs.append(h)
        torch.testing.assert_close(logits[member], h)
        expected = [outputs[2].flatten(1), outputs[5].flatten(1), outputs[8], h.softmax(1)]
        for name, rows in zip(LAYERS, expected, strict=True):
            torch.testing.assert_close(found[name][member], rows)


def test_rows_may_be_images_or_of_each_member():
    model, x = LeNets(seeds=[0, 1]), pixels(6)
    expected = model(x)
    assert torch.equal(model(x.view(6, 28, 28)), expected)
    assert torch.equal(model(x.view(6, 28, 28).numpy()), expected)
    each = torch.stack([x, pixels(6, seed=1)])
    torch.testing.assert_close(model(each)[0], expected[0])
    torch.testing.assert_close(model(each)[1], model(each[1])[1])


def test_weights_follow_the_law_of_torch_and_the_seed():
    state = torch.random.get_rng_state()
    model = LeNets(seeds=[5, 7])
    assert torch.equal(torch.random.get_rng_state(), state)
    torch.manual_seed(0)
    for own, theirs in zip(model.parameters(), by_torch(model, 0).parameters(), strict=True):
        assert own[0].numel() == theirs.numel()
    for layer, fan_in in zip(model.children(), (25, 500, 800, 500), strict=True):
        for tensor in (layer.weight, layer.bias):
            assert tensor.abs().max() <= fan_in**-0.5
        assert float(layer.weight.detach().std()) == pytest.approx(
            1 / math.sqrt(3 * fan_in), rel=0.05
        )
    alone = LeNets(seeds=[7])
    for together, own in zip(model.parameters(), alone.parameters(), strict=True):
        assert torch.equal(together[1], own[0])
        assert not torch.equal(together[0], own[0])


@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "adam"])
def test_a_member_becomes_what_it_becomes_alone_and_in_torch(optimiser):
    x, y, options = pixels(), labels(), {"epochs": 2, "batch_size": 16, "learning_rate": 1e-3}
    model, alone = LeNets(seeds=[1, 2]), LeNets(seeds=[2])
    network, generator = by_torch(alone, 0), stream(2, ORDER)
    fit(model, x, y, optimiser=optimiser, seeds=[1, 2], **options)
    fit(alone, x, y, optimiser=optimiser, seeds=[2], **options)
    kind, more = THEIRS[optimiser]
    theirs = kind(network.parameters(), lr=1e-3, **more)
    for _ in range(2):
        for rows in torch.randperm(40, generator=generator).split(16):
            theirs.zero_grad()
            logits = network(x[rows].view(-1, 1, 28, 28))
            nn.functional.cross_entropy(logits, y[rows]).backward()
            theirs.step()
    for together, own in zip(model.parameters(), alone.parameters(), strict=True):
        torch.testing.assert_close(together[1], own[0], rtol=1e-4, atol=1e-5)
    for own, by_hand in zip(by_torch(alone, 0).parameters(), network.parameters(), strict=True):
        torch.testing.assert_close(own, by_hand, rtol=1e-3, atol=2e-5)


def test_the_loss_is_that_of_torch_part_by_part():
    model, x, y = LeNets(seeds=[0, 1]), pixels(700), labels(700)  # more rows than a part has
    loss, share = loss_and_accuracy(model, x, y)
    theirs = [nn.functional.cross_entropy(logits, y).double() for logits in model(x).detach()]
    torch.testing.assert_close(loss, torch.stack(theirs), rtol=1e-5, atol=0)
    assert torch.equal(share, accuracy(model, x, y))
    with pytest.raises(InputError, match="each of the 700 rows"):
        loss_and_accuracy(model, x, y[:-1])


def test_it_learns_digits_and_can_be_stopped():
    digits = vision.load("digits", n=300)
    x = torch.nn.functional.interpolate(torch.as_tensor(digits.images)[:, None], (28, 28))
    model, seen = LeNets(seeds=[0]), []
    done = fit(
        model,
        x.flatten(1),
        digits.labels,
        epochs=30,
        batch_size=32,
        learning_rate=1e-3,
        optimiser="adam",
        seeds=[0],
        on_epoch=lambda epoch: (
            seen.append(epoch) or float(accuracy(model, x[:, 0], digits.labels)) > 0.9
        ),
    )
    assert seen == list(range(done + 1))
    assert done < 30
    assert float(accuracy(model, x[:, 0], digits.labels)) > 0.9


@pytest.mark.parametrize(
    ("x", "y", "told"),
    [
        (torch.zeros(4, 783), [0] * 4, r"x has shape \(4, 783\)"),
        (torch.zeros(3, 4, 784), [0] * 4, r"x has shape \(3, 4, 784\)"),
        (torch.zeros(4, 784), [0] * 3, "each of the 4 rows"),
        (torch.zeros(4, 784), [0.0] * 4, "whole number"),
        (torch.zeros(4, 784), [0, 1, 2, 10], "from 0 to 10"),
    ],
)
def test_what_does_not_fit_is_refused(x, y, told):
    with pytest.raises(InputError, match=told):
        fit(LeNets([0, 1]), x, y, epochs=1, batch_size=2, learning_rate=0.1, seeds=[0, 1])


@pytest.mark.parametrize(
    "wrong", [{"optimiser": "rmsprop"}, {"epochs": -1}, {"learning_rate": 0}, {"seeds": [0, 1]}]
)
def test_options_out_of_range_are_refused(wrong):
    options = {"epochs": 1, "batch_size": 2, "learning_rate": 0.1, "seeds": [0]} | wrong
    with pytest.raises(InputError, match=next(iter(wrong))):
        fit(LeNets([0]), torch.zeros(4, 784), [0] * 4, **options)
