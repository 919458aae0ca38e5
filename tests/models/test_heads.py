"""Classifiers of one embedding as one model: each is what PyTorch's own layers are, and alone."""

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from infoplane.errors import InputError
from infoplane.models.heads import Heads, fit
from infoplane.models.members import ORDER
from infoplane.streams import stream

QUICK = {"epochs": 3, "batch_size": 16, "learning_rate": 1e-2}


def rows(n=50, d=5, seed=0):
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def labels(x):
    return (x[:, 0] + x[:, 1] ** 2 > 0.8).long()


X = rows()
Y = labels(X)


def by_torch(model, member, tensors=None):
    """The member as a module of PyTorch's own layers; or one with other tensors for weights."""
    network = nn.Sequential(
        nn.Linear(model.dim, model.hidden), nn.ReLU(), nn.Linear(model.hidden, 1)
    ).to(model.first)
    first, bias, last, shift = (t.detach() for t in tensors or model.parameters())
    own = slice(member * model.hidden, (member + 1) * model.hidden)
    with torch.no_grad():
        for p, q in zip(
            network.parameters(),
            (first[own], bias[own], last[None, member], shift[None, member]),
            strict=True,
        ):
            p.copy_(q)
    return network


def same(one, other):
    for p, q in zip(one.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(p, q)


def weights(model):
    return [p.detach().clone() for p in model.parameters()]


def test_each_is_a_perceptron_of_torch_s_layers():
    model = Heads(5, [3, 4, 5], hidden=7).double()
    with torch.no_grad():  # biases are 0 at first
        for p in model.parameters():
            p += 0.3 * torch.randn(p.shape, generator=torch.Generator().manual_seed(1))
    logits = model(X)
    assert logits.shape == (3, 50)
    for member, own in enumerate(logits):
        torch.testing.assert_close(own, by_torch(model, member)(X)[:, 0])


def test_every_parameter_has_the_gradient_of_torch():
    model = Heads(5, [3, 4]).double()
    loss = binary_cross_entropy_with_logits(model(X), Y.double().expand(2, -1), reduction="sum")
    found = torch.autograd.grad(loss, list(model.parameters()))
    for member in range(2):
        network = by_torch(model, member)
        logits = network(X)[:, 0]
        binary_cross_entropy_with_logits(logits, Y.double(), reduction="sum").backward()
        theirs = by_torch(model, member, found).parameters()
        for own, p in zip(theirs, network.parameters(), strict=True):
            assert p.grad.abs().max() > 0
            torch.testing.assert_close(own, p.grad)


def test_weights_follow_their_law_and_their_seed_alone():
    state = torch.random.get_rng_state(), np.random.get_state()[1].copy()
    model, alone = Heads(300, [*range(20)], hidden=100), Heads(300, [7], hidden=100)
    # 600 000 and 2 000 draws: a standard deviation is known to 1 in sqrt(2 n), .1 % and 1.6 %
    assert float(model.first.detach().std()) == pytest.approx(math.sqrt(2 / 300), rel=0.005)
    assert float(model.last.detach().std()) == pytest.approx(0.1, rel=0.06)
    assert not model.bias.any()
    assert not model.shift.any()
    assert torch.equal(model.first[700:800], alone.first)
    assert torch.equal(model.last[7], alone.last[0])
    assert not torch.equal(model.last[0], model.last[7])
    fit(alone, rows(d=300), Y, **QUICK)
    assert torch.equal(torch.random.get_rng_state(), state[0])
    np.testing.assert_array_equal(np.random.get_state()[1], state[1])


def test_a_member_becomes_what_it_becomes_alone():
    # float64, as Adam makes whole steps along gradients that are rounding
    model = Heads(5, [1, 2, 8]).double()
    start = weights(model)
    fit(model, X, Y, order=3, **QUICK)
    for member, seed in enumerate([1, 2, 8]):
        alone = Heads(5, [seed]).double()
        fit(alone, X, Y, order=3, **QUICK)
        same(by_torch(model, member), by_torch(alone, 0))
        moved = by_torch(model, member, start).parameters()
        for p, q in zip(by_torch(model, member).parameters(), moved, strict=True):
            assert not torch.allclose(p, q, atol=1e-3)


@pytest.mark.parametrize("batch_size", [16, 25, 1_000])
def test_a_member_becomes_what_it_becomes_in_torch(batch_size):
    """50 rows in 16s leave a batch of two, whose rows weigh more; fewer than a batch are one."""
    model = Heads(5, [2]).double()
    network, generator = by_torch(model, 0), stream(9, ORDER)
    fit(model, X, Y, order=9, **QUICK | {"batch_size": batch_size})
    theirs = torch.optim.Adam(network.parameters(), lr=1e-2)
    for _ in range(3):
        for batch in torch.randperm(50, generator=generator).split(batch_size):
            theirs.zero_grad()
            logits = network(X[batch])[:, 0]
            binary_cross_entropy_with_logits(logits, Y[batch].double()).backward()
            theirs.step()
    same(by_torch(model, 0), network)


def test_the_order_is_all_that_order_decides():
    trained = {}
    for order in (0, 0, 1):
        model = Heads(5, [4]).double()
        assert fit(model, X, Y, order=order, **QUICK) == 3
        trained.setdefault(order, []).append(model)
    (one, again), (other,) = trained[0], trained[1]
    for p, q, r in zip(one.parameters(), again.parameters(), other.parameters(), strict=True):
        assert torch.equal(p, q)
        assert not torch.allclose(p, r, atol=1e-4)
    whole = []
    for order in (0, 1):
        model = Heads(5, [4]).double()
        fit(model, X, Y, order=order, **QUICK | {"batch_size": 50})
        whole.append(model)
    same(*whole)  # sums over all rows, in another order


def test_float32_is_float64_but_for_rounding():
    models = [Heads(5, [0, 1]), Heads(5, [0, 1]).double()]
    for model in models:
        fit(model, X, Y, **QUICK)
    assert all(p.dtype == torch.float32 for p in models[0].parameters())
    # a step of 1e-2 that rounding of a gradient near 0 turns about would be ten times as much
    torch.testing.assert_close(models[0](X.float()).double(), models[1](X), rtol=0, atol=2e-3)


@pytest.mark.parametrize("dress", [torch.Tensor.tolist, torch.Tensor.numpy, torch.Tensor.float])
def test_what_is_given_in_another_dress_gives_the_same(dress):
    expected, found = Heads(5, [0]), Heads(5, [0])
    fit(expected, X, Y, **QUICK)
    fit(found, dress(X), dress(Y), **QUICK)
    same(expected, found)
    again = Heads(5, [0])
    fit(again, X, Y == 1, **QUICK)
    same(expected, again)


def test_on_epoch_sees_the_weights_of_its_time_and_stops():
    model, seen = Heads(5, [0]), []

    def look(epoch):
        seen.append((epoch, model.first.detach().clone()))
        return epoch == 2

    start = model.first.detach().clone()
    assert fit(model, X, Y, on_epoch=look, **QUICK | {"epochs": 9}) == 2
    assert [epoch for epoch, _ in seen] == [0, 1, 2]
    assert torch.equal(seen[0][1], start)
    assert torch.equal(seen[2][1], model.first)
    short = Heads(5, [0])
    fit(short, X, Y, **QUICK | {"epochs": 1})
    assert torch.equal(seen[1][1], short.first)


@pytest.mark.parametrize("options", [{"epochs": 0}, {"on_epoch": lambda epoch: epoch == 0}])
def test_no_epoch_leaves_the_weights(options):
    model = Heads(5, [0])
    start = weights(model)
    assert fit(model, X, Y, **QUICK | options) == 0
    assert all(torch.equal(p, q) for p, q in zip(model.parameters(), start, strict=True))


def test_of_a_linear_problem_it_loses_what_there_is_to_lose():
    """P(y = 1 | x) = 1 / (1 + exp(-2 x_1)): no loss of new rows is below H(Y | X) but by chance."""
    x = rows(6_000, 2)
    odds = 2 * x[:, 0]
    draws = torch.rand(6_000, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    y = (draws < odds.sigmoid()).double()
    model = Heads(2, range(5), hidden=8)
    fit(model, x[:3_000], y[:3_000], epochs=20, batch_size=100, learning_rate=1e-2)
    new = slice(3_000, None)
    least = binary_cross_entropy_with_logits(odds[new], y[new])
    logits = model(x[new].float()).detach().double()
    found = [float(binary_cross_entropy_with_logits(own, y[new]) - least) for own in logits]
    # 33 weights fitted to 3000 rows lose 33 / 6000 = .0055 nats; of a loss e more than the least,
    # log ratios spread by sqrt(2 e) = .1, and their mean over 3000 rows by .002
    assert max(found) < 0.0055 + 6 * 0.002
    assert min(found) > -3 * 0.002


def test_what_can_be_separated_is():
    y = X[:, 0] > 0
    model = Heads(5, range(3))
    fit(model, X, y, epochs=200, batch_size=16, learning_rate=1e-2)
    logits = model(X.float())
    assert ((logits > 0) == y).all()
    assert binary_cross_entropy_with_logits(logits, y.float().expand(3, -1)) < 0.05


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"dim": 0}, "dim=0 is not accepted: pass an integer >= 1"),
        ({"dim": 2.0}, r"dim=2\.0 is not accepted"),
        ({"hidden": 0}, "hidden=0 is not accepted: pass an integer >= 1"),
        ({"seeds": []}, r"seeds=\[\]: give one for each"),
        ({"seeds": [0, -1]}, "seed=-1"),
        ({"seeds": [0.5]}, r"seed=0\.5"),
        ({"seeds": 3}, "seeds=3 is not accepted: pass a list"),
    ],
)
def test_classifiers_that_are_not(change, match):
    options = {"dim": 3, "seeds": [0], "hidden": 4} | change
    with pytest.raises(InputError, match=match):
        Heads(options.pop("dim"), **options)


