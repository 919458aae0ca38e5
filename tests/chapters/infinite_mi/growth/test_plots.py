"""Figures of chapter 04: two curves of every run, what became of it, how often MINE diverges."""

import numpy as np
import pandas as pd
import pytest

from infoplane.chapters.infinite_mi import divergence
from infoplane.chapters.infinite_mi.growth.plots import (
    FATES,
    WAYS,
    contrast_panel,
    fate_panels,
    growth_panels,
)
from tests.chapters.infinite_mi.test_plots import lines, named
from tests.chapters.infinite_mi.told import diverges, fresh


def test_both_bounds_are_drawn_for_every_rate():
    rows = [
        {"d": 10, "matrix": matrix, "rate": rate, "seed": s, "step": [0, 50, 100]}
        | {"held_out": [0.0, s, rate], "batch_value": [0.0, s, 2 * rate]}
        for matrix in ("random", "identity")
        for rate in (0.1, 0.5)
        for s in (0.0, 1.0)
    ]
    *figures, legend = growth_panels(pd.DataFrame(rows), scale="log")
    assert [f.axes[0].get_title(loc="left") for f in figures] == [
        "I(X; X), d = 10",
        "I(X; AX), d = 10",
    ]
    for figure in figures:
        drawn = lines(figure.axes[0])
        np.testing.assert_allclose(drawn["held out, lr 0.5"].get_xydata(), [[50, 0.5], [100, 0.5]])
        np.testing.assert_allclose(drawn["batch, lr 0.1"].get_ydata(), [0.5, 0.2])
        assert drawn["batch, lr 0.1"].get_color() == drawn["held out, lr 0.1"].get_color()
        assert figure.axes[0].get_xscale() == "log"
        assert figure.legends == []
    assert named(legend) == [
        "learning rate 0.1", "learning rate 0.5", "held out", "training batches",
    ]  # fmt: skip


def test_every_run_is_counted_once_and_by_its_fate():
    steps = list(range(divergence.CHECKS + 1))
    rows = [
        {"d": 10, "matrix": matrix, "rate": 0.1, "seed": s, "step": steps, "finite": True}
        | {"held_out": [slope * step for step in steps]}
        | {"batch_value": [9.0 * step for step in steps]}
        for matrix in ("identity", "random")
        for s, slope in enumerate((1.0, 2.0, -1.0))
    ]
    figure, legend = fate_panels(pd.DataFrame(rows))
    (axes,) = figure.axes
    widths = np.array([bar.get_width() for bar in axes.patches]).reshape(len(FATES), 2)
    assert dict(zip(FATES, map(pytest.approx, widths.tolist()), strict=True)) == {
        "growing": [200 / 3] * 2, "unclear": [0, 0], "falling": [100 / 3] * 2, "blown up": [0, 0],
    }  # fmt: skip
    assert list(axes.lines[0].get_xdata()) == [100, 100]  # all batch values are far above
    assert named(legend)[:2] == ["growing, held out", "falling, held out"]


def test_the_contrast_is_a_share_of_the_seeds_with_its_interval():
    figure, legend = contrast_panel(fresh(diverges))
    (axes,) = figure.axes
    assert [tick.get_text() for tick in axes.get_yticklabels()] == [
        "d = 100, 0.0001 (3)", "d = 100, 0.001 (3)",
    ]  # fmt: skip
    shares = [bars.lines[0].get_xdata()[0] for bars in axes.containers]
    assert shares == pytest.approx([0, 200 / 3])
    low, high = axes.containers[0].lines[2][0].get_segments()[0][:, 0]
    assert (low, high) == pytest.approx((0, 100 * (1 - 0.025 ** (1 / 3))))  # none of three
    assert set(named(legend)) == {"contrast", WAYS["below half"][1]}  # none falls
