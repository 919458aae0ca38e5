"""b perceptrons of one shape, each with its own seed, as one batched model; and their training."""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import torch
from torch import Tensor, nn

from infoplane.errors import InputError
from infoplane.inputs.options import listed, one_of, whole, within
from infoplane.inputs.tensors import as_tensor, refuse_infinite
from infoplane.models.defaults import torch_defaults
from infoplane.models.descent import OPTIMISERS, gradients, optimiser_of
from infoplane.models.members import NOISE, TRAINING_NOISE, WEIGHTS, check_seeds, orders
from infoplane.streams import stream

__all__ = ["Perceptrons", "accuracy", "fit"]

ACTIVATIONS = ("tanh", "relu")


class Perceptrons(nn.Module):
    """`members` independent perceptrons of one shape: logits (b, n, classes) of x.

        S_k = f(T_{k-1} W_k + c_k),  T_k = S_k + eps_k,  T_0 = x,  logits = T_{L-1} W_L + c_L

    widths: of x, of each hidden layer, and the number of classes; seeds: one for each member,
    whose weights are N(0, 1/fan in) and its own whatever the others are, its biases 0.
    activation: f of the hidden layers, "tanh" or "relu". float32, until moved.
    noise_std: standard deviation of eps_k, drawn anew for each row and hidden unit, in training
    and in evaluation; 0 for an ordinary network.
    x: (n, d), the same rows for all, or (b, n, d).

    Submodules to hook, each with output (b, n, width): "layer1" … "layerL" give T_1 … T_L, the
    last being the softmax of the logits; "layer1.clean" … give S_k, before its own noise.
    In evaluation mode `forward` is a function of x: the noise starts anew from its seeds in each
    call (:meth:`noise` gives others). In training mode each call draws new noise.
    Raises InputError for widths without a hidden layer, and for options that do not exist.
    Source: the network is that of Shwartz-Ziv & Tishby (2017), https://arxiv.org/abs/1703.00810;
    the noise that of Goldfeld et al. (2019), https://arxiv.org/abs/1810.05728

    >>> model = Perceptrons([12, 10, 7, 5, 4, 3, 2], seeds=[0, 1, 2])
    >>> model(torch.zeros(8, 12)).abs().max()  # tanh(0) = 0, and there is no bias yet
    tensor(0., grad_fn=<MaxBackward1>)
    >>> model.layer6(model(torch.ones(8, 12))).shape
    torch.Size([3, 8, 2])
    """

    def __init__(
        self,
        widths: Sequence[int],
        seeds: Sequence[int],
        *,
        activation: Literal["tanh", "relu"] = "tanh",
        noise_std: float = 0.0,
    ) -> None:
        super().__init__()
        if len(widths) < 3:
            raise InputError(
                f"widths={list(widths)!r} has no hidden layer: give the inputs, each hidden "
                "layer and the classes"
            )
        for width in widths:
            whole("widths", width, at_least=1)
        one_of("activation", activation, ACTIVATIONS)
        within("noise_std", noise_std, low=0)
        self.widths = tuple(int(width) for width in widths)
        self.activation, self.noise_std = activation, float(noise_std)
        self.members = len(listed("seeds", seeds))
        self.noise(seeds)
        streams = [stream(seed, WEIGHTS) for seed in seeds]
        for k, (fan_in, fan_out) in enumerate(itertools.pairwise(self.widths[:-1]), start=1):
            self.add_module(f"layer{k}", _Hidden(fan_in, fan_out, streams, activation))
        self.logits = _Dense(self.widths[-2], self.widths[-1], streams, "")
        self.add_module(f"layer{len(widths) - 1}", nn.Softmax(dim=-1))

    def noise(self, seeds: Sequence[int]) -> None:
        """Start the noise anew, from one seed for each member; at first those of the weights."""
        check_seeds(seeds, self.members)
        self._noise_seeds, self._draws = tuple(seeds), 0

    def forward(self, x: Tensor) -> Tensor:
        self._draws += self.training
        draw = self._draws if self.training else 0
        # generators are made here and not kept, so that the model can be copied and pickled
        streams = [stream(seed, NOISE, draw) for seed in self._noise_seeds]
        h = x.expand(self.members, *x.shape[-2:])
        for k, eps in enumerate(_noise(self, streams, h.shape[1]), start=1):
            h = self.get_submodule(f"layer{k}")(h, None if eps is None else eps.mT)
        logits: Tensor = self.logits(h)
        self.get_submodule(f"layer{len(self.widths) - 1}")(logits)  # for those who hooked it
        return logits


