"""Chapter 10: tables on the page have a caption each, one level of names and no empty cell."""

import re

import pytest

from infoplane.chapters.flows import shown
from tests.chapters.flows.world import world


@pytest.fixture(scope="module")
def frames():
    return world()


def rows(html):
    """Text of the cells, a list a row."""
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in html.split("<tr")[1:]]


@pytest.mark.parametrize("name", shown.__all__)
def test_every_table_has_a_caption_one_row_of_names_and_no_empty_cell(frames, name):
    html = getattr(shown, name)(frames)
    assert html.count("<p>") == html.count("<table") == 1
    assert html.index("<p>") < html.index("<table")
    assert "colspan" not in html
    assert "rowspan" not in html
    heads, *body = rows(html)
    assert body
    assert all(len(row) == len(heads) and all(row) for row in [heads, *body])
    assert not re.search(r"nan|None|_|\bdof\b|\bstd\b|-\d", " ".join(sum(body, heads)))


def test_columns_have_as_many_digits_all_the_way_down(frames):
    for name in ("cases", "of_source"):
        _, *body = rows(getattr(shown, name)(frames))
        assert all(re.fullmatch(r"−?\d+\.\d\d", cell) for row in body for cell in row[1:])


def test_cases_are_held_out_rows_with_what_theory_has(frames):
    html = shown.cases(frames)
    heads, *body = rows(html)
    assert heads == ["pairs", "source's model", "one ρ, closed form", "a ρ for each pair"]
    table = {row[0]: row[1:] for row in body}
    assert table["rotated, unequal"][0] == "12.00"
    assert "the same, ICA first" not in table  # which one model tried
    assert "Found of 25 nats" in html
    assert "Behind ICA a ρ for each pair finds 24.80" in html


def test_readings_are_of_the_source_s_model(frames):
    table = {row[0]: row[1:] for row in rows(shown.of_source(frames))[1:]}
    assert table["as drawn"] == ["24.80", "25.20", "25.00"]
    assert "the same, ICA first" not in table


def test_rounding_is_told_as_a_power_of_ten(frames):
    table = {row[0]: row[1:] for row in rows(shown.conditions(frames))[1:]}
    assert table["|slope| of the likelihood"] == ["0.5", "&lt; 10⁻¹³", "0.5", "&lt; 10⁻¹³"]


def test_others_than_flows_have_no_training_rows(frames):
    table = {row[0]: row[1:] for row in rows(shown.images(frames))[1:]}
    assert table["WKL"] == ["9.50 ± 0.00", "–", "–"]
    assert table["a ρ for each pair"][:2] == ["9.70 ± 0.00", "10.10"]


def test_seconds_have_one_digit_that_counts(frames):
    body = rows(shown.rivals(frames))
    assert body[-1] == ["seconds, about", "0.01", "0.01", "5", "5", "5", "2", "2"]


def test_degrees_of_freedom_are_whole_where_they_are(frames):
    body = rows(shown.warned(frames))[1:]
    assert [row[0] for row in body] == ["1", "3"]
    assert body[1][1] == "67 %"
