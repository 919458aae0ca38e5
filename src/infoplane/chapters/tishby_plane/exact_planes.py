"""Chapter 05: the exact planes of the same networks, noise being added to each layer by itself.

Source: documents 000, section 2.2.2, and 003 (approach).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from infoplane.chapters.tishby_plane.networks import by_epoch, trained
from infoplane.estimators.noise.exact import informations_with_noise
from infoplane.records.plan import Config, Values

__all__ = ["NOISE_SEED", "exact"]

# Of the noise: a stream that no seed of a network starts. Each network has one of its own, whose
# chance is then part of the spread over networks; its layers and epochs, which are compared with
# each other, share it.
NOISE_SEED = 1_000_000


def exact(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """One network's I(X; T + eps) and I(Y; T + eps) at the epochs `at`, for each of `sigmas`.

    configs: several networks, trained at once as one batched model.

    Lists over sigmas, epochs inside, layers inside: exact_x and exact_y, each with its _std, from
    `samples` draws; test_accuracy, over epochs: by it the networks can be told to be those that
    were binned.
    """
    first = configs[0]
    recorder, data, reached = trained(configs, first["at"], device)
    made: list[Values] = []
    for member, config in enumerate(configs):
        layers = [recorder.activations(name)[member] for name in recorder.layers]
        found: Values = {
            "epoch": list(first["at"]),
            "test_accuracy": [round(float(pair[1][member]), 4) for pair in reached],
        }
        own = NOISE_SEED + config["seed"], first["samples"]
        tables = [_of_layers(layers, data.y, sigma, *own) for sigma in first["sigmas"]]
        for i, name in enumerate(("exact_x", "exact_x_std", "exact_y", "exact_y_std")):
            found[name] = [by_epoch(list(table[i])) for table in tables]
        made.append(found)
    return made


def _of_layers(
    layers: Sequence[npt.NDArray[np.float32]], y: Any, sigma: float, seed: int, samples: int
) -> npt.NDArray[np.float64]:
    """I(X; T + eps) and I(Y; T + eps), each followed by its standard error: (4, layers, epochs)."""
    points = [
        [informations_with_noise(a, y, sigma, seed=seed, samples=samples) for a in t]
        for t in layers
    ]
    table = [[(x.value, x.std, of_y.value, of_y.std) for x, of_y in row] for row in points]
    return np.moveaxis(np.array(table), 2, 0)
