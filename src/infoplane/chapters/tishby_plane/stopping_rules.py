"""Chapter 05: stopping by information against stopping by loss, on noisy labels and few rows.

Source: document 002, section 2.6. Networks are trained to the end and their outputs looked at on
the way; the rules are applied to the recorded curves afterwards, all of them to the same ones.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from infoplane.chapters.tishby_plane.settings import COLUMNS, DATASETS
from infoplane.datasets import tishby, vision
from infoplane.estimators.patterns import layer_information
from infoplane.estimators.prediction import Prediction
from infoplane.models.perceptrons import Perceptrons, fit
from infoplane.records.plan import Config, Values

__all__ = ["curves"]

Floats = npt.NDArray[np.float64]


def curves(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """Several networks on one data set, trained as one batched model; lists over checks.

    A share `label_noise` of the labels of all rows but those of the final test is drawn anew.
    On the criterion's rows: prediction_x, prediction_y and binned_x, binned_y, the information
    of the outputs, and loss, the cross-entropy; selection and final: accuracies on the other
    two parts.
    """
    first, seeds = configs[0], [config["seed"] for config in configs]
    task = DATASETS[first["dataset"]]
    x, clean = _data(first["dataset"])
    classes = int(clean.max()) + 1
    ends = np.cumsum([task.train, task.criterion, task.selection])
    orders, labels = [], []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        orders.append(rng.permutation(len(x)))
        other = rng.random(len(x)) < first["label_noise"]
        labels.append(np.where(other, rng.integers(classes, size=len(x)), clean))
    rows = [np.split(order, ends) for order in orders]
    truth = [
        [y[r] for r in part[:3]] + [clean[part[3]]] for y, part in zip(labels, rows, strict=True)
    ]
    inputs = [torch.as_tensor(np.stack([x[part[i]] for part in rows])) for i in range(4)]
    targets = [np.stack([y[i] for y in truth]) for i in range(4)]

    model = Perceptrons([x.shape[1], *task.hidden, classes], seeds).to(device)
    made: list[Values] = [{name: [] for name in ("epoch", "loss", *COLUMNS)} for _ in configs]

    def on_epoch(epoch: int) -> None:
        if epoch % first["every"]:
            return
        outputs = []
        with torch.no_grad():
            for part in inputs[1:]:
                outputs.append(model(part.to(device)).double().log_softmax(dim=-1).cpu().numpy())
        for member, found in enumerate(made):
            y = targets[1][member]
            logs = outputs[0][member]
            values = {
                "epoch": epoch,
                "loss": float(-logs[np.arange(len(y)), y].mean()),
                **_information(np.exp(logs), y),
                "selection": _accuracy(outputs[1][member], targets[2][member]),
                "final": _accuracy(outputs[2][member], targets[3][member]),
            }
            for name, value in values.items():
                found[name].append(round(value, 5))

    fit(
        model,
        inputs[0],
        targets[0],
        epochs=first["epochs"],
        batch_size=first["batch"],
        learning_rate=first["rate"],
        seeds=seeds,
        on_epoch=on_epoch,
    )
    return made


def _data(name: str) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    if name == "patterns":
        data = tishby.load()
        return data.x, data.y
    parts = [vision.load("digits", split) for split in vision.SPLITS]
    images = np.concatenate([part.images for part in parts])
    return images.reshape(len(images), -1), np.concatenate([part.labels for part in parts])


def _information(p: Floats, y: npt.NDArray[np.int64]) -> dict[str, float]:
    drawn = Prediction()
    binned = layer_information(p, y, bins=30, limits=(0.0, 1.0))
    return {
        "prediction_x": drawn.estimate(np.arange(len(p)), p).value,
        "prediction_y": drawn.estimate(y, p).value,
        "binned_x": float(binned.inputs),
        "binned_y": float(binned.labels),
    }


def _accuracy(logits: npt.NDArray[Any], y: npt.NDArray[np.int64]) -> float:
    return float(np.mean(logits.argmax(axis=1) == y))
