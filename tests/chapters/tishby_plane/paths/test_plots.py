"""Planes of chapter 05: paths through the layers, epoch by epoch, out of made-up records."""

import numpy as np
import pandas as pd
import pytest

from infoplane.chapters.tishby_plane.paths import plots as drawn_by
from infoplane.chapters.tishby_plane.tables import ESTIMATES, NAMES
from tests.chapters.tishby_plane.test_plots import (
    EPOCHS,
    LAYERS,
    neural,
    noisy,
    titles,
    trained,
    values,
)


def test_planes_by_binning_have_a_panel_an_activation():
    figures = drawn_by.binned_planes(trained(), 30)
    assert titles(figures) == ["tanh, 30 bins"]
    assert "nats" in figures[0].axes[0].get_xlabel()


def test_moving_planes_are_by_bins_and_exact_with_the_first_noise():
    part = trained()["tanh"]
    binned, exact = drawn_by.moving_planes(part, "tanh", 30)
    assert "σ = 0.1" in exact.axes[0].get_xlabel()
    for figure, column in ((binned, "binned_x"), (exact, "exact_x")):
        frames = {a.get_gid() for a in figure.axes[0].get_children() if a.get_gid()}
        assert frames == {f"frame-{i}" for i in range(len(EPOCHS))}
        known = np.array(part[column].tolist())
        known = known[:, 0] if column == "exact_x" else known
        paths = [line for line in figure.axes[0].lines if line.get_gid()]
        for i, line in enumerate(paths):
            np.testing.assert_allclose(line.get_xdata(), known[:, i].mean(axis=0))


def test_planes_of_groups_are_of_the_first_network():
    rows = [
        {"dataset": "simple", "seed": s, "rows": 100, "label_entropy": 0.7, "epoch": EPOCHS}
        | {f"simple_{q}": values(4, 3, LAYERS) for q in "xy"}
        | {f"{reading}_{q}": values(3, LAYERS) for reading in ESTIMATES[1:] for q in "xy"}
        for s in range(2)
    ]
    groups = pd.DataFrame(rows)
    (figure,) = drawn_by.group_planes(groups, ["simple"])
    assert titles([figure]) == ["simple, n = 100"]
    first = figure.axes[0].containers[0].lines[0].get_xdata()
    np.testing.assert_allclose(first, np.array(groups["simple_x"].tolist())[:, 0, 0].mean(axis=0))
    assert titles(drawn_by.reading_planes(groups)) == list(NAMES.values())


def test_a_path_has_bars_at_the_first_epoch_and_the_last_alone():
    (figure,) = drawn_by.binned_planes(trained(), 30)
    axes = figure.axes[0]
    assert len(axes.containers) == 2
    paths = [line for line in axes.lines if len(line.get_xdata()) == LAYERS]
    assert len(paths) == len(EPOCHS)


def test_estimators_and_the_noisy_network_have_a_plane_each():
    assert titles(drawn_by.neural_planes(neural(), [0, 9], 0.1)) == ["MINE", "AA-MINE", "exact"]
    assert titles([drawn_by.noisy_plane(noisy())]) == ["noisy network"]


@pytest.mark.parametrize(("count", "most"), [(1, 6), (3, 8), (28, 6), (28, 10), (10, 10)])
def test_frames_are_first_last_and_evenly_between(count, most):
    found = drawn_by.frames_shown(count, most)
    assert (found[0], found[-1], len(found)) == (0, count - 1, min(count, most))
    gaps = np.diff(found)
    assert not len(gaps) or gaps.max() - gaps.min() <= 1
    if most == drawn_by.FRAMES:
        named = drawn_by.epochs_shown([3 * i for i in range(count)])
        assert named == [str(3 * i) for i in found]
