"""What other pages of the book say of chapter 7's published records."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.autoencoder_entropy import tables

__all__ = ["REMARKS"]

Frames = Mapping[str, pd.DataFrame]


def digits(frames: Frames) -> str:
    """The correlation dimension of MNIST at fine and coarse scales, and who its close pairs are."""
    points = frames["points"].query("dataset == 'mnist'")
    if points.empty:
        return ""
    points = points[points["n"] == points["n"].max()]
    at = np.array(points["dimensions"].tolist()).mean(axis=0)
    closest = frames["closest"].query("dataset == 'mnist'")
    shares = np.array(closest["shares"].tolist()).mean(axis=0)
    most = int(shares.argmax())
    return (
        f"MNIST's correlation dimension is {at[0]:.1f} at the smallest distances between images, "
        f"{at.min():.1f} at middle ones and {at[-1]:.1f} at large ones, and "
        f"{100 * shares[most]:.0f} % of the closest pairs show the digit {most} twice."
    )


def roll(frames: Frames) -> str:
    """Where H(d) of a Swiss roll bends most."""
    rows = tables.breaks(frames["codes"].query("dataset == 'swiss-roll-2' and noise == 0"))
    row = rows.iloc[0]
    return (
        f"The curve H(d) of the codes of a Swiss roll, a surface of {row['dimension']:.0f} "
        f"dimensions, breaks at {row['break']:.1f} [{row['low']:.1f}, {row['high']:.1f}], and "
        f"bends most at {row['second']:.0f}."
    )


REMARKS: dict[str, Callable[[Frames], str]] = {"digit_dimension": digits, "roll_break": roll}
