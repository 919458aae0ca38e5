"""Figures of chapter 03: every estimator looks the same everywhere, and truths are dashed."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection

from infoplane import plots
from infoplane.chapters.mine_gaussian.plots import (
    CORRECTIONS,
    WAYS,
    beside_panels,
    correction_panels,
    map_panels,
    name,
    rho_panels,
    share_panels,
    stair_error_panels,
    stair_maps,
    stair_panels,
)
from infoplane.chapters.mine_gaussian.settings import BOOK_RATE, PLAIN_RATE, SETTINGS
from infoplane.chapters.mine_gaussian.tables import pooled
from infoplane.plots.series import as_csv

BOUNDS = ["dv", "infonce"]


def lines(axes):
    return {line.get_label(): line for line in axes.lines}


def is_truth(line):
    return (line.get_linestyle(), line.get_color()) == ("--", plots.INK)


def table():
    """Errors of `place` nats at two correlations, three seeds whose mean is 1."""
    kinds = [("mine", "fixed"), ("mine", "fresh"), ("dv", "fixed"), ("ksg", "fixed")]
    rows = [
        {"estimator": e, "sample": s, "d": d, "rho": rho, "seed": seed, "truth": 2 * d * rho}
        | {"value": 2 * d * rho + place + seed, "relative": (place + seed) / (2 * d * rho)}
        for place, (e, s) in enumerate([*kinds, ("cca", "fixed")])
        for d in (2, 20)
        for rho in (0.9, 0.5)
        for seed in (0.0, 1.0, 2.0)
    ]
    return pd.DataFrame(rows).sample(frac=1, random_state=0)


def test_estimators_have_their_names():
    assert [name(e) for e in ("mine", "infonce", "smile(5)")] == ["MINE", "InfoNCE", "SMILE(5)"]


def named(legend):
    """What a panel that is a legend names."""
    (drawn,) = legend.legends
    return {text.get_text() for text in drawn.get_texts()}


def marks(axes):
    """The means of error bars by their names."""
    return {bars.get_label(): bars.lines[0] for bars in axes.containers}


def test_means_and_truths_over_the_correlation():
    *panels, legend = rho_panels(table())
    assert named(legend) == {"MINE, fixed", "MINE, fresh", "exact"}
    for d, figure in zip((2, 20), panels, strict=True):
        assert figure.legends == []
        assert figure.axes[0].get_legend() is None
        drawn = marks(figure.axes[0])
        for place, label in enumerate(("MINE, fixed", "MINE, fresh")):
            np.testing.assert_allclose(
                drawn[label].get_ydata(), [d + place + 1, 1.8 * d * 1 + place + 1]
            )
            assert drawn[label].get_color() == plots.COLORS["mine"]
            assert drawn[label].get_linestyle() == "None"  # the truth bends between the means
        exact = lines(figure.axes[0])["exact"]
        assert is_truth(exact)
        assert len(exact.get_xdata()) == 200
        for rho, nats in exact.get_xydata()[[0, -1]]:
            assert nats == pytest.approx(-d / 2 * np.log(1 - rho**2))
        np.testing.assert_allclose(exact.get_xdata()[[0, -1]], [0.5, 0.9])


def test_estimators_stand_beside_each_other_in_their_colours():
    drawn = marks(beside_panels(table())[0].axes[0])
    colors = {label: drawn[label].get_color() for label in ("MINE", "KSG", "CCA")}
    assert colors == {e.upper(): plots.COLORS[e] for e in ("mine", "ksg", "cca")}


def test_shares_are_in_a_map_with_fresh_samples_in_a_row_of_their_own():
    figure, _ = share_panels(table())
    axes = figure.axes[0]
    assert axes.get_title(loc="left") == "d = 2"
    rows = {label.get_text() for label in axes.get_yticklabels()}
    assert rows == {"MINE", "MINE, fresh", "DV, sep.", "KSG", "CCA"}
    assert [label.get_text() for label in axes.get_xticklabels()] == ["2", "3.6"]
    order = [label.get_text() for label in axes.get_yticklabels()]
    values = np.reshape(axes.collections[0].get_array(), (5, 2))
    np.testing.assert_allclose(values[order.index("MINE")], [50, 100 / 3.6])


def test_shares_have_both_signs_of_the_correlation_in_one():
    negative = table().assign(rho=-table()["rho"], relative=0.0)
    figure, _ = share_panels(pd.concat([table(), negative]))
    order = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    values = np.reshape(figure.axes[0].collections[0].get_array(), (5, 2))
    np.testing.assert_allclose(values[order.index("MINE")], [25, 50 / 3.6])


def test_numbers_on_a_map_have_their_sign_and_a_size_to_read():
    axes = share_panels(table())[0].axes[0]
    assert {text.get_text() for text in axes.texts} >= {"+50", "+28"}
    assert {text.get_fontsize() for text in axes.texts} == {plots.SMALL}


def test_a_rounded_zero_has_no_sign():
    figure, _ = share_panels(table().assign(relative=-0.001))
    assert {text.get_text() for text in figure.axes[0].texts} == {"0"}


def test_steps_of_the_staircase_are_a_map_of_means():
    rows = [
        {"bound": bound, "information": nats, "seed": s, "bias": s - place, "std": 0.5 + s}
        for place, bound in enumerate(BOUNDS)
        for nats in (2.0, 4.0)
        for s in (0, 1)
    ]
    bias, spread = (figure.axes[0] for figure in stair_maps(pd.DataFrame(rows)))
    np.testing.assert_allclose(np.ravel(bias.collections[0].get_array()), [0.5, 0.5, -0.5, -0.5])
    np.testing.assert_allclose(np.ravel(spread.collections[0].get_array()), [1.0] * 4)
    assert [label.get_text() for label in bias.get_yticklabels()] == ["DV, sep.", "InfoNCE"]
    assert bias.collections[0].get_clim() == (-4, 4)


def test_every_way_has_its_seeds_and_its_mean_in_every_setting():
    rows = [
        {"d": d, "rho": rho, "batch": b, "clipped": clipped, "rate": rate, "seed": s}
        | {"held_out": 0.1 * s - clipped, "batch_value": 0.2 * s}
        for d, rho, b in SETTINGS
        for clipped in (False, True)
        for rate in (BOOK_RATE, PLAIN_RATE)
        for s in (0.0, 1.0, 2.0)
    ]
    *panels, legend = correction_panels(pd.DataFrame(rows))
    assert named(legend) == {*WAYS, "no error"}
    curves = [row["curve"] for row in csv.DictReader(io.StringIO(as_csv([*panels, legend])))]
    # each dot knows whose it is
    assert set(curves) == {*WAYS, *(f"{way}, each" for way in WAYS), "no error"}
    assert len({curves.count(way) for way in WAYS}) == 1
    for figure in panels:
        (axes,) = figure.axes
        dots = [d.get_offsets() for d in axes.collections if isinstance(d, PathCollection)]
        assert sum(map(len, dots)) == len(rows)
        assert is_truth(lines(axes)["no error"])
        assert axes.get_legend() is None
        assert len(axes.get_yticklabels()) == len(SETTINGS)
        figure.canvas.draw()
    assert len(panels) == len(CORRECTIONS)


def climbs():
    rows = [
        {"bound": bound, "information": nats, "seed": s, "steps": 20, "step": [0, 10, 20]}
        | {"train": [0.0, nats / 2 + s, nats + s], "train_std": [0.0, 0.5, 0.5]}
        for bound in BOUNDS
        for nats in (4.0, 2.0)
        for s in (0.0, 1.0)
    ]
    return pd.DataFrame(rows)


def test_the_staircase_goes_on_where_the_last_step_ended():
    for bound, figure in zip(BOUNDS, stair_panels(climbs(), BOUNDS), strict=True):
        (axes,) = figure.axes
        truths = [line for line in axes.lines if is_truth(line)]
        assert [tuple(line.get_ydata()) for line in truths] == [(2, 2), (4, 4)]
        assert [tuple(line.get_xdata()) for line in truths] == [(0, 20), (20, 40)]
        means = [line for line in axes.lines if line.get_color() != plots.INK]
        np.testing.assert_allclose(means[1].get_xydata(), [[30, 2.5], [40, 4.5]])
        ceilings = [t.get_text() for t in axes.texts]
        assert ceilings == (["log 64"] if bound == "infonce" else [])


def test_a_spread_is_averaged_on_the_axis_it_is_drawn_on():
    rows = [
        {"bound": "nwj", "information": nats, "seed": s, "bias": s - 1, "std": std}
        for nats in (2.0, 4.0)
        for s, std in ((0, 1.0), (1, 100.0))
    ]
    *panels, legend = stair_error_panels(pd.DataFrame(rows))
    assert named(legend) == {"NWJ", "no bias"}
    bias, spread = (figure.axes[0] for figure in panels)
    np.testing.assert_allclose(lines(bias)["NWJ"].get_ydata(), [-0.5, -0.5])
    np.testing.assert_allclose(lines(spread)["NWJ"].get_ydata(), [10, 10])
    assert is_truth(lines(bias)["no bias"])


def test_the_map_is_of_fixed_samples_in_per_cent():
    figure, _, legend = map_panels(pooled(table().assign(error=0.0)))
    assert named(legend) == {"MINE", "DV, separable", "KSG", "CCA", "no error"}
    (axes,) = figure.axes
    (mine,) = (c for c in axes.containers if c.get_label() == "MINE")
    np.testing.assert_allclose(mine.lines[0].get_ydata(), [50, 100 / 3.6])
    assert {c.get_label() for c in axes.containers} == {"MINE", "DV, separable", "KSG", "CCA"}
    zones = ["do not\nuse", "biased", "trust", "biased", "do not\nuse"]
    assert [t.get_text() for t in axes.texts] == zones
    marks_of = marks(axes)
    at = [marks_of[who].get_xdata() for who in marks_of]
    assert len({x[0] for x in at}) == len(at)  # none hides another
    assert is_truth(lines(axes)["no error"])


def test_the_truth_alone_is_dashed():
    (figure, *_) = map_panels(pooled(table().assign(error=0.0)))
    dashed = [line for line in figure.axes[0].lines if line.get_linestyle() == "--"]
    assert [line.get_label() for line in dashed] == ["no error"]
    mine, separable = (marks(figure.axes[0])[who] for who in ("MINE", "DV, separable"))
    assert mine.get_color() == separable.get_color()
    assert mine.get_linestyle() != separable.get_linestyle()
    assert mine.get_fillstyle() != separable.get_fillstyle()
