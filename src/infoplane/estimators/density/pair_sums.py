"""Sums over all pairs of rows, each pair once, compiled: nearest rows and Gaussian kernels.

Import it inside functions: Numba takes a third of a second.
"""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import numpy.typing as npt
import torch

from infoplane.compiled import kernel
from infoplane.inputs.columns import Floats

Bits = npt.NDArray[np.int64]

__all__ = ["UNDERFLOW", "kernel_sums", "nearest_squares"]

# Rows a block, and numbers a block may have, so that two blocks stay in a core's cache.
MOST_ROWS, LEAST_ROWS, BLOCK_NUMBERS = 256, 32, 2**15
# Rows from which threads are worth their start.
MANY_ROWS = 2048
# 2^LOWEST is the smallest term, close to the smallest normal number; a sum below UNDERFLOW may
# be made of such terms, all others are right to n 2^-121.
LOWEST, UNDERFLOW = -1021.0, 2.0**-900
# x + ROUND is x rounded to a whole number, which stands in its last bits; that sums are in
# order is what keeps the compiler from cancelling it.
ROUND = 1.5 * 2.0**52
# 2^f by its Taylor series: |f| <= 1/2, and the next term is 4e-18 of 1.
C = [math.log(2) ** k / math.factorial(k) for k in range(14)]
C0, C1, C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12, C13 = C


def kernel_sums(rows: Floats, widths: Floats, weights: Floats) -> Floats:
    """sum_{j != i} weight_j exp(-|x_i - x_j|^2 / 2h^2) for each h: (len(widths), n).

    rows: (n, d); widths: (k,), h > 0; weights: (k, n), >= 0. Distances are sums of squared
    differences, so that near rows far from the origin lose nothing, and kernels are right to
    2^-52 beside the rounding of their exponents. A sum below UNDERFLOW is not to be trusted:
    take it beside its largest term.
    Each pair is one kernel for two rows, in the same order whatever the number of threads.
    """
    columns = np.ascontiguousarray(rows.T, dtype=np.float64)
    scales = -0.5 * math.log2(math.e) / np.square(np.asarray(widths, dtype=np.float64))
    sums = np.zeros(weights.shape)
    _rounds(partial(_kernel_round, columns, scales, np.ascontiguousarray(weights), sums), columns)
    return sums


def nearest_squares(rows: Floats) -> Floats:
    """Squared distance of each of the rows (n, d) to the nearest other one: (n,)."""
    columns = np.ascontiguousarray(rows.T, dtype=np.float64)
    nearest = np.full(len(rows), np.inf)
    _rounds(partial(_nearest_round, columns, nearest.view(np.int64)), columns)
    return nearest


