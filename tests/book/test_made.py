"""What a chapter computed, in a line and in a table."""

import pytest

from infoplane.book.made import Made, seeds_of
from infoplane.records.store import Record, Records


def record(error=None):
    return Record("a.b", {"seed": 1}, {}, 0.1, "", "", {}, "cpu", "", "", error)


def test_parts_are_a_table_with_how_many_were_computed():
    html = Made({"errors": Records([record(), record()], computed=1)})._repr_html_()
    assert '<th scope="row">errors</th><td>2</td><td>1</td>' in html
    assert "FAILED" not in html


def test_what_failed_says_why():
    html = Made({"errors": Records([record("Traceback\nValueError: a < b")])})._repr_html_()
    assert "FAILED a.b" in html
    assert "ValueError: a &lt; b" in html


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"seeds": [0, 1, 2, 3]}, "0–3 (4)"),
        ({"seeds": [3]}, "3 (1)"),
        (
            {"n": 1, "seeds": [0, 1], "noisy_seeds": [0, 5, 6, 9]},
            "0–1 (2), noisy_seeds 0 5–6 9 (4)",
        ),
    ],
)
def test_seeds_are_told_with_their_number_whatever_they_are_of(values, told):
    assert seeds_of(values) == told
