import copy
import math

import numpy as np
import pytest
import torch
from torch import nn

from infoplane.errors import InputError
from infoplane.stopping.callbacks import InformationStopping, LossStopping
from tests.stopping.scripts import Script, Y


def network():
    """All that a check could disturb: dropout, batch statistics, noise in every mode."""

    class Noise(nn.Module):
        def forward(self, h):
            return h + 0.1 * torch.randn_like(h)

    torch.manual_seed(3)
    body = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Dropout(0.3), Noise())
    return nn.Sequential(body, nn.BatchNorm1d(8), nn.Linear(8, 2))


def rows(n=64):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, 4)).astype(np.float32)
    return x, (x[:, 0] + rng.normal(size=n) > 0).astype(np.int64)


def same(one, other):
    assert one.keys() == other.keys()
    return all(torch.equal(one[name], other[name]) for name in one)


def train(model, epochs, callback=None):
    """Plain training on the global random stream; the state after every epoch, and the loss."""
    x, y = map(torch.as_tensor, rows())
    optimiser = torch.optim.Adam(model.parameters(), lr=0.03)
    model.train()
    model[1].eval()  # one submodule in another mode than the rest
    torch.manual_seed(1)
    states = []
    for epoch in range(epochs):
        for part in torch.randperm(len(x)).split(16):
            optimiser.zero_grad()
            nn.functional.cross_entropy(model(x[part]), y[part]).backward()
            optimiser.step()
        states.append(copy.deepcopy(model.state_dict()))
        if callback is not None and callback(epoch):
            break
    return states, [p.grad.clone() for p in model.parameters()], torch.get_rng_state()


@pytest.mark.parametrize("kind", [InformationStopping, LossStopping])
def test_training_is_the_same_bit_for_bit(kind):
    plain, watched = network(), network()
    stopping = kind(watched, *rows(), every=1, patience=999, batch_size=10)
    without = train(plain, 6)
    with_it = train(watched, 6, stopping)
    assert len(stopping.history) == 6
    for one, other in zip(without[0], with_it[0], strict=True):
        assert same(one, other)
    for one, other in zip(without[1], with_it[1], strict=True):
        assert torch.equal(one, other)
    assert torch.equal(without[2], with_it[2])
    modes = [module.training for module in watched.modules()]
    assert modes == [module.training for module in plain.modules()]
    assert len(set(modes)) == 2


def test_modes_and_streams_come_back_after_an_error():
    model = network()
    model[1].eval()
    modes, stream = [m.training for m in model.modules()], torch.get_rng_state()
    x, y = rows()
    with pytest.raises(InputError, match="2 outputs"):
        InformationStopping(model, x, y + 3)(0)
    assert [m.training for m in model.modules()] == modes
    assert torch.equal(torch.get_rng_state(), stream)


@pytest.mark.parametrize("kind", [InformationStopping, LossStopping])
def test_restore_gives_the_best_state_bit_for_bit(kind):
    model = network()
    stopping = kind(model, *rows(), every=2, patience=3)
    states, *_ = train(model, 60, stopping)
    best = states[stopping.best_epoch]
    assert stopping.best_epoch < len(states) - 1
    assert not same(model.state_dict(), best)
    train(model, 3)  # a kept state that is an alias would follow
    stopping.restore()
    assert same(model.state_dict(), best)
    with torch.no_grad():
        model[2].weight.zero_()
    stopping.restore()
    assert same(model.state_dict(), best)


def test_restore_gives_back_buffers_that_the_state_leaves_out():
    class Remembering(nn.Module):
        def __init__(self):
            super().__init__()
            for name in ("mean", "cache", "empty"):
                value = None if name == "empty" else torch.zeros(1)
                self.register_buffer(name, value, persistent=False)

        def forward(self, x):
            return x + self.mean

    model = nn.Sequential(Remembering())
    stopping = LossStopping(model, np.zeros((4, 2)), [0, 1, 0, 1], every=1)
    stopping(0)
    mean = model[0].mean
    for _ in range(2):
        mean += 1
        model[0].cache = torch.ones(7)
        stopping.restore()
        assert model[0].mean is mean
        assert torch.equal(mean, torch.zeros(1))
        assert torch.equal(model[0].cache, torch.zeros(1))
        model[0].cache += 1


@pytest.mark.parametrize("kind", ["tensor", "array"])
def test_what_happens_to_the_rows_afterwards_does_not_matter(kind):
    x, y = rows()
    given = torch.as_tensor(x.copy()) if kind == "tensor" else x.copy()
    labels = torch.as_tensor(y.copy()) if kind == "tensor" else y.copy()
    model = network()
    stopping, kept = LossStopping(model, given, labels), LossStopping(model, x, y)
    given *= 0
    labels *= 0
    for each in (stopping, kept):
        each(0)
    assert stopping.history.equals(kept.history)


def test_rows_of_any_shape_and_any_type():
    y = np.arange(8) % 2
    images = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(8, 2))
    tokens = nn.Sequential(nn.Embedding(5, 3), nn.Flatten(), nn.Linear(6, 2))
    rng = np.random.default_rng(0)
    floats = InformationStopping(images, rng.normal(size=(8, 1, 4, 4)), y)  # float64
    ints = InformationStopping(tokens, rng.integers(5, size=(8, 2)), torch.as_tensor(y))
    for stopping in (floats, ints):
        assert stopping(0) is False
        assert 0 <= stopping.history.information_x[0] <= math.log(8) + 1e-12


