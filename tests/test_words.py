"""Numbers in prose are those of the data."""

import numpy as np
import pytest

from infoplane.stats import mean_interval
from infoplane.words import counted, listed, mean_of, power_above, sure, told


@pytest.mark.parametrize(("words", "text"), [(["a"], "a"), (["a", 2], "a and 2"), ([], "nothing")])
def test_a_list_reads_as_one_says_it(words, text):
    assert listed(words, none="nothing") == text


@pytest.mark.parametrize(("count", "text"), [(0, "0 runs"), (1, "1 run"), (12_000, "12 000 runs")])
def test_how_many(count, text):
    assert counted(count, "run") == text


def test_a_mean_has_the_interval_of_the_book():
    values = np.random.default_rng(0).normal(size=9)
    mean, low, high = mean_interval(values)
    assert told(values, 3) == f"{mean:.3f} [{low:.3f}, {high:.3f}]"
    assert told([0.25], 1) == "0.2"


def test_nothing_is_a_negative_zero():
    assert mean_of([-1e-9]) == "0.00"
    assert told([-0.001, 0.001, -0.0005], 1) == "0.0 [0.0, 0.0]"


def test_what_two_digits_call_zero_is_not_sure():
    assert sure(np.full(5, 0.004)) == 0
    assert sure(np.full(5, 0.006)) == 1
    assert sure([1.0]) == 0


@pytest.mark.parametrize("value", [1e-16, 1.07e-14, 9.9e-9, 1e-3])
def test_a_power_is_the_least_that_is_not_exceeded(value):
    exponent = power_above(value).removeprefix("10").translate(
        str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    )  # fmt: skip
    assert value <= 10.0 ** int(exponent) < 10 * value * (1 + 1e-12)
