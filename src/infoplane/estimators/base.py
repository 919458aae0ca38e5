"""What all estimators share: how they are called, and how their input is checked."""

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.estimators.ceilings import above_entropy
from infoplane.estimators.estimate import Estimate
from infoplane.estimators.floors import below_floor
from infoplane.estimators.groups import as_groups, groups_of_batch
from infoplane.estimators.infinite import infinite
from infoplane.estimators.sequence import follow_each_other
from infoplane.inputs.arrays import Array, as_array, as_columns, as_plain
from infoplane.inputs.columns import is_text
from infoplane.inputs.options import check_device, whole
from infoplane.inputs.spelled import refuse_spelled_numbers
from infoplane.inputs.tables import check_tables, naming

__all__ = ["Answer", "Estimator", "Samples", "as_samples", "check_batch", "refuse_text"]


@dataclass(frozen=True)
class Samples:
    """Checked input: x (n, dx) and z (n, dz), each float64, or integer codes where discrete.

    text: which of "x" and "z" were strings, whose codes have an order that means nothing.
    groups: (n,) codes 0, 1, … of rows that belong together, or None.
    """

    x: Array
    z: Array
    text: tuple[str, ...] = ()
    groups: npt.NDArray[np.int64] | None = None

    @property
    def n(self) -> int:
        return len(self.x)


class Answer(NamedTuple):
    """What :meth:`Estimator._estimate` finds; from `bias` on as in :class:`Estimate`."""

    value: float
    std: float
    warnings: Sequence[str]
    history: dict[str, npt.NDArray[np.float64]]
    bias: float = math.nan
    bias_std: float = math.nan
    dof: float = math.inf
    critic: Any = None


@dataclass(frozen=True)
class Estimator(ABC):
    """An estimator is a frozen set of options with one method, :meth:`estimate`.

    Subclasses are frozen dataclasses that set `name` and implement :meth:`_estimate`; input
    checks, timing and the batch loop live here. Where every problem of a batch can be solved
    at once, a subclass overrides :meth:`estimate_batch`.

    What an information plane has to know about an estimator, the estimator says: how it is given
    a layer (`whole_layers`, `reads_inputs`, :meth:`for_labels`), what it cannot exceed
    (:meth:`ceiling`), and all layers at once, where it can (:meth:`estimate_layers`). What stands
    here suits an estimator of two columns of numbers.
    """

    name: ClassVar[str]
    min_samples: ClassVar[int] = 4
    # True: a layer is given as it is, constant units and all, and always second: (x, t), (y, t).
    # False: its units that vary, (x, t) and (t, y).
    whole_layers: ClassVar[bool] = False
    # Whether it splits rows, and then keeps those of one group together.
    uses_groups: ClassVar[bool] = False
    # Whether Z is not z but drawn from it, with noise say: I is finite then, whatever x tells of z.
    draws_z: ClassVar[bool] = False

    def estimate(
        self, x: Any, z: Any, *, seed: int = 0, device: str = "cpu", groups: Any = None
    ) -> Estimate:
        """Estimate I(X; Z) from paired samples, in nats.

        x: (n,) or (n, dx); z: (n,) or (n, dz); arrays, tensors or sequences, row i of both
        from the same draw. One column of integers, truth values or text is a label.
        Sentences about a column of a DataFrame or Series call it by its name.
        seed: of everything random; device: where tensors live ("cpu", "cuda").
        groups: (n,) integers or text, for estimators that split the rows: those of one group
        (images of one patient, windows of one recording, copies of one row) stay on one side, and
        the standard error is that of independent groups, not rows.
        Raises InputError (a ValueError) for input that has no answer, naming what to do.
        """
        return self._answered(x, z, seed, device, groups, self._estimate)

    def _answered(
        self,
        x: Any,
        z: Any,
        seed: int,
        device: str,
        groups: Any,
        solve: Callable[[Samples, int, str], Any],
    ) -> Estimate:
        """The checked call: what `solve` finds of the samples, with the doubts that all share."""
        started = time.perf_counter()
        whole("seed", seed, at_least=0)
        check_device(device)
        with naming(x=x, z=z) as named:
            samples = self._grouped(self.check(x, z), groups)
            answer = Answer(*solve(samples, seed, device))
        found = Estimate(
            value=float(answer.value),
            std=float(answer.std),
            n=samples.n,
            estimator=self.name,
            seed=seed,
            history=answer.history,
            bias=float(answer.bias),
            bias_std=float(answer.bias_std),
            dof=float(answer.dof),
            critic=answer.critic,
        )
        # what an estimator within this one has said already is said once
        doubts = dict.fromkeys([*answer.warnings, *self._doubts_of(found, samples)])
        seconds = time.perf_counter() - started
        return replace(found, seconds=seconds, warnings=tuple(map(named, doubts)))

    def estimate_batch(
        self, x: Any, z: Any, *, seeds: Sequence[int], device: str = "cpu", groups: Any = None
    ) -> list[Estimate]:
        """Estimate b problems of equal shape, x: (b, n, dx) and z: (b, n[, dz]), one seed each.

        groups: (n,), shared by all, or (b, n); see :meth:`estimate`, b calls of which give the
        same numbers, within floating point.
        """
        check_batch(x, z, seeds)
        together = groups_of_batch(groups, len(seeds))
        return [
            self.estimate(xi, zi, seed=seed, device=device, groups=of_one)
            for xi, zi, seed, of_one in zip(x, z, seeds, together, strict=True)
        ]

    def check(self, x: Any, z: Any) -> Samples:
        """Input as :class:`Samples`, or an InputError; estimators add their own conditions."""
        return as_samples(x, z, at_least=self.min_samples)

    def _grouped(self, samples: Samples, groups: Any) -> Samples:
        """The samples with their groups, or an InputError where these are not used."""
        if groups is None:
            return samples
        if not self.uses_groups:
            names = sorted({known.name for known in _named(Estimator) if known.uses_groups})
            raise InputError(
                f"groups is not used by {self.name}, which does not split rows ({', '.join(names)} "
                "do): leave it out, and keep one row of each group"
            )
        return replace(samples, groups=as_groups(groups, samples.n))

    def _doubts_of(self, found: Estimate, samples: Samples) -> list[str]:
        """What these rows give to doubt of any value, whatever the estimator."""
        told = above_entropy(found.value, samples.x, samples.z)
        if not self.draws_z:
            told += infinite(samples.x, samples.z)
        if not self.of_pairs:
            return told
        alike = follow_each_other(
            samples.x,
            samples.z,
            text=samples.text,
            groups=samples.groups,
            uses_groups=self.uses_groups,
        )
        # a floor is of independent rows, of finite information, of numbers, and of z itself
        independent = not alike and samples.groups is None
        if independent and not told and not self.draws_z and not samples.text:
            told += below_floor(found, samples.x, samples.z)
        return told + alike

    @property
    def reads_inputs(self) -> bool:
        """Whether the columns of x matter for I(X;T); if not, a code for each row will do."""
        return not self.whole_layers

    @property
    def of_pairs(self) -> bool:
        """Whether it learns from pairs how x and z depend, and so takes chance for dependence.

        Not where that is computed from a layer.
        """
        return not self.whole_layers

    def for_labels(self) -> Self:
        """The estimator as it is asked for I(T;Y)."""
        return self

    def harmless_layer(self, n: int) -> Array:
        """A layer (n, d) that it accepts: what it refuses beside that lies not in the layer."""
        return np.random.default_rng(0).standard_normal((n, 1))

    def ceiling(self, n: int, *, units: int) -> float:
        """What no value for n rows of a layer of so many units exceeds, whatever they are, in nats.

        Infinity where there is no such bound but those of the data, their entropies.
        """
        return math.inf

    def estimate_layers(
        self,
        t: Array,
        x: npt.NDArray[np.int64] | None,
        y: npt.NDArray[np.int64] | None,
        *,
        seeds: Sequence[int],
        device: str,
    ) -> tuple[list[Estimate], list[Estimate]] | None:
        """I(X;T) and I(T;Y) of all layers at once, or None, and each layer is asked for alone.

        t: (b, n, d), finite; x and y: (n,) codes 0, 1, … of equal rows of the inputs and of the
        labels, None where that quantity is not wanted, and its list empty. seeds: one a layer.
        A layer that is refused has the value nan and says why: :meth:`unasked`.
        """
        return None

    def unasked(self, value: float, told: str, *, n: int, seed: int) -> Estimate:
        """What is said in place of an estimate: its standard error is 0, or nan like the value."""
        return Estimate(
            value=value, std=value, n=n, estimator=self.name, seed=seed, warnings=(told,)
        )

    @abstractmethod
    def _estimate(
        self, samples: Samples, seed: int, device: str
    ) -> "tuple[float, float, Sequence[str], dict[str, npt.NDArray[np.float64]]] | Answer":
        """Value, standard error, warnings and history for checked samples, and their bias."""