def fit(
    model: Perceptrons,
    x: Any,
    y: Any,
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    optimiser: Literal["sgd", "momentum", "adam"] = "sgd",
    seeds: Sequence[int],
    on_epoch: Callable[[int], object] | None = None,
) -> int:
    """Train all members in place on the cross-entropy of minibatches; the epochs done.

        minimise, for each member, mean_i -log softmax(logits(x_i))[y_i]

    The sum over members is minimised, so each has its own gradient; their optimisers (SGD,
    without momentum or with one of .9; Adam with its usual constants) share nothing either. Each
    epoch visits every row once, in an order, and with a noise, of each member's own seed: a
    member becomes what it becomes alone, up to rounding. After 1 000 epochs on the 4096 patterns,
    the same bits with SGD, and weights that differ by 1e-6 with Adam, on the processor this was
    written on.
    x: (n, d), or (b, n, d) where each member has its own rows; y: (n,) or (b, n) integers from
    0. The last batch of an epoch may be smaller, and its rows then weigh more.
    on_epoch(epoch): called with 0 before the first epoch and with e after the e-th, the weights
    in `model` being those of that time; returning True stops. Global random numbers are left
    alone.
    Wrong when: a member may get stuck or die (all its ReLUs at zero); look at :func:`accuracy`.
    Raises InputError for shapes and labels that do not fit the model, values that are not finite,
    and options out of range.
    Source: the training of Shwartz-Ziv & Tishby (2017), https://arxiv.org/abs/1703.00810

    >>> model = Perceptrons([1, 4, 2], seeds=[0, 1])
    >>> x, y = torch.linspace(-1, 1, 20)[:, None], torch.arange(20) >= 10
    >>> fit(model, x, y, epochs=100, batch_size=5, learning_rate=0.5, seeds=[0, 1])
    100
    >>> accuracy(model, x, y)
    tensor([1., 1.], dtype=torch.float64)
    """
    whole("epochs", epochs, at_least=0)
    whole("batch_size", batch_size, at_least=1)
    within("learning_rate", learning_rate, above=0)
    one_of("optimiser", optimiser, OPTIMISERS)
    check_seeds(seeds, model.members)
    x, y = _rows(model, x, y)
    indicators = nn.functional.one_hot(y, model.widths[-1]).to(x.dtype)
    layers = [
        (m.weight.detach(), m.bias.detach()) for m in model.modules() if isinstance(m, _Dense)
    ]
    descend = optimiser_of(optimiser, layers, learning_rate)
    streams = [stream(seed, TRAINING_NOISE) for seed in seeds]
    member, n = torch.arange(model.members, device=x.device)[:, None], y.shape[-1]
    done = 0
    for order in orders(n, epochs, seeds, on_epoch):
        # (b, d, n) and (b, classes, n)
        rows, targets = (a[member, order.to(x.device)].mT.contiguous() for a in (x, indicators))
        for i in range(0, n, batch_size):
            batch = slice(i, i + batch_size)
            part, target = rows[..., batch], targets[..., batch]
            noise = _noise(model, streams, part.shape[-1])
            descend(gradients(layers, model.activation, part, target, noise))
        done += 1
    return done


def accuracy(model: Perceptrons, x: Any, y: Any) -> Tensor:
    """The share of rows whose largest logit is that of their label, for each member: (b,).

    x and y as in :func:`fit`; float64 in [0, 1]. Evaluated with the noise of evaluation mode.
    Raises InputError for shapes and labels that do not fit the model, and values that are not
    finite.

    >>> accuracy(Perceptrons([2, 3, 2], seeds=[7]), torch.zeros(4, 2), [0, 0, 0, 1])
    tensor([0.7500], dtype=torch.float64)
    """
    x, y = _rows(model, x, y)
    with _evaluating(model), torch.no_grad():
        chosen: Tensor = model(x).argmax(dim=-1)
    share: Tensor = (chosen == y).double().mean(dim=1)
    return share


