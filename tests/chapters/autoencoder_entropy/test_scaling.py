"""Correlation integrals in records: windows in order, gaps where pairs are few, short curves."""

import json

import numpy as np
import pytest

from infoplane.chapters.autoencoder_entropy.scaling import (
    LEAST_PAIRS,
    POINTS,
    SCALES,
    curve,
    scales,
)
from infoplane.dimension.correlation import correlation_integral
from infoplane.records.store import plain


def square(n):
    return correlation_integral(np.random.default_rng(0).random((n, 2)))


@pytest.mark.parametrize("n", [70, 100, 101, 317, 400, 1001])
def test_windows_without_pairs_have_no_dimension(n):
    integral = square(n)
    found = scales(integral)
    pairs = n * (n - 1) / 2
    fine, *windows = found["dimensions"]
    assert fine == integral.dimension().value
    assert found["window"] == list(integral.dimension().window)
    for value, std, window in zip(windows, found["dimension_stds"][1:], SCALES, strict=True):
        if pairs * window[0] < LEAST_PAIRS:
            assert value is std is None
        else:
            own = integral.dimension(window)
            assert (value, std) == (own.value, own.std)
    # so that the cases are there: none, one, two and three windows
    assert sum(v is not None for v in windows) == {70: 0, 100: 0, 101: 1, 317: 2, 400: 2}.get(n, 3)


def test_windows_go_from_fine_to_coarse():
    """A plane with noise of 0.02: three dimensions where r is below it, two above."""
    rng = np.random.default_rng(1)
    rows = np.hstack([rng.random((4000, 2)), 0.02 * rng.standard_normal((4000, 1))])
    _, *windows = scales(correlation_integral(rows))["dimensions"]
    assert windows[0] > 2.8 > windows[1] > 2.3 > windows[2] > 1.7
    lows, highs = zip(*SCALES, strict=True)
    assert list(lows) == sorted(lows)
    assert lows[1:] == highs[:-1]


def test_a_curve_is_a_part_of_the_whole_with_both_ends():
    integral = square(500)
    found = {name: np.asarray(values) for name, values in curve(integral).items()}
    log_r, log_c, _ = integral.curve()
    assert set(found) == {"log_r", "log_c"}
    assert 20 < len(found["log_r"]) == len(found["log_c"]) <= POINTS
    assert (np.diff(found["log_r"]) > 0).all()
    assert (np.diff(found["log_c"]) >= 0).all()
    for name, whole in (("log_r", log_r), ("log_c", log_c)):
        # rounded to four digits
        assert found[name][[0, -1]] == pytest.approx(whole[[0, -1]], abs=5.1e-5)
    # every point is one of the curve's
    near = np.abs(found["log_r"][:, None] - log_r).argmin(axis=1)
    np.testing.assert_allclose(found["log_c"], log_c[near], atol=5.1e-5)
    assert found["log_c"][-1] == 0  # all pairs


def test_records_can_hold_it():
    integral = square(120)
    json.dumps(plain(scales(integral) | curve(integral)), allow_nan=False)
