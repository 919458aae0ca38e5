"""Chapter 07: the rows that autoencoders are trained on, synthetic or images, in one unit."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from infoplane.datasets import vision
from infoplane.datasets.manifolds import Manifold
from infoplane.records.plan import Config

__all__ = ["Points", "points_of"]

Rows = npt.NDArray[np.float32]


class Points(NamedTuple):
    """Rows to train on, rows kept apart, and labels of the former where there are any.

    Centred, and divided by one number, so that the mean square of the columns is 1 on average:
    distances keep their ratios. `restored` brings rows back to the units of the data.
    """

    x: Rows
    held_out: Rows
    labels: npt.NDArray[np.int64] | None
    mean: npt.NDArray[np.float64]
    scale: float

    def restored(self, rows: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        back: npt.NDArray[np.float64] = rows * self.scale + self.mean
        return back


def points_of(config: Config) -> Points:
    """The n rows of config["dataset"], drawn by the seed: a synthetic set with noise, or images."""
    name, n, seed = config["dataset"], config["n"], config["seed"]
    x: npt.NDArray[Any]
    held_out: npt.NDArray[Any]
    labels = None
    if name in vision.NAMES:
        train, test = vision.load(name, n=n, seed=seed), vision.load(name, "test")
        x, held_out = (part.images.reshape(len(part), -1) for part in (train, test))
        labels = train.labels
    else:
        rows = Manifold(name, config["noise"]).sample(n + n // 5, seed)
        x, held_out = rows[:n], rows[n:]
    mean = x.mean(axis=0, dtype=np.float64)
    scale = float(np.sqrt(np.square(x - mean).mean()))
    x, held_out = (((part - mean) / scale).astype(np.float32) for part in (x, held_out))
    return Points(x, held_out, labels, mean, scale)
