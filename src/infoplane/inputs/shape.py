"""Whether a standard deviation says where the rows of a column lie: tails, peaks, outliers.

Distances in one unit serve where the bulk and the tails of a column have one scale. That is so for
every log-concave density, one peak whose tails fall at least like exp(-|x|): all its measures of
spread are the same up to small factors. On either side of the median m the logarithm of the tail
probability S is concave, and from log 1/2 at m through log 1/4 at the quartile it can reach
log 1/100 no farther than by a straight line,

    |q_99 - m| <= log 50 / log 2 |q_75 - m|,    so   q_99 - q_1 <= 5.64 (q_75 - q_25),

with equality for two-sided exponentials, and by the same line its standard deviation is at most
1.5 (q_75 - q_25). A sample beyond these, and beyond chance, has tails too heavy for its bulk or a
bulk too narrow for its tails, and no density with one scale.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from infoplane.inputs.arrays import Array
from infoplane.inputs.columns import MOST_COPIES, Floats, scaled
from infoplane.inputs.margins import AFFINE, transformed

__all__ = ["doubts_of_margins", "outliers"]

MOST_TAILS = math.log(50) / math.log(2)
# Half of (q_75 - m)^2 + (m - q_25)^2 times 1 + int_1^inf 2 u 2^-u du = 4.52, at most 1.504^2.
MOST_STD = 1.504
# Standard deviation of log((q_99 - q_1) / (q_75 - q_25)) times sqrt(n), of two-sided exponentials,
# from the covariances of their sample quantiles: sqrt(196 / 7.82^2 + 4 / 1.39^2 - 8 / 10.8).
# That of log(std / (q_75 - q_25)) is smaller, 1.8.
CHANCE = 2.13
ONE_IN = 100  # samples of the most extreme of these densities are called out


def outliers(a: Array, name: str, advice: str) -> list[str]:
    """A sentence where a column (n, d) of the data `name` has no one scale, and what to do then.

    A value in more than 5 % of the rows, the zeros of many data, is no part of a density: if there
    is one, the quantiles are those of the others.

    >>> outliers(np.linspace(-1, 1, 99)[:, None] ** 9, "x", "transform it")
    ['column 0 of x has heavy tails (... transform it']
    """
    found = _shapes(a)
    if not found:
        return []
    j = min(found)
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return [f"column {j} of {name}{more} has {found[j]}: {advice}"]


def doubts_of_margins(
    a: Array, name: str, margins: str, maps: Sequence[str] = ("asinh", "normal-scores")
) -> list[str]:
    """The same of columns as an estimator sees them, after their map, with another map that helps.

    a: (n, d) as given; maps: that may be advised, the first after which no column is in doubt, nor
    would be in a larger sample.
    """
    told = outliers(a if margins in AFFINE else transformed(a, margins), name, "")
    if not told:
        return []
    helpful = [
        other
        for other in maps
        if other != margins and not _shapes(transformed(a, other), allowance=0)
    ]
    way = f"pass margins={helpful[0]!r}" if helpful else "no map of margins helps: transform it"
    return [f"{told[0]}one unit does not fit both the bulk and the tails; {way}"]


def _shapes(a: Array, allowance: float = CHANCE) -> dict[int, str]:
    """What is wrong with the shape of columns, by their numbers; allowance: for chance, see it."""
    fraction, exponent = scaled(a)
    # beyond chance in any of the columns
    z = NormalDist().inv_cdf(1 - 1 / (ONE_IN * a.shape[1]))
    found = {}
    for j, (column, e) in enumerate(zip(fraction.T, exponent, strict=True)):
        some = _density(np.sort(column))
        if not len(some):
            continue
        # Values that occur: between a 0 and a 1, interpolation would invent a tiny range.
        q1, q25, q75, q99 = np.percentile(some, [1, 25, 75, 99], method="nearest")
        inner, std = q75 - q25, column.std()
        most = inner * math.exp(z * allowance / math.sqrt(len(some)))
        if inner > 0 and q99 - q1 > MOST_TAILS * most:
            found[j] = (
                f"heavy tails (from the 1st to the 99th percentile {(q99 - q1) / inner:.3g} "
                f"interquartile ranges, where tails like exp(-|x|) have {MOST_TAILS:.2g})"
            )
        elif inner > 0 and std > MOST_STD * most:
            with np.errstate(over="ignore", under="ignore"):  # only told, and inf tells enough
                told_std, told_inner = np.ldexp([std, inner], e)
            found[j] = (
                f"outliers (standard deviation {told_std:.5g} against an interquartile range of "
                f"{told_inner:.2g})"
            )
    return found


def _density(ordered: Floats) -> Floats:
    """The ordered values without the most frequent one, if more than 5 % of the rows have it."""
    reach = int(MOST_COPIES * len(ordered))
    if not reach or not (ordered[reach:] == ordered[:-reach]).any():
        return ordered
    values, counts = np.unique(ordered, return_counts=True)
    others: Floats = ordered[ordered != values[counts.argmax()]]
    return others
