"""Estimate against truth, and how far off it is."""

import numpy as np
import pandas as pd

from infoplane.chapters.autoencoder_entropy.known import plots as drawn_by
from infoplane.chapters.autoencoder_entropy.settings import METHODS
from tests.chapters.autoencoder_entropy.test_plots import SEEDS, is_truth, lines
from tests.chapters.autoencoder_entropy.told import known


def series(axes):
    return {bars.get_label(): bars.lines[0].get_xydata() for bars in axes.containers}


def test_means_are_drawn_against_the_known_dimension_by_number_of_points():
    left, _, _ = drawn_by.known_panels(pd.DataFrame(known(off=0.1, high_off=-0.1)))
    drawn = series(left.axes[0])
    assert list(drawn) == ["n = 600", "n = 20 000"]
    np.testing.assert_allclose(drawn["n = 600"], [[2, 2.2], [2, 2.02], [8, 7.2]])


def test_errors_are_per_cent_of_the_truth_for_each_method():
    _, right, _ = drawn_by.known_panels(pd.DataFrame(known(off=0.1, high_off=-0.1)))
    drawn = series(right.axes[0])
    assert list(drawn) == list(drawn_by.METHODS)
    np.testing.assert_allclose(drawn["C(r)"][:, 1], [10, 1, -10])
    np.testing.assert_allclose(drawn["TwoNN"][:, 1], [20, 2, -20])
    np.testing.assert_allclose(drawn["max. likelihood"][:, 1], [30, 3, -30])


def test_a_method_that_failed_on_a_set_leaves_it_out():
    frame = pd.DataFrame(known())
    frame.loc[frame["set"] == "sphere", "mle"] = np.nan
    drawn = series(drawn_by.off_panel(frame).axes[0])
    assert len(drawn["max. likelihood"]) == 2
    assert len(drawn["C(r)"]) == 3


def test_an_interval_that_is_longer_than_the_axis_has_no_bar():
    frame = pd.DataFrame(known())
    sphere = frame["set"] == "sphere"
    frame.loc[sphere, "mle"] = np.where(frame.loc[sphere, "seed"] == 0, 0.1, 2.5)
    axes = drawn_by.off_panel(frame).axes[0]
    assert len(series(axes)["max. likelihood"]) == 2
    (alone,) = [
        line
        for line in axes.lines
        if line.get_markerfacecolor() == "none" and len(line.get_xdata())
    ]
    assert alone.get_color() == drawn_by.METHODS["max. likelihood"][1]


def bias():
    return pd.DataFrame(
        {"density": density, "n": n, "d": d, "seed": s, "bandwidth": 0.1}
        | {method: i + d / 10 + s + n / 1000 for i, method in enumerate(METHODS)}
        for density in ("uniform", "gaussian")
        for n in (100, 500)
        for d in (1, 2, 4)
        for s in SEEDS
    )


def test_errors_of_the_entropy_are_those_with_the_most_rows():
    figures = drawn_by.bias_panels(bias())
    assert [f.axes[0].get_title(loc="left") for f in figures[:-1]] == [
        "uniform, n = 500",
        "gaussian, n = 500",
    ]
    for figure in figures[:-1]:
        drawn = lines(figure.axes[0])
        for i, method in enumerate(METHODS):
            np.testing.assert_allclose(
                drawn[method].get_ydata(), [i + d / 10 + 1.5 for d in (1, 2, 4)]
            )
        assert is_truth(drawn["exact"])
        assert "(nats)" in figure.axes[0].get_ylabel()


def test_errors_of_the_entropy_against_rows_are_of_the_gaussian_alone():
    frame = bias()
    frame.loc[frame["density"] == "uniform", list(METHODS)] = 1e6
    figure, _ = drawn_by.bias_rows_panels(frame, ["plug-in"])
    drawn = lines(figure.axes[0])
    at = METHODS.index("plug-in")
    for d in (1, 2, 4):
        np.testing.assert_allclose(drawn[f"d = {d}"].get_xdata(), [100, 500])
        np.testing.assert_allclose(
            drawn[f"d = {d}"].get_ydata(), [at + d / 10 + 1.1, at + d / 10 + 1.5]
        )
    assert is_truth(drawn["exact"])
