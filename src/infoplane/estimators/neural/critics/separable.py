"""Separable critics: x and z meet in one inner product, so all pairs are one matrix product."""

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor

from infoplane.estimators.neural.critics.base import (
    Critic,
    Layout,
    at_once,
    check_shifts,
    chunks,
    views,
)
from infoplane.estimators.neural.critics.layers import Layers, output, rest_of_layout
from infoplane.estimators.neural.critics.pairs import Pairs, fill_band, pairs

__all__ = ["BilinearCritic", "SeparableCritic"]


# Scores that scatter by s before training are a bound of -s^2/2, which independent x and z
# never make good: embeddings start a third as large, scores a ninth.
QUIET = 10


class SeparableCritic(Critic):
    """b independent critics of two towers, one that sees x and one that sees z.

    f(x, z) = (g(x) · h(z) + u · g(x)^2 + v · h(z)^2) / sqrt(e) + a(x) + c(z)

    g(x) = S x + network(x), of embedding width e = hidden[-1], and likewise h: a ReLU network
    with layers `hidden` beside a linear map without bias. a and c are one more output of each
    network, the squares are by coordinate. With the linear maps alone f is any quadratic form in
    x and z of rank up to e. Gaussian noise asks for one: its log density is a square, and what a
    ReLU network of one side makes of |x|^2 in many dimensions is most of what it misses.

    >>> import torch
    >>> critic = SeparableCritic.initial(1, 2, (4,), [torch.Generator().manual_seed(0)])
    >>> joint, marginal = critic.scores(torch.zeros(1, 3, 1), torch.zeros(1, 3, 2), shifts=2)
    >>> joint.shape, marginal.shape, torch.allclose(joint[:, None], marginal)
    (torch.Size([1, 3]), torch.Size([1, 2, 3]), True)
    """

    cheap_pairs: ClassVar[bool] = True

    def __init__(self, weights: Tensor, dx: int, dz: int, hidden: Sequence[int]) -> None:
        super().__init__(weights, dx, dz, hidden)
        layout = self.layout(dx, dz, hidden)
        matrices, grads = views(weights, layout), views(self.grad, layout)
        half = len(layout) // 2
        self._towers = (
            _Tower(matrices[:half], grads[:half], hidden[-1] ** -0.5),
            _Tower(matrices[half:], grads[half:], 1.0),
        )
        self._pairs: Pairs | None = None
        self._inputs: tuple[Tensor, Tensor] | None = None

    @classmethod
    def layout(cls, dx: int, dz: int, hidden: Sequence[int]) -> Layout:
        e, shapes = hidden[-1], []
        for d in (dx, dz):
            *rest, last, bias = rest_of_layout(hidden, e + 1)
            shapes += [_quiet((d, e, d)), (e, 1, e)]  # S, u
            shapes += [(d, hidden[0], d), (1, hidden[0], d)]  # W_1, c_1
            shapes += [*rest, _quiet(last), _quiet(bias)]
        return shapes

    @classmethod
    def _workspace_numbers(
        cls, dx: int, dz: int, hidden: Sequence[int], m: int, shifts: int
    ) -> int:
        e = hidden[-1] + 2
        towers = 2 * (Layers.numbers(hidden, m) + 2 * m * e)
        return towers + Pairs.numbers(m, shifts, e)

    def scores(self, x: Tensor, z: Tensor, shifts: int) -> tuple[Tensor, Tensor]:
        m = x.shape[1]
        if self._pairs is None or self._pairs.sizes != (m, shifts):
            check_shifts(shifts, m)
            self._pairs = pairs(self.weights, m, shifts, self._sizes[2][-1] + 2)
            for tower in self._towers:
                tower.prepare(m)
        of_x, of_z = self._towers
        self._inputs = (x, z)
        scores = self._pairs.scores(of_x.forward(x), _turned(of_z.forward(z)))
        return scores[:, 0], scores[:, 1:]

    def backward(self, d_joint: Tensor, d_marginal: Tensor) -> Tensor:
        if self._pairs is None or self._inputs is None:
            raise RuntimeError("backward() without scores(): nothing to differentiate")
        (x, z), self._inputs = self._inputs, None
        of_x, of_z = self._towers
        self._pairs.spread(d_joint, d_marginal)
        self._pairs.by_g(of_z.out, out=of_x.d)
        self._pairs.by_h(of_x.out, out=of_z.d)
        of_x.backward(x)
        _turned(of_z.d)
        of_z.backward(z)
        return self.grad

    def evaluate(self, x: Tensor, z: Tensor, shifts: int) -> tuple[Tensor, Tensor]:
        b, n = x.shape[:2]
        check_shifts(shifts, n)
        of_x, of_z = self._towers
        joint, marginal = x.new_empty(b, n), x.new_empty(b, shifts, n)
        for members in chunks(b, at_once(n * max(self._sizes[2]), arrays=4)):
            g, h = of_x.embed(x[members], members), of_z.embed(z[members], members)
            fill_band(g, _turned(h), joint[members], marginal[members])
        return joint, marginal


