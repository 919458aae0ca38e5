"""Means with intervals: every number over seeds goes through here."""

import itertools
import math
import operator
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Interval",
    "bca_ends",
    "ends",
    "every_order",
    "gauss",
    "holm",
    "largest_of",
    "magnitude",
    "mean_interval",
    "mean_of",
    "networks_to_decide",
    "over_seeds",
    "share_interval",
    "student",
]

Floats = npt.NDArray[np.float64]
Interval = tuple[float, float, float]  # value, low, high


def mean_interval(
    values: Sequence[float] | npt.NDArray[np.float64], level: float = 0.95
) -> Interval:
    """Mean and Student-t interval of independent repetitions: (mean, low, high).

    values: (n,) with n >= 2; the interval is of the mean, not of a single repetition.
    Raises InputError for fewer than two values, since one repetition has no spread.

    >>> mean_interval([1.0, 2.0, 3.0])
    (2.0, -0.484..., 4.484...)
    """
    a = np.asarray(values, dtype=np.float64)
    if a.size < 2:
        raise InputError(f"{a.size} repetitions have no interval: give at least 2 seeds")
    mean = float(a.mean())
    half = student(0.5 + level / 2, a.size - 1) * float(a.std(ddof=1)) / math.sqrt(a.size)
    return mean, mean - half, mean + half


def student(share: float, degrees: int) -> float:
    """The quantile of Student's t: what the given share lies below.

    >>> student(0.975, 4)
    2.776...
    """
    from scipy import special  # scipy.stats takes half a second to import

    return float(special.stdtrit(degrees, share))


def gauss(share: float) -> float:
    """The quantile of the standard Gaussian: what the given share lies below.

    >>> gauss(0.975)
    1.959...
    """
    from scipy import special

    return float(special.ndtri(share))


def ends(values: "Sequence[float] | Floats | pd.Series") -> tuple[float, float]:
    """Both ends of the 95 % interval of :func:`mean_interval`."""
    return mean_interval(np.asarray(values, dtype=np.float64))[1:]


def share_interval(count: int, n: int, level: float = 0.95) -> Interval:
    """Share of n independent trials with Clopper and Pearson's interval: (share, low, high).

    Its ends hold at least at `level` for every n, and it has a width at 0 of n and n of n too:
    that nothing was seen in few trials is no proof that there is nothing.
    Raises InputError for n < 1 or a count that is not among 0 ... n.
    Source: Clopper & Pearson (1934), https://doi.org/10.1093/biomet/26.4.404

    >>> share_interval(0, 20)  # the upper end is 1 - 0.025 ** (1 / 20)
    (0.0, 0.0, 0.168...)
    """
    if not 0 <= count <= n or n < 1:
        raise InputError(f"count={count} of n={n}: 0 <= count <= n and n >= 1 are accepted")
    from scipy import special

    count, n, tail = operator.index(count), operator.index(n), (1 - level) / 2
    low = float(special.betaincinv(count, n - count + 1, tail)) if count else 0.0
    high = float(special.betainccinv(count + 1, n - count, tail)) if count < n else 1.0
    return count / n, low, high


def bca_ends(
    value: float, resampled: Floats, left_out: Floats, level: float = 0.95
) -> tuple[float, float]:
    """Both ends of the bias-corrected and accelerated bootstrap interval of a statistic.

        the quantiles Phi(z0 + (z0 + z) / (1 - a (z0 + z))) of the resamples
        z0 = Phi^-1(share of resamples below value),  a = sum d^3 / (6 (sum d^2)^(3/2))

    with z the quantiles of the Gaussian and d the mean of left_out less each.
    value: of all units; resampled: (b,), of bootstrap samples of them; left_out: (n,), with each
    unit left out. A resample equal to value, to rounding, is half below it. Both ends are values
    that occurred. Raises InputError for values that are NaN or infinite, and
    for a value below or above all resamples, which then are of something else.
    Source: Efron (1987), eq. 2.3 and 6.6, https://doi.org/10.1080/01621459.1987.10478410

    >>> bca_ends(50.0, np.arange(101.0), np.array([49.0, 50.0, 51.0]), level=0.9)
    (5.0, 95.0)
    """
    if not (np.isfinite(value) and np.isfinite(resampled).all() and np.isfinite(left_out).all()):
        raise InputError(
            "a bootstrap interval needs a statistic that is finite in all resamples: leave out "
            "those where it is not, and count them"
        )
    from scipy import special

    same = np.isclose(resampled, value, rtol=1e-12, atol=1e-14)
    share = (np.sum((resampled < value) & ~same) + same.sum() / 2) / len(resampled)
    if share in (0, 1):
        raise InputError(
            f"value={value:g} lies outside of all {len(resampled)} resamples: they have a bias "
            "that no interval corrects; draw fewer things at once, or give more units"
        )
    z0 = gauss(share)
    d = left_out.mean() - left_out
    spread = float(np.square(d).sum())
    a = float((d**3).sum()) / (6 * spread**1.5) if spread > 0 else 0.0
    found = []
    for z in (gauss(0.5 - level / 2), gauss(0.5 + level / 2)):
        stretch = 1 - a * (z0 + z)
        # Where it is not positive the formula has passed infinity on the side of z.
        at = float(special.ndtr(z0 + (z0 + z) / stretch)) if stretch > 0 else float(z > 0)
        found.append(float(np.percentile(resampled, 100 * at, method="inverted_cdf")))
    return found[0], found[1]


