"""A column of fields: numbers however they are written, or words."""

import numpy as np
import pytest

from infoplane.inputs.fields import read_fields


def column(*fields):
    return read_fields(fields, range(1, len(fields) + 1))


@pytest.mark.parametrize(
    ("fields", "values"),
    [
        (["1", "-2", "+3"], [1, -2, 3]),
        (["1", "2.5", "1e3", ".5"], [1, 2.5, 1000, 0.5]),
        (["1.5", "NA", "", "nan"], [1.5, np.nan, np.nan, np.nan]),
        (["−0.13", "0.5"], [-0.13, 0.5]),  # a typographer's minus
        (["0,5", "-0,13", "2", "1,5e3"], [0.5, -0.13, 2, 1500]),
        (["−0,5", ",25", "1,234"], [-0.5, 0.25, 1.234]),  # not all could be thousands
        (["18446744073709551615", "-1"], [2.0**64, -1]),  # of no integer type
    ],
)
def test_numbers_as_they_are_written(fields, values):
    found = column(*fields)
    assert (found.numbers, found.problem, found.doubt) == (True, "", "")
    np.testing.assert_array_equal(found.values, values)
    whole = all(field.lstrip("+-").isdigit() for field in fields)
    assert found.values.dtype.kind == ("i" if whole and len(fields[0]) < 19 else "f")
    assert found.comma == any("," in field for field in fields)
    assert found.point == any("." in field for field in fields)


@pytest.mark.parametrize("fields", [["red", "NaN?"], ["1", "a", "b"], ["True", "False"]])
def test_words_stay_words(fields):
    found = column(*fields)
    assert not found.numbers
    assert found.values.tolist() == fields
    assert not found.problem


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (["1.234,5", "2"], "has '1.234,5' at line 1, whose thousands are separated"),
        (["1", "1,234,567"], "has '1,234,567' at line 2, whose thousands"),
        (["1'234", "2"], 'has "1\'234" at line 1, whose thousands'),
        (["1 234", "2"], "has '1 234' at line 1, whose thousands"),
        (["1\u202f234,5", "0,5"], "at line 1, whose thousands"),
        (["1,234", "999"], "has '1,234' at line 1, where a comma may be decimal or not"),
        (["0,5", "0.5"], "has '0,5' at line 1 and '0.5' at line 2, two decimal marks"),
    ],
)
def test_numbers_that_can_be_read_in_two_ways_are_a_problem(fields, told):
    found = column(*fields)
    assert found.numbers
    assert told in found.problem
    assert "write numbers with a decimal point" in found.problem


@pytest.mark.parametrize(
    ("fields", "problem", "doubt"),
    [
        # one word makes labels of all: sure to be wrong beside decimals, a doubt beside counts
        (["0.5", "n.d.", "0.25"], "has 'n.d.' at line 2 among 2 numbers: drop such rows", ""),
        (["0,5", "-", "0,25"], "has '-' at line 2 among 2 numbers", ""),
        (["1", "?", "2"], "", "has '?' at line 2 among 2 numbers, so that all of it are labels"),
        (["red", "", "blue"], "has words, and none at line 2: fill it in", ""),
        (["red", "NA", "blue"], "", "has 'NA' at line 2, taken for a label"),
        (["", ""], "is empty: leave it out", ""),
    ],
)
def test_words_that_may_be_a_slip(fields, problem, doubt):
    found = column(*fields)
    assert not found.numbers
    assert found.problem.startswith(problem)
    assert found.doubt.startswith(doubt)
    assert bool(found.problem) == bool(problem)
    assert bool(found.doubt) == bool(doubt)


def test_points_that_may_separate_thousands_are_a_doubt():
    """Incomes of 900, 910 … 1 290 with a point after the thousand; as decimals a third would be
    written with fewer than three."""
    incomes = [f"{i:,}".replace(",", ".") for i in range(900, 1300, 10)]
    found = column(*incomes)
    assert found.doubt.startswith("has 3 digits behind every point, and '900' without one")
    assert not column(*incomes, "1.25").doubt  # a decimal number
    assert not column(*incomes, "1234").doubt  # a thousand without a point
    assert not column(*incomes[10:]).doubt  # as '%.3f' writes numbers from 1 to 2


def test_no_fields_are_no_numbers():
    found = column()
    assert not found.numbers
    assert not found.mostly
    assert len(found.values) == 0
