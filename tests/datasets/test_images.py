"""Images of latents: what a pixel is, what can be read back, how volumes change."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infoplane.datasets import images
from infoplane.errors import InputError

# Pixels, and their products, are rounded to float32 three times.
ROUNDED = float(4 * np.finfo(np.float32).eps)

few = settings(max_examples=30, deadline=None)
seeds = st.integers(0, 10**6)


def latents(seed, n, k):
    return np.random.default_rng(seed).random((n, k))


def covered(low, high, pixel, side):
    return max(0.0, min(high, (pixel + 1) / side) - max(low, pixel / side)) * side


@few
@given(seeds, st.integers(2, 20))
def test_a_pixel_of_a_bump_is_the_formula(seed, side):
    u = latents(seed, 3, 2)
    pictures = images.bumps(u, side=side)
    assert pictures.shape == (3, side, side)
    assert pictures.dtype == np.float32
    for n, i, j in np.ndindex(pictures.shape):
        x, y = i / (side - 1), j / (side - 1)
        expected = math.exp(-10 * ((x - u[n, 0]) ** 2 + (y - u[n, 1]) ** 2))
        assert pictures[n, i, j] == pytest.approx(expected, rel=ROUNDED)


@few
@given(seeds, st.integers(1, 40))
def test_a_pixel_of_a_rectangle_is_its_covered_area(seed, side):
    u = latents(seed, 2, 4)
    (left, right), (low, high) = images.segments(u[:, :2]), images.segments(u[:, 2:])
    pictures = images.rectangles(u, side=side)
    assert pictures.shape == (2, side, side)
    assert pictures.dtype == np.float32
    for n, i, j in np.ndindex(pictures.shape):
        area = covered(left[n], right[n], i, side) * covered(low[n], high[n], j, side)
        # Ends are near 1, and side of them make a pixel: rounded in float64.
        assert pictures[n, i, j] == pytest.approx(area, rel=ROUNDED, abs=4 * side * 2e-16)
    total = pictures.sum(axis=(1, 2), dtype=np.float64)
    assert np.allclose(total, (right - left) * (high - low) * side**2, rtol=ROUNDED)


def test_pixels_stay_between_black_and_white_at_the_corners():
    corners = np.stack(np.meshgrid(*[[0.0, 0.5, 1.0]] * 4), axis=-1).reshape(-1, 4)
    for pictures in (images.rectangles(corners), images.bumps(corners[:, :2])):
        assert pictures.min() >= 0
        assert pictures.max() <= 1
    assert (images.rectangles([[0, 1, 0, 1]]) == 1).all()
    smallest = images.rectangles([[0, 0, 1, 1]])[0]  # at its place the other segment is as small
    assert smallest[:2, -2:].sum() == pytest.approx(4, rel=ROUNDED)
    assert smallest.sum() == pytest.approx(4, rel=ROUNDED)


def test_latents_of_bumps_can_be_read_back():
    u = latents(0, 200, 2)
    logs = np.log(images.bumps(u).astype(np.float64))  # (n, 16, 16)
    first = logs[:, 1, 8] - logs[:, 0, 8]  # 10 (2 u_1 - h) h, with h the step of the grid
    second = logs[:, 8, 1] - logs[:, 8, 0]
    h = 1 / 15
    found = (np.stack([first, second], axis=1) / (10 * h) + h) / 2
    # Two pixels, each rounded three times, over 20 h.
    assert np.abs(found - u).max() < 2 * ROUNDED / (20 * h)


@pytest.mark.parametrize("side", [32, 45])
def test_latents_of_rectangles_can_be_read_back(side):
    """The brightest pixel of a row is that row's share of the first segment, as the other one
    covers a whole pixel; the shares sum to the length, and the first says where it begins."""
    u, m = latents(1, 500, 4), images.SMALLEST
    pictures = images.rectangles(u, side=side).astype(np.float64)
    assert (pictures.max(axis=(1, 2)) >= 1 - ROUNDED).all()
    for k, axis in ((0, 2), (2, 1)):
        shares = pictures.max(axis=axis)  # (n, side)
        length = shares.sum(axis=1) / side
        begins = (shares > 0).argmax(axis=1)
        left = (begins + 1 - shares[np.arange(len(u)), begins]) / side
        room = 1 - left - m
        first, second = 1 - (1 - left / (1 - m)) ** 2, (length - m) / room
        # d u_1 / d left is at most 2 / (1 - m) < 2.2, and left wrong by ROUNDED / side.
        assert np.abs(first - u[:, k]).max() < 3 * ROUNDED / side
        # As many as side shares, each ROUNDED, are added and divided by side.
        assert (np.abs(second - u[:, k + 1]) * room).max() < 2 * ROUNDED


@few
@given(seeds)
def test_swapped_axes_are_transposed_images(seed):
    u = latents(seed, 4, 4)
    assert np.array_equal(images.bumps(u[:, 1::-1]), images.bumps(u[:, :2]).transpose(0, 2, 1))
    swapped = images.rectangles(u[:, [2, 3, 0, 1]])
    assert np.array_equal(swapped, images.rectangles(u).transpose(0, 2, 1))


def test_segments_are_uniform_on_their_triangle():
    """left and the gap 1 - right are then exchangeable, each with the mean (1 - m) / 3."""
    n, m = 40_000, images.SMALLEST
    left, right = images.segments(latents(2, n, 2))
    assert (right - left).min() >= m - 1e-15
    assert right.max() <= 1
    parts = np.stack([left, 1 - right, right - left - m]) / (1 - m)
    # Dirichlet(1, 1, 1): mean 1/3, variance 1/18, mean square 1/6 with a variance below 1/15.
    assert np.abs(parts.mean(axis=1) - 1 / 3).max() < 4 * math.sqrt(1 / 18 / n)
    assert np.abs((parts**2).mean(axis=1) - 1 / 6).max() < 4 * math.sqrt(1 / 15 / n)


@pytest.mark.parametrize(
    ("draw", "log_volume", "k", "side", "longest"),
    [
        (images.bumps, images.bumps_log_volume, 2, 16, 0.9),
        (images.bumps, images.bumps_log_volume, 2, 5, 0.9),
        (images.rectangles, images.rectangles_log_volume, 4, 32, 0.9),
        (images.rectangles, images.rectangles_log_volume, 4, 32, 0.1),  # sides of 2 to 5 pixels
    ],
)
def test_volume_against_differences(draw, log_volume, k, side, longest):
    u, step = 0.01 + 0.89 * latents(3, 60, k), 1e-3
    u[:, 1::2] *= longest
    slopes = [
        (draw(u + move, side=side).astype(np.float64) - draw(u - move, side=side)) / (2 * step)
        for move in step * np.eye(k)
    ]
    jacobian = np.stack(slopes, axis=-1).reshape(len(u), -1, k)
    expected = np.linalg.slogdet(jacobian.mT @ jacobian)[1] / 2
    errors = np.abs(log_volume(u, side=side) - expected)
    # Squares of the step times third derivatives, and float32 over the step: 1e-4. Where an edge
    # enters a pixel within the step the difference straddles two slopes: in less than half of
    # the rectangles, so that their median is asked for.
    assert np.median(errors) < 1e-3
    if draw is images.bumps:
        assert errors.max() < 1e-3


def test_rectangles_of_two_whole_pixels_a_side_have_a_flat_volume():
    corners = [[0, 0, 0, 0], [0, 0, 1, 1]]
    assert (images.rectangles_log_volume(corners) == -math.inf).all()
    assert np.isfinite(images.rectangles_log_volume([[0, 0, 0, 0.1], [0.1, 0, 0.1, 0]])).all()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: images.bumps([[0.5, 0.5, 0.5]]), r"u has shape \(1, 3\): \(n, 2\)"),
        (lambda: images.rectangles([0.5] * 4), r"u has shape \(4,\): \(n, 4\)"),
        (lambda: images.bumps([[0.5, -0.1]]), r"u=-0.1 is outside \[0, 1\]"),
        (lambda: images.rectangles([[0.5, 0.5, math.nan, 0.5]]), "u=nan is outside"),
        (lambda: images.bumps([["a", "b"]]), "u has .* dtype <U1: pass numbers"),
        (lambda: images.bumps(np.full((1, 2), 0.5 + 1j)), "u has dtype complex128"),
        (lambda: images.rectangles([[0.5j] * 4]), "u has dtype complex128"),
        (lambda: images.bumps([[0.5, 0.5]], side=1), "side=1 .*>= 2"),
        (lambda: images.rectangles([[0.5] * 4], side=0), "side=0 .*>= 1"),
        (lambda: images.rectangles_log_volume([[0.5] * 4], side=31), "side=31 .*>= 32"),
        (lambda: images.segments([[0.5]]), r"u has shape \(1, 1\): \(n, 2\)"),
    ],
)
def test_bad_input(call, sentence):
    with pytest.raises(InputError, match=sentence):
        call()
