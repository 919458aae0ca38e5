"""Columns of numbers: their units, their copies, what depends on what."""

import math

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.inputs.arrays import Array

__all__ = [
    "Floats",
    "copied",
    "copies",
    "distinct_rows",
    "independent",
    "is_discrete",
    "is_text",
    "one_hot",
    "precision",
    "refuse_constant",
    "scaled",
    "standardized",
    "unit_columns",
]


# Columns in which no value may come twice, so that no row does: of many the first ones will do.
TRIED = 4


def is_discrete(a: Array) -> bool:
    """Whether values are codes (integers), not measurements."""
    return bool(np.issubdtype(a.dtype, np.integer))


def one_hot(codes: Array) -> npt.NDArray[np.float64]:
    """Integer codes (n, 1) as indicator columns (n, number of distinct codes)."""
    indicators: npt.NDArray[np.float64] = (codes == np.unique(codes)).astype(np.float64)
    return indicators


def refuse_constant(a: Array, name: str) -> None:
    """Estimators of densities cannot use a column that never changes, or not in float64."""
    low, high = a.min(axis=0), a.max(axis=0)
    constant = np.flatnonzero(low.astype(np.float64) == high.astype(np.float64))
    if len(constant):
        j = constant[0]
        raise InputError(
            f"column {j} of {name} is constant ({a[0, j]:g}): it carries no information, drop it"
            if low[j] == high[j]
            else f"column {j} of {name} has integers from {low[j]} to {high[j]}, which are one "
            "number in float64: subtract the least of them first"
        )


def scaled(a: Array) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int32]]:
    """Columns a / 2^e within [-1, 1], and e: exact, and no square of theirs overflows.

    >>> scaled(np.array([[6.0], [-3.0]]))
    (array([[ 0.75 ], [-0.375]]), array([3], dtype=int32))
    """
    a = a.astype(np.float64)
    exponent = np.frexp(np.abs(a).max(axis=0))[1]
    return np.ldexp(a, -exponent), exponent


Floats = npt.NDArray[np.float64]

# As for KSG: a few copies (rounding, a saturated unit) bias the answer a little, more are no
# sample from a density.
MOST_COPIES = 0.05

# Units in the last place by which numbers computed in different ways may differ.
ROUNDING = 32


def is_text(plain: Array) -> bool:
    """Whether an array is text, of which columns are codes whose order means nothing.

    plain: of :func:`~infoplane.inputs.arrays.as_plain`, before it becomes columns.
    """
    return plain.dtype.kind in "SU"


def independent(a: Array) -> npt.NDArray[np.bool_]:
    """Which columns are no linear combination of a constant and earlier ones, to rounding: (d,).

    Each column is known to some units in its last place, of single precision where all values
    are numbers of that; what is left of it beside the earlier ones is compared with what these
    errors amount to. So the order of rows does not matter, nor do units.

    >>> p = np.array([0.1, 0.2, 0.7, 0.4, 0.9])
    >>> independent(np.column_stack([p, p**2, 1 - p]))
    array([ True,  True, False])
    """
    digits = np.frexp(scaled(a)[0])[0]
    single = np.array_equal(digits, digits.astype(np.float32))
    unit, errors = unit_columns(a, float(np.finfo(np.float32 if single else np.float64).eps))
    basis, noise = np.empty(unit.shape, order="F"), np.empty(len(errors))
    kept = np.zeros(len(errors), dtype=bool)
    r = 0
    for j, error in enumerate(errors):
        left, along = unit[:, j], np.zeros(r)
        for _ in range(2):  # once leaves the rounding of the first
            more = basis[:, :r].T @ left
            left, along = left - basis[:, :r] @ more, along + more
        error = math.hypot(error, float(np.linalg.norm(along * noise[:r])))
        length = float(np.linalg.norm(left))
        if length > error:
            basis[:, r], noise[r], kept[j] = left / length, error / length, True
            r += 1
    return kept


