"""What chapter 05 says of MINE and AA-MINE beside the exact planes."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.tishby_plane.settings import HIDDEN, INPUTS
from infoplane.chapters.tishby_plane.tables import neural_with_exact, stacked
from infoplane.datasets import tishby
from infoplane.words import counted, mean_of, sure

__all__ = ["above", "keeps", "learns", "near", "starts"]

Frames = Mapping[str, pd.DataFrame]

ROOM = 6.0  # nats, well below log N, where a bound on I(X; T + eps) has room
WAYS = {"by MINE": "mine_y", "exactly with noise": "exact_y"}


def learns(frames: Frames) -> str:
    """The same in a sentence: in how many hidden layers I(T;Y) grows, and between which ends."""
    neural = neural_with_exact(frames)
    if len(neural["epoch"].iloc[0]) < 2:
        return ""
    told, every = [], True
    for way, column in WAYS.items():
        values = stacked(neural, column)[..., : len(HIDDEN)]
        means = (values[:, -1] - values[:, 0]).mean(axis=0)
        every &= bool((means > 0).all())
        told.append(f"{means.min():.2f} to {means.max():.2f} nats {way}")
    if every:
        return (
            "The network *learns to keep more information about the answer*: over training I(T;Y) "
            f"rises in all {len(HIDDEN)} hidden layers, by {' and by '.join(told)}."
        )
    return (
        "Not every hidden layer *learns to keep more information about the answer*: over training "
        f"I(T;Y) changes by {' and by '.join(told)}."
    )


def keeps(frames: Frames) -> str:
    """Whether I(T;Y) of the hidden layers grows over training, by MINE and exactly."""
    neural = neural_with_exact(frames)
    epochs = neural["epoch"].iloc[0]
    if len(epochs) < 2:
        return ""
    told, every = [], True
    for way, column in WAYS.items():
        values = stacked(neural, column)[..., : len(HIDDEN)]
        gain = values[:, -1] - values[:, 0]
        means = gain.mean(axis=0)
        grows = int((means > 0).sum())
        surely = sum(sure(gain[:, k]) > 0 for k in range(len(HIDDEN)))
        every &= grows == len(HIDDEN)
        told.append(
            f"{way} in {grows} of {len(HIDDEN)} hidden layers (surely in {surely}; by "
            f"{means.min():.2f} to {means.max():.2f} nats in the mean)"
        )
    learns = (
        "The network *learns to keep more information about the answer*"
        if every
        else "The network does not keep more information about the answer in every layer"
    )
    return (
        f"{learns}: from epoch {epochs[0]} to epoch {epochs[-1]} I(T;Y) rises "
        f"{', and '.join(told)}, over {counted(len(neural), 'network')}."
    )


def starts(frames: Frames) -> str:
    """What MINE finds in the first layer before training, which tells all."""
    neural = neural_with_exact(frames)
    first, last = (stacked(neural, "mine_y")[:, at, 0] for at in (0, -1))
    low = first.mean() < tishby.INFORMATION
    why = (
        ", since its critic has to find the label in rows it has not seen; what grows is also how "
        "*easily* the label is read off"
        if low
        else ""
    )
    return (
        f"MINE's held-out bound finds {mean_of(first)} of these "
        f"{tishby.INFORMATION:.2f} nats in the first layer at the first checkpoint and "
        f"{mean_of(last)} at the last{why}."
    )


def near(frames: Frames) -> str:
    """How far AA-MINE and MINE are below the exact value, where that has room below log N."""
    neural = neural_with_exact(frames)
    exact = stacked(neural, "exact_x")
    means = exact.mean(axis=0)
    below = means < ROOM  # (checkpoints, layers)
    told, off = [], {}
    for at, when in ((0, "at the first checkpoint"), (-1, "at the last")):
        if below[at].any():
            for name, column in (("AA-MINE", "aware_x"), ("MINE", "mine_x")):
                found = stacked(neural, column).mean(axis=0)
                off[name, at] = float((means[at] - found[at])[below[at]].mean())
            told.append(f"{off['AA-MINE', at]:.2f} and {off['MINE', at]:.2f} nats {when}")
    if not told:
        return ""
    behind = ""
    if ("MINE", -1) in off and off["MINE", -1] > off["AA-MINE", -1]:
        behind = ": MINE with the same critic falls behind"
        if ("MINE", 0) in off and off["MINE", -1] > off["MINE", 0]:
            behind += " as the network becomes less linear"
        behind += ", as in chapter 4"
    return (
        f"Where the exact I(X;T + ε) is below {ROOM:g} nats, AA-MINE and MINE lie below "
        f"it, in the mean over such layers, by {' and by '.join(told)}{behind}."
    )


def above(frames: Frames) -> str:
    """How many estimates lie above log N, and how far they go."""
    neural = neural_with_exact(frames)
    told = []
    for name, column in (("AA-MINE", "aware_x"), ("MINE with the same critic", "mine_x")):
        values = stacked(neural, column)
        over = int((values > np.log(INPUTS)).sum())
        most = f", and the greatest is {values.max():.1f} nats" if over else ""
        told.append(f"{over} of {values.size} estimates by {name} lie above it{most}")
    exact = stacked(neural, "exact_x").max()
    return f"Here {'; '.join(told)}. The greatest exact value is {exact:.2f} nats."
