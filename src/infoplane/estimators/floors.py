"""What two sides tell of each other at least: what a line between them shows on held-out rows.

For any functions f of x and g of z, any numbers a and b, and any kernel k,

    I(X; Z) >= I(f; g) >= E log [k(g_i - a f_i - b) / mean_j k(g_i - a f_j - b)]

over m independent pairs: a function tells no more than its argument, and the right side is the
contrastive bound of the score log k, at most log m. It holds for numbers of any kind, those on a
grid, in clusters or without a mean. f and g are the first canonical pair, of the columns or of
their normal scores, and k a Gaussian or a Student kernel of some width: all of that is chosen on
one half of the rows and read on the other, so that nothing of it is chance.

Source: van den Oord et al. (2018), https://arxiv.org/abs/1807.03748; Poole et al. (2019),
https://arxiv.org/abs/1905.06922, eq. 10
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from infoplane.estimators.estimate import Estimate
from infoplane.estimators.repeats import recorded_twice
from infoplane.inputs.arrays import Array
from infoplane.inputs.columns import Floats, standardized
from infoplane.inputs.margins import transformed

__all__ = ["above_line", "below_floor", "floor"]

# Rows that are looked at, half of them to choose by and half to read on, and columns of both sides.
# Of those to choose by so many see every kernel.
MOST_ROWS, MOST_COLUMNS, CHOOSING = 1024, 256, 128
FEWEST_ROWS = 100
BLOCKS = 10  # of rows, whose spread is the standard error
LEVEL = 1e-3  # the chance of a false alarm, beside that of the estimate's own interval
RANK = 1e-10  # of a side's columns: what is smaller beside the largest singular value is rounding
DRAWS = 4  # of Gaussians that a line is compared with
# Widths of the kernel, in root mean squares of what the line leaves, and degrees of freedom.
WIDTHS, FREEDOMS = np.geomspace(1, 1e-6, 13), (math.inf, 2.0)
SMALLEST = 1e-150  # width, whose square is a number
ROUNDING = 1e-9


class Kernel(NamedTuple):
    """log k of what a line leaves: of the normal distribution, or Student's, up to a constant."""

    width: float
    freedom: float

    def shown(self, fitted: Floats, g: Floats) -> Floats:
        """The terms (m,) of the bound for the values of the line and those of g."""
        scores = g[:, None] - fitted[None, :]
        with np.errstate(over="ignore", invalid="ignore"):  # far beyond any width is far
            np.square(scores / self.width, out=scores)
            if math.isfinite(self.freedom):
                np.log1p(scores / self.freedom, out=scores)
                scores *= self.freedom + 1
            scores *= -0.5
            own = np.diag(scores).copy()
            most = scores.max(axis=1)
            scores -= most[:, None]
            total = np.log(np.exp(scores, out=scores).sum(axis=1)) + most
            shown: Floats = own - total + math.log(len(g))
        return shown


class Floor(NamedTuple):
    """The least in nats, its standard error and margins; what the line leaves of g, by its
    standard deviation, and on how many rows."""

    least: float
    std: float
    margins: str
    left: float
    rows: int


NOTHING = Floor(-math.inf, 0.0, "", 1.0, 0)


def below_floor(found: Estimate, x: Array, z: Array) -> list[str]:
    """A warning where an estimate is below what a line shows, beyond chance and its known bias.

    x: (n, dx), z: (n, dz), numbers, as the estimator saw them.
    """
    seen = floor(x, z)
    high = found.interval(0.99)[1]
    if math.isnan(high):
        high = found.value
    if not high < seen.least - _quantile() * seen.std:
        return []
    if recorded_twice(x, z):  # a line in many columns knows the copies of the rows it was found on
        return []
    of_what = " of their normal scores" if seen.margins == "normal-scores" else ""
    return [
        f"{round(found.value, 2) + 0.0:.2f} nats are too low: one line between the sides{of_what}, "
        f"found on half of the rows, shows {seen.least:.2f} ± {seen.std:.2f} on the others, which "
        f"can show {math.log(seen.rows):.2f} at most"
    ]


def above_line(x: Array, z: Array) -> list[str]:
    """A warning where the first canonical pair has less to show than if it were Gaussian.

    x: (n, dx), z: (n, dz). Information by correlations is that of Gaussians: clusters, grids with
    a little noise and tails have any correlation with little information.

    >>> few = np.random.default_rng(0).integers(3, size=(500, 1)).astype(float)
    >>> noise = 1e-3 * np.random.default_rng(1).standard_normal((2, 500, 1))
    >>> above_line(few + noise[0], few + noise[1])  # log 3 = 1.10
    ['by its correlation ... would show 5... nats ..., and shows 1.0...']
    """
    seen = floor(x, z, margins=("standardized",))
    if not seen.rows:
        return []
    rng = np.random.default_rng(0)
    expected = []
    for _ in range(DRAWS):
        f, e = rng.standard_normal((2, seen.rows))
        fitted = math.sqrt(max(0.0, 1 - seen.left**2)) * f
        kernel = Kernel(max(seen.left, SMALLEST), math.inf)
        expected.append(float(kernel.shown(fitted, fitted + seen.left * e).mean()))
    error = math.hypot(seen.std, float(np.std(expected, ddof=1)))
    if not seen.least < np.mean(expected) - _quantile() * error:
        return []
    return [
        f"by its correlation one line between the sides would show {np.mean(expected):.2f} nats on "
        f"{seen.rows} rows of Gaussians, and shows {seen.least:.2f} ± {seen.std:.2f}: the data are "
        "not Gaussian (clusters, a grid, tails?), and the value may be far too high: ask ksg, "
        "which knows no lines"
    ]


