"""MINE as sources print it: gradient ascent on one batch after the other, and what it does.

The package's own estimators guard against what happens here: a plain exponential overflows, a
random permutation pairs rows with themselves, nothing is clipped, averaged, validated or held out.
:func:`ascend` does it all the same, step by step, so that one can see it.

Source: Belghazi et al. (2018), https://arxiv.org/abs/1801.04062, algorithm 1
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from infoplane.errors import InputError
from infoplane.estimators.base import check_batch
from infoplane.estimators.neural.bounds import dv
from infoplane.estimators.neural.critics import Critic, critic_class
from infoplane.estimators.neural.critics.convolutional import ConvolutionalCritic, Shape
from infoplane.inputs.options import check_device, one_of, whole, within
from infoplane.inputs.tensors import as_tensor
from infoplane.models.descent import optimiser_of
from infoplane.streams import stream

__all__ = ["Ascent", "ascend"]

Floats = npt.NDArray[np.float64]

MARGINALS = ("permutation", "derangement")


@dataclass(frozen=True, eq=False)
class Ascent:
    """What one member did, step by step, and the critic that it ended with.

    values: (steps,) the bound on each batch before its step, nats; norms: (steps,) the length of
    its gradient. Both are inf or nan where they are. held_out: the bound of the last critic on
    rows that it has not seen, nats, nan where none were given.
    """

    values: Floats
    norms: Floats
    held_out: float
    weights: Tensor


def ascend(
    x: Any,
    z: Any,
    *,
    seeds: Sequence[int],
    steps: int,
    batch_size: int,
    learning_rate: float,
    hidden: Sequence[int] = (10,),
    critic: str = "concatenated",
    shapes: tuple[Shape, Shape] = (None, None),
    marginals: str = "permutation",
    held_out: tuple[Any, Any] | None = None,
    init: Sequence[Ascent] | None = None,
    device: str = "cpu",
) -> list[Ascent]:
    """Algorithm 1 of MINE for b members as one batched model; what each did.

        v = mean_i f(x_i, z_i) - log mean_i exp f(x_i, z_p(i)),   one step of Adam up its gradient

    x: (b, n, dx); z: (b, n, dz); used as they are, in single precision. Each member draws weights,
    the order of rows, anew each epoch, and p from its own seed: "permutation", a random one, which
    leaves one row in its place on average, or "derangement", a cyclic shift. exp is the plain one,
    which is inf from 88.7 on; the gradient is that of the batch. Adam is neither in the source nor
    against it; without clipping, decay and averages.
    held_out: x (b, n', dx) and z (b, n', dz) that the last critic is tried on, every row with every
    shift up to 32. init: what another run ended with, to go on from there.
    Raises InputError for shapes that do not fit and options out of range.

    >>> x = torch.randn(1, 1000, 1, generator=torch.Generator().manual_seed(0))
    >>> (found,) = ascend(x, x.sign(), seeds=[0], steps=300, batch_size=100, learning_rate=0.01)
    >>> bool(0.5 < found.values[-30:].mean() < 0.8), bool(np.isfinite(found.norms).all())  # log 2
    (True, True)
    """
    check_batch(x, z, seeds)
    check_device(device)
    rows = [as_tensor(side, name).float() for name, side in (("x", x), ("z", z))]
    for name, side in zip(("x", "z"), rows, strict=True):
        if side.ndim != 3 or side.shape[1] != rows[0].shape[1]:
            raise InputError(
                f"{name} has shape {tuple(side.shape)}: (members, rows, columns), with as many "
                "rows on both sides, is accepted"
            )
    (b, n, dx), dz = rows[0].shape, rows[1].shape[2]
    whole("steps", steps, at_least=1)
    whole("batch_size", batch_size, at_least=2, at_most=n)
    within("learning_rate", learning_rate, above=0)
    one_of("marginals", marginals, MARGINALS)
    kind = critic_class(critic)
    if issubclass(kind, ConvolutionalCritic):
        kind = kind.of(*shapes)
    streams = [stream(seed) for seed in seeds]
    model = kind.initial(dx, dz, tuple(hidden), streams, device)
    if init is not None:
        model = model.like(torch.stack([one.weights for one in init]).to(device, copy=True))
    batches = _Batches(rows, batch_size, streams, marginals, device)
    values, norms = [], []
    descend = optimiser_of("adam", [[model.weights]], learning_rate)
    for _ in range(steps):
        value, grad = _step(model, *batches.next())
        values.append(value)
        norms.append(torch.linalg.vector_norm(grad, dim=1))
        descend([-grad])
    together = zip(torch.stack(values, dim=1), torch.stack(norms, dim=1), strict=True)
    tried = _tried(model, held_out, device) if held_out is not None else [np.nan] * b
    return [
        Ascent(v.double().cpu().numpy(), g.double().cpu().numpy(), float(h), w.cpu())
        for (v, g), h, w in zip(together, tried, model.weights, strict=True)
    ]


class _Batches:
    """Batches of the joint, and rows of z for their marginals, of each member's own stream."""

    def __init__(
        self,
        rows: Sequence[Tensor],
        size: int,
        streams: Sequence[torch.Generator],
        marginals: str,
        device: str,
    ) -> None:
        self._x, self._z = (side.to(device) for side in rows)
        self._size, self._streams, self._marginals = size, streams, marginals
        self._members = torch.arange(len(streams))[:, None]
        self._order: list[Tensor] = []

    def next(self) -> tuple[Tensor, Tensor, Tensor]:
        if not self._order:
            n = self._x.shape[1]
            order = torch.stack([torch.randperm(n, generator=g) for g in self._streams])
            whole_ones = n // self._size * self._size
            self._order = list(order[:, :whole_ones].split(self._size, dim=1))
        rows = self._order.pop(0)
        x, z = self._x[self._members, rows], self._z[self._members, rows]
        if self._marginals == "derangement":
            return x, z, z.roll(-1, 1)
        places = [torch.randperm(self._size, generator=g) for g in self._streams]
        return x, z, z[self._members, torch.stack(places)]


def _step(model: Critic, x: Tensor, z: Tensor, other: Tensor) -> tuple[Tensor, Tensor]:
    """The bound on a batch (b,) and its gradient (b, p), with a plain exponential."""
    m = x.shape[1]
    scores, unused = model.scores(torch.cat([x, x], dim=1), torch.cat([z, other], dim=1), 1)
    joint, marginal = scores[:, :m], scores[:, m:]
    exponentials = torch.exp(marginal)
    mean = exponentials.mean(dim=1, keepdim=True)
    value = joint.mean(dim=1) - torch.log(mean[:, 0])
    up = torch.cat([torch.full_like(joint, 1 / m), -exponentials / (m * mean)], dim=1)
    return value, model.backward(up, torch.zeros_like(unused))


def _tried(model: Critic, held_out: tuple[Any, Any], device: str) -> list[float]:
    """The bound of the critics on rows of their own, (b,)."""
    x, z = (as_tensor(side, "held_out").float().to(device) for side in held_out)
    with torch.no_grad():
        found: list[float] = dv(*model.evaluate(x, z, min(32, x.shape[1] - 1))).tolist()
    return found
