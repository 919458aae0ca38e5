"""Maps of chapter 05: a cell for each number, and a star where it is sure."""

import math

import numpy as np
import pandas as pd

from infoplane.chapters.tishby_plane.maps import plots as drawn_by
from tests.chapters.tishby_plane.test_plots import LAYERS, trained, values


def test_the_map_of_bins_has_the_end_of_training():
    parts = trained()
    (figure,) = drawn_by.bins_maps(parts)
    axes = figure.axes[0]
    (cells,) = axes.collections
    finer = np.array(parts["tanh"]["finer_x"].tolist())[:, :, -1]
    np.testing.assert_allclose(np.reshape(cells.get_array(), (2, LAYERS)), finer.mean(axis=0))
    assert cells.get_clim() == (0, np.log(4096))
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("layer", "bins")
    assert len(axes.texts) == 2 * LAYERS


def cells(figure):
    """What is written in a map, row by row."""
    axes = figure.axes[0]
    names = [label.get_text() for label in axes.get_yticklabels()]
    words = [text.get_text() for text in axes.texts]
    return dict(zip(names, np.reshape(words, (len(names), -1)).tolist(), strict=True))


def test_falls_are_in_nats_with_a_star_where_they_are_sure():
    course = np.array([0.0, 3.0, 3.0 - math.log(2)])
    sure = np.stack([course, np.arange(3.0)], axis=-1)  # one falls by log 2, one rises to the end
    rows = [
        {"bins": 30, "sigmas": [0.1], "binned_x": sure.tolist(), "fixed_x": (sure + off).tolist()}
        | {"exact_x": [(sure * (1 + off)).tolist()]}
        for off in (0.0, 0.0, 0.0, -0.1, 0.0, 0.1)
    ]
    (figure,) = drawn_by.fall_maps({"tanh": pd.DataFrame(rows)})
    written = cells(figure)
    assert list(written) == ["30 bins", "30 on [-1, 1]", "σ = 0.1"]
    assert written["30 bins"] == ["0.69*", "0.00"]
    # half of 0.14, Student's t 4.3 by 0.07 / sqrt(3): 0.17 of 0.69
    assert written["σ = 0.1"] == ["0.69*", "0.00"]
    spread = [
        row | {"binned_x": (np.array(row["binned_x"]) * k).tolist()}
        for k, row in zip((1, 1, 1, -9, 1, 9), rows, strict=True)
    ]
    (unsure,) = drawn_by.fall_maps({"tanh": pd.DataFrame(spread)})
    assert not cells(unsure)["30 bins"][0].endswith("*")


def test_nothing_is_sure_of_two_networks():
    two = trained()["tanh"].iloc[:2].assign(bins=30)
    two["fixed_x"] = two["binned_x"]
    (figure,) = drawn_by.fall_maps({"tanh": two})
    assert not any("*" in word for row in cells(figure).values() for word in row)


def test_the_noisy_network_has_its_own_information_above_that_of_bins():
    rows = [
        {"seed": s, "finer": [5, 30], "information_x": values(3, 5), "binned_x": values(2, 5)}
        for s in range(2)
    ]
    figure = drawn_by.noisy_map(pd.DataFrame(rows))
    written = cells(figure)
    assert list(written) == ["its own", "5 bins", "30 bins"]
    ends = np.array([row["information_x"][-1] for row in rows]).mean(axis=0)
    assert written["its own"] == [f"{value:.1f}" for value in ends]


def test_violations_are_per_cent():
    table = pd.DataFrame(
        [
            ("tanh, own bins", 0.25, 0.0, False),
            ("tanh, σ = 0.5", 0.5, 0.125, False),
            ("noisy network", 0.0, 0.0, True),
        ],
        columns=["estimator", "I(X;T)", "I(T;Y)", "must hold"],
    )
    assert cells(drawn_by.violation_map(table)) == {
        "tanh, own bins": ["25.0", "0.0"],
        "tanh, σ = 0.5": ["50.0", "12.5"],
        "noisy network": ["0.0", "0.0"],
    }