def holm(p_values: Sequence[float] | Floats) -> Floats:
    """P-values adjusted for being several, so that any below 0.05 is wrong in 5 % of cases at most.

        p*_(i) = min(1, max_{j <= i} (m - j + 1) p_(j))   for p_(1) <= ... <= p_(m)

    p_values: (m,), in the order given; the tests may depend on each other in any way.
    Raises InputError for another shape, none, or values outside [0, 1].
    Source: Holm (1979), https://www.jstor.org/stable/4615733

    >>> holm([0.03, 0.01, 0.04])
    array([0.06, 0.03, 0.06])
    """
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1 or not p.size or not ((p >= 0) & (p <= 1)).all():
        raise InputError(f"p_values={p.tolist()} is not accepted: pass a list of numbers in [0, 1]")
    order = np.argsort(p, kind="stable")
    adjusted = np.empty_like(p)
    adjusted[order] = np.maximum.accumulate(np.arange(len(p), 0, -1) * p[order])
    return np.minimum(adjusted, 1.0)


@cache
def every_order(n: int) -> npt.NDArray[np.int64]:
    """All orders of 0 … n - 1, (n!, n), in the order of words: made once, and not to be changed.

    >>> every_order(3).tolist()
    [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
    """
    orders = np.array(list(itertools.permutations(range(n))), dtype=np.int64)
    orders.flags.writeable = False
    return orders


def magnitude(value: float, low: float, high: float) -> Interval:
    """|value| with the interval of the absolute value.

    >>> magnitude(-1.0, -3.0, 2.0)
    (1.0, 0.0, 3.0)
    """
    nearest = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
    return abs(value), nearest, max(abs(low), abs(high))


def largest_of(groups: Sequence[Any], of: Callable[[Any, float], Interval], /) -> Interval:
    """The largest of several numbers with an interval each, and its interval.

    groups: what each number is of; of(group, level): the number with its interval at that level.
    The largest is below the largest of the upper ends. It is above each of the lower ends, too,
    where all of them hold at once, and of many one is soon wrong: they share the 5 % (Bonferroni).
    Raises InputError where there is no group.

    >>> largest_of([[0.0, 2.0], [5.0, 5.0]], mean_interval)
    (5.0, 5.0, 13.7...)
    """
    if not groups:
        raise InputError("there is nothing to take the largest of: give at least one group")
    each = [of(group, 0.95) for group in groups]
    at_once = [of(group, 1 - 0.05 / len(groups)) for group in groups]
    # NaN of one is NaN of all: what was not measured could have been the largest
    value, low, high = (
        float(np.max(ends))
        for ends in (
            [value for value, _, _ in each],
            [low for _, low, _ in at_once],
            [high for _, _, high in each],
        )
    )
    return value, low, high


def mean_of(curves: Floats, level: float = 0.95) -> tuple[Floats, Floats, Floats]:
    """:func:`mean_interval` of each column of (n, steps) curves: three (steps,) arrays."""
    columns = np.array([mean_interval(column, level) for column in np.asarray(curves).T])
    return columns[:, 0], columns[:, 1], columns[:, 2]


def networks_to_decide(r: float, region: tuple[float, float], level: float = 0.95) -> float:
    """How many networks would show on which side of a region a correlation is, if it is r.

        n = 3 + (z / distance)^2,  distance = min |atanh r - atanh end|,  z = Phi^-1(0.5 + level/2)

    the smallest whole n >= 4 for which Fisher's interval around r, of half width z / sqrt(n - 3),
    is inside the region (low, high) or outside; infinite where r is an end of it. An end of -1 or 1
    is none, as no r is beyond.
    Rough: Fisher's interval is that of independent Gaussian networks, and r, an estimate, is taken
    as it is: of so many networks every other sample would still not decide.
    Raises InputError unless -1 <= low < high <= 1, -1 <= r <= 1 and 0 < level < 1.
    Source: Fisher (1921), On the probable error of a coefficient of correlation, Metron 1, 3

    >>> networks_to_decide(0.5, (0.8, 1.0)), networks_to_decide(0.8, (0.8, 1.0))
    (16.0, inf)
    """
    low, high = region
    if not (-1 <= low < high <= 1 and -1 <= r <= 1 and 0 < level < 1):
        raise InputError(
            f"r={r}, region={region}, level={level} are not accepted: pass -1 <= low < high <= 1, "
            "-1 <= r <= 1 and 0 < level < 1"
        )
    if r in region and abs(r) < 1:
        return math.inf
    with np.errstate(divide="ignore"):
        distances = [abs(np.arctanh(r) - np.arctanh(end)) for end in region if abs(end) < 1]
    half = gauss(0.5 + level / 2)
    return float(max(4, math.ceil(3 + (half / min(distances, default=math.inf)) ** 2)))


def over_seeds(frame: "pd.DataFrame", x: str, y: str) -> tuple[Floats, Floats, Floats, Floats]:
    """What a curve with its band is drawn from: the values of x, and :func:`mean_of` y at each.

    frame: a row for each x and `seed`, in any order.
    """
    table = frame.pivot(index="seed", columns=x, values=y)
    return table.columns.to_numpy(), *mean_of(table.to_numpy(float))
