import numpy as np
import pytest

from infoplane.estimators.neighbors.heaps import put


@pytest.mark.parametrize("k", [1, 2, 3, 4, 10])
def test_the_smallest_stay(k):
    numbers = np.random.default_rng(k).integers(0, 50, size=200).astype(float)
    heap = np.full(k, np.inf)
    for number in numbers:
        if number < heap[0]:
            put(heap, number)
        assert heap[0] == heap.max()
    np.testing.assert_array_equal(np.sort(heap), np.sort(numbers)[:k])
