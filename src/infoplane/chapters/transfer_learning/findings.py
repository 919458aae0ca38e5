"""What other pages of the book say of chapter 6's published records."""

from collections.abc import Callable, Mapping

import pandas as pd

from infoplane.chapters.transfer_learning import correlated
from infoplane.chapters.transfer_learning.settings import (
    ACCURACY,
    COMPACTNESS,
    OF_PREDICTION,
    REGIMES,
)

__all__ = ["REMARKS"]

Frames = Mapping[str, pd.DataFrame]


def signs(frames: Frames) -> str:
    """Whether compactness goes with accuracy as reported, after one epoch and at the best one."""
    table = correlated.pairs(frames)
    own = table[(table["a"] == ACCURACY) & (table["b"] == COMPACTNESS)].set_index("regime")
    first, best = (_sign(own.loc[regime]) for regime in REGIMES[:2])
    less = correlated.beyond(frames, OF_PREDICTION, REGIMES[1]).high < 0
    guide = ", where it is surely a worse guide than the predictions themselves" if less else ""
    return (
        f"After one epoch the sign of the compactness {first}; it {best} at the best epoch{guide}."
    )


def _sign(entry: pd.Series) -> str:
    if entry["low"] <= 0 <= entry["high"]:
        return "cannot be told"
    same = entry["r"] * entry["reported"] > 0
    return "is the reported one" if same else "is the opposite of the reported one"


REMARKS: dict[str, Callable[[Frames], str]] = {"compactness_signs": signs}
