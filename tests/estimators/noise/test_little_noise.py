"""Noise that is nothing beside the rows: every row that differs is told from every other."""

import math

import numpy as np
import pytest
import torch

from infoplane.errors import InputError
from infoplane.estimators import information_with_noise, informations_with_noise
from infoplane.estimators.noise import channels, mixture

LITTLE = [1e-6, 1e-8, 1e-12, 1e-15, 1e-17, 1e-30, 1e-160, 1e-200, 1e-300]


@pytest.mark.parametrize("kind", channels.KINDS)
@pytest.mark.parametrize("noise_std", LITTLE)
@pytest.mark.parametrize("d", [1, 3, 70])  # more columns than rows, too
def test_it_is_the_log_of_the_number_of_different_rows(kind, noise_std, d):
    t = np.linspace(1, 2, 50)[:, None] * np.linspace(1, 1.5, d)
    found = information_with_noise(t, noise_std, noise=kind, samples=500)
    assert found.value == pytest.approx(math.log(50), abs=1e-9)
    assert found.std < 1e-9
    copies = information_with_noise(np.repeat(t, 4, axis=0), noise_std, noise=kind, samples=500)
    assert copies.value == pytest.approx(math.log(50), abs=1e-9)


@pytest.mark.parametrize("kind", channels.KINDS)
def test_both_ways_to_an_exponent_agree_where_nothing_is_lost(kind, monkeypatch):
    t = 1 + np.random.default_rng(0).random((40, 3))
    names = (mixture, channels)
    found = []
    for most in (mixture.EXPANDABLE, -1.0):
        for module in names:
            monkeypatch.setattr(module, "EXPANDABLE", most)
        found.append(information_with_noise(t, 0.1, noise=kind, samples=400))
    assert found[1].value == pytest.approx(found[0].value, abs=1e-9)
    assert found[1].std == pytest.approx(found[0].std, rel=1e-6)


def test_the_exponent_of_a_draws_own_row_is_zero_whatever_the_noise():
    rows = torch.tensor([[1e200, -3.0], [5.0, 1e-9]], dtype=torch.float64)
    eps = torch.tensor([[0.3, -1.2], [2.0, 0.1]], dtype=torch.float64)
    found = mixture.by_columns(rows, eps, rows)
    assert found.diagonal().tolist() == [0.0, 0.0]
    assert found[0, 1] == found[1, 0] == -math.inf


@pytest.mark.parametrize("noise_std", [1e-6, 1e-20, 1e-100])
def test_left_out_a_row_is_judged_by_its_neighbour(noise_std):
    # on a line with two labels, one half each: all neighbours have the label, but at the border
    t = np.concatenate([np.arange(10.0), 100 + np.arange(10.0)])
    found = informations_with_noise(t, np.repeat([0, 1], 10), noise_std, leave_out=True)[1]
    assert found.value == pytest.approx(math.log(19 / 9), abs=1e-9)


def test_without_a_density_there_is_no_answer():
    with pytest.raises(InputError, match=r"leave_out=True.*more noise"):
        informations_with_noise(np.arange(6.0), [0, 0, 0, 1, 1, 1], 1e-300, leave_out=True)
