"""Tables: no empty row in the header, what each column is, minus signs."""

import re

import pandas as pd

from infoplane.book.tables import set_tables


def head(frame):
    """Rows of the header as texts, and labels of the last row."""
    html = set_tables(frame.to_html())
    assert html.count("<table") == html.count("</table>") == 1
    rows = re.findall(r"<tr.*?</tr>", html.partition("</thead>")[0], re.DOTALL)
    cells = [re.findall(r"<th(?: [^>]*)?(?:/>|>(.*?)</th>)", row, re.DOTALL) for row in rows]
    labels = re.findall(r'data-label="([^"]*)"', rows[-1])
    return cells, labels


def test_the_name_of_the_index_stands_in_the_row_of_the_columns():
    frame = pd.DataFrame({"r": [1]}, index=pd.Index(["a"], name="network"))
    assert head(frame) == ([["network", "r"]], ["network"])


def test_names_of_several_levels_do_too():
    index = pd.MultiIndex.from_tuples([("a", 1), ("a", 2)], names=["set", "n"])
    columns = pd.MultiIndex.from_product([["fall"], ["mean", "std"]])
    cells, _ = head(pd.DataFrame([[0, 1], [2, 3]], index=index, columns=columns))
    assert cells == [["", "", "fall"], ["set", "n", "mean", "std"]]


def test_the_name_of_the_columns_is_told_with_each():
    frame = pd.DataFrame([[1, 2]], index=pd.Index(["a"], name="run"))
    frame.columns = pd.Index(["no", "yes"], name="transfer")
    assert head(frame) == (
        [["run \\ transfer", "no", "yes"]], ["run", "transfer no", "transfer yes"]
    )  # fmt: skip


def test_a_header_without_names_stays_and_so_does_other_html():
    cells, _ = head(pd.DataFrame({"a": [1]}))
    assert cells == [["", "a"]]
    assert set_tables("<p>-1</p>") == "<p>-1</p>"
    styled = '<table class="dataframe"><thead><tr><th>a<br></th></tr></thead></table>'
    assert set_tables(styled) == styled


def test_negative_numbers_have_a_minus_sign_and_names_stay():
    frame = pd.DataFrame({"a": [-0.5, "003-7"]}, index=[-1, "2-3"])
    html = set_tables(frame.to_html())
    assert ">−0.5<" in html
    assert ">−1<" in html
    assert ">003-7<" in html
    assert ">2-3<" in html


def test_a_table_without_an_index_keeps_its_header():
    frame = pd.DataFrame({"a": [1]})
    assert "<th>a</th>" in set_tables(frame.to_html(index=False))
