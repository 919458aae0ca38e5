"""Batched perceptrons: each member is itself whatever the others are, and can be looked into."""

import copy
import itertools
import math

import numpy as np
import pytest
import torch

from infoplane.datasets import decisions, tishby
from infoplane.errors import InputError
from infoplane.models import perceptrons
from infoplane.models.perceptrons import Perceptrons, accuracy, fit

WIDTHS = [12, 10, 7, 5, 4, 3, 2]


def patterns(n=300, seed=0):
    data = tishby.load()
    rows = np.random.default_rng(seed).permutation(4096)[:n]
    return data.x[rows], data.y[rows]


def look(model, x, names):
    """Outputs of named submodules in one forward pass, and the logits."""
    found = {}
    hooks = [
        model.get_submodule(name).register_forward_hook(
            lambda module, given, out, name=name: found.__setitem__(name, out)
        )
        for name in names
    ]
    with torch.no_grad():
        logits = model(torch.as_tensor(x))
    for hook in hooks:
        hook.remove()
    return found, logits


def weights(model, member=slice(None)):
    return [p.detach()[member].clone() for p in model.parameters()]


def equal(a, b):
    return all(torch.equal(x, y) for x, y in zip(a, b, strict=True))


def test_initial_weights_follow_the_law_and_the_seed():
    state = torch.random.get_rng_state()
    wide = Perceptrons([400, 300, 200], seeds=[0, 1])
    first, second = wide.layer1.clean, wide.logits
    # 240 000 and 120 000 draws: a standard deviation is known to 1 in sqrt(2 n) = .2 %
    assert float(first.weight.detach().std()) == pytest.approx(1 / math.sqrt(400), rel=0.01)
    assert float(second.weight.detach().std()) == pytest.approx(1 / math.sqrt(300), rel=0.01)
    assert not first.bias.any()
    assert not second.bias.any()
    models = [Perceptrons(WIDTHS, seeds) for seeds in ([3], [8, 3, 5])]
    assert equal(weights(models[0], 0), weights(models[1], 1))
    assert not torch.equal(weights(models[1], 0)[0], weights(models[1], 1)[0])
    assert torch.equal(torch.random.get_rng_state(), state)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_named_layers_are_the_formula(activation):
    x = patterns(50)[0]
    model = Perceptrons(WIDTHS, [0, 1, 2], activation=activation)
    names = [f"layer{k}" for k in range(1, 7)]
    clean = [f"{name}.clean" for name in names[:-1]]
    found, logits = look(model, x, names + clean)
    h = torch.as_tensor(x)
    for k, name in enumerate(names[:-1], start=1):
        layer = model.get_submodule(f"{name}.clean")
        h = getattr(torch, activation)(h @ layer.weight + layer.bias)
        assert found[name].shape == (3, 50, WIDTHS[k])
        torch.testing.assert_close(found[name], h)
        assert torch.equal(found[name], found[f"{name}.clean"])
    torch.testing.assert_close(logits, h @ model.logits.weight + model.logits.bias)
    torch.testing.assert_close(found["layer6"], logits.exp() / logits.exp().sum(-1, keepdim=True))


def test_shared_rows_are_rows_of_each():
    x = torch.as_tensor(patterns(20)[0])
    model = Perceptrons(WIDTHS, [0, 1])
    assert torch.equal(model(x), model(torch.stack([x, x])))
    torch.testing.assert_close(model(torch.stack([x, x + 1]))[0], model(x)[0])


