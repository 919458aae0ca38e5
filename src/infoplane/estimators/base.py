"""What all estimators share: how they are called, and how their input is checked."""

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
import torch

from infoplane.errors import InputError
from infoplane.estimate import Estimate
from infoplane.estimators.options import whole

__all__ = [
    "Array",
    "Estimator",
    "Samples",
    "as_columns",
    "as_samples",
    "check_batch",
    "check_device",
    "is_count",
    "is_discrete",
    "one_hot",
    "outliers",
    "refuse_constant",
    "refuse_text",
    "scaled",
]

Array = npt.NDArray[Any]
Kind = Literal["any", "continuous", "labels"]

# Standard deviations per interquartile range; 0.74 in a Gaussian, 2 to 8 in usual heavy tails.
MOST_SPREAD = 20


@dataclass(frozen=True)
class Samples:
    """Checked input: x (n, dx) and z (n, dz), each float64, or integer codes where discrete.

    text: which of "x" and "z" were strings, whose codes have an order that means nothing.
    """

    x: Array
    z: Array
    text: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        return len(self.x)


@dataclass(frozen=True)
class Estimator(ABC):
    """An estimator is a frozen set of options with one method, :meth:`estimate`.

    Subclasses are frozen dataclasses that set `name` and implement :meth:`_estimate`; input
    checks, timing and the batch loop live here. Where every problem of a batch can be solved
    at once, a subclass overrides :meth:`estimate_batch`.
    """

    name: ClassVar[str]
    min_samples: ClassVar[int] = 4

    def estimate(self, x: Any, z: Any, *, seed: int = 0, device: str = "cpu") -> Estimate:
        """Estimate I(X; Z) from paired samples, in nats.

        x: (n,) or (n, dx); z: (n,) or (n, dz); arrays, tensors or sequences, row i of both
        from the same draw. A one-dimensional integer, boolean or string array is a label.
        seed: of everything random; device: where tensors live ("cpu", "cuda").
        Raises InputError (a ValueError) for input that has no answer, naming what to do.
        """
        started = time.perf_counter()
        whole("seed", seed, at_least=0)
        check_device(device)
        samples = self.check(x, z)
        value, std, warnings, history = self._estimate(samples, seed, device)
        return Estimate(
            value=float(value),
            std=float(std),
            n=samples.n,
            estimator=self.name,
            seed=seed,
            seconds=time.perf_counter() - started,
            warnings=tuple(warnings),
            history=history,
        )

    def estimate_batch(
        self, x: Any, z: Any, *, seeds: Sequence[int], device: str = "cpu"
    ) -> list[Estimate]:
        """Estimate b problems of equal shape, x: (b, n, dx) and z: (b, n[, dz]), one seed each.

        The same numbers, within floating point, as b calls of :meth:`estimate`.
        """
        check_batch(x, z, seeds)
        return [
            self.estimate(xi, zi, seed=seed, device=device)
            for xi, zi, seed in zip(x, z, seeds, strict=True)
        ]

    def check(self, x: Any, z: Any) -> Samples:
        """Input as :class:`Samples`, or an InputError; estimators add their own conditions."""
        return as_samples(x, z, at_least=self.min_samples)

    @abstractmethod
    def _estimate(
        self, samples: Samples, seed: int, device: str
    ) -> tuple[float, float, Sequence[str], dict[str, npt.NDArray[np.float64]]]:
        """Value, standard error, warnings and history for checked samples."""


def as_samples(x: Any, z: Any, *, at_least: int = 2) -> Samples:
    """Two checked (n, d) arrays of equal length, finite and not empty."""
    raw = {"x": _as_array(x, "x"), "z": _as_array(z, "z")}
    xs, zs = (as_columns(a, name) for name, a in raw.items())
    if len(xs) != len(zs):
        raise InputError(
            f"x has {len(xs)} rows and z has {len(zs)}: both need one row per sample, "
            "in the same order"
        )
    if len(xs) < at_least:
        raise InputError(f"x and z have {len(xs)} rows: at least {at_least} are needed")
    return Samples(xs, zs, tuple(name for name, a in raw.items() if a.dtype.kind in "US"))


def check_batch(x: Any, z: Any, seeds: Sequence[int]) -> None:
    """A batch has one leading axis of equal length in x, z and seeds."""
    for name, value in (("x", x), ("z", z), ("seeds", seeds)):
        try:
            len(value)
        except TypeError as error:
            raise InputError(
                f"{name}={value!r} has no leading batch axis: give one x, one z and one seed for "
                "each problem of the batch"
            ) from error
    if not len(x) == len(z) == len(seeds):
        raise InputError(
            f"x, z and seeds have {len(x)}, {len(z)} and {len(seeds)} members: "
            "give one x, one z and one seed for each problem of the batch"
        )
    if not len(seeds):
        raise InputError("seeds=[] is empty: give at least one problem")
    for seed in seeds:
        whole("seed", seed, at_least=0)


def check_device(device: object) -> None:
    """Refuse a device that is not on this machine, naming those that are."""
    if isinstance(device, torch.device):
        device = str(device)
    if device == "cpu":
        return
    count = torch.cuda.device_count()
    here = ["cpu", "cuda", *(f"cuda:{i}" for i in range(count))] if count else ["cpu"]
    if device not in here:
        raise InputError(f"device={device!r} is not on this machine: choose {' or '.join(here)}")


def is_discrete(a: Array) -> bool:
    """Whether values are codes (integers), not measurements."""
    return bool(np.issubdtype(a.dtype, np.integer))


