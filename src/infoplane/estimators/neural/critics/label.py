"""A critic with a score for every label: what a classifier is before its softmax."""

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

__all__ = ["LabelCritic"]


class LabelCritic(Critic):
    """b independent critics f(x, z) = sum_j z_j network(x)_j, of which z is a label's indicators.

    One pass gives a row's scores with all labels, so that all pairs of a batch are a product, and
    the mean over marginal pairs is the sum over labels, each with its share of the rows. The best
    such critic is log p(z | x) - log p(z), a classifier's logits.

    >>> critic = LabelCritic.initial(1, 3, (4,), [torch.Generator().manual_seed(0)])
    >>> x, z = torch.zeros(1, 3, 1), torch.eye(3)[None]
    >>> joint, marginal = critic.scores(x, z, shifts=2)
    >>> torch.allclose(joint[0, 1], marginal[0, 0, 0])  # x of row 0 with the label of row 1
    True
    """

    cheap_pairs: ClassVar[bool] = True

    def __init__(self, weights: Tensor, dx: int, dz: int, hidden: Sequence[int]) -> None:
        super().__init__(weights, dx, dz, hidden)
        layout = self.layout(dx, dz, hidden)
        self._matrices, self._grads = views(weights, layout), views(self.grad, layout)
        self._pairs: Pairs | None = None
        self._inputs: tuple[Tensor, Tensor] | None = None

    @classmethod
    def layout(cls, dx: int, dz: int, hidden: Sequence[int]) -> Layout:
        first = [(dx, hidden[0], dx), (1, hidden[0], dx)]  # W_1, c_1
        return [*first, *rest_of_layout(hidden, dz)]

    @classmethod
    def _workspace_numbers(
        cls, dx: int, dz: int, hidden: Sequence[int], m: int, shifts: int
    ) -> int:
        return Layers.numbers(hidden, m) + 2 * m * dz + Pairs.numbers(m, shifts, dz)

    def scores(self, x: Tensor, z: Tensor, shifts: int) -> tuple[Tensor, Tensor]:
        m = x.shape[1]
        if self._pairs is None or self._pairs.sizes != (m, shifts):
            check_shifts(shifts, m)
            self._pairs = pairs(self.weights, m, shifts, z.shape[2])
            self._layers = Layers(self._matrices[2:], self._grads[2:], m)
            self._out = self.weights.new_empty(len(self.weights), m, z.shape[2])
            self._d = torch.empty_like(self._out)
        w, c = self._matrices[:2]
        torch.baddbmm(c, x, w, out=self._layers.first)
        self._layers.forward(self._out)
        self._inputs = x, z
        scores = self._pairs.scores(self._out, z)
        return scores[:, 0], scores[:, 1:]

    def backward(self, d_joint: Tensor, d_marginal: Tensor) -> Tensor:
        if self._pairs is None or self._inputs is None:
            raise RuntimeError("backward() without scores(): nothing to differentiate")
        (x, z), self._inputs = self._inputs, None
        self._pairs.spread(d_joint, d_marginal)
        d = self._layers.backward(self._pairs.by_g(z, out=self._d))
        torch.bmm(x.mT, d, out=self._grads[0])
        torch.sum(d, 1, keepdim=True, out=self._grads[1])
        return self.grad

    def evaluate(self, x: Tensor, z: Tensor, shifts: int) -> tuple[Tensor, Tensor]:
        b, n = x.shape[:2]
        check_shifts(shifts, n)
        joint, marginal = x.new_empty(b, n), x.new_empty(b, shifts, n)
        width = max(self._sizes[2])
        for members in chunks(b, at_once(n * width, arrays=4)):
            w, c, *rest = (matrix[members] for matrix in self._matrices)
            parts = [
                output(torch.baddbmm(c, x[members, rows], w), rest)
                for rows in chunks(n, at_once(len(w) * width))
            ]
            fill_band(torch.cat(parts, dim=1), z[members], joint[members], marginal[members])
        return joint, marginal
