"""Chapter 05: a network with noise in every layer, its information and its clusters.

Source: document 003 (approach), after Goldfeld et al. (2019), https://arxiv.org/abs/1810.05728
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from infoplane.chapters.tishby_plane.settings import HIDDEN
from infoplane.datasets import tishby
from infoplane.estimators.noise.propagation import sampled_propagation
from infoplane.estimators.patterns import layer_information
from infoplane.models.perceptrons import Perceptrons, accuracy, fit
from infoplane.plane.activations import outputs_of
from infoplane.plane.epochs import checkpoints
from infoplane.records.plan import Config, Values

__all__ = ["DISTANCES", "cluster"]

FEW = 2  # passes of every input; those in `inputs` have `passes` more
ROWS = 1_000  # whose pairwise distances are taken
DISTANCES = np.linspace(0, 1, 26)  # edges of their histograms, in units of 2 sqrt(width)
# Streams that no seed of a network starts: inputs and noise of the estimate, rows of distances.
INPUT_SEED, NOISE_SEED, MANY_SEED, ROW_SEED = 3_000_000, 4_000_000, 4_500_000, 5_000_000


def cluster(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """One noisy network over training: I(X; T) of its layers and how they cluster.

    configs: several networks, trained at once as one batched model.

    Lists over checkpoints, hidden layers inside: information_x, information_y, each with its
    _std, and how many doubts; more_x_std, more_y_std: the standard error of by how much the next
    layer has more, over the same inputs and passes, one entry less; rms; within and between, mean
    distances of pairs of one class and of two; within_counts and
    between_counts, histograms of the distances. binned_x, of the last checkpoint alone: the
    noisy layer binned with each of `finer` numbers of bins.

    """
    first, seeds = configs[0], [config["seed"] for config in configs]
    data = tishby.load()
    rows = np.stack([tishby.split(len(data.y), seed)[0] for seed in seeds])
    model = Perceptrons([12, *HIDDEN, 2], seeds, noise_std=first["noise_std"]).to(device)
    epochs = checkpoints(first["epochs"], first["checkpoints"])
    made: list[Values] = [{"epoch": epochs} for _ in configs]

    def on_epoch(epoch: int) -> None:
        if epoch in epochs:
            reached = accuracy(model, data.x, data.y)
            for member, found in enumerate(_look(model, data, configs, device)):
                found["accuracy"] = round(float(reached[member]), 4)
                for name, value in found.items():
                    made[member].setdefault(name, []).append(value)

    fit(
        model,
        data.x[rows],
        data.y[rows],
        epochs=first["epochs"],
        batch_size=first["batch"],
        learning_rate=first["rate"],
        seeds=seeds,
        on_epoch=on_epoch,
    )
    noise = [NOISE_SEED + seed for seed in seeds]
    for member, layers in enumerate(_layers(model, data.x, noise, "")):
        made[member]["binned_x"] = [
            [round(float(layer_information(t, bins=bins).inputs), 4) for t in layers]
            for bins in first["finer"]
        ]
    return made


def _layers(
    model: Perceptrons, x: Any, seeds: Sequence[int], which: str
) -> list[list[npt.NDArray[Any]]]:
    """Each member's hidden layers, (n, width) each, with the noise of its seed."""
    model.noise(seeds)
    names = [f"layer{k}{which}" for k in range(1, len(HIDDEN) + 1)]
    found = outputs_of(model, names, torch.as_tensor(x))
    return [[found[name][member].numpy() for name in names] for member in range(model.members)]


def _look(
    model: Perceptrons, data: tishby.Patterns, configs: Sequence[Config], device: str
) -> list[Values]:
    """What one checkpoint has of each member: values over the hidden layers."""
    sigma, passes, m = (configs[0][name] for name in ("noise_std", "passes", "inputs"))
    seeds = [config["seed"] for config in configs]
    # inputs and rows are each network's own: their chance is part of the spread over networks
    picked = [_some(len(data.y), m, INPUT_SEED + seed) for seed in seeds]
    noise = [NOISE_SEED + seed for seed in seeds]
    few = _layers(model, np.repeat(data.x, FEW, axis=0), noise, ".clean")
    repeated = np.stack([np.repeat(data.x[rows], passes, axis=0) for rows in picked])
    many = _layers(model, repeated, [MANY_SEED + seed for seed in seeds], ".clean")
    noisy = _layers(model, data.x, noise, "")
    made = []
    for member in range(model.members):
        found: Values = defaultdict(list)
        terms: dict[str, list[npt.NDArray[np.float64]]] = {"x": [], "y": []}
        some = _some(len(data.y), ROWS, ROW_SEED + seeds[member])
        for layer in range(len(HIDDEN)):
            clean = few[member][layer]
            width = clean.shape[1]
            centres = clean.reshape(len(data.y), FEW, width)
            given = many[member][layer].reshape(m, passes, width)
            on_x, on_y = sampled_propagation(
                centres, given, picked[member], data.y, sigma, seed=noise[member], device=device
            )
            for name, estimate in (("x", on_x), ("y", on_y)):
                found[f"information_{name}"].append(round(estimate.value, 4))
                found[f"information_{name}_std"].append(round(estimate.std, 4))
                terms[name].append(estimate.history["terms"])
            found["doubts"].append(len(on_x.warnings))
            found["rms"].append(round(float(np.sqrt(np.square(clean).mean())), 4))
            for name, distances in _distances(noisy[member][layer][some], data.y[some]).items():
                found[name].append(round(float(distances.mean()), 4))
                unit = 2 * np.sqrt(width)
                counts = np.histogram(np.minimum(distances / unit, 1), DISTANCES)[0]
                found[f"{name}_counts"].append(counts.tolist())
        for name, of_layers in terms.items():
            more = np.diff(of_layers, axis=0)
            errors = more.std(axis=1, ddof=1) / np.sqrt(m)
            found[f"more_{name}_std"] = np.round(errors, 4).tolist()
        made.append(dict(found))
    return made


def _some(n: int, count: int, seed: int) -> npt.NDArray[np.int64]:
    """`count` different row numbers below n."""
    return np.random.default_rng(seed).permutation(n)[:count]


def _distances(t: npt.NDArray[Any], y: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[Any]]:
    """Distances of all pairs of rows of one class, and of two classes."""
    i, j = np.triu_indices(len(t), k=1)
    all_pairs: Tensor = torch.nn.functional.pdist(torch.as_tensor(t))
    same = y[i] == y[j]
    return {"within": all_pairs.numpy()[same], "between": all_pairs.numpy()[~same]}
