"""Training: the steps are those of torch, the members are alone, and PCA is reached, not beaten."""

import itertools
import math

import numpy as np
import pytest
import torch
from torch import nn

from infoplane.errors import InputError
from infoplane.models.autoencoders import training as autoencoder_training
from infoplane.models.autoencoders.networks import Autoencoders, ConvAutoencoder
from infoplane.models.autoencoders.training import errors, fit


def curved(n=300, seed=0):
    """A surface of two dimensions in six, of mean square near 1."""
    u = 2 * torch.rand(n, 2, generator=torch.Generator().manual_seed(seed)) - 1
    s, t = math.pi * u.T
    return torch.stack([s.sin(), s.cos(), t.sin(), t.cos(), (s + t).sin(), s * t / 3], dim=1) * 1.4


def blobs(n=256, side=8):
    """Images of one bump each, in (0, 1]."""
    u = torch.rand(n, 2, 1, 1, generator=torch.Generator().manual_seed(0))
    grid = torch.linspace(0, 1, side)
    return torch.exp(-10 * ((grid[:, None] - u[:, 0]) ** 2 + (grid - u[:, 1]) ** 2))


def parameters(model):
    return [p.detach().clone() for p in model.parameters()]


def equal(a, b):
    return all(torch.equal(x, y) for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize(
    ("output", "loss"), [("linear", "mse"), ("sigmoid", "mse"), ("sigmoid", "bce")]
)
def test_slopes_are_those_of_autograd(output, loss):
    model = Autoencoders(6, [1, 3], [0, 1], output=output).double()
    x = torch.rand(2, 17, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    found, slope, logits = autoencoder_training._loss(model, x, loss)
    again = logits.detach().requires_grad_()
    answer = torch.sigmoid(again) if output == "sigmoid" else again
    if loss == "mse":
        each = (answer - x).square().sum(dim=-1)
    else:
        each = nn.functional.binary_cross_entropy(answer, x, reduction="none").sum(dim=-1)
    each.mean(dim=1).sum().backward()
    # sums of 17 x 6 float64 terms near 1
    torch.testing.assert_close(found, each.detach().sum(dim=1), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(slope, again.grad, rtol=1e-12, atol=1e-12)


def test_cross_entropy_of_sure_answers_is_finite():
    model = Autoencoders(2, [1], [0], output="sigmoid")
    with torch.no_grad():
        model.decoder[-1].bias.copy_(torch.tensor([[[500.0, -500.0]]]))
    x = torch.tensor([[0.0, 1.0]])
    found, slope, _ = autoencoder_training._loss(model, x[None], "bce")
    # -log sigmoid(-500) is 500 to e^-500; the code adds less than 2 to 500
    assert found.tolist() == pytest.approx([1000], rel=1e-2)
    assert slope.tolist() == [[[1.0, -1.0]]]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Autoencoders(64, [1, 3], [0, 1], hidden=(9, 5)),
        lambda: ConvAutoencoder(8, 3, 0, channels=(4, 8)),
    ],
)
def test_whole_batches_are_plain_training(make):
    """With one batch an epoch, the order of rows is nothing: Adam and cosine are those of torch."""
    x, models = blobs(60).flatten(1).double(), [make().double() for _ in range(2)]
    seeds = [0] * models[0].members
    history = fit(models[0], x, epochs=20, batch_size=100, learning_rate=0.01, seeds=seeds)
    rule = torch.optim.Adam(models[1].parameters(), lr=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(rule, T_max=20)
    for epoch in range(20):
        each = (models[1](x) - x).square().sum(dim=-1).mean(dim=1)
        torch.testing.assert_close(history[epoch], each.detach())
        rule.zero_grad()
        each.sum().backward()
        rule.step()
        schedule.step()
    for a, b in zip(parameters(models[0]), parameters(models[1]), strict=True):
        # Adam divides small gradients by their own size, and so their rounding: 1e-16 of 1e-8
        torch.testing.assert_close(a, b, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("own_rows", [False, True])
def test_a_member_is_what_it_is_alone(own_rows):
    codes, seeds = [1, 3, 3], [4, 4, 6]
    sets = [curved(seed=10 + i if own_rows else 10) for i in range(3)]
    x = torch.stack(sets) if own_rows else sets[0]
    training = {"epochs": 10, "batch_size": 64, "learning_rate": 3e-3}
    together = Autoencoders(6, codes, seeds)
    history = fit(together, x, seeds=seeds, **training)
    for i in range(3):
        alone = Autoencoders(6, codes[i : i + 1], seeds[i : i + 1])
        other = fit(alone, sets[i], seeds=seeds[i : i + 1], **training)
        # 50 steps that each round weights near 1 to 6e-8, were the errors all of one sign, and
        # grow tenfold on their way through the training
        torch.testing.assert_close(history[:, i], other[:, 0], rtol=1e-4, atol=0)
        torch.testing.assert_close(
            together.encode(sets[i])[i], alone.encode(sets[i])[0], rtol=0, atol=1e-3
        )
    assert (history[:, 0] / history[:, 1] - 1).abs().max() > 0.1
    assert (history[:, 1] / history[:, 2] - 1).abs().max() > 0.01


def test_padding_stays_zero():
    model = Autoencoders(6, [1, 3], [0, 1])
    start = parameters(model)
    fit(model, curved(), epochs=3, batch_size=50, learning_rate=0.01, seeds=[0, 1])
    assert not model.encoder[-1].weight[0, :, 1:].any()
    assert not model.encoder[-1].bias[0, :, 1:].any()
    assert not model.decoder[0].weight[0, 1:].any()
    assert not equal(start, parameters(model))


def test_linear_ones_reach_the_principal_components():
    scales = torch.tensor([2.0, 1.5, 1.0, 0.6, 0.3, 0.2])
    x = scales * torch.randn(200, 6, generator=torch.Generator().manual_seed(0))
    x = x - x.mean(dim=0)
    codes = [1, 2, 4, 6]
    model = Autoencoders(6, codes, [0, 1, 2, 3], hidden=())
    fit(model, x, epochs=1000, batch_size=200, learning_rate=0.05, seeds=[0, 1, 2, 3])
    values = torch.linalg.svdvals(x.double()).square()
    least = torch.stack([values[code:].sum() for code in codes]) / values.sum()
    lost = errors(model, x)
    # no linear map of that rank loses less (Eckart & Young), and the loss has no other minimum
    # (Baldi & Hornik); float32 rounds weights and residuals to 6e-8 of themselves, while the
    # rate, and with it the last steps, falls to zero
    assert (lost - least).abs().max() < 1e-6


def test_curved_rows_need_as_many_codes_as_they_have_dimensions():
    x, held_out = curved(2000), curved(500, seed=1)
    model = Autoencoders(6, [1, 2, 3], [0, 0, 0])
    fit(model, x, epochs=30, batch_size=64, learning_rate=3e-3, seeds=[0, 0, 0])
    lost = errors(model, held_out)
    assert lost[1] < lost[0] / 5
    for i, code in enumerate(model.encode(held_out)):
        assert (code.std(dim=0) > 0).all()  # no unit is dead
        assert code.shape == (500, i + 1)


def test_convolutional_ones_learn_pixels():
    x = blobs()
    model = ConvAutoencoder(8, 2, 0, output="sigmoid")
    history = fit(model, x, epochs=30, batch_size=32, learning_rate=5e-3, loss="bce", seeds=[0])
    entropy = -(x * x.log() + (1 - x).xlogy(1 - x)).sum(dim=(1, 2)).mean()
    assert history[-1, 0] > entropy  # Gibbs: no answer is cheaper than the pixels themselves
    assert errors(model, x) < 0.25
    assert torch.equal(errors(model, x), errors(model, x.flatten(1)))


@pytest.mark.parametrize("n", [12, 13, 3])
def test_an_epoch_visits_every_row_once_in_an_order_of_each_seed(n, monkeypatch):
    seen = []

    def spy(model, rows, loss, noise):
        seen.append(rows)
        return real(model, rows, loss)

    real = autoencoder_training._loss
    monkeypatch.setattr(autoencoder_training, "_loss", spy)
    x = torch.arange(n).float()[:, None]
    model = Autoencoders(1, [1, 1, 1], [0, 1, 0])
    fit(model, x, epochs=2, batch_size=4, learning_rate=1e-3, seeds=[0, 1, 0])
    assert [part.shape[1] for part in seen] == 2 * ([4] * (n // 4) + [n % 4] * (n % 4 > 0))
    orders = torch.cat(seen, dim=1).view(3, 2, n)
    assert (orders.sort().values == x[:, 0]).all()
    assert torch.equal(orders[0], orders[2])  # one seed, one order, whatever the code
    if n > 3:  # three rows have six orders only
        different = orders[:2].flatten(0, 1)
        assert not any(torch.equal(a, b) for a, b in itertools.combinations(different, 2))


def test_errors_are_shares_of_the_variance():
    x = curved(100) + 5
    model = Autoencoders(6, [2, 3], [0, 1])
    expected = [
        float((answer - x).square().sum() / (x - x.mean(dim=0)).square().sum())
        for answer in model(x).detach().double()
    ]
    assert errors(model, x).tolist() == pytest.approx(expected, rel=1e-5)  # float32 residuals
    both = errors(model, torch.stack([x, x + 1]))
    assert both[0] == pytest.approx(expected[0], rel=1e-5)
    assert both[1] > 1.05 * expected[1]  # further from zero, where an untrained answer is


def test_epochs_are_told_and_can_be_stopped():
    x, told, seen = curved(50), [], []
    model = Autoencoders(6, [2], [0])
    options = {"batch_size": 10, "learning_rate": 0.01, "seeds": [0]}
    start = parameters(model)

    def on_epoch(epoch):
        told.append(epoch)
        seen.append(parameters(model))
        return epoch == 3

    state = torch.random.get_rng_state()
    history = fit(model, x, epochs=9, on_epoch=on_epoch, **options)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert history.shape == (3, 1)
    assert told == [0, 1, 2, 3]
    assert equal(seen[0], start)
    assert equal(seen[3], parameters(model))
    assert not equal(seen[2], seen[3])
    again = Autoencoders(6, [2], [0])
    assert torch.equal(fit(again, x, epochs=9, on_epoch=lambda e: e == 3, **options), history)
    assert equal(parameters(again), parameters(model))
    assert fit(again, x, epochs=0, **options).shape == (0, 1)
    assert equal(parameters(again), parameters(model))


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"x": np.zeros((5, 3))}, r"x has shape \(5, 3\): \(n, 4\), or \(2, n, 4\)"),
        ({"x": np.full((5, 4), np.nan)}, "x has 20 values that are NaN or infinite"),
        ({"epochs": -1}, "epochs=-1"),
        ({"batch_size": 0}, "batch_size=0"),
        ({"learning_rate": 0}, "learning_rate=0"),
        ({"loss": "mae"}, "loss='mae' does not exist: choose one of mse, bce"),
        ({"loss": "bce"}, "loss='bce' needs output='sigmoid', got output='linear': "),
        ({"seeds": 0}, "seeds=0 is not accepted: pass a list"),
        ({"on_epoch": 5}, "on_epoch=5 is not accepted: pass a function"),
        ({"x": None}, "x is None: pass an array of numbers"),
        ({"x": [["a"] * 4] * 5}, "dtype <U1: pass numbers"),
        ({"seeds": [0]}, r"seeds=\[0\]: give one for each of the 2 members"),
    ],
)
def test_training_that_cannot_be(change, match):
    call = {
        "x": np.zeros((5, 4)),
        "epochs": 1,
        "batch_size": 2,
        "learning_rate": 0.1,
        "seeds": [0, 1],
    }
    with pytest.raises(InputError, match=match):
        fit(Autoencoders(4, [1, 2], [0, 1]), **{**call, **change})


def test_a_rate_too_high_is_told_with_its_epoch():
    told, model = [], Autoencoders(6, [1, 3], [0, 1])
    options = {"epochs": 9, "batch_size": 10, "seeds": [0, 1], "on_epoch": told.append}
    with pytest.raises(InputError, match=r"learning_rate=1e\+20 let the loss .* in epoch 1: pass"):
        fit(model, curved(50), learning_rate=1e20, **options)
    assert told == [0]


def test_a_member_that_is_lost_leaves_the_others():
    x, training = curved(50), {"epochs": 3, "batch_size": 10, "learning_rate": 0.01}
    alone, both = Autoencoders(6, [2], [0]), Autoencoders(6, [2, 3], [0, 1])
    with torch.no_grad():
        both.encoder[0].bias[1] = math.nan
    expected = fit(alone, x, seeds=[0], **training)
    history = fit(both, x, seeds=[0, 1], **training)
    torch.testing.assert_close(history[:, 0], expected[:, 0], rtol=1e-4, atol=0)  # as above
    assert history[:, 1].isnan().all()


def test_cross_entropy_needs_pixels():
    model = Autoencoders(4, [1], [0], output="sigmoid")
    with pytest.raises(InputError, match=r"x has values from -1 to 2: loss='bce' needs them in"):
        fit(
            model,
            [[-1, 0, 1, 2]],
            epochs=1,
            batch_size=1,
            learning_rate=0.1,
            loss="bce",
            seeds=[0],
        )


@pytest.mark.parametrize(
    ("x", "match"),
    [
        (torch.ones(5, 4), "x has equal rows only"),
        (torch.ones(5, 2), r"x has shape \(5, 2\)"),
        (torch.full((5, 4), math.inf), "x has 20 values"),
    ],
)
def test_errors_that_cannot_be(x, match):
    with pytest.raises(InputError, match=match):
        errors(Autoencoders(4, [1], [0]), x)
