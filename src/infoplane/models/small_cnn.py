"""b convolutional networks smaller than a LeNet, for the same images, as one batched model."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d

from infoplane.models.images import CLASSES, SIDE, ImageNetworks, Weights
from infoplane.models.members import WEIGHTS
from infoplane.streams import stream

__all__ = ["LAYERS", "SmallCNNs"]

MAPS, KERNEL, STRIDE, HIDDEN = 4, 5, 2, 32
PLACES = (SIDE - KERNEL) // STRIDE + 1  # of the kernel in a row, and in a column: 12

LAYERS = {"relu1": MAPS * PLACES**2, "fc1": HIDDEN, "sm2": CLASSES}
"""What is looked at, with its number of columns: maps are flattened, map by map."""


class SmallCNNs(ImageNetworks):
    """`members` independent small convolutional networks: logits (b, n, 10) of x.

        x -> 4 convolutions 5 x 5 in steps of 2, ReLU (relu1)
          -> 32 units, linear (fc1) -> 10 units, softmax (sm2)

    seeds: one for each member, whose weights and biases are uniform in ±1/sqrt(fan in), the law
    of PyTorch's layers, and its own whatever the others are. float32, until moved.
    x: (n, 784) pixels row by row, or (n, 28, 28), the same for all members; (b, n, 784) where
    each has its own.

    Submodules to hook, each with output (b, n, columns): those of LAYERS.
    Raises InputError for another shape.
    Source: document 002, section 2.5, which names the layers ("1 conv layer, 1 ReLU layer, 2
    fully connected layers", after Cireşan et al.) and not their sizes: those are ours.

    >>> model = SmallCNNs(seeds=[0, 1])
    >>> model(torch.zeros(3, 784)).shape
    torch.Size([2, 3, 10])
    >>> LAYERS
    {'relu1': 576, 'fc1': 32, 'sm2': 10}
    """

    def __init__(self, seeds: Sequence[int]) -> None:
        super().__init__(seeds)
        streams = [stream(seed, WEIGHTS) for seed in seeds]
        self.convolution1 = _Convolution((MAPS, 1, KERNEL, KERNEL), KERNEL**2, MAPS, streams)
        self.relu1 = nn.ReLU()
        self.fc1 = _Dense((LAYERS["relu1"], HIDDEN), LAYERS["relu1"], HIDDEN, streams)
        self.fc2 = _Dense((HIDDEN, CLASSES), HIDDEN, CLASSES, streams)
        self.sm2 = nn.Softmax(dim=-1)

    def forward(self, x: Any) -> Tensor:
        relu1 = self.relu1(self.convolution1(self.rows(x)))
        logits: Tensor = self.fc2(self.fc1(relu1))
        self.sm2(logits)  # for those who hooked it
        return logits


class _Convolution(Weights):
    def forward(self, rows: Tensor) -> Tensor:
        """Maps (b, n, 4 * 12 * 12) of rows (1 or b, n, 784).

        One convolution a member: in training two thirds of the time that patches times kernels
        take, whose products with matrices of 25 by 4 wait for memory.
        """
        images = rows.unflatten(2, (1, SIDE, SIDE)).expand(len(self.weight), -1, -1, -1, -1)
        found = [
            conv2d(own, weight, bias, stride=STRIDE)
            for own, weight, bias in zip(images, self.weight, self.bias, strict=True)
        ]
        return torch.stack(found).flatten(2)


class _Dense(Weights):
    def forward(self, h: Tensor) -> Tensor:
        return self.affine(h)
