"""Data that know their truth: what they offer, and how they are drawn from either generator."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, runtime_checkable

import numpy as np

from infoplane.errors import InputError
from infoplane.inputs.options import whole, within

if TYPE_CHECKING:
    import torch

__all__ = ["Known", "PointSet", "Problem", "Sampler"]

Rows_co = TypeVar("Rows_co", covariant=True)


@dataclass(frozen=True)
class Known:
    """A number that is known, and how well.

    value: an information or entropy in nats, or a dimension. error: what |value - truth| is at
    most, >= 0; 0 where value is a closed form or a finite sum, right to the rounding of float64.
    Raises InputError for an error below 0 or that is no number.

    >>> truth = Known(0.25, error=1e-9)
    >>> float(truth), truth.error
    (0.25, 1e-09)
    """

    value: float
    error: float = 0.0

    def __post_init__(self) -> None:
        within("error", self.error, low=0)

    def __float__(self) -> float:
        return self.value


@runtime_checkable
class Problem(Protocol):
    """Two dependent variables whose mutual information is known.

    name: what it is called among :data:`infoplane.datasets.problems.PROBLEMS`.
    information: I(X; Z) of the distribution, in nats, with its error.
    draw: `n` new independent pairs, x (n, dx) and z (n, dz), or z (n,) whole numbers for labels.
    """

    @property
    def name(self) -> str: ...

    @property
    def information(self) -> Known: ...

    def draw(self, n: int, generator: np.random.Generator | torch.Generator) -> tuple[Any, Any]:
        """From a NumPy generator arrays, from one of torch tensors: see :class:`Sampler`."""
        ...


@runtime_checkable
class PointSet(Protocol):
    """Points whose intrinsic dimension is known, and whose entropy is, for some.

    name: of the family. dimension: intrinsic, for a measure on a fractal the correlation
    dimension. entropy: differential, with respect to the volume of the set, in nats; None where
    it is not known or, as on a fractal, does not exist. draw: `n` points, (n, D).

    Such sets know no information: there is no second variable.
    """

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> Known: ...

    @property
    def entropy(self) -> Known | None: ...

    def draw(self, n: int, generator: np.random.Generator | torch.Generator) -> Any:
        """From a NumPy generator an array, from one of torch a tensor: see :class:`Sampler`."""
        ...


class Sampler(ABC, Generic[Rows_co]):
    """Rows drawn by a NumPy generator, and therefore by a seed, or by a generator of torch.

    A subclass says what a NumPy generator gives: an array, or a tuple of arrays.
    """

    @abstractmethod
    def _rows(self, n: int, generator: np.random.Generator) -> Rows_co:
        """`n` rows; both arguments are checked."""

    def _tensors(self, n: int, generator: torch.Generator) -> Any:
        """`n` rows as tensors: those of a NumPy generator whose seed this one draws."""
        import torch  # here already, as its generator is

        seed = torch.randint(2**63 - 1, (), generator=generator, device=generator.device)
        rows: Any = self._rows(n, np.random.default_rng(int(seed)))
        if isinstance(rows, tuple):
            return tuple(_tensor(part, generator.device) for part in rows)
        return _tensor(rows, generator.device)

    def draw(self, n: int, generator: np.random.Generator | torch.Generator) -> Any:
        """`n` new independent rows from a generator's stream, which moves on.

        generator: np.random.Generator, for arrays; or torch.Generator, for tensors on its device,
        float32 where they are not whole numbers. The latter is what estimators ask for that train
        on fresh draws. The two streams have nothing in common.
        Raises InputError for n < 1 and for any other generator.
        """
        whole("n", n, at_least=1)
        if isinstance(generator, np.random.Generator):
            return self._rows(n, generator)
        torch = sys.modules.get("torch")  # whoever holds a generator of torch has imported it
        if torch is None or not isinstance(generator, torch.Generator):
            raise InputError(
                f"generator={generator!r} is not accepted: pass np.random.default_rng(seed) for "
                "arrays, or torch.Generator().manual_seed(seed) for tensors"
            )
        return self._tensors(n, generator)

    def sample(self, n: int, seed: int = 0) -> Rows_co:
        """`n` independent rows as arrays; the same for the same seed for ever.

        Raises InputError for n < 1 and for a seed that is not a whole number >= 0.
        """
        whole("n", n, at_least=1)
        whole("seed", seed, at_least=0)
        return self._rows(n, np.random.default_rng(seed))


def _tensor(rows: Any, device: torch.device) -> torch.Tensor:
    import torch

    found = torch.as_tensor(rows, device=device)
    return found.float() if found.is_floating_point() else found
