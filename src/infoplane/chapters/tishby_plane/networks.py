"""Chapter 05: the 12-10-7-5-4-3-2 networks on the 4096 patterns, trained, and looked at on the way.

Source: documents 000, section 3.4, and 002, sections 1 and 2.4.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from infoplane.chapters.tishby_plane.settings import HIDDEN
from infoplane.datasets import tishby
from infoplane.models.perceptrons import Perceptrons, accuracy, fit
from infoplane.plane.recorder import Recorder
from infoplane.records.plan import Config

__all__ = ["by_epoch", "trained"]


def trained(
    configs: Sequence[Config], epochs: Sequence[int], device: str
) -> tuple[Recorder, tishby.Patterns, list[list[npt.NDArray[np.float64]]]]:
    """The networks of `configs`, trained as one batched model, their layers at some epochs.

    Each network has its own fifth of the patterns to test on. Returns the recorder, the
    patterns, and for each epoch the accuracies (b,) on the rows to train and to test on.
    """
    first, seeds = configs[0], [config["seed"] for config in configs]
    data = tishby.load()
    rows = [tishby.split(len(data.y), seed) for seed in seeds]
    parts = [np.stack([pair[i] for pair in rows]) for i in range(2)]
    model = Perceptrons([12, *HIDDEN, 2], seeds, activation=first["activation"]).to(device)
    layers = [f"layer{k}" for k in range(1, len(HIDDEN) + 2)]
    recorder = Recorder(
        model, layers, data.x, data.y, epochs=list(epochs), members=len(seeds), seeds=seeds
    )
    reached: list[list[npt.NDArray[np.float64]]] = []

    def on_epoch(epoch: int) -> None:
        recorder.record(epoch)
        if epoch in epochs:
            reached.append([accuracy(model, data.x[p], data.y[p]).cpu().numpy() for p in parts])

    fit(
        model,
        data.x[parts[0]],
        data.y[parts[0]],
        epochs=first["epochs"],
        batch_size=first["batch"],
        learning_rate=first["rate"],
        seeds=seeds,
        on_epoch=on_epoch,
    )
    return recorder, data, reached


def by_epoch(of_layers: Any) -> list[list[float]]:
    """(layers, epochs) as lists of layers inside lists of epochs, to four decimals."""
    found: list[list[float]] = np.round(np.transpose(of_layers).astype(float), 4).tolist()
    return found
