"""Delimited text: which delimiter, which encoding, and one length of rows."""

import pytest

from infoplane.errors import InputError
from infoplane.inputs.delimited import read_lines


@pytest.fixture
def read(tmp_path):
    """The lines of a file of these bytes, or of this text in UTF-8."""

    def lines(content):
        file = tmp_path / "x.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_lines(file, "X")

    return lines


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|", " "])
def test_the_delimiter_is_found(read, mark, end):
    table = [["1.5", "-2"], ["3", "4e5"], ["NA", "6"]]
    found = read(end.join(mark.join(row) for row in table) + end)
    assert (found.rows, found.delimiter, found.at) == (table, mark, [1, 2, 3])


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("0,5;1,3\n-0,13;2\n", [["0,5", "1,3"], ["-0,13", "2"]]),  # decimal commas
        ("0,5 1,3\n-0,13 2\n", [["0,5", "1,3"], ["-0,13", "2"]]),
        ("a, b\n1, 2\n", [["a", "b"], ["1", "2"]]),
        ("New York\nLos Angeles\n", [["New York"], ["Los Angeles"]]),  # no numbers, no columns
        ("class 1\nclass 2\nclass 1\nclass 2\n", [["class 1"], ["class 2"]] * 2),
        ('"0.5",7\n"1.5",8\n', [["0.5", "7"], ["1.5", "8"]]),
        ("class 1,0.5\nclass 2,1.5\n", [["class 1", "0.5"], ["class 2", "1.5"]]),
        ('"Doe, J",1\n"a;b",2\n', [["Doe, J", "1"], ["a;b", "2"]]),
        ('"a ""b""",1\n', [['a "b"', "1"]]),
        ('x\n"two\nlines"\n', [["x"], ["two\nlines"]]),
        (" 1.0e+00  2.5\n-3.0e+00  4.0 \n", [["1.0e+00", "2.5"], ["-3.0e+00", "4.0"]]),
        ("1, 2\n3, 4\n", [["1", "2"], ["3", "4"]]),
        ('"a" "b"\n"x" 0.5\n"y" 1\n', [["a", "b"], ["x", "0.5"], ["y", "1"]]),  # R, write.table
        ("1,2\n3,4\n,\n\n", [["1", "2"], ["3", "4"]]),  # blank lines at the end
        ("sep=;\n1;2\n", [["1", "2"]]),  # Excel
        ("# made at night\n# a,b\n1,2\n", [["a", "b"], ["1", "2"]]),  # NumPy
        ("# made at night\n1,2\n", [["1", "2"]]),
        ("#ff0000\n#00ff00\n", [["#ff0000"], ["#00ff00"]]),
    ],
)  # fmt: skip
def test_fields(read, text, rows):
    assert read(text).rows == rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_what_a_spreadsheet_writes_is_read_in_any_encoding(read, encoding):
    assert read("Größe;Höhe\n1;2\n".encode(encoding)).rows[0] == ["Größe", "Höhe"]


def test_lines_are_those_of_the_file(read):
    assert read("sep=;\na;b\n1;2\n").at == [2, 3]
    assert read("# a\n# x,y\n1,2\n3,4\n").at == [2, 3, 4]
    assert read('a,b\n"two\nlines",2\n3,4\n').at == [1, 3, 4]


def test_a_row_of_names_in_front_and_quotes_are_told(read):
    assert read("# a,b\n1,2\n").commented
    assert not read("a,b\n1,2\n").commented
    assert read('"1","2"\n').quoted
    assert not read("1,2\n").quoted


@pytest.mark.parametrize(
    "text",
    ['"a","b"\n"1",0.5,"x"\n"2",1.5,"y"\n', '"a" "b"\n"u" 0.5 "x"\n"v" 1.5 "y"\n'],
)
def test_row_names_of_r_have_an_empty_name(read, text):
    assert read(text).rows[0] == ["", "a", "b"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "X is empty"),
        ("\n \n", "X is empty"),
        ("1\n2\n\n4\n", "X is blank at line 3: .* remove the line"),
        ("1,2\n,\n3,4\n", "X is blank at line 2"),
        ("a,b\n1,2\n3\n", "separated by commas, and line 3 has 1 field where others have 2"),
        ("a;b\n1;2\n3;4;5\n", "separated by ';', and line 3 has 3 fields where others have 2"),
        # decimal commas and thousands make rows uneven
        ("x\n0,5\n1,25\n", "line 1 has 1 field where others have 2: if commas are decimal"),
        ("0,5\n1,25\n1\n1,5\n", "line 3 has 1 field where others have 2: if commas are decimal"),
        ("income\n1,234\n999\n2,345.5\n", "if commas .* separate thousands"),
        ("income\n7 234,5\n2 345,5\n", "line 1 has 1 field .* if spaces .* separate thousands"),
        ("a,b\n0,5,1,25\n0,25,3,5\n", "line 1 has 2 fields where others have 4: if commas"),
        ("a;b,c\n1;x,2\n3;y,4\n", "X may be separated by ';' or by commas, as in '3;y,4'"),
        ("0.5 red\n0.25 blue\n", "numbers and words separated by spaces, as in '0.25 blue'"),
        ("red 1\nblue 0\nred 0\nblue 1\n" * 9, "numbers and words separated by spaces"),
        ("red 0,5\nblue 0,25\n", "numbers and words separated by spaces"),
        ('x\n"open\n1\n', "cannot be read at line 3 .*close the quote"),
        (b"PK\x03\x04\x00\x00", "X is no text"),
    ],
)
def test_what_cannot_be_read_rightly_is_refused(read, text, told):
    with pytest.raises(InputError, match=told):
        read(text)
