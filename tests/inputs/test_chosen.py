"""Columns of a file by name or number."""

import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.inputs.chosen import Table, parts
from infoplane.inputs.fields import Column

NAMES = ["age", "size", "last, first", "1", "size"]
TABLE = Table("X", [Column(np.arange(3) + j) for j in range(5)], NAMES)
BARE = Table("X", TABLE.columns)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("age", ["age"]),
        ("a, b", ["a", "b"]),
        ('"a,b",c', ["a,b", "c"]),
        ('c,"a ""b"""', ["c", 'a "b"']),
        ("", [""]),
        ("a,", ["a", ""]),
    ],
)
def test_parts(asked, found):
    assert parts(asked) == found


@pytest.mark.parametrize(
    ("table", "asked", "places"),
    [
        (TABLE, "age", [0]),
        (TABLE, "4,0", [4, 0]),
        (TABLE, "1", [3]),  # a name before it is a number
        (TABLE, "last, first", [2]),  # a name before it is two
        (TABLE, 'age,"last, first"', [0, 2]),
        (BARE, "1,02", [1, 2]),
    ],
)
def test_places(table, asked, places):
    assert table.places(asked, "--x") == places


@pytest.mark.parametrize(
    ("table", "asked", "told"),
    [
        (TABLE, "ages", "--x 'ages' is no column of X: it has 'age', .*; did you mean 'age'?"),
        (TABLE, "5", "--x '5' is no column of X: .* numbers 0 to 4"),
        (TABLE, "-1", "--x '-1' is no column"),
        (TABLE, "", "--x '' is no column"),
        (TABLE, "size", "--x 'size' is the name of 2 columns of X: choose by number, from 0"),
        (TABLE, "age,0", "--x 'age,0' names '0' twice"),
        (BARE, "age", "--x 'age' is no column of X: it has no names, and the numbers 0 to 4"),
    ],
)
def test_what_is_no_column_is_named_with_those_there_are(table, asked, told):
    with pytest.raises(InputError, match=told):
        table.places(asked, "--x")


def test_a_long_list_of_names_is_cut():
    table = Table("X", [Column(np.arange(3))] * 30, [f"c{j}" for j in range(30)])
    assert table.listed().endswith("'c19' and 10 more, numbers 0 to 29")


def test_one_column_is_a_series_and_several_are_a_table_with_their_names_or_numbers():
    one, two = TABLE.take([2]).values, TABLE.take([2, 0]).values
    assert (one.name, one.tolist()) == ("last, first", [2, 3, 4])
    assert (two.columns.tolist(), two.to_numpy().tolist()) == (
        ["last, first", "age"], [[2, 0], [3, 1], [4, 2]],
    )  # fmt: skip
    assert BARE.take([3]).values.name == 3
    assert BARE.take([3, 1]).values.columns.tolist() == [3, 1]
    nameless = Table("X", TABLE.columns[:2], ["", "a"])
    assert nameless.take([0, 1]).values.columns.tolist() == [0, "a"]


def test_an_array_of_several_columns_numbers_them():
    table = Table("X", [Column(a) for a in (np.eye(3), np.arange(3), np.arange(2))], "fys")
    assert table.take([0, 1]).values.columns.tolist() == ["f[0]", "f[1]", "f[2]", "y"]
    with pytest.raises(InputError, match="several lengths: 'y' 3, 's' 2"):
        table.take([1, 2])


def test_problems_and_doubts_are_those_of_the_chosen_columns():
    columns = [
        Column(np.arange(3)),
        Column(np.arange(3), problem="is bad"),
        Column(np.arange(3), doubt="is odd"),
    ]
    table = Table("X", columns, "abc", problem="has two readings", doubt="is split", caution="C")
    assert table.take([0]).doubts == ("C",)
    assert table.take([2, 0]).doubts == ("C", "column 'c' of X is odd")
    with pytest.raises(InputError, match=r"^column 'b' of X is bad$"):
        table.take([0, 1])
    with pytest.raises(InputError, match=r"^X has two readings$"):
        table.whole()
    told = Table("X", [columns[0], columns[2]], "ac", doubt="is split").whole().doubts
    assert told == ("X is split", "column 'c' of X is odd")


def test_decimal_points_beside_decimal_commas_are_refused():
    """Where one column has decimal commas, the points of another may separate thousands."""
    columns = [Column(np.ones(3), comma=True), Column(np.ones(3), point=True), Column(np.ones(3))]
    table = Table("X", columns, "abc")
    with pytest.raises(InputError, match="column 'b' of X has decimal points, and column 'a'"):
        table.take([1])
    assert table.take([0, 2]).doubts == ()
