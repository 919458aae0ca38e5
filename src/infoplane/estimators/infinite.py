"""Where both sides have the same measurement, whose information is infinite."""

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from infoplane.estimators.ceilings import discrete_entropy
from infoplane.inputs.arrays import Array
from infoplane.inputs.columns import independent, is_discrete, precision, scaled, unit_columns

__all__ = ["infinite"]

# The chance that columns which have nothing in common are taken for the same.
LEVEL = 1e-5
# Columns up to which linear functions are looked for, which takes the cube of their number: .1 s.
MOST_COLUMNS = 256
# What rounding may amount to, at most, of what a column's own side leaves of it: the pixels of
# smooth images are nearly functions of each other, which tells nothing of the other side's.
LEFT = 0.01
# On which columns are told apart before all rows are looked at.
ROWS = 256

Ints = npt.NDArray[np.int64]


def infinite(x: Array, z: Array) -> list[str]:
    """A warning where a column of x is one of z, in whatever unit, or a linear function is.

    x: (n, dx), z: (n, dz). Where the values have a density, such a pair lies on a line, and an
    estimate only says how finely rows or bins see it. Not of integers and labels, or of columns
    in which at most 5 % of the values occur once, whose information is finite, their entropy.
    Linear functions are looked for in up to 256 columns, with two rows for each and two more.

    >>> celsius, other = np.random.default_rng(0).standard_normal((2, 9, 1))
    >>> infinite(np.hstack([other, celsius]), 1.8 * celsius + 32)
    ['column 1 of x equals column 0 of z but for its unit: where the values have a density ...']
    >>> infinite(celsius, other)
    []
    """
    if is_discrete(x) or is_discrete(z):
        return []
    told = _same_column(x, z)
    if not told and (_same_function(x, z) or _same_function(z, x)):
        told = "a linear function of x equals one of z"
    if not told:
        return []
    return [
        f"{told}: where the values have a density the true value is infinite, and the answer only "
        "a matter of how many rows, or bins, there are; leave it out on one side"
    ]


def _same_column(x: Array, z: Array) -> str:
    """Which columns are the same, in words; nothing where none are."""
    n = len(x)
    some = np.linspace(0, n - 1, min(n, ROWS)).astype(int)
    if all((a[some] == a[some[0]]).all(axis=0).any() for a in (x, z)):
        some = np.arange(n)  # what is constant in some rows tells nothing of all
    for i, alike in _alike(x[some], z[some]):
        if not _has_density(x[:, i : i + 1]):
            continue
        for j in alike:
            if list(_alike(x[:, i : i + 1], z[:, j : j + 1])):
                unit = "" if np.array_equal(x[:, i], z[:, j]) else " but for its unit"
                return f"column {i} of x equals column {j} of z{unit}"
    return ""


def _alike(x: Array, z: Array) -> Iterator[tuple[int, Ints]]:
    """A column i of x, and those of z that are linear functions of it to rounding.

    Projections of such columns on one direction agree up to sign, so that looking takes no more
    than reading the columns.
    """
    (ux, ex), (uz, ez) = (unit_columns(a, precision(a)) for a in (x, z))
    n = len(ux)
    unlikely = math.log(LEVEL) - math.log(len(ex) * len(ez))
    # Columns that have nothing in common are as close as e by chance with probability e^(n - 2).
    with np.errstate(divide="ignore"):  # of a column that is constant in these rows
        in_x, in_z = ((n - 2) * np.log(2 * e) <= unlikely for e in (ex, ez))
    if n < 3 or not (in_x.any() and in_z.any()):
        return
    direction = np.random.default_rng(0).standard_normal(n)
    direction /= np.linalg.norm(direction)
    at_x, at_z = np.abs(direction @ ux), np.abs(direction @ uz)
    order = np.flatnonzero(in_z)[np.argsort(at_z[in_z])]
    reach = ex + ez[in_z].max()
    low, high = (np.searchsorted(at_z[order], at_x + side * reach) for side in (-1, 1))
    for i in np.flatnonzero(in_x & (low < high) & ux.any(axis=0)):
        near = order[low[i] : high[i]]
        signs = np.sign(ux[:, i] @ uz[:, near])
        apart = np.linalg.norm(ux[:, i : i + 1] - signs * uz[:, near], axis=0)
        alike = near[apart <= ex[i] + ez[near]]
        if len(alike):
            yield int(i), alike


def _same_function(x: Array, z: Array) -> bool:
    """Whether a linear function of the columns of x that have a density is one of those of z."""
    n, p = len(x), x.shape[1] + z.shape[1]
    m = 2 * p + 2  # fewer may depend by chance, and all do where these do not
    if p == 2 or p > MOST_COLUMNS or n < m:
        return False
    rows = np.linspace(0, n - 1, m).astype(int)
    if independent(np.hstack([x[rows], z[rows]])).all():
        return False
    x, z = (a[:, [_has_density(column[:, None]) for column in a.T]] for a in (x, z))
    if 0 in (x.shape[1], z.shape[1]) or not len(_dependent(x[rows], z[rows])):
        return False
    return any(_to_rounding(x, z, j) and _has_density(_common(x, z, j)) for j in _dependent(x, z))


def _dependent(x: Array, z: Array) -> Ints:
    """The columns of z that depend on x and the earlier ones, and not on the earlier ones alone."""
    free = independent(np.hstack([x, z]))[x.shape[1] :]
    return np.flatnonzero(independent(z) & ~free)


def _to_rounding(x: Array, z: Array, j: int) -> bool:
    """Whether x, and not the earlier columns of z alone, gives column j of z to its rounding.

    By least squares over all rows and all columns: what :func:`independent` takes for rounding
    grows with each column that is nearly a function of others.
    """
    (ux, ex), (uz, ez) = (unit_columns(a, precision(a)) for a in (x, z[:, : j + 1]))
    own, both = uz[:, :j], np.hstack([uz[:, :j], ux])
    weights = np.linalg.lstsq(both, uz[:, j], rcond=None)[0]
    left = float(np.linalg.norm(uz[:, j] - both @ weights))
    rounding = math.hypot(float(np.linalg.norm(weights * np.append(ez[:j], ex))), ez[j])
    alone = uz[:, j] - own @ np.linalg.lstsq(own, uz[:, j], rcond=None)[0]
    return left <= rounding <= LEFT * float(np.linalg.norm(alone))


def _common(x: Array, z: Array, j: int) -> Array:
    """The linear function of x that is one of the columns of z up to j, (n, 1), to 1e-9 of its
    range: a difference of measurements may be whole numbers, and rounding hides that."""
    sides = [scaled(a)[0] for a in (x, z[:, : j + 1])]
    x, before = (a - a.mean(axis=0) for a in sides)
    known = np.hstack([x, before[:, :-1]])
    weights = np.linalg.lstsq(known, before[:, -1], rcond=None)[0]
    common = x @ weights[: x.shape[1]]
    rounded: Array = np.round(common / np.ptp(common), 9)[:, None]
    return rounded


def _has_density(a: Array) -> bool:
    """Whether enough of the values occur once."""
    return math.isinf(discrete_entropy(a)[0])
