"""Noise in codes while they are trained: unit variance, members alone, even steps, refusals."""

import pytest
import torch

from infoplane.errors import InputError
from infoplane.models.autoencoders.networks import Autoencoders, ConvAutoencoder
from infoplane.models.autoencoders.training import errors, fit
from tests.models.autoencoders.test_training import blobs, curved

NOISY = {"epochs": 30, "batch_size": 40, "learning_rate": 0.01, "code_noise_std": 0.1}


@pytest.mark.parametrize(
    "make",
    [
        lambda: Autoencoders(64, [1, 3], [0, 1], hidden=(9, 5)),
        lambda: ConvAutoencoder(8, 3, 0, channels=(4, 8)),
    ],
)
def test_codes_trained_with_noise_are_of_unit_variance_and_uncut(make):
    x, model = 4 * (blobs(120) - 0.3).flatten(1), make()
    fit(model, x, seeds=[0] * model.members, **{**NOISY, "epochs": 150})
    for code in model.encode(x):  # float32 sums of 120
        assert code.mean(dim=0).abs().max() < 1e-5
        assert (code.std(dim=0, correction=0) - 1).abs().max() < 1e-5
    # the decoder knows the code as it is now: of three columns it makes two thirds of an image
    assert errors(model, x)[-1] < 1 / 3
    parts = model.code(model.rows(x))
    for i, own in enumerate(model.codes):  # columns of other members stay out of the game
        assert not parts[i, :, own:].any()


def test_a_member_with_noise_is_what_it_is_alone():
    x = curved(200)
    together = Autoencoders(6, [2, 1, 2], [0, 1, 2])
    fit(together, x, seeds=[0, 1, 2], **NOISY)
    alone = Autoencoders(6, [2], [2])
    fit(alone, x, seeds=[2], **NOISY)
    # the path of a training, in another order of sums
    torch.testing.assert_close(together.encode(x)[2], alone.encode(x)[0], rtol=0.02, atol=0.02)


def test_noise_spreads_codes_evenly():
    """A line that is bent: with noise equal steps along it are equal steps of the code."""
    t = torch.linspace(-1, 1, 400)[:, None]
    x = torch.cat([t, (3 * t).sin() * 0.5], dim=1) * 1.5
    worst = []
    for std in (0.0, 0.2):
        model = Autoencoders(2, [1] * 4, [0, 1, 2, 3], hidden=(32, 32))
        fit(model, x, seeds=[0, 1, 2, 3], epochs=150, batch_size=50, learning_rate=0.01,
            code_noise_std=std)  # fmt: skip
        path = x.diff(dim=0).norm(dim=1)
        steps = torch.stack([code.diff(dim=0)[:, 0] for code in model.encode(x)]) / path
        speed = steps.abs() / steps.abs().mean(dim=1, keepdim=True)
        worst.append(float(speed.std(dim=1).mean()))
    assert worst[1] < worst[0]


def test_noise_needs_a_code_of_free_scale():
    model = Autoencoders(6, [2], [0], code_activation="tanh")
    with pytest.raises(InputError, match=r"code_noise_std=0\.1 needs code_activation='none'"):
        fit(model, curved(50), seeds=[0], **NOISY)
    with pytest.raises(InputError, match="code_noise_std=-1 is not accepted"):
        fit(model, curved(50), seeds=[0], **{**NOISY, "code_noise_std": -1})
    with pytest.raises(InputError, match="batch_size=15 is too small for code_noise_std"):
        fit(Autoencoders(6, [2], [0]), curved(50), seeds=[0], **{**NOISY, "batch_size": 15})
