"""Rows of numbers as symbols: cut into bins, packed into one integer a row, and counted."""

import math
import numbers
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.inputs.arrays import Array, as_columns, as_plain
from infoplane.inputs.columns import is_discrete
from infoplane.inputs.options import is_count

__all__ = ["Ints", "Limits", "Mode", "check_bins", "dense", "entropy", "equal_width", "symbols"]

Ints = npt.NDArray[np.int64]
Mode = Literal["width", "mass"]
Limits = tuple[float, float] | None


def symbols(a: Any, *, bins: int = 30, mode: Mode = "width", limits: Limits = None) -> Ints:
    """One integer for each row of `a`, equal exactly where the binned rows are equal.

    a: (n,) or (n, d); floats are binned column by column as in
    :class:`~infoplane.estimators.binning.Binning`, integers keep their values, and a float column
    without width is one bin. Returns (n,) int64 codes >= 0, not consecutive; packed directly where
    bins^d fits 63 bits, that is for up to 12 columns of 30 bins, and renumbered on the way
    otherwise.
    Raises InputError for options out of range and values that are no finite numbers.

    >>> symbols(np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]), bins=2)
    array([0, 1, 2, 1])
    """
    check_bins(bins, mode, limits)
    a = as_columns(a, "a")
    if is_discrete(a):
        codes, sizes = _own_values(a)
    elif mode == "mass":
        codes, sizes = _equal_mass(a, bins), [bins] * a.shape[1]
    else:
        codes, sizes = equal_width(a, bins, limits), [bins] * a.shape[1]
    packed, size = codes[:, 0], sizes[0]
    for column, column_size in zip(codes.T[1:], sizes[1:], strict=True):
        if size * column_size > 2**63:
            # At most n codes remain, so the next columns fit again.
            packed = dense(packed)
            size = int(packed.max()) + 1
        if size * column_size > 2**63:
            column = dense(column)
            column_size = int(column.max()) + 1
        packed, size = packed * column_size + column, size * column_size
    return packed


def entropy(codes: npt.ArrayLike) -> float:
    """Plug-in entropy of integer codes, -sum_c p_c log p_c, in nats.

    codes: (n,), such as those of :func:`symbols`. Range [0, log n]. Biased down by about
    (K - 1) / 2n for K occupied codes (Miller 1955).
    Raises InputError for codes that are not one axis of integers, or empty.

    >>> entropy([7, 7, 3, 3])
    0.693...
    """
    c = as_plain(codes, "codes")
    if c.ndim != 1 or c.size == 0 or c.dtype.kind not in "iub":
        raise InputError(
            f"codes has shape {c.shape} and dtype {c.dtype}: (n,) integers are accepted, n >= 1; "
            "make them with symbols()"
        )
    _, counts = np.unique(c, return_counts=True)
    # log n - sum is exactly 0 for one symbol, where -sum p log p gives -0.
    return math.log(c.size) - float(counts @ np.log(counts)) / c.size


def check_bins(bins: object, mode: object, limits: Any) -> None:
    """A number of bins, a mode and limits that go together, or InputError."""
    if not is_count(bins, 2) or is_count(bins, 2**31):
        raise InputError(f"bins={bins!r} is not a number of bins: pass an integer >= 2, such as 30")
    if mode not in ("width", "mass"):
        raise InputError(f"mode={mode!r} is unknown: 'width' and 'mass' are accepted")
    if limits is None:
        return
    if mode == "mass":
        raise InputError(
            f"limits={limits!r} has no meaning for mode='mass': drop it, or use mode='width'"
        )
    if (
        not isinstance(limits, tuple | list)
        or len(limits) != 2
        or not all(isinstance(v, numbers.Real) and math.isfinite(v) for v in limits)
        or any(isinstance(v, bool) for v in limits)
        or not limits[0] < limits[1]
    ):
        raise InputError(f"limits={limits!r}: two finite numbers, low < high, are accepted")


def equal_width(a: Array, bins: int, limits: Limits) -> Ints:
    """Bin numbers of a (n, d), each column cut in equal widths of its own range or of limits."""
    low, high = limits or (a.min(axis=0), a.max(axis=0))
    # Halves, because the difference of two large numbers overflows.
    width = np.multiply(high, 0.5) - np.multiply(low, 0.5)
    share = (a * 0.5 - np.multiply(low, 0.5)) / np.where(width > 0, width, 1)
    codes: Ints = np.clip(np.floor(share * bins), 0, bins - 1).astype(np.int64)
    return codes


def _equal_mass(a: Array, bins: int) -> Ints:
    """Bins of ranks, in integers: equal values share a bin, and monotone maps change nothing."""
    ordered = np.sort(a, axis=0)
    rank = [np.searchsorted(s, column) for s, column in zip(ordered.T, a.T, strict=True)]
    return np.stack(rank, axis=1) * bins // len(a)


def _own_values(a: Ints) -> tuple[Ints, list[int]]:
    low, high = a.min(axis=0), a.max(axis=0)
    if any(int(h) - int(v) >= 2**62 for v, h in zip(low, high, strict=True)):
        a = np.stack([dense(column) for column in a.T], axis=1)
        low, high = a.min(axis=0), a.max(axis=0)
    return a - low, [int(h) - int(v) + 1 for v, h in zip(low, high, strict=True)]


def dense(codes: Array) -> Ints:
    """The same codes renumbered 0, 1, 2, … in order, of the same shape."""
    return np.unique(codes, return_inverse=True)[1].reshape(codes.shape)
