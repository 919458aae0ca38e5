"""What chapter 05 says of data processing, and of the noisy network."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from infoplane.chapters.tishby_plane.phase_texts import phases, trained
from infoplane.chapters.tishby_plane.settings import INPUTS
from infoplane.chapters.tishby_plane.tables import (
    LAST_HIDDEN,
    noisy_violations,
    processing,
    stacked,
)
from infoplane.plane.phases import change_since_peak
from infoplane.words import counted, mean_of, sure, told

__all__ = ["binned", "clustering", "inequality"]

Frames = Mapping[str, pd.DataFrame]
Floats = npt.NDArray[np.float64]

NEAR = 0.99  # of log N, that the finest bins are said to reach


def inequality(frames: Frames) -> str:
    """Where estimates have more in a later layer, and whether the noisy network ever has."""
    table = processing(frames)
    free = table[~table["must hold"]].set_index("estimator")[["I(X;T)", "I(T;Y)"]].stack()
    which, quantity = free.idxmax()
    noisy = frames["noisy"]
    shows = sum((noisy_violations(noisy, q).any(axis=(1, 2))).astype(int) for q in "xy")
    count = int((np.asarray(shows) > 0).sum())
    most = (
        f"Where nothing forces the order, it is broken most often by *{which}*, in "
        f"{100 * free.max():.0f} % of the comparisons of {quantity}."
        if free.max() > 0
        else "Where nothing forces the order, it is not broken here either."
    )
    held = (
        f"In none of {counted(len(noisy), 'noisy network')} does a later layer have more"
        if not count
        else f"In {count} of {counted(len(noisy), 'noisy network')} a later layer has more"
    )
    return f"{most} {held}, of either information, at any checkpoint."


def clustering(frames: Frames) -> str:
    """Information and distances of the noisy network before its peak and after; published."""
    noisy = frames["noisy"]
    epochs, half = noisy["epoch"].iloc[0], len(noisy) // 2
    if half < 2:
        return ""
    x, within = stacked(noisy, "information_x"), stacked(noisy, "within")
    ratio = within / stacked(noisy, "between")
    parts, turns, drops = [], [], []
    for layer in LAST_HIDDEN:
        curves, apart, over = (a[..., layer - 1] for a in (x, within, ratio))
        peak = int(curves[:half].mean(axis=0).argmax())
        fall = -change_since_peak(curves)
        before, after = (
            apart[half:, peak] - apart[half:, 0],
            apart[half:, -1] - apart[half:, peak],
        )
        turns.append(sure(fall) > 0 and sure(before) > 0 > sure(after))
        means = over[half:].mean(axis=0)
        drops.append((means[0] - means[peak], means[peak] - means[-1]))
        parts.append(
            f"layer {layer} {_moved(curves[half:, peak] - curves[half:, 0])} nats until epoch "
            f"{epochs[peak]} and {_moved(-fall)} from there, its mean distance within a class "
            f"{_moved(before, 3)} and {_moved(after, 3)}, the ratio to that between classes from "
            f"{means[0]:.2f} to {means[peak]:.2f} and then to {means[-1]:.2f}"
        )
    most = all(first > second > 0 for first, second in drops)
    both = (
        "The noisy network does what the anonymous slides say, in both layers: information and "
        "distance within a class turn round together. That is the better half of the argument"
        + (
            ", since the ratio to the distance between classes says less: it falls before the "
            "peak, too, and most of all there, while the classes are told apart"
            if most
            else ""
        )
        + ". Compression is the clustering that goes on after the peak."
        if all(turns)
        else "Information and distance within a class do not surely turn round together in both "
        "layers."
    )
    return f"In the published edition I(X;T) of {'; of '.join(parts)}. {both} {_beside(frames)}"


def _moved(values: Floats, digits: int = 2) -> str:
    """Up or down in the mean, with the interval of the change."""
    if values.mean() < 0:
        return f"falls by {told(-values, digits)}"
    return f"rises by {told(values, digits)}"


def _beside(frames: Frames) -> str:
    """The fall that binning reports of the deterministic network, in the same layers."""
    part = trained(frames, "tanh")
    if part.empty:
        return ""
    falls = phases(stacked(part, "binned_x")).fall
    values = " and ".join(mean_of(falls[:, layer - 1]) for layer in LAST_HIDDEN)
    return f"Of the deterministic network binning reports falls of {values} nats."


def binned(frames: Frames) -> str:
    """What bins see of the noisy layers at the end of training, with few and with the most."""
    noisy = frames["noisy"]
    bins = noisy["finer"].iloc[0]
    most = int(np.argmax(bins))
    # one draw of the noise for each input
    values = stacked(noisy, "binned_x").mean(axis=0)[most]
    own = stacked(noisy, "information_x")[:, -1].mean(axis=0)
    if values.min() < NEAR * np.log(INPUTS):
        return (
            f"The finest bins find {values.min():.2f} nats in the layer in which they find least, "
            f"where the last hidden layer's own information is {own[-1]:.2f}."
        )
    return (
        "Binning the noisy layer does not help: its samples differ, so that the finest bins find "
        f"{values.min():.2f} nats or more in every layer, which is log N, and the last hidden "
        f"layer's own information is {own[-1]:.2f}."
    )
