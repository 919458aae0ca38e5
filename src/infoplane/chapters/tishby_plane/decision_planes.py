"""Chapter 05: document 002's own sets, a simple and a complicated decision, and images.

Several six-layer perceptrons of one shape are trained on the same rows; each is looked at alone
(the simple estimator) and all together (the extended one, document 002, section 2.1.1).
"""

import numpy as np
import numpy.typing as npt

from infoplane.chapters.tishby_plane.settings import FIXED, HIDDEN
from infoplane.datasets import decisions, vision
from infoplane.estimators.bins import entropy
from infoplane.estimators.patterns import layer_information
from infoplane.estimators.readings import group_readings, layers_inside
from infoplane.models.perceptrons import Perceptrons, accuracy, fit
from infoplane.plane.epochs import checkpoints
from infoplane.plane.recorder import Recorder
from infoplane.records.plan import Config, Values

__all__ = ["group", "original"]

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
    seed = DRAW_SEED + config["seed"]
    layers = (recorder.activations(name) for name in recorder.layers)
    return found | group_readings(layers, y, bins=config["bins"], seed=seed)


def original(config: Config, *, device: str = "cpu") -> Values:
    """The networks of :func:`group` by the original's bins, on [-1, 1]: fixed_x and fixed_y.

    Networks first, then checkpoints, layers inside.
    """
    recorder, y, epochs, _ = _trained(config, device)
    planes = [
        layer_information(recorder.activations(name), y, bins=config["bins"], limits=FIXED)
        for name in recorder.layers
    ]
    return {
        "epoch": epochs,
        "fixed_x": layers_inside([plane.inputs for plane in planes]),
        "fixed_y": layers_inside([plane.labels for plane in planes]),
    }


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


def _data(name: str, n: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    if name in decisions.DECISIONS:
        return decisions.DECISIONS[name].sample(n, DATA_SEED)
    images = vision.load(name, n=min(n, vision.TRAIN_SIZES[name]), seed=DATA_SEED)
    return images.images.reshape(len(images), -1), images.labels
