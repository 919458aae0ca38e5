"""Sentences about a flow: said where they are due, silent elsewhere, and with the right numbers."""

import math
import re

import numpy as np
import pytest
import torch
from sklearn.mixture import GaussianMixture

from infoplane.estimators.latents.doubts import (
    doubts_of_latents,
    doubts_of_training,
    outside,
    parameters,
    too_fine,
)
from infoplane.estimators.latents.training import GAIN, PATIENCE, Course
from tests.estimators.latents.world import N, latents_of, of_latents, pairs


def course(loss, **options):
    return Course(step=list(range(len(loss))), loss=list(loss), **options)


SETTLED = course([3.0] * (PATIENCE + 1), ended=True)
GOOD = {"train": 1.0, "held_out": 1.0, "std": 0.05, "chance": 0.02, "from_rho": 1.0, "refit": True}


def told(of=SETTLED, **options):
    return doubts_of_training(of, **GOOD | options)


@pytest.mark.parametrize("from_rho", [1.0, 1.09, None])
def test_a_training_without_fault_is_not_doubted(from_rho):
    assert told(from_rho=from_rho) == []
    # held-out rows show less: chance, or what the layer is expected to fit
    assert told(held_out=0.85) == []
    assert told(held_out=0.5, chance=0.5) == []
    assert told(held_out=1.5) == []


@pytest.mark.parametrize(
    ("loss", "gained"),
    [
        ([5.0, 4.0], "1 nats in the last 1 checks"),
        ([5.0, 4.9, 4.8, 4.75], "0.25 nats in the last 3"),
        (np.linspace(5, 3, 21), "0.8 nats in the last 8"),  # .1 each
        # as the learning rate falls the last checks gain next to nothing each
        ([*np.linspace(5, 4, 16), 3.99, 3.985, 3.983, 3.983, 3.983], "nats in the last 8"),
    ],
)
def test_training_that_ran_out_of_steps_is_told(loss, gained):
    (sentence,) = told(course(loss))
    assert sentence.startswith("the likelihood still rises")
    assert gained in sentence
    assert sentence.endswith("pass more steps")


@pytest.mark.parametrize(
    "loss",
    [
        [5.0],  # no step was asked for
        [5.0, 5.0 - 0.9 * GAIN],
        [5.0, 4.0] + [4.0 - 0.5 * GAIN] * PATIENCE,
        [5.0, 4.0, *np.linspace(4, 6, PATIENCE)],  # what comes after the best is not kept
    ],
)
def test_training_that_had_its_steps_is_not(loss):
    assert told(course(loss)) == []


def test_lost_training_is_told_and_nothing_else_of_its_course():
    (sentence,) = told(course([5.0, 3.0], lost=40))
    assert re.search(r"lost at step 40, .* pass a smaller learning_rate$", sentence)
    (sentence,) = told(course([], lost=0))
    assert "lost at step 0" in sentence


def test_flows_that_know_their_rows_by_heart_are_told_beyond_chance_and_bias():
    gap = 4 * GOOD["std"] + GOOD["chance"]
    (sentence,) = told(held_out=1 - gap - 0.01)
    assert re.search(r"show 1\.00 nats and held-out ones 0\.77: .* by heart; pass fewer", sentence)
    assert told(held_out=1 - gap + 0.01) == []
    # what is below a tenth of a nat is worth no sentence, however sure
    assert told(held_out=0.9, std=1e-3) == []
    assert len(told(held_out=0.87, std=1e-3)) == 1


@pytest.mark.parametrize("train", [1.0, 10.0])
def test_a_rho_that_says_something_else_than_the_rows_is_told(train):
    apart = max(0.1, 0.02 * train) + 0.01
    for sign in (1, -1):
        (sentence,) = told(train=train, held_out=train, from_rho=train + sign * apart, refit=False)
        assert sentence.endswith("rho travels slowly at high information; pass refit='checks'")
        assert f"that it was learned from {train:.2f}" in sentence
    (sentence,) = told(train=train, held_out=train, from_rho=train + apart)
    assert sentence.endswith("rows are not as the model has them")  # refit is there already
    assert told(train=train, held_out=train, from_rho=train + apart - 0.02) == []


def test_rows_beyond_the_box_are_told_by_column_and_share():
    a, b = np.random.default_rng(0).normal(size=(2, 1_000, 3))
    assert outside([("x", a), ("z", b)]) == []
    b[:9, 1] = 7
    assert outside([("x", a), ("z", b)]) == []  # less than one in a hundred
    b[:25, 1] = -7
    (sentence,) = outside([("x", a), ("z", b)])
    assert sentence.startswith("2.5 % of the rows of column 1 of z lie more than 6 standard dev")
    assert "pass margins='asinh'" in sentence


@pytest.mark.parametrize(("columns", "components"), [(2, 2), (3, 5), (10, 8)])
def test_parameters_are_counted_as_scikit_learn_does(columns, components):
    rows = np.random.default_rng(1).normal(size=(100, columns))
    fitted = GaussianMixture(components, tol=1e3).fit(rows)
    # of p parameters and n rows the criteria differ by p log n - 2 p
    counted = (fitted.bic(rows) - fitted.aic(rows)) / (math.log(len(rows)) - 2)
    assert parameters(columns, components) == pytest.approx(counted)


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("rho", [0.0, 0.8, 1 - 1e-7])
def test_gaussian_latents_are_not_doubted(rho, shared):
    for seed in range(5):
        assert of_latents(*pairs(rho, 3, seed), shared=shared)[0] == []


@pytest.mark.parametrize("shared", [True, False])
def test_chance_is_not_doubted(shared):
    """In 60 rows a fourth moment scatters by .07; and of nothing fourteen pairs show something."""
    for seed in range(20):
        assert of_latents(*pairs(0.5, 2, seed, n=200), shared=shared)[0] == []
    for seed in range(5):
        assert of_latents(*pairs(0.0, 14, seed, n=400), shared=shared)[0] == []


