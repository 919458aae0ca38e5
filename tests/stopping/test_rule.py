import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoplane.errors import InputError
from infoplane.stopping.rule import after_peak, stop_at

# Small integers: ties are frequent, and sums and differences are exact.
curves = st.lists(st.integers(0, 6), min_size=1, max_size=30).map(lambda c: np.array(c, float))


@pytest.mark.parametrize(
    ("profile", "options", "best", "stopped"),
    [
        ([3, 1, 2, 1], {"patience": 2}, 1, 3),  # as low as the best is no improvement
        ([3, 1, 2, 0], {"patience": 2}, 3, -1),  # in the last moment
        ([3, 1, 2, 2, 0], {"patience": 2}, 1, 3),  # too late
        ([5, 4, 3, 2, 1], {"patience": 1}, 4, -1),
        ([1, 1], {"patience": 1}, 0, 1),
        ([1], {"patience": 1}, 0, -1),
        ([8, 6, 4, 2], {"patience": 2, "min_improvement": 2}, 2, -1),  # 8 to 6 is not more than 2
        ([8, 7, 6, 5, 4], {"patience": 3, "min_improvement": 2}, 3, -1),  # but 8 to 5 is
        ([0, 5, 4, 6, 6], {"patience": 2, "start": 1}, 2, 4),  # the 0 does not count
        ([np.inf, np.inf, 1], {"patience": 3}, 2, -1),
    ],
)
def test_patience_by_hand(profile, options, best, stopped):
    assert stop_at(profile, **options) == (best, stopped)


@given(curve=curves, patience=st.integers(1, 6), least=st.integers(0, 3), data=st.data())
def test_the_rule_as_a_loop(curve, patience, least, data):
    start = data.draw(st.integers(0, len(curve) - 1))
    best, stopped = start, -1
    for i in range(start + 1, len(curve)):
        if curve[i] < curve[best] - least:
            best = i
        if i - best == patience:
            stopped = i
            break
    assert stop_at(curve, patience=patience, min_improvement=least, start=start) == (best, stopped)


@given(curve=curves, patience=st.integers(1, 6), least=st.integers(0, 3))
def test_the_rule_is_causal_and_has_no_unit(curve, patience, least):
    told = stop_at(curve, patience=patience, min_improvement=least)
    scaled = stop_at(4 * curve - 7, patience=patience, min_improvement=4 * least)
    assert scaled == told
    if told.stopped >= 0:
        cut = stop_at(curve[: told.stopped + 1], patience=patience, min_improvement=least)
        assert cut == told
        assert told.stopped - told.best == patience


@given(curve=curves, checks=st.integers(1, 5))
def test_the_peak_as_a_loop(curve, checks):
    peak = 0
    for i, value in enumerate(curve):
        if i - peak >= checks and max(curve[peak + 1 : peak + 1 + checks]) < curve[peak]:
            break
        if value >= curve[peak]:
            peak = i
    assert after_peak(curve, checks=checks) == peak


@pytest.mark.parametrize(
    ("curve", "peak"),
    [
        ([0, 0, 0, 0, 0], 4),  # nothing learned, nothing passed
        ([0, 1, 2, 3, 4], 4),
        ([4, 3, 4, 3, 4], 4),
        ([0, 3, 1, 2, 9], 1),  # passed, and what follows is no peak
        ([0, 3, 1, 4, 2], 3),
    ],
)
def test_a_peak_is_passed_by_two_checks_below_it(curve, peak):
    assert after_peak(curve, checks=2) == peak


def test_many_curves_are_each_curve():
    rng = np.random.default_rng(0)
    i_x, profile = rng.integers(0, 9, size=(2, 5, 4, 30))
    start = after_peak(i_x, checks=3)
    best, stopped = stop_at(profile, patience=3, min_improvement=1, start=start)
    assert best.shape == (5, 4)
    for where in np.ndindex(5, 4):
        alone = after_peak(i_x[where], checks=3)
        told = stop_at(profile[where], patience=3, min_improvement=1, start=alone)
        assert (start[where], best[where], stopped[where]) == (alone, *told)


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda: stop_at([], patience=1), r"profile has shape \(0,\)"),
        (lambda: stop_at([1.0, np.nan], patience=1), "profile is NaN at check 1"),
        (lambda: stop_at([1.0], patience=0), "patience=0"),
        (lambda: stop_at([1.0], patience=1, start=1), "start=1 is not among the 1 checks"),
        (lambda: stop_at([1.0, 2.0], patience=1, start=0.7), "start has shape .* dtype float64"),
        (lambda: stop_at([1.0, 2.0], patience=1, start="one"), "start has shape .* dtype <U3"),
        (lambda: stop_at(np.ones((2, 3)), patience=1, start=[0, 0, 0]), r"each curve, \(2,\)"),
        (lambda: stop_at(["a", "b"], patience=1), "profile has .* pass numbers"),
        (lambda: stop_at([[1.0], [1.0, 2.0]], patience=1), "profile is no array"),
        (lambda: after_peak(["a"], checks=1), "information_x has .* pass numbers"),
        (lambda: after_peak(1.0, checks=1), r"information_x has shape \(\)"),
        (lambda: after_peak([1.0], checks=0), "checks=0"),
    ],
)
def test_bad_curves(ask, told):
    with pytest.raises(InputError, match=told):
        ask()