def _rounds(play: Callable[[int, int, int, int], None], columns: Floats) -> None:
    """All pairs of blocks of rows, as in a tournament: a round has each block in one pair.

    So the threads of a round write to rows of their own, and rows see rounds in order.
    """
    d, n = columns.shape
    rows = max(LEAST_ROWS, min(MOST_ROWS, BLOCK_NUMBERS // d))
    rounds = range(math.ceil(n / rows))
    threads = torch.get_num_threads()
    if threads == 1 or n < MANY_ROWS:
        for number in rounds:
            play(rows, number, 0, 1)
        return
    with ThreadPoolExecutor(threads) as pool:
        for number in rounds:
            parts = [pool.submit(play, rows, number, part, threads) for part in range(threads)]
            for part in parts:
                part.result()


@kernel(fuse=True)
def _squares(columns: Floats, i: int, first: int, out: Floats) -> None:
    """Squared distances of row i to as many rows as `out` has, from row `first` on."""
    d, w = len(columns), len(out)
    out[:] = 0.0
    q = 0
    while q + 4 <= d:  # four columns for one trip of `out` to the cache
        x0, x1, x2, x3 = columns[q, i], columns[q + 1, i], columns[q + 2, i], columns[q + 3, i]
        # Slices, as a computed index might be negative, to be counted from the end.
        y0, y1 = columns[q, first : first + w], columns[q + 1, first : first + w]
        y2, y3 = columns[q + 2, first : first + w], columns[q + 3, first : first + w]
        for t in range(w):
            u0, u1, u2, u3 = y0[t] - x0, y1[t] - x1, y2[t] - x2, y3[t] - x3
            out[t] += u0 * u0 + u1 * u1 + u2 * u2 + u3 * u3
        q += 4
    while q < d:
        x0, y0 = columns[q, i], columns[q, first : first + w]
        for t in range(w):
            u0 = y0[t] - x0
            out[t] += u0 * u0
        q += 1


@kernel(fuse=True)
def _powers(squares: Floats, scale: float, out: Floats) -> None:
    """2^(scale squares), at least 2^LOWEST."""
    for t in range(len(out)):
        x = max(squares[t] * scale, LOWEST)
        rounded = x + ROUND
        f = x - (rounded - ROUND)
        p = C10 + f * (C11 + f * (C12 + f * C13))
        p = C6 + f * (C7 + f * (C8 + f * (C9 + f * p)))
        p = C2 + f * (C3 + f * (C4 + f * (C5 + f * p)))
        p = C0 + f * (C1 + f * p)
        # The whole part is added to the exponent, 52 bits up.
        bits = np.float64(p).view(np.int64) + (np.float64(rounded).view(np.int64) << 52)
        out[t] = np.int64(bits).view(np.float64)


@kernel(fuse=True, reorder=True)
def _spread(terms: Floats, weights: Floats, own_weight: float, sums: Floats) -> float:
    """Terms by the weights of the others, summed up for the row; by its own, for the others."""
    total = 0.0
    for t in range(len(terms)):
        total += terms[t] * weights[t]
        sums[t] += terms[t] * own_weight
    return total


@kernel(fuse=True)
def _closer(squares: Bits, nearest: Bits) -> np.int64:
    """The smallest of the squares; where one is smaller than `nearest`, it takes its place.

    Both are the bits of float64, which are sorted like the numbers: the minimum of integers is
    found in vectors, that of numbers, any of which may be NaN, is not.
    """
    smallest: np.int64 = squares[0]
    for t in range(len(squares)):
        smallest = min(smallest, squares[t])
        nearest[t] = min(nearest[t], squares[t])
    return smallest


@kernel(fuse=True)
def _kernel_round(
    columns: Floats,
    scales: Floats,
    weights: Floats,
    sums: Floats,
    rows: int,
    number: int,
    part: int,
    parts: int,
) -> None:
    n = columns.shape[1]
    blocks = (n + rows - 1) // rows
    squares, terms = np.empty(rows), np.empty(rows)
    for a in range(part, blocks, parts):
        b = (number - a) % blocks
        if b < a:
            continue
        for i in range(a * rows, min(a * rows + rows, n)):
            first, stop = max(i + 1, b * rows), min(b * rows + rows, n)
            if first >= stop:
                continue
            w = stop - first
            _squares(columns, i, first, squares[:w])
            for k in range(len(scales)):
                _powers(squares[:w], scales[k], terms[:w])
                others = weights[k, first:stop]
                sums[k, i] += _spread(terms[:w], others, weights[k, i], sums[k, first:stop])


@kernel(fuse=True)
def _nearest_round(
    columns: Floats, nearest: Bits, rows: int, number: int, part: int, parts: int
) -> None:
    n = columns.shape[1]
    blocks = (n + rows - 1) // rows
    squares = np.empty(rows)
    for a in range(part, blocks, parts):
        b = (number - a) % blocks
        if b < a:
            continue
        for i in range(a * rows, min(a * rows + rows, n)):
            first, stop = max(i + 1, b * rows), min(b * rows + rows, n)
            if first >= stop:
                continue
            w = stop - first
            _squares(columns, i, first, squares[:w])
            smallest = _closer(squares[:w].view(np.int64), nearest[first:stop])
            nearest[i] = min(nearest[i], smallest)
