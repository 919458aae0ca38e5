"""Small images with their labels: embedded 8 x 8 digits, MNIST and Fashion-MNIST."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from infoplane import paths
from infoplane.datasets import registry
from infoplane.errors import InputError
from infoplane.inputs.options import one_of, whole

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["NAMES", "SIDE", "SPLITS", "TRAIN_SIZES", "Images", "enlarged", "load"]

NAMES = ("digits", "mnist", "fashion")
SPLITS = ("train", "test")
TRAIN_SIZES = {"digits": 1442, "mnist": 60000, "fashion": 60000}
SIDE = 28  # of MNIST's images, and of enlarged ones
DATA_SEED = 8_000_000  # of the rows that are drawn: a stream that no network starts

Pixels = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Images:
    """`images` float32 (n, height, width) in [0, 1], `labels` int64 (n,) in 0 … n_classes − 1."""

    name: str
    images: Pixels
    labels: Labels
    n_classes: int

    def __len__(self) -> int:
        return len(self.labels)


def load(name: str, split: str = "train", n: int | None = None, seed: int = 0) -> Images:
    """Images and labels of one split, all of it or `n` drawn without replacement.

    name: "digits" (8 x 8, embedded: 1 442 to train, 355 to test), "mnist" or "fashion"
    (28 x 28, 60 000 and 10 000, under INFOPLANE_DATA, fetched if missing); never one in place
    of another. split: "train" or "test". n: None for all, in the order of the file; else the
    first n of the permutation that `seed` gives, so that fewer are a part of more.

    The digits have no official split: within each class, in the order of the file, every fifth
    is for testing. Writers appear on both sides, so test results are mildly optimistic.
    Raises InputError for an unknown name or split, for an n there is not, and for files that
    are corrupt, or missing and not to be had.
    Source: https://scikit-learn.org/stable/datasets/toy_dataset.html (UCI optical recognition of
    handwritten digits, test part); the others in data/registry.yml.

    >>> digits = load("digits", n=100)
    >>> digits.images.shape, digits.images.dtype, float(digits.images.max()), digits.n_classes
    ((100, 8, 8), dtype('float32'), 1.0, 10)
    """
    one_of("dataset", name, NAMES)
    one_of("split", split, SPLITS)
    pixels, labels, white = _digits(split) if name == "digits" else _idx(name, split)
    if n is not None:
        whole("n", n, at_least=1)
        if n > len(labels):
            raise InputError(
                f"n={n} images of the {split} split of {name}, which has {len(labels)}: "
                "choose n up to that, or None for all"
            )
        chosen = np.random.default_rng(seed).permutation(len(labels))[:n]
        pixels, labels = pixels[chosen], labels[chosen]
    return Images(
        name=name,
        images=pixels.astype(np.float32) / np.float32(white),
        labels=labels.astype(np.int64),
        n_classes=10,
    )


def enlarged(dataset: str, split: str, n: int | None = None) -> "tuple[Tensor, Tensor]":
    """Images of 28 x 28 pixels in [0, 1], (n, 784), and labels (n,); the digits enlarged to that.

    Tensors, float32 and int64, for networks that take MNIST's size; digits by bilinear
    interpolation. dataset and split as in :func:`load`. n: at most so many, drawn without
    replacement and the same in every call; None for all, in the order of the file.
    Raises InputError where :func:`load` does.

    >>> x, y = enlarged("digits", "test", 20)
    >>> x.shape, y.shape
    (torch.Size([20, 784]), torch.Size([20]))
    """
    import torch  # takes seconds
    from torch.nn.functional import interpolate

    found = load(dataset, split)
    x, y = torch.as_tensor(found.images)[:, None], torch.as_tensor(found.labels)
    if n is not None and n < len(y):
        rows = torch.as_tensor(np.random.default_rng(DATA_SEED).permutation(len(y))[:n])
        x, y = x[rows], y[rows]
    if x.shape[-1] != SIDE:
        x = interpolate(x, (SIDE, SIDE), mode="bilinear", align_corners=False)
    return x.flatten(1), y


def _digits(split: str) -> tuple[npt.NDArray[np.uint8], Labels, int]:
    from sklearn.datasets import load_digits

    images, labels = load_digits().images, load_digits().target
    test = np.zeros(len(labels), dtype=bool)
    for label in range(10):
        test[np.flatnonzero(labels == label)[4::5]] = True
    keep = test if split == "test" else ~test
    return images[keep].astype(np.uint8), labels[keep].astype(np.int64), 16


def _idx(name: str, split: str) -> tuple[npt.NDArray[np.uint8], Labels, int]:
    registry.require(name)
    from torchvision import datasets  # after the check: it takes seconds to import

    reader = {"mnist": datasets.MNIST, "fashion": datasets.FashionMNIST}[name]
    data = reader(root=paths.data_dir(), train=split == "train", download=False)
    return data.data.numpy(), data.targets.numpy(), 255
