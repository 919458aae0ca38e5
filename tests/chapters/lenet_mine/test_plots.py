"""Figures of chapter 08, out of made-up records: what is drawn is what the records say."""

import numpy as np
import pandas as pd
import pytest

from infoplane import plots
from infoplane.chapters.lenet_mine import plots as drawn_by
from infoplane.chapters.lenet_mine.settings import ARCHITECTURES, LAYERS
from infoplane.chapters.lenet_mine.tables import ACCURACY
from tests.chapters.lenet_mine.world import EPOCHS, HIDDEN, NOISE, SHARES, N, world


@pytest.fixture(scope="module")
def frames():
    made = world()
    exact = made["exact"].assign(
        quantised_x=[[9.0, 8.0, 7.0, 6.0]] * len(made["exact"]),
        quantised_y=[[2.0, 1.9, 1.8, 1.7]] * len(made["exact"]),
    )
    last = exact[exact["epoch"] == EPOCHS[-1]]
    finer = last.assign(shares=[[share / 2 for share in SHARES]] * len(last))
    return made | {"exact": exact, "finer": finer}


def lines(figure):
    return {line.get_label(): line for line in figure.axes[0].lines}


def titles(figures):
    return [figure.axes[0].get_title(loc="left") for figure in figures]


def test_the_reported_accuracies_are_crosses_beside_the_mean(frames):
    found = lines(drawn_by.accuracy_panel(frames["training"]))
    assert dict(zip(*found["reported"].get_data(), strict=True)) == ACCURACY
    mean = 100 * np.mean(frames["training"]["accuracy"].tolist(), axis=0)
    np.testing.assert_allclose(found["measured"].get_ydata(), mean)


def test_every_architecture_of_the_image_has_a_line_a_seed(frames):
    *figures, legend = drawn_by.table_panels(frames["table"])
    assert titles(figures) == ["I(X; relu3)", "I(X; maxpool1)"]
    asked = sum(a.target == "x" for a in ARCHITECTURES)
    for figure in figures:
        assert len(figure.axes[0].lines) == (8 + 1) * asked + 1  # each, their mean, and log batch
        assert lines(figure)["log of the batch"].get_ydata()[0] == pytest.approx(np.log(256))
        assert lines(figure)["1, noise"].get_linestyle() == "--"
        assert lines(figure)["1"].get_color() == lines(figure)["1, noise"].get_color()
    assert [len(figure.legends) for figure in figures] == [0, 0]
    assert len(legend.legends[0].get_texts()) == asked + 1


def test_a_run_that_explodes_ends_and_breaks_nothing(frames):
    table = frames["table"].copy()
    table["curve"] = [[1.0, None, None]] * len(table)
    line = drawn_by.table_panels(table)[0].axes[0].lines[0]
    assert np.isnan(line.get_ydata()).tolist() == [False, True, True]


def test_transferred_and_scratch_have_one_axis(frames):
    scratch, going_on = drawn_by.transfer_panels(frames["transfer"])
    assert titles([scratch, going_on]) == ["from scratch", "weights transferred"]
    assert scratch.axes[0].get_ylim() == going_on.axes[0].get_ylim()
    assert len(scratch.axes[0].get_legend().get_texts()) == len(EPOCHS)
    assert going_on.axes[0].get_legend() is None


@pytest.mark.parametrize("level", [-8.0, 0.0, 3.0])
def test_where_curves_end_is_seen_however_low_they_begin(frames, level):
    transfer = frames["transfer"].copy()
    transfer["curves"] = [
        [[level - 50, *[level + 0.1 * run] * (len(one) - 1)] for run, one in enumerate(curves)]
        for curves in transfer["curves"]
    ]
    low, high = drawn_by.transfer_panels(transfer)[0].axes[0].get_ylim()
    assert low < level < level + 0.5 < high
    assert low > level - 50


def test_the_sources_planes_number_the_runs_of_one_network(frames):
    figures = drawn_by.source_planes(frames["planes"], HIDDEN, [0, 3])
    assert titles(figures) == [f"MINE, {HIDDEN} units, network {s}" for s in (0, 3)]
    axes = figures[1].axes[0]
    assert sorted(text.get_text() for text in axes.texts) == ["1"] * 4 + ["6"] * 4
    own = frames["planes"].query(f"hidden == {HIDDEN} and network == 3 and layer == 'relu3'")
    known = own.pivot(index="epoch", columns="target", values="value")[["x", "y"]]
    np.testing.assert_allclose(lines(figures[1])["relu3"].get_xydata(), known)


def test_a_run_without_a_place_is_not_numbered(frames):
    planes = frames["planes"].astype({"value": float})
    planes.loc[planes["epoch"] == EPOCHS[-1], "value"] = np.nan
    axes = drawn_by.source_planes(planes, HIDDEN, [0])[0].axes[0]
    assert sorted(text.get_text() for text in axes.texts) == ["1"] * 4 + ["5"] * 4


@pytest.mark.parametrize("moving", [False, True])
def test_mine_the_exact_plane_and_eight_bits_stand_side_by_side(frames, moving):
    figures = drawn_by.exact_planes(frames, HIDDEN, NOISE, moving=moving)
    assert titles(figures) == [f"MINE, {HIDDEN} units", "exact, the same noise", "8 bits, no noise"]
    assert "ε" not in figures[2].axes[0].get_xlabel()
    for figure in figures:
        assert np.log(N) in [line.get_xdata()[0] for line in figure.axes[0].lines]


def test_labels_are_drawn_only_where_rows_are_not_alone(frames):
    x, y = drawn_by.noise_panels(frames)
    for layer, noise in zip(LAYERS[:3], NOISE, strict=False):
        # with less than its own noise a layer of this world is within 2 nats of log N
        assert lines(x)[layer].get_xdata().min() < noise / 2
        assert lines(y)[layer].get_xdata().min() == noise / 2


def test_equal_is_dashed_and_values_stand_over_the_truth(frames):
    for figure in drawn_by.truth_panels(frames, HIDDEN, NOISE):
        line = lines(figure)["equal"]
        assert line.get_color() == plots.INK
        assert (line.get_xdata() == line.get_ydata()).all()
        assert len(figure.axes[0].collections) == len(LAYERS)


def test_the_small_network_has_both_ranges_of_bins_and_its_accuracy():
    course = np.random.default_rng(0).random((3, 4, 3)).tolist()
    rows = [
        {"epoch": [0, 1, 9, 99], "rows": 500, "accuracy": [0.1, 0.5, 0.9, 1.0]}
        | {"fixed_neurons_x": one, "neurons_x": one}
        for one in course
    ]
    figures = drawn_by.small_panels(pd.DataFrame(rows))
    assert titles(figures[:3]) == ["bins on [-1, 1]", "a layer's range", "both"]
    np.testing.assert_allclose(lines(figures[0])["sm2"].get_ydata(), np.mean(course, axis=0)[:, 2])
    mean = [0.1, 0.5, 0.9, 1.0]
    np.testing.assert_allclose(lines(figures[2])["accuracy"].get_ydata(), mean)
    layers = [text.get_text() for text in figures[3].legends[0].get_texts()]
    assert layers == ["relu1", "fc1", "sm2"]
    # where both are at log N, the first is seen behind the second
    widths = [lines(figures[0])[layer].get_linewidth() for layer in layers[:2]]
    assert widths[0] > 2 * widths[1]
