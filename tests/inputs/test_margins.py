"""Maps of single columns: monotone, free of units, ties kept, and as the formulas say."""

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import kstest

from infoplane.errors import InputError
from infoplane.inputs.columns import standardized
from infoplane.inputs.margins import MARGINS, check_margins, robust, transformed

ROWS = np.random.default_rng(0).standard_normal((501, 3)) * [1, 1e-3, 1e3] + [0, 7, -1e4]


@pytest.mark.parametrize("margins", MARGINS)
def test_maps_are_increasing_and_keep_ties(margins):
    a = np.concatenate([ROWS, ROWS[:50], np.rint(ROWS)])
    b = transformed(a, margins)
    assert b.dtype == np.float64
    assert b.shape == a.shape
    for old, new in zip(a.T, b.T, strict=True):
        _, first, of = np.unique(old, return_index=True, return_inverse=True)
        assert (np.diff(new[first]) > 0).all()
        np.testing.assert_array_equal(new, new[first][of])  # equal to the bit
    rows = np.random.default_rng(1).permutation(len(a))
    np.testing.assert_allclose(transformed(a[rows], margins), b[rows], rtol=0, atol=1e-10)


@pytest.mark.parametrize("margins", MARGINS[1:])
@pytest.mark.parametrize("unit", [2.0**900, 2.0**-900])
def test_units_of_powers_of_two_change_no_bit(margins, unit):
    np.testing.assert_array_equal(transformed(unit * ROWS, margins), transformed(ROWS, margins))


def test_maps_are_those_of_the_formulas():
    np.testing.assert_array_equal(transformed(ROWS, "raw"), ROWS)
    np.testing.assert_array_equal(transformed(ROWS, "standardized"), standardized(ROWS)[0])
    middle = np.median(ROWS, axis=0)
    scale = 1.4826 * np.median(np.abs(ROWS - middle), axis=0)
    want = np.arcsinh((ROWS - middle) / scale)
    want = (want - want.mean(axis=0)) / want.std(axis=0)
    np.testing.assert_allclose(transformed(ROWS, "asinh"), want, rtol=1e-9, atol=1e-9)
    x = np.array([[3.0], [1.0], [1.0], [8.0]])
    np.testing.assert_allclose(
        transformed(x, "normal-scores")[:, 0], ndtri([2.5 / 4, 1 / 4, 1 / 4, 3.5 / 4])
    )


def test_one_outlier_changes_no_score_and_asinh_by_its_logarithm():
    far = ROWS.copy()
    i = far[:, 0].argmax()
    before, bulk = transformed(far, "normal-scores"), np.arange(501) != i
    far[i, 0] = 1e290
    np.testing.assert_array_equal(transformed(far, "normal-scores"), before)
    seen = transformed(far[:, :1], "asinh")
    assert seen[i, 0] < np.sqrt(501)
    assert len(np.unique(seen)) == 501
    # standardized, the others are one point
    assert np.ptp(transformed(far[:, :1], "standardized")[bulk]) < 1e-280


def test_most_values_equal_still_have_a_scale():
    x = np.where(np.arange(300) % 3, 0.0, np.arange(300.0))[:, None]
    centred, scale = robust(x)
    # of the values 3, 6, ... 297 beside the zeros the median, in units of the next power of two
    assert scale == pytest.approx(1.4826 * 150 / 512)
    assert centred.max() == 297 / 512
    assert np.isfinite(transformed(x, "asinh")).all()


def test_random_scores_are_a_gaussian_sample_in_the_order_of_the_data():
    x = ROWS**3
    scores = transformed(x, "normal-scores", np.random.default_rng(2))
    np.testing.assert_array_equal(np.argsort(scores, axis=0), np.argsort(x, axis=0))
    assert kstest(scores[:, 0], "norm").pvalue > 0.001
    # the gaps of a sample scatter like themselves, those of even scores hardly
    gaps, even = (np.diff(np.sort(s[:, 0]))[200:300] for s in (scores, transformed(x, MARGINS[3])))
    assert gaps.std() > 0.7 * gaps.mean()
    assert even.std() < 0.1 * even.mean()
    x[1] = x[0]
    tied = transformed(x, "normal-scores", np.random.default_rng(2))
    np.testing.assert_array_equal(tied[0], tied[1])


@pytest.mark.parametrize("margins", ["ranks", None, True, 1])
def test_other_names_are_refused(margins):
    with pytest.raises(InputError, match=r"margins=.*raw, standardized, asinh, normal-scores"):
        check_margins(margins)
