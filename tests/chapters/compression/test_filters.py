"""Chapter 09: what passes the published filters, what does not, and what they make of noise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import savgol_filter

from infoplane.chapters.compression.filters import (
    LEAST,
    filtered,
    spread,
    swings,
    swings_of_noise,
)
from infoplane.errors import InputError

SIZES = (LEAST, 100, 300, 301)


def wave(n, periods, phase=0.3):
    return np.sin(2 * np.pi * (periods * np.linspace(0, 1, n) + phase))


@pytest.mark.parametrize("n", SIZES)
def test_constants_and_straight_lines_pass_unchanged(n):
    t = np.linspace(0, 1, n)
    curves = np.stack([np.full(n, 3.0), 2 * t - 5, -10 * t])
    # the low-pass forgets the start of what continues a curve, as long as the curve: 1e-7 of it
    np.testing.assert_allclose(filtered(curves), curves, rtol=0, atol=1e-5)


@pytest.mark.parametrize("n", SIZES)
def test_slow_waves_pass_and_fast_ones_vanish_away_from_the_ends(n):
    middle = slice(n // 5, -(n // 5))
    slow, fast = filtered(wave(n, 3)), filtered(wave(n, 29))
    np.testing.assert_allclose(slow[middle], wave(n, 3)[middle], atol=0.02)
    assert np.abs(fast[middle]).max() < 0.03
    assert np.abs(filtered((-1.0) ** np.arange(n))[middle]).max() < 0.03


def test_the_filters_are_stretched_with_the_curve():
    """The same wave over the training, looked at more often, comes out the same."""
    few, many = filtered(wave(100, 15)), filtered(wave(298, 15))[::3]
    np.testing.assert_allclose(few[20:-20], many[20:-20], atol=0.05)
    # and as they stand: a window of 30 of 100 is of another scale
    assert np.abs(filtered(wave(100, 15), published=100)[20:-20]).max() < 0.05


def test_it_is_linear_and_keeps_the_shape_row_by_row():
    generator = np.random.default_rng(0)
    a, b = generator.normal(size=(2, 3, 4, 120))
    assert filtered(a).shape == a.shape
    np.testing.assert_allclose(filtered(2 * a - b), 2 * filtered(a) - filtered(b), atol=1e-12)
    np.testing.assert_allclose(filtered(a)[1, 2], filtered(a[1, 2]), atol=1e-12)


def test_it_does_not_shift():
    bump = np.exp(-(((np.arange(301) - 150) / 30) ** 2))
    found = filtered(bump)
    assert found.argmax() == 150
    np.testing.assert_allclose(found, found[::-1], atol=1e-3)


def test_the_second_filter_is_what_the_first_leaves_rough():
    noise = np.random.default_rng(0).normal(size=300)
    first = savgol_filter(noise, 30, 4)
    assert spread(filtered(noise)) < spread(first) < spread(noise)


@pytest.mark.parametrize("n", [0, 5, LEAST - 1])
def test_too_few_checkpoints_are_refused(n):
    with pytest.raises(InputError, match=f"curves has {n} checkpoints: at least 60 are needed"):
        filtered(np.zeros((2, n)))


def test_what_cannot_be_filtered_is_refused():
    with pytest.raises(InputError, match="curves has 2 values that are NaN or infinite"):
        filtered(np.append(np.zeros(98), [np.nan, np.inf]))
    with pytest.raises(InputError, match=r"published=450 makes a window of 5 .*published <= 300"):
        filtered(np.zeros(60), published=450)
    with pytest.raises(InputError, match="published=10 is not accepted"):
        filtered(np.zeros(60), published=10)


def test_spread_is_that_of_noise_about_a_line():
    noise = 0.2 * np.random.default_rng(0).normal(size=(50, 400))
    line = np.linspace(0, 40, 400)
    # of 50 curves: the relative error of one is about 1.2 / sqrt(400)
    assert spread(noise + line).mean() == pytest.approx(0.2, rel=4 * 1.2 / np.sqrt(400 * 50))
    np.testing.assert_allclose(spread(noise + line), spread(noise), atol=1e-9)


@given(st.lists(st.integers(-5, 5), min_size=2, max_size=30), st.integers(0, 4))
@settings(deadline=None)
def test_swings_alternate_and_fewer_are_larger(values, least):
    rises, falls = swings(values, least=least)
    assert abs(rises - falls) <= 1
    assert swings([-v for v in values], least=least) == (falls, rises)
    assert swings(values[::-1], least=least) == (falls, rises)
    assert swings(np.repeat(values, 2), least=least) == (rises, falls)
    assert sum(swings(values, least=least + 1)) <= rises + falls
    assert (rises + falls > 0) == (max(values) - min(values) > least)


def test_swings_of_a_wave_are_its_periods():
    assert swings(np.sin(np.linspace(0, 8 * np.pi, 1001))) == (5, 4)
    assert swings(np.linspace(0, 1, 50)) == (1, 0)
    assert swings(np.ones(50)) == (0, 0)


@pytest.mark.parametrize(("n", "left"), [(60, 0.72), (300, 0.32)])
def test_of_noise_the_filters_make_thirteen_phases(n, left):
    _, falls = swings_of_noise(1.0, n, draws=200)
    # of 200 draws with a standard deviation of 1.2: three standard errors are .25
    assert falls.mean() == pytest.approx(13, abs=0.75)
    smooth = filtered(np.random.default_rng(0).normal(size=(200, n)))
    assert smooth[:, n // 10 : -n // 10].std() == pytest.approx(left, abs=0.02)


def test_noise_makes_phases_and_a_high_threshold_finds_none():
    rises, falls = swings_of_noise(0.1, 300, draws=50)
    assert rises.shape == falls.shape == (50,)
    assert (np.abs(rises - falls) <= 1).all()
    assert falls.mean() > 5
    assert not sum(map(sum, swings_of_noise(0.1, 300, least=1.0, draws=50)))
    assert not sum(map(sum, swings_of_noise(0.0, 300, draws=5, least=1e-9)))
    again = swings_of_noise(np.full(300, 0.1), 300, draws=50)
    np.testing.assert_array_equal(again[1], falls)
    # twice the noise and twice the threshold are the same
    twice = swings_of_noise(0.2, 300, draws=50, least=0.1)
    np.testing.assert_array_equal(twice[1], swings_of_noise(0.1, 300, draws=50, least=0.05)[1])


def test_what_is_below_the_noise_is_counted_with_it():
    steep = 100 * np.linspace(0, 1, 300)
    rises, falls = swings_of_noise(0.01, 300, below=steep, draws=5)
    assert (rises == 1).all()
    assert not falls.any()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"std": -1.0}, "std has shape"),
        ({"std": np.zeros(59)}, r"std has shape \(59,\)"),
        ({"std": np.zeros(60), "below": np.zeros(61)}, r"below has shape \(61,\)"),
        ({"std": 1.0, "checkpoints": 59}, "checkpoints=59"),
        ({"std": 1.0, "draws": 0}, "draws=0"),
        ({"std": 1.0, "least": -1.0}, "least=-1"),
    ],
)
def test_noise_out_of_range_is_refused(arguments, told):
    with pytest.raises(InputError, match=told):
        swings_of_noise(**{"checkpoints": 60, **arguments})
