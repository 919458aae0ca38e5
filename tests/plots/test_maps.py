"""Maps: values, names, signs, and numbers that can be read in every cell."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from infoplane import plots
from infoplane.plots.maps import luminance, on


def contrast(one, other):
    low, high = sorted(luminance(to_rgb(color)) for color in (one, other))
    return (high + 0.05) / (low + 0.05)


def test_a_map_has_its_values_its_range_and_its_unit():
    values = np.array([[0.0, 1.0], [2.0, 3.0]])
    axes, bar = plots.heatmap(values, title="t", label="nats", vmax=4).axes
    (cells,) = axes.collections
    np.testing.assert_array_equal(np.ravel(cells.get_array()), values.ravel())
    assert cells.get_clim() == (0, 4)
    assert axes.yaxis_inverted()  # rows from the top, as they are read
    assert not axes.get_xticklabels()
    assert bar.get_ylabel() == "nats"


def test_a_map_that_begins_below_zero_has_another_colour_for_either_sign():
    """And none of both for 0, which is in the middle."""
    signed, plain = (
        plots.heatmap([[-1.0, 0.0, 1.0]], title="t", label="r", vmax=1, vmin=low)
        for low in (-1.0, 0.0)
    )
    cells = signed.axes[0].collections[0]
    assert cells.get_clim() == (-1, 1)
    assert cells.get_cmap() != plain.axes[0].collections[0].get_cmap()
    below, zero, above = cells.get_cmap()([0.0, 0.5, 1.0])[:, :3]
    assert below[2] > below[0]  # blue
    assert above[0] > above[2]  # red
    assert np.ptp(zero) < 0.02  # grey


def test_a_map_of_a_table_has_its_names_and_numbers():
    table = pd.DataFrame([[0.12, 1.0]], index=["row"], columns=["left", "right"])
    axes, _ = plots.heatmap(table, title="t", label="nats", vmax=4, numbers=".1f").axes
    assert [label.get_text() for label in axes.get_xticklabels()] == ["left", "right"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["row"]
    assert [text.get_text() for text in axes.texts] == ["0.1", "1.0"]


@pytest.mark.parametrize("colors", [plots.SIGNED, mpl.colormaps[plots.SEQUENTIAL]])
def test_a_number_is_read_on_every_colour(colors):
    assert min(contrast(on(color), color[:3]) for color in colors(np.linspace(0, 1, 256))) >= 4.5


@pytest.mark.parametrize("low", [-1, 0])
def test_every_number_in_a_cell_can_be_read(low):
    values = pd.DataFrame(np.linspace(low, 1, 42).reshape(6, 7))
    axes, _ = plots.heatmap(values, title="t", label="r", vmin=low, vmax=1, numbers=".2f").axes
    (cells,) = axes.collections
    colors = cells.to_rgba(values.to_numpy())[..., :3].reshape(-1, 3)
    assert len(axes.texts) == 42
    for number, color in zip(axes.texts, colors, strict=True):
        assert contrast(number.get_color(), color) >= 4.5


@pytest.mark.parametrize("page", ["#ffffff", "#14181e"])
def test_signs_are_seen_on_both_pages(page):
    assert min(contrast(color[:3], page) for color in plots.SIGNED(np.linspace(0, 1, 99))) >= 3


def test_a_negative_number_has_a_minus_sign():
    table = pd.DataFrame([[-0.5, np.nan, 0.5]])
    axes, _ = plots.heatmap(table, title="t", label="r", vmin=-1, vmax=1, numbers=".1f").axes
    assert [text.get_text() for text in axes.texts] == ["−0.5", "0.5"]
