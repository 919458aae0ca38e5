"""The mean of a point of the plane over draws, by a control variate."""

import math

import numpy as np
import numpy.typing as npt

from infoplane.estimators.noise.leaves import Leaves

__all__ = ["controlled", "mean_of", "picked", "terms"]

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

WORTH = 0.25  # share of the variance from which on other draws pay
AT_ONCE = 2**16  # draws
ROUNDING = 1e-12  # nats, of a mean


def picked(rng: np.random.Generator, n: int, count: int) -> tuple[Ints, int]:
    """Rows of n, and how often each is drawn from: `count` draws, or more for all equally often."""
    if count < n:
        return rng.choice(n, count, replace=False), 1
    return np.arange(n), -(-count // n)


def terms(log_sums: Floats, sizes: Ints, n: int, leave_out: bool = False) -> Floats:
    """What is averaged for I(X; T + eps) and I(Y; T + eps): (2, m).

    log_sums: (2, m) log sum_j g_ij / g_ii over j of the label of i, and over all of n rows; sizes:
    (m,) rows of that label. leave_out: both sums are without j = i.
    """
    within, every = log_sums
    # of its own row a draw has g_ii / g_ii = 1
    x = math.log(n) - (np.logaddexp(every, 0.0) if leave_out else every)
    # differences of sums first: beside 1e20, as of rows left out, a log of sizes would be lost
    with np.errstate(invalid="ignore"):  # -inf twice, where no density is left: NaN
        y = (within - every) - np.log(sizes - leave_out) + math.log(n - leave_out)
    return np.stack([x, y])


def mean_of(values: Floats, share: float) -> tuple[Floats, Floats]:
    """The mean of values (2, m, passes), and its variance: (2,) each; share: as for `deviations`.

    The values are of draws from m rows, `passes` from each.
    """
    return values.mean(axis=(1, 2)), np.square(deviations(values, share)).sum(axis=1)


def deviations(values: Floats, share: float) -> Floats:
    """Numbers whose squares add up to the variance of the mean of values (2, m, passes): (2, k).

    Of several passes, over all rows there are, only the variance within rows counts. Of a single
    one, over a share of them drawn without replacement, that between rows counts for the others'
    share; for this share half the mean square of the differences of neighbours is the variance
    within, and a little more where neighbours in this order are alike.
    """
    _, m, passes = values.shape
    if passes > 1:
        within = values - values.mean(axis=2, keepdims=True)
        return np.asarray(within.reshape(2, -1) / (m * math.sqrt(passes * (passes - 1))))
    one = values[..., 0]
    total = math.sqrt(1 - share) * (one - one.mean(axis=1, keepdims=True))
    near = math.sqrt(share / 2) * np.diff(one)
    return np.hstack([total, near]) / math.sqrt(m * (m - 1))


def controlled(
    points: Floats, codes: Ints, rows: Ints, draws: Floats, rng: np.random.Generator, asked: int
) -> tuple[Floats, Floats]:
    """Mean of :func:`terms` over draws, with a control variate, and the variance of that mean.

    points: (n, d) rows in units of the noise; codes: (n,) labels; rows: (m,) the different rows
    that are drawn from; draws: (passes, m, d) noise; rng: for others; asked: 1 for I(X; T + eps)
    only, 2 for both.

        mean f - beta (mean g - mean of g over many other draws)

    f being the terms, g the same of a cheap density, that of :class:`Leaves`, and beta the slope
    of the regression of f on g. As beta is of the same draws the mean is not quite without bias,
    which is at most 1 / sqrt(draws) of the standard error.
    """
    n, d = points.shape
    leaves, sizes = Leaves.of(points, codes), np.bincount(codes)
    place = np.empty(n, dtype=np.int64)
    place[leaves.order] = np.arange(n)

    def values(at: Ints, eps: Singles, passes: int, exact: bool) -> Floats:
        found = leaves.log_sums(at, eps, exact=exact)
        return terms(found, sizes[leaves.classes[at]], n).reshape(2, -1, passes)

    sort = np.argsort(place[rows])
    at = np.repeat(place[rows[sort]], len(draws))
    eps = draws[:, sort].swapaxes(0, 1).reshape(-1, d).astype(np.float32)
    f, g = (values(at, eps, len(draws), exact) for exact in (True, False))
    share = len(rows) / n
    beta, known = _regression(deviations(f, share), deviations(g, share))
    most = min(float(known[:asked].max()), 1 - 1e-6)
    if most < WORTH:
        return mean_of(f, share)
    # What a draw of f costs, in draws of g: rows, for Gaussians, rows of a leaf, and noise. The
    # variance is (1 - known) / draws + known / others, which this number of others makes least.
    cost = n / (len(leaves.label) + n / len(leaves.label) + 10 * d)
    others = len(at) * min(cost, math.sqrt(cost * most / (1 - most)))
    mean, variance = mean_of(f - beta[:, None, None] * g, share)
    variance *= len(at) / (len(at) - 2)  # beta is of the same draws
    rows, passes = picked(rng, n, math.ceil(others))
    parts = min(passes, math.ceil(others / AT_ONCE))
    for some in (len(part) for part in np.array_split(np.arange(passes), parts)):
        at = np.repeat(np.sort(place[rows]), some)
        eps = rng.standard_normal((len(at), d), dtype=np.float32)
        found = mean_of(values(at, eps, some, False), len(rows) / n)
        weight = beta * some / passes
        mean, variance = mean + weight * found[0], variance + weight**2 * found[1]
    return mean, variance


def _regression(f: Floats, g: Floats) -> tuple[Floats, Floats]:
    """Slope of f on g, of mean 0, and the share of the squares of f that it explains: (2,).

    0 where g, or f but for rounding, is constant.
    """
    both, of_f, of_g = (f * g).sum(axis=1), np.square(f).sum(axis=1), np.square(g).sum(axis=1)
    slope = np.divide(both, of_g, out=np.zeros(2), where=(of_g > 0) & (of_f > ROUNDING**2))
    return slope, np.divide(slope * both, of_f, out=np.zeros(2), where=slope != 0)
