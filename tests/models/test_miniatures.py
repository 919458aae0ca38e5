"""Networks in small: what their families are known by, and a training that is all its seed's."""

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from infoplane.datasets import vision
from infoplane.errors import InputError
from infoplane.models.miniatures import EMBEDDING, FAMILIES, Miniature, pretrain

every = pytest.mark.parametrize("family", FAMILIES)
QUICK = {"epochs": 2, "batch_size": 16, "learning_rate": 1e-2, "seed": 0}


def digits(n=64):
    found = vision.load("digits", n=n)
    return torch.as_tensor(found.images).float()[:, None], torch.as_tensor(found.labels).long()


X, Y = digits()


def network(family="residual", *, blocks=1, classes=10, seed=0):
    return Miniature(family, blocks=blocks, classes=classes, seed=seed)


def trained(family="residual", **options):
    return pretrain(network(family), X, Y, **QUICK | options)


def loss(model):
    with torch.no_grad():
        return float(cross_entropy(model(X), Y))


def states(model):
    return [tensor.clone() for tensor in model.state_dict().values()]


def equal(one, other):
    return all(torch.equal(a, b) for a, b in zip(states(one), states(other), strict=True))


def maps(count, seed=0, n=3):
    g = torch.Generator().manual_seed(seed)
    return torch.randn(n, count, 8, 8, generator=g)


def moved(block):
    """With weights, and means and variances of normalisation, that are nobody's start."""
    g = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for p in block.parameters():
            p += 0.3 * torch.randn(p.shape, generator=g)
        for module in block.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.running_mean += 0.3 * torch.randn(module.running_mean.shape, generator=g)
                module.running_var += torch.rand(module.running_var.shape, generator=g)
    return block.eval()


def seen(block, place):
    """What maps one place of the output depends on, by which maps (outputs, inputs, 8, 8)."""
    x = maps(16, n=1).requires_grad_()
    outputs = block(x)[0, :, place, place]
    return torch.stack([torch.autograd.grad(o, x, retain_graph=True)[0][0] for o in outputs]) != 0


def reach(block):
    """By how many places, left or right, an output looks around itself."""
    places = seen(block, 4).any(dim=0).any(dim=0).any(dim=0).nonzero()[:, 0]
    return int((places - 4).abs().max())


@every
@pytest.mark.parametrize("blocks", [1, 2])
def test_shapes(family, blocks):
    model = network(family, blocks=blocks, classes=5)
    assert EMBEDDING == 32
    assert model.embed(X).shape == (64, 32)
    assert model(X).shape == (64, 5)
    kinds = [type(FAMILIES[family](16, 16))] * (2 * blocks)
    assert [type(m) for m in model.features if type(m) in kinds] == kinds
    # the second stage has half the side
    sides = []
    for module in model.features:
        module.register_forward_hook(lambda m, i, o: sides.append(o.shape[1:]))
    model(X)
    assert sides[0] == (16, 8, 8)
    assert sides[-1] == (32, 4, 4)


@every
def test_logits_are_a_linear_layer_of_the_mean_over_places(family):
    model = moved(network(family))
    rows = model.features(X).mean(dim=3).mean(dim=2)
    torch.testing.assert_close(model.embed(X), rows)
    torch.testing.assert_close(model(X), rows @ model.head.weight.T + model.head.bias)
    assert (rows >= 0).all()  # behind a ReLU


@every
def test_every_parameter_has_a_gradient(family):
    model = network(family, blocks=2)
    cross_entropy(model(X), Y).backward()
    # of no network that stands there twice: a block of its own each
    assert len({p.data_ptr() for p in model.parameters()}) == len(list(model.parameters()))
    assert all(p.grad.abs().max() > 0 for p in model.parameters())


def test_families_are_different_networks():
    models = {family: network(family) for family in FAMILIES}
    assert len({sum(p.numel() for p in m.parameters()) for m in models.values()}) == len(models)


def without_body(block):
    with torch.no_grad():
        for p in block.body.parameters():
            p.zero_()
    return block


