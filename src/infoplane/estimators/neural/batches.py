"""Where a critic's pairs come from: a fixed sample, or a fixed sample with fresh noise. All for b
members at once, each with a generator of its own."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from copy import copy
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from infoplane.estimators.neural.critics.base import Critic
from infoplane.estimators.rows import Apart, Rows

__all__ = ["Draw", "HeldOnce", "Joint", "NoisyRows", "SampleRows", "Source", "scored"]

Ints = npt.NDArray[np.int64]

# Numbers gathered at once for the next training batches: 1 MB, which stays in the cache.
BLOCK = 2**18

Joint = tuple[Tensor, Tensor]  # x (b, n, dx) and z (b, n, dz), row i of both drawn together
Draw = Callable[[int, torch.Generator], tuple[Any, Any]]  # n, generator -> x (n, dx), z (n, dz)


class Source(ABC):
    """Training batches and held-out pairs of b members.

    apart: where rows belong together, the shifts of held-out rows that pair no two of a group.
    """

    apart: Apart | None = None

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

    @abstractmethod
    def shared(self, members: Tensor, generators: Sequence[torch.Generator]) -> Self:
        """The same pairs for several critics each, none of which has been trained yet.

        members: (b',), whose pairs each critic gets, counted as at the start; generators: (b'),
        for the training batches of each. Held-out pairs are the same for all critics of a member.
        """

    def groups(self, member: int) -> Ints | None:
        """The groups of a member's test rows, (n_test,), or None."""
        return None


class SampleRows(Source):
    """A fixed sample: batches without replacement from one shuffle an epoch, gathered many steps
    at a time."""

    def __init__(self, rows: Rows, size: int, generators: Sequence[torch.Generator]) -> None:
        self._rows, self._size = rows, size
        self.apart = rows.apart
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

    def shared(self, members: Tensor, generators: Sequence[torch.Generator]) -> Self:
        return type(self)(self._rows.of(members), self._size, generators)

    def groups(self, member: int) -> Ints | None:
        codes = self._rows.groups
        return None if codes is None else codes[self._rows.test[member].cpu().numpy()]

    def _shuffle(self) -> None:
        n = self._train.shape[1]
        steps = n // self._size
        order = torch.stack([torch.randperm(n, generator=g) for g in self._generators])
        order = order[:, : steps * self._size].to(self._train.device)
        batches = self._train.gather(1, order).unflatten(1, (steps, self._size))
        self._epoch = batches.transpose(0, 1)  # (steps, b, m)


class HeldOnce(Source):
    """A source whose held-out pairs are made once, (b, n, ·)."""

    _validation: Joint
    _test: Joint

    def validation(self, members: Tensor) -> Joint:
        x, z = self._validation
        return x[members], z[members]

    def test(self, members: Tensor) -> Joint:
        x, z = self._test
        return x[members], z[members]


class NoisyRows(HeldOnce):
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
        self.apart = rows.apart
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

    def shared(self, members: Tensor, generators: Sequence[torch.Generator]) -> Self:
        made = copy(self)
        made.share, made._noise, made._all = (
            a[members] for a in (self.share, self._all, self._all)
        )  # fmt: skip
        made._clean = self._clean.shared(members, generators)
        made._generators = list(generators)
        made._validation, made._test = self.validation(members), self.test(members)
        return made

    def groups(self, member: int) -> Ints | None:
        return self._clean.groups(member)

    def _noisy(self, pairs: Joint) -> Joint:
        x, z = pairs
        eps = torch.stack([torch.randn(z.shape[1:], generator=g) for g in self._generators])
        return x, torch.addcmul(z, self._noise.unsqueeze(1), eps.to(z))


def scored(critic: Critic, pairs: Joint, shifts: int, apart: Ints | None) -> Joint:
    """Scores of held-out pairs: joint (b, n), and marginal (b, k, n) of up to so many shifts.

    apart: (…,) the shifts to choose from; None for all.
    """
    x, z = pairs
    if apart is None:
        return critic.evaluate(x, z, min(shifts, x.shape[1] - 1))
    some = torch.from_numpy(apart[:shifts])
    joint, marginal = critic.evaluate(x, z, int(some[-1]))
    return joint, marginal.index_select(1, (some - 1).to(marginal.device))
