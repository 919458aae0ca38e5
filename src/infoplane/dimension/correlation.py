"""Correlation dimension: how the number of close pairs of rows grows with distance."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from infoplane.dimension.pairs import count_pairs, distinct_rows, log_error
from infoplane.errors import InputError
from infoplane.inputs.options import check_device, within
from infoplane.inputs.tables import names_columns

__all__ = ["CorrelationIntegral", "Dimension", "correlation_dimension", "correlation_integral"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Window = tuple[float, float]

# Groups of rows that the jackknife leaves out: 19 degrees of freedom, a standard error to 16 %.
GROUPS = 20
# The default window: C at its upper end, as pairs and at most as a share; decades; least pairs.
TOP_PAIRS, TOP_SHARE, DECADES, LEAST_PAIRS = 50_000, 0.1, 2, 20
# Radii of the fit, each third of which has a local slope; radii of the curve.
FIT_RADII, CURVE_RADII, LEAST_RADII = 25, 60, 6
# Share of the value, and standard errors, by which local slopes differ in a curve not straight.
MOST_DRIFT, SURELY = 0.1, 3.0


@dataclass(frozen=True)
class Dimension:
    """A correlation dimension and the part of the curve it was read from.

    value, std: slope and standard error; window: shares of pairs C at both ends; radii: the
    distances there, in units of the rows; pairs: how many are closer than these; drift: largest
    less smallest slope of the three thirds of the window, 0 for a straight line; n: rows.
    """

    value: float
    std: float
    window: Window
    radii: Window
    pairs: tuple[int, int]
    drift: float
    n: int
    warnings: tuple[str, ...] = ()

    def __float__(self) -> float:
        return self.value

    def __format__(self, spec: str) -> str:
        return format(self.value, spec) if spec else str(self)

    def __str__(self) -> str:
        doubts = "".join(f"; warning: {warning}" for warning in self.warnings)
        return (
            f"{self.value:.3f} ± {self.std:.3f} (C from {self.window[0]:.2g} to "
            f"{self.window[1]:.2g}, r from {self.radii[0]:.3g} to {self.radii[1]:.3g}, "
            f"drift {self.drift:.2g}, n={self.n}){doubts}"
        )


@dataclass(frozen=True, eq=False)
class CorrelationIntegral:
    """C(r), the share of pairs of rows closer than r, with what a jackknife over rows needs.

    radii: (k,), at most 0.8 % apart; counts: (k,), the pairs closer than each; left_out:
    (groups, k), the same without the rows g::groups; n: rows; warnings: of the rows.
    """

    radii: Floats
    counts: Ints
    left_out: Ints
    n: int
    warnings: tuple[str, ...] = ()

    @property
    def pairs(self) -> int:
        """All pairs, n (n - 1) / 2."""
        return self.n * (self.n - 1) // 2

    def dimension(self, window: Window | None = None) -> Dimension:
        """Slope of log C(r) over a window; see :func:`correlation_dimension`."""
        low, high = self._window(window)
        at = self._radii(low, high, FIT_RADII)
        different = len(np.unique(self.counts[at]))
        if different < LEAST_RADII:
            raise InputError(
                f"window=({low:.3g}, {high:.3g}) holds {different} different values of C, and "
                f"{LEAST_RADII} are needed: distances are tied or nearly equal; widen the window, "
                "or check the rows"
            )
        log_r = np.log(self.radii[at])
        slope = _slope_weights(log_r)
        thirds = np.zeros((3, len(at)))
        for third, part in zip(thirds, np.array_split(np.arange(len(at)), 3), strict=True):
            third[part] = _slope_weights(log_r[part])
        log_c = np.log(self.counts[at] / self.pairs)
        value, local = float(slope @ log_c), thirds @ log_c
        drift = float(np.ptp(local))
        steepest, flattest = thirds[np.argmax(local)], thirds[np.argmin(local)]
        warnings = list(self.warnings)
        if drift > max(MOST_DRIFT * value, SURELY * self._error(steepest - flattest, at)):
            told = ", ".join(f"{s:.3g}" for s in local)
            warnings.append(f"the curve is not straight: slopes of its thirds are {told}")
        if value > 0.9 * (limit := 2 * math.log10(self.n)):
            warnings.append(
                f"{self.n} rows are few for this dimension: with a window of a decade in r they "
                f"show {limit:.1f} at most (2 log10 n), so the true one may be higher"
            )
        return Dimension(
            value=value,
            std=self._error(slope, at),
            window=(low, high),
            radii=(float(self.radii[at[0]]), float(self.radii[at[-1]])),
            pairs=(int(self.counts[at[0]]), int(self.counts[at[-1]])),
            drift=drift,
            n=self.n,
            warnings=tuple(warnings),
        )

    def curve(self) -> tuple[Floats, Floats, Floats]:
        """log r, log C and the local slope at up to 60 radii, from 20 pairs to all.

        Slopes are central differences of neighbouring radii, so they are noisy at the start.
        """
        at = self._radii(LEAST_PAIRS / self.pairs, 1.0, CURVE_RADII)
        if len(at) < LEAST_RADII:
            raise InputError(
                f"rows have {self.pairs} pairs at {len(at)} different radii, too few for a curve "
                f"from {LEAST_PAIRS} pairs on: give more rows"
            )
        log_r, log_c = np.log(self.radii[at]), np.log(self.counts[at] / self.pairs)
        return log_r, log_c, np.gradient(log_c, log_r)

    def _error(self, weights: Floats, at: Ints) -> float:
        return log_error(weights, self.counts[at], self.left_out[:, at], self.n)

    def _window(self, window: Window | None) -> Window:
        if window is None:
            top = min(float(TOP_PAIRS), TOP_SHARE * self.pairs)
            first = max(top / 10**DECADES, float(LEAST_PAIRS))
            if top < 10 * first:
                raise InputError(
                    f"rows have {self.n} rows and {self.pairs} pairs: the default window needs "
                    f"{math.ceil(10 * LEAST_PAIRS / TOP_SHARE)} (64 rows); give more rows"
                )
            return first / self.pairs, top / self.pairs
        try:
            low, high = window
        except (TypeError, ValueError) as error:
            raise InputError(
                f"window={window!r} is not accepted: pass (c_low, c_high), shares of pairs"
            ) from error
        within("window[0]", low, above=0, below=1)
        within("window[1]", high, above=float(low), high=1)
        if low * self.pairs < LEAST_PAIRS:
            raise InputError(
                f"window=({low:g}, {high:g}) starts at {low * self.pairs:.3g} of {self.pairs} "
                f"pairs, and {LEAST_PAIRS} are needed: start at {LEAST_PAIRS / self.pairs:.3g} "
                "or higher, or give more rows"
            )
        return float(low), float(high)

    def _radii(self, low: float, high: float, number: int) -> Ints:
        """Indices of radii with low <= C <= high, about equally spaced in log r."""
        first = int(np.searchsorted(self.counts, low * self.pairs))
        last = int(np.searchsorted(self.counts, high * self.pairs, side="right")) - 1
        if last <= first:
            return np.empty(0, dtype=np.int64)
        inside = np.log(self.radii[first : last + 1])
        wanted = np.linspace(inside[0], inside[-1], number)
        return np.unique(first + np.abs(inside - wanted[:, None]).argmin(axis=1))


def correlation_integral(rows: Any, *, device: str = "cpu") -> CorrelationIntegral:
    """The share of pairs of rows closer than r, for a ladder of r, from one pass over all pairs.

        C(r) = 2 / (n (n - 1)) #{i < j: |x_i - x_j| < r}

    rows: (n, d) or (n,), n >= 4, with Euclidean distances in float64. Columns are not rescaled:
    the unit of each is part of the question; a common factor only moves r. On a CPU counts are
    those of float64 distances: from 32 columns on most come from products in float32, with a
    bound of their error, and those that it leaves on an edge of C's radii from float64. On a GPU
    each r is known to 0.006 %. Time grows as n^2 d, memory as n d (12 bytes a number and the
    rows): 60 000 rows of 8 columns took 5 s, of 784 columns 39 s, on one busy core; the first
    call ever compiles, for some seconds more.
    Constant columns are left out with a warning, as are rows that copy another one, up to 5 %.
    Raises InputError for text, numbers that are not finite, fewer than 4 rows, more than 5 % of
    rows with a copy, no column that varies, and distances that are all equal.
    Source: Grassberger & Procaccia (1983), https://doi.org/10.1016/0167-2789(83)90298-1

    >>> found = correlation_integral([0.0, 1.0, 3.0, 7.0])  # distances 1 2 3 4 6 7
    >>> found.counts[np.searchsorted(found.radii, [2.5, 5.0])].tolist()
    [2, 4]
    """
    check_device(device)
    unit_rows, unit, warnings = distinct_rows(rows)
    n = len(unit_rows)
    import torch  # takes seconds

    found = count_pairs(torch.as_tensor(unit_rows, device=device), min(GROUPS, n))
    filled = np.flatnonzero(found.counts)
    if filled[-1] - filled[0] < 2:  # equal distances, with rounding, are in neighbouring bins
        raise InputError(
            f"rows have all distances equal (r = {unit * math.sqrt(found.squares[filled[0]]):.3g} "
            "to 2 %), and C(r) is no power of r: check the rows, or add noise of a stated size"
        )
    kept = slice(filled[0], filled[-1] + 1)
    counts = np.cumsum(found.counts)
    return CorrelationIntegral(
        radii=unit * np.sqrt(found.squares[kept]),
        counts=counts[kept],
        left_out=(counts - np.cumsum(found.touching, axis=1))[:, kept],
        n=n,
        warnings=tuple(warnings),
    )


@names_columns
def correlation_dimension(
    rows: Any, *, window: Window | None = None, device: str = "cpu"
) -> Dimension:
    """The correlation dimension of the distribution the rows come from, with its standard error.

        D = lim_{r -> 0} d log C(r) / d log r,   C(r) = P(|x - x'| < r)

    as the least squares slope at 25 radii equally spaced in log r over a window of C; rows:
    as in :func:`correlation_integral`, which counts once for several windows; D >= 0.
    window: (c_low, c_high), shares of pairs, from 20 pairs on. The default ends at 50 000 pairs
    (at most a tenth of all) and starts two decades below (at 20 pairs or more). The rule sees
    statistical error alone: the limit asks for the smallest radii; 500 pairs give the first
    C to 5 %, and two decades a slope to 1 % as long as pairs are nearly independent, for any n
    from 1000 on; with n the window moves to smaller r, as the limit does. One decade has twice
    that error; three cost radii and hide a bend.
    std: of the chance of the sample, by leaving out each of 20 groups of rows i::20, with
    pairs that share rows taken into account (0.8 to 1.3 times the actual spread in simulations of
    1000 rows of cubes and spheres, for windows up to C = 0.5); too large in windows of large C
    where the density falls off slowly, as 1.9 times the spread for a Gaussian of 3 columns from
    C = 0.05 to 0.5; not of the bias, and too small where rows depend on each other, as half of
    the spread along an orbit of the Hénon map.

    Wrong when: r is not small. Beside an edge half of a ball is empty: in the unit cube the
    local slope falls as d - O(d r), and r grows with d. Bias in per cent, n = 5000, 20 seeds
    (std 1 %):

        d                1     2     3     4     6     8    10
        cube            .1   -.5  -2.2  -3.8  -7.4 -10.6 -13.4
        sphere          .0   -.2   -.1   -.2

    Noise of size s gives the dimension of the space where r < s: look at several windows.
    Warnings: thirds of the window that differ in slope by more than 10 % and surely so, and
    a value within 10 % of 2 log10 n or above (Eckmann & Ruelle).
    Raises InputError as :func:`correlation_integral` does, and for a window that is no pair of
    increasing shares, starts at fewer than 20 pairs, or holds fewer than 6 different C.
    Source: Grassberger & Procaccia (1983), https://doi.org/10.1016/0167-2789(83)90298-1;
    Eckmann & Ruelle (1992), https://doi.org/10.1016/0167-2789(92)90023-G

    >>> turn = 2 * np.pi * np.random.default_rng(0).random(1000)  # a circle
    >>> found = correlation_dimension(np.column_stack([np.cos(turn), np.sin(turn)]))
    >>> abs(found.value - 1) < 3 * found.std
    True
    """
    return correlation_integral(rows, device=device).dimension(window)


def _slope_weights(x: Floats) -> Floats:
    """Weights w whose sum w @ y is the least squares slope of y against x."""
    centred = x - x.mean()
    weights: Floats = centred / (centred @ centred)
    return weights