class BilinearCritic(Critic):
    """b independent critics f(x, z) = x · W z.

    The critic of van den Oord et al. (2018), https://arxiv.org/abs/1807.03748, for x and z that
    are themselves outputs of networks. No layers: `hidden` is accepted and ignored.

    >>> import torch
    >>> critic = BilinearCritic(torch.tensor([[2.0]]), 1, 1, ())
    >>> x, z = torch.tensor([[[1.0], [3.0]]]), torch.tensor([[[5.0], [7.0]]])
    >>> critic.scores(x, z, shifts=1)
    (tensor([[10., 42.]]), tensor([[[14., 30.]]]))
    """

    cheap_pairs: ClassVar[bool] = True

    def __init__(self, weights: Tensor, dx: int, dz: int, hidden: Sequence[int]) -> None:
        super().__init__(weights, dx, dz, hidden)
        layout = self.layout(dx, dz, hidden)
        (self._w,), (self._grad_w,) = views(weights, layout), views(self.grad, layout)
        self._pairs: Pairs | None = None
        self._inputs: tuple[Tensor, Tensor] | None = None

    @classmethod
    def layout(cls, dx: int, dz: int, hidden: Sequence[int]) -> Layout:
        return [(dx, dz, dx * dz)]  # f is linear in dx · dz products

    @classmethod
    def _workspace_numbers(
        cls, dx: int, dz: int, hidden: Sequence[int], m: int, shifts: int
    ) -> int:
        return m * dx + Pairs.numbers(m, shifts, dx)

    def scores(self, x: Tensor, z: Tensor, shifts: int) -> tuple[Tensor, Tensor]:
        m = x.shape[1]
        if self._pairs is None or self._pairs.sizes != (m, shifts):
            check_shifts(shifts, m)
            self._pairs = pairs(self.weights, m, shifts, self._sizes[0])
        self._inputs = (x, z)
        scores = self._pairs.scores(x, torch.bmm(z, self._w.mT))
        return scores[:, 0], scores[:, 1:]

    def backward(self, d_joint: Tensor, d_marginal: Tensor) -> Tensor:
        if self._pairs is None or self._inputs is None:
            raise RuntimeError("backward() without scores(): nothing to differentiate")
        (x, z), self._inputs = self._inputs, None
        self._pairs.spread(d_joint, d_marginal)
        d = self._pairs.by_h(x, out=torch.empty_like(x))  # (b, m, dx)
        torch.bmm(d.mT, z, out=self._grad_w)
        return self.grad

    def evaluate(self, x: Tensor, z: Tensor, shifts: int) -> tuple[Tensor, Tensor]:
        b, n = x.shape[:2]
        check_shifts(shifts, n)
        joint, marginal = x.new_empty(b, n), x.new_empty(b, shifts, n)
        for members in chunks(b, at_once(n * self._sizes[0], arrays=4)):
            h = torch.bmm(z[members], self._w[members].mT)
            fill_band(x[members], h, joint[members], marginal[members])
        return joint, marginal