def is_count(value: object, at_least: int) -> bool:
    """Whether an option is an integer, and no boolean, from `at_least` on."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        return False
    return bool(value >= at_least)


def one_hot(codes: Array) -> npt.NDArray[np.float64]:
    """Integer codes (n, 1) as indicator columns (n, number of distinct codes)."""
    indicators: npt.NDArray[np.float64] = (codes == np.unique(codes)).astype(np.float64)
    return indicators


def refuse_constant(a: Array, name: str) -> None:
    """Estimators of densities cannot use a column that never changes."""
    constant = np.flatnonzero(a.min(axis=0) == a.max(axis=0))
    if len(constant):
        j = constant[0]
        raise InputError(
            f"column {j} of {name} is constant ({a[0, j]:g}): it carries no information, drop it"
        )


def refuse_text(samples: Samples, estimator: str) -> None:
    """Estimators of distances or correlations cannot use names, or their place in the alphabet."""
    for name in samples.text:
        raise InputError(
            f"{name} holds text, which {estimator} cannot measure: use ross where the other side "
            "is numbers, or binning"
        )


def scaled(a: Array) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int32]]:
    """Columns a / 2^e within [-1, 1], and e: exact, and no square of theirs overflows.

    >>> scaled(np.array([[6.0], [-3.0]]))
    (array([[ 0.75 ], [-0.375]]), array([3], dtype=int32))
    """
    a = a.astype(np.float64)
    exponent = np.frexp(np.abs(a).max(axis=0))[1]
    return np.ldexp(a, -exponent), exponent


def outliers(a: Array, name: str, advice: str) -> list[str]:
    """A warning where a few values decide the unit in which a column is standardised.

    That is a standard deviation of more than 20 interquartile ranges, the latter positive.
    """
    a, exponent = scaled(a)
    # Values that occur: between a 0 and a 1, interpolation would invent a tiny range.
    high, low = np.percentile(a, [75, 25], axis=0, method="nearest")
    std, spread = a.std(axis=0), high - low
    found = np.flatnonzero((spread > 0) & (std > MOST_SPREAD * spread))
    if not len(found):
        return []
    j = found[0]
    with np.errstate(over="ignore", under="ignore"):  # only told, and inf tells enough
        told_std, told_spread = np.ldexp([std[j], spread[j]], exponent[j])
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return [
        f"column {j} of {name}{more} has outliers (standard deviation {told_std:.5g} against an "
        f"interquartile range of {told_spread:.2g}): {advice}"
    ]


def as_columns(values: Any, name: str) -> Array:
    """One checked (n, d) array, float64 or int64; `name` is what an error calls it."""
    a = _as_array(values, name)
    if a.ndim == 1:
        a = a[:, None]
        if a.dtype.kind in "bUS":
            a = np.unique(a, return_inverse=True)[1].reshape(a.shape)
    if a.ndim != 2:
        raise InputError(
            f"{name} has shape {a.shape}: (n,) or (n, d) is accepted; "
            "flatten each sample, or use estimate_batch for a leading batch axis"
        )
    if a.shape[1] == 0:
        raise InputError(f"{name} has shape {a.shape}: at least one column is needed")
    if a.dtype.kind in "iub":
        return a.astype(np.int64)
    if a.dtype.kind != "f":
        columns = "real and imaginary parts are two columns"
        advice = columns if a.dtype.kind == "c" else "encode text first"
        raise InputError(f"{name} has dtype {a.dtype}: numbers are accepted; {advice}")
    a = a.astype(np.float64)
    _refuse_missing(~np.isfinite(a), name)
    return a


def _refuse_missing(bad: npt.NDArray[np.bool_], name: str) -> None:
    if bad.any():
        row, column = np.argwhere(bad.reshape(len(bad), -1))[0]
        raise InputError(
            f"{name} has {bad.sum()} values that are NaN or infinite, the first at row {row}, "
            f"column {column}: drop or replace them"
        )


def _as_array(values: Any, name: str) -> Array:
    """An array of one kind: numbers, booleans or text, no objects."""
    if np.ma.isMaskedArray(values):
        raise InputError(f"{name} is a masked array: fill it, or drop the masked rows")
    if isinstance(values, torch.Tensor):
        values = values.detach().cpu()
        if values.is_floating_point() and values.dtype not in (torch.float64, torch.float16):
            values = values.float()  # NumPy has no bfloat16
        values = values.numpy()
    try:
        a = np.asarray(values)
    except ValueError as error:
        raise InputError(
            f"{name} has rows of different lengths: give every row the same number of columns"
        ) from error
    return _plain(a, name) if a.dtype.kind == "O" else a


def _plain(a: Array, name: str) -> Array:
    """An array of objects, such as a table with columns of several types, as one of its kind."""
    missing = np.array([_is_missing(v) for v in a.flat], dtype=bool).reshape(a.shape)
    kinds = {type(v) for v in a[~missing]}
    try:
        if any(issubclass(kind, str | bytes) for kind in kinds):
            if not (all(issubclass(k, str) for k in kinds) or kinds == {bytes}):
                raise TypeError("text and other values")
            _refuse_missing(missing, name)
            return a.astype("S" if kinds == {bytes} else "U")
        if not missing.any() and all(issubclass(k, bool | np.bool_) for k in kinds):
            return a.astype(bool)
        if not missing.any() and all(issubclass(k, int | np.integer) for k in kinds):
            return a.astype(np.int64)
        return np.where(missing, np.nan, a).astype(np.float64)
    except InputError:
        raise
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(
            f"{name} mixes types that cannot be compared: give numbers, or labels of one type, "
            "and rows of one length"
        ) from error


def _is_missing(value: object) -> bool:
    """None, NaN, and the missing values of pandas, which equal nothing, or say so of themselves."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float | np.floating) and bool(value != value)
