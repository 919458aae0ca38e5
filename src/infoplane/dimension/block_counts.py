"""Squared distances of the rows of two blocks, from their products, counted in bins: compiled.

Import it inside functions: Numba takes a third of a second.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from infoplane.compiled import kernel

__all__ = ["LANES", "count"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Array = npt.NDArray[Any]
Slots = npt.NDArray[np.uint32]

# Histograms filled in turn, as one waits for itself where a bin is met twice in a row; pairs that
# are asked at a time whether one is unsure.
LANES, CHUNK = 4, 32


@kernel
def count(
    dots: Array,
    x: Array,
    y: Array,
    x_lengths: Array,
    y_lengths: Array,
    above: bool,
    known: Array,
    bits: Ints,
    rows: Floats,
    x_at: Ints,
    y_at: Ints,
    start: int,
    stop: int,
    room: Array,
    counts: Ints,
) -> None:
    """Count the pairs of rows start to stop of block x with all of y, or all later ones: above.

    dots: (m, n), x.y of rows of x (m, d) and y (n, d), copies of `rows` at x_at and y_at in some
    format and unit; lengths: their squares; room: (2, n at least), for the bits of squares.
    known: share, smallest, largest, copied, in the format: a square from a product is off by less
    than share (|x|^2 + |y|^2) + smallest, if it is less than largest, and a copy by `copied` of
    its length. bits: shift, offset, exact shift, copies' offset, rows' offset: the bits of such a
    square without the last `shift`, and the offset, are its bin, and so with squares that are
    summed up in float64, of copies or of the rows.
    counts: (LANES, bins + 1), the last for all pairs that are unsure, which are counted in their
    bin, too.
    """
    share, smallest, largest = known[0], known[1], known[2]
    shift, offset = bits[0], bits[1]
    bins = counts.shape[1] - 1
    slots = np.empty(room.shape[1], np.uint32)
    low, high = room[0].view(dots.dtype), room[1].view(dots.dtype)
    for i in range(start, stop):
        first = i + 1 if above else 0
        w = dots.shape[1] - first
        if w <= 0:
            continue
        length, lengths, products = x_lengths[i], y_lengths[first:], dots[i, first:]
        for t in range(w):
            both = length + lengths[t]
            square = both - (products[t] + products[t])
            error = share * both + smallest
            low[t], high[t] = square - error, square + error
        for t in range(w):
            slot = (room[0, t] >> shift) + offset
            other = (room[1, t] >> shift) + offset
            # A comparison that is False of NaN, which has bits, too.
            sure = slot == other and high[t] < largest and slot < bins
            slots[t] = max(slot, 0) if sure else bins
        _add(slots[:w], counts)
        for c in range(0, w, CHUNK):
            some = slots[c : min(c + CHUNK, w)]
            if _largest(some) < bins:
                continue
            for t in range(len(some)):
                if some[t] == bins:
                    j = first + c + t
                    both = np.float64(length) + np.float64(y_lengths[j])
                    slot = _of_copies(_square(x, i, y, j), both, known, bits, bins)
                    if slot < 0:
                        slot = _slot(_square(rows, x_at[i], rows, y_at[j]), bits[2], bits[4], bins)
                    counts[0, slot] += 1


@kernel
def _add(slots: Slots, counts: Ints) -> None:
    """Add one to the count of each slot."""
    a, b, c, d = counts[0], counts[1], counts[2], counts[3]
    t = 0
    while t + 4 <= len(slots):
        a[slots[t]] += 1
        b[slots[t + 1]] += 1
        c[slots[t + 2]] += 1
        d[slots[t + 3]] += 1
        t += 4
    while t < len(slots):
        a[slots[t]] += 1
        t += 1


@kernel
def _largest(slots: Slots) -> np.uint32:
    largest: np.uint32 = slots[0]
    for t in range(len(slots)):
        largest = max(largest, slots[t])
    return largest


@kernel
def _of_copies(square: float, both: float, known: Array, bits: Ints, bins: int) -> int:
    """The bin of the squared distance of two rows from that of their copies; -1: unsure."""
    # A distance r is off by e = copied (|x| + |y|) at most, the sum by the root of 2 both, and
    # its square by 2 r e + e^2; there is a hundredth to spare for the rounding of these sums.
    e = known[3] * math.sqrt(2.0 * both)
    error = e * (2.02 * math.sqrt(square) + 1.01 * e)
    # Beyond either end copies are rounded more, or infinite.
    if not (both > known[1] and square + error < known[2]):
        return -1
    slot = _slot(max(square - error, 0.0), bits[2], bits[3], bins)
    return slot if slot == _slot(square + error, bits[2], bits[3], bins) else -1


@kernel
def _slot(square: float, shift: int, offset: int, bins: int) -> np.int64:
    slot = (np.float64(square).view(np.int64) >> shift) + offset
    return min(max(slot, np.int64(0)), np.int64(bins - 1))


@kernel(fuse=True, reorder=True)
def _square(x: Array, i: int, y: Array, j: int) -> float:
    """The square of the distance of row i of x from row j of y, in float64."""
    a, b, total = x[i], y[j], 0.0
    for q in range(len(a)):
        u = np.float64(a[q]) - np.float64(b[q])
        total += u * u
    return total
