"""Autoencoders with codes of given dimensions: dense ones batched, and a convolutional one."""

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import silu
from torch.nn.utils import skip_init

from infoplane.errors import InputError
from infoplane.inputs.options import listed, whole
from infoplane.inputs.tensors import as_tensor
from infoplane.models.autoencoders.base import Autoencoder
from infoplane.models.defaults import torch_defaults
from infoplane.models.members import WEIGHTS
from infoplane.streams import stream

__all__ = ["Autoencoder", "Autoencoders", "ConvAutoencoder"]

# 1 / rms of SiLU of a standard normal variable: what keeps the scale from layer to layer.
GAIN = 1.6765


class Autoencoders(Autoencoder):
    """b dense autoencoders with code dimensions `codes`, as one batched model.

        D -> hidden[0] -> … -> hidden[-1] -> codes[i] -> hidden[-1] -> … -> hidden[0] -> D

    width: D, the columns of x; codes: the code dimension of each member, from 1 to D, and seeds:
    one for each, which decides its initial weights whatever the others are. Weights are
    N(0, 1/fan in), times the gain of the activation behind them; biases 0. float32, until moved.
    hidden: widths of the hidden layers of the encoder, () for a linear autoencoder; the decoder
    has them in reverse. Their activation is SiLU: of the smooth ones, in which no unit dies, it
    lost least of held-out rows of curved sets and of digits (against tanh and GELU).
    code_activation: "none", or "tanh" for codes in [-1, 1]. output: "linear", for columns that
    are centred and of a mean square near 1 (all together, not each); "sigmoid" for columns
    in [0, 1], such as pixels. The data are used as given.
    x of `forward` and `encode`: (n, D), the same rows for all, or (b, n, D).

    The code is defined up to a gauge: any invertible smooth map of it, undone by the decoder,
    gives the same reconstruction. Its scale, and so its entropy, is an accident of the initial
    weights until the code is normalised.
    In the batch, all codes have max(codes) units; those from codes[i] on are zero, and since
    the weights into and out of them start at zero, their gradients are zero too: they stay so.
    Raises InputError for code dimensions out of range, seeds of another number, and options
    that do not exist; `forward` and `encode` for x that holds no numbers, or of another shape,
    and `encode` for values that are NaN, infinite or too large for the weights' dtype.
    Source: Hinton & Salakhutdinov (2006), https://doi.org/10.1126/science.1127647

    >>> model = Autoencoders(32, codes=[1, 2, 8], seeds=[0, 0, 7])
    >>> [code.shape for code in model.encode(torch.zeros(5, 32))]
    [torch.Size([5, 1]), torch.Size([5, 2]), torch.Size([5, 8])]
    >>> model(torch.zeros(5, 32)).abs().max()  # there is no bias yet
    tensor(0., grad_fn=<MaxBackward1>)
    """

    def __init__(
        self,
        width: int,
        codes: Sequence[int],
        seeds: Sequence[int],
        *,
        hidden: Sequence[int] = (128, 64),
        code_activation: Literal["none", "tanh"] = "none",
        output: Literal["linear", "sigmoid"] = "linear",
    ) -> None:
        whole("width", width, at_least=1)
        for units in listed("hidden", hidden):
            whole("hidden", units, at_least=1)
        super().__init__(width, codes, seeds, code_activation, output)
        self.hidden = tuple(int(units) for units in hidden)
        streams = [stream(seed, WEIGHTS) for seed in seeds]
        b = self.members
        down = [[width] * b, *([units] * b for units in self.hidden), list(self.codes)]
        self.encoder = nn.ModuleList(_layers(down, streams))
        self.decoder = nn.ModuleList(_layers(down[::-1], streams))

    @property
    def widest(self) -> int:
        return max(self.width, *self.codes, *self.hidden)

    def code(self, rows: Tensor) -> Tensor:
        return self.squashed(_through(self.encoder, rows.expand(self.members, -1, -1)))

    def logits(self, code: Tensor) -> Tensor:
        return _through(self.decoder, code)

    def rescale(self, mean: Tensor, std: Tensor) -> None:
        last: Any = self.encoder[-1]
        mean, std = (a.to(last.weight).unsqueeze(1) for a in (mean, std))  # (b, 1, max(codes))
        last.weight.copy_(last.weight / std)
        last.bias.copy_((last.bias - mean) / std)


class _Affine(nn.Module):
    """h W + c for b members with fans of their own, padded with zeros to the largest."""

    @torch_defaults()
    def __init__(
        self,
        fans_in: Sequence[int],
        fans_out: Sequence[int],
        gain: float,
        streams: Sequence[torch.Generator],
    ) -> None:
        super().__init__()
        weight = torch.zeros(len(streams), max(fans_in), max(fans_out))
        for w, i, o, g in zip(weight, fans_in, fans_out, streams, strict=True):
            w[:i, :o] = gain / math.sqrt(i) * torch.randn(i, o, generator=g)
        self.weight = nn.Parameter(weight)
        self.bias = nn.Parameter(torch.zeros(len(streams), 1, max(fans_out)))

    def forward(self, h: Tensor) -> Tensor:
        return torch.baddbmm(self.bias, h, self.weight)  # (b, n, fan out)


