"""Chapter 05: document 002's own sets, a simple and a complicated decision, and images.

Several six-layer perceptrons of one shape are trained on the same rows; each is looked at alone
(the simple estimator) and all together (the extended one, document 002, section 2.1.1).
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from infoplane.chapters.tishby_plane.settings import FIXED, HIDDEN, checkpoints
from infoplane.datasets import decisions, vision
from infoplane.estimators.bins import entropy
from infoplane.estimators.extended import extended_information
from infoplane.estimators.patterns import layer_information
from infoplane.models.perceptrons import Perceptrons, accuracy, fit
from infoplane.plane.recorder import Recorder
from infoplane.records.plan import Config, Values

__all__ = ["READINGS", "group", "original"]

READINGS = ("told", "mixed", "neurons")
DATA_SEED, DRAW_SEED = 6_000_000, 7_000_000  # of the rows, and of the extended estimator's draws


def group(config: Config, *, device: str = "cpu") -> Values:
    """A group of `networks` perceptrons over training; lists over checkpoints, layers inside.

    simple_x and simple_y: of each network, networks first; told, mixed and neurons, each with
    _x and _y: the readings of the extended estimator; accuracy: mean over the networks. rows and
    label_entropy are those of the data set, whose ceilings they give.
    """
    recorder, y, epochs, reached = _trained(config, device)
    found: Values = {"epoch": epochs, "accuracy": reached, "rows": len(y)}
    found["label_entropy"] = entropy(y)
    for name in recorder.layers:
        t = recorder.activations(name)  # (networks, epochs, n, d)
        simple = layer_information(t, y, bins=config["bins"])
        _append(found, "simple", np.stack([simple.inputs, simple.labels]))
        together = [
            extended_information(t[:, i], y, bins=config["bins"], seed=DRAW_SEED + config["seed"])
            for i in range(len(epochs))
        ]
        for reading in READINGS:
            points = [getattr(each, reading) for each in together]
            _append(found, reading, np.transpose([(p.inputs, p.labels) for p in points]))
    return {name: _layers_inside(value) for name, value in found.items()}


def original(config: Config, *, device: str = "cpu") -> Values:
    """The networks of :func:`group` by the original's bins, on [-1, 1]: fixed_x and fixed_y.

    Networks first, then checkpoints, layers inside.
    """
    recorder, y, epochs, _ = _trained(config, device)
    found: Values = {"epoch": epochs}
    for name in recorder.layers:
        t = recorder.activations(name)
        planes = layer_information(t, y, bins=config["bins"], limits=FIXED)
        _append(found, "fixed", np.stack([planes.inputs, planes.labels]))
    return {name: _layers_inside(value) for name, value in found.items()}


def _trained(
    config: Config, device: str
) -> tuple[Recorder, npt.NDArray[np.int64], list[int], list[float]]:
    """The networks of a group, the labels, and each checkpoint with the mean accuracy there."""
    x, y = _data(config["dataset"], config["n"])
    networks = config["networks"]
    seeds = [config["seed"] * networks + j for j in range(networks)]
    model = Perceptrons([x.shape[1], *HIDDEN, int(y.max()) + 1], seeds).to(device)
    epochs = checkpoints(config["epochs"], config["checkpoints"])
    layers = [f"layer{k}" for k in range(1, len(HIDDEN) + 2)]
    recorder = Recorder(model, layers, x, y, epochs=epochs, members=networks, seeds=seeds)
    reached = []

    def on_epoch(epoch: int) -> None:
        recorder.record(epoch)
        if epoch in epochs:
            reached.append(round(float(accuracy(model, x, y).mean()), 4))

    fit(
        model,
        x,
        y,
        epochs=config["epochs"],
        batch_size=config["batch"],
        learning_rate=config["rate"],
        seeds=seeds,
        on_epoch=on_epoch,
    )
    return recorder, y, epochs, reached


def _append(found: Values, name: str, both: npt.NDArray[np.float64]) -> None:
    """Add one layer's I(X;T) and I(T;Y), (2, ..., epochs)."""
    for quantity, values in zip("xy", both, strict=True):
        found.setdefault(f"{name}_{quantity}", []).append(np.round(values, 4))


def _layers_inside(value: Any) -> Any:
    """A list of layers, each (..., epochs), as lists with the layers inside; others as they are."""
    return np.stack(value, axis=-1).tolist() if _is_stacked(value) else value


def _is_stacked(value: Any) -> bool:
    return isinstance(value, list) and isinstance(value[0], np.ndarray)


def _data(name: str, n: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    if name in decisions.DECISIONS:
        return decisions.DECISIONS[name].sample(n, DATA_SEED)
    images = vision.load(name, n=min(n, vision.TRAIN_SIZES[name]), seed=DATA_SEED)
    return images.images.reshape(len(images), -1), images.labels
