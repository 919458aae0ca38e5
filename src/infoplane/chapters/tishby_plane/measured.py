"""What the records of chapter 05 say about its claims, number by number."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from infoplane.chapters.tishby_plane.settings import HIDDEN, INPUTS, PATIENCE
from infoplane.chapters.tishby_plane.stopping_tables import chosen, outcomes
from infoplane.chapters.tishby_plane.tables import (
    BITS,
    LAST_HIDDEN,
    alive,
    by_decision,
    extended,
    gap_to_ceiling,
    noisy_violations,
    stacked,
)
from infoplane.claims import Check
from infoplane.plane.phases import change_since_peak, rise_to_peak

__all__ = ["measure"]

Floats = npt.NDArray[np.float64]

SIMPLE = "simple"  # of the decisions of source 002
BOTH = ("tanh", "relu")  # activations, where a claim names no network
NETWORKS, GROUPS = "networks", "groups of networks"  # what a mean is over


def measure(frames: Mapping[str, pd.DataFrame]) -> dict[str, list[Check]]:
    """What the chapter's records say about the claims `tishby.*`, `plane.*` and `noise.*`."""
    planes, groups, noisy = frames["planes"], frames["groups"], frames["noisy"]
    measured: dict[str, list[Check]] = {
        "tishby.label": _label(frames),
        "plane.dpi": _processing(noisy),
        "plane.stopping": _stopping(frames["stopping"]),
        "noise.cluster": _clusters(noisy),
    }
    tanh = alive(planes[planes["activation"] == "tanh"])
    if len(tanh) >= 2:
        original, labels = stacked(tanh, "fixed_x"), stacked(tanh, "fixed_y")
        measured["plane.phases"] = _phases(original)
        measured["plane.replicated"] = [*_phases(original), *_growing(labels)]
        measured["plane.changes"] = _phases(stacked(tanh, "binned_x"))
    trained = {name: alive(planes[planes["activation"] == name]) for name in BOTH}
    if all(len(part) >= 2 for part in trained.values()):
        measured["noise.binning"] = [_bins(part, name) for name, part in trained.items()]
    simple = groups[groups["dataset"] == SIMPLE]
    if len(simple):
        measured["plane.extended"] = [_extended(simple, "spread")]
        measured["plane.extended.violations"] = [_extended(simple, "violations")]
    for dataset, part in by_decision(frames["originals"]).items():
        x = stacked(part, "fixed_x")  # (groups, networks, checkpoints, layers)
        if dataset == SIMPLE:
            # all groups have the same rows: their networks differ by weights and batches alone
            measured["plane.simple"] = _both_phases(x.reshape(-1, *x.shape[2:]))
        else:
            measured["plane.complex"] = _phases(x.mean(axis=1), over=GROUPS)
    return measured


def _label(frames: Mapping[str, pd.DataFrame]) -> list[Check]:
    """I(T;Y), last minus first, of each hidden layer: by MINE, and exactly with noise."""
    exact = stacked(frames["neural_exact"], "exact_y")[:, 0]
    found = []
    for name, values in (
        ("MINE", stacked(frames["neural"], "mine_y")),
        ("exact with noise", exact),
    ):
        gain = values[:, -1] - values[:, 0]
        for layer in range(len(HIDDEN)):
            found.append(_mean(gain[:, layer], f"{name}, layer {layer + 1}"))
    return found


def _processing(noisy: pd.DataFrame) -> list[Check]:
    """Networks that violate the inequality where it must hold: along their noisy layers."""
    found = []
    for quantity in "xy":
        violating = int(noisy_violations(noisy, quantity).any(axis=(1, 2)).sum())
        name = f"noisy network, {quantity.upper()}"
        found.append(Check.share(violating, len(noisy), name))
    return found


def _phases(values: Floats, over: str = NETWORKS) -> list[Check]:
    """How much I(X;T) of the last hidden layers rises to its peak and falls from it, in bits."""
    found = []
    for layer in LAST_HIDDEN:
        curves = values[..., layer - 1]
        rise, fall = rise_to_peak(curves) * BITS, -change_since_peak(curves) * BITS
        found.append(_mean(rise, f"rise, layer {layer}", over))
        found.append(_mean(fall, f"fall, layer {layer}", over))
    return found


def _growing(values: Floats) -> list[Check]:
    """By how much I(T;Y) of the last hidden layers grows over training, in bits."""
    gain = (values[:, -1] - values[:, 0]) * BITS
    return [_mean(gain[:, layer - 1], f"label, layer {layer}") for layer in LAST_HIDDEN]


def _both_phases(values: Floats) -> list[Check]:
    """The lesser of rise and fall, in bits: where it is nothing, one of the phases is not there."""
    return [
        Check.least(
            [rise_to_peak(curves) * BITS, -change_since_peak(curves) * BITS], f"layer {layer}"
        )
        for layer in LAST_HIDDEN
        for curves in [values[..., layer - 1]]
    ]


def _extended(group: pd.DataFrame, name: str) -> Check:
    """Extended minus simple, as document 002's words have it: drawn neuron by neuron."""
    table = extended(group).set_index(["reading", "seed"])[name]
    return _mean(table.loc["neurons"] - table.loc["simple"], over=GROUPS)


def _stopping(frame: pd.DataFrame) -> list[Check]:
    """Of the rule chosen on rows of its own: accuracy lost, and share of the epochs saved."""
    table = chosen(outcomes(frame, patience=PATIENCE))
    return [
        _mean(part[name], f"{name}, {dataset}")
        for dataset, part in table.groupby("dataset")
        for name in ("lost", "saved")
    ]


def _clusters(noisy: pd.DataFrame) -> list[Check]:
    """From the peak of I(X;T) of the last hidden layers to the end: information and distances.

    The distance is the mean within a class. As in `change_since_peak`, the first half of the
    networks say where the peak is, and the second half what changed.
    """
    information, within = stacked(noisy, "information_x"), stacked(noisy, "within")
    half = len(noisy) // 2
    found = []
    for layer in LAST_HIDDEN:
        curves, distances = information[..., layer - 1], within[half:, :, layer - 1]
        peak = int(curves[:half].mean(axis=0).argmax())
        found.append(_mean(change_since_peak(curves), f"information, layer {layer}"))
        found.append(_mean(distances[:, -1] - distances[:, peak], f"distances, layer {layer}"))
    return found


def _bins(frame: pd.DataFrame, name: str) -> Check:
    """Gap of binned I(X;T) to log N, in log N, with the finest bins: the worst hidden layer."""
    finest = gap_to_ceiling(frame, frame["finer"].iloc[0], INPUTS)
    finest = finest[(finest["bins"] == finest["bins"].max()) & (finest["layer"] <= len(HIDDEN))]
    gaps = [part / np.log(INPUTS) for _, part in finest.groupby("layer")["gap"]]
    return Check.largest(gaps, name)


def _mean(values: Any, name: str = "", over: str = NETWORKS) -> Check:
    return Check.mean(values, name, over=over)
