"""Chapter 05: planes of the 12-10-7-5-4-3-2 network on the 4096 patterns, by several estimators.

Source: documents 000, section 3.4, and 002, sections 1 and 2.4.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from infoplane.chapters.tishby_plane.settings import FIXED, HIDDEN, checkpoints
from infoplane.datasets import tishby
from infoplane.estimators.neural.aware import AAMINE
from infoplane.estimators.neural.mine import MINE
from infoplane.estimators.noise.exact import informations_with_noise
from infoplane.estimators.patterns import layer_information
from infoplane.models.perceptrons import Perceptrons, accuracy, fit
from infoplane.plane.recorder import Recorder
from infoplane.records.plan import Config, Values

__all__ = ["neural", "plane"]

# Streams that no seed of a network starts: of the exact values' noise, and of the critics.
NOISE_SEED, CRITIC_SEED = 1_000_000, 2_000_000


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


def plane(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """One network's plane over training, binned in several ways and exactly with noise.

    configs: several networks, trained at once as one batched model.

    Lists over checkpoints, layers inside: binned_x, binned_y by `bins` on each layer's range;
    fixed_x, fixed_y on [-1, 1]; rms; and exact_x, exact_y with their _std, over `sigmas` first;
    finer_x over `finer` numbers of bins first.

    """
    first = configs[0]
    epochs = checkpoints(first["epochs"], first["checkpoints"])
    recorder, data, reached = trained(configs, epochs, device)
    made: list[Values] = []
    for member in range(len(configs)):
        layers = [recorder.activations(name)[member] for name in recorder.layers]
        found: Values = {
            "epoch": epochs,
            "train_accuracy": [round(float(pair[0][member]), 4) for pair in reached],
            "test_accuracy": [round(float(pair[1][member]), 4) for pair in reached],
            "rms": _by_epoch([np.sqrt(np.square(t).mean(axis=(1, 2))) for t in layers]),
        }
        for name, limits in (("binned", "layer"), ("fixed", FIXED)):
            options: dict[str, Any] = {"bins": first["bins"], "limits": limits}
            points = [layer_information(t, data.y, **options) for t in layers]
            found[f"{name}_x"] = _by_epoch([point.inputs for point in points])
            found[f"{name}_y"] = _by_epoch([point.labels for point in points])
        found["finer_x"] = [
            _by_epoch([layer_information(t, bins=bins).inputs for t in layers])
            for bins in first["finer"]
        ]
        exact = [_exact(layers, data.y, sigma, first["samples"]) for sigma in first["sigmas"]]
        for i, name in enumerate(("exact_x", "exact_x_std", "exact_y", "exact_y_std")):
            found[name] = [_by_epoch(list(values[i])) for values in exact]
        made.append(found)
    return made


def _exact(
    layers: Sequence[npt.NDArray[np.float32]], y: Any, sigma: float, samples: int
) -> npt.NDArray[np.float64]:
    """I(X; T + eps) and I(Y; T + eps), each followed by its standard error: (4, layers, epochs)."""
    options: dict[str, Any] = {"seed": NOISE_SEED, "samples": samples}
    points = [[informations_with_noise(a, y, sigma, **options) for a in t] for t in layers]
    table = [[(x.value, x.std, of_y.value, of_y.std) for x, of_y in row] for row in points]
    return np.moveaxis(np.array(table), 2, 0)


def _by_epoch(of_layers: Any) -> list[list[float]]:
    """(layers, epochs) as lists of layers inside lists of epochs, to four decimals."""
    found: list[list[float]] = np.round(np.transpose(of_layers).astype(float), 4).tolist()
    return found


def neural(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """One network's plane at a few epochs by MINE and AA-MINE, beside the exact values.

    configs: several networks, trained at once as one batched model, as their critics are.

    Lists over epochs, layers inside: aware_x, AA-MINE of I(X; T + eps); mine_x, the same critic
    given the pattern; mine_y, MINE of I(T; Y) without noise, as document 000 has it; each with
    its _std, and the number of warnings; exact_x and exact_y for the same noise.

    """
    first, seeds = configs[0], [config["seed"] for config in configs]
    at = list(first["at"])
    recorder, data, _ = trained(configs, at, device)
    x = torch.as_tensor(data.x)
    y = torch.as_tensor(data.y)
    options = {"noise_std": first["sigma"], "steps": first["steps"], "critic": "separable"}
    estimators = {
        "aware_x": (AAMINE(**options, form="pair"), x),
        "mine_x": (AAMINE(**options, form="input"), x),
        "mine_y": (MINE(steps=first["steps"]), y),
    }
    made: list[Values] = [{"epoch": at} for _ in configs]
    shape = (len(seeds), len(at))
    for name, (estimator, other) in estimators.items():
        values, stds, doubts = (np.empty((len(recorder.layers), *shape)) for _ in range(3))
        for i, layer in enumerate(recorder.layers):
            t = torch.tensor(recorder.activations(layer))  # (networks, epochs, n, d)
            t = t.flatten(0, 1)
            others = other.expand(len(t), *other.shape)
            pair = (t, others) if name == "mine_y" else (others, t)
            critics = [
                CRITIC_SEED + 1000 * seed + epoch for seed in seeds for epoch in range(len(at))
            ]
            found = estimator.estimate_batch(*pair, seeds=critics, device=device)
            values[i] = np.reshape([e.value for e in found], shape)
            stds[i] = np.reshape([e.std for e in found], shape)
            doubts[i] = np.reshape([len(e.warnings) for e in found], shape)
        for member, record in enumerate(made):
            record[name] = _by_epoch(values[:, member])
            record[f"{name}_std"] = _by_epoch(stds[:, member])
            record[f"{name}_warnings"] = _by_epoch(doubts[:, member])
    for member, record in enumerate(made):
        layers = [recorder.activations(name)[member] for name in recorder.layers]
        exact = _exact(layers, data.y, first["sigma"], first["samples"])
        for i, name in enumerate(("exact_x", "exact_x_std", "exact_y", "exact_y_std")):
            record[name] = _by_epoch(list(exact[i]))
    return made
