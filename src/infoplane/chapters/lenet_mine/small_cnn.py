"""Chapter 08: document 002's convolutional network on images, under its extended estimator.

Several small networks are trained on the same images; each is looked at alone (the simple
estimator) and all together (the extended one). Source: document 002, sections 2.1.1 and 2.5.
"""

from typing import Any

from infoplane.chapters.lenet_mine.settings import FIXED
from infoplane.datasets.vision import enlarged
from infoplane.estimators.bins import entropy
from infoplane.estimators.readings import group_readings
from infoplane.models.images import accuracy, fit
from infoplane.models.small_cnn import LAYERS, SmallCNNs
from infoplane.plane.epochs import checkpoints
from infoplane.plane.recorder import Recorder
from infoplane.records.plan import Config, Values

__all__ = ["group"]

DRAW_SEED = 9_000_000  # of the extended estimator's draws


def group(config: Config, *, device: str = "cpu") -> Values:
    """A group of `networks` small CNNs over training; lists over checkpoints, layers inside.

    Networks `networks * seed` and those after it, on `n` images, or all there are to train on if
    these are fewer; trained by SGD. Layers: relu1, fc1, sm2.

    simple_x and simple_y: of each network, networks first; told, mixed and neurons, each with
    _x and _y: the readings of the extended estimator; accuracy: on the images trained on, mean
    over the networks. The same with fixed_ before each name: by the original's bins, on [-1, 1].
    rows and label_entropy are those of the data set, whose ceilings they give.
    """
    dataset, networks = config["dataset"], config["networks"]
    x, y = enlarged(dataset, "train", config["n"])
    seeds = [config["seed"] * networks + j for j in range(networks)]
    model = SmallCNNs(seeds).to(device)
    epochs = checkpoints(config["epochs"], config["checkpoints"])
    reached = []
    with Recorder(model, LAYERS, x, y, epochs=epochs, members=networks, seeds=seeds) as recorder:

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
        labels = y.numpy()
        found: Values = {"epoch": epochs, "accuracy": reached, "rows": len(labels)}
        found["label_entropy"] = entropy(labels)
        options: dict[str, Any] = {"bins": config["bins"], "seed": DRAW_SEED + config["seed"]}
        layers = [recorder.activations(name) for name in recorder.layers]
        found |= group_readings(layers, labels, **options)
        fixed = group_readings(layers, labels, limits=FIXED, **options)
        return found | {f"fixed_{name}": values for name, values in fixed.items()}
