"""Chapter 05: stopping by information against stopping by loss, on noisy labels and few rows.

Source: document 002, section 2.6. Networks are trained to the end and their outputs looked at on
the way; the rules are applied to the recorded curves afterwards, all of them to the same ones.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch

from infoplane.datasets import tishby, vision
from infoplane.estimators.patterns import layer_information
from infoplane.estimators.prediction import Prediction
from infoplane.models.perceptrons import Perceptrons, fit
from infoplane.plan import Config, Values
from infoplane.stopping_rule import after_peak, stop_at

__all__ = [
    "BETAS",
    "DATASETS",
    "chosen",
    "curves",
    "curves_together",
    "described",
    "outcomes",
    "summary",
]

Floats = npt.NDArray[np.float64]

PEAK = 2  # checks below the peak of I(X;Yhat) until it has passed, as the callback has it
PROFILES = ("prediction", "binned")  # how I(X;Yhat) and I(Yhat;Y) are taken
BETAS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)


@dataclass(frozen=True)
class Task:
    """Rows for training, for the criterion, for choosing between rules; the rest tests."""

    train: int
    criterion: int
    selection: int
    hidden: tuple[int, ...]


DATASETS = {"patterns": Task(600, 1000, 1000, (64, 64)), "digits": Task(400, 450, 450, (64, 64))}


def curves(config: Config, *, device: str = "cpu") -> Values:
    """What one network's outputs show over a whole training; see :func:`curves_together`."""
    return curves_together([config], device=device)[0]


def curves_together(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
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


COLUMNS = ("prediction_x", "prediction_y", "binned_x", "binned_y", "selection", "final")


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


def outcomes(frame: pd.DataFrame, *, patience: int) -> pd.DataFrame:
    """Every rule on every network: where it stopped, what it kept, against the full run.

    One row a network and rule; rule is "loss", or "prediction" or "binned" with its beta and
    whether I(X;Yhat) is in the profile (`compression`). kept, best, last: final accuracy of the
    state kept, of the best check, and of the last; lost = best - kept; saved: share of the
    epochs that were not trained; selection: accuracy that rules may be chosen by.
    """
    tables = []
    for dataset, part in frame.groupby("dataset", sort=False):
        curves = {name: np.array(part[name].tolist(), float) for name in ("loss", *COLUMNS)}
        epochs, final = np.array(part["epoch"].iloc[0], float), curves["final"]
        network = np.arange(len(part))
        for rule, profile, start in _rules(curves):
            best, stopped = stop_at(profile, patience=patience, start=start)
            ends = np.where(stopped >= 0, epochs[stopped], epochs[-1])
            kept = final[network, best]
            columns = {
                "epoch": epochs[best],
                "kept": kept,
                "best": final.max(axis=1),
                "last": final[:, -1],
                "lost": final.max(axis=1) - kept,
                "saved": 1 - ends / epochs[-1],
                "selection": curves["selection"][network, best],
            }
            table = pd.DataFrame({"seed": part["seed"].to_numpy(), **columns})
            tables.append(table.assign(dataset=dataset, **rule))
    return pd.concat(tables, ignore_index=True)


def _rules(curves: dict[str, Floats]) -> Iterator[tuple[dict[str, Any], Floats, Any]]:
    """Each rule: its name and options, what it minimises (networks, checks), where it begins."""
    yield {"rule": "loss", "beta": 0.0, "compression": False, "burn_in": False}, curves["loss"], 0
    for name in PROFILES:
        on_x, on_y = curves[f"{name}_x"], curves[f"{name}_y"]
        peak = after_peak(on_x, checks=PEAK)
        for beta, compression, burn_in in product(BETAS, (True, False), (True, False)):
            rule = {"rule": name, "beta": beta, "compression": compression, "burn_in": burn_in}
            yield rule, compression * on_x - beta * on_y, peak if burn_in else 0


def chosen(table: pd.DataFrame) -> pd.DataFrame:
    """Of each data set, the rule of information whose selection accuracy is highest on average.

    The rows of that rule; its final accuracy has had no part in the choice.
    """
    keys = ["rule", "beta", "compression", "burn_in"]
    parts = []
    for _, part in table[table["rule"] != "loss"].groupby("dataset"):
        score = part.groupby(keys)["selection"].mean()
        parts.append(part.set_index(keys).loc[[score.idxmax()]].reset_index())
    return pd.concat(parts, ignore_index=True)


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Means over networks of accuracy lost and epochs saved: the loss, and rules by information.

    Of those, for each reading with and without I(X;Yhat) and burn-in, the beta whose selection
    accuracy is highest.
    """
    keys = ["dataset", "rule", "compression", "burn_in", "beta"]
    columns = ["selection", "kept", "lost", "saved"]
    means = table.groupby(keys)[columns].mean()
    best = means.groupby(keys[:-1])["selection"].idxmax()
    return means.loc[best].sort_values(["dataset", "selection"], ascending=[True, False])


def described(summed: pd.DataFrame) -> pd.DataFrame:
    """A summary whose rows are named in words."""
    names = []
    for _, rule, compression, burn_in, beta in summed.index:
        words = [rule]
        if rule != "loss":
            words += [f"β = {beta:g}", *([] if compression else ["no I(X;Ŷ)"])]
            words += ["burn-in"] if burn_in else []
        names.append(", ".join(words))
    datasets = summed.index.get_level_values("dataset")
    return summed.set_index(pd.MultiIndex.from_arrays([datasets, names], names=["", "rule"]))
