"""Chapter 06: embeddings of two classes of images, by the networks of a set."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from infoplane.chapters.transfer_learning.settings import (
    MINIATURES,
    NORMS,
    SEEN,
    SPLIT_SEED,
    TRANSFERRED,
)
from infoplane.datasets import pets, vision
from infoplane.errors import InputError
from infoplane.inputs.options import one_of
from infoplane.models import descent, miniatures
from infoplane.models.backbones.embedding import embed
from infoplane.models.backbones.listed import entries
from infoplane.models.backbones.network import Backbone, backbone
from infoplane.models.backbones.origins import Origin, listing, of
from infoplane.models.backbones.stored import stored_embeddings
from infoplane.models.kept import Kept, alone
from infoplane.models.miniatures import Miniature, pretrain
from infoplane.records.plan import Config, Values

__all__ = ["Embedded", "embedded", "facts", "scaled_as"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Found = tuple[npt.NDArray[Any], Ints, npt.NDArray[np.bool_], Values]

KEYS = ("networks", "network", "images", "n_images", "pretrain_epochs", "pretrain_seed")
"""What a config says of the embedding that a run is about."""

PRETRAINING: dict[str, Any] = {"batch_size": 64, "learning_rate": 3e-3}


@dataclass(frozen=True, eq=False)
class Embedded:
    """Embeddings x float64 (n, d) as they are, labels y (n,) of 0 and 1, the images to test on.

    In an order of its own, the same for all networks: the files come class by class, and rows that
    follow each other are alike. told: what is known of the network, as plain JSON.
    """

    x: Floats
    y: Ints
    test: npt.NDArray[np.bool_]
    told: Values


@lru_cache(maxsize=2)
def _embedded(*values: Any) -> Embedded:
    config = dict(zip((*KEYS, "skip_unreadable"), values, strict=True))
    find = {"miniature": _miniature, "stored": _stored}.get(config["networks"], _pretrained)
    x, y, test, told = find(config)
    order = np.random.default_rng(SPLIT_SEED).permutation(len(y))
    return Embedded(x[order].astype(np.float64), y[order], test[order], told)


def embedded(config: Config) -> Embedded:
    """The embeddings by one network of a set: computed once a process, and kept on this machine.

    config: networks, network, images, n_images (of each class and split; None for all), epochs and
    seed of the training of networks in small; skip_unreadable, where images that cannot be read are
    to be left out.
    """
    return _embedded(*(config[name] for name in KEYS), config.get("skip_unreadable", False))


def facts(config: Config, *, device: str = "cpu") -> Values:
    """What is known of a network: family, parameters, accuracy where it was trained, columns.

    accuracy: top 1 on ImageNet, of networks in small on test images of the digits seen, as a
    share; None where no figure is known. n, ones: images and those of class 1; rms: the root mean
    square of a row's length.
    """
    found = embedded(config)
    return found.told | {
        "n": len(found.y),
        "ones": int(found.y.sum()),
        "test": int(found.test.sum()),
        "columns": found.x.shape[1],
        "rms": float(np.sqrt(np.square(found.x).sum(axis=1).mean())),
    }


def scaled_as(x: Floats, norm: str) -> Floats:
    """The embedding (n, d) at a scale: one of NORMS.

    >>> scaled_as(np.array([[3.0, 4.0]]), "rows")
    array([[0.6, 0.8]])
    """
    one_of("norm", norm, NORMS)
    if norm == "rows":
        length = np.linalg.norm(x, axis=1, keepdims=True)
        if not length.all():
            raise InputError(
                f"row {int(np.argmin(length))} of the embedding is 0 throughout and has no "
                "direction: leave out the image, or choose a layer that sees it"
            )
        return x / length  # type: ignore[no-any-return]
    if norm == "variance":
        return x / np.sqrt(x.var(axis=0).sum())  # type: ignore[no-any-return]
    return x


def _stored(config: Config) -> Found:
    """From the weights of this machine where these are listed, else as others computed them."""
    known = of(config["network"])
    if known.weights:
        return _of_files(config, known.weights, known)
    if config["images"] != "catsdogs" or config["n_images"] is not None:
        raise InputError(
            f"network={known.name!r} is here as its embeddings of all of catsdogs, without "
            "weights: choose images='catsdogs' and n_images=0, or other networks"
        )
    found = stored_embeddings(known.name)
    told = _told(known) | {"layer": found.layer, "weights": "embeddings as stored"}
    return found.embedding, found.labels, found.splits == "test", told


def _pretrained(config: Config) -> Found:
    return _of_files(config, config["network"], None)


def _of_files(config: Config, weights: str, known: Origin | None) -> Found:
    fetched = config["images"] == "oxford-pets"  # where it is missing: the other may not be
    images = pets.load(config["images"], n=config["n_images"], download=fetched)
    network = backbone(weights)
    if known is None:
        known = _listed(network)
    found = embed(network, images.files, skip_unreadable=config["skip_unreadable"])
    told = _told(known) | {"layer": network.layer, "weights": found.provenance["sha256"]}
    told |= {"images_per_second": round(found.images_per_second, 1), "skipped": len(found.skipped)}
    kept = found.kept
    return found.embedding, images.labels[kept], images.splits[kept] == "test", told


def _listed(network: Backbone) -> Origin:
    """What the table of networks has of one, or what it says of itself.

    By the name of its weights where networks.json has some of that name, which are others than
    those of the library.
    """
    here = network.name in entries()
    for known in listing():
        if here and known.weights == network.name:
            return known
        if not here and (known.name, known.library) == (network.name, network.library):
            return known
    told = network.provenance
    return Origin(
        name=network.name,
        library=network.library,
        origin=str(told["origin"]),
        licence=told["licence"],
        parameters=network.parameters,
        accuracy=None,
    )


def _told(known: Origin) -> Values:
    told: Values = {"family": known.family, "parameters": known.parameters}
    accuracy = None if known.accuracy is None else known.accuracy / 100
    return told | {"accuracy": accuracy, "origin": known.origin, "licence": known.licence}


def _miniature(config: Config) -> Found:
    """Trained on images of the digits SEEN, and asked for embeddings of those TRANSFERRED."""
    family, blocks = MINIATURES[config["network"]]
    model = Miniature(family, blocks=blocks, classes=len(SEEN), seed=config["pretrain_seed"])
    made_from = {name: config[name] for name in ("network", "pretrain_epochs", "pretrain_seed")}
    kept = Kept(made_from | PRETRAINING, (miniatures, descent, vision, sys.modules[__name__]))
    with alone([kept]):
        state = kept.load(0)
        if state is None:
            x, y = _digits("train", SEEN)
            options = {"epochs": config["pretrain_epochs"], "seed": config["pretrain_seed"]}
            pretrain(model, x, y, **options, **PRETRAINING)
            kept.save(0, model.state_dict())
        else:
            model.load_state_dict(state)
    model.eval()
    x, y = _digits("test", SEEN)
    parts = [_digits(split, TRANSFERRED) for split in vision.SPLITS]
    with torch.no_grad():
        reached = float((model(x).argmax(dim=1) == y).double().mean())
        rows = np.concatenate([model.embed(images).numpy() for images, _ in parts])
    test = np.repeat([False, True], [len(labels) for _, labels in parts])
    told = {"family": family, "parameters": sum(p.numel() for p in model.parameters())}
    told |= {"accuracy": reached, "origin": "trained here", "licence": None, "weights": ""}
    return rows, np.concatenate([labels.numpy() for _, labels in parts]), test, told


def _digits(split: str, labels: Sequence[int]) -> tuple[Tensor, Tensor]:
    """Images (n, 1, 8, 8) of some digits, which are counted from 0 in the order given."""
    found = vision.load("digits", split)
    keep = np.isin(found.labels, labels)
    numbers = np.searchsorted(labels, found.labels[keep])
    return torch.as_tensor(found.images[keep])[:, None], torch.as_tensor(numbers)
