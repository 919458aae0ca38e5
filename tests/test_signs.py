"""A minus sign stands where a number is negative, and nowhere else."""

import pytest

from infoplane.signs import minus, number


@pytest.mark.parametrize(
    "text", ["{}1", "falls by {}0.30 nats", "[{}1, {}.5]", "r={}0.2", "({}2 %)"]
)
def test_a_negative_number_has_a_minus_sign(text):
    assert minus(text.format(*"--")) == text.format(*"−−")


@pytest.mark.parametrize(
    "text",
    ["2-3", "0.1-0.2", "1e-15", "003-7", "2026-12-01", "LeNet-5", "a - 5", "f(x)-1", "--3", "-x",
     "p.-3", "10 %-20 %", "T_-1"],
)  # fmt: skip
def test_other_hyphens_stay(text):
    assert minus(text) == text


def test_zero_has_no_sign():
    assert minus("-0, -0.00, -.0 and [-0.0, 1], but -0.01 and -0.5e-3") == (
        "0, 0.00, .0 and [0.0, 1], but −0.01 and −0.5e-3"
    )


def test_a_number_that_is_written_as_zero_has_no_sign():
    assert (number(-0.004), number(-0.04, 1), number(-0.06, 1)) == ("0.00", "0.0", "−0.1")
