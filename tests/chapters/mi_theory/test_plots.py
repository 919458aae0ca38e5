"""Figures of chapter 01: bands and truths where they belong."""

import numpy as np
import pandas as pd

from infoplane import plots
from infoplane.chapters.mi_theory.plots import (
    bound_panel,
    greedy_panel,
    noise_panels,
    pixel_panels,
)
from infoplane.stats import mean_of


def lines(axes):
    return {line.get_label(): line for line in axes.lines}


def is_truth(line):
    return (line.get_linestyle(), line.get_color()) == ("--", plots.INK)


def test_the_bound_has_three_standard_errors_and_its_closed_form():
    table = {"scale": [0.5, 1.0], "mean": [0.2, 0.4], "std": [0.01, 0.02], "exact": [0.25, 0.45]}
    (axes,) = bound_panel(pd.DataFrame(table), 0.5).axes
    np.testing.assert_allclose(lines(axes)["samples"].get_ydata(), table["mean"])
    assert is_truth(lines(axes)["closed form"])
    np.testing.assert_allclose(lines(axes)["closed form"].get_ydata(), table["exact"])
    corners = axes.collections[0].get_paths()[0].vertices
    np.testing.assert_allclose(np.unique(corners[corners[:, 0] == 1, 1]), [0.34, 0.46])
    assert 0.5 in [line.get_ydata()[0] for line in axes.lines]


def test_each_dimension_has_a_panel_with_its_ceiling():
    rows = [
        {"dim": dim, "sigma": sigma, "seed": s, "value": dim - sigma + s, "rows": 100}
        | {"continuous": 2 * dim - sigma}
        for s in (1, 0)
        for sigma in (0.1, 0.5)
        for dim in (2, 1)
    ]
    figures = noise_panels(pd.DataFrame(rows))
    assert [f.axes[0].get_title(loc="left") for f in figures] == ["dimension 1", "dimension 2"]
    for dim, figure in enumerate(figures, 1):
        drawn = lines(figure.axes[0])
        np.testing.assert_allclose(drawn["100 inputs"].get_xydata(), [[0.1, dim + 0.4], [0.5, dim]])
        np.testing.assert_allclose(
            drawn["continuous $X$"].get_ydata(), 2 * dim - np.array([0.1, 0.5])
        )
        assert is_truth(drawn["continuous $X$"])
        assert any(np.allclose(line.get_ydata(), np.log(100)) for line in figure.axes[0].lines)


def pixels():
    rows = [
        {"scrambled": scrambled, "seed": s, "map": [0.1 + s, 0.2, 0.0, 0.3], "shape": (2, 2)}
        | {"plugin": [1.0 + s, 2.0], "held_out": [0.5, 1.0 - scrambled], "label_entropy": 2.3}
        for scrambled in (True, False)
        for s in (0, 1)
    ]
    return pd.DataFrame(rows)


def test_pixels_are_means_over_seeds_on_one_scale():
    for figure in pixel_panels(pixels()):
        (cells,) = figure.axes[0].collections
        np.testing.assert_allclose(np.ravel(cells.get_array()), [0.6, 0.2, 0.0, 0.3])
        assert cells.get_clim() == (0, 1.1)


def test_both_estimates_of_the_greedy_order_are_drawn_for_both_kinds_of_pixels():
    (axes,) = greedy_panel(pixels()).axes
    drawn = lines(axes)
    np.testing.assert_allclose(
        drawn["plug-in, scrambled"].get_ydata(), mean_of(np.array([[1.0, 2], [2, 2]]))[0]
    )
    np.testing.assert_allclose(drawn["held-out, as they are"].get_xydata(), [[1, 0.5], [2, 1]])
    np.testing.assert_allclose(drawn["held-out, scrambled"].get_ydata(), [0.5, 0])
    assert drawn["plug-in, as they are"].get_color() == plots.COLORS["binning"]
    assert (
        drawn["plug-in, as they are"].get_linestyle() != drawn["plug-in, scrambled"].get_linestyle()
    )
