"""What all estimators share: how they are called, and how their input is checked."""

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.estimate import Estimate

__all__ = [
    "Array",
    "Estimator",
    "Samples",
    "as_columns",
    "as_samples",
    "is_count",
    "is_discrete",
    "one_hot",
    "refuse_constant",
]

Array = npt.NDArray[Any]
Kind = Literal["any", "continuous", "labels"]


@dataclass(frozen=True)
class Samples:
    """Checked input: x (n, dx) and z (n, dz), each float64, or integer codes where discrete."""

    x: Array
    z: Array

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
    xs, zs = as_columns(x, "x"), as_columns(z, "z")
    if len(xs) != len(zs):
        raise InputError(
            f"x has {len(xs)} rows and z has {len(zs)}: both need one row per sample, "
            "in the same order"
        )
    if len(xs) < at_least:
        raise InputError(f"x and z have {len(xs)} rows: at least {at_least} are needed")
    return Samples(xs, zs)


def check_batch(x: Any, z: Any, seeds: Sequence[int]) -> None:
    """A batch has one leading axis of equal length in x, z and seeds."""
    if not len(x) == len(z) == len(seeds):
        raise InputError(
            f"x, z and seeds have {len(x)}, {len(z)} and {len(seeds)} members: "
            "give one x, one z and one seed for each problem of the batch"
        )
    if not len(seeds):
        raise InputError("seeds=[] is empty: give at least one problem")


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


def as_columns(values: Any, name: str) -> Array:
    """One checked (n, d) array, float64 or int64; `name` is what an error calls it."""
    if hasattr(values, "detach"):
        values = values.detach().cpu().numpy()
    a = np.asarray(values)
    if a.ndim == 1:
        a = a[:, None]
        if a.dtype.kind in "bUSO":
            a = _codes(a, name)
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
        raise InputError(f"{name} has dtype {a.dtype}: numbers are accepted; encode text first")
    a = a.astype(np.float64)
    bad = ~np.isfinite(a)
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise InputError(
            f"{name} has {bad.sum()} values that are NaN or infinite, the first at row {row}, "
            f"column {column}: drop or replace them"
        )
    return a


def _codes(a: Array, name: str) -> Array:
    try:
        return np.unique(a, return_inverse=True)[1].reshape(a.shape)
    except TypeError as error:
        raise InputError(
            f"{name} mixes types that cannot be compared: give numbers, or labels of one type"
        ) from error