def with_one(value):
    x = X.clone()
    x[7, 3] = value
    return x


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"x": X[:, :4]}, r"x has shape \(50, 4\): \(n, 5\) is accepted"),
        ({"x": X[0]}, r"x has shape \(5,\)"),
        ({"x": X[None]}, r"x has shape \(1, 50, 5\)"),
        ({"x": X[:0], "y": Y[:0]}, r"x has shape \(0, 5\)"),
        ({"x": [["a"] * 5] * 50}, "x "),
        ({"x": with_one(math.nan)}, "x has 1 values that are NaN, infinite or too large"),
        ({"x": with_one(-math.inf)}, "x has 1 values that are NaN, infinite"),
        ({"x": with_one(1e300)}, "too large for float32: drop, replace or scale them"),
        ({"y": Y[:-1]}, r"y has shape \(49,\) for 50 rows of x: one 0 or 1 for each row"),
        ({"y": Y[:, None]}, r"y has shape \(50, 1\) for 50 rows"),
        ({"y": 2 * Y - 1}, r"y has \d+ labels that are neither 0 nor 1, -1 the first"),
        ({"y": Y + 0.5}, r"y has 50 labels that are neither 0 nor 1, [01]\.5 the first"),
        ({"y": [math.nan, *Y.tolist()[1:]]}, "y "),
        ({"y": ["cat"] * 50}, "y "),
        ({"epochs": -1}, "epochs=-1 .*integer >= 0"),
        ({"epochs": 1.5}, r"epochs=1\.5 "),
        ({"batch_size": 0}, "batch_size=0 .*integer >= 1"),
        ({"learning_rate": 0}, "learning_rate=0 .*number > 0"),
        ({"learning_rate": math.nan}, "learning_rate=nan "),
        ({"order": -1}, "order=-1 .*integer >= 0"),
        ({"order": None}, "order=None "),
    ],
)
def test_training_that_cannot_be_is_refused_and_leaves_the_weights(change, match):
    model = Heads(5, [0, 1])
    start = weights(model)
    with pytest.raises(InputError, match=match):
        fit(model, **{"x": X, "y": Y, **QUICK, **change})
    assert all(torch.equal(p, q) for p, q in zip(model.parameters(), start, strict=True))