@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_whole_batches_are_plain_training(optimiser, activation):
    """With one batch an epoch, the order of rows is nothing: torch.optim does the same."""
    x, y = patterns()
    models = [Perceptrons(WIDTHS, [0, 1], activation=activation).double() for _ in range(2)]
    fit(
        models[0],
        x,
        y,
        epochs=30,
        batch_size=1000,
        learning_rate=0.02,
        optimiser=optimiser,
        seeds=[0, 1],
    )
    plain = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[optimiser]
    rule = plain(models[1].parameters(), lr=0.02)
    for _ in range(30):
        logits = models[1](torch.as_tensor(x, dtype=torch.float64))
        loss = sum(torch.nn.functional.cross_entropy(m, torch.as_tensor(y)) for m in logits)
        rule.zero_grad()
        loss.backward()
        rule.step()
    for a, b in zip(weights(models[0]), weights(models[1]), strict=True):
        # Adam divides small gradients by their own size, and so their rounding: 1e-16 of 1e-8
        torch.testing.assert_close(a, b, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    ("optimiser", "activation", "noise_std"),
    [("sgd", "tanh", 0.0), ("sgd", "relu", 0.1), ("adam", "relu", 0.0), ("adam", "tanh", 0.1)],
)
def test_a_member_is_what_it_is_alone(optimiser, activation, noise_std):
    splits = [patterns(seed=seed) for seed in (5, 6, 7)]
    x, y = (np.stack(part) for part in zip(*splits, strict=True))
    options = {"activation": activation, "noise_std": noise_std}
    training = {
        "epochs": 20,
        "batch_size": 64,
        "learning_rate": 0.05 if optimiser == "sgd" else 1e-3,
        "optimiser": optimiser,
    }
    together = Perceptrons(WIDTHS, [5, 6, 7], **options)
    fit(together, x, y, seeds=[5, 6, 7], **training)
    for i, seed in enumerate((5, 6, 7)):
        alone = Perceptrons(WIDTHS, [seed], **options)
        fit(alone, *splits[i], seeds=[seed], **training)
        for a, b in zip(weights(together, i), weights(alone, 0), strict=True):
            # 100 steps that each round weights near 1 to 6e-8, were the errors all of one sign
            torch.testing.assert_close(a, b, rtol=0, atol=1e-5)
        assert not torch.allclose(weights(together, i)[0], weights(together, i - 1)[0], atol=0.01)


