"""MINE as sources print it: gradient ascent on one batch after the other, and what it does.

The package's own estimators guard against what happens here: a plain exponential overflows, a
random permutation pairs rows with themselves, nothing is clipped, averaged, validated or held out.
:func:`ascend` does it all the same, step by step, so that one can see it.

Source: Belghazi et al. (2018), https://arxiv.org/abs/1801.04062, algorithm 1
"""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
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
SPARE = 16  # room for cycles of a permutation: a hundred rows have five, and hardly ever more


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
    noise_std: float | Sequence[float] = 0.0,
    held_out: tuple[Any, Any] | None = None,
    init: Sequence[Ascent | None] | None = None,
    device: str = "cpu",
) -> list[Ascent]:
    """Algorithm 1 of MINE for b members as one batched model; what each did.

        v = mean_i f(x_i, z_i) - log mean_i exp f(x_i, z_p(i)),   one step of Adam up its gradient

    x: (b, n, dx); z: (b, n, dz); used as they are, in single precision. Each member draws weights,
    the order of rows, anew each epoch, and p from its own seed: "permutation", a random one, which
    leaves one row in its place on average, or "derangement", a cyclic shift. exp is the plain one,
    which is inf from 88.7 on; the gradient is that of the batch. Adam is neither in the source nor
    against it; without clipping, decay and averages. noise_std: of Gaussian noise on z, drawn anew
    for each batch; one number, or one a member.
    held_out: x (b, n', dx) and z (b, n', dz) that the last critic is tried on, every row with every
    shift up to 32, with noise of the same size. init: what another run of each member ended with,
    to go on from there, or None.
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
    noise = np.atleast_1d(noise_std).tolist() * (b if np.ndim(noise_std) == 0 else 1)
    if len(noise) != b:
        raise InputError(f"noise_std={noise!r}: give one number, or one for each of {b} members")
    for each in noise:
        within("noise_std", each, low=0)
    one_of("marginals", marginals, MARGINALS)
    kind = critic_class(critic)
    if issubclass(kind, ConvolutionalCritic):
        kind = kind.of(*shapes)
    streams = [stream(seed) for seed in seeds]
    model = kind.initial(dx, dz, tuple(hidden), streams, device)
    if init is not None:
        begun = zip(init, model.weights, strict=True)
        weights = [own if one is None else one.weights.to(device) for one, own in begun]
        model = model.like(torch.stack(weights))
    batches = _Batches(rows, batch_size, streams, marginals, noise, device)
    # in one place: kept apart, each would pin the memory of a batch that a step has let go
    values, norms = (torch.empty(steps, b, device=device) for _ in range(2))
    descend = optimiser_of("adam", [[model.weights]], learning_rate)
    for step in range(steps):
        values[step], grad = _step(model, *batches.next())
        norms[step] = torch.linalg.vector_norm(grad, dim=1)
        descend([-grad])
    together = zip(values.T, norms.T, strict=True)
    tried = [np.nan] * b if held_out is None else _tried(model, held_out, batches)
    return [
        Ascent(v.double().cpu().numpy(), g.double().cpu().numpy(), float(h), w.cpu())
        for (v, g), h, w in zip(together, tried, model.weights, strict=True)
    ]


class _Batches:
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
        eps = torch.empty(len(z), m, columns)
        deque(self._threads.map(_draw_normal, eps, self._streams), maxlen=0)
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


def _step(model: Critic, x: Tensor, z: Tensor, counts: Tensor) -> tuple[Tensor, Tensor]:
    """The bound on a batch (b,) and its gradient (b, p), with a plain exponential."""
    joint, marginal = model.scores(x, z, 1)
    m = counts.sum(dim=1, keepdim=True)
    exponentials = torch.exp(marginal[:, 0]).where(counts, 0.0)
    total = exponentials.sum(dim=1, keepdim=True)
    value = joint.where(counts, 0.0).sum(dim=1) / m[:, 0] - torch.log(total[:, 0] / m[:, 0])
    return value, model.backward(counts / m, (-exponentials / total).unsqueeze(1))


def _tried(model: Critic, held_out: tuple[Any, Any], batches: _Batches) -> list[float]:
    """The bound of the critics on rows of their own, (b,)."""
    x, z = (as_tensor(side, "held_out").float().to(batches.device) for side in held_out)
    with torch.no_grad():
        shifts = min(32, x.shape[1] - 1)
        found: list[float] = dv(*model.evaluate(x, batches.noisy(z), shifts)).tolist()
    return found
