"""Columns that take few values: a grid, on which there is no density."""

import math

import numpy as np
from scipy.spatial.distance import cdist

from infoplane.errors import InputError
from infoplane.inputs.columns import Floats

__all__ = ["refuse_grid"]

# Rows whose nearest neighbour is looked for.
ROWS = 500


def refuse_grid(standard: Floats, name: str) -> None:
    """InputError where a column's values are farther apart than neighbouring rows are.

    standard: (n, d) columns of mean 0 and variance 1. A grid much finer than the distance between
    neighbours, such as the last digit of a measurement, passes for a density; on a coarser one the
    distances tell of the grid and not of the data. It counts as one where at least half of a
    column's values occur again, and its step, the median distance between values, is larger than
    the median distance from a row to its nearest, by column, sqrt(sum of squares / d).

    >>> refuse_grid(np.array([[-1.0, 1.0], [-1.0, -1.0], [1.0, 1.0], [1.0, -1.0]]), "codes")
    Traceback (most recent call last):
    infoplane.errors.InputError: column 0 of codes takes 2 values, 2 standard deviations apart, ...
    """
    steps = np.array([_step(column) for column in standard.T])
    coarse = int(np.argmax(steps))
    if steps[coarse] == 0:
        return
    n, d = standard.shape
    rows = np.linspace(0, n - 1, min(n, ROWS)).astype(int)
    distance = cdist(standard[rows], standard)
    distance[np.arange(len(rows)), rows] = np.inf
    near = float(np.median(distance.min(axis=1))) / math.sqrt(d)
    if steps[coarse] > near:
        values = len(np.unique(standard[:, coarse]))
        raise InputError(
            f"column {coarse} of {name} takes {values} values, {steps[coarse]:.2g} standard "
            f"deviations apart, and neighbouring rows are {near:.2g} apart by column: that is no "
            "sample from a density (its entropy would be minus infinity); use binning or ksg, "
            "which counts ties, or add noise of a stated size"
        )


def _step(column: Floats) -> float:
    """The median distance between neighbouring values, 0 where most values occur only once."""
    values, counts = np.unique(column, return_counts=True)
    if 2 * counts[counts > 1].sum() < len(column) or len(values) < 2:
        return 0.0
    return float(np.median(np.diff(values)))
