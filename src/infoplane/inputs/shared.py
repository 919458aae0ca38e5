"""What both sides of a pair know of a row that is no measurement: its number, its name."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from infoplane.inputs.arrays import Array, as_array
from infoplane.inputs.tables import column_names

__all__ = ["counts_rows", "doubts_of"]


def counts_rows(values: Any) -> bool:
    """Whether values (n,), at least three, are 0, 1, 2, … or 1, 2, 3, … in order.

    >>> counts_rows([1, 2, 3]), counts_rows([1, 3, 2])
    (True, False)
    """
    a = as_array(values, "values")
    if a.ndim != 1 or a.dtype.kind not in "iuf" or len(a) < 3 or a[0] not in (0, 1):
        return False
    # as Python's numbers: a byte cannot hold the number of rows, nor a difference below zero
    first, last = float(a[0]), float(a[-1])
    return last == first + len(a) - 1 and bool((np.diff(a.astype(np.float64)) == 1).all())


def doubts_of(x: Any, z: Any) -> list[str]:
    """Doubts about columns that number the rows, or that both sides have, each value once.

    Of columns on both sides those that are all whole numbers of a side: keys. What stands beside
    fractions on both sides, estimators tell: :mod:`infoplane.estimators.infinite`.
    Row numbers on both sides tell each other, however independent all else is: their estimate
    grows as log n. On one side, beside other columns, they may tell how a file was sorted.

    >>> doubts_of(np.arange(5), np.arange(1, 6))
    ['column 0 of x and column 0 of z count the rows, ...']
    """
    sides = {"x": list(_columns(x)), "z": list(_columns(z))}
    counted = {
        name: label for name, columns in sides.items() for label, a in columns if counts_rows(a)
    }
    told = [f"column {label!r} of {name}" for name, label in sorted(counted.items())]
    if len(told) == 2:
        return [
            f"{told[0]} and {told[1]} count the rows, and so tell each other without measuring "
            "anything: leave them out"
        ]
    if told and len(sides[next(iter(counted))]) > 1:
        return [f"{told[0]} counts the rows: leave it out if it numbers and does not measure them"]
    if all(any(a.dtype.kind == "f" for _, a in columns) for columns in sides.values()):
        return []
    known = {(len(a), *a[[0, -1]]): (label, a) for label, a in sides["x"] if len(a)}
    for label, a in sides["z"]:
        other, b = known.get((len(a), *a[[0, -1]]) if len(a) else (), (None, None))
        if b is not None and np.array_equal(a, b) and len(np.unique(a)) == len(a):
            return [
                f"column {other!r} of x and column {label!r} of z are the same, with another "
                "value in each row: that tells each row from all others; leave one out"
            ]
    return []


def _columns(side: Any) -> Iterator[tuple[Any, Array]]:
    """Columns of numbers with their names, or numbers."""
    names = column_names(side)
    if hasattr(side, "iloc"):
        columns = [side] if side.ndim == 1 else [side.iloc[:, j] for j in range(side.shape[1])]
    else:
        columns = [side] if side.ndim == 1 else list(side.T) if side.ndim == 2 else []
    for j, column in enumerate(columns):
        a = as_array(column, "column")
        if a.dtype.kind in "iuf":
            yield (names[j] if names else j), a
