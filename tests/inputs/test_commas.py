"""Whole numbers in columns told from numbers that a comma has split."""

import numpy as np
import pytest

from infoplane.inputs.commas import split_numbers


def rows(numbers, form, mark="."):
    """Numbers as a writer with decimal commas has them, split at the comma."""
    return [
        form.format(number).replace(mark, ",", 1 if mark == "." else -1).split(",")
        for number in numbers
    ]


def told(fields):
    problem, doubt = split_numbers(fields, range(1, len(fields) + 1))
    return "problem" if problem else "doubt" if doubt else ""


NORMAL = np.random.default_rng(0).normal(size=300)


@pytest.mark.parametrize("form", ["{:.1f}", "{:.2f}", "{:.6f}", "{}"])
@pytest.mark.parametrize("numbers", [NORMAL, abs(NORMAL), 5 + NORMAL])
def test_no_decimal_comma_passes(numbers, form):
    """Where nothing is below zero, one decimal has no sign of it but its ten digits."""
    found = told(rows(numbers, form))
    assert found in ("problem", "doubt")
    if form != "{:.1f}":
        assert found == "problem"  # a zero first, in one of ten


def test_decimals_without_their_final_zeros_and_halves_are_a_doubt():
    """Tenths and hundredths, none of which begins with a zero or ends in one."""
    hundredths = [[str(i % 7), str(i)] for i in range(1, 90) if i % 10]
    assert told(hundredths) == "doubt"
    assert told([[str(i % 4 + 1), "05"[i % 2]] for i in range(50)]) == "doubt"


def test_one_number_in_exponents_hides_no_others():
    assert told([["-0", "13"], ["9", "5e-05"]]) == "problem"
    assert told([["0", "05"], ["9", "5e-05"]]) == "problem"


def test_thousands():
    incomes = 1000 + np.exp(7 + NORMAL)
    assert told(rows(incomes, "{:,.0f}", mark=",")) == "problem"
    assert told(rows(incomes, "{:,.2f}", mark=",")) == "problem"  # 1 and 234.50
    millions = 1_000_000 + 1000 * incomes  # three fields each
    assert told(rows(millions, "{:,.0f}", mark=",")) == "problem"


@pytest.mark.parametrize(
    "fields",
    [
        # counts, with zeros at their ends; numbers below zero on both sides; labels
        np.random.default_rng(1).poisson(20, size=(200, 2)),
        np.random.default_rng(1).integers(-9, 10, size=(200, 2)),
        np.random.default_rng(1).integers(0, 5, size=(200, 2)),
        np.random.default_rng(1).integers(100, 1000, size=(200, 2)),  # none is 050: no decimals
        np.random.default_rng(1).integers(0, 256, size=(200, 4)),
        np.random.default_rng(1).integers(0, 10, size=(200, 3)),
        np.random.default_rng(1).integers(0, 10, size=(200, 1)),
    ],
)
def test_columns_of_whole_numbers_pass(fields):
    assert told([[str(value) for value in row] for row in fields]) == ""


def test_what_is_no_whole_number_is_not_asked():
    assert told([["0.5", "05"], ["a", "1"]]) == ""


def test_the_place_is_named():
    problem, _ = split_numbers([["3", "13"], ["-0", "13"]], [1, 5])
    assert problem.startswith("has '-0' and '13' at line 5, which look like one number")
    assert "--x 0,1" in problem
