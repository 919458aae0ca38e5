"""What all parts of chapter 08 share, without torch: networks, layers, epochs, and critics."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infoplane.records.plan import Config

__all__ = [
    "ARCHITECTURES",
    "BITS",
    "EVERY",
    "FIXED",
    "LAYERS",
    "NOISE_SHARES",
    "OPTIMISERS",
    "SHAPES",
    "SHIFT",
    "TRAINED_BY",
    "WIDTHS",
    "Architecture",
    "checkpoints",
    "trained_by",
]

LAYERS = ("maxpool1", "maxpool2", "relu3", "sm1")
WIDTHS = {"maxpool1": 2880, "maxpool2": 800, "relu3": 500, "sm1": 10}
SHAPES: Mapping[str, tuple[int, int, int] | None] = {
    "maxpool1": (20, 12, 12),
    "maxpool2": (50, 4, 4),
    "relu3": None,
    "sm1": None,
    "image": (1, 28, 28),
}

OPTIMISERS = ("sgd", "momentum", "adam")  # of the grid that the accuracy is looked for in
EVERY = 4  # epochs between checkpoints, from epoch 0 on

TRAINED_BY = ("dataset", "optimiser", "batch", "rate", "seed")  # what decides a network's weights

# Noise is stated as a share of a layer's root mean square; three sizes of it are tried on all.
NOISE_SHARES = (0.5, 2.0, 8.0)
SHIFT = 10.0  # root mean squares by which all units are shifted, for soft entropy
FIXED = (-1.0, 1.0)  # the range of the original's bins, in chapter 05
BITS = 8  # to which activations are rounded, for the plane without noise


@dataclass(frozen=True)
class Architecture:
    """A row of the source's table 2: the name there, what it says, the claim that judges it.

    target: whose information with the layer, "x" or "y"; noise: whether the source's row has some;
    hidden: units, of one layer or of several.
    """

    title: str
    reported: str
    claim: str
    target: str
    critic: str
    hidden: int | tuple[int, ...]
    noise: bool


ARCHITECTURES = (
    Architecture("1", "exploding", "lenet.input.1", "x", "concatenated", 10, False),
    Architecture("1, noise", "converged", "lenet.input.2", "x", "concatenated", 10, True),
    Architecture("1, noise, 20 units", "converged", "lenet.input.3", "x", "concatenated", 20, True),
    Architecture("2", "underestimates", "lenet.input.4", "x", "convolutional", 10, False),
    Architecture("3", "exploding", "lenet.input.5", "x", "rectified", 10, False),
    Architecture("3, noise", "underestimates", "lenet.input.6", "x", "rectified", 10, True),
    # not a row of the table, but a sentence below it: more non-linearities behind the first layer
    Architecture(
        "1, two layers", "exploding", "lenet.deeper", "x", "concatenated", (10, 10), False
    ),
    Architecture("1", "exploding", "lenet.target.1", "y", "concatenated", 10, False),
    Architecture(
        "1, noise, 100 units", "converged", "lenet.target.2", "y", "concatenated", 100, True
    ),
)


def trained_by(config: Config) -> dict[str, Any]:
    """The part of a config that decides the weights of its network at every epoch.

    The network's seed is `network`, where a config has one, its own `seed` being a critic's.
    """
    found = {name: config[name] for name in TRAINED_BY}
    return found | {"seed": config.get("network", config["seed"])}


def checkpoints(epochs: int) -> list[int]:
    """Every fourth epoch, from 0: 0, 4, … below `epochs`.

    >>> checkpoints(21)
    [0, 4, 8, 12, 16, 20]
    """
    return list(range(0, epochs, EVERY))
