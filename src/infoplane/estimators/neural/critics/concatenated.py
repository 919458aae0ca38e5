"""The concatenated critic: one network that sees x and z together."""

from collections.abc import Sequence
from typing import ClassVar, Self

import torch
from torch import Tensor

from infoplane.errors import InputError
from infoplane.estimators.neural.critics.base import (
    Critic,
    Layout,
    at_once,
    check_shifts,
    chunks,
    views,
)
from infoplane.estimators.neural.critics.layers import Layers, as_array, fill, rest_of_layout

__all__ = ["ConcatenatedCritic"]


class ConcatenatedCritic(Critic):
    """b independent ReLU networks f(x, z) on the concatenation of x and z.

    f(x, z) = w_L · relu(… relu(W_x x + W_z z + c_1) …) + c_L

    The first layer is linear in x and in z apart, so W_x x and W_z z are computed once for a
    batch and the pairs are formed by adding them. Each further pair still costs a pass through
    the other layers: k shifts cost (k + 1) / 2 times as much as one.

    ratio: (dz,) or (b, dz), where dx = dz: the network sees x and z - ratio * x in place of z,
    the noise of z alone where z = ratio * x + noise. That changes the first layer only, which
    becomes (W_x - W_z ratio) x + W_z z.

    >>> import torch
    >>> critic = ConcatenatedCritic.initial(1, 1, (4,), [torch.Generator().manual_seed(0)])
    >>> joint, marginal = critic.scores(torch.zeros(1, 3, 1), torch.zeros(1, 3, 1), shifts=2)
    >>> joint.shape, marginal.shape, torch.allclose(joint[:, None], marginal)
    (torch.Size([1, 3]), torch.Size([1, 2, 3]), True)
    """

    cheap_pairs: ClassVar[bool] = False

    def __init__(
        self,
        weights: Tensor,
        dx: int,
        dz: int,
        hidden: Sequence[int],
        ratio: Tensor | None = None,
    ) -> None:
        super().__init__(weights, dx, dz, hidden)
        layout = self.layout(dx, dz, hidden)
        self._layers = views(weights, layout)
        self._grads = views(self.grad, layout)
        self.ratio = None if ratio is None else _checked(ratio, weights, dx, dz)
        self._work: _Workspace | None = None

    @classmethod
    def initial(
        cls,
        dx: int,
        dz: int,
        hidden: Sequence[int],
        generators: Sequence[torch.Generator],
        device: str = "cpu",
        ratio: Tensor | None = None,
    ) -> Self:
        """Critics with fresh weights, see :meth:`Critic.initial`; `ratio` as for the class."""
        critic = super().initial(dx, dz, hidden, generators, device)
        return critic if ratio is None else cls(critic.weights, dx, dz, hidden, ratio)

    @classmethod
    def layout(cls, dx: int, dz: int, hidden: Sequence[int]) -> Layout:
        # the first layer counts dx + dz inputs
        first = [(rows, hidden[0], dx + dz) for rows in (dx, dz, 1)]  # W_x, W_z, c_1
        return [*first, *rest_of_layout(hidden, 1)]

    @classmethod
    def _workspace_numbers(
        cls, dx: int, dz: int, hidden: Sequence[int], m: int, shifts: int
    ) -> int:
        pairs = (1 + shifts) * m
        return pairs + (2 * m + shifts) * hidden[0] + Layers.numbers(hidden, pairs)

    def like(self, weights: Tensor) -> Self:
        """A critic of the same layers and ratio with other weights, which it does not copy."""
        return type(self)(weights, *self._sizes, self.ratio)

    def select(self, rows: Tensor) -> Self:
        """The members `rows` as a critic of their own, with their ratio."""
        ratio = self.ratio
        if ratio is not None and ratio.ndim == 2:
            ratio = ratio[rows]
        return type(self)(self.weights[rows], *self._sizes, ratio)

    def scores(self, x: Tensor, z: Tensor, shifts: int) -> tuple[Tensor, Tensor]:
        m = x.shape[1]
        if self._work is None or self._work.pairs != (m, shifts):
            check_shifts(shifts, m)
            self._work = _Workspace(self._layers, self._grads, m, shifts)
        work = self._work
        w_x, w_z, c = self._first(self._layers)
        torch.bmm(x, w_x, out=work.from_x)  # (b, m, h)
        torch.baddbmm(c, z, w_z, out=work.from_z[:, :m])
        work.meet()
        f = work.layers.forward(work.scores, rectified=work.layers.compiled)
        f = f.view(-1, 1 + shifts, m)
        work.inputs = (x, z)
        return f[:, 0], f[:, 1:]

    def backward(self, d_joint: Tensor, d_marginal: Tensor) -> Tensor:
        work = self._work
        if work is None or work.inputs is None:
            raise RuntimeError("backward() without scores(): nothing to differentiate")
        (x, z), work.inputs = work.inputs, None
        m = x.shape[1]
        g_x, g_z, g_c, *_ = self._grads
        d = work.scores  # (b, m + k m, 1)
        torch.cat([d_joint, d_marginal.flatten(1)], dim=1, out=d.squeeze(-1))
        work.gather(work.layers.backward(d, rectified=work.layers.compiled), g_c)
        torch.bmm(x.mT, work.from_x, out=g_x)
        torch.bmm(z.mT, work.from_z[:, :m], out=g_z)
        if self.ratio is not None:
            g_z.addcmul_(self.ratio.unsqueeze(-1), g_x, value=-1)
        return self.grad

    def evaluate(self, x: Tensor, z: Tensor, shifts: int) -> tuple[Tensor, Tensor]:
        b, n = x.shape[:2]
        check_shifts(shifts, n)
        width = max(self._sizes[2])
        joint, marginal = x.new_empty(b, n), x.new_empty(b, shifts, n)
        w_x, w_z, c = self._first(self._layers)
        for members in chunks(b, at_once(n * width, arrays=4)):
            rest = [w[members] for w in self._layers[3:]]
            from_x = torch.bmm(x[members], w_x[members])  # (g, n, h)
            from_z = torch.baddbmm(c[members], z[members], w_z[members])
            fill(from_x, from_z, rest, joint[members], marginal[members])
        return joint, marginal

    def _first(self, matrices: Sequence[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """W_x, W_z, c_1, with which x and z enter the first layer as they are."""
        w_x, w_z, c = matrices[:3]
        if self.ratio is not None:
            w_x = torch.addcmul(w_x, self.ratio.unsqueeze(-1), w_z, value=-1)
        return w_x, w_z, c


class _Workspace:
    """The arrays of one training step."""

    def __init__(
        self, matrices: Sequence[Tensor], grads: Sequence[Tensor], m: int, shifts: int
    ) -> None:
        b, _, h = matrices[0].shape
        self.pairs = (m, shifts)
        self.from_x = matrices[0].new_empty(b, m, h)
        self.from_z = matrices[0].new_empty(b, m + shifts, h)
        # entry (s, i) is row i + s of from_z
        self.windows = self.from_z.as_strided(
            (b, 1 + shifts, m, h), (self.from_z.stride(0), h, h, 1)
        )
        self.layers = Layers(matrices[3:], grads[3:], (1 + shifts) * m)
        self.first = self.layers.first.unflatten(1, (1 + shifts, m))
        self.scores = matrices[0].new_empty(b, (1 + shifts) * m, 1)
        self.inputs: tuple[Tensor, Tensor] | None = None

    def meet(self) -> None:
        """The first layer of pair (s, i), of row i of x and row i + s of z; rectified if compiled.

        from_z: (b, m + k, h), of whose rows the last k are made here.
        """
        m, shifts = self.pairs
        self.from_z[:, m:] = self.from_z[:, :shifts]  # the ring closed
        if self.layers.compiled:
            from infoplane.estimators.neural.critics import kernels

            kernels.add_relu(*map(as_array, (self.from_x, self.from_z, self.first)))
        else:
            torch.add(self.from_x.unsqueeze(1), self.windows, out=self.first)  # (b, 1 + k, m, h)

    def gather(self, d: Tensor, by_c: Tensor) -> None:
        """Derivatives by from_x and from_z, in their places, and by c_1.

        d: (b, m + k m, h), those by the first layer of each pair, or by its relu if compiled.
        """
        m, shifts = self.pairs
        from_x, from_z, d = self.from_x, self.from_z[:, :m], d.view_as(self.first)
        if self.layers.compiled:
            from infoplane.estimators.neural.critics import kernels

            arrays = (d, self.first, from_x, self.from_z, by_c)
            kernels.pairs_backward(*map(as_array, arrays))
            return
        torch.add(d[:, 0], d[:, 1], out=from_x)
        torch.add(d[:, 0, 1:], d[:, 1, :-1], out=from_z[:, 1:])
        torch.add(d[:, 0, :1], d[:, 1, -1:], out=from_z[:, :1])
        for s in range(2, 1 + shifts):
            from_x += d[:, s]
            from_z[:, s:] += d[:, s, : m - s]
            from_z[:, :s] += d[:, s, m - s :]
        torch.sum(from_x, 1, keepdim=True, out=by_c)


def _checked(ratio: Tensor, weights: Tensor, dx: int, dz: int) -> Tensor:
    if dx != dz:
        raise InputError(
            f"ratio needs x and z of one width, got dx={dx} and dz={dz}: leave ratio out"
        )
    if ratio.shape not in ((dz,), (len(weights), dz)):
        raise InputError(
            f"ratio of shape {tuple(ratio.shape)} is not accepted: pass ({dz},), or one row a "
            f"member, ({len(weights)}, {dz})"
        )
    return ratio.to(weights)
