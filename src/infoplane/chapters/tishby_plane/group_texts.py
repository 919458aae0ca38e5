"""What chapter 05 says of source 002's own sets and of its extended estimator."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from infoplane.chapters.tishby_plane.settings import FIXED
from infoplane.chapters.tishby_plane.tables import LAST_HIDDEN, by_decision, extended, stacked
from infoplane.words import counted, listed

__all__ = ["extension", "images", "order"]

Frames = Mapping[str, pd.DataFrame]
Floats = npt.NDArray[np.float64]

SIMPLE = "simple"  # the set of which the document shows pictures
SURE = 0.05  # nats of a mean curve, below which it hardly moves
LEVEL = 0.02  # of the final accuracy, from which on a network has fitted


def order(frames: Frames, dataset: str) -> str:
    """When the last hidden layers of one decision lose information, and when the network fits."""
    own, original = (frames[part] for part in ("groups", "originals"))
    if dataset not in by_decision(original):
        return ""
    part = own[own["dataset"] == dataset]
    epochs = np.array(part["epoch"].iloc[0])
    accuracy = stacked(part, "accuracy").mean(axis=0)
    fits = int(np.flatnonzero(accuracy >= accuracy[-1] - LEVEL)[0])
    low, high = FIXED
    by_own = stacked(part, "simple_x").mean(axis=(0, 1))
    by_fixed = stacked(by_decision(original)[dataset], "fixed_x").mean(axis=(0, 1))
    layer = LAST_HIDDEN[-1]
    return (
        f"On the **{dataset}** set the accuracy goes from {accuracy[0]:.2f} to "
        f"{accuracy[-1]:.2f}, and is within {LEVEL:g} of that from epoch {epochs[fits]} on. By "
        f"bins on its own range layer {layer} "
        f"{_course(by_own[:, layer - 1], epochs, accuracy)}. By the original's bins on [{low:g}, "
        f"{high:g}] it {_course(by_fixed[:, layer - 1], epochs, accuracy)}."
    )


def _course(curve: Floats, epochs: npt.NDArray[np.int64], accuracy: Floats) -> str:
    """The ups and downs of a mean curve larger than :data:`SURE`, in order, in nats."""
    turns = _turns(curve)
    if len(turns) < 2:
        return f"stays at {curve[0]:.2f} nats"
    moves = []
    for start, end in pairwise(turns):
        change = curve[end] - curve[start]
        last = end == len(curve) - 1
        moves.append(
            f"{'rises' if change > 0 else 'falls'} by {abs(change):.2f} nats until "
            + ("the end" if last else f"epoch {epochs[end]} (accuracy {accuracy[end]:.2f})")
        )
    return ", then ".join(moves)


def _turns(curve: Floats) -> list[int]:
    """Places where a curve turns round, ends included, when swings below SURE are passed over."""
    turns = [0]
    up = 0  # direction of the move that is going on
    best = 0
    for i in range(1, len(curve)):
        if up == 0:
            if abs(curve[i] - curve[turns[0]]) >= SURE:
                up, best = (1 if curve[i] > curve[turns[0]] else -1), i
        elif up * (curve[i] - curve[best]) > 0:
            best = i
        elif up * (curve[best] - curve[i]) >= SURE:
            turns.append(best)
            up, best = -up, i
    if up:
        turns.append(best if best == len(curve) - 1 else len(curve) - 1)
    return turns


def images(frames: Frames) -> str:
    """Where the layers of networks for images are, against the ceiling, first and last."""
    groups = frames["groups"]
    decided = set(by_decision(frames["originals"]))
    told = []
    for dataset, part in groups.groupby("dataset", sort=False):
        if dataset in decided:
            continue
        x = stacked(part, "simple_x").mean(axis=(0, 1))
        room = np.log(part["rows"].iloc[0])
        before, last = x[:, : LAST_HIDDEN[0] - 1], LAST_HIDDEN[-1] - 1
        accuracy = stacked(part, "accuracy").mean(axis=0)
        told.append(
            f"Of {dataset} the layers before layer {LAST_HIDDEN[0]} have "
            f"{100 * before.min() / room:.0f} % of the ceiling or more at all epochs, and layer "
            f"{last + 1} goes from {x[0, last]:.2f} to {x[-1, last]:.2f} nats while the accuracy "
            f"goes from {accuracy[0]:.2f} to {accuracy[-1]:.2f}"
        )
    if not told:
        return ""
    return f"**Images** have ten classes, which pass a layer of three units. {'. '.join(told)}."


def extension(frames: Frames) -> str:
    """Scatter and violations by one network, by the mean and by drawing, set by set."""
    table = extended(frames["groups"])
    means = table.groupby(["dataset", "reading"], sort=False)[["spread", "violations"]].mean()
    networks = int(frames["groups"]["networks"].iloc[0])
    sentences = []
    for dataset in table["dataset"].unique():
        own = means.loc[dataset]
        simple, told, drawn = (own.loc[r] for r in ("simple", "told", "neurons"))
        sentences.append(
            f"- **{dataset}**: one network's plane is {simple['spread']:.2f} nats from the "
            f"others', that of drawn neurons {drawn['spread']:.2f}, the plain mean "
            f"{told['spread']:.2f}; a later layer has more in {100 * simple['violations']:.1f} %, "
            f"{100 * drawn['violations']:.1f} % and {100 * told['violations']:.1f} % of the "
            "comparisons."
        )
    smoother = [d for d in means.index.unique(0) if _less(means, d, "neurons", "simple", "spread")]
    plain = [d for d in means.index.unique(0) if _less(means, d, "told", "simple", "spread")]
    worse = [d for d in means.index.unique(0) if _less(means, d, "told", "neurons", "violations")]
    lead = (
        f"As the document has it (*neurons*, {counted(networks, 'network')} a group), the "
        f"extended estimator's planes scatter less than one network's on "
        f"{listed(smoother, 'no set')}; the plain mean over the same networks (*told*) "
        f"does so on {listed(plain, 'no set')}"
    )
    lead += f", and has fewer violations than drawing on {listed(worse)}:" if worse else ":"
    own = means.loc[SIMPLE] if SIMPLE in means.index.unique(0) else None
    clear = own is not None and (own.loc["told"] <= own.loc["neurons"]).all()
    end = "On the simple set what is clearer is the average, not the drawing."
    return "\n".join([lead, "", *sentences, *(["", end] if clear else [])])


def _less(means: pd.DataFrame, dataset: str, one: str, other: str, column: str) -> bool:
    return bool(means.loc[(dataset, one), column] < means.loc[(dataset, other), column])
