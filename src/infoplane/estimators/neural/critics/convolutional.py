"""A critic that sees images through a convolution, and all else through a ReLU."""

import math
from collections.abc import Callable, Sequence
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn.functional import conv2d

from infoplane.estimators.neural.critics.base import (
    Critic,
    Layout,
    at_once,
    check_shifts,
    chunks,
    views,
)
from infoplane.estimators.neural.critics.concatenated import ConcatenatedCritic
from infoplane.estimators.neural.critics.layers import Layers, fill, output

__all__ = ["ConvolutionalCritic", "Shape"]

# Channels, height and width of the images that are the rows of a side, or None of another side.
Shape = tuple[int, int, int] | None

KERNEL, MAPS = 5, 4


class ConvolutionalCritic(Critic):
    """b independent critics f(v(x), w(z)): f concatenated, v and w a convolution or a ReLU.

    shapes: of x and z, see :meth:`of`. A side of images (channels, height, width), flattened, goes
    through a convolution to 4 maps, 5 x 5 or as large as the image, without a bias of its own;
    another one through a ReLU. A bias of the convolution would be one of the next layer.
    The gradient is autograd's.
    Source: architecture 2 of Tokovenko & Rigter, section 1.4, which names neither kernels nor maps

    >>> critic = ConvolutionalCritic.of((1, 6, 6), None)
    >>> one = critic.initial(36, 2, (4,), [torch.Generator().manual_seed(0)])
    >>> joint, marginal = one.scores(torch.zeros(1, 3, 36), torch.zeros(1, 3, 2), shifts=2)
    >>> joint.shape, marginal.shape
    (torch.Size([1, 3]), torch.Size([1, 2, 3]))
    """

    cheap_pairs: ClassVar[bool] = False
    shapes: ClassVar[tuple[Shape, Shape]] = (None, None)

    @classmethod
    def of(cls, x: Shape, z: Shape) -> "type[ConvolutionalCritic]":
        """The critic of sides of these shapes."""
        return type(cls.__name__, (cls,), {"shapes": (x, z)})

    def __init__(self, weights: Tensor, dx: int, dz: int, hidden: Sequence[int]) -> None:
        super().__init__(weights, dx, dz, hidden)
        self._graph: tuple[Tensor, Tensor] | None = None

    @classmethod
    def layout(cls, dx: int, dz: int, hidden: Sequence[int]) -> Layout:
        kernels = [
            (s[0] * math.prod(_kernel(s)), MAPS, s[0] * math.prod(_kernel(s)))
            for s in cls.shapes
            if s
        ]
        return [*kernels, *ConcatenatedCritic.layout(*cls._columns(dx, dz), hidden)]

    @classmethod
    def _columns(cls, dx: int, dz: int) -> tuple[int, int]:
        """Columns of v(x) and of w(z)."""
        x, z = (
            MAPS * (s[1] - _kernel(s)[0] + 1) * (s[2] - _kernel(s)[1] + 1) if s else columns
            for s, columns in zip(cls.shapes, (dx, dz), strict=True)
        )
        return x, z

    @classmethod
    def _workspace_numbers(
        cls, dx: int, dz: int, hidden: Sequence[int], m: int, shifts: int
    ) -> int:
        pairs = (1 + shifts) * m
        # each array, and its derivative
        return 2 * (m * sum(cls._columns(dx, dz)) + pairs + Layers.numbers(hidden, pairs))

    def scores(self, x: Tensor, z: Tensor, shifts: int) -> tuple[Tensor, Tensor]:
        m = x.shape[1]
        check_shifts(shifts, m)
        weights = self.weights.detach().requires_grad_()
        with torch.enable_grad():
            first, rest = self._layers(weights)
            from_x, from_z = first(x, z)
            ring = torch.cat([from_z, from_z[:, :shifts]], dim=1)
            pairs = from_x.unsqueeze(1) + ring.unfold(1, m, 1).mT  # (b, 1 + k, m, h)
            f = output(pairs.flatten(1, 2), rest).view(-1, 1 + shifts, m)
        self._graph = weights, f
        return f.detach()[:, 0], f.detach()[:, 1:]

    def backward(self, d_joint: Tensor, d_marginal: Tensor) -> Tensor:
        if self._graph is None:
            raise RuntimeError("backward() without scores(): nothing to differentiate")
        (weights, f), self._graph = self._graph, None
        d = torch.cat([d_joint.unsqueeze(1), d_marginal], dim=1)
        return self.grad.copy_(torch.autograd.grad(f, weights, d)[0])

    def evaluate(self, x: Tensor, z: Tensor, shifts: int) -> tuple[Tensor, Tensor]:
        b, n = x.shape[:2]
        check_shifts(shifts, n)
        joint, marginal = x.new_empty(b, n), x.new_empty(b, shifts, n)
        size = at_once(b * sum(self._columns(*self._sizes[:2])))
        first, rest = self._layers(self.weights)
        with torch.no_grad():
            parts = [first(x[:, rows], z[:, rows]) for rows in chunks(n, size)]
            from_x, from_z = (torch.cat(side, dim=1) for side in zip(*parts, strict=True))
            fill(from_x, from_z, rest, joint, marginal)
        return joint, marginal

    def _layers(
        self, weights: Tensor
    ) -> tuple[Callable[[Tensor, Tensor], tuple[Tensor, Tensor]], list[Tensor]]:
        """x, z -> W_x v(x) and W_z w(z) + c_1, (b, n, h), and the layers behind them."""
        matrices = views(weights, self.layout(*self._sizes))
        kernels = [matrices.pop(0) if shape else None for shape in self.shapes]
        w_x, w_z, c, *rest = matrices

        def first(x: Tensor, z: Tensor) -> tuple[Tensor, Tensor]:
            seen_x = _seen(x, self.shapes[0], kernels[0])
            seen_z = _seen(z, self.shapes[1], kernels[1])
            return torch.bmm(seen_x, w_x), torch.baddbmm(c, seen_z, w_z)

        return first, rest


def _kernel(shape: tuple[int, int, int]) -> tuple[int, int]:
    """Height and width of the convolution of such images."""
    return min(KERNEL, shape[1]), min(KERNEL, shape[2])


def _seen(rows: Tensor, shape: Shape, kernel: Tensor | None) -> Tensor:
    """Rows (b, n, d) behind the convolution, or the ReLU."""
    if shape is None or kernel is None:
        return torch.relu(rows)
    by_maps = kernel.mT.unflatten(2, (shape[0], *_kernel(shape)))  # (b, maps, channels, ·, ·)
    images = rows.unflatten(2, shape)
    found = [conv2d(own, k).flatten(1) for own, k in zip(images, by_maps, strict=True)]
    return torch.stack(found)
