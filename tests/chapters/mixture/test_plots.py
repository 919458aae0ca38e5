"""Figures of chapter 02: the same colours, every seed, and the integral dashed."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from infoplane import plots
from infoplane.chapters.mixture.plots import (
    error_panels,
    on_grid,
    sample_panels,
    sweep_panels,
    training_panels,
)
from infoplane.datasets.mixture import separated_by

NAMES = {"mine": "MINE", "ross": "Ross", "binning": "binning"}


def lines(axes):
    return {line.get_label(): line for line in axes.lines}


def is_truth(line):
    return (line.get_linestyle(), line.get_color()) == ("--", plots.INK)


@pytest.fixture
def errors():
    """Errors of 0, 1 and 5 plus the place of the estimator, for a named and two moved mixtures."""
    where = [("separated", np.nan), (None, 0.0), (None, 2.0)]
    rows = [
        {"preset": preset, "separation": apart, "estimator": name, "seed": s, "truth": 0.5}
        | {"error": 10 * place + s, "value": 0.5 + 10 * place + s}
        for preset, apart in where
        for place, name in enumerate(NAMES)
        for s in (0.0, 1.0, 5.0)
    ]
    return pd.DataFrame(rows).sample(frac=1, random_state=0)


def test_classes_and_centres_are_in_the_plane():
    figure, legend = sample_panels(["separated"], 0.5)
    assert [t.get_text() for t in legend.legends[0].get_texts()] == [
        "class 0",
        "class 1",
        "centres",
    ]
    assert figure.legends == []
    *classes, _ = figure.axes[0].collections
    assert sum(len(dots.get_offsets()) for dots in classes) == 600
    assert len({to_hex(dots.get_facecolor()[0]) for dots in classes}) == 2


def test_a_curve_is_drawn_as_far_as_every_run_has_come():
    rows = [
        {"preset": "separated", "seed": s, "step": [0, 10, 20], "held_out": [0.1, 0.2 + s, 9.0][:k]}
        for s, k in ((0, 3), (1, 2))
    ]
    figure, legend = training_panels(pd.DataFrame(rows), pd.Series({"separated": 0.7}))
    assert [t.get_text() for t in legend.legends[0].get_texts()] == ["MINE", "integral"]
    drawn = lines(figure.axes[0])
    np.testing.assert_allclose(drawn["MINE"].get_xydata(), [[0, 0.1], [10, 0.7]])
    assert drawn["MINE"].get_color() == plots.COLORS["mine"]
    assert is_truth(drawn["integral"])
    assert set(drawn["integral"].get_ydata()) == {0.7}


def test_the_first_rise_takes_no_room():
    steps = list(range(0, 101, 10))
    curve = [0.0, *np.linspace(0.6, 0.68, 10)]
    rows = [{"preset": "separated", "seed": s, "step": steps, "held_out": curve} for s in (0, 1)]
    figure, _ = training_panels(pd.DataFrame(rows), pd.Series({"separated": 0.7}))
    np.testing.assert_allclose(figure.axes[0].get_ylim(), [0.592, 0.708])  # 8 % of 0.1 beyond


def test_errors_show_every_seed_in_the_estimators_colour(errors):
    (figure,) = error_panels(errors, ["separated"])
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_xticklabels()] == list(NAMES.values())
    for place, (name, dots) in enumerate(zip(NAMES, axes.collections, strict=False)):
        assert sorted(dots.get_offsets()[:, 1]) == [10 * place, 10 * place + 1, 10 * place + 5]
        assert to_hex(dots.get_facecolor()[0]) == plots.COLORS[name]
    assert is_truth(lines(axes)["exact"])
    assert axes.get_ylabel().endswith("(nats)")


def test_the_sweep_has_values_and_errors_with_their_truths(errors):
    values, below = (figure.axes[0] for figure in sweep_panels(errors, 0.5))
    for axes, offset in ((values, 2.5), (below, 2)):
        for place, (name, bars) in enumerate(zip(NAMES, axes.containers, strict=True)):
            assert bars.get_label() == NAMES[name]
            line = bars.lines[0]
            np.testing.assert_allclose(line.get_ydata(), [10 * place + offset] * 2)
            np.testing.assert_allclose(line.get_xdata(), [0, 2], atol=0.05)  # side by side
            assert line.get_color() == plots.COLORS[name]
        assert is_truth(lines(axes)["integral"])
    assert set(lines(below)["integral"].get_ydata()) == {0}
    known = lines(values)["integral"].get_xydata()
    assert len(known) == 100
    np.testing.assert_allclose(known[[0, -1]], [[0, 0], [2, on_grid(2.0, 0.5)]], atol=1e-9)


@pytest.mark.parametrize(("separation", "prior"), [(0.0, 0.5), (1.0, 0.3), (3.0, 0.5)])
def test_a_sum_over_a_grid_is_the_integral(separation, prior):
    assert on_grid(separation, prior) == pytest.approx(
        separated_by(separation, prior).integrated(1e-6).value, abs=2e-6
    )