def test_parts_of_the_rows_are_all_rows():
    class Seen(nn.Identity):
        def forward(self, x):
            sizes.append(len(x))
            return x

    x, sizes = np.random.default_rng(0).normal(size=(10, 3)), []
    whole, parts = (InformationStopping(Seen(), x, Y, batch_size=b) for b in (10, 4))
    whole(0)
    parts(0)
    assert sizes == [10, 4, 4, 2]
    assert whole.history.equals(parts.history)


def test_a_network_that_works_in_place_sees_the_same_rows_again():
    class Triple(nn.Module):
        def forward(self, h):
            return h.mul_(3)

    x = np.random.default_rng(0).normal(size=(10, 3)).astype(np.float32)
    stopping, given = LossStopping(Triple(), x, Y, every=1), x.copy()
    for epoch in range(2):
        stopping(epoch)
    assert stopping.history.loss.nunique() == 1
    assert (x == given).all()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"x": ["a", "b", "c", "d"]}, "x has shape .* dtype <U1: pass numbers"),
        ({"x": 3.0}, r"x has shape \(\)"),
        ({"beta": -1.0}, r"beta=-1.0 is not accepted: pass a number >= 0"),
        ({"beta": math.nan}, "beta=nan"),
        ({"every": 0}, "every=0 is not accepted: pass an integer >= 1"),
        ({"patience": 0}, "patience=0"),
        ({"min_improvement": -0.1}, "min_improvement=-0.1"),
        ({"burn_in": -1}, "burn_in=-1"),
        ({"burn_in": "valley"}, "burn_in='valley' is not accepted: pass 'peak', or an epoch"),
        ({"peak_checks": 0}, "peak_checks=0"),
        ({"compression": 1}, "compression=1"),
        ({"outputs": "scores"}, "outputs='scores' is unknown"),
        ({"estimator": "kde"}, "estimator='kde' is no estimator"),
        ({"y": [0, 1, 0]}, "x has 4 rows and y has 3"),
        ({"x": [[1.0], [2.0], [3.0], [4.0, 5.0]]}, "same length"),
        ({"x": np.array([0.0, 1.0, np.nan, 2.0])}, "^x has values that are NaN or infinite"),
        ({"y": [0.0, 1.0, 0.5, 1.0]}, "y has values between integers, the first 0.5 at row 2"),
        ({"y": ["a", "b", "a", "b"]}, "y has dtype <U1: whole numbers are accepted"),
        ({"model": "net"}, "model=str is no network"),
        ({"model": [nn.Identity()]}, "model=list is no network"),
        ({"model": None}, "model=NoneType is no network"),
        ({"model": nn.Sequential(nn.LazyLinear(2), nn.LazyBatchNorm1d())}, "run one batch"),
        ({"y": [0, 1, -1, 1]}, "y has labels from -1 to 1"),
        ({"classes": 1}, "classes=1 is not accepted"),
        ({"classes": 2, "y": [0, 1, 2, 1]}, "labels from 0 to 2: integers from 0 to 1"),
    ],
)
def test_bad_options(options, told):
    arguments = {"model": nn.Identity(), "x": np.zeros((4, 2)), "y": [0, 1, 0, 1], **options}
    with pytest.raises(InputError, match=told):
        InformationStopping(**arguments)


@pytest.mark.parametrize(
    ("out", "options", "told"),
    [
        (np.zeros((4, 3)), {}, "3 outputs and the largest label of y asks for 2 classes"),
        (np.zeros((4, 3)), {"classes": 5}, "3 outputs and classes asks for 5 classes"),
        (np.zeros((2, 4, 2)), {}, r"shape \(2, 4, 2\) for 4 rows: .*stop_at"),
        (np.zeros(4), {}, r"shape \(4,\)"),
        (np.zeros((1, 2)), {}, r"shape \(1, 2\) for 4 rows"),
        (np.full((4, 2), np.nan), {}, "outputs at epoch 10 are NaN or infinite in 4 of 4 rows"),
        (np.full((4, 2), np.inf), {}, "outputs at epoch 10 are NaN"),
        (np.full((4, 2), np.nan), {"outputs": "probabilities"}, "outputs at epoch 10 are NaN"),
        (np.zeros((4, 2)), {"outputs": "probabilities"}, "at epoch 10 .* pass outputs='logits'"),
        (np.tile([2.0, -1], (4, 1)), {"outputs": "probabilities"}, "reach down to -1"),
    ],
)
@pytest.mark.parametrize("kind", [InformationStopping, LossStopping])
def test_bad_outputs(kind, out, options, told):
    stopping = kind(Script([out]), np.zeros((4, 2)), [0, 1, 0, 1], **options)
    with pytest.raises(InputError, match=told):
        stopping(10)
    assert stopping.history.empty


def test_a_network_that_returns_a_tuple():
    class Pair(nn.Module):
        def forward(self, x):
            return x, x

    with pytest.raises(InputError, match="returns tuple for 4 rows"):
        InformationStopping(Pair(), np.zeros((4, 2)), [0, 1, 0, 1])(0)


def test_bad_calls():
    stopping = LossStopping(nn.Identity(), np.zeros((4, 2)), [0, 1, 0, 1])
    assert not stopping(3)  # no check
    for ask in (stopping.restore, lambda: stopping.best_epoch):
        with pytest.raises(InputError, match=r"need a check: .* multiple of every=5"):
            ask()
    with pytest.raises(InputError, match="epoch=-1"):
        stopping(-1)
    stopping(10)
    with pytest.raises(InputError, match="epoch=5 was not after epoch 10"):
        stopping(5)
