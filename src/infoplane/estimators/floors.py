"""What two sides tell of each other at least: what a line between them explains.

For any functions f of x and g of z, and any numbers a and b,

    I(X; Z) >= I(f; g) >= h(g) - h(g - a f - b) >= h(g) - 1/2 log(2 pi e E(g - a f - b)^2)

since a function tells no more than its argument, a condition lowers no entropy, and no density of
the same second moment has more entropy than the normal one. Equal for Gaussians. f and g are the
first canonical pair, of the columns or of their normal scores; all that is chosen, functions,
direction, line, is chosen on one half of the rows and read on the other, so that nothing of it is
chance. h(g) is an entropy of one column, by spacings, which is low by a few hundredths.

Source: Cover & Thomas (2006), Elements of information theory, theorems 2.8.1, 8.6.5 and 8.6.6;
spacings: Vasicek (1976), https://doi.org/10.1111/j.2517-6161.1976.tb01566.x
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit
from scipy.stats import differential_entropy

from infoplane.estimate import Estimate
from infoplane.estimators.matched import on_grid
from infoplane.inputs.arrays import Array
from infoplane.inputs.columns import Floats, is_discrete, standardized
from infoplane.inputs.margins import transformed

__all__ = ["below_floor", "floor"]

# Rows and columns that are looked at, which take some hundredths of a second; rows for a column.
MOST_ROWS, MOST_COLUMNS, ROWS_A_COLUMN = 4096, 256, 4
FEWEST_ROWS = 200
BLOCKS = 10  # of rows, whose spread is the standard error
LEVEL = 1e-3  # the chance of a false alarm, beside that of the estimate's own interval
RANK = 1e-10  # of a side's columns: what is smaller beside the largest singular value is rounding


class Line(NamedTuple):
    """Directions in x and in z, and the line a f + b from the first to the second."""

    of_x: Floats
    of_z: Floats
    slope: float
    intercept: float

    def least(self, x: Floats, z: Floats) -> float:
        """The floor that rows of both sides give, in nats."""
        f, g = x @ self.of_x, z @ self.of_z
        off = float(np.mean(np.square(g - self.slope * f - self.intercept)))
        # on the finest of grids what lies between its points is no information
        off = max(off, _closest(g) ** 2, (self.slope * _closest(f)) ** 2)
        entropy = float(differential_entropy(g, method="vasicek"))
        return entropy - 0.5 * math.log(2 * math.pi * math.e * off)


def below_floor(found: Estimate, x: Array, z: Array) -> list[str]:
    """A warning where an estimate is below what a line tells, beyond chance and its known bias.

    x: (n, dx), z: (n, dz), as the estimator saw them.
    """
    least, std, margins = floor(x, z)
    high = found.interval(0.99)[1]
    if math.isnan(high):
        high = found.value
    if not high < least - float(stdtrit(BLOCKS - 1, 1 - LEVEL)) * std:
        return []
    way = "cca" if margins == "standardized" else f"cca with margins={margins!r}"
    return [
        f"{found.value:.2f} nats are too low: one line between the sides, found on half of the "
        f"rows, tells {least:.2f} ± {std:.2f} on the others; {way} sees all that is linear"
    ]


def floor(x: Array, z: Array) -> tuple[float, float, str]:
    """The least that x and z tell of each other, its standard error, and whether of the columns
    ("standardized") or of their normal scores.

    x: (n, dx), z: (n, dz). Of columns that have a density, up to 256, by up to 4096 rows; -inf
    where these are fewer than 200, or than 8 a column.

    >>> x, z = np.random.default_rng(0).standard_normal((2, 1000, 1))
    >>> floor(x, x + 1e-3 * z)  # 6.9
    (6..., 0..., 'standardized')
    """
    rows = np.random.default_rng(0).permutation(len(x))[:MOST_ROWS]
    sides = [a[rows][:, _dense(a[rows])] for a in (x, z)]
    columns = sum(a.shape[1] for a in sides)
    enough = max(FEWEST_ROWS, 2 * ROWS_A_COLUMN * columns)
    if is_discrete(x) or is_discrete(z) or 0 in (a.shape[1] for a in sides):
        return -math.inf, 0.0, ""
    if columns > MOST_COLUMNS or len(rows) < enough:
        return -math.inf, 0.0, ""
    half = len(rows) // 2
    x, z = (standardized(a)[0] for a in sides)
    found = []
    for margins, (fx, fz) in {
        "standardized": (x, z),
        "normal-scores": (_scored(x, half), _scored(z, half)),
    }.items():
        for back in (False, True):
            ends = (fz, fx) if back else (fx, fz)
            line = _line(*(a[:half] for a in ends))
            found.append((line.least(*(a[:half] for a in ends)), margins, line, ends))
    _, margins, line, ends = max(found, key=lambda one: one[0])
    rest = [a[half:] for a in ends]
    blocks = zip(*(np.array_split(a, BLOCKS) for a in rest), strict=True)
    std = np.std([line.least(*block) for block in blocks], ddof=1) / math.sqrt(BLOCKS)
    return line.least(*rest), float(std), margins


def _line(x: Floats, z: Floats) -> Line:
    """The first canonical pair and the least squares between them."""
    (of_x, u), (of_z, v) = _whitened(x), _whitened(z)
    left, _, right = np.linalg.svd(u.T @ v)
    of_x, of_z = of_x @ left[:, 0], of_z @ right[0]
    f, g = x @ of_x, z @ of_z
    slope = float(np.cov(f, g)[0, 1] / np.var(f, ddof=1))
    return Line(of_x, of_z, slope, float(g.mean() - slope * f.mean()))


def _whitened(a: Floats) -> tuple[Floats, Floats]:
    """What makes columns (n, d) orthonormal, (d, rank), and these, (n, rank)."""
    centred = a - a.mean(axis=0)
    u, s, right = np.linalg.svd(centred, full_matrices=False)
    kept = s > RANK * s[0]
    return right[kept].T / s[kept] * math.sqrt(len(a)), u[:, kept]


def _scored(a: Floats, half: int) -> Floats:
    """Normal scores of columns, of which those of the first half decide: a map of each column."""
    scores = transformed(a[:half], "normal-scores")
    pairs = zip(a.T, a[:half].T, scores.T, strict=True)
    return np.stack([np.interp(c, np.sort(known), np.sort(s)) for c, known, s in pairs], axis=1)


def _dense(a: Array) -> npt.NDArray[np.bool_]:
    """Which columns vary and have no grid."""
    dense: npt.NDArray[np.bool_] = (a.min(axis=0) != a.max(axis=0)) & ~on_grid(a)
    return dense


def _closest(a: Floats) -> float:
    """The least distance of values that are not equal."""
    apart = np.diff(np.sort(a))
    return float(apart[apart > 0].min(initial=math.inf))