def floor(
    x: Array, z: Array, *, margins: Sequence[str] = ("standardized", "normal-scores")
) -> Floor:
    """The least that x and z tell of each other, as the head of this module has it.

    x: (n, dx), z: (n, dz), numbers of any kind, up to 256 columns that vary; margins: the maps
    that are tried. -inf where there are fewer than 100 rows, or nothing varies.

    >>> x, z = np.random.default_rng(0).standard_normal((2, 1000, 1))
    >>> floor(x, x + 0.1 * z).least  # 2.31
    2.2...
    """
    rows = np.random.default_rng(0).permutation(len(x))[:MOST_ROWS]
    half = len(rows) // 2
    sides = [a[rows][:, _varies(a[rows[:half]])] for a in (x, z)]
    columns = [a.shape[1] for a in sides]
    if len(rows) < FEWEST_ROWS or 0 in columns or sum(columns) > MOST_COLUMNS:
        return NOTHING
    x, z = (standardized(a)[0] for a in sides)
    if not all(_varies(a[:half]).any() for a in (x, z)):
        return NOTHING  # beside one value that is far off all others are one
    best: tuple[float, str, Kernel, Floats, Floats] | None = None
    for name in margins:
        ends = (x, z) if name == "standardized" else (_scored(x, half), _scored(z, half))
        fitted, g = _line(*ends, half)
        left = float(np.sqrt(np.mean(np.square(g - fitted)[:half])))
        few = slice(0, min(half, CHOOSING))
        for freedom in FREEDOMS:
            for width in WIDTHS:
                kernel = Kernel(max(float(width) * left, SMALLEST), freedom)
                shown = float(kernel.shown(fitted[few], g[few]).mean())
                if best is None or shown > best[0] + ROUNDING:
                    best = shown, name, kernel, fitted[half:], g[half:]
    assert best is not None
    _, name, kernel, fitted, g = best
    terms = kernel.shown(fitted, g)
    blocks = [block.mean() for block in np.array_split(terms, BLOCKS)]
    with np.errstate(over="ignore"):  # where a line is far off the square of that has no number
        std = float(np.std(blocks, ddof=1)) / math.sqrt(BLOCKS)
    left = float(np.sqrt(np.mean(np.square(g - fitted)))) / max(float(g.std()), SMALLEST)
    return Floor(float(terms.mean()), std, name, left, len(g))


def _line(x: Floats, z: Floats, half: int) -> tuple[Floats, Floats]:
    """The values of the line, a f + b, and g of all rows: both of the first canonical pair and
    least squares of the first half."""
    (of_x, u), (of_z, v) = _whitened(x[:half]), _whitened(z[:half])
    left, _, right = np.linalg.svd(u.T @ v)
    f, g = x @ (of_x @ left[:, 0]), z @ (of_z @ right[0])
    f, g = f - f[:half].mean(), g - g[:half].mean()
    slope = float(f[:half] @ g[:half]) / max(float(f[:half] @ f[:half]), SMALLEST)
    return slope * f, g


def _whitened(a: Floats) -> tuple[Floats, Floats]:
    """What makes columns (n, d) orthonormal, (d, rank), and these, (n, rank)."""
    u, s, right = np.linalg.svd(a - a.mean(axis=0), full_matrices=False)
    kept = s > RANK * s[0]
    return right[kept].T / s[kept] * math.sqrt(len(a)), u[:, kept]


def _scored(a: Floats, half: int) -> Floats:
    """Normal scores of columns by the first half, between whose values they are interpolated."""
    scores = transformed(a[:half], "normal-scores")
    pairs = zip(a.T, a[:half].T, scores.T, strict=True)
    return np.stack([np.interp(c, np.sort(known), np.sort(s)) for c, known, s in pairs], axis=1)


def _varies(a: Array) -> npt.NDArray[np.bool_]:
    # large integers may differ where their float64 do not
    low, high = (end(axis=0).astype(np.float64) for end in (a.min, a.max))
    varies: npt.NDArray[np.bool_] = low != high
    return varies


def _quantile() -> float:
    return float(stdtrit(BLOCKS - 1, 1 - LEVEL))