def _named(known: Any) -> Iterator[type[Estimator]]:
    """Every estimator below a class that has a name, and so is no mere part of one."""
    for sub in known.__subclasses__():
        if hasattr(sub, "name"):
            yield sub
        yield from _named(sub)


def as_samples(x: Any, z: Any, *, at_least: int = 2) -> Samples:
    """Two checked (n, d) arrays of equal length, finite and not empty."""
    check_tables(x=x, z=z)
    raw = {"x": as_plain(x, "x"), "z": as_plain(z, "z")}
    xs, zs = (as_columns(a, name) for name, a in raw.items())
    for name, a in raw.items():
        if is_text(a):
            refuse_spelled_numbers(a.reshape(len(a), -1), name)
    if len(xs) != len(zs):
        raise InputError(
            f"x has {len(xs)} rows and z has {len(zs)}: both need one row per sample, "
            "in the same order"
        )
    if len(xs) < at_least:
        raise InputError(f"x and z have {len(xs)} rows: at least {at_least} are needed")
    return Samples(xs, zs, tuple(name for name, a in raw.items() if is_text(a)))


def check_batch(x: Any, z: Any, seeds: Sequence[int]) -> None:
    """A batch has one leading axis of equal length in x, z and seeds."""
    for name, value in (("x", x), ("z", z), ("seeds", seeds)):
        try:
            len(value)
        except TypeError as error:
            as_array(value, name)  # a sparse matrix has no length either, and a better answer
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


def refuse_text(samples: Samples, estimator: str) -> None:
    """Estimators of distances or correlations cannot use names, or their place in the alphabet."""
    for name in samples.text:
        raise InputError(
            f"{name} holds text, which {estimator} cannot measure: use ross where the other side "
            "is numbers, or binning"
        )
