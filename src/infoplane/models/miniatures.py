"""Small convolutional networks of the great families, for images of 8 x 8 pixels."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from infoplane.errors import InputError
from infoplane.inputs.options import one_of, whole, within
from infoplane.inputs.tensors import as_tensor, refuse_infinite
from infoplane.models.defaults import torch_defaults

__all__ = ["EMBEDDING", "FAMILIES", "Miniature", "pretrain"]

SIDE = 8  # of the images, in pixels
WIDTHS = 16, 32  # maps of the two stages, the second at half the resolution
EMBEDDING = WIDTHS[-1]
"""Columns of an embedding: the maps of the last stage, averaged over places."""


class Miniature(nn.Module):
    """A network in small: logits (n, classes) of images (n, 1, 8, 8); `embed` gives (n, 32).

        3 x 3 convolution -> blocks of 16 maps -> blocks of 32 maps at half the side -> mean
        over places (the embedding) -> linear layer

    blocks: of each stage; weights from the seed, by the law of PyTorch's layers. family: what the
    blocks are. "residual", x + two convolutions, ReLU behind the sum (He et al.
    2015); "preactivation", with normalisation and ReLU before each convolution and nothing behind
    the sum (He et al. 2016); "inception", convolutions 1 x 1, 3 x 3, twice 3 x 3, and a pooled one,
    side by side (Szegedy et al. 2015); "separable", 3 x 3 map by map, then 1 x 1 over maps, with
    the input added (Chollet 2017).
    Raises InputError for an unknown family. Global random numbers are left alone.
    Source: https://arxiv.org/abs/1512.03385, https://arxiv.org/abs/1603.05027,
    https://arxiv.org/abs/1512.00567, https://arxiv.org/abs/1610.02357

    >>> Miniature("residual", blocks=1, classes=5, seed=0).embed(torch.zeros(2, 1, 8, 8)).shape
    torch.Size([2, 32])
    """

    @torch_defaults()
    def __init__(self, family: str, *, blocks: int, classes: int, seed: int) -> None:
        super().__init__()
        one_of("family", family, tuple(FAMILIES))
        whole("blocks", blocks, at_least=1)
        whole("classes", classes, at_least=2)
        whole("seed", seed, at_least=0)
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(seed)  # and no other device's
            layers: list[nn.Module] = [_convolution(1, WIDTHS[0], 3)]
            before = WIDTHS[0]
            for stage, width in enumerate(WIDTHS):
                if stage:
                    layers.append(nn.MaxPool2d(2))
                for _ in range(blocks):
                    layers.append(FAMILIES[family](before, width))
                    before = width
            self.features = nn.Sequential(*layers, nn.BatchNorm2d(before), nn.ReLU())
            self.head = nn.Linear(EMBEDDING, classes)

    def embed(self, images: Tensor) -> Tensor:
        """The embedding (n, 32) of images (n, 1, 8, 8)."""
        found: Tensor = self.features(images).mean(dim=(2, 3))
        return found

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.head(self.embed(images))
        return logits


@torch_defaults()
def pretrain(
    model: Miniature,
    x: Any,
    y: Any,
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    seed: int,
) -> Miniature:
    """Train on the cross-entropy of labels, in place; the model, in evaluation mode.

    x: (n, 1, 8, 8) images; y: (n,) labels from 0. Adam; the learning rate falls to 0 along half a
    cosine; each epoch visits every row once, in an order of its own, and leaves out what does not
    fill a batch, whose normalisation would be that of a few rows. Fewer rows than a batch are one.
    Raises InputError for shapes and labels that do not fit, values that are not finite, and
    options out of range.
    """
    whole("epochs", epochs, at_least=0)
    whole("batch_size", batch_size, at_least=2)
    whole("seed", seed, at_least=0)
    within("learning_rate", learning_rate, above=0)
    images, labels = _rows(model, x, y)
    optimiser = torch.optim.Adam(model.parameters(), lr=learning_rate)
    size = min(batch_size, len(labels))
    fall = torch.optim.lr_scheduler.CosineAnnealingLR(
        optimiser, max(1, epochs * (len(labels) // size))
    )
    generator = torch.Generator().manual_seed(seed)
    model.train()
    for _ in range(epochs):
        order = torch.randperm(len(labels), generator=generator)
        for rows in order[: len(order) // size * size].split(size):
            optimiser.zero_grad()
            cross_entropy(model(images[rows]), labels[rows]).backward()
            optimiser.step()
            fall.step()
    return model.eval()


def _rows(model: Miniature, x: Any, y: Any) -> tuple[Tensor, Tensor]:
    """Checked images (n, 1, 8, 8), as the weights are, and labels (n,), int64."""
    like, classes = model.head.weight, model.head.out_features
    images, labels = as_tensor(x, "x").detach(), as_tensor(y, "y")
    if images.shape[1:] != (1, SIDE, SIDE) or len(images) < 2:
        raise InputError(
            f"x has shape {tuple(images.shape)}: (n, 1, {SIDE}, {SIDE}), 2 or more images, is "
            "accepted"
        )
    if labels.shape != (len(images),) or labels.is_floating_point():
        raise InputError(
            f"y has shape {tuple(labels.shape)} and dtype {labels.dtype}: one whole number from 0 "
            f"to {classes - 1} for each of the {len(images)} images is accepted"
        )
    if not 0 <= int(labels.min()) <= int(labels.max()) < classes:
        raise InputError(
            f"y has labels from {int(labels.min())} to {int(labels.max())}: the network has "
            f"{classes} classes, give labels from 0 to {classes - 1}"
        )
    images = images.to(like)
    refuse_infinite(images, "x")
    return images, labels.to(like.device).long()


def _convolution(before: int, after: int, side: int, *, groups: int = 1) -> nn.Conv2d:
    return nn.Conv2d(before, after, side, padding=side // 2, groups=groups, bias=False)


def _behind(*layers: nn.Conv2d, last: bool = True) -> nn.Sequential:
    """Convolutions, each with normalisation and ReLU behind it; the last without ReLU if asked."""
    found: list[nn.Module] = []
    for layer in layers:
        found += [layer, nn.BatchNorm2d(layer.out_channels), nn.ReLU()]
    return nn.Sequential(*(found if last else found[:-1]))


def _across(before: int, after: int) -> nn.Module:
    """The way round a block: the input, by a 1 x 1 convolution where the number of maps differs."""
    return nn.Identity() if before == after else _convolution(before, after, 1)


class _Residual(nn.Module):
    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        first, second = _convolution(before, after, 3), _convolution(after, after, 3)
        self.body, self.across = _behind(first, second, last=False), _across(before, after)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.across(x) + self.body(x))


class _Preactivation(nn.Module):
    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.BatchNorm2d(before), nn.ReLU(), _convolution(before, after, 3),
            nn.BatchNorm2d(after), nn.ReLU(), _convolution(after, after, 3),
        )  # fmt: skip
        self.across = _across(before, after)

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = self.across(x) + self.body(x)
        return found


class _Inception(nn.Module):
    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        part = after // 4
        self.ways = nn.ModuleList(
            [
                _behind(_convolution(before, part, 1)),
                _behind(_convolution(before, part, 1), _convolution(part, part, 3)),
                _behind(
                    _convolution(before, part, 1),
                    _convolution(part, part, 3),
                    _convolution(part, part, 3),
                ),
                nn.Sequential(nn.AvgPool2d(3, 1, 1), _behind(_convolution(before, part, 1))),
            ]
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([way(x) for way in self.ways], dim=1)


class _Separable(nn.Module):
    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.ReLU(), _convolution(before, before, 3, groups=before),
            _convolution(before, after, 1), nn.BatchNorm2d(after),
        )  # fmt: skip
        self.across = _across(before, after)

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = self.across(x) + self.body(x)
        return found


FAMILIES: dict[str, Callable[[int, int], nn.Module]] = {
    "residual": _Residual,
    "preactivation": _Preactivation,
    "inception": _Inception,
    "separable": _Separable,
}
"""Family -> a block, by the numbers of maps before and behind it."""
