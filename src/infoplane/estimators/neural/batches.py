"""Where a critic's pairs come from: a fixed sample, a fixed sample with fresh noise, or fresh
draws at every step. All for b members at once, each with a generator of its own."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from infoplane.errors import InputError
from infoplane.estimators.rows import Rows
from infoplane.inputs.tensors import as_tensor

__all__ = ["Draw", "FreshDraws", "Joint", "NoisyRows", "SampleRows", "Source", "drawn"]

# Numbers gathered at once for the next training batches: 1 MB, which stays in the cache.
BLOCK = 2**18
DRAWN = 2**16  # and for one member where they are drawn

Joint = tuple[Tensor, Tensor]  # x (b, n, dx) and z (b, n, dz), row i of both drawn together
Draw = Callable[[int, torch.Generator], tuple[Any, Any]]  # n, generator -> x (n, dx), z (n, dz)


class Source(ABC):
    """Training batches and held-out pairs of b members."""

    @abstractmethod
    def next(self) -> Joint:
        """The next training batch of the members that still train: x (b', m, dx), z (b', m, dz)."""

    @abstractmethod
    def keep(self, rows: Tensor) -> None:
        """Go on training with `rows` of the present members only."""

    @abstractmethod
    def validation(self, members: Tensor) -> Joint:
        """The rows that decide when to stop, of these members, counted as at the start."""

    @abstractmethod
    def test(self, members: Tensor) -> Joint:
        """The rows that give the number."""

    @abstractmethod
    def seen(self, members: Tensor) -> Joint | None:
        """As many training rows as there are test rows; None where no row is seen twice."""


class SampleRows(Source):
    """A fixed sample: batches without replacement from one shuffle an epoch, gathered many steps
    at a time."""

    def __init__(self, rows: Rows, size: int, generators: Sequence[torch.Generator]) -> None:
        self._rows, self._size = rows, size
        self._train = rows.train  # (b, n_train)
        self._generators = list(generators)
        self._epoch = rows.train.new_empty(0, len(generators), size)  # row numbers
        self._block = (rows.x[:0], rows.z[:0])

    def next(self) -> Joint:
        if not len(self._block[0]):
            if not len(self._epoch):
                self._shuffle()
            x, z, (b, m) = self._rows.x, self._rows.z, self._epoch.shape[1:]
            steps = max(1, BLOCK // (b * m * (x.shape[1] + z.shape[1])))
            self._block = self._rows.take(self._epoch[:steps])  # (steps, b, m, d)
            self._epoch = self._epoch[steps:]
        x, z = (part[0] for part in self._block)
        self._block = (self._block[0][1:], self._block[1][1:])
        return x, z

    def keep(self, rows: Tensor) -> None:
        self._train = self._train[rows]
        self._generators = [self._generators[row] for row in rows.tolist()]
        self._epoch = self._epoch[:, rows]
        self._block = (self._block[0][:, rows], self._block[1][:, rows])

    def validation(self, members: Tensor) -> Joint:
        return self._rows.take(self._rows.validation[members])

    def test(self, members: Tensor) -> Joint:
        return self._rows.take(self._rows.test[members])

    def seen(self, members: Tensor) -> Joint | None:
        return self._rows.take(self._rows.train[members, : self._rows.test.shape[1]])

    def _shuffle(self) -> None:
        n = self._train.shape[1]
        steps = n // self._size
        order = torch.stack([torch.randperm(n, generator=g) for g in self._generators])
        order = order[:, : steps * self._size].to(self._train.device)
        batches = self._train.gather(1, order).unflatten(1, (steps, self._size))
        self._epoch = batches.transpose(0, 1)  # (steps, b, m)


class _HeldOnce(Source):
    """A source whose held-out pairs are made once, (b, n, ·)."""

    _validation: Joint
    _test: Joint

    def validation(self, members: Tensor) -> Joint:
        x, z = self._validation
        return x[members], z[members]

    def test(self, members: Tensor) -> Joint:
        x, z = self._test
        return x[members], z[members]


class NoisyRows(_HeldOnce):
    """A fixed sample whose z gets noise: fresh at every step for the training rows, drawn once
    for the others.

    rows.z: noise-free, in units of what it is with noise; noise and share: (b, dz) standard
    deviations of the noise and of what is free of it, in these units.
    """

    def __init__(
        self,
        rows: Rows,
        noise: Tensor,
        share: Tensor,
        size: int,
        generators: Sequence[torch.Generator],
    ) -> None:
        self.share = share
        self._clean = SampleRows(rows, size, generators)
        self._noise, self._all = noise, noise
        self._generators = list(generators)
        everyone = torch.arange(len(noise), device=noise.device)
        self._validation = self._noisy(self._clean.validation(everyone))
        self._test = self._noisy(self._clean.test(everyone))

    def next(self) -> Joint:
        return self._noisy(self._clean.next())

    def keep(self, rows: Tensor) -> None:
        self._clean.keep(rows)
        self._noise = self._noise[rows]
        self._generators = [self._generators[row] for row in rows.tolist()]

    def seen(self, members: Tensor) -> Joint | None:
        pairs = self._clean.seen(members)
        if pairs is None:
            return None
        x, z = pairs
        # of no consequence to training, which is over: one stream for all members will do
        g = torch.Generator().manual_seed(0)
        eps = torch.randn(z.shape, generator=g, dtype=z.dtype).to(z.device)
        return x, z + self._all[members].unsqueeze(1) * eps

    def _noisy(self, pairs: Joint) -> Joint:
        x, z = pairs
        eps = torch.stack([torch.randn(z.shape[1:], generator=g) for g in self._generators])
        return x, torch.addcmul(z, self._noise.unsqueeze(1), eps.to(z))


class FreshDraws(_HeldOnce):
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

    def _pairs(self, i: int, n: int) -> Joint:
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