@contextmanager
def _evaluating(model: nn.Module) -> Iterator[None]:
    """Evaluation mode; each submodule's own mode is put back, after an error, too."""
    modes = [(module, module.training) for module in model.modules()]
    try:
        model.eval()
        yield
    finally:
        for module, training in modes:
            module.training = training


class _Dense(nn.Module):
    """f(h W + c) for b members: weight (b, fan in, fan out), bias (b, 1, fan out)."""

    @torch_defaults()
    def __init__(
        self, fan_in: int, fan_out: int, streams: Sequence[torch.Generator], activation: str
    ) -> None:
        super().__init__()
        draws = [torch.randn(fan_in, fan_out, generator=g) for g in streams]
        self.weight = nn.Parameter(torch.stack(draws) / math.sqrt(fan_in))
        self.bias = nn.Parameter(torch.zeros(len(streams), 1, fan_out))
        self._activation = activation

    def forward(self, h: Tensor) -> Tensor:
        out = torch.baddbmm(self.bias, h, self.weight)
        if self._activation:
            out = torch.tanh(out) if self._activation == "tanh" else torch.relu(out)
        return out


class _Hidden(nn.Module):
    """T = S + eps with S = f(h W + c), which is the output of the submodule `clean`."""

    def __init__(
        self, fan_in: int, fan_out: int, streams: Sequence[torch.Generator], activation: str
    ) -> None:
        super().__init__()
        self.clean = _Dense(fan_in, fan_out, streams, activation)

    def forward(self, h: Tensor, eps: Tensor | None = None) -> Tensor:
        clean: Tensor = self.clean(h)
        return clean if eps is None else clean + eps


def _noise(
    model: Perceptrons, streams: Sequence[torch.Generator], n: int
) -> Sequence[Tensor | None]:
    """The noise of n rows in each hidden layer, (b, width, n), or None where there is none."""
    widths = model.widths[1:-1]
    if not model.noise_std:
        return [None] * len(widths)
    size = sum(widths), n
    draws = torch.stack([torch.randn(size, generator=g, dtype=torch.float32) for g in streams])
    return list((model.noise_std * draws).to(model.logits.weight).split(widths, dim=1))


def _rows(model: Perceptrons, x: Any, y: Any) -> tuple[Tensor, Tensor]:
    """Checked x (b, n, d), as the weights are, and y (b, n) int64; both perhaps expanded."""
    like = model.logits.weight
    x = as_tensor(x, "x").detach().to(like)
    y = as_tensor(y, "y").to(like.device)
    b, d, classes = model.members, model.widths[0], model.widths[-1]
    if x.ndim not in (2, 3) or x.shape[-1] != d or (x.ndim == 3 and len(x) != b) or not x.numel():
        raise InputError(
            f"x has shape {tuple(x.shape)}: (n, {d}), or ({b}, n, {d}) with rows of each member's "
            "own, is accepted"
        )
    refuse_infinite(x, "x")
    if y.shape not in (x.shape[-2:-1], (b, x.shape[-2])):
        raise InputError(
            f"y has shape {tuple(y.shape)} and x {tuple(x.shape)}: give one label a row, "
            f"({x.shape[-2]},) or ({b}, {x.shape[-2]})"
        )
    if y.is_floating_point() or y.is_complex():
        raise InputError(f"y has dtype {y.dtype}: integers from 0 to {classes - 1} are accepted")
    y = y.long()
    if y.min() < 0 or y.max() >= classes:
        raise InputError(
            f"y has labels from {int(y.min())} to {int(y.max())}: the network has {classes} "
            f"classes, give labels from 0 to {classes - 1}"
        )
    return x.expand(b, *x.shape[-2:]), y.expand(b, y.shape[-1])
