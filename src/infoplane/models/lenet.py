"""b LeNet-5s for images of 28 x 28 pixels, each with its own seed, as one batched model."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import conv2d, max_pool2d

from infoplane.models.images import CLASSES, SIDE, ImageNetworks, Weights
from infoplane.models.members import WEIGHTS
from infoplane.streams import stream

__all__ = ["LAYERS", "LeNets"]

KERNEL, POOL = 5, 2
MAPS, HIDDEN = (20, 50), 500  # of the convolutions, and units of the first dense layer

LAYERS = {"maxpool1": 20 * 12 * 12, "maxpool2": 50 * 4 * 4, "relu3": HIDDEN, "sm1": CLASSES}
"""What is looked at, with its number of columns: maps are flattened, map by map."""


class LeNets(ImageNetworks):
    """`members` independent LeNet-5s: logits (b, n, 10) of x.

        x -> 20 convolutions 5 x 5, ReLU -> 2 x 2 maxima (maxpool1)
          -> 50 convolutions 5 x 5, ReLU -> 2 x 2 maxima (maxpool2)
          -> 500 units, ReLU (relu3) -> 10 units, softmax (sm1)

    seeds: one for each member, whose weights and biases are uniform in ±1/sqrt(fan in), the law
    of PyTorch's layers, and its own whatever the others are. float32, until moved.
    x: (n, 784) pixels row by row, or (n, 28, 28), the same for all members; (b, n, 784) where
    each has its own.
    Raises InputError for another shape.
    Source: Tokovenko & Rigter, table 1; LeCun et al. (1998), https://doi.org/10.1109/5.726791,
    whose network has fewer maps.

    >>> model = LeNets(seeds=[0, 1])
    >>> model(torch.zeros(3, 784)).shape
    torch.Size([2, 3, 10])
    >>> {name: rows.shape[2] for name, rows in model.layers(torch.zeros(3, 784)).items()} == LAYERS
    True
    """

    def __init__(self, seeds: Sequence[int]) -> None:
        super().__init__(seeds)
        streams = [stream(seed, WEIGHTS) for seed in seeds]
        first, second = MAPS
        flat = LAYERS["maxpool2"]
        self.convolution1 = Weights((first, 1, KERNEL, KERNEL), KERNEL**2, first, streams)
        fan_in = first * KERNEL**2
        self.convolution2 = Weights((second, first, KERNEL, KERNEL), fan_in, second, streams)
        self.fc1 = Weights((flat, HIDDEN), flat, HIDDEN, streams)
        self.fc2 = Weights((HIDDEN, CLASSES), HIDDEN, CLASSES, streams)

    def forward(self, x: Any) -> Tensor:
        return self._through(self.rows(x))[-1]

    def layers(self, x: Any) -> dict[str, Tensor]:
        """The outputs of the layers of LAYERS by name, (b, n, columns) each, without gradients.

        In parts, so that beside the result memory does not grow with n.
        """
        found: list[list[Tensor]] = []
        with torch.no_grad():
            for rows in self.parts(self.rows(x)):
                *hidden, logits = self._through(rows)
                found.append([*hidden, torch.softmax(logits, dim=-1)])
        together = (torch.cat(parts, dim=1) for parts in zip(*found, strict=True))
        return dict(zip(LAYERS, together, strict=True))

    def _through(self, rows: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """maxpool1, maxpool2, relu3 and the logits, (b, n, columns) each."""
        images = rows.unflatten(2, (1, SIDE, SIDE)).expand(self.members, -1, -1, -1, -1)
        pooled1 = _pooled(self.convolution1, images)
        pooled2 = _pooled(self.convolution2, pooled1)
        relu3 = torch.relu(self.fc1.affine(pooled2.flatten(2)))
        return pooled1.flatten(2), pooled2.flatten(2), relu3, self.fc2.affine(relu3)


def _pooled(kernels: Weights, images: Tensor) -> Tensor:
    """Convolution, pool and ReLU of each member's images (b, n, maps, height, width).

    One convolution a member: on a processor that is faster than one in groups. The ReLU stands
    behind the pool, where it is the same and has a quarter of the places.
    """
    found = [
        torch.relu(max_pool2d(conv2d(own, weight, bias), POOL))
        for own, weight, bias in zip(images, kernels.weight, kernels.bias, strict=True)
    ]
    return torch.stack(found)
