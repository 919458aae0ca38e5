"""Forests of chapter 05: a mean with its interval for each set and reading, and each rule."""

import numpy as np
import pytest

from infoplane.chapters.tishby_plane.forests.plots import RULES, reading_forest, rule_forest
from infoplane.chapters.tishby_plane.settings import DATASETS
from infoplane.chapters.tishby_plane.stopping_tables import outcomes
from infoplane.chapters.tishby_plane.tables import ESTIMATES, extended
from tests.chapters.tishby_plane.test_group_texts import groups
from tests.chapters.tishby_plane.test_plots import titles
from tests.chapters.tishby_plane.told import stopping


def names(figure):
    return [label.get_text() for label in figure.axes[0].get_yticklabels()]


def means(figure):
    return np.array([bars.lines[0].get_xydata()[0] for bars in figure.axes[0].containers])


def test_readings_stand_side_by_side_in_the_row_of_their_set():
    table = extended(groups()["groups"])
    *figures, _ = reading_forest(table)
    known = table.groupby(["dataset", "reading"], sort=False)[["spread", "violations"]].mean()
    for figure, column, scale in zip(figures, ("spread", "violations"), (1, 100), strict=True):
        drawn = means(figure)
        rows = names(figure)
        assert sorted(rows) == ["digits", "simple"]
        at = drawn[:, 1].round()
        for i, name in enumerate(rows):
            expected = [scale * known.loc[(name, reading), column] for reading in ESTIMATES]
            assert drawn[at == i][:, 0] == pytest.approx(expected)


def test_rules_have_a_row_each_with_and_without_burn_in():
    table = outcomes(stopping()["stopping"], patience=8)
    *figures, legend = rule_forest(table)
    assert titles(figures) == [name for name in table["dataset"].unique() for _ in range(2)]
    assert set(titles(figures)) == set(DATASETS)
    for figure in figures:
        assert names(figure) == list(RULES.values())
        assert len(means(figure)) == 1 + 2 * (len(RULES) - 1)
    lost = means(figures[0])
    loss = table[(table["dataset"] == titles(figures)[0]) & (table["rule"] == "loss")]["lost"]
    assert lost[0] == pytest.approx([100 * loss.mean(), 0])
    shown = [text.get_text() for text in legend.legends[0].get_texts()]
    assert shown == ["validation loss", "without burn-in", "with burn-in"]
