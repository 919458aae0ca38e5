"""Autoencoders of several code dimensions in one batch: each has its own code, and no more."""

import copy
import math
import pickle

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from infoplane.errors import InputError
from infoplane.models.autoencoders.networks import GAIN, Autoencoders, ConvAutoencoder


def rows(n=50, width=6, seed=0):
    return torch.randn(n, width, generator=torch.Generator().manual_seed(seed))


def parameters(model):
    return [p.detach().clone() for p in model.parameters()]


def own(model, i):
    """What a member alone would have of the padded parameters: up to its own code dimension."""
    code = model.codes[i]
    encoder = [p.detach()[i] for p in model.encoder.parameters()]
    decoder = [p.detach()[i] for p in model.decoder.parameters()]
    encoder[-2:] = [p[:, :code] for p in encoder[-2:]]
    decoder[0] = decoder[0][:code]
    return encoder + decoder


def test_initial_weights_follow_the_law_and_the_seed():
    state = torch.random.get_rng_state()
    wide = Autoencoders(400, [50, 300], [0, 1], hidden=(300,))
    scales = [1 / math.sqrt(400), GAIN / math.sqrt(300), 1 / math.sqrt(300), GAIN / math.sqrt(300)]
    for k, scale in enumerate(scales):
        layer = (*wide.encoder, *wide.decoder)[k]
        # at least 90 000 draws: a standard deviation is known to 1 in sqrt(2 n) = .24 %
        assert float(layer.weight[1].detach().std()) == pytest.approx(scale, rel=0.01)
        assert not layer.bias.any()
    # 15 000 draws, .58 %; of a fan in of 50, and not of the 300 of its neighbour
    into = wide.decoder[0].weight[0, :50].detach()
    assert float(into.std()) == pytest.approx(1 / math.sqrt(50), rel=0.03)
    together = Autoencoders(6, [2, 5, 2], [3, 8, 8])
    for i, (code, seed) in enumerate([(2, 3), (5, 8), (2, 8)]):
        alone = Autoencoders(6, [code], [seed])
        assert all(torch.equal(*p) for p in zip(own(together, i), own(alone, 0), strict=True))
    assert torch.equal(torch.random.get_rng_state(), state)


def test_the_activation_keeps_the_scale():
    """GAIN is 1 / rms of SiLU of a standard normal variable, here by quadrature."""
    z = torch.linspace(-10, 10, 100_001, dtype=torch.float64)
    density = torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    square = float(torch.trapezoid(nn.functional.silu(z) ** 2 * density, z))
    assert pytest.approx(1 / math.sqrt(square), rel=1e-4) == GAIN


@pytest.mark.parametrize("code_activation", ["none", "tanh"])
@pytest.mark.parametrize("output", ["linear", "sigmoid"])
def test_it_is_the_formula(code_activation, output):
    model = Autoencoders(
        6, [1, 3], [0, 1], hidden=(7, 4), code_activation=code_activation, output=output
    )
    with torch.no_grad():
        for p in model.parameters():
            if p.shape[1] == 1:
                p += 0.1  # biases, so that they count; a code of 1 has three in its padded layer
        model.encoder[-1].bias[0, :, 1:] = 0
    x, silu = rows(), nn.functional.silu
    codes, answers = model.encode(x), model(x)
    for i in range(2):
        w1, c1, w2, c2, w3, c3, v1, d1, v2, d2, v3, d3 = own(model, i)
        code = silu(silu(x @ w1 + c1) @ w2 + c2) @ w3 + c3
        code = torch.tanh(code) if code_activation == "tanh" else code
        torch.testing.assert_close(codes[i], code)
        answer = silu(silu(code @ v1 + d1) @ v2 + d2) @ v3 + d3
        answer = torch.sigmoid(answer) if output == "sigmoid" else answer
        torch.testing.assert_close(answers[i].detach(), answer)


