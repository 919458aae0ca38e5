"""The k smallest of numbers that come one by one: a heap, with the largest of them first."""

from infoplane.compiled import kernel

__all__ = ["put"]


@kernel
def put(heap, number):
    """Put a number into a heap (k,) in place of its largest, heap[0], which must be larger."""
    at, child, size = 0, 1, len(heap)
    while child < size:
        if child + 1 < size and heap[child + 1] > heap[child]:
            child += 1
        if heap[child] <= number:
            break
        heap[at] = heap[child]
        at, child = child, 2 * child + 1
    heap[at] = number
