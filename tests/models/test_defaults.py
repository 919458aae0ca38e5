"""Whatever of torch is set around a model or its training is of no matter, and stays as it was."""

import inspect
from contextlib import nullcontext

import pytest
import torch

from infoplane.datasets import vision
from infoplane.models import images, miniatures, perceptrons
from infoplane.models.autoencoders import training as autoencoding
from infoplane.models.autoencoders.networks import Autoencoders, ConvAutoencoder
from infoplane.models.backbones.network import backbone
from infoplane.models.defaults import torch_defaults
from infoplane.models.dense import fit_classifier, tanh_network
from infoplane.models.flows import SplineFlow
from infoplane.models.heads import Heads, fit
from infoplane.models.lenet import LeNets
from infoplane.models.miniatures import Miniature
from infoplane.models.noisy_cnn import NoisyCNNs
from infoplane.models.perceptrons import Perceptrons
from infoplane.models.small_cnn import SmallCNNs
from tests.surroundings import around, settings

INSIDE = torch.float32, True, False


@around
def test_inside_it_is_as_a_training_takes_it_and_afterwards_as_it_was(around):
    with around():
        before = settings()
        assert before != INSIDE
        with torch_defaults():
            assert settings() == INSIDE
            made = torch.ones(2, requires_grad=True)
            assert made.dtype == torch.float32
            made.sum().backward()
            with torch_defaults():
                pass
            assert settings() == INSIDE
        assert settings() == before
    made.detach().add_(made.grad)  # which a tensor of inference mode would refuse here


@around
def test_it_is_as_it_was_after_an_error_as_well(around):
    with around():
        before = settings()
        with pytest.raises(ZeroDivisionError), torch_defaults():
            1 / 0  # noqa: B018
        assert settings() == before


@torch_defaults()
def seen(depth: int = 0) -> list[object]:
    """The settings inside, those of a call inside included."""
    return [settings(), *(seen(depth - 1) if depth else [])]


@around
def test_as_a_decorator_it_holds_in_every_call_and_the_function_is_what_it_was(around):
    with around():
        before = settings()
        for _ in range(2):
            assert seen(depth=2) == [INSIDE] * 3
            assert settings() == before
    assert seen.__name__ == "seen"
    assert "included" in seen.__doc__
    assert list(inspect.signature(seen).parameters) == ["depth"]


# What is made, and how it is trained in place. Rows are float64, as a program may have them.
ROWS = torch.randn(20, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
LABELS = torch.arange(20) % 2
PIXELS = torch.as_tensor(vision.load("digits", n=20).images).double()
LARGE = torch.nn.functional.interpolate(PIXELS[:, None], (28, 28)).flatten(1)
OPTIONS = {"epochs": 2, "batch_size": 16, "learning_rate": 1e-2}
ADAM = OPTIONS | {"optimiser": "adam", "seeds": [0]}


def generator():
    return torch.Generator().manual_seed(0)


TRAINED = {
    "heads": (lambda: Heads(3, [0, 1]), lambda m: fit(m, ROWS, LABELS, **OPTIONS)),
    "miniature": (
        lambda: Miniature("residual", blocks=1, classes=2, seed=0),
        lambda m: miniatures.pretrain(m, PIXELS[:, None], LABELS, seed=0, **OPTIONS),
    ),
    "perceptrons": (
        lambda: Perceptrons([3, 4, 2], [0], noise_std=0.1),
        lambda m: perceptrons.fit(m, ROWS, LABELS, **ADAM),
    ),
    "lenet": (lambda: LeNets([0]), lambda m: images.fit(m, LARGE, LABELS, **ADAM)),
    "small cnn": (lambda: SmallCNNs([0]), lambda m: images.fit(m, LARGE, LABELS, **ADAM)),
    "noisy cnn": (lambda: NoisyCNNs([0]), lambda m: images.fit(m, LARGE, LABELS, **ADAM)),
    "autoencoder": (
        lambda: Autoencoders(3, codes=[1], seeds=[0]),
        lambda m: autoencoding.fit(m, ROWS, seeds=[0], **OPTIONS),
    ),
    "convolutional autoencoder": (
        lambda: ConvAutoencoder(8, code=2, seed=0),
        lambda m: autoencoding.fit(m, PIXELS, seeds=[0], code_noise_std=0.1, **OPTIONS),
    ),
    "dense": (
        lambda: tanh_network([3, 4, 2], generator()),
        lambda m: fit_classifier(m, ROWS.float(), LABELS, generator(), steps=5, batch_size=8),
    ),
}
every = pytest.mark.parametrize("name", TRAINED)


def weights(model):
    return {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}


def alike(one, other):
    """The same operations in the same order: rounding of other threads at most."""
    torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


@every
@around
def test_a_model_becomes_what_it_becomes_elsewhere(name, around):
    make, train = TRAINED[name]
    expected = make()
    start = weights(expected)
    train(expected)
    with around():
        before = settings()
        model = make()
        alike(weights(model), start)
        train(model)
        assert settings() == before
    alike(weights(model), weights(expected))
    assert any(not torch.equal(a, start[n]) for n, a in weights(model).items())
    assert all(p.requires_grad and not p.is_inference() for p in model.parameters())


@every
@pytest.mark.parametrize("where", ["made", "trained"])
def test_one_may_be_made_in_inference_mode_and_trained_elsewhere(name, where):
    make, train = TRAINED[name]
    with torch.inference_mode() if where == "made" else nullcontext():
        model = make()
    start = weights(model)
    with torch.inference_mode() if where == "trained" else nullcontext():
        train(model)
    assert any(not torch.equal(a, start[n]) for n, a in weights(model).items())


@pytest.mark.parametrize("kind", ["inference", "gradients"])
@pytest.mark.parametrize("name", ["heads", "miniature", "perceptrons", "small cnn", "autoencoder"])
def test_rows_may_come_from_anywhere(name, kind, monkeypatch):
    """From inference mode; or with a history, through which nothing is differentiated."""
    make, train = TRAINED[name]
    expected = make()
    train(expected)
    leaves = []
    for rows in ("ROWS", "PIXELS", "LARGE"):
        given = globals()[rows].clone().requires_grad_(kind == "gradients")
        leaves.append(given)
        with torch.inference_mode(mode=kind == "inference"):
            monkeypatch.setitem(globals(), rows, given * 1)
    model = make()
    train(model)
    alike(weights(model), weights(expected))
    assert all(leaf.grad is None for leaf in leaves)


@around
def test_networks_that_others_build_are_float32(around):
    images = torch.zeros(1, 3, 64, 64, dtype=torch.float32)
    expected = backbone("squeezenet1_1", weights="random")(images)
    with around():
        found = backbone("squeezenet1_1", weights="random")(images)
    torch.testing.assert_close(found.clone(), expected)


@around
def test_a_flow_is_float32(around):
    def made():
        return SplineFlow(ROWS.numpy(), bins=4, blocks=1, hidden=(4,), generator=generator())

    expected = weights(made())
    with around():
        model = made()
    alike(weights(model), expected)