def test_codes_have_their_own_dimensions_and_range():
    model = Autoencoders(9, [4, 1, 9], [0, 1, 2], code_activation="tanh")
    x = 100 * rows(width=9)
    codes = model.encode(x)
    assert [tuple(code.shape) for code in codes] == [(50, 4), (50, 1), (50, 9)]
    for code in codes:
        assert code.abs().max() <= 1
        assert (code.std(dim=0) > 0).all()  # no unit is dead
        assert not code.requires_grad
    padded = model.code(model.rows(x))
    assert not padded[0, :, 4:].any()
    assert not padded[1, :, 1:].any()


def test_parts_are_the_whole(monkeypatch):
    model, x = Autoencoders(6, [2, 3], [0, 1]), rows(n=101)
    whole = model.encode(x)
    monkeypatch.setattr("infoplane.models.autoencoders.base.CHUNK", 10 * 2 * 128)
    assert [part.shape[1] for part in model.chunks(model.rows(x))] == [10] * 10 + [1]
    for a, b in zip(whole, model.encode(x), strict=True):
        torch.testing.assert_close(a, b)


def test_shared_rows_are_rows_of_each():
    model, x = Autoencoders(6, [2, 3], [0, 1]), rows()
    torch.testing.assert_close(model(x), model(torch.stack([x, x])))
    torch.testing.assert_close(model(torch.stack([x, x + 1]))[0], model(x)[0])
    torch.testing.assert_close(model.encode(x.double().numpy())[1], model.encode(x)[1])


@pytest.mark.parametrize("side", [8, 16, 28, 32])
def test_images_of_every_side(side):
    model = ConvAutoencoder(side, 5, 0, code_activation="tanh")
    images = rows(n=3, width=side**2).view(3, side, side)
    (code,) = model.encode(images)
    answers = model(images)
    assert code.shape == (3, 5)
    assert code.abs().max() <= 1
    assert answers.shape == (1, 3, side**2)
    torch.testing.assert_close(model(images.flatten(1)), answers)
    assert [tuple(d.weight.shape[:2]) for d in model.down] == [(16, 1), (32, 16)]
    # weights that keep the scale: the code before its tanh, and the reconstruction, are near 1
    assert 0.1 < float(answers.detach().std()) < 10


@pytest.mark.parametrize(
    "model",
    [
        Autoencoders(64, [1, 3], [0, 1], code_activation="tanh", output="sigmoid"),
        ConvAutoencoder(8, 3, 0),
    ],
)
def test_every_parameter_has_a_gradient(model):
    model(rows(width=64)).square().sum().backward()
    for p in model.parameters():
        for member in p.grad if isinstance(model, Autoencoders) else [p.grad]:
            assert member.any()


@pytest.mark.parametrize(
    "make", [lambda: Autoencoders(64, [1, 3], [0, 1]), lambda: ConvAutoencoder(8, 3, 0)]
)
def test_copies_and_states(make):
    model, x = make(), rows(width=64)
    for twin in (make(), copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert torch.equal(twin(x), model(x))
    with torch.no_grad():
        next(model.parameters()).add_(1)
    twin = make()
    assert not torch.equal(twin(x), model(x))
    twin.load_state_dict(model.state_dict())
    assert torch.equal(twin(x), model(x))


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"width": 0}, "width=0 is not accepted: pass an integer >= 1"),
        ({"codes": []}, r"codes=\[\] is empty: give the code dimension"),
        ({"codes": [0, 2]}, "codes=0 is not accepted: pass an integer >= 1 and <= 6"),
        ({"codes": [1, 7]}, "codes=7 is not accepted: pass an integer >= 1 and <= 6"),
        ({"codes": [1, 2.0]}, r"codes=2\.0"),
        ({"codes": 3}, "codes=3 is not accepted: pass a list"),
        ({"codes": None}, "codes=None is not accepted: pass a list"),
        ({"seeds": 0}, "seeds=0 is not accepted: pass a list"),
        ({"hidden": 5}, "hidden=5 is not accepted: pass a list"),
        ({"hidden": "wide"}, "hidden='wide' is not accepted: pass a list"),
        ({"seeds": [0]}, r"seeds=\[0\]: give one for each of the 2 members"),
        ({"seeds": [0, -1]}, "seed=-1"),
        ({"hidden": (4, 0)}, "hidden=0"),
        ({"code_activation": "relu"}, "code_activation='relu' does not exist: choose one of none"),
        ({"output": "tanh"}, "output='tanh' does not exist: choose one of linear, sigmoid"),
    ],
)
def test_autoencoders_that_are_not(change, match):
    with pytest.raises(InputError, match=match):
        Autoencoders(**{"width": 6, "codes": [1, 2], "seeds": [0, 1], **change})


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (
            {"side": 6},
            r"side=6 cannot be halved for each of channels=\[16, 32\]: .* divisible by 4",
        ),
        ({"side": 0}, "side=0"),
        ({"channels": ()}, "give images with a side divisible by 2, or other channels"),
        ({"channels": (0,)}, "channels=0"),
        ({"channels": 3}, "channels=3 is not accepted: pass a list"),
        ({"code": 65}, "codes=65 is not accepted: pass an integer >= 1 and <= 64"),
        ({"seed": -1}, "seed=-1"),
    ],
)
def test_convolutional_ones_that_are_not(change, match):
    with pytest.raises(InputError, match=match):
        ConvAutoencoder(**{"side": 8, "code": 2, "seed": 0, **change})


