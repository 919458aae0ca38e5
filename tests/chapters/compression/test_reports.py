"""Chapter 09's tables: a row a thing, and each number from its own column."""

import pandas as pd

from infoplane.chapters.compression import reports
from infoplane.chapters.compression.settings import LAYERS
from tests.chapters.compression.test_plane_texts import course, planes, training
from tests.chapters.compression.world import world


def flat(table):
    return table.index.nlevels == table.columns.nlevels == 1


def test_variance_that_is_lost_has_a_row_a_kind_and_columns():
    table = reports.lost_by_size(world())
    assert flat(table)
    assert list(table.index[:3]) == [f"Gaussian bumps, {n}" for n in (
        "1 column", "2 columns", "3 columns"
    )]  # fmt: skip
    assert list(table.loc["rectangles, 4 columns"]) == ["20.0 %", "50.0 %"]


def test_swings_losses_and_shares_have_a_row_a_layer():
    made = planes()
    frames = {"planes": made, "training": pd.DataFrame(training(course(2.2, 0.6)))}
    tables = [reports.swings(made), reports.losses(frames), reports.layer_losses(made)]
    for table in tables:
        assert flat(table)
        assert list(table.index) == list(LAYERS)
    assert list(tables[2].loc["L2"]) == ["50 %", "50 %", "50 %", "0"]
    # 0.2 and (e - 20)^2 / 10^4 more
    assert list(tables[2].loc["L5"]) == ["24 %", "36 %", "20 %", "20"]
    assert tables[1].loc["L2", "I(X; L)"] == "0.000"
    assert tables[1].columns[-1] == "test less training loss"
