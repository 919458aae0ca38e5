"""Passes over a critic's activations that Numba compiles: each array once through the cache.

What torch does with single-column outputs, biases and masks goes over the activations of a batch
ten times, and these loops three times. They run on one core: threads train critics side by side.
Import it where a kernel is needed, not at the top of a module: Numba takes a third of a second.

All arrays are float32, those of activations (b, n, k) contiguous; a value of NaN stays NaN.
"""

from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from infoplane.compiled import kernel

__all__ = ["add_relu", "head", "head_backward", "pairs_backward"]

Floats = npt.NDArray[np.float32]

ZERO = np.float32(0)
BLOCK = 32  # rows summed before the sum goes to the others: of thousands no digits get lost


DENSE3, DENSE4 = "float32[:, :, ::1]", "float32[:, :, :, ::1]"
# weights and their gradients are views of rows that hold all layers
VIEW2, VIEW3 = "float32[:, :]", "float32[:, :, :]"


def _compiled(*arguments: str) -> partial[Any]:
    """Products may fuse with sums, and sums go in any order, or no vector would take them up."""
    return partial(kernel, signature=f"void({', '.join(arguments)})", fuse=True, reorder=True)


@_compiled(DENSE3, DENSE3, DENSE4)
def add_relu(from_x: Floats, ring: Floats, first: Floats) -> None:
    """first[., s, i] = relu(from_x[., i] + ring[., i + s]): (b, m, k), (b, m + s, k)."""
    b, shifts, m, k = first.shape
    for a in range(b):
        for s in range(shifts):
            for i in range(m):
                for j in range(k):
                    value = from_x[a, i, j] + ring[a, i + s, j]
                    first[a, s, i, j] = ZERO if value <= 0 else value


@_compiled(DENSE3, VIEW3, VIEW2, VIEW3, DENSE3)
def head(h: Floats, bias: Floats, w: Floats, c: Floats, out: Floats) -> None:
    """h = relu(h + bias) in its place, and out = h · w + c: bias (b, 1, k), w (b, k), (b, n, 1)."""
    b, n, k = h.shape
    shift, weight = np.empty(k, np.float32), np.empty(k, np.float32)
    for a in range(b):
        shift[:], weight[:] = bias[a, 0], w[a]
        for i in range(n):
            total = ZERO
            for j in range(k):
                value = h[a, i, j] + shift[j]
                value = ZERO if value <= 0 else value
                h[a, i, j] = value
                total += value * weight[j]
            out[a, i, 0] = total + c[a, 0, 0]


@_compiled(DENSE3, DENSE3, VIEW2, VIEW2, VIEW3, VIEW3)
def head_backward(
    d: Floats, h: Floats, w: Floats, by_w: Floats, by_c: Floats, by_bias: Floats
) -> None:
    """What :func:`head` leaves of the derivatives d (b, n, 1) by out, from the h it made.

    by_w, by_c, by_bias: the gradients of w, c and bias; those by h + bias take the place of h.
    """
    b, n, k = h.shape
    weight = np.empty(k, np.float32)
    of_w, of_bias = np.empty(k, np.float32), np.empty(k, np.float32)
    for a in range(b):
        weight[:] = w[a]
        by_w[a], by_bias[a, 0], by_c[a, 0, 0] = ZERO, ZERO, ZERO
        for start in range(0, n, BLOCK):
            of_w[:], of_bias[:], of_c = ZERO, ZERO, ZERO
            for i in range(start, min(start + BLOCK, n)):
                slope = d[a, i, 0]
                of_c += slope
                for j in range(k):
                    value = h[a, i, j]
                    of_w[j] += slope * value
                    passed = ZERO if value <= 0 else slope * weight[j]
                    h[a, i, j] = passed
                    of_bias[j] += passed
            by_c[a, 0, 0] += of_c
            for j in range(k):
                by_w[a, j] += of_w[j]
                by_bias[a, 0, j] += of_bias[j]


@_compiled(DENSE4, DENSE4, DENSE3, DENSE3, VIEW3)
def pairs_backward(d: Floats, first: Floats, by_x: Floats, by_z: Floats, by_c: Floats) -> None:
    """What :func:`add_relu` leaves of the derivatives d (b, s, m, k) by `first`, which it made.

    by_x: those by from_x, (b, m, k), and by_c (b, 1, k) their sums; by_z: those by the ring, whose
    rows behind the m-th are the first once more, (b, m or more, k).
    """
    b, shifts, m, k = first.shape
    of_c = np.empty(k, np.float32)
    for a in range(b):
        by_z[a, :m], by_c[a, 0] = ZERO, ZERO
        for start in range(0, m, BLOCK):
            of_c[:] = ZERO
            for i in range(start, min(start + BLOCK, m)):
                by_x[a, i] = ZERO
                for s in range(shifts):
                    row = i + s if i + s < m else i + s - m
                    for j in range(k):
                        passed = ZERO if first[a, s, i, j] <= 0 else d[a, s, i, j]
                        by_x[a, i, j] += passed
                        by_z[a, row, j] += passed
                for j in range(k):
                    of_c[j] += by_x[a, i, j]
            for j in range(k):
                by_c[a, 0, j] += of_c[j]
