"""What every critic is: a function f(x, z) -> score, b independent ones trained as one tensor."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import ClassVar, Self

import torch
from torch import Tensor

from infoplane.errors import InputError

__all__ = ["Critic", "Layout", "at_once", "check_shifts", "chunks", "views"]

# Numbers that an evaluation holds at once in one array (4 MB in float32).
CHUNK = 2**20

# Rows, columns and fan in of each weight matrix and bias of a member, in their order in its row
# of the flat weights.
Layout = Sequence[tuple[int, int, int]]


class Critic(ABC):
    """b independent critics, all in one tensor: member i never influences member j.

    weights: (b, p), every weight and bias of a member in one row, so that clipping and Adam are
    a few kernels whatever the number of layers; `grad` has the same shape.

    Scores come as joint (b, m), row i of x with row i of z, and marginal (b, k, m), whose entry
    (s - 1, i) is row i of x with row i + s modulo m of z: every shift s = 1 … k < m is a
    derangement. All sizes, dtypes and devices are those of the arguments.
    """

    # whether the scores of all pairs of a batch cost little more than those of the batch itself
    cheap_pairs: ClassVar[bool]

    def __init__(self, weights: Tensor, dx: int, dz: int, hidden: Sequence[int]) -> None:
        self.weights = weights
        self.grad = torch.zeros_like(weights)
        self._sizes = (dx, dz, tuple(hidden))

    @classmethod
    def initial(
        cls,
        dx: int,
        dz: int,
        hidden: Sequence[int],
        generators: Sequence[torch.Generator],
        device: str = "cpu",
    ) -> Self:
        """Critics with weights drawn from one CPU generator a member, uniform in ±1/sqrt(fan in).

        The law of torch.nn.Linear. The same draws whatever the device.
        """
        return cls(_drawn(cls.layout(dx, dz, hidden), generators).to(device), dx, dz, hidden)

    @classmethod
    @abstractmethod
    def layout(cls, dx: int, dz: int, hidden: Sequence[int]) -> Layout:
        """Where each matrix lies in a member's row of the weights."""

    @classmethod
    @abstractmethod
    def _workspace_numbers(
        cls, dx: int, dz: int, hidden: Sequence[int], m: int, shifts: int
    ) -> int: ...

    @classmethod
    def bytes_per_member(cls, dx: int, dz: int, hidden: Sequence[int], m: int, shifts: int) -> int:
        """About what one member takes in training with batches of m rows, float32.

        The arrays of a step, and six of the size of its weights: themselves, the gradient, two
        moments, the running mean and the best checkpoint.
        """
        weights = sum(rows * columns for rows, columns, _ in cls.layout(dx, dz, hidden))
        return 4 * (6 * weights + cls._workspace_numbers(dx, dz, hidden, m, shifts))

    def like(self, weights: Tensor) -> Self:
        """A critic of the same layers with other weights (b', p), which it does not copy."""
        return type(self)(weights, *self._sizes)

    def select(self, rows: Tensor) -> Self:
        """The members `rows` as a critic of their own, with copies of their weights."""
        return self.like(self.weights[rows])

    @abstractmethod
    def scores(self, x: Tensor, z: Tensor, shifts: int) -> tuple[Tensor, Tensor]:
        """Scores (b, m) and (b, shifts, m) of a batch, for :meth:`backward`.

        x: (b, m, dx); z: (b, m, dz). The result is a view that the next call, of this
        or of :meth:`backward`, overwrites.
        """

    @abstractmethod
    def backward(self, d_joint: Tensor, d_marginal: Tensor) -> Tensor:
        """Gradient (b, p) of the loss with these derivatives, (b, m) and (b, k, m).

        At the last scores, whose activations it uses up: one call of :meth:`scores`, one of
        this. The result is `grad`, which the next call overwrites.
        """

    @abstractmethod
    def evaluate(self, x: Tensor, z: Tensor, shifts: int) -> tuple[Tensor, Tensor]:
        """Scores (b, n) and (b, shifts, n) of any number of rows, in little memory beside them."""


def check_shifts(shifts: int, m: int) -> None:
    """1 <= shifts < m, or InputError: shift m would pair each row with itself."""
    if not 1 <= shifts < m:
        told = f"pass 1 <= shifts <= {m - 1}" if m > 1 else "give at least 2 rows"
        raise InputError(f"shifts={shifts} of {m} rows is not accepted: {told}")


def views(flat: Tensor, layout: Layout) -> list[Tensor]:
    """The matrices of a layout as (b, ·, ·) views of the rows of (b, p)."""
    parts = flat.split([rows * columns for rows, columns, _ in layout], dim=1)
    return [
        part.unflatten(1, (rows, columns))
        for part, (rows, columns, _) in zip(parts, layout, strict=True)
    ]


def at_once(numbers: int, arrays: int = 1) -> int:
    """How many times `numbers` fit into so many arrays' worth of an evaluation's memory."""
    return max(1, arrays * CHUNK // numbers)


def chunks(n: int, size: int) -> Iterator[slice]:
    """0 … n in slices of `size`, the last one shorter."""
    return (slice(i, min(i + size, n)) for i in range(0, n, size))


def _drawn(layout: Layout, generators: Sequence[torch.Generator]) -> Tensor:
    limit = torch.cat([torch.full((rows * columns,), fan**-0.5) for rows, columns, fan in layout])
    draws = [torch.rand(len(limit), generator=g) for g in generators]
    return (2 * torch.stack(draws) - 1) * limit  # (b, p)
