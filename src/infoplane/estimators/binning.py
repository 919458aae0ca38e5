"""The plug-in estimator: cut every column into bins, count, and insert the frequencies."""

import math
import numbers
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.estimators.base import Estimator, Samples
from infoplane.inputs.arrays import Array, as_columns
from infoplane.inputs.columns import is_discrete
from infoplane.inputs.options import is_count

__all__ = ["Binning", "entropy", "symbols"]

Ints = npt.NDArray[np.int64]
Mode = Literal["width", "mass"]
Limits = tuple[float, float] | None

# Samples for each occupied pair of symbols below which the bias has no first order to speak of.
FEWEST = 5
# Share of the rows in one bin from which the bins see little of a column.
MOST_IN_ONE = 0.9


@dataclass(frozen=True)
class Binning(Estimator):
    """Plug-in I(X; Z) of binned rows, in nats.

    Every float column is cut into bins, integer columns keep their values, and a row is one
    symbol, the joint pattern of its columns. With counts c of the symbols,

        I = sum_xz (c_xz / n) log (n c_xz / (c_x c_z))

    bins: per float column. mode: "width", equal widths on the column's own range or on
    `limits=(low, high)`, which clip what lies outside into the outer bins; "mass", equal
    numbers of samples. correction: "miller-madow" subtracts the first-order bias.
    Range: [0, log n] without correction; also at most either entropy.

    Wrong when: there are few samples for each occupied pair of symbols. The bias is
    (K_xz - K_x - K_z + 1) / 2n to first order, upwards, K the numbers of occupied symbols; and
    once rows are unique the value is the entropy of the other side, whatever the dependence.
    For a continuous, deterministic map the true value is infinite, and the result is a
    property of the bins.
    Standard error: sqrt(Var(log p(x,z)/(p(x) p(z))) / n), for the chance of the sample; it
    contains no bias.

    Raises InputError for options out of range and for a float column without width.
    Source: Paninski (2003), https://doi.org/10.1162/089976603321780272; correction:
    Miller (1955). For deterministic maps: Goldfeld et al. (2019),
    https://arxiv.org/abs/1810.05728

    >>> x = np.array([0, 0, 1, 1])
    >>> Binning().estimate(x, x).value  # log 2
    0.693...
    >>> abs(Binning().estimate(x, [0, 1, 0, 1]).value) < 1e-12
    True
    """

    name: ClassVar[str] = "binning"

    bins: int = 30
    mode: Mode = "width"
    limits: Limits = None
    correction: Literal["none", "miller-madow"] = "none"

    def __post_init__(self) -> None:
        _check_options(self.bins, self.mode, self.limits)
        if self.limits is not None:
            # A list comes from the command line; a frozen set of options has to be hashable.
            plain = (v.item() if isinstance(v, np.generic) else v for v in self.limits)
            object.__setattr__(self, "limits", tuple(plain))
        if self.correction not in ("none", "miller-madow"):
            raise InputError(
                f"correction={self.correction!r} is unknown: 'none' and 'miller-madow' are accepted"
            )

    def check(self, x: Any, z: Any) -> Samples:
        samples = super().check(x, z)
        if self.limits is None:
            _refuse_no_width(samples.x, "x")
            _refuse_no_width(samples.z, "z")
        return samples

    def _estimate(
        self, samples: Samples, seed: int, device: str
    ) -> tuple[float, float, Sequence[str], dict[str, npt.NDArray[np.float64]]]:
        n = samples.n
        x, z = (_dense(self._symbols(a)) for a in (samples.x, samples.z))
        c_x, c_z = np.bincount(x), np.bincount(z)
        pair, c_xz = np.unique(x * len(c_z) + z, return_counts=True)
        density = np.log(n * c_xz / (c_x[pair // len(c_z)] * c_z[pair % len(c_z)]))
        value = float(density @ c_xz) / n
        std = math.sqrt(float((density - value) ** 2 @ c_xz) / n / n)
        bias = (len(c_xz) - len(c_x) - len(c_z) + 1) / (2 * n)

        warnings = [*self._outside(samples.x, "x"), *self._outside(samples.z, "z")]
        warnings += [*self._crowded(samples.x, "x"), *self._crowded(samples.z, "z")]
        if value > 0.95 * math.log(n):
            warnings.append(
                f"within 5 % of the ceiling log n = {math.log(n):.2f} nats: more samples or "
                "fewer bins are needed to see more"
            )
        for name, counts in (("x", c_x), ("z", c_z)):
            alone = float(np.sum(counts == 1)) / n
            if alone > 0.5:
                warnings.append(
                    f"{100 * alone:.0f} % of the samples have a symbol of {name} to themselves: "
                    f"they look determined by {name} whatever the dependence"
                )
        if min(len(c_x), len(c_z)) > 1 and n < FEWEST * len(c_xz):
            warnings.append(
                f"n={n} samples fall in {len(c_xz)} joint cells: the plug-in is biased up by an "
                "unknown amount, corrected or not; use fewer bins or more samples"
            )
        elif bias > max(std, 0.01):
            warnings.append(
                f"biased up by about {bias:.2f} nats: {len(c_xz)} occupied pairs of symbols for "
                f"{n} samples; use fewer bins or more samples"
                if self.correction == "none"
                else f"the correction, {bias:.2f} nats, exceeds the standard error, and is only "
                f"of first order: {len(c_xz)} occupied pairs of symbols for {n} samples"
            )
        if self.correction == "miller-madow":
            value -= bias
        return value, std, warnings, {}

    def _symbols(self, a: Array) -> Ints:
        return symbols(a, bins=self.bins, mode=self.mode, limits=self.limits)

    def _outside(self, a: Array, name: str) -> list[str]:
        if self.limits is None or is_discrete(a):
            return []
        low, high = self.limits
        share = float(np.mean((a < low) | (a > high)))
        if not share:
            return []
        return [
            f"{100 * share:.3g} % of the values of {name} lie outside limits={self.limits} and "
            "were put into the outer bins"
        ]

    def _crowded(self, a: Array, name: str) -> list[str]:
        if self.mode != "width" or is_discrete(a):
            return []
        codes = _equal_width(a, self.bins, self.limits)
        # A bin with most of the rows is the bin of the median.
        median = np.partition(codes, len(a) // 2, axis=0)[len(a) // 2]
        share = (codes == median).mean(axis=0)
        found = np.flatnonzero(share > MOST_IN_ONE)
        if not len(found):
            return []
        j = found[0]
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        return [
            f"column {j} of {name}{more} has {100 * share[j]:.3g} % of the rows in one of its "
            f"{self.bins} bins, by an outlier or a spike: see its histogram, and pass limits or "
            "mode='mass'"
        ]


def symbols(a: Any, *, bins: int = 30, mode: Mode = "width", limits: Limits = None) -> Ints:
    """One integer for each row of `a`, equal exactly where the binned rows are equal.

    a: (n,) or (n, d); floats are binned column by column as in :class:`Binning`, integers
    keep their values, and a float column without width is one bin. Returns (n,) int64 codes
    >= 0, not consecutive; packed directly where bins^d fits 63 bits, that is for up to 12
    columns of 30 bins, and renumbered on the way otherwise.
    Raises InputError for options out of range and values that are no finite numbers.

    >>> symbols(np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]), bins=2)
    array([0, 1, 2, 1])
    """
    _check_options(bins, mode, limits)
    a = as_columns(a, "a")
    if is_discrete(a):
        codes, sizes = _own_values(a)
    elif mode == "mass":
        codes, sizes = _equal_mass(a, bins), [bins] * a.shape[1]
    else:
        codes, sizes = _equal_width(a, bins, limits), [bins] * a.shape[1]
    packed, size = codes[:, 0], sizes[0]
    for column, column_size in zip(codes.T[1:], sizes[1:], strict=True):
        if size * column_size > 2**63:
            # At most n codes remain, so the next columns fit again.
            packed = _dense(packed)
            size = int(packed.max()) + 1
        if size * column_size > 2**63:
            column = _dense(column)
            column_size = int(column.max()) + 1
        packed, size = packed * column_size + column, size * column_size
    return packed


def entropy(codes: npt.ArrayLike) -> float:
    """Plug-in entropy of integer codes, -sum_c p_c log p_c, in nats.

    codes: (n,), such as those of :func:`symbols`. Range [0, log n]. Biased down by about
    (K - 1) / 2n for K occupied codes (Miller 1955).
    Raises InputError for codes that are not one axis of integers, or empty.

    >>> entropy([7, 7, 3, 3])
    0.693...
    """
    c = np.asarray(codes)
    if c.ndim != 1 or c.size == 0 or c.dtype.kind not in "iub":
        raise InputError(
            f"codes has shape {c.shape} and dtype {c.dtype}: (n,) integers are accepted, n >= 1; "
            "make them with symbols()"
        )
    _, counts = np.unique(c, return_counts=True)
    # log n - sum is exactly 0 for one symbol, where -sum p log p gives -0.
    return math.log(c.size) - float(counts @ np.log(counts)) / c.size


def _check_options(bins: object, mode: object, limits: Any) -> None:
    if not is_count(bins, 2) or is_count(bins, 2**31):
        raise InputError(f"bins={bins!r} is not a number of bins: pass an integer >= 2, such as 30")
    if mode not in ("width", "mass"):
        raise InputError(f"mode={mode!r} is unknown: 'width' and 'mass' are accepted")
    if limits is None:
        return
    if mode == "mass":
        raise InputError(
            f"limits={limits!r} has no meaning for mode='mass': drop it, or use mode='width'"
        )
    if (
        not isinstance(limits, tuple | list)
        or len(limits) != 2
        or not all(isinstance(v, numbers.Real) and math.isfinite(v) for v in limits)
        or any(isinstance(v, bool) for v in limits)
        or not limits[0] < limits[1]
    ):
        raise InputError(f"limits={limits!r}: two finite numbers, low < high, are accepted")


def _refuse_no_width(a: Array, name: str) -> None:
    if is_discrete(a):
        return
    constant = np.flatnonzero(a.min(axis=0) == a.max(axis=0))
    if len(constant):
        j = constant[0]
        raise InputError(
            f"column {j} of {name} is constant ({a[0, j]:g}), so its bins have zero width: drop "
            "it, or pass limits=(low, high)"
        )


def _equal_width(a: Array, bins: int, limits: Limits) -> Ints:
    low, high = limits or (a.min(axis=0), a.max(axis=0))
    # Halves, because the difference of two large numbers overflows.
    width = np.multiply(high, 0.5) - np.multiply(low, 0.5)
    share = (a * 0.5 - np.multiply(low, 0.5)) / np.where(width > 0, width, 1)
    codes: Ints = np.clip(np.floor(share * bins), 0, bins - 1).astype(np.int64)
    return codes


def _equal_mass(a: Array, bins: int) -> Ints:
    """Bins of ranks, in integers: equal values share a bin, and monotone maps change nothing."""
    ordered = np.sort(a, axis=0)
    rank = [np.searchsorted(s, column) for s, column in zip(ordered.T, a.T, strict=True)]
    return np.stack(rank, axis=1) * bins // len(a)


def _own_values(a: Ints) -> tuple[Ints, list[int]]:
    low, high = a.min(axis=0), a.max(axis=0)
    if any(int(h) - int(v) >= 2**62 for v, h in zip(low, high, strict=True)):
        a = np.stack([_dense(column) for column in a.T], axis=1)
        low, high = a.min(axis=0), a.max(axis=0)
    return a - low, [int(h) - int(v) + 1 for v, h in zip(low, high, strict=True)]


def _dense(codes: Ints) -> Ints:
    """The same codes renumbered 0, 1, 2, … in order."""
    return np.unique(codes, return_inverse=True)[1]
