"""Whether rows follow each other: windows of a recording, prices, states of a simulation.

Two series that have nothing to do with each other correlate by chance, the more the slower both
of them are, and every estimator takes that for information. By Bartlett's formula

    var corr(x, z) = factor / n,    factor = 1 + 2 sum_{k >= 1} rho_x(k) rho_z(k)

for n rows of two independent stationary series with autocorrelations rho: they are worth
n / factor independent ones. Ranks take the place of values, so that the tails of a column, its
unit and any increasing map of it do not matter.

Source: Bartlett (1935), https://doi.org/10.2307/2342284
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.fft import irfft, next_fast_len, rfft

from infoplane.inputs.arrays import Array
from infoplane.inputs.columns import Floats, is_discrete, scaled

__all__ = ["OPENING", "follow_each_other"]

# How the sentence begins, for those who say it once of many estimates.
OPENING = "rows that follow each other are alike"

# Chance of a false alarm where rows are independent.
LEVEL = 1e-3
# Rows worth less than half: an interval that is called one of 95 % holds the truth of a Gaussian
# correlation in P(|N| < 1.96 / sqrt 2) = 83 % of all cases, or fewer.
WORTH_HALF = 2.0
# Lags that a sum needs, in units of its result: what an exponential has beyond is e^-5 of it.
WINDOW = 5
# The first look is at so many rows, in stretches, where Freedman's bound (below) is .06 for one
# column and .11 for a million, and a factor of 2 has correlations of .58, or a very long memory.
ROWS, STRETCHES = 4096, 16
# Columns of a side that are ranked at the first look, and those of them whose lags are summed.
RANKED, SUMMED = 64, 8

Ints = npt.NDArray[np.int64]


class Pair(NamedTuple):
    """Columns of x and z, the rank correlations of neighbours in them, and Bartlett's factor."""

    places: tuple[int, int]
    alike: tuple[float, float]
    factor: float


def follow_each_other(
    x: Array,
    z: Array,
    *,
    names: tuple[str, str] = ("x", "z"),
    text: Sequence[str] = (),
    groups: Ints | None = None,
    uses_groups: bool = False,
) -> list[str]:
    """A warning where neighbouring rows are so alike on both sides that n of them are worth less
    than half as many.

    x: (n, dx), z: (n, dz); names: how they are called; text: which of these are codes of words.
    groups: (n,) codes of rows that an estimator keeps together, and the first row of each is looked
    at: what is said is then of groups. uses_groups: whether it could.
    Silent where a side is in an order that was made and says nothing of time: sorted, counted up,
    dealt in turn. Also where neighbours are no more alike than others in any single column.
    Wrong when: rows were sorted by something that is on no side; the sentence says what to do.

    >>> steps = np.random.default_rng(0).standard_normal((2, 1000, 1))
    >>> x, z = np.cumsum(steps, axis=1)
    >>> follow_each_other(x, z), follow_each_other(*steps)
    (['rows that follow each other are alike, ...'], [])
    """
    if groups is not None:
        first = np.sort(np.unique(groups, return_index=True)[1])
        x, z = x[first], z[first]
    sides = [_numbers(a, name in text) for name, a in zip(names, (x, z), strict=True)]
    slow = [_slow_columns(a) for a in sides]
    if not all(map(len, slow)) or _arranged(x) or _arranged(z):
        return []
    pair = _slowest(sides, slow)
    if pair is None or pair.factor < WORTH_HALF:
        return []
    named = " and ".join(
        f"the labels of {name}" if _labels(a, name in text) else f"column {j} of {name}"
        for name, a, j in zip(names, (x, z), pair.places, strict=True)
    )
    n, every = len(x), math.ceil(pair.factor)
    if groups is not None:
        what = "groups"
        remedy = f"make one group of every {every} that follow each other, or of more"
    else:
        what = "rows"
        remedy = f"keep one row in every {every}"
        if uses_groups:
            remedy += f", or pass groups= with one number for each stretch of many times {every}"
    return [
        f"{OPENING}, in {named} (rank correlations of neighbours {pair.alike[0]:.2f} and "
        f"{pair.alike[1]:.2f}): the {n} {what} are worth about {n / pair.factor:.0f} independent "
        f"ones, and the value has more of chance in it than its standard error and bias, which are "
        f"those of {n} independent ones, say; {remedy}; if they were only sorted, shuffle them"
    ]


def _numbers(a: Array, text: bool) -> Array:
    """Columns of numbers; of words the indicators of the commonest, in any alphabet the same."""
    if not text:
        return a
    values, first, counts = np.unique(a, return_index=True, return_counts=True)
    indicators: Ints = (a == values[np.lexsort((first, -counts))[:RANKED]]).astype(np.int64)
    return indicators


def _labels(a: Array, text: bool) -> bool:
    """Whether a side is one label: of words, or indicators of which each row has one."""
    if text or not is_discrete(a) or a.shape[1] == 1:
        return text
    return bool(a.min() >= 0 and (a.sum(axis=1) == 1).all())


def _scores(a: Array) -> Floats:
    """Ranks of the columns (n, d), centred, with a sum of squares of 1; of a constant column 0."""
    from scipy.stats import rankdata  # takes half a second

    ranks = rankdata(a, axis=0) - (len(a) + 1) / 2
    norms = np.linalg.norm(ranks, axis=0)
    scores: Floats = ranks / np.where(norms > 0, norms, 1)
    return scores


