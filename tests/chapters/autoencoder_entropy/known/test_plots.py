"""Estimate against truth, and how far off it is."""

import numpy as np
import pandas as pd

from infoplane.chapters.autoencoder_entropy.known import plots as drawn_by
from tests.chapters.autoencoder_entropy.told import known


def series(axes):
    return {bars.get_label(): bars.lines[0].get_xydata() for bars in axes.containers}


def test_means_are_drawn_against_the_known_dimension_by_number_of_points():
    left, _ = drawn_by.known_panels(pd.DataFrame(known(off=0.1, high_off=-0.1)))
    drawn = series(left.axes[0])
    assert list(drawn) == ["n = 600", "n = 20000"]
    np.testing.assert_allclose(drawn["n = 600"], [[2, 2.2], [2, 2.02], [8, 7.2]])


def test_errors_are_per_cent_of_the_truth_for_each_method():
    _, right = drawn_by.known_panels(pd.DataFrame(known(off=0.1, high_off=-0.1)))
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
