"""Tables of chapter 04: of one header, in words that stand for themselves."""

import pandas as pd

from infoplane.chapters.infinite_mi.tables import scales, warned


def test_sizes_have_a_column_a_map_and_the_same_digits():
    maps = pd.DataFrame(
        {"d": [10, 100], "map": ["linear", "trained"], "rms": [1.02, 0.5], "accuracy": [None, 0.75]}
    )
    table = scales(maps, [0.1, 10])
    assert list(table.columns) == ["d = 10, linear", "d = 100, trained"]
    assert list(table["d = 100, trained"]) == ["0.50", "75", "0.20", "20.00"]
    assert table.loc["accuracy (%)", "d = 10, linear"] == "–"


def test_warnings_are_counted_by_what_they_are_about():
    fresh = pd.DataFrame({"warnings": [
        ["within 5 % of the ceiling log 64000 = 11.1: so many", "few pairs carry the"],
        ["above the ceiling log 64000 = 11.1, all that", "within 5 % of the ceiling log 1 = 0: so"],
        [],
    ]})  # fmt: skip
    noisy = pd.DataFrame({"warnings": [["something new after 12 steps: do it"]]})
    table = warned({"fresh": fresh, "noisy": noisy})
    assert table.loc["near the ceiling, or above it"].tolist() == ["2 of 3", "0 of 1"]
    assert table.loc["something new after"].tolist() == ["0 of 3", "1 of 1"]
    assert table.loc["any of these"].tolist() == ["2 of 3", "1 of 1"]
    assert (table.index.nlevels, table.columns.nlevels, table.index.name) == (1, 1, None)