def _bound(scores: Floats, columns: int) -> Floats:
    """What the rank correlation of neighbours in (n, d) scores exceeds by chance, one side in a
    thousand: (d,).

    Of independent rows s_i s_{i+1} are differences of a martingale, of variance 1/n^2, at most
    b = max s^2. Freedman: P(sum >= t) <= exp(-t^2 / 2 (v + b t / 3)) with v = 1/n, which knows of
    values that are rare, whose neighbours are far from Gaussian; here for the largest of `columns`.
    Source: Freedman (1975), https://doi.org/10.1214/aop/1176996452
    """
    level = math.log(columns / LEVEL)
    third = np.square(scores).max(axis=0) * level / 3
    bound: Floats = third + np.sqrt(np.square(third) + 2 * level / len(scores))
    return bound


def _slow_columns(a: Array) -> Ints:
    """Columns whose neighbours are alike beyond chance, the most alike first, as far as they are
    summed: from the whole (n, d), or from some stretches of it."""
    n = len(a)
    length = n if n <= ROWS else ROWS // STRETCHES
    begin = np.linspace(0, n - length, 1 if n <= ROWS else STRETCHES).astype(int)
    some = a[begin[:, None] + np.arange(length)]  # (stretches, length, d)
    places = np.arange(a.shape[1])
    if len(places) > RANKED:
        places = np.argsort(-_neighbours(_standard(some)), kind="stable")[:RANKED]
    scores = _scores(some[:, :, places].reshape(-1, len(places)))
    alike = _neighbours(scores.reshape(*some.shape[:2], -1))
    order = np.argsort(-alike, kind="stable")
    beyond = alike > _bound(scores, a.shape[1])
    return places[order[beyond[order]][:SUMMED]]


def _standard(some: Array) -> Floats:
    """The values themselves, centred, with a sum of squares of 1: quicker than ranks."""
    flat = scaled(some.reshape(-1, some.shape[2]))[0]
    flat -= flat.mean(axis=0)
    norms = np.linalg.norm(flat, axis=0)
    return (flat / np.where(norms > 0, norms, 1)).reshape(some.shape)


def _neighbours(scores: Floats) -> Floats:
    """sum_i s_i s_{i+1} within each stretch of (stretches, length, d): (d,)."""
    found: Floats = np.einsum("ijk,ijk->k", scores[:, :-1], scores[:, 1:])
    return found


def _arranged(a: Array) -> bool:
    """Whether the rows (n, d) are in an order that somebody made.

    One column never falls or never rises: sorted, or all inputs counted up. Or a single one of
    whole numbers has each of its values in one block, or all but one (a class against the rest):
    sorted by class, whatever the order of classes. Or all rows come again and again in the same
    order: classes dealt in turn.
    """
    varies = a.min(axis=0) != a.max(axis=0)
    rises, falls = ((a[1:] >= a[:-1]).all(axis=0), (a[1:] <= a[:-1]).all(axis=0))
    if ((rises | falls) & varies).any():
        return True
    if a.shape[1] == 1 and np.array_equal(a, np.rint(a)):
        blocks, distinct = 1 + int((a[1:] != a[:-1]).sum()), len(np.unique(a))
        if distinct <= len(a) // 2 and blocks <= distinct + 1:
            return True
    return _periodic(a)


def _periodic(a: Array) -> bool:
    """Whether row i + p equals row i for all i and a p of at most half the rows."""
    rows = np.ascontiguousarray(a + np.zeros((), a.dtype))  # -0.0 becomes 0.0
    whole, size = rows.tobytes(), rows.itemsize * rows.shape[1]
    half = whole[: len(rows) // 2 * size]
    at = whole.find(half, 1)
    while at > 0 and at % size:  # bytes that begin in the middle of a row
        at = whole.find(half, at + 1)
    return at > 0 and whole[at:] == whole[:-at]


def _slowest(sides: Sequence[Array], slow: Sequence[Ints]) -> Pair | None:
    """The pair of columns with the largest factor, or None where the whole columns are not alike
    beyond chance, as the stretches were."""
    lags = []
    for a, places in zip(sides, slow, strict=True):
        scores = _scores(a[:, places])
        of_side = _autocorrelations(scores)
        lags.append((of_side, of_side[1] > _bound(scores, a.shape[1])))
    (of_x, sure_x), (of_z, sure_z) = lags
    found = [
        Pair(
            (int(slow[0][i]), int(slow[1][j])),
            (float(of_x[1, i]), float(of_z[1, j])),
            _factor(of_x[:, i] * of_z[:, j]),
        )
        for i in np.flatnonzero(sure_x)
        for j in np.flatnonzero(sure_z)
    ]
    return max(found, key=lambda pair: pair.factor, default=None)


def _autocorrelations(scores: Floats) -> Floats:
    """sum_i s_i s_{i+k} of (n, d) scores for lags 0, 1, … n / 4: (lags, d)."""
    most = len(scores) // 4  # as Box & Jenkins have it
    length = next_fast_len(len(scores) + most, real=True)  # so many zeros that no lag wraps around
    power = np.square(np.abs(rfft(scores, length, axis=0)))
    found: Floats = irfft(power, length, axis=0)[: most + 1]
    return found


def _factor(products: Floats) -> float:
    """1 + 2 sum_k products[k] up to the first lag that is WINDOW times half of it, or the last.

    Beyond, there is more noise than signal.
    Source: Madras & Sokal (1988), appendix C, https://doi.org/10.1007/BF01022990

    >>> _factor(0.5 ** np.arange(100))
    2.9...
    """
    sums = 0.5 + np.cumsum(products[1:])
    enough = np.flatnonzero(np.arange(1, len(sums) + 1) >= WINDOW * sums)
    return 2 * float(sums[enough[0] if len(enough) else -1])
