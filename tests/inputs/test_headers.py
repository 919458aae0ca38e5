"""The first line of a file: names, or one more row."""

import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.inputs.delimited import read_lines
from infoplane.inputs.headers import text_table


@pytest.fixture
def table(tmp_path):
    """The table of a file of this text, to a user who knows some names."""

    def read(text, *asked):
        (tmp_path / "x.csv").write_text(text, encoding="utf-8")
        return text_table(read_lines(tmp_path / "x.csv", "X"), "X", asked)

    return read


@pytest.mark.parametrize(
    ("text", "asked", "names", "first"),
    [
        ("1\n2\n3\n", [], [], 1),
        ("name\n1\n2\n", [], ["name"], 1),
        ("a,b\nred,2\nblue,4.5\n", [], ["a", "b"], "red"),
        ("Höhe\n0,5 \n1,25\n", [], None, None),  # commas: rows of two, below
        ("Höhe;Farbe\n0,5;rot\n1,25;blau\n", [], ["Höhe", "Farbe"], 0.5),
        ("a\n0.5\n?\n0.25\n", [], ["a"], "0.5"),  # a stray word below does not hide names
        ("red\nblue\nred\n", [], [], "red"),
        ("animal\ncat\ndog\n", ["animal"], ["animal"], "cat"),  # as the user knows
        ("# animal\ncat\ndog\n", [], ["animal"], "cat"),
        ("2019,2020\n0.5,1\n", ["2020"], ["2019", "2020"], 0.5),
        ("1,2\n0.5,1\n", ["1"], [], 1),  # column 1
        ("3a\n1\n2\n3a\n4\n", [], [], "3a"),  # a word that occurs below is none of names
        ("NA\n1\n2\n", [], [], None),
    ],
)
def test_the_first_line_is_names_where_it_can_be_nothing_else(table, text, asked, names, first):
    if names is None:
        with pytest.raises(InputError, match="decimal marks"):
            table(text)
        return
    found = table(text, *asked)
    assert list(found.names) == names
    if first is not None:
        assert found.columns[0].values[0] == first
    assert found.problem == ""


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        (",a\n0,0.5\n1,0.25\n2,3\n", True),  # pandas
        (";a\n0;0,5\n1;0,25\n2;3\n", True),
        (",0,1\n0,0.5,1\n1,0.25,2\n2,1,3\n", True),  # of an array
        (",2019,2020\n0,0.5,1\n1,0.25,2\n2,1,3\n", True),
        (",word\n7,red\n3,blue\n5,red\n", False),  # rows that were shuffled
        ('"","a"\n"1",0.5\n"2",0.25\n"3",1\n', True),  # R, write.csv
        ('"a","b"\n"1",0.5,"x"\n"2",1.5,"y"\n"3",1,"x"\n', True),  # R, write.table
        ("Unnamed: 0,a\n0,0.5\n1,0.25\n2,1\n", True),  # pandas, of a file of its own
    ],
)
def test_a_first_column_without_a_name_is_a_problem_of_the_whole(table, text, counts):
    found = table(text)
    with pytest.raises(InputError) as refused:
        found.whole()
    told = str(refused.value)
    assert told.startswith("X begins with a column that has no name")
    assert ("and counts the rows" in told) == counts
    for way_out in ("--x", "index=False", "row.names=FALSE"):
        assert way_out in told
    assert len(found.take([1]).values) == len(found.columns[0].values)  # to who chooses, a column


