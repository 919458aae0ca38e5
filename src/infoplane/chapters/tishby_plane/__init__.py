"""Chapter 05: the information plane, its critics, and a rule for stopping.

Sources: documents 000 (section 3.4, figure 8), 002 (all of it), 003 (first half).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from infoplane.chapters.tishby_plane.settings import DATASETS, HIDDEN, INPUTS, PATIENCE
from infoplane.chapters.tishby_plane.stopping_tables import chosen, outcomes
from infoplane.chapters.tishby_plane.tables import (
    BITS,
    LAST_HIDDEN,
    alive,
    change_since_peak,
    count_violations,
    extended,
    gap_to_ceiling,
    stacked,
)
from infoplane.claims import Check
from infoplane.datasets import vision
from infoplane.records.plan import Parameters, Plan
from infoplane.stats import mean_interval

__all__ = ["data", "measure", "plans"]


def data(p: Parameters) -> str:
    """What the chapter looks at, for its banner."""
    return f"the {INPUTS} patterns; {', '.join(p.datasets)}"


def plans(p: Parameters) -> dict[str, Plan]:
    """What the chapter computes."""
    sgd = {"batch": p.batch, "rate": p.rate}
    training = {"epochs": p.epochs, **sgd}
    shown = {"checkpoints": p.checkpoints, "bins": p.bins}
    return {
        "planes": Plan(
            "planes.plane",
            [
                {
                    "activation": activation,
                    "seed": s,
                    "finer": list(p.finer),
                    "sigmas": list(p.sigmas),
                }
                | {"samples": p.samples, **training, **shown}
                for activation in p.activations
                for s in p.seeds
            ],
            many=f"{__name__}.planes.plane",
            training=True,
        ),
        "neural": Plan(
            "planes.neural",
            [
                {"activation": "tanh", "seed": s, "sigma": p.neural_sigma, "steps": p.neural_steps}
                | {"at": list(p.neural_epochs), "samples": p.samples, **training}
                for s in p.neural_seeds
            ],
            many=f"{__name__}.planes.neural",
            training=True,
        ),
        "groups": Plan(
            "decision_planes.group",
            [
                {"dataset": dataset, "seed": s, "networks": p.networks, "n": p.n}
                | {"epochs": p.image_epochs if dataset in vision.NAMES else p.group_epochs}
                | {**sgd, **shown}
                for dataset in p.datasets
                for s in p.group_seeds
            ],
            run=f"{__name__}.decision_planes.group",
            training=True,
        ),
        "noisy": Plan(
            "noisy_network.cluster",
            [
                {"seed": s, "noise_std": p.noise_std, "inputs": p.inputs, "passes": p.passes}
                | {
                    "finer": list(p.finer),
                    "epochs": p.noisy_epochs,
                    "checkpoints": p.checkpoints,
                    **sgd,
                }
                for s in p.noisy_seeds
            ],
            many=f"{__name__}.noisy_network.cluster",
            training=True,
        ),
        "stopping": Plan(
            "stopping_rules.curves",
            [
                {"dataset": dataset, "seed": s, "label_noise": p.label_noise, "every": 5}
                | {"epochs": p.stop_epochs, "batch": 64, "rate": p.rate}
                for dataset in DATASETS
                for s in p.stop_seeds
            ],
            many=f"{__name__}.stopping_rules.curves",
            training=True,
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
