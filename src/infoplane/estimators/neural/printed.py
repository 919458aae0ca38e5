"""MINE as sources print it: gradient ascent on one batch after the other, and what it does.

The package's own estimators guard against what happens here: a plain exponential overflows, a
random permutation pairs rows with themselves, nothing is clipped, averaged, validated or held out.
:func:`ascend` does it all the same, step by step, so that one can see it.

Source: Belghazi et al. (2018), https://arxiv.org/abs/1801.04062, algorithm 1
"""

import math
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
from infoplane.estimators.neural.cycles import Batches
from infoplane.inputs.options import check_device, listed, one_of, whole, within
from infoplane.inputs.tensors import as_tensor
from infoplane.models.defaults import torch_defaults
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
    rows that it has not seen, nats, nan where none were given. critic: what kind `weights` are of,
    with columns, units and shapes.
    """

    values: Floats
    norms: Floats
    held_out: float
    weights: Tensor
    critic: tuple[Any, ...]


@torch_defaults()
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
    Raises InputError for shapes that do not fit, options out of range, and critics of another kind.

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
    units = tuple(listed("hidden", hidden))
    for each in units or [None]:
        whole("hidden", each, at_least=1)
    of: tuple[Any, ...] = (critic, dx, dz, units)
    kind = critic_class(critic)
    if issubclass(kind, ConvolutionalCritic):
        _check_shapes(shapes, (dx, dz))
        kind, of = kind.of(*shapes), (*of, *(shape and tuple(shape) for shape in shapes))
    _check_held_out(held_out, (b, dx, dz))
    _check_init(init, of, b)
    streams = [stream(seed) for seed in seeds]
    model = kind.initial(dx, dz, units, streams, device)
    if init is not None:
        begun = zip(init, model.weights, strict=True)
        weights = [own if one is None else one.weights.to(device) for one, own in begun]
        model = model.like(torch.stack(weights))
    batches = Batches(rows, batch_size, streams, marginals, noise, device)
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
        Ascent(v.double().cpu().numpy(), g.double().cpu().numpy(), float(h), w.cpu(), of)
        for (v, g), h, w in zip(together, tried, model.weights, strict=True)
    ]


def _check_shapes(shapes: Any, columns: tuple[int, int]) -> None:
    """Refuse shapes of images that have not as many numbers as their side has columns."""
    fits = isinstance(shapes, tuple | list) and len(shapes) == 2
    for shape, wanted in zip(shapes, columns, strict=True) if fits else ():
        of_image = isinstance(shape, tuple | list) and len(shape) == 3
        fits &= shape is None or (of_image and math.prod(shape) == wanted)
    if not fits:
        raise InputError(
            f"shapes={shapes!r} is not accepted: give (channels, height, width) of the images of x "
            f"and of z, which have {columns[0]} and {columns[1]} columns, or None where there "
            "are none"
        )


def _check_held_out(held_out: Any, wanted: tuple[int, int, int]) -> None:
    """Refuse rows to try a critic on that are not like those it is trained on."""
    if held_out is None:
        return
    b, dx, dz = wanted
    given = held_out if isinstance(held_out, tuple | list) else [held_out]
    found = [tuple(as_tensor(side, "held_out").shape) for side in given]
    if [(len(f), f[0], f[2:]) for f in found] != [(3, b, (dx,)), (3, b, (dz,))] or not (
        1 < found[0][1] == found[1][1]
    ):
        raise InputError(
            f"held_out has the shapes {', '.join(map(str, found))}: ({b}, n, {dx}) and "
            f"({b}, n, {dz}), with n of 2 or more, are accepted"
        )


def _check_init(init: Any, of: tuple[Any, ...], b: int) -> None:
    """Refuse to go on from what is no critic of this kind, or from too few or many of them."""
    if init is None:
        return
    if (
        not isinstance(init, list | tuple)
        or len(init) != b
        or not all(one is None or isinstance(one, Ascent) for one in init)
    ):
        raise InputError(
            f"init is not accepted: give a list of {b}, for each member what ascend returned for "
            "it, or None"
        )
    for one in init:
        if one is not None and one.critic != of:
            raise InputError(
                f"init has a critic of another kind, {one.critic}, where {of} is asked for: go on "
                "with the same critic, columns, hidden units and shapes, or leave init out"
            )


def _step(model: Critic, x: Tensor, z: Tensor, counts: Tensor) -> tuple[Tensor, Tensor]:
    """The bound on a batch (b,) and its gradient (b, p), with a plain exponential."""
    joint, marginal = model.scores(x, z, 1)
    m = counts.sum(dim=1, keepdim=True)
    exponentials = torch.exp(marginal[:, 0]).where(counts, 0.0)
    total = exponentials.sum(dim=1, keepdim=True)
    value = joint.where(counts, 0.0).sum(dim=1) / m[:, 0] - torch.log(total[:, 0] / m[:, 0])
    return value, model.backward(counts / m, (-exponentials / total).unsqueeze(1))


def _tried(model: Critic, held_out: tuple[Any, Any], batches: Batches) -> list[float]:
    """The bound of the critics on rows of their own, (b,)."""
    x, z = (as_tensor(side, "held_out").float().to(batches.device) for side in held_out)
    with torch.no_grad():
        shifts = min(32, x.shape[1] - 1)
        found: list[float] = dv(*model.evaluate(x, batches.noisy(z), shifts)).tolist()
    return found
