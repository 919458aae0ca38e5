"""Trees, sets of bits, lines and heaps; more of their answers are compared with all pairs in
test_balls.py."""

import numpy as np
import pytest

from infoplane.estimators.neighbors import kernels
from infoplane.estimators.trees import tree

A = np.random.default_rng(0).integers(-40, 40, size=200) / 10


@pytest.mark.parametrize("leaf", [1, 2, 7, 16, 1000])
def test_the_size_of_leaves_changes_nothing(leaf):
    a = np.random.default_rng(0).integers(0, 30, size=(333, 3)).astype(float)
    distance = np.abs(a[:, None] - a).max(axis=2)
    kth = np.sort(distance, axis=1)[:, 5]
    found, out, counts = tree(a, leaf), np.empty(333), np.empty((2, 333), np.int64)
    kernels.nearest_in_tree(*found, 5, 0, len(found.cells), out)
    np.testing.assert_array_equal(out, kth)
    radii = np.repeat(kth[:, None], 3, axis=1)
    kernels.count_in_tree(*found, a, radii, 0.5, np.arange(333), 0, 333, counts)
    np.testing.assert_array_equal(counts[0], (distance < kth[:, None]).sum(axis=1))
    np.testing.assert_array_equal(counts[1], (distance == kth[:, None]).sum(axis=1))


@pytest.mark.parametrize("leaf", [1, 2])
def test_a_whole_box_is_counted_as_its_rows_are(leaf):
    # 1.1 is further from 1.0 than the radius only by the rounding of the difference
    a = np.array([[1.0], [1.1]])
    counts = np.empty((2, 2), np.int64)
    radii = np.full((2, 1), 0.1)
    kernels.count_in_tree(*tree(a, leaf), a, radii, 0.0, np.arange(2), 0, 2, counts)
    np.testing.assert_array_equal(counts[0], (np.abs(a - a.T) < 0.1).sum(axis=1))
    assert not counts[1].any()


@pytest.mark.parametrize("word", [0, 1, 2**63, 2**64 - 1, 0x5555555555555555, 0xF0F0F0F00000001])
def test_ones_of_a_word(word):
    assert kernels._ones(np.uint64(word)) == word.bit_count()


@pytest.mark.parametrize("columns", [1, 2, 3])
@pytest.mark.parametrize("start", [0, 64 * kernels.WORDS])
def test_bits_of_a_block_are_the_rows_within_all_intervals_of_ranks(columns, start):
    rng = np.random.default_rng(0)
    n = 64 * kernels.WORDS + 130  # so that the second block is not full
    order = np.stack([rng.permutation(n) for _ in range(columns)])
    low, high = np.sort(rng.integers(n + 1, size=(2, columns, 7)), axis=0).astype(np.int32)
    bits = np.empty((7, kernels.WORDS), np.uint64)
    kernels._inside(order, start, low, high, bits)
    rank = np.argsort(order, axis=1)[:, start : start + 64 * kernels.WORDS]
    by_hand = ((low[:, :, None] <= rank[:, None]) & (rank[:, None] < high[:, :, None])).all(axis=0)
    inside = np.unpackbits(bits.view(np.uint8), axis=1, bitorder="little")
    np.testing.assert_array_equal(inside[:, : rank.shape[1]], by_hand)
    assert not inside[:, rank.shape[1] :].any()


def test_the_bound_lies_just_above_the_distance_among_a_part():
    a = np.random.default_rng(0).normal(size=(100, 5))
    bound = kernels._bound(a[0], np.ascontiguousarray(a[::2].T), 3)
    assert bound == np.nextafter(np.sort(np.abs(a[::2] - a[0]).max(axis=1))[3], np.inf)


def test_ranks_within_a_distance():
    ordered, radius = np.sort(A), 0.7
    for centre in A[:20]:
        near = np.flatnonzero(np.abs(ordered - centre) < radius)
        first = kernels._first_within(ordered, centre, radius)
        assert near.tolist() == list(range(first, kernels._stop_within(ordered, centre, radius)))


@pytest.mark.parametrize("k", [1, 2, 3, 4, 10])
def test_the_smallest_stay_in_a_heap(k):
    numbers = np.random.default_rng(k).integers(0, 50, size=200).astype(float)
    heap = np.full(k, np.inf)
    for number in numbers:
        if number < heap[0]:
            kernels._put(heap, number)
        assert heap[0] == heap.max()
    np.testing.assert_array_equal(np.sort(heap), np.sort(numbers)[:k])
