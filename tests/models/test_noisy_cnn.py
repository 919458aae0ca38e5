"""Noisy convolutional networks: those of PyTorch's layers, and noise of each member's own."""

import math

import pytest
import torch
from torch import nn

from infoplane.datasets.vision import enlarged
from infoplane.errors import InputError
from infoplane.models import noisy_cnn
from infoplane.models.images import fit, loss_and_accuracy
from infoplane.models.noisy_cnn import LAYERS, NoisyCNNs

QUIET = {"noise_std": 0.0, "dropout": 0.0}


def pixels(n=40, seed=0):
    return torch.rand(n, 784, generator=torch.Generator().manual_seed(seed))


def labels(n=40):
    return torch.arange(n) % 10


def by_torch(model, member, tensors=None):
    """The member as a module of PyTorch's own layers; or one with other tensors for weights."""
    network = nn.Sequential(
        nn.Conv2d(1, 8, 3), nn.MaxPool2d(2), nn.LeakyReLU(),
        nn.Conv2d(8, 16, 3), nn.MaxPool2d(2), nn.LeakyReLU(),
        nn.Conv2d(16, 32, 3), nn.MaxPool2d(2), nn.LeakyReLU(),
        nn.Flatten(), nn.Linear(32, 32), nn.LeakyReLU(), nn.Linear(32, 10), nn.LogSoftmax(dim=1),
    ).to(model.fc2.weight)  # fmt: skip
    own = [p.detach()[member] for p in tensors or model.parameters()]
    own = [p.T if p.ndim == 2 else p for p in own]
    with torch.no_grad():
        for p, q in zip(network.parameters(), own, strict=True):
            p.copy_(q)
    return network


def normalised(x):
    return ((x - 0.1307) / 0.3081).view(-1, 1, 28, 28)


def test_without_noise_it_is_the_network_of_torch_s_layers():
    model, x = NoisyCNNs([3, 4], **QUIET), pixels()
    found, log_probabilities = model.layers(x), model(x)
    assert {name: rows.shape for name, rows in found.items()} == {
        name: (2, 40, columns) for name, columns in LAYERS.items()
    }
    for member in range(2):
        outputs, h = [], normalised(x)
        for module in by_torch(model, member):
            h = module(h)
            outputs.append(h)
        torch.testing.assert_close(log_probabilities[member], h)
        expected = [outputs[i].flatten(1) for i in (2, 5, 8, 11, 13)]
        for name, rows in zip(LAYERS, expected, strict=True):
            torch.testing.assert_close(found[name][member], rows, rtol=1e-4, atol=1e-5)


def test_every_parameter_has_the_gradient_of_torch():
    model, x, y = NoisyCNNs([3, 4], **QUIET).double(), pixels().double(), labels()
    loss = nn.functional.nll_loss(model(x).flatten(0, 1), y.repeat(2), reduction="sum")
    found = torch.autograd.grad(loss, list(model.parameters()))
    for member in range(2):
        network = by_torch(model, member)
        nn.functional.nll_loss(network(normalised(x)), y, reduction="sum").backward()
        theirs = by_torch(model, member, found).parameters()
        for own, p in zip(theirs, network.parameters(), strict=True):
            assert p.grad.abs().max() > 0
            torch.testing.assert_close(own, p.grad)


@pytest.mark.parametrize("noise", noisy_cnn.KINDS)
def test_with_noise_and_dropout_every_parameter_has_a_gradient(noise):
    model = NoisyCNNs([0], noise=noise, noise_std=0.1, dropout=0.3)
    loss = nn.functional.nll_loss(model(pixels())[0], labels())
    for gradient in torch.autograd.grad(loss, list(model.parameters())):
        assert gradient.isfinite().all()
        assert gradient.abs().max() > 0


@pytest.mark.parametrize("noise", noisy_cnn.KINDS)
def test_a_member_is_what_it_is_alone_in_training_and_in_evaluation(noise):
    options = {"noise": noise, "noise_std": 0.1}
    model, alone, x = NoisyCNNs([1, 2], **options), NoisyCNNs([2], **options), pixels()
    for _ in range(2):  # the second call, too
        torch.testing.assert_close(model(x)[1], alone(x)[0])
    for name, rows in model.layers(x).items():
        torch.testing.assert_close(rows[1], alone.layers(x)[name][0])
    own = torch.stack([pixels(40, seed=1), x])  # each member rows of its own
    torch.testing.assert_close(model.eval()(own)[1], alone.eval()(x)[0])


def test_a_member_becomes_what_it_becomes_alone():
    x, y, options = pixels(), labels(), {"epochs": 2, "batch_size": 16, "learning_rate": 1e-3}
    # float64, as Adam makes whole steps along gradients that are rounding
    model, alone = NoisyCNNs([1, 2]).double(), NoisyCNNs([2]).double()
    before = [p.detach().clone() for p in model.parameters()]
    state = torch.random.get_rng_state()
    fit(model, x, y, optimiser="adam", seeds=[1, 2], **options)
    fit(alone, x, y, optimiser="adam", seeds=[2], **options)
    assert torch.equal(torch.random.get_rng_state(), state)
    for together, own, start in zip(model.parameters(), alone.parameters(), before, strict=True):
        torch.testing.assert_close(together[1], own[0])
        assert not torch.equal(together, start)


