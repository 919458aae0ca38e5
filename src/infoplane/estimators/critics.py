"""Critics: functions f(x, z) -> score, b independent ones trained as one batched tensor."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

__all__ = ["ConcatenatedCritic", "initial_weights"]

# Activations of an evaluation are held in chunks of this many numbers (4 MB on the CPU).
CHUNK = 2**20


class ConcatenatedCritic:
    """b independent ReLU networks f(x, z) on the concatenation of x and z, all in one tensor.

    f(x, z) = w_L · relu(… relu(W_x x + W_z z + c_1) …) + c_L

    weights: (b, p), every weight and bias of a member in one row, so that clipping and Adam are
    a few kernels whatever the number of layers. Nothing couples the rows: member i computes what
    it would compute alone.
    The first layer is linear in x and in z apart, so W_x x and W_z z are computed once for a
    batch and the joint and the marginal pairs are formed by adding them: half the products.
    The gradient is written out instead of recorded: on small batches autograd costs as much as
    the arithmetic. `tests/estimators/test_critics.py` compares it with autograd.

    >>> import torch
    >>> weights = initial_weights(1, 1, (4,), [torch.Generator().manual_seed(0)])
    >>> critic = ConcatenatedCritic(weights, 1, 1, (4,))
    >>> joint, marginal = critic.scores(torch.zeros(1, 3, 1), torch.zeros(1, 4, 1))
    >>> joint.shape, marginal.shape, bool((joint == marginal).all())
    (torch.Size([1, 3]), torch.Size([1, 3]), True)
    """

    def __init__(self, weights: Tensor, dx: int, dz: int, hidden: Sequence[int]) -> None:
        self.weights = weights
        self.grad = torch.zeros_like(weights)
        self._sizes = (dx, dz, tuple(hidden))
        self._layers = _views(weights, dx, dz, hidden)
        self._grads = _views(self.grad, dx, dz, hidden)
        self._work: _Workspace | None = None

    def like(self, weights: Tensor) -> "ConcatenatedCritic":
        """A critic of the same layers with other weights (b', p), which it does not copy."""
        return ConcatenatedCritic(weights, *self._sizes)

    def scores(self, x: Tensor, z: Tensor) -> tuple[Tensor, Tensor]:
        """Scores of m joint and of m marginal pairs, (b, m) each, for :meth:`backward`.

        x: (b, m, dx); z: (b, m + s, dz), 1 <= s <= m. Row i of x meets row i of z as a joint pair
        and row i + s as a marginal pair. With s = 1 and the first row of z repeated at its end,
        the marginal pairs are the batch turned by one place, which pairs no row with itself;
        with s = m they are fresh draws. The result is a view that the next call overwrites.
        """
        m, shift = x.shape[1], z.shape[1] - x.shape[1]
        if self._work is None or self._work.pairs != (m, shift):
            self._work = _Workspace(self.weights, m, shift, self._sizes[2])
        work = self._work
        w_x, w_z, c, *rest = self._layers
        torch.bmm(x, w_x, out=work.from_x)  # (b, m, h)
        torch.baddbmm(c, z, w_z, out=work.from_z)  # (b, m + s, h)
        h = work.hidden[0]  # (b, 2m, h)
        torch.add(work.from_x, work.from_z[:, :m], out=h[:, :m])
        torch.add(work.from_x, work.from_z[:, shift:], out=h[:, m:])
        h.relu_()
        for w, c, out in zip(rest[:-2:2], rest[1:-2:2], work.hidden[1:], strict=True):
            h = torch.baddbmm(c, h, w, out=out).relu_()  # (b, 2m, h')
        f = torch.baddbmm(rest[-1], h, rest[-2], out=work.scores).squeeze(-1)  # (b, 2m)
        work.inputs = (x, z)
        return f[:, :m], f[:, m:]

    def backward(self, d_joint: Tensor, d_marginal: Tensor) -> Tensor:
        """Gradient (b, p) of the loss with these derivatives, (b, m) each, at the last scores.

        Uses up the activations of that call: one call of :meth:`scores`, one of this.
        """
        work = self._work
        if work is None or work.inputs is None:
            raise RuntimeError("backward() without scores(): nothing to differentiate")
        (x, z), work.inputs = work.inputs, None
        m, shift = work.pairs
        g_x, g_z, g_c, *g_rest = self._grads
        d = work.scores  # (b, 2m, 1)
        torch.cat([d_joint, d_marginal], dim=1, out=d.squeeze(-1))
        for layer in reversed(range(len(work.hidden))):
            h, w = work.hidden[layer], self._layers[3 + 2 * layer]
            torch.bmm(h.mT, d, out=g_rest[2 * layer])
            torch.sum(d, 1, keepdim=True, out=g_rest[2 * layer + 1])
            back = work.scratch[h.shape[-1]]  # (b, 2m, h)
            torch.bmm(d, w.mT, out=back)
            # where relu passed, the derivative passes; it takes the place of the activation
            d = torch.ops.aten.threshold_backward.grad_input(back, h, 0, grad_input=h)
        d_joint, d_marginal = d[:, :m], d[:, m:]
        torch.bmm(x.mT, torch.add(d_joint, d_marginal, out=work.from_x), out=g_x)
        torch.sum(work.from_x, 1, keepdim=True, out=g_c)
        work.from_z[:, :shift] = d_joint[:, :shift]
        torch.add(d_joint[:, shift:], d_marginal[:, : m - shift], out=work.from_z[:, shift:m])
        work.from_z[:, m:] = d_marginal[:, m - shift :]
        torch.bmm(z.mT, work.from_z, out=g_z)
        return self.grad

    def evaluate(self, x: Tensor, z: Tensor, shifts: int) -> tuple[Tensor, Tensor]:
        """Scores of n joint pairs (b, n), and of n marginal pairs for each shift (b, shifts, n).

        x: (b, n, dx); z: (b, n, dz). Entry (s - 1, i) of the second scores row i of x with row
        i + s modulo n of z, s = 1 … shifts < n: every shift is a derangement of the rows.
        """
        b, n = x.shape[:2]
        width = max(self._sizes[2])
        joint, marginal = x.new_empty(b, n), x.new_empty(b, shifts, n)
        group = max(1, 4 * CHUNK // (n * width))
        for i in range(0, b, group):
            members = slice(i, i + group)
            layers = [w[members] for w in self._layers]
            from_x = torch.bmm(x[members], layers[0])  # (g, n, h)
            from_z = torch.baddbmm(layers[2], z[members], layers[1])
            from_z = torch.cat([from_z, from_z[:, :shifts]], dim=1)  # (g, n + shifts, h)
            for rows in _chunks(n, max(1, CHUNK // (len(from_x) * width))):
                for s in range(shifts + 1):
                    other = from_z[:, rows.start + s : rows.stop + s]
                    f = _rest(from_x[:, rows] + other, layers[3:])  # (g, rows)
                    (marginal[members, s - 1, rows] if s else joint[members, rows]).copy_(f)
        return joint, marginal


def initial_weights(
    dx: int, dz: int, hidden: Sequence[int], generators: Sequence[torch.Generator]
) -> Tensor:
    """Weights (b, p) drawn from one CPU generator a member, uniform in ±1/sqrt(fan in).

    The law of torch.nn.Linear; the first layer counts dx + dz inputs.
    """
    fans = [dx + dz, *hidden]
    limits = []
    for i, (a, c) in enumerate(_shapes(dx, dz, hidden)):
        layer = 0 if i < 3 else (i - 1) // 2
        limits.append(torch.full((a * c,), fans[layer] ** -0.5))
    limit = torch.cat(limits)  # (p,)
    draws = [torch.rand(len(limit), generator=g) for g in generators]
    return (2 * torch.stack(draws) - 1) * limit


class _Workspace:
    """The arrays of one training step, kept from step to step: allocating them anew costs more
    in page faults than the element-wise arithmetic on them."""

    def __init__(self, like: Tensor, m: int, shift: int, hidden: Sequence[int]) -> None:
        b = len(like)
        self.pairs = (m, shift)
        self.from_x = like.new_empty(b, m, hidden[0])
        self.from_z = like.new_empty(b, m + shift, hidden[0])
        self.hidden = [like.new_empty(b, 2 * m, width) for width in hidden]
        self.scratch = {width: like.new_empty(b, 2 * m, width) for width in set(hidden)}
        self.scores = like.new_empty(b, 2 * m, 1)
        self.inputs: tuple[Tensor, Tensor] | None = None


def _shapes(dx: int, dz: int, hidden: Sequence[int]) -> list[tuple[int, int]]:
    shapes = [(dx, hidden[0]), (dz, hidden[0]), (1, hidden[0])]
    for fan_in, fan_out in zip(hidden, [*hidden[1:], 1], strict=True):
        shapes += [(fan_in, fan_out), (1, fan_out)]
    return shapes


def _views(flat: Tensor, dx: int, dz: int, hidden: Sequence[int]) -> list[Tensor]:
    """W_x, W_z, c_1, W_2, c_2, … as (b, ·, ·) views of the rows of (b, p)."""
    shapes = _shapes(dx, dz, hidden)
    parts = flat.split([a * c for a, c in shapes], dim=1)
    return [part.unflatten(1, shape) for part, shape in zip(parts, shapes, strict=True)]


def _rest(h: Tensor, layers: Sequence[Tensor]) -> Tensor:
    """Scores (b, n) from the first layer before its relu, (b, n, h)."""
    h.relu_()
    for w, c in zip(layers[:-2:2], layers[1:-2:2], strict=True):
        h = torch.baddbmm(c, h, w).relu_()
    return torch.baddbmm(layers[-1], h, layers[-2]).squeeze(-1)


def _chunks(n: int, size: int) -> Iterator[slice]:
    return (slice(i, min(i + size, n)) for i in range(0, n, size))
