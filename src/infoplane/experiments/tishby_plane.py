"""Chapter 05: the information plane, its critics, and a rule for stopping.

Sources: documents 000 (section 3.4, figure 8), 002 (all of it), 003 (first half).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from infoplane.datasets import vision
from infoplane.estimators.patterns import layer_information
from infoplane.experiments.plane_tables import (
    BITS,
    LAST_HIDDEN,
    alive,
    change_since_peak,
    count_violations,
    extended,
    gap_to_ceiling,
    stacked,
)
from infoplane.experiments.planes import (
    HIDDEN,
)
from infoplane.experiments.stopping_rules import (
    DATASETS,
    chosen,
    outcomes,
)
from infoplane.plan import Check, Plan, require
from infoplane.stats import mean_interval

__all__ = ["PATIENCE", "measure", "plans"]

OWN = ("simple", "complicated", *vision.NAMES)
PATIENCE = 8  # checks, for all stopping rules
INPUTS = 4096


def plans(
    *,
    seeds: Sequence[int],
    activations: Sequence[str],
    epochs: int,
    batch: int,
    rate: float,
    checkpoints: int,
    bins: int,
    finer: Sequence[int],
    sigmas: Sequence[float],
    samples: int,
    neural_seeds: Sequence[int],
    neural_epochs: Sequence[int],
    neural_sigma: float,
    neural_steps: int,
    datasets: Sequence[str],
    group_seeds: Sequence[int],
    networks: int,
    n: int,
    group_epochs: int,
    image_epochs: int,
    noise_std: float,
    noisy_seeds: Sequence[int],
    noisy_epochs: int,
    inputs: int,
    passes: int,
    stop_seeds: Sequence[int],
    stop_epochs: int,
    label_noise: float,
) -> dict[str, Plan]:
    """What the chapter computes; InputError where a parameter is out of range."""
    for name, value in (
        ("seeds", seeds), ("neural_seeds", neural_seeds), ("noisy_seeds", noisy_seeds),
        ("group_seeds", group_seeds), ("stop_seeds", stop_seeds),
    ):  # fmt: skip
        # half of the networks say where a peak is, and two more are needed for an interval
        least = 3 if name in ("seeds", "group_seeds", "noisy_seeds") else 2
        different = len(set(value)) == len(value) >= least and min(value) >= 0
        require(different, name, value, f"at least {least} different whole numbers from 0")
    known = 0 < len(set(activations)) == len(activations) and set(activations) <= {"tanh", "relu"}
    require(known, "activations", activations, "each once: tanh, relu")
    for name, count, least in (
        ("epochs", epochs, 10), ("batch", batch, 1), ("checkpoints", checkpoints, 3),
        ("networks", networks, 2), ("n", n, 100), ("group_epochs", group_epochs, 10),
        ("image_epochs", image_epochs, 10),
        ("noisy_epochs", noisy_epochs, 10), ("stop_epochs", stop_epochs, 50),
        ("samples", samples, 2), ("passes", passes, 16),
    ):  # fmt: skip
        require(count >= least, name, count, f"an integer >= {least}")
    require(2 <= inputs <= INPUTS, "inputs", inputs, f"2 to {INPUTS}")
    positive = "finite, > 0"
    require(0 < rate < np.inf, "rate", rate, positive)
    require(0 < noise_std < np.inf, "noise_std", noise_std, "> 0: without noise I is infinite")
    require(0 < neural_sigma < np.inf, "neural_sigma", neural_sigma, positive)
    require(neural_steps >= 1, "neural_steps", neural_steps, "an integer >= 1")
    require(0 <= label_noise < 1, "label_noise", label_noise, "0 to 1, without 1")
    layer_information(np.zeros((1, 1)), bins=bins)  # says what is wrong
    rising = len(finer) >= 1 and finer[0] >= 2 and sorted(set(finer)) == list(finer)
    require(rising, "finer", finer, "give at least one, from 2, in increasing order")
    rising = sorted(set(sigmas)) == list(sigmas) != [] and sigmas[0] > 0 and sigmas[-1] < np.inf
    require(rising, "sigmas", sigmas, "give at least one, > 0, finite, in increasing order")
    rising = sorted(set(neural_epochs)) == list(neural_epochs) and len(neural_epochs) >= 2
    require(
        rising and neural_epochs[0] == 0 and neural_epochs[-1] <= epochs,
        "neural_epochs", neural_epochs, f"0 and later ones, rising, up to epochs={epochs}",
    )  # fmt: skip
    once = 0 < len(set(datasets)) == len(datasets) and set(datasets) <= set(OWN)
    require(once, "datasets", datasets, f"each once: {', '.join(OWN)}")
    sgd = {"batch": batch, "rate": rate}
    training = {"epochs": epochs, **sgd}
    shown = {"checkpoints": checkpoints, "bins": bins}
    return {
        "planes": Plan(
            "planes.plane",
            [
                {"activation": activation, "seed": s, "finer": list(finer), "sigmas": list(sigmas)}
                | {"samples": samples, **training, **shown}
                for activation in activations
                for s in seeds
            ],
            many="infoplane.experiments.planes.plane_together",
        ),
        "neural": Plan(
            "planes.neural",
            [
                {"activation": "tanh", "seed": s, "sigma": neural_sigma, "steps": neural_steps}
                | {"at": list(neural_epochs), "samples": samples, **training}
                for s in neural_seeds
            ],
            many="infoplane.experiments.planes.neural_together",
        ),
        "groups": Plan(
            "decision_planes.group",
            [
                {"dataset": dataset, "seed": s, "networks": networks, "n": n}
                | {"epochs": image_epochs if dataset in vision.NAMES else group_epochs}
                | {**sgd, **shown}
                for dataset in datasets
                for s in group_seeds
            ],
            run="infoplane.experiments.decision_planes.group",
        ),
        "noisy": Plan(
            "noisy_network.cluster",
            [
                {"seed": s, "noise_std": noise_std, "inputs": inputs, "passes": passes}
                | {"finer": list(finer), "epochs": noisy_epochs, "checkpoints": checkpoints, **sgd}
                for s in noisy_seeds
            ],
            many="infoplane.experiments.noisy_network.cluster_together",
        ),
        "stopping": Plan(
            "stopping_rules.curves",
            [
                {"dataset": dataset, "seed": s, "label_noise": label_noise, "every": 5}
                | {"epochs": stop_epochs, "batch": 64, "rate": rate}
                for dataset in DATASETS
                for s in stop_seeds
            ],
            many="infoplane.experiments.stopping_rules.curves_together",
        ),
    }


def measure(frames: Mapping[str, pd.DataFrame]) -> dict[str, list[Check]]:
    """What the chapter's records say about the claims `tishby.*`, `plane.*` and `noise.*`."""
    planes, groups, noisy = frames["planes"], frames["groups"], frames["noisy"]
    measured: dict[str, list[Check]] = {
        "tishby.label": _label(frames["neural"]),
        "plane.dpi": _processing(noisy),
        "plane.stopping": _stopping(frames["stopping"]),
        "noise.cluster": _clusters(noisy),
    }
    tanh = alive(planes[planes["activation"] == "tanh"])
    if len(tanh) >= 2:
        measured["plane.phases"] = _phases(stacked(tanh, "binned_x"))
        measured["noise.binning"] = _bins(tanh)
    if "simple" in set(groups["dataset"]):
        measured["plane.simple"] = _phases(_first_networks(groups, "simple"))
    if "complicated" in set(groups["dataset"]):
        measured["plane.complex"] = _traced(_first_networks(groups, "complicated"))
    measured["plane.extended"] = _extended(groups)
    return measured


