"""What several critics of one problem say together."""

import math

import numpy as np
import pytest

from infoplane.estimators.base import Answer
from infoplane.estimators.neural.restarts import combined


def answer(value, std=0.1, told=(), dof=math.inf):
    return Answer(value, std, list(told), {"step": np.array([value])}, dof=dof)


def test_one_critic_is_itself():
    only = answer(0.3)
    assert combined([only]) is only


def test_mean_and_both_sources_of_error():
    found = combined([answer(1.0), answer(1.3), answer(1.6)])
    assert found.value == pytest.approx(1.3)
    # rows: 0.01, common to all; critics: variance 0.09, of a mean of three 0.03
    assert found.std == pytest.approx(math.sqrt(0.01 + 0.03))
    # the share 3/4 is known with two degrees of freedom
    assert found.dof == pytest.approx(2 / 0.75**2)
    assert found.history["step"] == [1.0]


def test_critics_that_agree_leave_the_error_of_the_rows():
    found = combined([answer(1.0, dof=9.0)] * 3)
    assert (found.value, found.std, found.dof) == pytest.approx((1.0, 0.1, 9.0))
    assert combined([answer(1.0)] * 2).dof == math.inf
    exact = combined([answer(1.0, std=0.0)] * 3)
    assert (exact.std, exact.dof) == (0.0, math.inf)


def test_coverage_of_two_normal_sources():
    """Rows' error and critics' of one size: intervals of three critics cover as they say."""
    from infoplane.estimators.estimate import Estimate

    rng, repeats = np.random.default_rng(0), 2_000
    covered = {1: 0, 3: 0}
    for restarts in covered:
        for _ in range(repeats):
            rows = 0.1 * rng.standard_normal()
            found = combined([answer(rows + 0.1 * rng.standard_normal()) for _ in range(restarts)])
            estimate = Estimate(found.value, found.std, 10, "mine", dof=found.dof)
            low, high = estimate.interval()
            covered[restarts] += low < 0 < high
    # one critic: an error of sqrt(2) std, P(|Z| < 1.96 / sqrt(2)) = 0.834, known to 0.008
    assert covered[1] / repeats == pytest.approx(0.834, abs=0.03)
    assert 0.93 < covered[3] / repeats < 0.99


def test_a_sentence_is_said_once_whatever_its_numbers_and_how_many_say_it():
    told = combined(
        [
            answer(0, told=["differ by 0.8 nats", "rising at step 200"]),
            answer(0, told=["rising at step 150", "differ by 1e-05 nats"]),
            answer(0, told=["differ by 2 nats", "dead"]),
        ]
    ).warnings
    assert told == [
        "differ by 0.8 nats",
        "rising at step 200 (in 2 of 3 restarts)",
        "dead (in 1 of 3 restarts)",
    ]
