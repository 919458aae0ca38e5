"""Sets of rows as bits; the answers themselves are compared with all pairs in test_balls.py."""

import numpy as np
import pytest

from infoplane.estimators.neighbors import boxes


@pytest.mark.parametrize("word", [0, 1, 2**63, 2**64 - 1, 0x5555555555555555, 0xF0F0F0F00000001])
def test_ones_of_a_word(word):
    assert boxes._ones(np.uint64(word)) == word.bit_count()


@pytest.mark.parametrize("columns", [1, 2, 3])
@pytest.mark.parametrize("start", [0, 64 * boxes.WORDS])
def test_bits_of_a_block_are_the_rows_within_all_intervals_of_ranks(columns, start):
    rng = np.random.default_rng(0)
    n = 64 * boxes.WORDS + 130  # so that the second block is not full
    order = np.stack([rng.permutation(n) for _ in range(columns)])
    low, high = np.sort(rng.integers(n + 1, size=(2, columns, 7)), axis=0).astype(np.int32)
    bits = np.empty((7, boxes.WORDS), np.uint64)
    boxes._inside(order, start, low, high, bits)
    rank = np.argsort(order, axis=1)[:, start : start + 64 * boxes.WORDS]
    by_hand = ((low[:, :, None] <= rank[:, None]) & (rank[:, None] < high[:, :, None])).all(axis=0)
    inside = np.unpackbits(bits.view(np.uint8), axis=1, bitorder="little")
    np.testing.assert_array_equal(inside[:, : rank.shape[1]], by_hand)
    assert not inside[:, rank.shape[1] :].any()


def test_the_bound_lies_just_above_the_distance_among_a_part():
    a = np.random.default_rng(0).normal(size=(100, 5))
    bound = boxes._bound(a[0], np.ascontiguousarray(a[::2].T), 3)
    assert bound == np.nextafter(np.sort(np.abs(a[::2] - a[0]).max(axis=1))[3], np.inf)
