"""Layers of a group of networks in training, read by the simple and the extended estimator."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from infoplane.estimators.extended import extended_information
from infoplane.estimators.patterns import Range, layer_information

__all__ = ["READINGS", "group_readings", "layers_inside"]

Floats = npt.NDArray[np.float64]

READINGS = ("told", "mixed", "neurons")


def group_readings(
    layers: Iterable[Any], labels: Any, *, bins: int, seed: int, limits: Range = "layer"
) -> dict[str, list[Any]]:
    """I(X;T) and I(T;Y) of several layers, in nats to four decimals, by name of the reading.

    simple_x and simple_y: of each network alone, (networks, epochs, layers), as
    :func:`~infoplane.estimators.patterns.layer_information` has them; told, mixed and neurons,
    each with _x and _y: of all networks together, (epochs, layers), as
    :func:`~infoplane.estimators.extended.extended_information` does, where limits="layer" is the
    range over all networks at that epoch.
    layers: each (networks, epochs, n, d), as a recorder's activations are; labels: (n,) whole
    numbers; bins and limits: as in `layer_information`; seed: of the draws of `neurons`, the same
    at every epoch and in every layer.
    Raises InputError as these two do.
    Source: document 002, section 2.1.1.

    >>> t = np.arange(4.0).reshape(1, 1, 4, 1).repeat(2, axis=0)  # the same in both networks
    >>> found = group_readings([t], [0, 0, 1, 1], bins=2, seed=0)
    >>> found["simple_x"], found["mixed_y"]  # one bit
    ([[[0.6931]], [[0.6931]]], [[0.6931]])
    """
    planes: dict[str, list[Floats]] = {name: [] for name in ("simple", *READINGS)}
    for t in layers:
        simple = layer_information(t, labels, bins=bins, limits=limits)
        planes["simple"].append(np.stack([simple.inputs, simple.labels]))
        together = [
            extended_information(t[:, i], labels, bins=bins, limits=limits, seed=seed)
            for i in range(t.shape[1])
        ]
        for reading in READINGS:
            points = [getattr(each, reading) for each in together]
            planes[reading].append(np.transpose([(p.inputs, p.labels) for p in points]))
    return {
        f"{name}_{quantity}": layers_inside([both[i] for both in of_layers])
        for name, of_layers in planes.items()
        for i, quantity in enumerate("xy")
    }


def layers_inside(of_layers: Sequence[Floats]) -> list[Any]:
    """Arrays (..., epochs), one a layer, as lists with the layers inside, to four decimals.

    >>> layers_inside([np.array([0.1, 0.2]), np.array([0.00001, 1])])
    [[0.1, 0.0], [0.2, 1.0]]
    """
    listed: list[Any] = np.stack([np.round(each, 4) for each in of_layers], axis=-1).tolist()
    return listed