def unit_columns(a: Array, eps: float | Floats) -> tuple[Floats, Floats]:
    """Columns (n, d) of mean 0 and length 1, or of zeros, and the length of their rounding, (d,).

    eps: what a value is rounded to, of which computing it may cost 32; of all, or of each column.

    >>> unit_columns(np.array([[1.0, 7.0], [5.0, 7.0]]), 1e-16)[0]
    array([[-0.707...,  0. ], [ 0.707...,  0. ]])
    """
    fraction, _ = scaled(a)
    unit = fraction - fraction.mean(axis=0)
    norms = np.linalg.norm(unit, axis=0)
    norms[norms == 0] = 1.0
    unit /= norms
    largest = np.abs(fraction).max(axis=0)
    return unit, ROUNDING * eps * math.sqrt(len(a)) * largest / norms


def precision(a: Array) -> Floats:
    """What the values of each column are rounded to, relative to the largest: (d,).

    That of single precision where all are numbers of that, and not all whole.

    >>> precision(np.array([[0.1, 0.5], [0.7, 0.25]])).tolist() == [2**-52, 2**-23]
    True
    """
    digits = np.frexp(a.astype(np.float64))[0]
    single = (digits == digits.astype(np.float32)).all(axis=0) & (a != np.rint(a)).any(axis=0)
    return np.where(single, np.finfo(np.float32).eps, np.finfo(np.float64).eps)


def standardized(a: Array) -> tuple[Floats, float]:
    """Columns of mean 0 and variance 1, and the sum of the logs of what they were divided by.

    >>> standardized(np.array([[1.0], [5.0]]))  # divided by 2
    (array([[-1.], [ 1.]]), 0.693...)
    """
    fraction, exponent = scaled(a)
    std = fraction.std(axis=0)
    standard: Floats = (fraction - fraction.mean(axis=0)) / std
    return standard, float(np.sum(np.log(std)) + np.log(2) * np.sum(exponent, dtype=np.int64))


def distinct_rows(a: Array) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For each row of a (n, d) the number of its distinct value, and how often each occurs.

    Numbers go by first appearance, and so are the same in other units. 0.0 and -0.0 are equal.

    >>> distinct_rows(np.array([[0.0, 1.0], [0.0, 2.0], [-0.0, 1.0]]))
    (array([0, 1, 0]), array([2, 1]))
    """
    for column in a.T[:TRIED]:  # far faster than what follows, and true of most numbers
        ordered = np.sort(column)
        if (ordered[1:] != ordered[:-1]).all():
            return np.arange(len(a)), np.ones(len(a), np.int64)
    rows = np.ascontiguousarray(a + np.zeros((), a.dtype))  # -0.0 becomes 0.0
    # equal rows are equal bytes, and one value of bytes a row sorts far faster than columns do
    whole = rows.view(np.dtype((np.void, rows.itemsize * rows.shape[1])))[:, 0]
    _, first, codes, counts = np.unique(
        whole, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.argsort(first)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return place[codes.reshape(-1)], counts[order]


def copied(a: Array) -> float:
    """The share of rows that have an exact copy.

    >>> copied(np.array([[0.0, 1.0], [-0.0, 1.0], [0.0, 2.0], [3.0, 2.0]]))
    0.5
    """
    _, counts = distinct_rows(a)
    return float(counts[counts > 1].sum()) / len(a)


def copies(a: Array, name: str) -> list[str]:
    """A warning where rows have exact copies, an InputError where more than 5 % do.

    >>> copies(np.arange(3.0)[:, None], "t"), copies(np.maximum(np.arange(100.0), 1)[:, None], "t")
    ([], ['2 % of the rows of t have an exact copy: ...'])
    """
    share = copied(a)
    if share == 0:
        return []
    of_what = "rows" if name == "rows" else f"the rows of {name}"
    told = f"{100 * share:.3g} % of {of_what} have an exact copy"
    if share > MOST_COPIES:
        raise InputError(
            f"{told}, and a density has none (its entropy would be minus infinity); at most "
            f"{100 * MOST_COPIES:g} % are accepted: drop the copies, use binning, pass labels as "
            "integers, or add noise of a stated size"
        )
    return [f"{told}: the estimate assumes values that never repeat, and is biased by copies"]