def _first_networks(groups: pd.DataFrame, dataset: str) -> Any:
    """I(X;T) of the first network of each group: (groups, checkpoints, layers)."""
    return stacked(groups[groups["dataset"] == dataset], "simple_x")[:, 0]


def _label(frame: pd.DataFrame) -> list[Check]:
    """I(T;Y), last minus first, of each hidden layer: by MINE, and exactly with noise."""
    found = []
    for name, column in (("MINE", "mine_y"), ("exact with noise", "exact_y")):
        values = stacked(frame, column)
        gain = values[:, -1] - values[:, 0]
        for layer in range(len(HIDDEN)):
            found.append(_mean(f"{name}, layer {layer + 1}", gain[:, layer]))
    return found


def _processing(noisy: pd.DataFrame) -> list[Check]:
    """Violations where the inequality must hold: along the layers of the noisy network."""
    found = []
    for quantity in "xy":
        values = stacked(noisy, f"information_{quantity}")
        stds = stacked(noisy, f"information_{quantity}_std")
        count, pairs = count_violations(values, stds)
        name, share = f"noisy network, {quantity.upper()}", _share(count, pairs)
        found.append(Check(count / pairs, share, name, repetitions=len(noisy)))
    return found


def _share(count: int, n: int) -> tuple[float, float]:
    """Clopper and Pearson's 95 % interval of a share; of none, the point 0."""
    if not count:
        return 0.0, 0.0
    found = stats.binomtest(count, n).proportion_ci(0.95, method="exact")
    return float(found.low), float(found.high)