@pytest.mark.parametrize("mode", [True, False])
@pytest.mark.parametrize(
    ("family", "left"),
    [("residual", torch.relu), ("preactivation", lambda x: x), ("separable", lambda x: x)],
)
def test_without_its_body_a_block_is_its_input(family, left, mode):
    x = maps(16)
    block = without_body(FAMILIES[family](16, 16)).train(mode)
    assert torch.equal(block(x), left(x))
    wider = without_body(FAMILIES[family](16, 32)).train(mode)
    torch.testing.assert_close(wider(x), left(nn.functional.conv2d(x, wider.across.weight)))


@pytest.mark.parametrize("family", ["residual", "preactivation", "separable"])
def test_what_a_block_adds_is_its_body(family):
    block, x = moved(FAMILIES[family](16, 16)), maps(16)
    total = x + block.body(x)
    torch.testing.assert_close(block(x), total.relu() if family == "residual" else total)


def test_residual_looks_two_convolutions_far_and_preactivation_normalises_before_each():
    assert reach(moved(FAMILIES["residual"](16, 16))) == 2
    block = moved(FAMILIES["preactivation"](16, 16))
    assert reach(block) == 2
    kinds = [nn.BatchNorm2d, nn.ReLU, nn.Conv2d]
    assert [type(m) for m in block.body] == kinds * 2
    # nothing is behind the sum: what is negative stays
    assert (block(maps(16)) < 0).any()
    assert (FAMILIES["residual"](16, 16)(maps(16)) >= 0).all()


def test_separable_convolutions_go_map_by_map_and_then_over_maps():
    block = moved(FAMILIES["separable"](16, 32))
    single, across = (m for m in block.body if isinstance(m, nn.Conv2d))
    kernel = seen(single, 4)
    assert torch.equal(kernel.any(dim=(2, 3)), torch.eye(16, dtype=torch.bool))
    assert reach(single) == 1
    assert seen(across, 4).any(dim=(2, 3)).all()
    assert reach(across) == 0
    # 9 numbers a map and 16 x 32 in place of 9 x 16 x 32
    assert single.weight.numel() + across.weight.numel() == 9 * 16 + 16 * 32


def test_inception_has_four_ways_side_by_side():
    block, x = moved(FAMILIES["inception"](16, 32)), maps(16)
    parts = block(x).split(8, dim=1)
    assert len(parts) == len(block.ways) == 4
    for part, way in zip(parts, block.ways, strict=True):
        assert torch.equal(part, way(x))
    assert [reach(way) for way in block.ways] == [0, 1, 2, 1]
    pool, behind = block.ways[3]
    # a mean over 3 x 3 places, the border's included, and then a convolution of single places
    torch.testing.assert_close(
        pool(torch.ones(1, 16, 8, 8))[..., 1:7, 1:7], torch.ones(1, 16, 6, 6)
    )
    assert reach(behind) == 0


@every
def test_weights_are_all_their_seed_s_and_no_other_numbers_are_touched(family, monkeypatch):
    elsewhere = []
    monkeypatch.setattr(torch.cuda, "manual_seed_all", elsewhere.append)
    state = torch.random.get_rng_state(), np.random.get_state()[1].copy()
    one, again, other = (network(family, seed=seed) for seed in (3, 3, 4))
    assert equal(one, again)
    assert not equal(one, other)
    pretrain(one, X, Y, **QUICK)
    assert torch.equal(torch.random.get_rng_state(), state[0])
    np.testing.assert_array_equal(np.random.get_state()[1], state[1])
    assert elsewhere == []


@every
def test_training_lowers_the_loss_and_ends_in_evaluation_mode(family):
    model = network(family)
    before = loss(model.eval())
    found = pretrain(model, X, Y, **QUICK | {"epochs": 30})
    assert found is model
    assert not any(module.training for module in model.modules())
    # log 10 and a little before; of other seeds at most .15 after 30 epochs, and 1.8 after 15
    assert before > 2
    assert loss(model) < 1


@every
def test_training_is_all_its_seed_s(family):
    one, again, other = trained(family), trained(family), trained(family, seed=1)
    assert equal(one, again)
    assert not equal(one, other)


