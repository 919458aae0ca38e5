"""Figures of codes: means with bands, the truth dashed, a break only where there is one."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.collections import FillBetweenPolyCollection
from matplotlib.patches import Rectangle

from infoplane import plots
from infoplane.chapters.autoencoder_entropy.plots import (
    METHOD_LOOKS,
    digits_panel,
    dimension_panel,
    entropy_panel,
    entropy_panels,
    first_panels,
    gauge_panels,
    image_entropy_panels,
    method_panels,
    pictures_panel,
    scaling_panel,
)
from infoplane.chapters.autoencoder_entropy.tables import breaks
from infoplane.estimators.density.codes import METHODS
from infoplane.estimators.density.gauges import GAUGES
from infoplane.stats import mean_of

CODES, SEEDS = np.arange(1, 9), (0, 1, 2)
PLACE = 3.5


def part(dataset="linear-3", flat=False):
    """Records of one case, shuffled: H(d) breaks at PLACE (raw: one later), or does not."""
    rng = np.random.default_rng(0)
    rows = []
    for s in SEEDS:
        for d in CODES:
            at = {gauge: 99.0 if flat else PLACE + (gauge == "raw") for gauge in GAUGES}
            values = [[min(d, at[g]) + 0.05 * rng.standard_normal()] * len(METHODS) for g in GAUGES]
            row = {"dataset": dataset, "noise": 0.0, "code_activation": "none", "n": 100}
            row |= {"seed": s, "code": int(d), "entropies": values}
            row |= {"lost": 10.0 ** -(d + s), "lost_held_out": 2 * 10.0 ** -(d + s)}
            row |= {"dimensions": [0.6 * d + 0.1 * s, 1, 1, 1], "dimension_stds": [0.1] * 4}
            rows.append(row | {"class_entropies": [digit + d + 0.1 * s for digit in range(10)]})
    return pd.DataFrame(rows).sample(frac=1, random_state=0, ignore_index=True)


def found_in(frame, gauge=GAUGES[2]):
    return breaks(frame, gauge).iloc[0]


def lines(axes):
    return {line.get_label(): line for line in axes.lines}


def bands(axes):
    """(low, high) of each band at its places, in the order of drawing."""
    found = []
    for shape in axes.collections:
        assert isinstance(shape, FillBetweenPolyCollection)
        corners = shape.get_paths()[0].vertices
        x = np.unique(corners[:, 0])
        at = [corners[corners[:, 0] == place, 1] for place in x]
        found.append((x, np.array([y.min() for y in at]), np.array([y.max() for y in at])))
    return found


def values_of(frame, value):
    rows = frame.assign(value=value).sort_values(["seed", "code"])
    return rows["value"].to_numpy(float).reshape(len(SEEDS), len(CODES))


def strips(axes):
    return [p for p in axes.patches if isinstance(p, Rectangle)]


def is_truth(line):
    return (line.get_linestyle(), line.get_color()) == ("--", plots.INK)


@pytest.mark.parametrize(("gauge", "at"), [("unit variance", PLACE), ("raw", PLACE + 1)])
def test_entropy_has_its_mean_its_band_and_its_break(gauge, at):
    frame = part()
    row = found_in(frame, gauge)
    assert row["found"]
    figure = gauge_panels(frame)[GAUGES.index(gauge)]
    (top,) = figure.axes
    assert top.get_title(loc="left") == f"linear-3, {gauge}"
    drawn = lines(top)
    y = values_of(frame, frame["entropies"].str[GAUGES.index(gauge)].str[METHODS.index("loo")])
    mean, low, high = mean_of(y)
    np.testing.assert_allclose(drawn["H(d)"].get_xydata(), np.column_stack([CODES, mean]))
    ((x, bottoms, tops),) = bands(top)
    np.testing.assert_allclose(x, CODES)
    np.testing.assert_allclose(bottoms, low)
    np.testing.assert_allclose(tops, high)
    assert drawn["break"].get_xdata()[0] == pytest.approx(at, abs=0.2)
    assert drawn["break"].get_xdata()[0] == row["break"]
    (strip,) = strips(top)
    assert (strip.get_x(), strip.get_x() + strip.get_width()) == pytest.approx(
        (row["low"], row["high"])
    )
    assert top.get_ylabel() == "H (nats)"
    assert top.get_xlabel() == "code dimension d"
    figure.canvas.draw()


def test_losses_have_bands_of_their_logarithms():
    frame = part()
    _, bottom = entropy_panel(frame, found_in(frame), title="t").axes
    assert bottom.get_yscale() == "log"
    drawn = lines(bottom)
    for (label, name), (x, low, high) in zip(
        {"loss, training": "lost", "loss, held out": "lost_held_out"}.items(),
        bands(bottom),
        strict=True,
    ):
        expected = [np.exp(v) for v in mean_of(np.log(values_of(frame, frame[name])))]
        np.testing.assert_allclose(drawn[label].get_ydata(), expected[0])
        np.testing.assert_allclose(x, CODES)
        np.testing.assert_allclose([low, high], expected[1:])
    assert drawn["loss, training"].get_linestyle() != drawn["loss, held out"].get_linestyle()


def test_no_break_is_drawn_where_none_is_found():
    frame = part(flat=True)
    row = found_in(frame)
    assert not row["found"]
    top, bottom = entropy_panel(frame, row, title="t").axes
    assert not strips(top)
    assert not strips(bottom)
    assert "break" not in lines(top)


def test_a_refused_break_has_its_panel_all_the_same():
    frame = part()
    frame.loc[frame["code"] > 3, "entropies"] = None
    figure = entropy_panel(frame, found_in(frame), title="t")
    assert lines(figure.axes[0])["H(d)"].get_xdata().tolist() == [1, 2, 3]
    assert lines(figure.axes[1])["loss, training"].get_xdata().tolist() == CODES.tolist()
    figure.canvas.draw()


@pytest.mark.parametrize(
    ("dataset", "known"), [("linear-3", 3), ("digits", None), ("spectrum", None)]
)
def test_the_true_dimension_is_dashed_where_it_is_known_and_in_the_picture(dataset, known):
    frame = part(dataset)
    for axes in entropy_panel(frame, found_in(frame), title="t").axes:
        dashed = [line for line in axes.lines if is_truth(line)]
        assert [line.get_xdata()[0] for line in dashed] == ([known] if known else [])
        assert axes.get_xlim()[1] < 10


def test_dimensions_have_bands_of_codes_and_of_data():
    frame, own = part(), np.array([2.5, 2.7, 3.2])
    figure = dimension_panel(frame, own, title="t", truth=3.0)
    (axes,) = figure.axes
    drawn = lines(axes)
    y = values_of(frame, frame["dimensions"].str[0])
    np.testing.assert_allclose(drawn["codes"].get_ydata(), mean_of(y)[0])
    np.testing.assert_allclose(drawn["data"].get_ydata(), own.mean())
    for (x, low, high), of in zip(bands(axes), (y, np.repeat(own[:, None], 8, 1)), strict=True):
        np.testing.assert_allclose(x, CODES)
        np.testing.assert_allclose([low, high], mean_of(of)[1:])
    assert is_truth(drawn["true dimension"])
    assert list(drawn["true dimension"].get_ydata()) == [3, 3]
    np.testing.assert_array_equal(drawn["d itself"].get_xydata(), np.column_stack([CODES, CODES]))
    low, high = axes.get_ylim()
    assert low == 0
    assert high > max(y.max(), mean_of(own[:, None])[2][0])
    figure.canvas.draw()


@pytest.mark.parametrize("truth", [np.nan, 64.0])
def test_what_is_not_known_or_far_away_has_no_line(truth):
    (axes,) = dimension_panel(part(), np.array([2.5, 2.7, 3.2]), title="t", truth=truth).axes
    assert "true dimension" not in lines(axes)
    assert axes.get_ylim()[1] < 10


def test_scaling_has_a_line_for_each_curve():
    curves = [(f"d = {d}", np.linspace(-d, 0, 5), np.linspace(-9, 0, 5)) for d in (1, 2, 3)]
    data = ("data", np.linspace(-4, 0, 5), np.linspace(-9, 0, 5))
    figure = scaling_panel([*curves, data], title="t")
    (axes,) = figure.axes
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    drawn = lines(axes)
    assert list(drawn) == ["d = 1", "d = 2", "d = 3", "data"]
    for name, log_r, log_c in curves:
        expected = np.exp(np.column_stack([log_r, log_c]))
        np.testing.assert_allclose(drawn[name].get_xydata(), expected)
    assert len({line.get_color() for line in drawn.values()}) == 4
    figure.canvas.draw()


def test_each_digit_has_axes_with_its_curve_and_its_band_beside_the_others():
    frame = part()
    figure = digits_panel(frame, title="t")
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        str(digit) for digit in range(10)
    ]
    means = []
    for digit, axes in enumerate(figure.axes):
        mean, *ends = mean_of(values_of(frame, frame["class_entropies"].str[digit]))
        means.append(mean)
        np.testing.assert_allclose(axes.lines[0].get_xydata(), np.column_stack([CODES, mean]))
        ((x, low, high),) = bands(axes)
        np.testing.assert_allclose(x, CODES)
        np.testing.assert_allclose([low, high], ends)
    for axes in figure.axes:
        own, others = axes.lines  # the mean over all digits
        assert own.get_color() != others.get_color()
        np.testing.assert_allclose(others.get_ydata(), np.mean(means, axis=0))
    assert len({axes.get_ylim() for axes in figure.axes}) == 1
    figure.canvas.draw()


def test_digits_that_were_all_refused_have_a_panel_that_says_so():
    figure = digits_panel(part().drop(columns="class_entropies"), title="t")
    assert "refused" in figure.axes[0].get_title(loc="left")
    figure.canvas.draw()


def test_no_figure_stays_open_for_the_notebook_to_show_again():
    digits_panel(part(), title="t")
    assert not plt.get_fignums()


def test_panels_of_many_cases_are_those_without_bounds_in_their_order():
    frame = pd.concat(
        [part("linear-3"), part("spectrum"), part("linear-3").assign(code_activation="tanh")]
    )
    titles = [f.axes[0].get_title(loc="left") for f in entropy_panels(frame, breaks(frame))[:-1]]
    assert titles == ["linear-3", "spectrum"]


def whitened_alike(frame):
    """With what better kernels are made of."""
    return frame.assign(half_log_det=0.0)


def test_panels_of_one_picture_share_a_legend_outside_of_all():
    frame, images = whitened_alike(part()), part("digits")
    counts = frame.assign(rows=50)
    for *panels, legend in (
        gauge_panels(frame), first_panels(frame, images), entropy_panels(frame, breaks(frame)),
        method_panels(frame, counts), image_entropy_panels(images, breaks(images)),
    ):  # fmt: skip
        assert not any(axes.get_legend() for panel in panels for axes in panel.axes)
        shown = [text.get_text() for text in legend.legends[0].get_texts()]
        assert {"H(d)", "50 codes"} & set(shown)
        assert len(shown) == len(set(shown))


def test_gauges_have_a_panel_each_without_the_loss_that_they_share():
    figures = gauge_panels(part())[:-1]
    assert [f.axes[0].get_title(loc="left") for f in figures] == [f"linear-3, {g}" for g in GAUGES]
    assert [len(figure.axes) for figure in figures] == [1] * len(GAUGES)


def test_methods_and_numbers_of_codes_have_a_curve_each():
    frame = whitened_alike(part())
    both = pd.concat([part().assign(rows=5000), part().assign(rows=200)])
    by_method, by_count, _ = method_panels(frame, both)
    drawn = lines(by_count.axes[0])
    assert list(drawn) == ["200 codes", "5 000 codes", "true dimension"]
    assert is_truth(drawn["true dimension"])
    ways = lines(by_method.axes[0])
    assert list(ways) == [*(way for way in METHOD_LOOKS if way != "shrunk"), "true dimension"]
    looks = {(line.get_color(), line.get_linestyle()) for line in ways.values()}
    assert len(looks) == len(ways)


def test_pictures_are_in_their_order_and_their_range():
    images = np.random.default_rng(0).random((3, 4, 4))
    figure = pictures_panel(images, title="t")
    assert len(figure.axes) == 3
    for image, axes in zip(images, figure.axes, strict=True):
        (shown,) = axes.images
        np.testing.assert_array_equal(shown.get_array(), image)
        # clear where there is nothing, and grey that both pages show where there is all
        assert np.allclose(shown.cmap([0.0, 1.0]), [[0.5] * 3 + [0], [0.5] * 3 + [1]])
        # of all alike: grey does not depend on what else is in the picture
        assert shown.get_clim() == (0, 1)
    figure.canvas.draw()
