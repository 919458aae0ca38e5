"""Columns that take few values: a grid, on which there is no density."""

import math

import numpy as np
from scipy.spatial.distance import cdist

from infoplane.errors import InputError
from infoplane.inputs.columns import Floats

__all__ = ["grids"]

ROWS = 500  # whose nearest neighbour is looked for
MOST = 2.0  # steps between values, in units of the distance between rows by column


def grids(standard: Floats, name: str) -> list[str]:
    """A warning where columns take few values for the distance between rows, and an InputError
    where that is all there is to be seen.

    standard: (n, d) columns of mean 0 and variance 1. A column counts as rounded where at least
    half its values occur again, to the median distance h between values that occur. With r the
    median distance from a row to its nearest that is another, h sqrt(d) / r is what matters:
    entropies by nearest neighbours of rounded normal columns are too high by .01 nats at .4, by .1
    at .8 and by .4 at 1.9 (8 columns, 500 rows), information is not. Indicators are at 2.4.

    >>> bits = np.array([[1.0 if i >> j & 1 else -1.0 for j in range(6)] for i in range(64)])
    >>> grids(bits, "codes")
    Traceback (most recent call last):
    infoplane.errors.InputError: column 0 of codes takes 2 values, 2 standard deviations apart, ...
    """
    steps = np.array([_step(column) for column in standard.T])
    if not steps.any():
        return []
    n, d = standard.shape
    rows = np.linspace(0, n - 1, min(n, ROWS)).astype(int)
    squares = cdist(standard[rows], standard, "sqeuclidean")
    squares[squares == 0] = np.inf  # itself, and its copies, which have a word of their own
    near = math.sqrt(float(np.median(squares.min(axis=1))) / d)
    worst = int(np.argmax(steps))
    told = (
        f"column {worst} of {name} takes {len(np.unique(standard[:, worst]))} values, "
        f"{steps[worst]:.2g} standard deviations apart, and neighbouring rows are {near:.2g} apart "
        "by column"
    )
    if steps[worst] > MOST * near:
        raise InputError(
            f"{told}: that is no sample from a density (its entropy would be minus infinity); use "
            "binning, or ksg, which counts ties, or add noise of a stated size"
        )
    if steps[worst] <= near:
        return []
    return [f"{told}: values are rounded so much that the entropy of {name} is too high"]


def _step(column: Floats) -> float:
    """The median distance between neighbouring values, 0 where most values occur only once."""
    values, counts = np.unique(column, return_counts=True)
    if 2 * counts[counts > 1].sum() < len(column) or len(values) < 2:
        return 0.0
    return float(np.median(np.diff(values)))