def _layers(
    widths: Sequence[Sequence[int]], streams: Sequence[torch.Generator]
) -> Iterator[_Affine]:
    for k, (fans_in, fans_out) in enumerate(itertools.pairwise(widths)):
        yield _Affine(fans_in, fans_out, GAIN if k else 1.0, streams)


def _through(layers: nn.ModuleList, h: Tensor) -> Tensor:
    """The layers with an activation between them."""
    for k, layer in enumerate(layers):
        h = layer(silu(h) if k else h)
    return h


class ConvAutoencoder(Autoencoder):
    """One convolutional autoencoder of square images, with a code of dimension `code`.

        side -> side/2 -> side/4 -> … (convolutions, stride 2), flattened -> code, and back

    side: of the images, divisible by 2 once for each of `channels`: 8, 16, 28 and 32 all are
    for two. channels: of the convolutions of the encoder, 4 x 4 with stride 2; the decoder has
    transposed ones, in reverse. seed, code_activation, output: as in :class:`Autoencoders`, with
    the same gauge.
    x of `forward` and `encode`: images (n, side, side), or flattened, (n, side^2); the
    reconstructions are flattened, (1, n, side^2), and `encode` gives a list of one.
    Raises InputError for sides that cannot be halved, and for what Autoencoders refuses.
    Source: Radford et al. (2016), section 3, https://arxiv.org/abs/1511.06434

    >>> model = ConvAutoencoder(8, code=3, seed=0)
    >>> model.encode(torch.zeros(5, 8, 8))[0].shape, model(torch.zeros(5, 64)).shape
    (torch.Size([5, 3]), torch.Size([1, 5, 64]))
    """

    @torch_defaults()
    def __init__(
        self,
        side: int,
        code: int,
        seed: int,
        *,
        channels: Sequence[int] = (16, 32),
        code_activation: Literal["none", "tanh"] = "none",
        output: Literal["linear", "sigmoid"] = "linear",
    ) -> None:
        whole("side", side, at_least=1)
        for count in listed("channels", channels):
            whole("channels", count, at_least=1)
        half = 2 ** len(channels)
        if side % half or not len(channels):
            raise InputError(
                f"side={side} cannot be halved for each of channels={list(channels)!r}: give "
                f"images with a side divisible by {max(half, 2)}, or other channels"
            )
        super().__init__(side**2, [code], [seed], code_activation, output)
        self.side, self.channels = int(side), (1, *(int(count) for count in channels))
        self.small = side // half
        features = self.channels[-1] * self.small**2
        stages = list(itertools.pairwise(self.channels))
        self.down = nn.ModuleList(skip_init(nn.Conv2d, i, o, 4, 2, 1) for i, o in stages)
        self.to_code = skip_init(nn.Linear, features, code)
        self.from_code = skip_init(nn.Linear, code, features)
        self.up = nn.ModuleList(
            skip_init(nn.ConvTranspose2d, o, i, 4, 2, 1) for i, o in stages[::-1]
        )
        _draw(self, stream(seed, WEIGHTS))

    @property
    def widest(self) -> int:
        return int(max(c * (self.side // 2**k) ** 2 for k, c in enumerate(self.channels)))

    def rows(self, x: Any, *, finite: bool = False) -> Tensor:
        x = as_tensor(x, "x")
        images = x.ndim == 3 and x.shape[1:] == (self.side, self.side)
        return super().rows(x.flatten(1) if images else x, finite=finite)

    def code(self, rows: Tensor) -> Tensor:
        h = rows[0].unflatten(1, (1, self.side, self.side))  # (n, 1, side, side)
        for layer in self.down:
            h = silu(layer(h))
        return self.squashed(self.to_code(h.flatten(1))[None])

    def rescale(self, mean: Tensor, std: Tensor) -> None:
        mean, std = mean[0].to(self.to_code.weight), std[0].to(self.to_code.weight)
        self.to_code.weight.copy_(self.to_code.weight / std[:, None])
        self.to_code.bias.copy_((self.to_code.bias - mean) / std)

    def logits(self, code: Tensor) -> Tensor:
        h = self.from_code(code[0]).unflatten(1, (-1, self.small, self.small))
        for layer in self.up:
            h = layer(silu(h))
        flat: Tensor = h.flatten(1)[None]
        return flat


def _draw(model: ConvAutoencoder, stream: torch.Generator) -> None:
    """Initial weights N(0, gain^2 / inputs of one output), biases 0, from one stream."""
    first = (model.down[0], model.from_code)
    with torch.no_grad():
        for layer in (*model.down, model.to_code, model.from_code, *model.up):
            if isinstance(layer, nn.ConvTranspose2d):
                inputs = 4 * layer.in_channels  # 4 x 4 weights, every second of them in each way
            else:
                inputs = layer.weight[0].numel()
            scale = (1.0 if layer in first else GAIN) / math.sqrt(inputs)
            layer.weight.copy_(scale * torch.randn(layer.weight.shape, generator=stream))
            layer.bias.zero_()