def test_a_radius_that_hardly_varies_is_worth_no_sentence():
    """Squares of 1 - .17 and 1 + .17: a fourth moment of 1.03, which so many rows are sure of."""
    u, v = pairs(0.5, n=80_000)
    square = 1 + 0.17 * np.sign(np.random.default_rng(4).random(80_000) - 0.5)[:, None]
    assert of_latents(u * np.sqrt(square), v * np.sqrt(square))[0] == []


@pytest.mark.parametrize("rho", [0.3, 0.95])
def test_a_radius_that_is_shared_is_told_with_its_fourth_moment(rho):
    """Radii of 1 and 3, each for half of the rows: (1 + 81) / 2 over (10 / 2)^2 is 1.64."""
    u, v = pairs(rho)
    radius = np.where(np.random.default_rng(2).random(N) < 0.5, 1.0, 3.0)[:, None]
    (sentence,), model = of_latents(u * radius, v * radius)
    found = float(re.search(r"radius (\S+) times", sentence)[1])
    # the delta method, with m_j = E r^2j: (m_4 / m_2^2 - 1) + 4 (m_2 / m_1^2 - 1)
    # - 4 (m_3 / m_1 m_2 - 1) = 5.51 + 5.84 - 10.24 over the 900 rows
    assert abs(found - 1.64) < 4 * 1.64 * math.sqrt(1.1 / 900)
    assert sentence.endswith("pass base='mixture'")
    assert "a mixture of 8 Gaussians finds" in sentence
    # of the pairs -log(1 - rho^2); and the radius, seen in four columns, tells of itself
    mixed = float(re.search(r"finds (\S+) nats", sentence)[1])
    assert mixed > model.base.information() + 0.1


def test_with_few_rows_a_mixture_of_fewer_or_none_is_asked():
    u, v = pairs(0.5, d=4, n=300)
    radius = np.where(np.random.default_rng(3).random(300) < 0.5, 1.0, 3.0)[:, None]
    (sentence,), _ = of_latents(u * radius, v * radius)
    # 210 rows are twice the 89 parameters of two components in eight columns, not of three
    assert "a mixture of 2 Gaussians" in sentence
    (sentence,), _ = of_latents(u[:200] * radius[:200], v[:200] * radius[:200])
    assert sentence.endswith("pass base='mixture' with more rows, or fewer columns")


def test_a_mixture_is_not_doubted_for_what_it_is_there_for():
    u, v = pairs(0.5)
    radius = np.where(np.random.default_rng(2).random(N) < 0.5, 1.0, 2.0)[:, None]
    u, v = u * radius, v * radius
    told, model = of_latents(u, v)
    assert told
    model.mix(latents_of(u, v), 2)
    assert doubts_of_latents(model, latents_of(u, v), latents_of(u, v), 0.0) == []


def test_one_rho_for_unequal_correlations_is_told_by_what_it_misses():
    """Gaussian latents all the same, whatever covariance the model takes them to have."""
    rho = np.array([0.99, 0.5])
    u, v = pairs(rho)
    assert of_latents(u, v)[0] == []
    (sentence,), model = of_latents(u, v, shared=True)
    told = [float(a) for a in re.findall(r"\d\.\d\d", sentence)]
    # correlations of 2100 rows: within 4 (1 - rho^2) / sqrt(n), and rounded
    assert told[0] == pytest.approx(0.5, abs=0.07)
    assert told[1] == pytest.approx(0.99, abs=0.007)
    truth = -0.5 * np.log(1 - rho**2).sum()
    assert told[2] == pytest.approx(truth, abs=4 * math.sqrt((rho**2).sum() / 2_100))
    assert told[3] == pytest.approx(model.base.information(), abs=0.006)
    assert told[3] < truth - 0.3
    assert sentence.endswith("pass rho='canonical'")


def test_a_radius_whose_mixture_finds_no_more_is_worth_no_sentence():
    """Radii of 1 and 1.6: a fourth moment of 1.19, which tells less than .1 nats."""
    u, v = pairs(0.5, n=20_000)
    radius = np.where(np.random.default_rng(2).random(20_000) < 0.5, 1.0, 1.6)[:, None]
    assert of_latents(u * radius, v * radius)[0] == []


def test_a_radius_that_varies_too_little_is_told_without_a_mixture():
    """On two circles r^2 is what it is on average: 1 over the 1 + 2 / 4 of a Gaussian."""
    angles = np.random.default_rng(7).uniform(0, 2 * np.pi, size=(2, N))
    (sentence,), _ = of_latents(*(np.c_[np.cos(a), np.sin(a)] for a in angles))
    found = float(re.search(r"radius (\S+) times", sentence)[1])
    assert found == pytest.approx(2 / 3, abs=0.02)
    assert "either way" in sentence
    assert "mixture" not in sentence


@pytest.mark.parametrize(("nats", "steps", "told"), [(6.9, 200, 0), (7.1, 200, 1), (9, 2_000, 0)])
def test_a_pair_too_fine_for_splines_is_told_after_few_steps(nats, steps, told):
    model = of_latents(*pairs(0.5, 2))[1]
    rho = np.array([0.5, math.sqrt(-math.expm1(-2 * nats))])
    model.base.theta.data.copy_(torch.from_numpy(np.arctanh(rho)))
    found = too_fine(model, steps)
    assert len(found) == told
    assert all(f"shares {nats} nats" in sentence and "steps=3000" in sentence for sentence in found)
    model.mix(latents_of(*pairs(0.5, 2)), 2)
    assert too_fine(model, steps) == []
