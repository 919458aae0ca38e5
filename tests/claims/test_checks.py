"""Measured numbers and their intervals."""

import math

import numpy as np
import pytest

from infoplane.claims import Check
from infoplane.stats import mean_interval


def test_a_mean_says_over_what():
    check = Check.mean([1.0, 2.0, 4.0], "gain", over="networks")
    mean, *ends = mean_interval([1.0, 2.0, 4.0])
    assert (check.value, *check.interval) == (mean, *ends)
    assert (check.name, check.repetitions, check.over) == ("gain", 3, "networks")


def test_the_largest_and_the_least_mirror_each_other():
    groups = [np.array([0.0, 1.0, 0.5]), np.array([2.0, 2.5, 1.5])]
    most, least = Check.largest(groups), Check.least([-group for group in groups])
    assert least.value == -most.value
    assert least.interval == (-most.interval[1], -most.interval[0])
    assert most.repetitions == least.repetitions == 3
    assert most.over == least.over == ""


def test_a_number_that_is_missing_could_have_been_the_largest():
    check = Check.largest([[0.0, 1.0], [math.nan, 1.0]])
    assert not check.finite
    assert not Check.least([[0.0, 1.0], [math.nan, 1.0]]).finite


@pytest.mark.parametrize("n", [1, 8, 24])
def test_a_share_has_a_width_at_its_ends(n):
    none, every = Check.share(0, n), Check.share(n, n)
    assert none.interval == pytest.approx((0, 1 - 0.025 ** (1 / n)))
    assert every.interval == pytest.approx((0.025 ** (1 / n), 1))
    assert none.repetitions == every.repetitions == n