def test_it_is_the_training_of_torch():
    """Adam, a rate that falls along half a cosine, and a rest of 64 - 3 x 20 images left out."""
    model, theirs = network().double(), network().double()
    pretrain(model, X, Y, **QUICK | {"batch_size": 20})
    optimiser = torch.optim.Adam(theirs.parameters())
    generator = torch.Generator().manual_seed(0)
    for step in range(6):
        if step % 3 == 0:
            order = torch.randperm(64, generator=generator)
        rows = order[step % 3 * 20 :][:20]
        optimiser.param_groups[0]["lr"] = 1e-2 * (1 + math.cos(math.pi * step / 6)) / 2
        optimiser.zero_grad()
        cross_entropy(theirs(X[rows].double()), Y[rows]).backward()
        optimiser.step()
    for a, b in zip(states(model), states(theirs), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-6, atol=1e-8)


@every
def test_in_evaluation_mode_an_image_is_embedded_as_if_it_were_alone(family):
    model = trained(family)
    start = states(model)
    with torch.no_grad():
        together = model.embed(X)
        for part in (slice(0, 1), slice(10, 13)):
            torch.testing.assert_close(model.embed(X[part]), together[part], rtol=1e-4, atol=1e-5)
    assert all(torch.equal(a, b) for a, b in zip(states(model), start, strict=True))


def test_images_in_another_dress_give_the_same():
    expected = trained()
    model = pretrain(network(), X.double().numpy(), Y.tolist(), **QUICK)
    assert equal(model, expected)


def test_no_epoch_leaves_the_weights():
    assert equal(trained(epochs=0), network())


def test_fewer_images_than_a_batch_are_one():
    """Whose order is of no matter but to the rounding of sums."""
    models = [pretrain(network().double(), X[:6], Y[:6], **QUICK | {"batch_size": size})
              for size in (6, 1_000)]  # fmt: skip
    assert equal(*models)
    assert not equal(models[0], network().double())


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"family": "dense"}, "family='dense' does not exist: choose one of residual, preact"),
        ({"family": "Residual"}, "did you mean 'residual'"),
        ({"blocks": 0}, "blocks=0 is not accepted: pass an integer >= 1"),
        ({"classes": 1}, "classes=1 .*integer >= 2"),
        ({"seed": -1}, "seed=-1 .*integer >= 0"),
        ({"seed": None}, "seed=None"),
    ],
)
def test_networks_that_are_not(change, match):
    with pytest.raises(InputError, match=match):
        network(**{"family": "residual", **change})


def with_one(value):
    x = X.double()
    x[7, 0, 3, 3] = value
    return x


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"x": X[:, 0]}, r"x has shape \(64, 8, 8\): \(n, 1, 8, 8\), 2 or more"),
        ({"x": X.flatten(1)}, r"x has shape \(64, 64\)"),
        ({"x": X.expand(-1, 3, -1, -1)}, r"x has shape \(64, 3, 8, 8\)"),
        ({"x": X[..., :7]}, r"x has shape \(64, 1, 8, 7\)"),
        ({"x": X[:0], "y": Y[:0]}, r"x has shape \(0, 1, 8, 8\)"),
        ({"x": X[:1], "y": Y[:1]}, r"x has shape \(1, 1, 8, 8\).* 2 or more"),
        ({"x": with_one(math.nan)}, "x has 1 values that are NaN, infinite or too large"),
        ({"x": with_one(1e300)}, "x has 1 values .*too large for float32"),
        ({"y": Y[:-1]}, r"y has shape \(63,\) .* each of the 64 images"),
        ({"y": Y[:, None]}, r"y has shape \(64, 1\)"),
        ({"y": Y.double()}, "y has .* dtype torch.float64: one whole number from 0 to 9"),
        ({"y": Y + 1}, "y has labels from 1 to 10: the network has 10 classes"),
        ({"y": Y - 1}, "y has labels from -1 to 8"),
        ({"y": ["one"] * 64}, "y "),
        ({"epochs": -1}, "epochs=-1 .*integer >= 0"),
        ({"batch_size": 1}, "batch_size=1 .*integer >= 2"),
        ({"learning_rate": 0.0}, r"learning_rate=0\.0 .*number > 0"),
        ({"learning_rate": math.inf}, "learning_rate=inf"),
        ({"seed": -1}, "seed=-1 .*integer >= 0"),
    ],
)
def test_training_that_cannot_be_is_refused_and_leaves_the_weights(change, match):
    model = network()
    start = states(model)
    with pytest.raises(InputError, match=match):
        pretrain(model, **{"x": X, "y": Y, **QUICK, **change})
    assert all(torch.equal(a, b) for a, b in zip(states(model), start, strict=True))