def test_training_draws_anew_and_evaluation_is_a_function():
    model, x = NoisyCNNs([0], noise_std=0.1), pixels()
    assert not torch.allclose(model(x), model(x))
    model.eval()
    assert torch.equal(model(x), model(x))
    torch.testing.assert_close(model.layers(x)["L5"], model(x))
    assert not torch.allclose(model(x), NoisyCNNs([0], **QUIET).eval()(x))
    # layers are those of evaluation, whatever the mode
    torch.testing.assert_close(model.train().layers(x)["L5"], model.eval()(x))


def test_layers_come_in_parts_with_noise_of_their_own():
    """Rows beyond the first part: the same without noise, and not the first part's noise again."""
    x = pixels(10).repeat(100, 1)  # two parts of 500
    quiet = NoisyCNNs([0], **QUIET)
    for rows in quiet.layers(x).values():
        torch.testing.assert_close(rows[0, 500:], rows[0, :500])
    noisy = NoisyCNNs([0], noise_std=0.1).layers(x)["L2"][0]
    assert not torch.allclose(noisy[500:], noisy[:500])


@pytest.mark.parametrize("h", [torch.zeros(50, 4), torch.linspace(-2, 2, 200).view(50, 4)])
def test_multiplicative_noise_is_zero_where_the_activation_is(h):
    model, g = NoisyCNNs([0], noise_std=0.5), torch.Generator().manual_seed(0)
    found = model._disturbed(h, g)
    assert torch.equal(found == 0, h == 0)


def test_noise_and_dropout_have_the_size_they_are_given():
    h, g = torch.full((1000, 100), -3.0), torch.Generator().manual_seed(0)
    for noise, size in (("multiplicative", 0.3), ("additive", 0.1)):
        model = NoisyCNNs([0], noise=noise, noise_std=0.1, dropout=0.1)
        difference = model._disturbed(h, g) - h
        # of N = 1e5 draws the mean is off by 1 / sqrt(N), the deviation by .7 / sqrt(N): four of it
        assert abs(float(difference.mean())) < 4 * size / math.sqrt(1e5)
        assert float(difference.std()) == pytest.approx(size, rel=4 * 0.71 / math.sqrt(1e5))
    model = NoisyCNNs([0], noise_std=0, dropout=0.1)
    assert model._disturbed(h, g) is h  # not in evaluation
    dropped = model._disturbed(h, g, dropping=True)
    share = float((dropped == 0).double().mean())
    assert share == pytest.approx(0.1, abs=4 * math.sqrt(0.09 / 1e5))
    torch.testing.assert_close(dropped[dropped != 0], h[dropped != 0] / (1 - model.dropout))


def test_units_that_are_left_out_have_nothing_to_do_with_each_other():
    """Four units share a word of the generator: of its 16 bits each."""
    h, g = torch.ones(40_000, 4), torch.Generator().manual_seed(0)
    kept = noisy_cnn._kept(h, 0.5, g).bool().double()
    off = torch.corrcoef(kept.T) - torch.eye(4)
    assert off.abs().max() < 4.5 / math.sqrt(40_000)  # six numbers of this standard deviation


def test_it_learns_digits_and_says_its_loss():
    x, y = enlarged("digits", "train", 300)
    model = NoisyCNNs([0])
    options = {"epochs": 25, "batch_size": 32, "learning_rate": 3e-3, "optimiser": "adam"}
    before, _ = loss_and_accuracy(model.eval(), x, y)
    fit(model.train(), x, y, seeds=[0], **options)
    after, accuracy = loss_and_accuracy(model.eval(), x, y)
    assert float(before) == pytest.approx(math.log(10), abs=0.3)
    assert float(after) < 0.3
    assert float(accuracy) > 0.9


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"noise": "gaussian"}, "noise='gaussian' does not exist: choose one of multiplicative"),
        ({"noise_std": -0.1}, r"noise_std=-0.1 is not accepted: pass a number >= 0"),
        ({"noise_std": math.nan}, "noise_std=nan is not accepted"),
        ({"dropout": 1.0}, "dropout=1.0 is not accepted: pass a number >= 0 and <= 0.99"),
        ({"dropout": 0.999_999}, "dropout=0.999999 is not accepted"),
    ],
)
def test_options_out_of_range_are_refused(options, told):
    with pytest.raises(InputError, match=told):
        NoisyCNNs([0], **options)


@pytest.mark.parametrize("seeds", [[], [-1], [0.5]])
def test_seeds_out_of_range_are_refused(seeds):
    with pytest.raises(InputError, match="seed"):
        NoisyCNNs(seeds)


@pytest.mark.parametrize("shape", [(4, 783), (3, 4, 784)])
def test_rows_of_another_shape_are_refused(shape):
    with pytest.raises(InputError, match=r"x has shape .* is accepted"):
        NoisyCNNs([0, 1]).layers(torch.zeros(shape))
