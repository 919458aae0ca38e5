"""Batches of MINE as printed: all pairs of a random permutation by one shift, noise anew."""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor

__all__ = ["Batches", "in_cycles"]

SPARE = 16  # room for cycles of a permutation: a hundred rows have five, and hardly ever more


class Batches:
    """Batches of the joint, and of the marginals, of each member's own stream.

    A batch comes in such an order that z_p(i) stands just behind z_i. A random permutation p is
    one in cycles: cut a random order where a number exceeds all before it, and each part is a
    cycle of a permutation that is any with the same chance (Foata). Behind each cycle its first
    row stands once more, so that one shift of the whole makes all pairs: a tenth more rows in
    place of all of them twice.
    """

    def __init__(
        self,
        rows: Sequence[Tensor],
        size: int,
        streams: Sequence[torch.Generator],
        marginals: str,
        noise_std: Sequence[float],
        device: str,
    ) -> None:
        self._x, self._z = (
            side.to(device) if side.stride(0) == 0 else side.contiguous().to(device)
            for side in rows
        )
        self._n = rows[0].shape[1]
        self._size, self._streams, self._marginals = size, streams, marginals
        self._noise_std, self.device = torch.tensor(noise_std)[:, None, None], device
        self._order: list[Tensor] = []
        self._threads = ThreadPoolExecutor(torch.get_num_threads())

    def next(self) -> tuple[Tensor, Tensor, Tensor]:
        """Rows of x and z (b, m', ·), and which of them count, (b, m')."""
        if not self._order:
            order = torch.stack([torch.randperm(self._n, generator=g) for g in self._streams])
            whole_ones = self._n // self._size * self._size
            self._order = list(order[:, :whole_ones].split(self._size, dim=1))
        batch = self._order.pop(0)
        if self._marginals == "derangement":
            places = torch.arange(self._size).expand(len(batch), -1)
            counts = torch.ones_like(places, dtype=torch.bool)
        else:
            drawn = [torch.randperm(self._size, generator=g) for g in self._streams]
            places, counts = in_cycles(torch.stack(drawn))
        rows = batch.gather(1, places)
        x, z = _taken(self._x, rows), _taken(self._z, rows)
        return x, self._noisy(z, places), counts.to(self.device)

    def noisy(self, z: Tensor) -> Tensor:
        """z (b, m, dz) with noise of each member's stream on each row."""
        return self._noisy(z, torch.arange(z.shape[1]).expand(len(z), -1))

    def _noisy(self, z: Tensor, places: Tensor) -> Tensor:
        """The same, each row with the noise of its place: one that stands twice has it twice."""
        if not self._noise_std.any():
            return z
        m, columns = int(places.max()) + 1, z.shape[2]
        eps = torch.zeros(len(z), m, columns)
        noisy = [i for i, std in enumerate(self._noise_std) if std > 0]  # others draw nothing
        drawn = ([of[i] for i in noisy] for of in (eps, self._streams))
        deque(self._threads.map(_draw_normal, *drawn), maxlen=0)
        return z + _taken(eps.mul_(self._noise_std).to(z.device), places)


def _draw_normal(eps: Tensor, generator: torch.Generator) -> None:
    eps.normal_(generator=generator)


def _taken(side: Tensor, rows: Tensor) -> Tensor:
    """Rows (b, m) of side (b, n, d), (b, m, d): five times as fast as by an index on two axes."""
    b, n, d = side.shape
    if side.stride(0) == 0:  # the same rows for all, once in memory
        flat, places = side[0], rows
    else:
        flat, places = side.reshape(b * n, d), rows + n * torch.arange(b)[:, None]
    return flat.index_select(0, places.flatten().to(side.device)).view(b, -1, d)


def in_cycles(drawn: Tensor) -> tuple[Tensor, Tensor]:
    """The cycles of a permutation for each random order (b, m), one behind the other.

    Places (b, m') of rows, where each cycle's first row stands behind it once more, and which
    places count, (b, m'): all but these, and what fills up.

    >>> in_cycles(torch.tensor([[1, 0, 2]]))  # the cycles (1 0) and (2)
    (tensor([[1, 0, 1, 2, 2...]]), tensor([[ True,  True, False,  True, False...]]))
    """
    b, m = drawn.shape
    starts = drawn == drawn.cummax(dim=1).values
    before = starts.long().cumsum(dim=1)  # cycles begun up to here, 1, 1, …
    length = m + max(SPARE, int(before[:, -1].max()))
    first = drawn.where(starts, 0).cummax(dim=1).values  # of the row's cycle: its greatest
    to = torch.arange(m) + before - 1
    places = drawn[:, :1].repeat(1, length)
    # behind every row the first of its cycle, which all but the last row of a cycle then cover
    places.scatter_(1, to + 1, first)
    places.scatter_(1, to, drawn)
    counts = torch.zeros(b, length, dtype=torch.bool).scatter_(1, to, True)
    return places, counts
