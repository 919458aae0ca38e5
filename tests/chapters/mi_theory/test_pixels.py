"""Pixels: a bijection keeps the information, and the two curves bracket it."""

import numpy as np
import pytest

from infoplane.chapters.mi_theory.pixels import (
    _greedy,
    _held_out,
    inverse_bits,
    invertible_bits,
    pixels,
    times,
)
from infoplane.errors import InputError


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_the_scrambling_matrix_is_invertible_over_two_elements(size):
    matrix = invertible_bits(size, seed=size)
    identity = np.eye(size, dtype=int)
    assert (times(matrix, inverse_bits(matrix)) == identity).all()
    assert (times(inverse_bits(matrix), matrix) == identity).all()


def test_the_inverse_of_a_matrix_that_has_none_does_not_bring_anything_back():
    matrix = invertible_bits(8, seed=0)
    matrix[:, 3] = 0
    assert (times(matrix, inverse_bits(matrix)) != np.eye(8, dtype=int)).any()


def test_scrambling_keeps_the_whole_and_hides_the_parts():
    config = {"dataset": "digits", "images": 600, "steps": 3, "seed": 0}
    plain, hidden = (pixels({**config, "scrambled": s}) for s in (False, True))
    assert hidden["recovered"]
    assert max(hidden["map"]) < 0.25 * max(plain["map"])


def test_both_curves_find_a_label_that_three_bits_decide():
    """Y = the number that bits 4, 1, 6 spell: I of the three is H(Y) = 3 log 2."""
    bits = np.random.default_rng(0).integers(0, 2, (8000, 8))
    labels = bits[:, [4, 1, 6]] @ [4, 2, 1]
    chosen, plugin = _greedy(bits, labels, 4)
    assert set(chosen[:3]) == {4, 1, 6}
    # the plug-in bias is at most (cells - 1)/2n < 0.005; entropies are off by less than that
    np.testing.assert_allclose(plugin[:3], np.log(2) * np.arange(1, 4), atol=0.01)
    half = np.arange(4000)
    held_out = _held_out(bits[:, chosen], labels, half, half + 4000)
    values = [value for value, _ in held_out]
    # one pseudo-count in 500 images a cell costs about log(1 + 1/500) at each step
    assert values[2] == pytest.approx(3 * np.log(2), abs=0.02)
    assert values[3] == pytest.approx(values[2], abs=0.02)  # the fourth pixel adds nothing


def test_a_label_that_has_nothing_to_do_with_the_bits_gives_no_positive_bound():
    rng = np.random.default_rng(1)
    bits, labels = rng.integers(0, 2, (2000, 12)), rng.integers(0, 5, 2000)
    half = np.arange(1000)
    for value, std in _held_out(bits, labels, half, half + 1000):
        assert value < 3 * std + 0.01


def test_more_pixels_than_there_are():
    with pytest.raises(InputError, match="n_pixels=5 is more than the 3 pixels"):
        _greedy(np.zeros((10, 3), dtype=int), np.zeros(10, dtype=int), 5)
