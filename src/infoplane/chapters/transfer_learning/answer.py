"""The answer of chapter 06 in three sentences, from its records."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.transfer_learning import correlated, tables
from infoplane.chapters.transfer_learning.settings import ACCURACY, COMPACTNESS

__all__ = ["answer"]

Frames = Mapping[str, pd.DataFrame]


def answer(frames: Frames, pairs: pd.DataFrame) -> str:
    """How compactness goes with accuracy, what stands beside it, and how sure that is.

    pairs: as :func:`correlated.pairs` has them of these records.
    """
    told = _compactness(frames, pairs), _others(frames), _sure(frames, pairs)
    return "\n".join(f"- {sentence}" for sentence in told)


def _compactness(frames: Frames, table: pd.DataFrame) -> str:
    own = table[(table["a"] == ACCURACY) & (table["b"] == COMPACTNESS)].set_index("regime")
    parts = [
        f"{own.loc[regime, 'r']:.2f} [{own.loc[regime, 'low']:.2f}, {own.loc[regime, 'high']:.2f}] "
        f"in the {regime} regime, where the source has {own.loc[regime, 'reported']:.2f}"
        for regime in own.index
    ]
    facts = frames["facts"]
    return (
        f"Over {len(facts)} networks of {facts['family'].nunique()} families compactness and "
        f"accuracy correlate by {'; '.join(parts)}."
    )


def _others(frames: Frames) -> str:
    """The rankers by |r| with accuracy, and where compactness stands; by noise, how far r moves."""
    table = correlated.of_rankers(frames)
    size = table["r"].abs().sort_values(ascending=False)
    place = int(np.flatnonzero(size.index == "compactness")[0]) + 1
    first = str(size.index[0])
    moved = correlated.over_noise(frames)["r"]
    return (
        f"Of {size.count()} numbers that rank embeddings, {first.replace('_', ' ')} goes most with "
        f"accuracy ({table.loc[first, 'r']:.2f}), and compactness is number {place} "
        f"({table.loc['compactness', 'r']:.2f}); over noise and scale its correlation runs from "
        f"{moved.min():.2f} to {moved.max():.2f}."
    )


def _sure(frames: Frames, table: pd.DataFrame) -> str:
    apart = int(((table["low"] > 0) | (table["high"] < 0)).sum())
    left = int((table["holm"] < 0.05).sum())
    span = tables.accuracies(frames)
    best = span[span["regime"] == "optimal"]["accuracy"]
    return (
        f"Of the {len(table)} entries of three tables {apart} have an interval without 0, and "
        f"{left} a p that is left after correction for all, were networks independent, which they "
        f"are not. At their best the networks reach {best.min():.3f} to {best.max():.3f}, with a "
        "standard error of the test images of "
        f"{span[span['regime'] == 'optimal']['chance'].median():.3f}."
    )
