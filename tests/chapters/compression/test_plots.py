"""Pictures of chapter 09: what is drawn is what the records hold."""

import numpy as np
import pandas as pd
import pytest

from infoplane.chapters.compression import plots, tables
from infoplane.chapters.compression.filters import filtered, spread
from infoplane.chapters.compression.settings import KINDS, LATENTS, LAYERS
from tests.chapters.compression.world import PIXEL_N, far, near, of_planes, world

EPOCHS = range(61)


def rising(quantity, layer, epoch, seed):
    """Up to epoch 30 and down again, a tenth of a nat an epoch, with a noise of the seed's own."""
    side = LAYERS.index(layer) + (quantity[-1] == "y")
    return side + min(epoch, 60 - epoch) / 10 + 0.01 * np.sin(7 * epoch + seed)


def long_planes(networks=4):
    frame = of_planes(rising, networks, epochs=EPOCHS)
    return frame.assign(n=1000, lost=[[0.1, 0.2, 0.3, 0.4]] * len(frame)).pipe(pd.DataFrame)


def lines(axes, label):
    return [line for line in axes.lines if line.get_label() == label]


def test_pairs_are_pictures_of_the_sampler():
    panels = plots.pair_panels(5.0, count=3)
    assert len(panels) == len(KINDS)
    for panel, side in zip(panels, (16, 32), strict=True):
        pictures = [axes.images[0] for axes in panel.axes]
        assert [picture.get_array().shape for picture in pictures] == [(side, side)] * 6
        # clear where it is black, and grey that both pages show where it is bright
        assert np.allclose(pictures[0].cmap([0.0, 1.0]), [[0.5] * 3 + [0], [0.5] * 3 + [1]])
        assert all(spine.get_visible() for axes in panel.axes for spine in axes.spines.values())


def test_found_against_true_is_the_mean_over_seeds():
    figures = plots.truth_panels(world())
    for kind, figure in zip(KINDS, figures[:-1], strict=True):
        (axes,) = figure.axes
        (codes,) = lines(axes, "WKL on codes")
        np.testing.assert_allclose(codes.get_ydata(), 0.95 * np.array([0, 2.5, 5, 10]))
        (mine,) = [bars for bars in axes.containers if bars.get_label() == "MINE on pixels"]
        np.testing.assert_allclose(mine.lines[0].get_ydata()[-1], far("mine", kind, 10, 0, 0))
        (truth,) = lines(axes, "true")
        assert list(truth.get_xdata()) == list(truth.get_ydata()) == [0, 10]


def test_others_than_wkl_are_compared_at_equal_rows():
    def by_rows(estimator, kind, nats, n, seed):
        return nats * (0.3 if n == PIXEL_N else 0.9)

    axes = plots.truth_panels(world(codes=by_rows))[0].axes[0]
    for label, share in (("KSG on codes", 0.3), ("WKL on codes", 0.9)):
        (line,) = lines(axes, label)
        assert line.get_ydata()[-1] == pytest.approx(share * 10)


def test_sizes_are_drawn_in_their_order_with_the_truth():
    for kind, figure in zip(KINDS, plots.size_panels(world())[:-1], strict=True):
        (axes,) = figure.axes
        latents = LATENTS[kind]
        assert list(axes.get_xticks()) == [latents - 1, latents, latents + 1]
        drawn = [line.get_ydata() for line in axes.lines if len(line.get_ydata()) == 3]
        assert any(np.allclose(y, near("wkl", kind, 10, 0, 0)) for y in drawn)


def test_planes_are_paths_of_means_raw_and_filtered():
    planes = long_planes()
    for layer, figure in zip(LAYERS, plots.plane_panels(planes, 60)[:-1], strict=True):
        axes = figure.axes[0]
        (raw,) = lines(axes, "raw")
        expected = [tables.curves(planes, f"wkl_{side}")[layer].mean(axis=0) for side in "xy"]
        np.testing.assert_allclose(raw.get_data(), expected)
        assert len(axes.collections[0].get_segments()) == 60
        assert axes.get_title(loc="left") == layer


def test_courses_and_estimators_have_a_point_an_epoch():
    planes = long_planes()
    for figure in (*plots.course_panels(planes)[:-1], *plots.estimator_panels(planes)[:-1]):
        for axes in figure.axes:
            assert axes.lines
            for line in axes.lines:
                np.testing.assert_array_equal(line.get_xdata(), EPOCHS)


def test_below_a_course_is_what_the_filters_change():
    planes = long_planes()
    for layer, figure in zip(LAYERS, plots.course_panels(planes)[:-1], strict=True):
        mean = tables.curves(planes, "wkl_x")[layer].mean(axis=0)
        (change,) = lines(figure.axes[1], "filtered less raw")
        np.testing.assert_allclose(change.get_ydata(), filtered(mean) - mean)
        (noise,) = figure.axes[1].patches
        assert noise.get_height() == pytest.approx(2 * spread(mean))


def test_exact_values_are_drawn_at_their_epochs_below_the_ceiling():
    for figure in plots.exact_panels(long_planes())[:-1]:
        (axes,) = figure.axes
        drawn = [line for line in axes.lines if str(line.get_label()).startswith("σ")]
        assert len(drawn) == 2
        assert set(drawn[0].get_xdata()) < set(EPOCHS)


def test_log_n_is_where_values_come_near_it():
    top = np.log(1000)

    def one_is_high(i, share):
        return 0.9 * top if i == 0 else 1.0

    made = of_planes(rising, 4, one_is_high, epochs=EPOCHS).assign(n=1000)
    named = [
        [text.get_text() for text in figure.axes[0].texts]
        for figure in plots.exact_panels(made)[:-1]
    ]
    assert named == [["log N"], [], [], []]


def test_losses_are_means_over_networks():
    training = pd.DataFrame(
        {"train_loss": [[2.0, 1.0], [4.0, 3.0]], "test_loss": [[3.0, 2.0], [5.0, 4.0]]}
    )
    (axes,) = plots.loss_panel(training).axes
    (line,) = lines(axes, "test images")
    assert line.get_ydata().tolist() == pytest.approx([4.0, 3.0])
