"""Where a rising curve levels off: two straight pieces, a second difference, and a veto."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.inputs.arrays import as_numbers
from infoplane.inputs.options import whole, within
from infoplane.stats import gauss, student

__all__ = ["Break", "find_break"]

Floats = npt.NDArray[np.float64]
Interval = tuple[float, float]

# A rise below this share of the largest |y| is rounding.
ROUNDING = 1e-12


@dataclass(frozen=True)
class Break:
    """Where a curve levels off, how sure that is, and whether it does at all.

    value, interval: x of the break and its interval; before, after: slopes of the two pieces,
    with intervals; ratio: after / before, inf where `before` is not positive; second: x of the
    strongest downward bend, with its interval, and second_share: the share of resamples that
    find it at the same x; found: False where the veto fires, which `reason` then tells;
    limit: of the veto; seeds: their number; warnings: what to doubt in a break that is found.
    """

    value: float
    interval: Interval
    before: float
    before_interval: Interval
    after: float
    after_interval: Interval
    ratio: float
    ratio_interval: Interval
    second: float
    second_interval: Interval
    second_share: float
    found: bool
    reason: str
    limit: float
    seeds: int
    warnings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        low, high = self.interval
        told = "" if self.found else f", no break: {self.reason}"
        told += "".join(f"; warning: {warning}" for warning in self.warnings)
        return (
            f"Break({self.value:.3g} [{low:.3g}, {high:.3g}], slopes {self.before:.3g} and "
            f"{self.after:.3g}, ratio {self.ratio:.2g}, second difference at {self.second:g} "
            f"({100 * self.second_share:.0f} %){told})"
        )


class _Pieces(NamedTuple):
    """Best two-piece fits of m curves: break, slope before, slope after, each (m,)."""

    at: Floats
    before: Floats
    after: Floats


def find_break(
    x: Any,
    curves: Any,
    *,
    limit: float = 0.3,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Break:
    """Where the mean curve levels off, with intervals over seeds at `level`, or why it does not.

        y = a + before min(x - t, 0) + after max(x - t, 0),   t from x[1] to x[-2]

    by least squares of the mean over seeds, solved exactly: between two neighbours of x the
    best t is where the lines through the points left and right meet, or else one of the two.
    x: (k,), increasing, k >= 5; curves: (seeds, k), at least 2 seeds, finite.
    `second` is the x[i] at which the slope between neighbours falls most, the second
    difference where x is evenly spaced.

    The veto: no break is `found` where after / before > limit, or where `before` is not
    positive, be it only by its interval. `after` may be negative. The limit 0.3 is a
    convention: a curve that levels off is far below it, a straight line has 1. Smooth curves
    are in between: of values at 1 ... k the root has 0.53 (k = 10) and 0.49 (k = 20), vetoed;
    the logarithm 0.27 and 0.19 and a saturating exponential less, not vetoed. These bend most
    at their beginning, not where two lines meet best: a warning tells where `value` and
    `second` are more than one step of x apart.

    Intervals: percentiles over `resamples` bootstrap samples of the seeds. With few seeds the
    bootstrap is too narrow, so each resampled mean is moved away from the mean curve by
    sqrt(s / (s - 1)) t / z for s seeds (quantiles of Student and Gauss), which makes the
    interval of a height of the curve that of Student. In simulations (12 values of x, breaks at
    4, 4.3 and 6.5, noise of 0.2 and 0.5 in common, 3 to 10 seeds) they covered break, slope and
    ratio in 93 to 99 % of 200 cases each; of level lines with noise 2 % had a break `found`.
    Wrong when: the curve has two breaks, or seeds differ in where they break (the mean is
    then rounded). On noise around a level line a break is found now and then.
    Raises InputError for other shapes, x not increasing, values not finite, options out of range.
    Source: Hudson (1966), https://doi.org/10.1080/01621459.1966.10482198; for the widening
    Hesterberg (2015), https://doi.org/10.1080/00031305.2015.1089789

    >>> x = np.arange(1, 9)
    >>> find_break(x, [np.minimum(x, 4.5), np.minimum(x, 4.5) + 1])
    Break(4.5 [4.5, 4.5], slopes 1 and ..., ratio ..., second difference at ...)
    """
    within("limit", limit, above=0, below=1)
    within("level", level, above=0, below=1)
    whole("resamples", resamples, at_least=100)
    whole("seed", seed, at_least=0)
    places, heights = _checked(x, curves)
    s = len(heights)
    # A power of two, exact, so that no square of a deviation overflows or vanishes.
    exponent = int(np.frexp(np.abs(heights).max())[1])
    heights = np.ldexp(heights, -exponent)
    mean = heights.mean(axis=0)
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(s, np.full(s, 1 / s), size=resamples) / s
    tail = 0.5 + level / 2
    wider = math.sqrt(s / (s - 1)) * (student(tail, s - 1) / gauss(tail))
    samples = mean + wider * (weights @ (heights - mean))  # (resamples, k)

    best, fits = _fit(places, mean[None]), _fit(places, samples)
    tiny = ROUNDING * float(np.abs(heights).max()) / float(places[-1] - places[0])
    ratios = _ratios(fits, tiny)
    second = int(_bend(places, mean[None])[0])
    before, ratio = float(best.before[0]), float(_ratios(best, tiny)[0])
    bends = places[_bend(places, samples)]
    before_interval = _interval(fits.before, level)
    reason = ""
    if not min(before, before_interval[0]) > tiny:
        reason = "the slope before is not positive, or not surely"
    elif ratio > limit:
        reason = f"the slope after is {ratio:.2g} of that before, above limit={limit:g}"
    value = float(best.at[0])
    warnings = []
    if not reason and not places[second - 1] <= value <= places[second + 1]:
        warnings.append(
            f"two lines meet at {value:.3g}, and the curve bends most at {places[second]:g}: it "
            "looks smooth, or has two breaks"
        )
    return Break(
        value=value,
        interval=_interval(fits.at, level),
        before=math.ldexp(before, exponent),
        before_interval=_unscaled(before_interval, exponent),
        after=math.ldexp(float(best.after[0]), exponent),
        after_interval=_unscaled(_interval(fits.after, level), exponent),
        ratio=ratio,
        ratio_interval=_interval(ratios, level),
        second=float(places[second]),
        second_interval=_interval(bends, level),
        second_share=float(np.mean(bends == places[second])),
        found=not reason,
        reason=reason,
        limit=float(limit),
        seeds=s,
        warnings=tuple(warnings),
    )


def _checked(x: Any, curves: Any) -> tuple[Floats, Floats]:
    places, heights = (
        as_numbers(a, name).astype(np.float64) for name, a in (("x", x), ("curves", curves))
    )
    if places.ndim != 1 or len(places) < 5:
        raise InputError(
            f"x has shape {places.shape}: (k,) with k >= 5 is accepted, as two lines and a break "
            "have 4 parameters; give more values of x"
        )
    if heights.ndim != 2 or heights.shape[1] != len(places):
        raise InputError(
            f"curves has shape {heights.shape}: (seeds, {len(places)}) is accepted, one value "
            "for each x; give one row for each seed"
        )
    if len(heights) < 2:
        raise InputError("curves has 1 row: an interval needs at least 2 seeds, better 5")
    for name, a in (("x", places), ("curves", heights)):
        if not np.isfinite(a).all():
            raise InputError(
                f"{name} has {np.sum(~np.isfinite(a))} values that are NaN or infinite: drop "
                "that x or that seed"
            )
    if not (np.diff(places) > 0).all():
        raise InputError(f"x={places.tolist()} must increase: sort it, each value once")
    return places, heights


def _fit(x: Floats, y: Floats) -> _Pieces:
    """Least squares over all breaks, exactly, for each row of y: (m, k)."""
    # In units of the range, so that squares of large x lose no digits.
    span = float(x[-1] - x[0])
    u = (x - x[0]) / span
    k, m = len(u), len(y)
    line = np.column_stack([np.ones(k), u])
    knots, sides = _solvers(tuple(u.tolist()))
    errors, breaks, before, after = ([] for _ in range(4))
    for i, (basis, solver) in enumerate(knots, 1):  # a break at u[i]
        coefficients = y @ solver  # (m, 3)
        errors.append(np.square(y - coefficients @ basis.T).sum(axis=1))
        breaks.append(np.full(m, u[i]))
        before.append(coefficients[:, 1])
        after.append(coefficients[:, 2])
    for i, solvers in enumerate(sides, 2):  # two lines that meet between u[i - 1] and u[i]
        left, right = y[:, :i] @ solvers[0], y[:, i:] @ solvers[1]
        fitted = np.hstack([left @ line[:i].T, right @ line[i:].T])
        bends = left[:, 1] - right[:, 1]
        rise = right[:, 0] - left[:, 0]
        at = np.divide(rise, bends, out=np.full(m, np.nan), where=bends != 0)
        meet = (u[i - 1] < at) & (at < u[i])
        errors.append(np.where(meet, np.square(y - fitted).sum(axis=1), np.inf))
        breaks.append(at)
        before.append(left[:, 1])
        after.append(right[:, 1])
    best = np.argmin(errors, axis=0)
    at, low, high = (np.array(a)[best, np.arange(m)] for a in (breaks, before, after))
    # Clipped, as a break at a knot comes back rounded.
    return _Pieces(np.clip(x[0] + span * at, x[1], x[-2]), low / span, high / span)


@lru_cache(maxsize=16)
def _solvers(
    u: tuple[float, ...],
) -> tuple[list[tuple[Floats, Floats]], list[tuple[Floats, Floats]]]:
    """What heights at places u, in [0, 1], are multiplied by to have least squares.

    For each inner place the basis of two pieces that meet there, (k, 3), and its solver; for each
    gap behind the second the solvers of a line through the places left and through those right.
    Curves of one figure share their places, and a third of the time of a fit was spent here.
    """
    x = np.array(u)
    k = len(x)
    bases = [
        np.column_stack([np.ones(k), np.minimum(x - knot, 0), np.maximum(x - knot, 0)])
        for knot in x[1:-1]
    ]
    line = np.column_stack([np.ones(k), x])
    sides = [(np.linalg.pinv(line[:i]).T, np.linalg.pinv(line[i:]).T) for i in range(2, k - 1)]
    return [(basis, np.linalg.pinv(basis).T) for basis in bases], sides


def _ratios(fits: _Pieces, tiny: float) -> Floats:
    """Slope after over slope before, infinite where the curve does not rise before."""
    ratios = np.full(len(fits.at), np.inf)
    np.divide(fits.after, fits.before, out=ratios, where=fits.before > tiny)
    return ratios


def _bend(x: Floats, y: Floats) -> npt.NDArray[np.int64]:
    """Index in x at which the slope of each row of y falls most: (m,)."""
    slopes = np.diff(y, axis=1) / np.diff(x)
    lowest: npt.NDArray[np.int64] = np.argmin(np.diff(slopes, axis=1), axis=1)
    return lowest + 1


def _unscaled(interval: Interval, exponent: int) -> Interval:
    low, high = interval
    return math.ldexp(low, exponent), math.ldexp(high, exponent)


def _interval(values: Floats, level: float) -> Interval:
    # Values that occur, since infinite ones cannot be interpolated.
    low, high = np.percentile(values, [50 * (1 - level), 50 * (1 + level)], method="inverted_cdf")
    return float(low), float(high)
