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
    ],
)
def test_numbers_are_numbers_however_they_are_written(text, value):
    found = read_value("n", text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", ["[0", "2020-13-45", "{a: b: c}", "[" * 5000])
def test_what_is_no_yaml_is_refused_with_its_name(text):
    with pytest.raises(InputError, match=r"^seeds='.*cannot be read: write it as YAML"):
        read_value("seeds", text)
