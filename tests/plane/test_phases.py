"""Two phases of a curve: nothing is found in noise, and what is there is found in full."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from infoplane.plane.phases import change_since_peak, largest_fall, rise_to_peak
from infoplane.stats import mean_interval

# whole numbers, with which sums are exact and peaks are the same in whatever order
CURVES = hnp.arrays(
    np.float64,
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=6),
    elements=st.integers(-50, 50),
)


def test_noise_is_not_compressed():
    rng = np.random.default_rng(0)
    noise = rng.standard_normal((4000, 5, 8))  # repetitions, networks, checkpoints
    change = np.array([change_since_peak(curves).mean() for curves in noise])
    error = change.std(ddof=1) / math.sqrt(len(change))
    assert abs(change.mean()) < 3 * error
    naive = (noise[..., -1] - noise.max(axis=-1)).mean(axis=1)  # what would find compression
    assert naive.mean() < -30 * error


def test_a_fall_is_found_in_full():
    rng = np.random.default_rng(1)
    course = np.array([0.0, 1.0, 2.0, 1.5, 1.3])
    curves = course + 0.05 * rng.standard_normal((500, 5))
    change = change_since_peak(curves)
    # the peak stands out by ten standard deviations: a mean of 500 differences of two draws
    assert abs(change.mean() + 0.7) < 3 * 0.05 * math.sqrt(2 / 500)


@given(CURVES)
def test_change_is_zero_of_what_rises(curves):
    rising = np.sort(curves, axis=1) + np.arange(curves.shape[1])
    np.testing.assert_array_equal(change_since_peak(rising), 0)


@given(CURVES, st.integers(1, 5), st.integers(-9, 9), st.randoms())
def test_change_keeps_scale_and_forgets_offset_and_order(curves, scale, offset, random):
    change, half = change_since_peak(curves), len(curves) // 2
    assert change.shape == (len(curves) - half,)
    np.testing.assert_array_equal(change_since_peak(scale * curves), scale * change)
    shifted = curves.copy()
    shifted[0] += offset  # of one network only
    np.testing.assert_array_equal(change_since_peak(shifted), change)
    order = list(range(len(change)))
    random.shuffle(order)
    moved = np.concatenate([curves[:half][::-1], curves[half:][order]])
    np.testing.assert_array_equal(change_since_peak(moved), change[order])


@given(CURVES, st.integers(0, 5))
def test_a_measured_curve_has_no_part_in_where_the_peak_is(curves, place):
    """What it is at other checkpoints than its end and the peak of the others is nothing."""
    change = change_since_peak(curves)
    peak = int(curves[: len(curves) // 2].sum(axis=0).argmax())
    place %= curves.shape[1]
    changed = curves.copy()
    changed[-1, place] += 1000
    moved = 1000 * ((place == curves.shape[1] - 1) - (place == peak))
    assert change_since_peak(changed)[-1] == change[-1] + moved


def test_the_interval_over_networks_holds_on_noise():
    """95 % intervals of 20 networks with nothing but noise: false in 5 %, not more."""
    rng = np.random.default_rng(3)
    found = []
    for _ in range(1000):
        _, low, high = mean_interval(change_since_peak(rng.standard_normal((20, 30))))
        found.append(low > 0 or high < 0)
    assert np.mean(found) < 0.05 + 3 * math.sqrt(0.05 * 0.95 / 1000)


@given(CURVES)
def test_rise_and_fall_have_one_peak(curves):
    half = len(curves) // 2
    both = rise_to_peak(curves) + change_since_peak(curves)
    np.testing.assert_array_equal(both, curves[half:, -1] - curves[half:, 0])


def test_a_rise_is_found_in_noise_as_often_as_a_fall():
    noise = np.random.default_rng(0).standard_normal((4000, 8))
    rise = rise_to_peak(noise)
    assert abs(rise.mean()) < 4 * math.sqrt(2 / len(rise))
    assert (rise < 0).any()


def test_a_fall_on_the_way_is_found_by_one_half_and_measured_by_the_other():
    """Up to 4, down by 2, up to 9: the course ends at its peak, and has fallen all the same."""
    course = np.array([0.0, 4.0, 3.0, 2.0, 6.0, 9.0])
    change, places = largest_fall(np.stack([course, course, course + 1, 2 * course]))
    assert places == (1, 3)
    assert change.tolist() == [-2, -4]


def test_noise_has_no_fall_on_the_way_in_the_mean():
    rng = np.random.default_rng(0)
    changes = [largest_fall(rng.normal(size=(6, 20)))[0].mean() for _ in range(300)]
    # a change has the standard deviation sqrt(2), a mean of three and then 300 of them .047
    assert abs(np.mean(changes)) < 4 * np.sqrt(2 / 3 / 300)


def test_a_course_that_only_rises_has_no_fall():
    change, (start, end) = largest_fall(np.arange(12.0).reshape(3, 4))
    assert start == end
    assert change.tolist() == [0, 0]
