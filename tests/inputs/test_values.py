"""Values as a user types them."""

import math

import pytest

from infoplane.errors import InputError
from infoplane.inputs.values import read_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e3", 1000),
        ("1e-3", 0.001),
        ("[1e3, 2E-1]", [1000, 0.2]),
        ("'1e3'", "1e3"),
        ("5", 5),
        ("text", "text"),
        ("inf", math.inf),
        ("-inf", -math.inf),
        ("None", None),
        ("null", None),
        ("information", "information"),
        # octal in YAML 1.1, and 08 is text there
        ("010", 10),
        ("0400", 400),
        ("-010", -10),
        ("08", 8),
        ("[010, 0400]", [10, 400]),
        ("{k: 010}", {"k": 10}),
        ("'010'", "010"),
        # as Python writes them
        ("1_000", 1000),
        ("1_000.5", 1000.5),
        ("0x10", 16),
        ("0o17", 15),
        ("0b101", 5),
        ("+5", 5),
        ("1.", 1.0),
        (".5", 0.5),
        ("00.5", 0.5),
        ("1e18", 10**18),
        ("1e400", math.inf),
    ],
)
def test_numbers_are_numbers_however_they_are_written(text, value):
    found = read_value("n", text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    # base 60, dates and special keys of YAML 1.1; numbers of other countries and of no one
    ["1:30", "190:20:30", "1:30.5", "2026-11-29", "2026-11-29 10:00:00", "2020-13-45", "=", "<<",
     "0,5", "1 000", "1__0", "1_", "0b2", "y", "n", "."],
)  # fmt: skip
def test_what_is_no_number_is_text(text):
    assert read_value("n", text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("False", False), ("yes", True), ("no", False), ("on", True), ("OFF", False),
     ("~", None), ("", None)],
)  # fmt: skip
def test_words_for_truth_and_for_nothing(text, value):
    assert read_value("flag", text) is value


@pytest.mark.parametrize("text", ["[0", "{a: 1, a: 2}", "{a: b: c}", "[" * 5000])
def test_what_is_no_yaml_is_refused_with_its_name(text):
    with pytest.raises(InputError, match=r"^seeds='.*cannot be read: write it as YAML"):
        read_value("seeds", text)
