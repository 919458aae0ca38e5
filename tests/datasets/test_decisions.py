"""Noisy decisions in the plane: their probabilities, and the information from them."""

import math

import numpy as np
import pytest
from scipy import integrate
from scipy.special import entr, ndtr

from infoplane.datasets import decisions
from infoplane.datasets.decisions import COMPLICATED, SIMPLE, Decision
from infoplane.errors import InputError

BOTH = pytest.mark.parametrize("decision", [SIMPLE, COMPLICATED], ids=lambda d: d.name)


def noise_entropy(value):
    """h(Phi(value / sigma)): what is not known of a label, given a point."""
    p = ndtr(value / decisions.NOISE_STD)
    return entr(p) + entr(1 - p)


def test_information_by_one_dimensional_integrals():
    # x_1 + x_2 has the triangular density (2 - |s|) / 4; both labels are equally frequent
    line, _ = integrate.quad(lambda s: (2 - s) / 2 * noise_entropy(s), 0, 2, points=[0.5])
    # whatever x_2 is, the argument of the sine runs over two whole periods
    stripes, _ = integrate.quad(
        lambda t: 4 * noise_entropy(math.sin(2 * math.pi * t)), 0, 0.25, points=[0.05]
    )
    # quad promises 1.5e-8
    assert SIMPLE.information() == pytest.approx(math.log(2) - line, abs=2e-8)
    assert COMPLICATED.information() == pytest.approx(math.log(2) - stripes, abs=2e-8)


@BOTH
def test_information_and_best_accuracy_by_monte_carlo(decision):
    data = decision.sample(400_000, seed=1)
    p = decision.probability(data.x)
    own = np.where(data.y == 1, p, 1 - p)  # P(y | x) of the labels that were drawn
    # P(y) = 1/2, so that log 2 P(y | x) has the mean I(X; Y)
    pointwise = np.log(2 * own)
    right = (p > 0.5) == data.y
    for values, truth in (
        (pointwise, decision.information()),
        (right, decision.best_accuracy()),
        (data.y, 0.5),
    ):
        assert abs(values.mean() - truth) < 3.5 * values.std() / math.sqrt(len(values))


@BOTH
def test_labels_follow_the_probability(decision):
    data = decision.sample(200_000, seed=2)
    p = decision.probability(data.x)
    z = (data.y - p).sum() / np.sqrt((p * (1 - p)).sum())
    assert abs(z) < 3.5
    for low, high in ((0.05, 0.3), (0.3, 0.7), (0.7, 0.95)):
        here = (p > low) & (p < high)
        z = (data.y - p)[here].sum() / np.sqrt((p * (1 - p))[here].sum())
        assert abs(z) < 3.5
    assert data.x.min() >= -1
    assert data.x.max() <= 1
    # uniform: mean 0 and E x x^T = I / 3, each known to 1 / sqrt(n)
    assert np.allclose(data.x.mean(axis=0), 0, atol=3.5 / math.sqrt(3 * 200_000))
    assert np.allclose(data.x.T @ data.x / 200_000, np.eye(2) / 3, atol=3.5 / 3 / 447)


def test_noise_between_none_and_all():
    clear, blurred = (Decision("line", SIMPLE.value, s) for s in (1e-4, 1e4))
    # nodes on the diagonal see p = 1/2 whatever the noise: 400 of 160 000, of larger weight
    assert clear.information() == pytest.approx(math.log(2), abs=0.004)
    assert blurred.information() == pytest.approx(0, abs=1e-8)
    assert blurred.best_accuracy() == pytest.approx(0.5, abs=1e-4)
    levels = [Decision("line", SIMPLE.value, s).information() for s in (0.05, 0.1, 0.3, 1.0)]
    assert levels == sorted(levels, reverse=True)


def test_the_simple_one_is_linear_and_the_complicated_one_is_not():
    for draw, low, high in ((decisions.simple, 0.99, 1.001), (decisions.complicated, 0.5, 0.6)):
        data = draw(20_000, seed=3)
        columns = np.column_stack([data.x, np.ones(len(data.x))])
        weights, *_ = np.linalg.lstsq(columns, 2 * data.y - 1, rcond=None)
        accuracy = ((columns @ weights > 0) == data.y).mean()
        # 20 000 labels tell an accuracy to .0014 at .96
        assert low - 0.005 < accuracy / data.decision.best_accuracy() < high + 0.005


def test_same_seed_same_points():
    a, b, c = (decisions.complicated(50, seed) for seed in (4, 4, 5))
    assert np.array_equal(a.x, b.x)
    assert np.array_equal(a.y, b.y)
    assert not np.array_equal(a.x, c.x)
    assert a.x.dtype == np.float32
    assert a.y.dtype == np.int64
    assert (decisions.simple(5, 0).decision, a.decision) == (SIMPLE, COMPLICATED)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: decisions.simple(0, 0), "n=0 is not accepted"),
        (lambda: decisions.complicated(10, -1), "seed=-1"),
        (lambda: Decision("line", SIMPLE.value, 0), "noise_std=0 is not accepted"),
        (lambda: SIMPLE.probability([1.0, 2.0]), r"x has shape \(2,\): points of the plane"),
        (lambda: SIMPLE.probability(np.zeros((4, 3))), r"x has shape \(4, 3\)"),
    ],
)
def test_bad_input(call, match):
    with pytest.raises(InputError, match=match):
        call()