@pytest.mark.parametrize("n", [12, 13, 3])
def test_an_epoch_visits_every_row_once_in_an_order_of_its_own(n, monkeypatch):
    seen = []

    def spy(layers, activation, x, target, noise):
        seen.append((x, target))
        return real(layers, activation, x, target, noise)

    real = perceptrons.gradients
    monkeypatch.setattr(perceptrons, "gradients", spy)
    x, y = np.arange(n, dtype=np.float32)[:, None], np.arange(n) % 2
    model = Perceptrons([1, 2, 2], [0, 1])
    fit(model, x, y, epochs=2, batch_size=4, learning_rate=1e-3, seeds=[0, 1])
    sizes = [part.shape[-1] for part, _ in seen]
    assert sizes == 2 * ([4] * (n // 4) + [n % 4] * (n % 4 > 0))
    rows, target = (torch.cat(parts, dim=-1) for parts in zip(*seen, strict=True))
    assert torch.equal(target.argmax(dim=1), rows[:, 0].long() % 2)
    orders = [rows[m, 0, e * n : (e + 1) * n] for m, e in itertools.product((0, 1), (0, 1))]
    for order in orders:
        assert torch.equal(order.sort().values, torch.arange(n).float())
    if n > 3:  # three rows have six orders only
        assert not any(torch.equal(a, b) for a, b in itertools.combinations(orders, 2))


def test_noise_is_gaussian_and_independent():
    sigma, n = 0.3, 20_000
    model = Perceptrons([2, 3, 4, 2], [0, 1], noise_std=sigma).eval()
    names = ["layer1", "layer1.clean", "layer2", "layer2.clean"]
    found, logits = look(model, torch.zeros(n, 2), names)
    assert not found["layer1.clean"].any()
    eps = [found[f"layer{k}"] - found[f"layer{k}.clean"] for k in (1, 2)]
    # the next layer and the logits see the noisy activation
    second = model.layer2.clean
    expected = torch.tanh(found["layer1"] @ second.weight + second.bias)
    torch.testing.assert_close(found["layer2.clean"], expected)
    last = found["layer2"] @ model.logits.weight + model.logits.bias
    torch.testing.assert_close(logits, last)
    columns = torch.cat([e.permute(0, 2, 1).flatten(0, 1) for e in eps]) / sigma  # (14, n)
    covariance = columns @ columns.T / n
    # 105 entries with standard errors of 1 / sqrt(n), and sqrt(2 / n) on the diagonal: 4.5 of
    # the latter are passed by chance once in 1 000 runs
    assert (covariance - torch.eye(14)).abs().max() < 4.5 * math.sqrt(2 / n)
    assert columns.mean(dim=1).abs().max() < 4.5 / math.sqrt(n)


def test_training_has_noise_of_each_member_and_batch(monkeypatch):
    seen = []

    def spy(layers, activation, x, target, noise):
        seen.append(torch.cat(list(noise), dim=1))  # (2, 29, batch)
        return real(layers, activation, x, target, noise)

    real = perceptrons.gradients
    monkeypatch.setattr(perceptrons, "gradients", spy)
    x, y = patterns(1000)
    model = Perceptrons(WIDTHS, [0, 1], noise_std=0.2)
    fit(model, x, y, epochs=2, batch_size=500, learning_rate=0.01, seeds=[0, 1])
    streams = torch.stack(seen).flatten(0, 1).flatten(1) / 0.2  # members of batches, 14 500 draws
    correlation = streams @ streams.T / streams.shape[1]
    # 36 entries, the diagonal known to sqrt(2 / n): as above
    assert (correlation - torch.eye(8)).abs().max() < 4.5 * math.sqrt(2 / streams.shape[1])


def test_evaluation_is_a_function_and_training_is_not():
    x = torch.as_tensor(patterns(30)[0])
    model = Perceptrons(WIDTHS, [0, 1], noise_std=0.2)
    first, second = model(x), model(x)
    assert not torch.equal(first, second)
    model.eval()
    value = model(x)
    assert torch.equal(value, model(x))
    assert torch.equal(value, copy.deepcopy(model)(x))
    model.noise([7, 1])
    other = model(x)
    assert not torch.equal(other[0], value[0])
    assert torch.equal(other[1], value[1])
    model.noise([0, 1])
    assert torch.equal(model(x), value)
    assert torch.equal(model.train()(x), first)


def test_looking_changes_neither_training_nor_global_random_numbers():
    x, y = patterns()
    state = torch.random.get_rng_state()
    trained = []
    for looks in (False, True):
        model = Perceptrons(WIDTHS, [0, 1], noise_std=0.1)

        def on_epoch(epoch, looks=looks, model=model):
            if looks:
                look(model, x, ["layer3"])
                accuracy(model, x, y)
                assert model.training

        fit(
            model,
            x,
            y,
            epochs=5,
            batch_size=50,
            learning_rate=0.1,
            seeds=[0, 1],
            on_epoch=on_epoch,
        )
        trained.append(weights(model))
    assert equal(*trained)
    assert torch.equal(torch.random.get_rng_state(), state)


def test_epochs_are_told_and_can_be_stopped():
    x, y = patterns(50)
    told, seen = [], []
    model = Perceptrons(WIDTHS, [0])
    options = {"batch_size": 10, "learning_rate": 0.1, "seeds": [0]}
    start = weights(model)

    def on_epoch(epoch):
        told.append(epoch)
        seen.append(weights(model))
        return epoch == 3

    assert fit(model, x, y, epochs=9, on_epoch=on_epoch, **options) == 3
    assert told == [0, 1, 2, 3]
    assert equal(seen[0], start)
    assert equal(seen[3], weights(model))
    assert not equal(seen[2], seen[3])
    again = Perceptrons(WIDTHS, [0])
    assert fit(again, x, y, epochs=3, **options) == 3
    assert equal(weights(again), weights(model))
    assert fit(again, x, y, epochs=0, **options) == 0
    assert equal(weights(again), weights(model))


def test_state_can_be_kept_and_restored():
    x, y = patterns(50)
    model = Perceptrons(WIDTHS, [0, 1])
    kept = copy.deepcopy(model.state_dict())
    fit(model, x, y, epochs=2, batch_size=10, learning_rate=0.1, seeds=[0, 1])
    other = Perceptrons(WIDTHS, [8, 9])
    other.load_state_dict(model.state_dict())
    assert torch.equal(other(torch.as_tensor(x)), model(torch.as_tensor(x)))
    model.load_state_dict(kept)
    assert equal(weights(model), weights(Perceptrons(WIDTHS, [0, 1])))


def test_accuracy_counts():
    model = Perceptrons([1, 1, 2], [0, 1])
    with torch.no_grad():
        for module, sign in ((model.layer1.clean, 1.0), (model.logits, 1.0)):
            module.weight.fill_(sign)
        model.logits.weight.copy_(torch.tensor([[[-1.0, 1.0]], [[1.0, -1.0]]]))
    x, y = np.array([[-2.0], [-1], [1], [2]]), [0, 1, 1, 1]  # 1 where x > 0, once not
    assert accuracy(model, x, y).tolist() == [0.75, 0.25]
    assert accuracy(model, np.stack([x, -x]), np.array([y, y])).tolist() == [0.75, 0.75]
    assert accuracy(model, x, np.array([y, [1, 1, 0, 0]])).tolist() == [0.75, 1.0]


@pytest.mark.parametrize("fails", [False, True])
def test_a_look_at_the_accuracy_leaves_each_submodule_in_its_mode(fails):
    model = Perceptrons(WIDTHS, [0])
    model.layer2.eval()
    modes = [module.training for module in model.modules()]
    assert len(set(modes)) == 2

    def raises(*_):
        raise RuntimeError("no memory")

    if fails:
        model.logits.register_forward_hook(raises)
        with pytest.raises(RuntimeError, match="no memory"):
            accuracy(model, *patterns(10))
    else:
        accuracy(model, *patterns(10))
    assert [module.training for module in model.modules()] == modes


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_it_learns_a_line(activation):
    x, y = decisions.SIMPLE.sample(1000, seed=0)
    held_out = decisions.SIMPLE.sample(4000, seed=1)
    model = Perceptrons([2, 10, 7, 5, 4, 3, 2], range(5), activation=activation)
    fit(
        model,
        x,
        y,
        epochs=100,
        batch_size=50,
        learning_rate=5e-3,
        optimiser="adam",
        seeds=range(5),
    )
    # 4 000 labels tell an accuracy to .003 at .96; one member may be stuck
    good = accuracy(model, *held_out) > 0.97 * decisions.SIMPLE.best_accuracy()
    assert good.sum() >= 4


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"widths": [4, 2]}, r"widths=\[4, 2\] has no hidden layer"),
        ({"widths": [4, 0, 2]}, "widths=0 is not accepted"),
        ({"activation": "sine"}, "activation='sine' does not exist: choose one of tanh, relu"),
        ({"noise_std": -1.0}, r"noise_std=-1\.0"),
        ({"seeds": []}, r"seeds=\[\]: give one for each"),
        ({"seeds": [-1]}, "seed=-1"),
    ],
)
def test_networks_that_are_not(change, match):
    with pytest.raises(InputError, match=match):
        Perceptrons(**{"widths": [4, 3, 2], "seeds": [0], **change})


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"x": np.zeros((5, 3))}, r"x has shape \(5, 3\): \(n, 4\), or \(2, n, 4\)"),
        ({"x": np.zeros((3, 5, 4))}, r"x has shape \(3, 5, 4\)"),
        ({"x": np.zeros((0, 4)), "y": np.zeros(0, int)}, r"x has shape \(0, 4\)"),
        ({"x": np.full((5, 4), np.nan)}, "x has 20 values that are NaN, infinite or too large"),
        ({"y": np.zeros(4, int)}, r"y has shape \(4,\)"),
        ({"y": np.zeros(5)}, r"y has dtype torch.float64"),
        ({"y": np.arange(5)}, "y has labels from 0 to 4: the network has 2 classes"),
        ({"y": np.full(5, -1)}, "y has labels from -1 to -1"),
        ({"epochs": -1}, "epochs=-1"),
        ({"batch_size": 0}, "batch_size=0"),
        ({"learning_rate": 0}, "learning_rate=0"),
        ({"optimiser": "lbfgs"}, "optimiser='lbfgs' does not exist: choose one of sgd, momentum"),
        ({"seeds": [0]}, r"seeds=\[0\]: give one for each of the 2 members"),
    ],
)
def test_training_that_cannot_be(change, match):
    call = {
        "x": np.zeros((5, 4)),
        "y": np.zeros(5, int),
        "epochs": 1,
        "batch_size": 2,
        "learning_rate": 0.1,
        "seeds": [0, 1],
    }
    with pytest.raises(InputError, match=match):
        fit(Perceptrons([4, 3, 2], [0, 1]), **{**call, **change})
