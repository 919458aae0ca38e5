"""What a run of MINE did, in one word, by curves whose word is known."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoplane.chapters.lenet_mine.words import WORDS, summary, word

N = 1000
STEPS = np.arange(N)
ONES = np.ones(N)
NAMES = {"finite", "value", "value_std", "growth", "growth_at_most", "largest", "slope"}


def sloped(percent, level=2.0, n=N):
    """Values that change by so many % of the last half's mean in a hundred steps."""
    steps = np.arange(n)
    middle = steps[n // 2 :].mean()
    return level * (1 + percent / 100 * (steps - middle) / 100)


def grown(factor, n=N):
    """Norms of 1 in the first nine tenths, and of `factor` in the last."""
    return np.where(np.arange(n) < n - n // 10, 1.0, factor)


def replaced(values, step, value):
    changed = values.copy()
    changed[step] = value
    return changed


@pytest.mark.parametrize("what", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("step", [0, N // 2, N - 1])
def test_one_value_or_norm_that_is_not_finite_is_an_explosion(what, step):
    for values, norms in (
        (replaced(ONES, step, what), ONES),
        (ONES, replaced(ONES, step, what)),
        (replaced(0 * ONES, step, what), 0 * ONES),  # and no death
    ):
        assert word(values, norms) == "exploding"
        assert summary(values, norms) == {"finite": False} | dict.fromkeys(NAMES - {"finite"})


def test_a_gradient_explodes_above_a_hundred_times_what_it_was():
    assert word(ONES, grown(99.9)) == "converged"
    assert word(ONES, grown(100.0)) == "converged"
    assert word(ONES, grown(100.1)) == "exploding"
    # however small or large it was, and whatever the value does
    for scale in (1e-9, 1e9):
        assert word(ONES, scale * grown(99.9)) == "converged"
        assert word(ONES, scale * grown(100.1)) == "exploding"
    assert word(sloped(5.0), grown(100.1)) == "exploding"
    # a value that is not there any more has rounding for a gradient, which may grow as it likes
    assert word(0 * ONES, np.where(STEPS < N // 2, 0.0, 1e-9)) == "dead"
    assert word(0 * ONES, grown(100.1)) == "dead"


def test_growth_is_of_the_mean_of_the_last_tenth_over_the_median_of_the_first_half():
    # one step of a hundred has 9 000: a mean of 90.99, and at most 9 000
    once = replaced(ONES, N - 1, 9000.0)
    found = summary(ONES, once)
    assert found["growth"] == pytest.approx((99 + 9000) / 100)
    assert found["growth_at_most"] == 9000
    assert word(ONES, once) == "converged"
    # a start that is large for less than half of the first half does not hide it
    start = np.where(STEPS < N // 2 * 0.49, 1e6, grown(100.1))
    assert word(ONES, start) == "exploding"
    # and between the halves nothing is looked at
    assert word(ONES, np.where((STEPS >= N // 2) & (STEPS < 9 * N // 10), 1e6, 1.0)) == "converged"


def test_norms_of_nothing_are_no_division_by_zero():
    with np.errstate(all="raise"):
        assert word(0 * ONES, 0 * ONES) == "dead"
        assert word(ONES, 0 * ONES) == "converged"
        assert word(ONES, grown(1.0) - 1) == "converged"
        # from nothing to something is more than any factor
        assert word(ONES, np.where(STEPS < N // 2, 0.0, 1.0)) == "exploding"
    found = summary(0 * ONES, 0 * ONES)
    assert found == {"finite": True} | dict.fromkeys(NAMES - {"finite"}, 0.0)


@pytest.mark.parametrize("sign", [1, -1])
def test_dead_is_what_stays_at_zero_in_the_last_half(sign):
    for value, expected in ((0.99e-3, "dead"), (1.01e-3, "converged")):
        assert word(sign * value * ONES, ONES) == expected
    # a last half in which it is once away from zero; a first half does not count
    assert word(replaced(0 * ONES, N - 1, sign * 0.01), ONES) != "dead"
    assert word(np.where(STEPS < N // 2, sign * 5.0, 0.0), ONES) == "dead"
    # dead before it is moving or converged
    assert word(sign * 1e-4 * STEPS / N, ONES) == "dead"


@pytest.mark.parametrize("level", [2.0, 1e-2, 1e3, -2.0])
@pytest.mark.parametrize("direction", [1, -1])
def test_a_converged_curve_changes_by_at_most_one_percent_in_a_hundred_steps(level, direction):
    for percent, expected in ((0.99, "converged"), (1.01, "moving")):
        values = sloped(direction * percent, level)
        assert summary(values, ONES)["slope"] == pytest.approx(direction * percent / 100)
        assert word(values, ONES) == expected


@pytest.mark.parametrize("n", [200, 400, 4000])
def test_the_slope_is_of_a_hundred_steps_however_many_there_are(n):
    assert word(sloped(0.99, n=n), np.ones(n)) == "converged"
    assert word(sloped(1.01, n=n), np.ones(n)) == "moving"


def test_only_the_last_half_decides_about_convergence():
    rising = np.minimum(STEPS / (N // 2), 1.0)
    assert word(rising, ONES) == "converged"
    assert word(rising[::-1].copy(), ONES) == "moving"


def test_noise_around_a_level_has_converged():
    """The slope's standard error: sigma sqrt(12 / m^3) a step, a hundred of them, over the mean.

    With sigma a tenth of the mean and m = 2 000 steps that is 0.04 %: 1 % is 25 of them.
    """
    noise = np.random.default_rng(0).standard_normal(4000)
    values = 1 + 0.1 * noise
    assert word(values, np.ones(4000)) == "converged"
    assert abs(summary(values, np.ones(4000))["slope"]) < 4 * 100 * 0.1 * math.sqrt(12 / 2000**3)


def test_a_line_through_zero_is_moving():
    """Its mean is 0, of which no slope is a hundredth."""
    half = np.arange(-249.5, 250)
    assert half.sum() == 0
    values = np.concatenate([np.zeros(500), half / 250])
    assert word(values, ONES) == "moving"


def test_the_numbers_behind_the_word_by_hand():
    values = np.array([9.0, 9, 9, 9, 9, 9, 9, 9, 9, 9, 2, 2, 2, 2, 2, 2, 2, 2, 1, 3])
    norms = np.array([1.0, 1, 1, 1, 2, 4, 9, 9, 9, 9, 7, 7, 7, 7, 7, 7, 7, 7, 6, 12])
    found = summary(values, norms)
    assert set(found) == NAMES
    assert found["finite"] is True
    assert found["value"] == 2.0  # (1 + 3) / 2
    assert found["value_std"] == pytest.approx(1 / math.sqrt(2))
    assert found["growth"] == 3.0  # 9 over (2 + 4) / 2
    assert found["growth_at_most"] == 4.0
    assert found["largest"] == 3.0
    # sum (i - 4.5) (v_i - 2) over sum (i - 4.5)^2 = (-3.5 + 4.5) / 82.5, times 100 / 2
    assert found["slope"] == pytest.approx(50 * 1.0 / 82.5)
    assert summary(-values, norms)["largest"] == 3.0


def test_runs_of_a_few_steps_have_a_word():
    for n in (2, 3, 9):
        assert word(np.ones(n), np.ones(n)) == "converged"


CURVES = st.integers(2, 60).flatmap(
    lambda n: st.tuples(
        st.lists(st.floats(-10, 10), min_size=n, max_size=n).map(np.array),
        st.lists(st.floats(0, 1e3), min_size=n, max_size=n).map(np.array),
    )
)


@given(CURVES)
def test_every_run_has_one_word_and_its_mirror_image_the_same(curves):
    values, norms = curves
    assert word(values, norms) in WORDS
    assert word(-values, norms) == word(values, norms)


@given(CURVES, st.sampled_from([0.25, 2.0, 64.0]))
def test_the_scale_of_norms_is_no_part_of_the_word(curves, scale):
    values, norms = curves
    norms = np.round(norms) + 1  # powers of two times whole numbers: exact
    assert word(values, scale * norms) == word(values, norms)
