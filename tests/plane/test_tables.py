import math

import numpy as np
import pandas as pd
import pytest

from infoplane.errors import InputError
from infoplane.plane.tables import COLUMNS, check_table, doubts, tidy, violations


def test_violations_count_what_they_say():
    def rows(network, values, std=0.1, quantity="I(X;T)", estimator="mine"):
        return [
            {
                "network": network, "epoch": 0, "layer": layer, "quantity": quantity,
                "estimator": estimator, "value": value, "std": std,
            }
            for layer, value in zip("cab", values, strict=True)
        ]  # fmt: skip

    step = 3 * math.hypot(0.1, 0.1)
    table = pd.DataFrame(
        rows(0, [1.0, 1.0 + step - 1e-6, 0.5])
        + rows(1, [1.0, 1.0 + step + 1e-6, 2.0])
        + rows(2, [1.0, math.nan, 2.0])
        + rows(0, [1.0, 2.0, 1.0], std=math.nan, quantity="I(T;Y)")
        + rows(0, [1.0, 1.0 + 1e-12, 1.0], std=0.0, estimator="binning")
    )
    shuffled = table.sample(frac=1, random_state=0)
    for given in (table, shuffled.sort_values("layer", key=lambda name: name.map("cab".index))):
        found = violations(given).set_index(["estimator", "quantity"])
        assert found.loc[("mine", "I(X;T)")].tolist() == [4, 2, 0.5, 0.75]
        assert found.loc[("mine", "I(T;Y)")].tolist() == [2, 1, 0.5, 0.5]
        assert found.loc[("binning", "I(X;T)")].tolist() == [2, 0, 0, 0]
    with pytest.raises(InputError, match="no column 'std'"):
        violations(table.drop(columns="std"))
    with pytest.raises(InputError, match="a layer twice"):
        violations(pd.concat([table, table]))
    alone = violations(table[table["layer"] == "a"]).iloc[0]
    assert math.isnan(alone["share"])
    assert math.isnan(alone["more"])


def row(layer, value, *, quantity="I(X;T)", epoch=0, ceiling=2.0, told=""):
    return (0, 0, epoch, layer, quantity, "exact", value, 0.0, ceiling, told)


def test_an_empty_plane_says_so_in_each_of_its_rows_and_once():
    rows = [row("a", 1.95), row("b", 1.99, told="near"), row("a", 0.1, quantity="I(T;Y)")]
    table = tidy(rows)
    (told,) = table.attrs["doubts"]
    assert told.startswith(
        "the plane is empty: I(X;T) is within 5 % of its ceiling, 2.00 nats, in 2 of 2 places"
    )
    assert "relative=True" in told
    assert table["warnings"].tolist() == [told, f"near; {told}", ""]
    # a table that was read from a file has no attrs
    assert doubts(pd.DataFrame(table.to_dict("list"))) == [told]


@pytest.mark.parametrize(
    "rows",
    [
        [row("a", 1.95), row("b", 1.8)],
        [row("a", 1.95), row("a", 0.0, epoch=1)],
        [row("a", 0.1), row("a", 0.69, quantity="I(T;Y)", ceiling=0.69)],
        [row("a", 0.69, quantity="I(T;Y)", ceiling=0.69)],
        [row("a", 0.0, ceiling=0.0)],
        [row("a", math.nan)],
        [],
    ],
)
def test_a_plane_that_says_something_is_not_empty(rows):
    table = tidy(rows)
    assert list(table) == COLUMNS
    assert table.attrs["doubts"] == []
    assert not any(table["warnings"])


@pytest.mark.parametrize(("others", "empty"), [(8, False), (9, True)])
def test_one_place_in_ten_does_not_fill_a_plane(others, empty):
    """An output that has learnt nothing yet, say, beside layers that all are at the ceiling."""
    rows = [row("a", 1.99, epoch=epoch) for epoch in range(others)]
    table = tidy([row("output", 0.1), *rows])
    assert any("plane is empty" in told for told in table.attrs["doubts"]) == empty
    if not empty:  # but the layer is
        (told,) = table.attrs["doubts"]
        assert told.startswith("layer a is at the ceiling: I(X;T) is within 5 % of it in 8 of 8")
        assert list(table["warnings"]) == ["", *[told] * 8]


def test_a_value_that_is_missing_does_not_fill_a_plane():
    assert tidy([row("a", 1.95), row("b", math.nan)]).attrs["doubts"]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (np.zeros((2, 2)), "table is a ndarray: pass the DataFrame"),
        (tidy([row("a", 1.0)]).drop(columns="value"), "no column 'value'"),
        (pd.concat([tidy([row("a", 1.0)])] * 2), "a layer twice"),
    ],
)
def test_what_is_no_table(table, told):
    with pytest.raises(InputError, match=told):
        check_table(table)
