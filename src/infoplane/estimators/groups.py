"""Rows that belong together: images of one patient, windows of one recording, copies of a row."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.inputs.arrays import Array, as_plain

__all__ = ["as_groups", "groups_of_batch", "shifts_apart", "spread_out", "three_ways"]

Ints = npt.NDArray[np.int64]

# Random orders of the groups that are tried before the one with the nearest sizes is taken.
ORDERS = 32
LEAST = 5  # one group to train on; two to validate and two to test, for pairs drawn apart


def as_groups(groups: Any, n: int) -> Ints:
    """The groups of n rows as codes (n,), 0, 1, … in the order of their names.

    groups: (n,) integers, text or truth values, or floats that are whole numbers.
    Raises InputError for another length or shape, for missing values, and for other numbers.

    >>> as_groups(["b", "a", "b"], 3)
    array([1, 0, 1])
    """
    a = as_plain(groups, "groups")
    if a.ndim == 2 and a.shape[1] == 1:
        a = a[:, 0]
    if a.ndim != 1:
        raise InputError(f"groups has shape {a.shape}: ({n},) is accepted, one group for each row")
    if len(a) != n:
        raise InputError(
            f"groups has {len(a)} values and x has {n} rows: give the group of each row, "
            "in the same order"
        )
    if a.dtype.kind not in "iubfUS":
        raise InputError(f"groups has dtype {a.dtype}: integers or text are accepted")
    if a.dtype.kind == "f":
        broken = np.flatnonzero(~np.isfinite(a) | (a != np.rint(a)))
        if len(broken):
            row = int(broken[0])
            raise InputError(
                f"groups has values that are missing or no whole numbers, the first {a[row]:g} at "
                f"row {row}: integers or text are accepted; drop rows of no known group"
            )
    codes: Ints = np.unique(a, return_inverse=True)[1].reshape(-1).astype(np.int64)
    return codes


def groups_of_batch(groups: Any, members: int) -> list[Any]:
    """For each member of a batch its groups: (n,) shared by all, or (b, n), or None."""
    if groups is None:
        return [None] * members
    a = as_plain(groups, "groups")
    if a.ndim == 1:
        return [a] * members
    if a.ndim != 2 or len(a) != members:
        raise InputError(
            f"groups has shape {a.shape}: (n,), shared by all members, or ({members}, n) is "
            "accepted"
        )
    return list(a)


def three_ways(groups: Ints, sizes: tuple[int, int, int], orders: Iterable[Ints]) -> list[Ints]:
    """Row numbers for training, validation and test, every group whole in one of them.

    groups: (n,) codes 0, 1, …; sizes: the rows wanted in each; orders: random orders of the
    codes. Each order is cut where the sizes come nearest, in validation and test without a group
    of more than half the rows, which could not be paired with others; of the orders the first with
    the nearest sizes is taken: chance decides as far as sizes allow. The rows of each part are
    :func:`spread_out`.
    Raises InputError where the groups are fewer than five, where one has more than half the rows,
    or where no order can be cut so.
    """
    counts = np.bincount(groups)
    if len(counts) < LEAST:
        raise InputError(
            f"groups has {len(counts)} distinct values: at least {LEAST} are needed, 1 to train "
            "on, 2 to validate and 2 to test: give more groups"
        )
    if _outweighs(counts):
        raise InputError(
            f"groups has one value in {counts.max()} of {len(groups)} rows: a group of more than "
            "half the rows cannot be split off; give smaller groups, or drop rows of this one"
        )
    best: tuple[float, list[Ints]] | None = None
    for order in orders:
        parts = _cut(counts[order], sizes)
        if parts is None:
            continue
        found = [order[part] for part in parts]
        off = sum(abs(counts[p].sum() - size) for p, size in zip(found, sizes, strict=True))
        if best is None or off < best[0]:
            best = off, found
        if off == 0:
            break
    if best is None:
        raise InputError(
            f"groups has {len(counts)} groups of {counts.min()} to {counts.max()} rows, of which "
            "none of the ways tried leaves validation and test without one of more than half their "
            "rows, where pairs of different groups run out: give more and smaller groups"
        )
    return [spread_out(groups, part) for part in best[1]]


def _cut(counts: Ints, sizes: tuple[int, int, int]) -> list[slice] | None:
    """Where an order of groups with these counts comes nearest to the sizes, or None.

    Validation and test take one more group each until none has more than half the rows there.
    """
    ends = np.cumsum(counts)
    first = 1 + int(np.abs(ends[:-2] - sizes[0]).argmin())
    second = first + 1 + int(np.abs(ends[first:-1] - (ends[first - 1] + sizes[1])).argmin())
    while second > 0 and _outweighs(counts[second:]):
        second -= 1
    first = min(first, second - 1)
    while first > 0 and _outweighs(counts[first:second]):
        first -= 1
    return [slice(0, first), slice(first, second), slice(second, None)] if first > 0 else None


def _outweighs(counts: Ints) -> bool:
    """Whether one group has more than half the rows, so that some row meets only its own."""
    return bool(2 * counts.max() > counts.sum())


def spread_out(groups: Ints, some: Ints) -> Ints:
    """The rows of some groups in rounds, in each of which a group comes once at most.

    The largest group, of c rows, sets the number of rounds. The rows, group by group from the
    largest on, are dealt to the c rounds in turn: rows of one group are n / c apart at least,
    rounded down, and groups of equal size come in the same order in every round.

    >>> spread_out(np.array([0, 0, 1, 1, 2, 2]), np.array([2, 0]))
    array([4, 0, 5, 1])
    """
    some = some[np.argsort(-np.bincount(groups)[some], kind="stable")]
    place = np.full(groups.max() + 1, -1)
    place[some] = np.arange(len(some))
    rows = np.flatnonzero(place[groups] >= 0)
    rows = rows[np.argsort(place[groups[rows]], kind="stable")]
    rounds = np.arange(len(rows)) % (groups == some[0]).sum()
    spread: Ints = rows[np.argsort(rounds, kind="stable")]
    return spread


def shifts_apart(groups: Array, most: int) -> Ints:
    """The first shifts s, as many as `most`, that pair no row i with a row i + s of its group.

    groups: (m,), and i + s is taken modulo m.

    >>> shifts_apart(np.array([0, 1, 2, 0, 1, 2]), most=3)
    array([1, 2, 4])
    """
    found: list[int] = []
    for s in range(1, len(groups)):
        if len(found) == most:
            break
        if not (groups == np.roll(groups, -s)).any():
            found.append(s)
    return np.array(found, dtype=np.int64)
