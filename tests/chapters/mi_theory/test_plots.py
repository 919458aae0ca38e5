"""Figures of chapter 01: bands and truths where they belong."""

import numpy as np
import pandas as pd

from infoplane import plots
from infoplane.chapters.mi_theory.closed_forms import exact_bound
from infoplane.chapters.mi_theory.plots import (
    bound_panel,
    entropy_panels,
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
    known = lines(axes)["closed form"]  # on a grid of its own
    assert len(known.get_xdata()) > 100
    np.testing.assert_allclose(known.get_ydata()[-1], exact_bound(1.0))
    corners = axes.collections[0].get_paths()[0].vertices
    np.testing.assert_allclose(np.unique(corners[corners[:, 0] == 1, 1]), [0.34, 0.46])
    assert 0.5 in [line.get_ydata()[0] for line in axes.lines]


def test_parts_of_entropies_stand_side_by_side_at_one_height():
    (figure,) = entropy_panels([0.1])
    (axes,) = figure.axes
    left = -0.1 * np.log(0.1) - 0.9 * np.log(0.9)
    bars = {(round(b.get_x() + b.get_width() / 2), round(b.get_y(), 9)): b for b in axes.patches}
    for column, edges in ((0, (0, left, np.log(2))), (1, (0, left)), (2, (left, np.log(2)))):
        assert sorted(y for x, y in bars if x == column) == [round(edge, 9) for edge in edges]
    shared = {x: bars[x, round(left, 9)] for x in (0, 1, 2)}
    assert {b.get_height() for b in shared.values()} == {np.log(2) - left}
    assert len({b.get_facecolor() for b in shared.values()}) == 1
    assert sum("0.325" in text.get_text() for text in axes.texts) == 4


def test_a_coin_that_is_copied_by_chance_shares_nothing():
    (figure,) = entropy_panels([0.5])
    heights = sorted(bar.get_height() for bar in figure.axes[0].patches)
    np.testing.assert_allclose(heights, [0, 0, 0, *[np.log(2)] * 4], atol=1e-12)


def noise():
    rows = [
        {"dim": dim, "sigma": sigma, "seed": s, "value": dim - sigma + s, "rows": 100}
        | {"continuous": 2 * dim - sigma}
        for s in (1, 0)
        for sigma in (0.1, 0.5)
        for dim in (2, 1)
    ]
    return pd.DataFrame(rows)


def test_dimensions_are_ordered_and_end_at_the_ceiling():
    *panels, legend = noise_panels(noise())
    names = [text.get_text() for text in legend.legends[0].get_texts()]
    assert sorted(names) == ["dimension 1", "dimension 2", "exact"]  # one legend, each name once
    axes, against = (figure.axes[0] for figure in panels)
    colors = [lines(axes)[f"dimension {dim}"].get_color() for dim in (1, 2)]
    assert colors == plots.shades(2)
    truths = [line for line in axes.lines if is_truth(line)]
    for dim in (1, 2):
        mean = lines(axes)[f"dimension {dim}"].get_xydata()
        np.testing.assert_allclose(mean, [[0.1, dim + 0.4], [0.5, dim]])
        exact = truths[dim - 1].get_ydata()
        np.testing.assert_allclose(exact, 2 * dim - np.array([0.1, 0.5]))
        lacking = lines(against)[f"dimension {dim}"].get_xydata()
        np.testing.assert_allclose(
            lacking, [[2 * dim - 0.1, dim - 0.5], [2 * dim - 0.5, dim - 0.5]]
        )
    assert any(np.allclose(line.get_ydata(), np.log(100)) for line in axes.lines)


def test_nothing_is_lacking_by_force_below_the_ceiling():
    _, figure, _ = noise_panels(noise().assign(rows=10))
    line = lines(figure.axes[0])["exact"]
    assert is_truth(line)
    top = np.log(10)
    np.testing.assert_allclose(line.get_xydata(), [[0, 0], [top, 0], [3.9, 3.9 - top]])


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
