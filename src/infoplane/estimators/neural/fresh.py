"""Pairs drawn anew at every step, for b members at once, each with a generator of its own."""

from collections.abc import Sequence
from copy import copy
from threading import Lock
from typing import Self

import torch
from torch import Tensor

from infoplane.errors import InputError
from infoplane.estimators.neural.batches import Draw, HeldOnce, Joint
from infoplane.inputs.tensors import as_tensor

__all__ = ["FreshDraws", "drawn"]

DRAWN = 2**16  # numbers of one member that are drawn at once


class FreshDraws(HeldOnce):
    """New pairs at every step, so that no row is seen twice and nothing can be learned by heart.

    draws: one a member; sizes: rows of the validation and of the test set, drawn first.
    Columns are standardised with the mean and standard deviation of the validation rows.
    """

    def __init__(
        self,
        draws: Sequence[Draw],
        sizes: tuple[int, int],
        size: int,
        generators: Sequence[torch.Generator],
        device: str,
    ) -> None:
        self._draws, self._generators = list(draws), list(generators)
        self._size, self._device = size, device
        # of all that share the draws: these need not bear being called by two threads at once
        self._drawing = Lock()
        first = [drawn(draws[i], sizes[0], self._generators[i]) for i in range(len(self._draws))]
        for pair in first:
            for name, part in zip("xz", pair, strict=True):
                if (part == part[0]).all(dim=0).any():
                    raise InputError(
                        f"{name} of a draw has a column that is constant: it carries no "
                        "information, drop it"
                    )
        shapes = {(x.shape, z.shape) for x, z in first}
        if len(shapes) > 1:
            raise InputError(
                "the draws of one batch give pairs of different shapes: draw the same number of "
                "columns for each member"
            )
        self._scales = [
            [(part.mean(dim=0), part.std(dim=0)) for part in pair] for pair in first
        ]  # fmt: skip
        self._validation = self._stacked([self._scaled(i, pair) for i, pair in enumerate(first)])
        self._test = self._validation  # whose shape every later draw has to have
        self._test = self._stacked([self._pairs(i, sizes[1]) for i in range(len(first))])
        self._block = tuple(part[:, :0] for part in self._test)
        self._going = list(range(len(first)))
        self.drawn = sizes[0] + sizes[1]

    def next(self) -> Joint:
        if not self._block[0].shape[1]:
            x, z = self._test
            # the same for one member and for many, or their streams would differ
            rows = self._size * max(1, DRAWN // (self._size * (x.shape[2] + z.shape[2])))
            self._block = self._stacked([self._pairs(i, rows) for i in self._going])
        x, z = (part[:, : self._size] for part in self._block)
        self._block = tuple(part[:, self._size :] for part in self._block)
        return x, z

    def keep(self, rows: Tensor) -> None:
        self._going = [self._going[row] for row in rows.tolist()]
        self._block = tuple(part[rows] for part in self._block)

    def seen(self, members: Tensor) -> Joint | None:
        return None

    def shared(self, members: Tensor, generators: Sequence[torch.Generator]) -> Self:
        made = copy(self)
        some = members.tolist()
        made._draws = [self._draws[i] for i in some]
        made._scales = [self._scales[i] for i in some]
        made._generators, made._going = list(generators), list(range(len(some)))
        made._validation, made._test = self.validation(members), self.test(members)
        made._block = (made._test[0][:, :0], made._test[1][:, :0])
        return made

    def _pairs(self, i: int, n: int) -> Joint:
        with self._drawing:
            pair = drawn(self._draws[i], n, self._generators[i])
            for name, part, held in zip("xz", pair, self._test, strict=True):
                if part.shape[1] != held.shape[2]:
                    raise InputError(
                        f"draw({n}, generator) gave {name} with {part.shape[1]} columns, after "
                        f"{held.shape[2]} before: give the same number every time"
                    )
            return self._scaled(i, pair)

    def _scaled(self, i: int, pair: Joint) -> Joint:
        x, z = (
            ((part - mean) / torch.where(std > 0, std, 1.0)).float()
            for part, (mean, std) in zip(pair, self._scales[i], strict=True)
        )
        return x, z

    def _stacked(self, pairs: Sequence[Joint]) -> Joint:
        xs, zs = zip(*pairs, strict=True)
        return torch.stack(xs).to(self._device), torch.stack(zs).to(self._device)


def drawn(draw: Draw, n: int, generator: torch.Generator) -> Joint:
    """n rows of a draw as two tensors of numbers, (n, dx) and (n, dz), or InputError."""
    found = draw(n, generator)
    told = f"draw({n}, generator) gave"
    if not isinstance(found, tuple | list) or len(found) != 2:
        raise InputError(f"{told} {type(found).__name__}: a pair is accepted, x and z")
    parts = []
    for name, part in zip("xz", found, strict=True):
        a = as_tensor(part, f"{name} of draw({n}, generator)").detach()
        if not a.is_floating_point():
            a = a.float()
        a = a.unsqueeze(1) if a.ndim == 1 else a
        if a.ndim != 2 or len(a) != n or not a.shape[1]:
            raise InputError(
                f"{told} {name} of shape {tuple(a.shape)}: ({n}, d) is accepted, one row a pair"
            )
        if not torch.isfinite(a).all():
            raise InputError(f"{told} {name} with values that are not finite")
        parts.append(a)
    return parts[0], parts[1]
