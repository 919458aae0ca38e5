"""The plug-in estimator: cut every column into bins, count, and insert the frequencies."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np

from infoplane.errors import InputError
from infoplane.estimators.base import Answer, Estimator, Samples
from infoplane.estimators.bins import Ints, Limits, Mode, check_bins, dense, equal_width, symbols
from infoplane.estimators.estimate import Estimate
from infoplane.estimators.matched import on_grid
from infoplane.estimators.patterns import invented, layer_information
from infoplane.estimators.uncertainty import Uncertainty, tried
from infoplane.inputs.arrays import Array
from infoplane.inputs.columns import is_discrete

__all__ = ["Binning"]

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
    contains no bias. Where float columns are cut, and samples are enough for the cells,
    `Estimate.bias` is what bins lose or invent on Gaussians that resemble the data; of values
    that are not cut, or lie on a grid, the first order, unless it is subtracted.

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
        check_bins(self.bins, self.mode, self.limits)
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

    def _estimate(self, samples: Samples, seed: int, device: str) -> Answer:
        n = samples.n
        value, std, c_x, c_z, c_xz = self._counts(samples.x, samples.z)
        bias = _first_order(c_x, c_z, c_xz) / n

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
        found = Uncertainty(std)
        if n >= FEWEST * len(c_xz):
            found = self._tried(samples, std, seed)
            if math.isnan(found.bias) and self.correction == "none":
                found = found._replace(bias=bias, bias_std=0.0)  # what counting alone invents
        warnings += found.warnings
        return Answer(
            self._corrected(value, bias), std, warnings, {}, found.bias, found.bias_std, found.dof
        )

    def _counts(self, x: Array, z: Array) -> tuple[float, float, Ints, Ints, Ints]:
        """The plug-in value, its standard error, and the counts of the symbols of x, z and both."""
        n = len(x)
        x, z = (dense(self._symbols(a)) for a in (x, z))
        c_x, c_z = np.bincount(x), np.bincount(z)
        pair, c_xz = np.unique(x * len(c_z) + z, return_counts=True)
        density = np.log(n * c_xz / (c_x[pair // len(c_z)] * c_z[pair % len(c_z)]))
        value = float(density @ c_xz) / n
        std = math.sqrt(float((density - value) ** 2 @ c_xz) / n / n)
        return value, std, c_x, c_z, c_xz

    def _corrected(self, value: float, bias: float) -> float:
        return value - bias if self.correction == "miller-madow" else value

    def _tried(self, samples: Samples, std: float, seed: int) -> Uncertainty:
        """What bins lose of Gaussians that resemble the data, where they cut any column."""
        x, z = samples.x, samples.z
        if is_discrete(x):
            x, z = z, x
        numbers = [a for a in (x, z) if not is_discrete(a)]
        if (is_discrete(z) and z.shape[1] > 1) or not numbers or on_grid(np.hstack(numbers)).any():
            return Uncertainty(std)

        def value_of(a: Array, b: Array) -> float:
            value, _, *counts = self._counts(a, b if b.ndim == 2 else b[:, None])
            return self._corrected(value, _first_order(*counts) / len(a))

        rng = np.random.default_rng(seed)
        other = z[:, 0] if is_discrete(z) else z
        return tried(value_of, x, other, std, math.inf, name=self.name, rng=rng)

    def estimate_layers(
        self, t: Array, x: Ints | None, y: Ints | None, *, seeds: Sequence[int], device: str
    ) -> tuple[list[Estimate], list[Estimate]]:
        """Layers cut over their own range, from the least to the greatest activation.

        Not over that of each unit: a unit or layer that is dead lies in one bin. With bins of
        equal width and no correction all layers are counted in one pass, by
        :func:`infoplane.estimators.patterns.layer_information`.
        """
        if self.mode == "width" and self.correction == "none":
            return self._counted(t, x, y, seeds)
        of_x, of_y = ([] if c is None else self._binned(t, c, seeds) for c in (x, y))
        return of_x, of_y

    def _counted(
        self, t: Array, x: Ints | None, y: Ints | None, seeds: Sequence[int]
    ) -> tuple[list[Estimate], list[Estimate]]:
        """By counting the patterns of all layers in one pass."""
        started = time.perf_counter()
        n = t.shape[1]
        options: dict[str, Any] = {"bins": self.bins, "limits": self.limits or "layer"}
        counted = layer_information(t, y, **options)
        of_x, of_y = counted[:2], counted[2:]
        if x is not None and x.max() + 1 < n:  # where rows of x are equal, I(X;T) is not H(T)
            of_x = layer_information(t, x, **options)[2:]
        outside = np.zeros(len(t))
        if self.limits is not None:
            low, high = self.limits
            outside = np.mean((t < low) | (t > high), axis=(1, 2))
        wanted = (x is not None) + (y is not None)
        seconds = (time.perf_counter() - started) / (len(t) * wanted)

        def estimates(values: tuple[Any, Any], labels: Ints | None = None) -> list[Estimate]:
            return [
                Estimate(
                    value=float(value),
                    std=float(std),
                    n=n,
                    estimator=self.name,
                    seed=seed,
                    seconds=seconds,
                    warnings=(
                        *self._doubts(float(value), float(share), n),
                        *([] if labels is None else invented(float(entropy), float(std), labels)),
                    ),
                )
                for value, std, share, entropy, seed in zip(
                    *values, outside, counted[0], seeds, strict=True
                )
            ]

        return [] if x is None else estimates(of_x), [] if y is None else estimates(of_y, y)

    def _doubts(self, value: float, outside: float, n: int) -> list[str]:
        doubts = []
        if outside:
            doubts.append(
                f"{100 * outside:.3g} % of the activations lie outside limits={self.limits} and "
                "were put into the outer bins"
            )
        if value > 0.95 * math.log(n):
            doubts.append(
                f"within 5 % of the ceiling log n = {math.log(n):.2f} nats: nearly every row "
                "has a pattern to itself; more samples or fewer bins are needed to see more"
            )
        return doubts

    def _binned(self, t: Array, codes: Ints, seeds: Sequence[int]) -> list[Estimate]:
        """Layer by layer, by :meth:`estimate` of the patterns as one column of integers."""
        on_codes = replace(self, limits=None, mode="width")
        found = []
        for layer, seed in zip(t, seeds, strict=True):
            limits = self.limits
            if self.mode == "width" and limits is None and layer.min() < layer.max():
                limits = (float(layer.min()), float(layer.max()))
            patterns = symbols(layer, bins=self.bins, mode=self.mode, limits=limits)
            found.append(on_codes.estimate(codes, patterns, seed=seed))
        return found

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
        codes = equal_width(a, self.bins, self.limits)
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


def _first_order(c_x: Ints, c_z: Ints, c_xz: Ints) -> float:
    """The bias of the plug-in to first order, times n."""
    return (len(c_xz) - len(c_x) - len(c_z) + 1) / 2


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
