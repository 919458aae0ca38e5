"""Inner products of the rows of a batch with its own rows turned, and their derivatives."""

from abc import ABC, abstractmethod

import torch
from torch import Tensor

from infoplane.estimators.neural.critics.base import at_once, chunks

__all__ = ["Pairs", "band", "fill_band", "pairs"]

# Shifts, as a fraction of the rows, up to which they are faster one by one than as a part of the
# product of all rows with all rows.
FEW = 1 / 32
# Unused columns of the product: a row of 2m numbers, m a power of two, would put all entries of
# one shift into the same cache lines.
PAD = 16


def band(matrix: Tensor, shifts: int) -> Tensor:
    """A view (b, 1 + shifts, m) of (b, m, m + shifts or more): entry (s, i) is (i, i + s)."""
    b, m, width = matrix.shape
    return matrix.as_strided((b, 1 + shifts, m), (m * width, 1, width + 1))


class Pairs(ABC):
    """scores[s, i] = g_i · h_(i + s modulo m), s = 0 … k, for m rows of b members.

    g and h: (b, m, e). After :meth:`spread` of the derivatives by the scores, :meth:`by_g` and
    :meth:`by_h` give those by g and by h, which need h and g.
    """

    def __init__(self, m: int, shifts: int) -> None:
        self.sizes = (m, shifts)

    @staticmethod
    def numbers(m: int, shifts: int, e: int) -> int:
        """About how many numbers its arrays hold, a member."""
        return m * (m + 2 * shifts) if shifts > FEW * m else (2 * m + shifts) * e

    @abstractmethod
    def scores(self, g: Tensor, h: Tensor) -> Tensor: ...

    @abstractmethod
    def spread(self, d_joint: Tensor, d_marginal: Tensor) -> None: ...

    @abstractmethod
    def by_g(self, h: Tensor, out: Tensor) -> Tensor: ...

    @abstractmethod
    def by_h(self, g: Tensor, out: Tensor) -> Tensor: ...


def pairs(like: Tensor, m: int, shifts: int, e: int) -> Pairs:
    """The faster way for so many shifts; arrays of the device and dtype of `like`, (b, …)."""
    return _Product(like, m, shifts) if shifts > FEW * m else _OneByOne(like, m, shifts, e)


class _Product(Pairs):
    """As the product of all rows with all rows, and no gather: the scores are a band of it."""

    def __init__(self, like: Tensor, m: int, shifts: int) -> None:
        super().__init__(m, shifts)
        matrix = like.new_empty(len(like), m, m + shifts + PAD)
        self._all, self._ring = matrix[:, :, :m], matrix[:, :, m : m + shifts]
        self._band = band(matrix, shifts)
        self._scores = like.new_empty(len(like), 1 + shifts, m)

    def scores(self, g: Tensor, h: Tensor) -> Tensor:
        torch.bmm(g, h.mT, out=self._all)
        self._ring.copy_(self._all[:, :, : self.sizes[1]])
        # in order, for what follows reads the scores several times
        return self._scores.copy_(self._band)

    def spread(self, d_joint: Tensor, d_marginal: Tensor) -> None:
        self._all.zero_()
        self._ring.zero_()
        self._band[:, 0] = d_joint
        self._band[:, 1:] = d_marginal
        self._all[:, :, : self.sizes[1]] += self._ring

    def by_g(self, h: Tensor, out: Tensor) -> Tensor:
        return torch.bmm(self._all, h, out=out)

    def by_h(self, g: Tensor, out: Tensor) -> Tensor:
        return torch.bmm(self._all.mT, g, out=out)


class _OneByOne(Pairs):
    """Shift by shift, as sums over products of entries."""

    def __init__(self, like: Tensor, m: int, shifts: int, e: int) -> None:
        super().__init__(m, shifts)
        b = len(like)
        self._ring = like.new_empty(b, m + shifts, e)
        self._product = like.new_empty(b, m, e)
        self._scores = like.new_empty(b, 1 + shifts, m)
        self._d = torch.empty_like(self._scores)

    def scores(self, g: Tensor, h: Tensor) -> Tensor:
        m, shifts = self.sizes
        self._close(h)
        for s in range(1 + shifts):
            torch.mul(g, self._ring[:, s : s + m], out=self._product)
            torch.sum(self._product, -1, out=self._scores[:, s])
        return self._scores

    def spread(self, d_joint: Tensor, d_marginal: Tensor) -> None:
        self._d[:, 0] = d_joint
        self._d[:, 1:] = d_marginal

    def by_g(self, h: Tensor, out: Tensor) -> Tensor:
        m, shifts = self.sizes
        self._close(h)
        torch.mul(h, self._d[:, 0].unsqueeze(-1), out=out)
        for s in range(1, 1 + shifts):
            out.addcmul_(self._ring[:, s : s + m], self._d[:, s].unsqueeze(-1))
        return out

    def by_h(self, g: Tensor, out: Tensor) -> Tensor:
        m, shifts = self.sizes
        self._ring.zero_()
        for s in range(1 + shifts):
            self._ring[:, s : s + m].addcmul_(g, self._d[:, s].unsqueeze(-1))
        out.copy_(self._ring[:, :m])
        out[:, :shifts] += self._ring[:, m:]
        return out

    def _close(self, h: Tensor) -> None:
        m, shifts = self.sizes
        self._ring[:, :m] = h
        self._ring[:, m:] = h[:, :shifts]


def fill_band(g: Tensor, h: Tensor, joint: Tensor, marginal: Tensor) -> None:
    """Put g_i · h_(i + s) into joint (b, n), s = 0, and marginal (b, k, n), s = 1 … k."""
    (b, n, _), shifts = g.shape, marginal.shape[1]
    h = torch.cat([h, h[:, :shifts]], dim=1)  # (b, n + k, e)
    # about as many rows as shifts: half of each block is used
    size = min(max(64, shifts), at_once(b * (64 + shifts), arrays=4))
    for rows in chunks(n, size):
        block = torch.bmm(g[:, rows], h[:, rows.start : rows.stop + shifts].mT)
        scores = band(block, shifts)  # (b, 1 + k, rows)
        joint[:, rows] = scores[:, 0]
        marginal[:, :, rows] = scores[:, 1:]
