"""Whether rows that occur several times are one observation, recorded several times."""

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist

from infoplane.inputs.arrays import Array
from infoplane.inputs.columns import distinct_rows, scaled

__all__ = ["recorded_twice"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# Values that occur more often are those of a grid or of an atom, which many rows share.
FEW = 8
# Pairs that are looked at, and the chance of a false alarm.
PAIRS, LEVEL = 500, 1e-5
ENOUGH = 10  # values that occur often, to show that x determines z


def recorded_twice(
    x: Array, z: Array, groups: Ints | None = None, *, remedy: str = "drop the copies"
) -> list[str]:
    """A warning where rows that are equal on one side agree on the other as no others do.

    x: (n, dx), z: (n, dz), in either order. Rows of a grid are equal in x now and then, and then
    as alike in z as rows that are nearest to each other without being equal, or as those that
    share one of the many values that occur often. Copies of one observation are equal in both,
    which is what dependence looks like to every estimator: neighbours at distance zero, and test
    rows that a critic was trained on.

    Fisher's exact test of the two shares, at a level of 1e-5, over at most 500 pairs of rows whose
    x occurs 2 to 8 times. A code without order (the parity of many bits) that determines z looks
    the same, and value and standard error are right then: the sentence says so, and the standard
    error, which is of chance alone, stays.
    groups: (n,) codes of groups that an estimator keeps together: copies within one of them are
    accounted for, and of each one is looked at. remedy: what the estimator's user can do.

    >>> x, z = np.random.default_rng(0).standard_normal((2, 60, 1))
    >>> recorded_twice(x, z), recorded_twice(np.repeat(x, 2, axis=0), np.repeat(z, 2, axis=0))
    ([], ['100 % of the rows have equals in x, which agree in z in 60 of 60 pairs, ...'])
    """
    if groups is not None:
        code = np.stack([groups, distinct_rows(x)[0], distinct_rows(z)[0]], axis=1)
        once = np.unique(code, axis=0, return_index=True)[1]
        x, z = x[np.sort(once)], z[np.sort(once)]
    return _told(x, z, "x", "z", remedy) or _told(z, x, "z", "x", remedy)


def _told(x: Array, z: Array, name: str, other: str, remedy: str) -> list[str]:
    value, counts = distinct_rows(x)
    few = (counts > 1) & (counts <= FEW)
    share = float(few[value].mean())
    if share == 0:
        return []
    order = np.argsort(value, kind="stable")
    first = np.flatnonzero(np.diff(value[order], prepend=-1))
    pairs = order[np.stack([first, np.minimum(first + 1, len(order) - 1)], axis=1)]
    code = distinct_rows(z)[0]
    agree = code[pairs[:, 0]] == code[pairs[:, 1]]
    often = agree[counts > FEW]
    # spread over all values, not the first in the order of rows
    some = np.flatnonzero(few)
    some = some[np.linspace(0, len(some) - 1, min(PAIRS, len(some))).astype(int)]
    equal, rows = agree[some], pairs[some, 0]
    near = code[rows] == code[_nearest(x, value, rows)]
    if _as_often(equal, near) or (len(often) >= ENOUGH and _as_often(equal, often, level=0.01)):
        return []
    return [
        f"{100 * share:.3g} % of the rows have equals in {name}, which agree in {other} in "
        f"{equal.sum()} of {len(equal)} pairs, while rows next to each other do in {near.sum()}: "
        "if these are observations recorded several times the value is too high, which its "
        f"standard error does not show: {remedy}; if {name} is a code whose neighbours have "
        "nothing in common, ignore this"
    ]


def _as_often(equal: Bools, other: Bools, level: float = LEVEL) -> bool:
    """Whether the share of True in `equal` may be no larger than that in `other`."""
    from scipy.stats import fisher_exact  # takes half a second, and few data have rows that repeat

    table = [[equal.sum(), (~equal).sum()], [other.sum(), (~other).sum()]]
    return bool(fisher_exact(table, alternative="greater").pvalue > level)


def _nearest(x: Array, value: Ints, rows: Ints) -> Ints:
    """For each of `rows` the nearest row whose x is another, in units of the columns' ranges."""
    a = scaled(x)[0]
    spread = np.ptp(a, axis=0)
    a = a / np.where(spread > 0, spread, 1)
    found = []
    for part in np.array_split(rows, -(-len(rows) * len(a) // 2**22)):
        distance = cdist(a[part], a, "cityblock")
        distance[value[part][:, None] == value] = np.inf
        found.append(distance.argmin(axis=1))
    return np.concatenate(found)