NO_NUMBERS = [
    ([["a"] * 6] * 3, r"x has shape \(3, 6\) and dtype <U1: pass numbers"),
    (None, "x is None: pass an array of numbers"),
    ([[1, 2], [3]], "x is no array: give all rows the same length"),
    ({}, "x is of type dict, which is no array"),
    (np.full((2, 6), object()), "x has objects that are neither numbers nor text"),
    (np.full((2, 6), 1j), "x has dtype complex128: .* real and imaginary parts"),
    (torch.full((2, 6), 1j), "x has dtype torch.complex64: pass real and imaginary parts"),
    (pd.DataFrame({"a": ["b"], "c": [1.0]}), r"x mixes text and other values \(float, str\)"),
]


@pytest.mark.parametrize(
    ("x", "match"),
    [
        (torch.zeros(5, 3), r"x has shape \(5, 3\): \(n, 6\), or \(2, n, 6\)"),
        (torch.zeros(3, 5, 6), r"x has shape \(3, 5, 6\)"),
        (torch.zeros(0, 6), r"x has shape \(0, 6\)"),
        (torch.full((5, 6), math.nan), "x has 30 values that are NaN or infinite"),
        ([[1e300, math.nan, 0, 0, 0, 0]], "x has 1 values that are NaN or infinite"),
        (np.full((5, 6), 1e300), "x has 30 values too large for the model's float32: scale x"),
        *NO_NUMBERS,
    ],
)
def test_rows_that_do_not_fit(x, match):
    with pytest.raises(InputError, match=match):
        Autoencoders(6, [1, 2], [0, 1]).encode(x)


@pytest.mark.parametrize(
    ("x", "match"), [(torch.zeros(5, 7, 8), r"x has shape \(5, 7, 8\): \(n, 64\)"), *NO_NUMBERS]
)
def test_images_that_do_not_fit(x, match):
    with pytest.raises(InputError, match=match):
        ConvAutoencoder(8, 2, 0).encode(x)


@pytest.mark.parametrize(
    "model", [Autoencoders(4, [2], [0]), ConvAutoencoder(2, 2, 0, channels=[3])]
)
def test_rows_in_any_dress(model):
    x = torch.tensor([[0.1, -2.0, 3.5, 1.0], [1.0, 0.0, 2.0, 7.0]])
    (expected,) = model.encode(x)
    frozen = x.numpy().copy()
    frozen.flags.writeable = False
    for same in (
        x.tolist(), frozen, frozen[:, ::-1].copy()[:, ::-1], frozen.astype(">f8"),
        frozen.astype(object), frozen.astype(np.longdouble), pd.DataFrame(frozen),
    ):  # fmt: skip
        assert torch.equal(model.encode(same)[0], expected)
    whole = pd.DataFrame({"a": [1, 2], "b": [True, False], "c": [0.5, 1.0], "d": [3, 4]})
    plain = whole.astype(float).to_numpy()
    assert torch.equal(model.encode(whole)[0], model.encode(plain)[0])
