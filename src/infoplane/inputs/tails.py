"""How heavy the tails of columns are: Hill's estimate of the power by which they fall."""

import math
from typing import NamedTuple

import numpy as np

from infoplane.inputs.arrays import Array
from infoplane.inputs.columns import Floats
from infoplane.inputs.margins import robust

__all__ = ["TailIndex", "heaviest_tail", "tail_indices"]

SHARE = 0.02  # of the rows, those farthest out, by which a tail is judged
LEAST = 20  # of them, with fewer nothing is told
INFINITE_VARIANCE = 2.0  # the index up to which there is none
SURELY = 3.0  # standard errors


class TailIndex(NamedTuple):
    """P(|x| > t) ~ t^-power in the tails of a column; std its standard error; column its number."""

    power: float
    std: float
    column: int


def tail_indices(a: Array) -> tuple[Floats, float]:
    """Hill's estimates of the tail indices of columns (n, d): (d,), and their relative error.

        1 / index = mean over the k farthest of log(|x_i - m| / |x - m|_(k + 1)),  m the median

    with relative standard error 1 / sqrt(k); k = 2 % of the rows. An index of 1 is Cauchy's, and
    moments exist below the index: up to 2 there is no variance. Of tails that fall faster than
    any power it is some number that grows with n (about 6 for normal columns of 10 000 rows).
    nan in columns of which fewer than 1000 rows are given, or where the k + 1 farthest are equal.
    Source: Hill (1975), https://doi.org/10.1214/aos/1176343247

    >>> cauchy = np.random.default_rng(0).standard_cauchy((10_000, 1))
    >>> indices, error = tail_indices(cauchy)
    >>> bool(abs(indices[0] - 1) < 3 * error)
    True
    """
    k = int(SHARE * len(a))
    if k < LEAST:
        return np.full(a.shape[1], math.nan), math.nan
    far = np.sort(np.abs(robust(a)[0]), axis=0)[-k - 1 :]
    with np.errstate(divide="ignore", invalid="ignore"):
        indices: Floats = 1 / np.log(far[1:] / far[0]).mean(axis=0)
    return np.where(np.isfinite(indices), indices, math.nan), 1 / math.sqrt(k)


def heaviest_tail(a: Array) -> TailIndex | None:
    """The column with the least index, where it surely is of infinite variance, else None.

    >>> heaviest_tail(np.random.default_rng(0).standard_normal((10_000, 3))) is None
    True
    """
    indices, error = tail_indices(a)
    if np.isnan(indices).all():
        return None
    column = int(np.nanargmin(indices))
    index, std = float(indices[column]), float(indices[column]) * error
    return TailIndex(index, std, column) if index + SURELY * std < INFINITE_VARIANCE else None
