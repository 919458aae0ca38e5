"""Noisy decisions in the plane: their probabilities, and the information from them."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate
from scipy.special import entr, ndtr

from infoplane.datasets import decisions
from infoplane.datasets.decisions import COMPLICATED, SIMPLE, Decision
from infoplane.errors import InputError

BOTH = pytest.mark.parametrize("decision", [SIMPLE, COMPLICATED], ids=lambda d: d.name)


def noise_entropy(value, std=decisions.NOISE_STD):
    """h(Phi(value / sigma)): what is not known of a label, given a point."""
    p = ndtr(value / std)
    return entr(p) + entr(1 - p)


def test_information_by_one_dimensional_integrals():
    # x_1 + x_2 has the triangular density (2 - |s|) / 4; both labels are equally frequent
    line, _ = integrate.quad(lambda s: (2 - s) / 2 * noise_entropy(s), 0, 2, points=[0.5])
    # whatever x_2 is, the argument of the sine runs over two whole periods
    stripes, _ = integrate.quad(
        lambda t: 4 * noise_entropy(math.sin(2 * math.pi * t)), 0, 0.25, points=[0.05]
    )
    # quad promises 1.5e-8
    assert SIMPLE.information.value == pytest.approx(math.log(2) - line, abs=2e-8)
    assert COMPLICATED.information.value == pytest.approx(math.log(2) - stripes, abs=2e-8)


@pytest.mark.parametrize("std", [1e-4, 0.001, 0.003, 0.01, 0.03, 0.1, 0.5, 5.0])
def test_the_error_covers_the_truth_whatever_the_noise(std):
    """Far below .01 the classes look like a jump to the rule, which is wrong by 1e-4 or so."""
    reach = [0, *(k * std for k in (1, 2, 4, 8, 20) if k * std < 1), 1]
    cases = {
        "simple": lambda s: (2 - s) / 2 * noise_entropy(s, std),
        "complicated": lambda t: 4 * noise_entropy(math.sin(2 * math.pi * t), std),
    }
    ends = {"simple": [*reach, 2], "complicated": [math.asin(r) / (2 * math.pi) for r in reach]}
    for name, integrand in cases.items():
        parts = [integrate.quad(integrand, a, b, epsabs=1e-12)[0] for a, b in pairwise(ends[name])]
        truth = replace(decisions.DECISIONS[name], noise_std=std).information
        assert abs(truth.value - (math.log(2) - math.fsum(parts))) <= truth.error + 1e-11
        assert truth.error < (0.003 if std < 0.01 else 1e-3)


@BOTH
def test_information_and_best_accuracy_by_monte_carlo(decision):
    x, y = decision.sample(400_000, seed=1)
    p = decision.probability(x)
    own = np.where(y == 1, p, 1 - p)  # P(y | x) of the labels that were drawn
    # P(y) = 1/2, so that log 2 P(y | x) has the mean I(X; Y)
    pointwise = np.log(2 * own)
    right = (p > 0.5) == y
    for values, truth in (
        (pointwise, decision.information.value),
        (right, decision.best_accuracy()),
        (y, 0.5),
    ):
        assert abs(values.mean() - truth) < 3.5 * values.std() / math.sqrt(len(values))


@BOTH
def test_labels_follow_the_probability(decision):
    x, y = decision.sample(200_000, seed=2)
    p = decision.probability(x)
    z = (y - p).sum() / np.sqrt((p * (1 - p)).sum())
    assert abs(z) < 3.5
    for low, high in ((0.05, 0.3), (0.3, 0.7), (0.7, 0.95)):
        here = (p > low) & (p < high)
        z = (y - p)[here].sum() / np.sqrt((p * (1 - p))[here].sum())
        assert abs(z) < 3.5
    assert x.min() >= -1
    assert x.max() <= 1
    # uniform: mean 0 and E x x^T = I / 3, each known to 1 / sqrt(n)
    assert np.allclose(x.mean(axis=0), 0, atol=3.5 / math.sqrt(3 * 200_000))
    assert np.allclose(x.T @ x / 200_000, np.eye(2) / 3, atol=3.5 / 3 / 447)


def test_noise_between_none_and_all():
    clear, blurred = (Decision("line", SIMPLE.value, s) for s in (1e-4, 1e4))
    # nodes on the diagonal see p = 1/2 whatever the noise: 400 of 160 000, of larger weight
    assert clear.information.value == pytest.approx(math.log(2), abs=0.004)
    assert blurred.information.value == pytest.approx(0, abs=1e-8)
    assert blurred.best_accuracy() == pytest.approx(0.5, abs=1e-4)
    levels = [Decision("line", SIMPLE.value, s).information.value for s in (0.05, 0.1, 0.3, 1.0)]
    assert levels == sorted(levels, reverse=True)


def test_the_simple_one_is_linear_and_the_complicated_one_is_not():
    for decision, low, high in ((SIMPLE, 0.99, 1.001), (COMPLICATED, 0.5, 0.6)):
        x, y = decision.sample(20_000, seed=3)
        columns = np.column_stack([x, np.ones(len(x))])
        weights, *_ = np.linalg.lstsq(columns, 2 * y - 1, rcond=None)
        accuracy = ((columns @ weights > 0) == y).mean()
        # 20 000 labels tell an accuracy to .0014 at .96
        assert low - 0.005 < accuracy / decision.best_accuracy() < high + 0.005


def test_points_and_labels():
    x, y = COMPLICATED.sample(50, seed=4)
    assert x.shape == (50, 2)
    assert x.dtype == np.float32
    assert y.dtype == np.int64
    assert set(y) == {0, 1}
    assert decisions.DECISIONS == {"simple": SIMPLE, "complicated": COMPLICATED}


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: SIMPLE.sample(0), "n=0 is not accepted"),
        (lambda: COMPLICATED.sample(10, -1), "seed=-1"),
        (lambda: Decision("line", SIMPLE.value, 0), "noise_std=0 is not accepted"),
        (lambda: SIMPLE.probability([1.0, 2.0]), r"x has shape \(2,\): points of the plane"),
        (lambda: SIMPLE.probability(np.zeros((4, 3))), r"x has shape \(4, 3\)"),
    ],
)
def test_bad_input(call, match):
    with pytest.raises(InputError, match=match):
        call()
