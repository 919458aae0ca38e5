"""The layers of b ReLU networks behind their first one, with the gradient written out."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from infoplane.estimators.neural.critics.base import Layout, at_once, chunks

__all__ = ["Layers", "as_array", "fill", "output", "rest_of_layout"]

Array = npt.NDArray[np.float32]

# Numbers in a layer's activations from which compiled loops pay, a second's import with them; and
# threads from which torch, whose passes are more and run on all of them, is the faster.
MANY, MANY_THREADS = 2**16, 5


def rest_of_layout(hidden: Sequence[int], outputs: int) -> Layout:
    """W_2, c_2, …, W_L, c_L of a network with these hidden widths and so many outputs."""
    return [
        shape
        for fan_in, fan_out in zip(hidden, [*hidden[1:], outputs], strict=True)
        for shape in ((fan_in, fan_out, fan_in), (1, fan_out, fan_in))
    ]


def output(h: Tensor, layers: Sequence[Tensor]) -> Tensor:
    """Outputs (b, n, o) from the first layer before its relu, (b, n, h), which it overwrites."""
    h.relu_()
    for w, c in zip(layers[:-2:2], layers[1:-2:2], strict=True):
        h = torch.baddbmm(c, h, w).relu_()
    return torch.baddbmm(layers[-1], h, layers[-2])


def fill(
    from_x: Tensor, from_z: Tensor, layers: Sequence[Tensor], joint: Tensor, marginal: Tensor
) -> None:
    """Put the outputs for from_x_i + from_z_(i + s) into joint (b, n), s = 0, and marginal
    (b, k, n), s = 1 … k: first layers (b, n, h) that meet, in little memory beside them."""
    (b, n, h), shifts = from_x.shape, marginal.shape[1]
    width = max([h, *(w.shape[2] for w in layers)])
    ring = torch.cat([from_z, from_z[:, :shifts]], dim=1)  # (b, n + k, h)
    for rows in chunks(n, at_once(b * width)):
        for s in range(shifts + 1):
            other = ring[:, rows.start + s : rows.stop + s]
            f = output(from_x[:, rows] + other, layers).squeeze(-1)  # (b, rows)
            (marginal[:, s - 1, rows] if s else joint[:, rows]).copy_(f)


class Layers:
    """W_L relu(… relu(W_2 relu(h) + c_2) …) + c_L for n rows of b members, and its gradient.

    The gradient is written out instead of recorded: on small batches autograd costs as much as
    the arithmetic. The arrays of a training step are kept from step to step: allocating them
    anew costs more in page faults than the element-wise arithmetic on them.

    layers: W_2, c_2, …, W_L, c_L, (b, ·, ·) each; grads: of the same shapes, where their
    gradients go. The first layer before its relu is put into `first`, (b, n, h).

    compiled: whether a last layer with one output is that of :mod:`.kernels`: in float32 on a
    processor, behind a further hidden layer, where rows are many and threads are not.
    """

    def __init__(self, layers: Sequence[Tensor], grads: Sequence[Tensor], n: int) -> None:
        self._layers, self._grads = layers, grads
        b, widths = len(layers[0]), [w.shape[1] for w in layers[::2]]
        self._hidden = [layers[0].new_empty(b, n, width) for width in widths]
        self._scratch = {width: layers[0].new_empty(b, n, width) for width in set(widths)}
        self.first = self._hidden[0]
        self.compiled = (
            len(widths) > 1
            and layers[-1].shape[2] == 1
            and layers[0].dtype == torch.float32
            and layers[0].device.type == "cpu"
            and b * n * widths[-1] >= MANY
            and torch.get_num_threads() < MANY_THREADS
        )

    @staticmethod
    def numbers(hidden: Sequence[int], n: int) -> int:
        """How many numbers these arrays hold, a member."""
        return n * (sum(hidden) + sum(set(hidden)))

    def forward(self, out: Tensor, *, rectified: bool = False) -> Tensor:
        """The outputs, written to `out` (b, n, o); rectified: whether `first` is already."""
        h = self.first if rectified else self.first.relu_()
        layers, hidden = self._layers, self._hidden
        # the last hidden layer gets its bias and relu on the way to the output
        plain = len(hidden) - 1 if self.compiled else len(hidden)
        for i in range(1, plain):
            h = torch.baddbmm(layers[2 * i - 1], h, layers[2 * i - 2], out=hidden[i]).relu_()
        if not self.compiled:
            return torch.baddbmm(layers[-1], h, layers[-2], out=out)
        from infoplane.estimators.neural.critics import kernels

        torch.bmm(h, layers[-4], out=hidden[-1])  # (b, n, h')
        bias, w, c = (as_array(part) for part in layers[-3:])
        kernels.head(as_array(hidden[-1]), bias, w[:, :, 0], c, as_array(out))
        return out

    def backward(self, d: Tensor, *, rectified: bool = False) -> Tensor:
        """Derivatives by `first`, in its place, from those by the outputs, (b, n, o).

        rectified: by the relu of `first` instead, which stays in its place.
        """
        last = len(self._hidden) - 1
        for layer in reversed(range(len(self._hidden))):
            h, w = self._hidden[layer], self._layers[2 * layer]
            if self.compiled and layer == last:
                d = self._head_backward(d, h, w)
                continue
            torch.bmm(h.mT, d, out=self._grads[2 * layer])
            if not self.compiled or layer < last - 1:
                torch.sum(d, 1, keepdim=True, out=self._grads[2 * layer + 1])
            back = self._scratch[h.shape[-1]]  # (b, n, h)
            torch.bmm(d, w.mT, out=back)
            if rectified and layer == 0:
                return back
            # where relu passed, the derivative passes; it takes the place of the activation
            d = torch.ops.aten.threshold_backward.grad_input(back, h, 0, grad_input=h)
        return d

    def _head_backward(self, d: Tensor, h: Tensor, w: Tensor) -> Tensor:
        """Derivatives by the last hidden layer before its relu, and three gradients, its bias's."""
        from infoplane.estimators.neural.critics import kernels

        by_bias, by_w, by_c = (as_array(part) for part in self._grads[-3:])
        arrays = as_array(d), as_array(h), as_array(w)[:, :, 0]
        kernels.head_backward(*arrays, by_w[:, :, 0], by_c, by_bias)
        return h


def as_array(tensor: Tensor) -> Array:
    """The same numbers, in the same memory, for a compiled loop."""
    return tensor.detach().numpy()
