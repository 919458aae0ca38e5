"""b convolutional networks with noise before every layer, as one batched model."""

import itertools
from collections.abc import Sequence
from typing import Any, Literal

import torch
from torch import Tensor
from torch.nn.functional import conv2d, leaky_relu, max_pool2d

from infoplane.inputs.options import one_of, within
from infoplane.models.images import CLASSES, SIDE, ImageNetworks, Weights
from infoplane.models.members import NOISE, TRAINING_NOISE, WEIGHTS
from infoplane.streams import stream

__all__ = ["KINDS", "LAYERS", "NoisyCNNs"]

KERNEL, POOL = 3, 2
MAPS, HIDDEN = (8, 16, 32), 32  # of the convolutions, and units of the first dense layer
MEAN, STD = 0.1307, 0.3081  # of MNIST's pixels, whichever images come
WORDS = 2**16  # different numbers that decide whether a unit is left out

KINDS = ("multiplicative", "additive")

LAYERS = {"L1": 8 * 13 * 13, "L2": 16 * 5 * 5, "L3": 32, "L4": HIDDEN, "L5": CLASSES}
"""What is looked at, with its number of columns: maps are flattened, map by map."""


class NoisyCNNs(ImageNetworks):
    """`members` independent noisy convolutional networks: log-probabilities (b, n, 10) of x.

        x -> (x - .1307) / .3081
          -> 8, 16, 32 convolutions 3 x 3, each with 2 x 2 maxima, LeakyReLU (L1, L2, L3)
          -> 32 units, LeakyReLU (L4) -> 10 units, LogSoftmax (L5)

    Before every layer, in training and in evaluation, activations h become h (1 + s eps) with
    noise "multiplicative" (a unit that is 0 stays 0), and h + s eps with "additive"; eps is
    N(0, 1) for each row and unit. In training, and before the noise of each convolution, the
    pixels' included, a unit is 0 with probability `dropout`, and 1 / (1 - dropout) times itself
    else.

    seeds: one for each member, whose weights and biases are uniform in ±1/sqrt(fan in), the law
    of PyTorch's layers, and whose noise and dropout are its own: a member is what it is alone.
    noise_std: s >= 0, for "additive" in units of the activations. dropout: in [0, .99], rounded
    to a multiple of 2^-16. float32, until moved; random numbers are drawn on the CPU.
    x: (n, 784) pixels in [0, 1] row by row, or (n, 28, 28), the same for all members; (b, n, 784)
    where each has its own.

    A new model is in training mode, in which each call has new noise. In evaluation mode, and in
    :meth:`layers`, noise starts anew from its seeds in each call: a function of x and of the place
    of its row.
    Wrong when: the noise is taken for one that bounds I(X; L). A unit that can be 0, as a pixel of
    exactly the mean, passes multiplicative noise unchanged.
    Raises InputError for options out of range, and for x of another shape.
    Source: Butakov et al. (2024), https://arxiv.org/abs/2305.08013; from the authors' published
    code https://github.com/VanessB/Information-v3 (source/examples/misc/classifier.py): sizes, no
    padding, the pool before its activation, slope .01, pixels normalised, where noise and dropout
    stand (none before dense layers). Additive noise of a given size is ours, and so are streams
    of random numbers for each member.

    >>> model = NoisyCNNs(seeds=[0, 1]).eval()
    >>> model(torch.zeros(3, 784)).exp().sum(dim=-1)  # probabilities
    tensor([[1.0000, 1.0000, 1.0000],
            [1.0000, 1.0000, 1.0000]], grad_fn=<SumBackward1>)
    >>> {name: rows.shape[2] for name, rows in model.layers(torch.zeros(3, 784)).items()} == LAYERS
    True
    """

    def __init__(
        self,
        seeds: Sequence[int],
        *,
        noise: Literal["multiplicative", "additive"] = "multiplicative",
        noise_std: float = 1e-3,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(seeds)
        one_of("noise", noise, KINDS)
        within("noise_std", noise_std, low=0)
        within("dropout", dropout, low=0, high=0.99)
        self.noise, self.noise_std = noise, float(noise_std)
        self.dropout = round(dropout * WORDS) / WORDS
        self._seeds, self._calls = tuple(seeds), 0
        streams = [stream(seed, WEIGHTS) for seed in seeds]
        self.convolution1, self.convolution2, self.convolution3 = (
            Weights((maps, inputs, KERNEL, KERNEL), inputs * KERNEL**2, maps, streams)
            for inputs, maps in itertools.pairwise((1, *MAPS))
        )
        self.fc1 = Weights((LAYERS["L3"], HIDDEN), LAYERS["L3"], HIDDEN, streams)
        self.fc2 = Weights((HIDDEN, CLASSES), HIDDEN, CLASSES, streams)

    def forward(self, x: Any) -> Tensor:
        rows = self.rows(x)
        self._calls += self.training
        purpose = (TRAINING_NOISE, self._calls) if self.training else (NOISE,)
        streams = [stream(seed, *purpose) for seed in self._seeds]
        found = [
            self._through(member, g, rows, self.training)[-1] for member, g in enumerate(streams)
        ]
        return torch.stack(found)

    def layers(self, x: Any) -> dict[str, Tensor]:
        """The outputs of the layers of LAYERS by name, (b, n, columns) each, without gradients.

        With noise and without dropout, whatever the mode. In parts, so that beside the result
        memory does not grow with n.
        """
        streams = [stream(seed, NOISE) for seed in self._seeds]
        rows = self.rows(x)
        found = {
            name: rows.new_empty(self.members, rows.shape[1], columns)
            for name, columns in LAYERS.items()
        }
        done = 0
        with torch.no_grad():
            for part in self.parts(rows):
                place = slice(done, done + part.shape[1])
                for member, g in enumerate(streams):
                    outputs = self._through(member, g, part, dropping=False)
                    for whole, output in zip(found.values(), outputs, strict=True):
                        whole[member, place] = output.flatten(1)
                done = place.stop
        return found

    def _through(
        self, member: int, g: torch.Generator, rows: Tensor, dropping: bool
    ) -> list[Tensor]:
        """L1 … L5 of one member: (n, maps, height, width), and from L4 on (n, units)."""
        h = (rows[member if len(rows) > 1 else 0] - MEAN) / STD
        # In memory maps come last, as convolutions and pools of few maps then take a third of the
        # time; noise is drawn in that order, since in another the generator is six times slower.
        h = h.view(-1, SIDE, SIDE, 1)
        outputs = []
        for kernels in (self.convolution1, self.convolution2, self.convolution3):
            h = self._disturbed(h, g, dropping).permute(0, 3, 1, 2)
            h = conv2d(h, kernels.weight[member], kernels.bias[member])
            outputs.append(leaky_relu(max_pool2d(h, POOL)))
            h = outputs[-1].permute(0, 2, 3, 1)
        units = self._disturbed(outputs[-1].flatten(1), g)
        outputs.append(leaky_relu(_affine(self.fc1, member, units)))
        logits = _affine(self.fc2, member, self._disturbed(outputs[-1], g))
        return [*outputs, torch.log_softmax(logits, dim=1)]

    def _disturbed(self, h: Tensor, g: torch.Generator, dropping: bool = False) -> Tensor:
        """h behind its dropout, where it has one now, and its noise."""
        kept = _kept(h, self.dropout, g) if dropping and self.dropout else None
        if not self.noise_std:
            return h if kept is None else h * kept
        eps = torch.empty(h.shape, dtype=torch.float32).normal_(generator=g).to(h)
        if self.noise == "additive":
            return torch.add(h if kept is None else h * kept, eps, alpha=self.noise_std)
        factor = eps.mul_(self.noise_std).add_(1)
        return h * (factor if kept is None else factor.mul_(kept))


def _affine(dense: Weights, member: int, h: Tensor) -> Tensor:
    return torch.addmm(dense.bias[member], h, dense.weight[member])


def _kept(h: Tensor, dropout: float, g: torch.Generator) -> Tensor:
    """0 with probability `dropout`, else 1 / (1 - dropout), in the shape of h.

    From 16 random bits a unit, four units a word of the generator: an eighth of the time of
    `bernoulli_`.
    """
    words = torch.empty(-(-h.numel() // 4), dtype=torch.int64).random_(-(2**63), None, generator=g)
    units = words.view(torch.int16)[: h.numel()]
    kept = units >= round(dropout * WORDS) - WORDS // 2
    return kept.view(h.shape).to(h).div_(1 - dropout)
