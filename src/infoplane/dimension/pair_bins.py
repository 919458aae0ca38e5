"""Bins of the squared distances of rows on a CPU: products of matrices, and one pass over them.

Import it inside functions: Numba takes a third of a second.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from infoplane.dimension.block_counts import LANES, count

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["between_groups"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Array = npt.NDArray[Any]

# Pairs of a block, of which products are 8 MB at most, and from which threads are worth a call.
MOST_PAIRS, MANY_PAIRS = 2**20, 2**15
# Columns from which products are in float32, and the most columns in one product.
MANY_COLUMNS, SUMMED = 32, 256
# Share of pairs unsure in float32, each as dear as some 20 others, from which float64 is faster;
# rows of which all pairs tell that share.
MOST_UNSURE, SAMPLE = 1 / 32, 64


class Format(NamedTuple):
    """A floating-point format: types, unit roundoff, bits of mantissa, bias of the exponent.

    smallest: a square beside which what underflows is nothing.
    """

    number: type[np.floating[Any]]
    bits: type[np.signedinteger[Any]]
    roundoff: float
    mantissa: int
    bias: int
    smallest: float


SINGLE = Format(np.float32, np.int32, 2.0**-24, 23, 127, 2.0**-100)
DOUBLE = Format(np.float64, np.int64, 2.0**-53, 52, 1023, 2.0**-1000)


class Block(NamedTuple):
    """Some rows: copies (m, d) in a format and unit, squares of their lengths, their places."""

    copies: Array
    lengths: Array
    at: Ints


def between_groups(
    rows: Floats, groups: int, usual: float, first: int, bins: int, mantissa: int
) -> Iterator[tuple[int, int, Ints]]:
    """Two groups g <= h, and the pairs of a row of each in every bin of squares: (bins,).

    rows: (n, d), |values| at most about 1, of which rows[g::groups] are group g; usual: a common
    |x|^2. A square's leading bits, its exponent and `mantissa` more, read as an integer, are its
    bin when `first` is taken off, and bin 0 if that is less.

    Squares |x|^2 + |y|^2 - 2 x.y, from 32 columns on in float32, are off by less than
    (K + B + 9) u (|x|^2 + |y|^2), u = 2^-24, with B products of K columns, 256 at most: K for
    sums in any order (Higham 2002, section 3.1), B for adding them up, the rest for rounding what
    goes in and comes out. In float64 u = 2^-53, B = 1 and K = 4 d, as |x|^2 is such a sum, and
    what they are compared with below.
    Where both ends of that interval are not in one bin, the distance is summed up in float64 from
    differences of the float32 rows, and is off by u (|x| + |y|); where both ends of this one are
    not in one bin or float32 overflows, from differences of the rows themselves. So each pair is
    in the bin of that last distance, whichever way it came there. Where float32 would leave too
    many unsure, as in clusters tight beside their distance from the origin, it is not used.
    """
    d = rows.shape[1]
    kind, parts = SINGLE, math.ceil(d / SUMMED)
    share = (math.ceil(d / parts) + parts + 9) * SINGLE.roundoff
    # Units in which rows are about 1: float32 has room for squares of 1e-30 to 1e30.
    exponent = round(0.5 * math.log2(usual)) if usual > 0 else 0
    side = min(math.ceil(len(rows) / groups), max(1, int(MOST_PAIRS**0.5)))
    pays = _single_pays(rows, exponent, share, mantissa)
    if not (pays and _single_is_whole(side, math.ceil(d / parts))):
        kind, parts, share = DOUBLE, 1, (4 * d + 10) * DOUBLE.roundoff
    blocks = [
        _blocks(rows, np.arange(g, len(rows), groups), side, kind, exponent) for g in range(groups)
    ]
    copied = kind.roundoff if kind is SINGLE else 0.0
    known = np.array([share, kind.smallest, 1 / kind.smallest, copied], dtype=kind.number)
    copies = (2 * exponent << mantissa) - first
    offset = copies + ((DOUBLE.bias - kind.bias) << mantissa)
    bits = np.array([kind.mantissa - mantissa, offset, DOUBLE.mantissa - mantissa, copies, -first])
    import torch  # takes seconds

    threads = torch.get_num_threads()
    room = np.empty((threads, 2, side), dtype=kind.bits)
    products = torch.from_numpy(np.empty((2, side**2), dtype=kind.number))
    counts = np.empty((threads, LANES, bins + 1), dtype=np.int64)
    with ThreadPoolExecutor(threads) as pool:
        for g, h in combinations_with_replacement(range(groups), 2):
            counts[:] = 0
            for i, x in enumerate(blocks[g]):
                for y in blocks[h][i if g == h else 0 :]:
                    dots = _dots(x.copies, y.copies, parts, products)
                    of_blocks = x.copies, y.copies, x.lengths, y.lengths, x is y
                    work = partial(count, dots, *of_blocks, known, bits, rows, x.at, y.at)
                    if threads == 1 or dots.size < MANY_PAIRS:
                        work(0, len(dots), room[0], counts[0])
                        continue
                    edges = np.linspace(0, len(dots), threads + 1).astype(int).tolist()
                    list(pool.map(work, edges[:-1], edges[1:], room, counts))
            yield g, h, counts[..., :bins].sum(axis=(0, 1))


def _blocks(rows: Floats, at: Ints, side: int, kind: Format, exponent: int) -> list[Block]:
    """The rows `at` in units of 2^exponent, in blocks of about equal size, `side` at most."""
    found = []
    with np.errstate(over="ignore"):  # pairs with infinite squares are unsure
        for part in np.array_split(at, math.ceil(len(at) / side)):
            x = rows[part] * 2.0**-exponent  # exact
            lengths = np.einsum("ij,ij->i", x, x)
            found.append(Block(x.astype(kind.number), lengths.astype(kind.number), part))
    return found


def _dots(x: Array, y: Array, parts: int, room: Tensor) -> Array:
    """x.y of all pairs of rows, (len(x), len(y)), in room: (2, side^2)."""
    import torch

    m, n = len(x), len(y)
    dots, more = room[:, : m * n].view(2, m, n)
    # Parts of the columns are not added up by the product, or it would be one sum of d terms.
    left, right = (torch.from_numpy(a).tensor_split(parts, dim=1) for a in (x, y))
    torch.mm(left[0], right[0].T, out=dots)
    for a, b in zip(left[1:], right[1:], strict=True):
        dots += torch.mm(a, b.T, out=more)
    array: Array = dots.numpy()
    return array


def _single_is_whole(rows: int, columns: int) -> bool:
    """Whether products of float32 blocks are in float32.

    Not where someone has allowed PyTorch to round what goes in to fewer bits, as bfloat16 has.
    """
    import torch

    ones = torch.full((rows, columns), 1 + 2.0**-12)
    return float(torch.mm(ones, ones.T).min()) > columns * (1 + 2.0**-12)  # (1 + 2^-12)^2 each


def _single_pays(rows: Floats, exponent: int, share: float, mantissa: int) -> bool:
    """Whether products in float32 leave so few pairs unsure that they are faster."""
    if rows.shape[1] < MANY_COLUMNS:
        return False
    some = rows[:: max(1, len(rows) // SAMPLE)] * 2.0**-exponent
    one, other = np.triu_indices(len(some), 1)
    with np.errstate(over="ignore", invalid="ignore"):
        lengths, products = np.square(some).sum(axis=1), (some @ some.T)[one, other]
        both = lengths[one] + lengths[other]
    known = (both > SINGLE.smallest) & (both < 1 / SINGLE.smallest)
    # The ends of an interval are in two bins as often as it is wide, in bins.
    widths = 2 * share * both[known] / np.maximum(both - 2 * products, share * both)[known]
    sure = np.maximum(1 - widths * 2**mantissa, 0).sum()
    return bool(sure >= (1 - MOST_UNSURE) * len(both))
