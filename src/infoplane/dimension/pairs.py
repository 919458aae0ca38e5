"""How many pairs of rows lie closer than each of a ladder of radii, in one pass over all pairs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.inputs.arrays import as_columns, as_plain
from infoplane.inputs.columns import copies, is_text

if TYPE_CHECKING:
    import torch
    from torch import Tensor

__all__ = ["PairCounts", "count_pairs", "distinct_rows", "log_error"]

# Pairs at a time on a GPU: 128 MB.
GPU_PAIRS = 2**24
# A bin is the exponent of a squared distance and this many bits of its mantissa: 64 bins for a
# factor of two in the square, so that radii are at most 0.8 % apart.
BITS = 6
# Of a squared distance: 100 times finer than a bin, and tiny beside the error of any count.
RELATIVE = 2.0**-13
LOWEST = -120  # exponent below which squares, beside those of most rows, are rounding: one bin


class PairCounts(NamedTuple):
    """Bins of squared distances: their upper edges, pairs in each, pairs touching each group.

    squares: (bins,); counts: (bins,), a pair with d^2 < squares[k] is in one of bins 0 to k;
    touching: (groups, bins), the pairs of which at least one row is in the group.
    """

    squares: npt.NDArray[np.float64]
    counts: npt.NDArray[np.int64]
    touching: npt.NDArray[np.int64]


def distinct_rows(rows: Any) -> tuple[npt.NDArray[np.float64], float, list[str]]:
    """Rows without copies and constant columns, from their median, in units of their size.

    rows: (n, d) or (n,); returned are the (m, d') rows, that unit, and a warning for each kind
    of thing left out. One unit for all columns: the largest distance of a value from its
    column's mean, so that no value returned is beyond 2.
    Raises InputError for text, fewer than 4 rows, no column that varies, more than 5 % copies.

    >>> distinct_rows([[0.0, 5.0], [1.0, 5.0], [2.0, 5.0], [5.0, 5.0]])
    (array([[-0.5 ], [-0.16...], [ 0.16...], [ 1.16...]]), 3.0, ['column 1 of rows is const...'])
    """
    if is_text(plain := as_plain(rows, "rows")):
        raise InputError("rows holds text, between which there is no distance: give numbers")
    a = as_columns(plain, "rows")
    if len(a) < 4:
        raise InputError(f"rows has {len(a)} rows: at least 4 are needed, better 1000")
    a, warnings = a.astype(np.float64, copy=False), []
    varies = a.min(axis=0) < a.max(axis=0)
    if not varies.any():
        raise InputError(
            "rows has no column that varies: all distances are 0, and there is no dimension; "
            "give other data"
        )
    if not varies.all():
        constant = np.flatnonzero(~varies)
        more = f" (and {len(constant) - 1} more)" if len(constant) > 1 else ""
        warnings.append(
            f"column {constant[0]} of rows{more} is constant (a dead unit?) and was left out: it "
            "adds nothing to distances"
        )
        a = a[:, varies]
    if copies(a, "rows"):
        distinct = np.sort(np.unique(a, axis=0, return_index=True)[1])
        warnings.append(
            f"{len(a) - len(distinct)} of {len(a)} rows are exact copies of others and were left "
            "out: at distance 0 they would hide the small distances"
        )
        a = a[distinct]
    exponent = int(np.frexp(np.abs(a).max())[1])
    a = np.ldexp(a, -exponent)  # exact, and no sum overflows
    mean = a.mean(axis=0)
    size = float(max((a.max(axis=0) - mean).max(), (mean - a.min(axis=0)).max()))
    # Not by the mean: far from it, as one outlier can put all others, rows would be rounded.
    a -= np.median(a, axis=0)
    a /= size
    return a, float(np.ldexp(size, exponent)), warnings


def count_pairs(rows: Tensor, groups: int) -> PairCounts:
    """Squared distances of all n (n - 1) / 2 pairs of rows, counted in quasi-logarithmic bins.

    rows: (n, d) float64, |values| at most about 1, no two equal, centred for accuracy; group g
    is rows[g::groups]. A float64 read as an integer is sorted like the number, and without its
    last 46 bits it is (exponent, 6 bits of mantissa): a bin with known edges, without a logarithm.

    On a CPU each pair is in the bin of the sum of its squared differences in float64, although
    most squares come from products of matrices, from 32 columns on in float32: those whose bin
    is not sure are computed again (:func:`infoplane.dimension.pair_bins.between_groups`).
    On a GPU the square |x|^2 + |y|^2 - 2 x.y is a product in float64, off by at most
    4 (d + 3) u max|x|^2 (u = 2^-53; Higham 2002, section 3.1). Squares so small that this would
    exceed 2^-13 of them are computed again from the differences of the rows, so every distance
    is known to 2^-14, and a count C at an edge means C of a radius within 0.006 %.
    Time grows as n^2 d, memory as n d; no n x n matrix.

    >>> import torch
    >>> rows = torch.tensor([[-0.5], [0.0], [0.5]], dtype=torch.float64)
    >>> found = count_pairs(rows, 3)
    >>> found.counts[np.searchsorted(found.squares, [0.25, 1.0], side="right")]
    array([2, 1])
    """
    lengths = rows.square().sum(dim=1)
    largest, usual = float(lengths.max()), float(lengths.median())
    first = _key(2.0**LOWEST * min(usual, 1.0))
    bins = _key(4 * largest * (1 + 2.0**-BITS)) - first + 1
    counts = np.zeros(bins, dtype=np.int64)
    touching = np.zeros((groups, bins), dtype=np.int64)
    if rows.device.type == "cpu":
        from infoplane.dimension.pair_bins import between_groups

        found = between_groups(rows.numpy(), groups, usual, first, bins, BITS)
    else:
        found = _between_groups(rows, groups, largest, first, bins)
    for g, h, between in found:
        counts += between
        touching[g] += between
        if g != h:
            touching[h] += between
    edges = np.arange(first + 1, first + bins + 1, dtype=np.int64) << 52 - BITS
    return PairCounts(edges.view(np.float64), counts, touching)


def log_error(
    weights: npt.NDArray[np.float64],
    counts: npt.NDArray[np.int64],
    left_out: npt.NDArray[np.int64],
    n: int,
) -> float:
    """Standard error of weights @ log C, by a jackknife over groups of rows.

    weights: (k,), with sum 0; counts: (k,), increasing, pairs closer than k radii; left_out:
    (groups, k), the same without the rows g::groups; n: rows.
    C is a mean over pairs. The jackknife counts the variance that pairs have beyond that of
    their rows twice, so it is taken off once, and never more than leaves it once.
    Source: Efron & Stein (1981), https://doi.org/10.1214/aos/1176345462

    >>> log_error(np.array([1.0, -1.0]), np.array([4, 8]), np.array([[2, 4]] * 4), n=8)
    0.353...
    """
    groups = len(left_out)
    sizes = n - np.array([len(range(g, n, groups)) for g in range(groups)])
    # Half a pair in place of none, so that a logarithm is finite.
    shares = np.maximum(left_out, 0.5) / (sizes * (sizes - 1) / 2)[:, None]
    jackknife = (groups - 1) * float(np.var(np.log(shares) @ weights))
    # What a pair adds: the sum over all radii larger than its distance.
    influence = np.cumsum((weights / counts)[::-1])[::-1]
    independent = float(influence**2 @ np.diff(counts, prepend=0))
    return math.sqrt(max(jackknife - independent, independent))


def _key(square: float) -> int:
    return int(np.float64(square).view(np.int64)) >> 52 - BITS


def _between_groups(
    rows: Tensor, groups: int, largest: float, first: int, bins: int
) -> Iterator[tuple[int, int, npt.NDArray[np.int64]]]:
    """Two groups g <= h and the pairs of a row of each in every bin, (bins,), on any device."""
    import torch  # takes seconds

    members = [rows[g::groups].contiguous() for g in range(groups)]
    side = max(1, int(GPU_PAIRS**0.5))
    # Blocks of rows with the squares of their lengths, by group.
    blocks = [[(x, x.square().sum(dim=1)) for x in a.split(side)] for a in members]
    close = 4 * (rows.shape[1] + 3) * 2.0**-53 * largest / RELATIVE
    for g, h in combinations_with_replacement(range(groups), 2):
        found = rows.new_zeros(bins, dtype=torch.int64)
        for i, (x, x_squares) in enumerate(blocks[g]):
            for j, (y, y_squares) in enumerate(blocks[h]):
                if g == h and j < i:
                    continue
                squares = _squares(x, y, x_squares[:, None] + y_squares, close)
                if g == h and i == j:
                    squares = squares[_above(len(x), rows.device)]
                keys = (squares.view(torch.int64) >> 52 - BITS).sub_(first).clamp_(min=0)
                found += torch.bincount(keys.flatten(), minlength=bins)
        yield g, h, found.cpu().numpy()


def _above(n: int, device: torch.device) -> Tensor:
    """Where column > row: each pair of a block with itself once, and no row with itself."""
    import torch

    return torch.ones((n, n), dtype=torch.bool, device=device).triu_(1)


def _squares(x: Tensor, y: Tensor, both: Tensor, close: float) -> Tensor:
    """Squared distances, from both = |x|^2 + |y|^2, in its place; near ones from differences."""
    import torch

    square = both.addmm_(x, y.T, alpha=-2)
    if float(square.min()) < close:
        at, to = torch.nonzero(square < close, as_tuple=True)
        few = max(1, x.shape[0] * y.shape[0] // x.shape[1])
        for i, j in zip(at.split(few), to.split(few), strict=True):
            square[i, j] = (x[i] - y[j]).square().sum(dim=1)
    return square