def test_a_missing_number_in_the_first_row_is_no_missing_name(table):
    assert not table(",1.5\n2,3.5\n").names


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("animal\n" + "cat\ndog\n" * 5, "line 1 of X (animal) counts as a row, and occurs nowhere"),
        ("animal,sex\n" + "cat,f\ndog,m\n" * 5, "line 1 of X (animal,sex)"),
        ("id,sex\n" + "".join(f"a{i},{'fm'[i % 2]}\n" for i in range(6)), "line 1 of X (id,sex)"),
        ("0\n" + "1\n2\n" * 5, "line 1 of X (0) counts as a row, and occurs nowhere"),
        ("0,1\n" + "0.5,1\n0.25,2\n", "line 1 of X (0,1) counts as a row, and numbers the columns"),
        ("0\n0.5\n0.25\n", "numbers the columns, as pandas does where they have no names"),
        ("0,1,2\n" + "5,1,4\n3,2,2\n", "numbers the columns"),
        ("cat\n" + "cat\ndog\n" * 5, ""),
        ("animal\ncat\ndog\nape\n", ""),  # all alone: words that identify
        ("0\n" + "0\n1\n" * 5, ""),
        ("7\n" + "1\n2\n" * 5, ""),
        ("0,1\n" + "0,1\n1,0\n" * 5, ""),
    ],
)
def test_a_first_row_that_may_be_names_is_a_caution(table, text, told):
    found = table(text)
    assert not found.names
    assert found.caution.startswith(told) if "line" in told else told in found.caution
    assert bool(found.caution) == bool(told)
    assert found.take([0]).doubts == ((found.caution,) if told else ())


def decimals(rows, whole=()):
    """Lines of two columns, of decimals but for whole numbers in those rows."""
    return "".join(f"{i},{2 * i}\n" if i in whole else f"{i}.5,{i}e-3\n" for i in range(rows))


def test_whole_numbers_above_decimals_may_be_names(table):
    told = table("2019,2020\n" + decimals(100)).caution
    assert told.startswith(
        "line 1 of X (2019,2020) counts as a row, and is of whole numbers, as no other has of the "
        "100 below: if it is a line of names"
    )
    assert "only 2 others have" in table("2019,2020\n" + decimals(100, whole=[3, 9])).caution
    assert table("2019;2020\n" + "0,5;1,25\n" * 20).caution
    assert table("1950\n" + "0.5\n" * 20).caution
    assert table("7,2020\n" + "3,0.5\n" * 20).caution  # one of decimals is enough
    assert list(table("2019,2020\n" + decimals(100), "2020").names) == ["2019", "2020"]
    assert "choose columns by these names" in told
    # 1 is the second column, whatever it is called
    small = table("1,0\n" + decimals(100), "1").caution
    assert small.endswith("remove it: numbers as small as these choose columns by place")


@pytest.mark.parametrize(
    "text",
    [
        "2019,2020\n" + "1,2\n" * 100,  # whole numbers everywhere
        "2019,2020\n" + decimals(18),  # the first of 19 rows is so by chance once in 19 times
        "2019,2020\n" + decimals(100, whole=range(0, 100, 10)),
        "0,0\n" + decimals(100),  # names differ
        "2019,0.5\n" + decimals(100),
        "12,\n" + decimals(100),
    ],
)
def test_whole_numbers_that_are_a_row_like_others(table, text):
    assert table(text).caution == ""


def test_a_first_row_is_taken_for_names_as_rarely_as_said(table):
    """Tenths without a final zero, of which one in ten is whole, the first as often as another."""
    rows = np.random.default_rng(0).integers(1, 51, (200, 30)) / 10
    texts = ["".join(f"{a:g}\n" for a in some) for some in rows]
    assert sum(text.partition("\n")[0].isdecimal() for text in texts) > 0.05 * len(rows)
    assert sum(bool(table(text).caution) for text in texts) <= 0.05 * len(rows)


@pytest.mark.parametrize("text", ["class\n", "a,b\n", "# a b\n", ",a\n"])
@pytest.mark.parametrize("asked", [[], ["a"]])
def test_names_alone_are_no_data(table, text, asked):
    with pytest.raises(InputError, match=r"^X has one line, '.*', and no row of data below it"):
        table(text, *asked)
    assert len(table("0.5,1\n").columns[0].values) == 1  # one row, which is for others to judge


def test_split_numbers_are_a_problem_of_the_whole_alone(table):
    found = table("0,5\n-0,13\n1,25\n")
    with pytest.raises(InputError, match="X has '-0' and '13' at line 2, which look like one"):
        found.whole()
    assert found.take([0, 1]).values.values.tolist() == [[0, 5], [0, 13], [1, 25]]
    assert table('"0","5"\n"-0","13"\n').problem == ""  # in quotes each is a field
    assert table("0;5\n-0;13\n").problem == ""