def _phases(values: Any) -> list[Check]:
    """How much I(X;T) of the last hidden layers falls after its peak, in bits."""
    return [
        _mean(f"layer {layer}", -change_since_peak(values[..., layer - 1]) * BITS)
        for layer in LAST_HIDDEN
    ]


def _traced(values: Any) -> list[Check]:
    """Share of the plane's points that are finite; the page states the differences."""
    share = float(np.isfinite(values).mean())
    return [Check(share, (share, share), "traced", repetitions=len(values))]


def _extended(groups: pd.DataFrame) -> list[Check]:
    """Extended minus simple, as document 002's words have it: drawn neuron by neuron."""
    table = extended(groups).groupby(["reading", "seed"])[["violations", "spread"]].mean()
    difference = table.loc["neurons"] - table.loc["simple"]
    return [_mean(name, difference[name]) for name in ("violations", "spread")]


def _stopping(frame: pd.DataFrame) -> list[Check]:
    """Of the rule chosen on rows of its own: accuracy lost, and share of the epochs saved."""
    table = chosen(outcomes(frame, patience=PATIENCE))
    return [
        _mean(f"{name}, {dataset}", part[name])
        for dataset, part in table.groupby("dataset")
        for name in ("lost", "saved")
    ]


def _clusters(noisy: pd.DataFrame) -> list[Check]:
    """From the peak of I(X;T) of the last hidden layers to the end: information and distances.

    The distance is the mean within a class over that between classes. As in `change_since_peak`,
    the first half of the networks say where the peak is, and the second half what changed.
    """
    information = stacked(noisy, "information_x")
    ratio = stacked(noisy, "within") / stacked(noisy, "between")
    half = len(noisy) // 2
    found = []
    for layer in LAST_HIDDEN:
        curves, distances = information[..., layer - 1], ratio[half:, :, layer - 1]
        peak = int(curves[:half].mean(axis=0).argmax())
        found.append(_mean(f"information, layer {layer}", change_since_peak(curves)))
        found.append(_mean(f"distances, layer {layer}", distances[:, -1] - distances[:, peak]))
    return found


def _bins(frame: pd.DataFrame) -> list[Check]:
    """Gap of binned I(X;T) to log N, in log N, with the finest bins: the worst hidden layer."""
    finest = gap_to_ceiling(frame, frame["finer"].iloc[0], INPUTS)
    finest = finest[finest["bins"] == finest["bins"].max()]
    hidden = finest[finest["layer"] <= len(HIDDEN)]
    worst = hidden.groupby("layer")["gap"].mean().idxmax()
    gaps = hidden[hidden["layer"] == worst]["gap"] / np.log(INPUTS)
    return [_mean("finest bins", gaps)]


def _mean(name: str, values: Any) -> Check:
    mean, low, high = mean_interval(np.asarray(values, dtype=float))
    return Check(mean, (low, high), name, repetitions=len(values))
