"""What chapter 05 says of data processing, and of the noisy network."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from infoplane.chapters.tishby_plane.settings import INPUTS
from infoplane.chapters.tishby_plane.tables import (
    noisy_violations,
    processing,
    stacked,
)
from infoplane.words import counted

__all__ = ["binned", "inequality"]

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
        "Binning the noisy layer does not help: its samples differ, so that in every layer the "
        f"finest bins find at least {values.min():.2f} of the {np.log(INPUTS):.2f} nats of log N, "
        f"while the last hidden layer's own information is {own[-1]:.2f}."
    )
