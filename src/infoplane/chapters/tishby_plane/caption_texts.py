"""What the pictures of chapter 05 show, in a sentence each, from its records: for captions."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.tishby_plane.phase_texts import reaches, trained
from infoplane.chapters.tishby_plane.settings import PATIENCE
from infoplane.chapters.tishby_plane.stopping_tables import chosen, contenders, outcomes
from infoplane.chapters.tishby_plane.tables import (
    LAST_HIDDEN,
    NAMES,
    alive,
    by_decision,
    extended,
    neural_with_exact,
    stacked,
)
from infoplane.words import listed

__all__ = [
    "changed",
    "closest",
    "learned",
    "lifted",
    "nearer",
    "outdone",
    "parted",
    "piled",
    "raised",
    "reached",
    "readings",
    "stopped",
]

Frames = Mapping[str, pd.DataFrame]

LAST = LAST_HIDDEN[-1]


def lifted(frames: Frames) -> str:
    """From where to where binning sees I(T;Y) of the last hidden layer go."""
    parts = []
    for activation in frames["planes"]["activation"].unique():
        part = trained(frames, activation)
        if len(part):
            y = stacked(part, "binned_y")[..., LAST - 1].mean(axis=0)
            parts.append(f"{y[0]:.2f} to {y[-1]:.2f} nats ({activation})")
    if not parts:
        return ""
    return f"In the mean I(T; Y) of layer {LAST} goes from {' and from '.join(parts)}. "


def learned(frames: Frames) -> str:
    """Of how many networks of each activation a picture is."""
    return listed(
        [
            f"{len(alive(part))} of {len(part)} networks of {activation}"
            for activation, part in frames["planes"].groupby("activation", sort=False)
        ]
    )


def parted(frames: Frames, activation: str) -> str:
    """Where the last hidden layer ends by bins, and exactly with the least noise."""
    part = trained(frames, activation)
    if part.empty:
        return ""
    bins = stacked(part, "binned_x")[:, -1, LAST - 1].mean()
    exact = stacked(part, "exact_x")[:, 0, -1, LAST - 1].mean()
    return (
        f"One layer, two places: layer {LAST} of {activation} ends at {bins:.2f} nats by bins, and "
        f"at {exact:.2f} exactly, with σ = {part['sigmas'].iloc[0][0]:g}."
    )


def reached(frames: Frames) -> str:
    """In which networks the finest bins come near log N in every hidden layer."""
    near: list[str] = []
    far: list[str] = []
    for activation in frames["planes"]["activation"].unique():
        part = trained(frames, activation)
        if len(part):
            finest = int(np.argmax(part["finer"].iloc[0]))
            values = stacked(part, "finer_x").mean(axis=0)[finest, -1]
            (far if reaches(values) else near).append(activation)
    if not near:
        return "the finest do not come near it in every hidden layer"
    beside = f", and not of {listed(far)}" if far else ""
    return f"the finest come near it in every hidden layer of {listed(near)}{beside}"


def nearer(frames: Frames) -> str:
    """In how many layers AA-MINE is nearer to the exact value than MINE, before and after."""
    neural = neural_with_exact(frames)
    exact, aware, mine = (
        stacked(neural, f"{name}_x").mean(axis=0) for name in ("exact", "aware", "mine")
    )
    wins = (np.abs(aware - exact) < np.abs(mine - exact)).sum(axis=1)
    return (
        f"AA-MINE is nearer to the exact I(X; T + ε) than MINE in {wins[0]} of {exact.shape[1]} "
        f"layers before training, and in {wins[-1]} after it."
    )


def raised(frames: Frames) -> str:
    """From where to where bins see I(T;Y) of the last hidden layer go, set by set."""
    parts = []
    for dataset, part in frames["groups"].groupby("dataset", sort=False):
        y = stacked(part, "simple_y")[:, 0].mean(axis=0)[:, LAST - 1]
        parts.append(f"{y[0]:.2f} to {y[-1]:.2f} nats ({dataset})")
    return f"In the mean I(T; Y) of layer {LAST} goes from {', from '.join(parts)}."


def changed(frames: Frames) -> str:
    """By how much the last hidden layer changes over training, by both kinds of bins."""
    own, original = frames["groups"], by_decision(frames["originals"])
    parts = []
    for dataset, part in own.groupby("dataset", sort=False):
        curves = {"": stacked(part, "simple_x")}
        if dataset in original:
            curves[" on [-1, 1]"] = stacked(original[str(dataset)], "fixed_x")
        means = {name: x.mean(axis=(0, 1))[:, LAST - 1] for name, x in curves.items()}
        told = [f"{f'{x[-1] - x[0]:+.2f}'.replace('-', '−')}{name}" for name, x in means.items()]
        parts.append(f"{dataset}: {', '.join(told)}")
    return (
        f"From the first epoch to the last I(X; T) of layer {LAST} changes by as much as the bins "
        f"say (nats; {'; '.join(parts)})."
    )


def readings(frames: Frames, dataset: str) -> str:
    """Where the last hidden layer of one set ends by each reading."""
    part = frames["groups"][frames["groups"]["dataset"] == dataset]
    ends = []
    for reading, name in NAMES.items():
        x = stacked(part, f"{reading}_x")
        x = x[:, 0] if x.ndim == 4 else x
        ends.append(f"{x[:, -1, LAST - 1].mean():.2f} by {name}")
    return f"Each reading has a plane of its own: layer {LAST} ends at {listed(ends)} (nats)."


def closest(frames: Frames) -> str:
    """How far each reading's plane is from the others' and how often it breaks the order."""
    means = extended(frames["groups"]).groupby("reading")[["spread", "violations"]].mean()
    return (
        "In the mean over all sets the plane scatters least by "
        f"{NAMES[means['spread'].idxmin()]}, and has the fewest violations by "
        f"{NAMES[means['violations'].idxmin()]}."
    )


def piled(frames: Frames) -> str:
    """How many pairs of the last hidden layer are near each other at the end, by class."""
    shares = []
    for name in ("within", "between"):
        counts = stacked(frames["noisy"], f"{name}_counts")[:, -1, LAST - 1].sum(axis=0)
        shares.append(100 * counts[: len(counts) // 2].sum() / counts.sum())
    return (
        f"At the end {shares[0]:.0f} % of the pairs of one class lie in the nearer half of the "
        f"axis in layer {LAST}, and {shares[1]:.0f} % of those of two classes."
    )


def outdone(frames: Frames) -> str:
    """How many rules by information keep more than early stopping on the loss, set by set."""
    best = contenders(outcomes(frames["stopping"], patience=PATIENCE))
    means = best.groupby(["dataset", "rule", "compression", "burn_in"])["kept"].mean()
    parts = []
    for dataset in means.index.unique("dataset"):
        own = means.loc[dataset]
        others = own.drop("loss", level="rule")
        better = int((others > own.loc["loss"].iloc[0]).sum())
        parts.append(f"{better or 'none'} of {len(others)} on {dataset}")
    return (
        "Of the rules by information these keep a higher accuracy than early stopping on the "
        f"loss: {listed(parts)}."
    )


def stopped(frames: Frames) -> str:
    """The final accuracy of the states that the loss keeps, and the chosen rule."""
    table = outcomes(frames["stopping"], patience=PATIENCE)
    by_loss = table[table["rule"] == "loss"].groupby("dataset")["kept"].mean()
    by_rule = chosen(table).groupby("dataset")["kept"].mean()
    told = [f"{by_loss[d]:.3f} and {by_rule[d]:.3f} on {d}" for d in by_rule.index]
    return f"Stopped by the loss and by the chosen rule, networks score {listed(told)}."