def _quiet(shape: tuple[int, int, int]) -> tuple[int, int, int]:
    """As if it had QUIET times the fan in: its weights start so much smaller, squared."""
    rows, columns, fan_in = shape
    return rows, columns, QUIET * fan_in


class _Tower:
    """One side of separable critics: (b, m, e + 2) numbers a row, for an inner product.

    The embedding times `scale`, the network's further output with the squares, and a one.
    matrices, grads: S, u, W_1, c_1, W_2, c_2, …
    """

    def __init__(self, matrices: Sequence[Tensor], grads: Sequence[Tensor], scale: float) -> None:
        self._matrices, self._grads, self._scale = matrices, grads, scale

    def prepare(self, m: int) -> None:
        """Make the arrays of a training step with m rows."""
        b, _, e = self._matrices[0].shape
        self.out = self._matrices[0].new_empty(b, m, e + 2)
        self.d = torch.empty_like(self.out)
        self._squares = self.out.new_empty(b, m, e)
        self._layers = Layers(self._matrices[4:], self._grads[4:], m)

    def forward(self, x: Tensor) -> Tensor:
        skip, u, w, c = self._matrices[:4]
        torch.baddbmm(c, x, w, out=self._layers.first)
        self._layers.forward(self.out[:, :, :-1])
        self._complete(self.out, x, skip, u, self._squares)
        self.out[:, :, -1] = 1
        return self.out

    def backward(self, x: Tensor) -> None:
        """The gradient of each matrix from the derivatives `d` by the last outputs."""
        g_skip, g_u, g_w, g_c = self._grads[:4]
        d, d_head = self.d[:, :, :-2], self.d[:, :, -2:-1]
        torch.bmm(self._squares.mT, d_head, out=g_u)
        g_u *= self._weight
        # what the squares add to the embedding's derivative, in the place of the squares
        torch.mul(self.out[:, :, :-2], self._matrices[1].mT, out=self._squares)
        d.addcmul_(self._squares, d_head, value=2 * self._weight)
        if self._scale != 1:
            d *= self._scale
        torch.bmm(x.mT, d, out=g_skip)
        d = self._layers.backward(self.d[:, :, :-1])
        torch.bmm(x.mT, d, out=g_w)
        torch.sum(d, 1, keepdim=True, out=g_c)

    def embed(self, x: Tensor, members: slice) -> Tensor:
        """The outputs (g, n, e + 2) of some members for any number of rows."""
        skip, u, w, c, *rest = (matrix[members] for matrix in self._matrices)
        (g, n, _), e = x.shape, skip.shape[-1]
        out = x.new_ones(g, n, e + 2)
        width = max(w.shape[-1] for w in (w, *rest))
        for rows in chunks(n, at_once(g * width)):
            out[:, rows, :-1] = output(torch.baddbmm(c, x[:, rows], w), rest)
        self._complete(out, x, skip, u, x.new_empty(g, n, e))
        return out

    @property
    def _weight(self) -> float:
        """Of the squares of what comes out: 1 / sqrt(e) of the embedding's own."""
        return float(self._matrices[0].shape[-1] ** -0.5 / self._scale**2)

    def _complete(self, out: Tensor, x: Tensor, skip: Tensor, u: Tensor, squares: Tensor) -> None:
        """Add the linear map, and the squares to the network's further output."""
        embedding = out[:, :, :-2].baddbmm_(x, skip, beta=self._scale, alpha=self._scale)
        torch.mul(embedding, embedding, out=squares)
        out[:, :, -2:-1].baddbmm_(squares, u, alpha=self._weight)


def _turned(rows: Tensor) -> Tensor:
    """The last two columns exchanged in place, so that the one of z meets a(x), and back."""
    rows[:, :, -2:] = rows[:, :, -2:].flip(-1)
    return rows
