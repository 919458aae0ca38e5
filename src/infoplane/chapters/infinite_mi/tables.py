"""Tables of chapter 04: the size of the layers beside the noise, and what estimators warn of."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

__all__ = ["scales", "warned"]

# How a warning begins, and what it says without its numbers. One that begins otherwise is told
# as far as its first number, bracket or colon.
WARNINGS = {
    "few pairs carry": "few pairs carry the marginal term",
    "the validation bound": "the bound was still rising at the last step",
    "within": "near the ceiling, or above it",
    "above the ceiling": "near the ceiling, or above it",
    "above log n": "more than X has to give, if it has no values but these rows",
    "training and held-out": "training and held-out bounds differ",
}


def scales(maps: pd.DataFrame, sigmas: Sequence[float]) -> pd.DataFrame:
    """Each map's root mean square and accuracy, and the noise in units of that: a column a map."""
    rows = {}
    for row in maps.to_dict("records"):
        learned = row["accuracy"] is not None and np.isfinite(row["accuracy"])
        found = {"rms of T": f"{row['rms']:.2f}"}
        found["accuracy (%)"] = f"{100 * row['accuracy']:.0f}" if learned else "–"
        found |= {f"σ/rms, σ = {sigma:g}": f"{sigma / row['rms']:.2f}" for sigma in sigmas}
        rows[f"d = {row['d']}, {row['map']}"] = found
    return pd.DataFrame(rows)


def warned(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """How many estimates of either part carry each warning, and any; the commonest first."""
    parts = {"without noise": frames["fresh"], "with noise": frames["noisy"]}
    counts = {name: _counts(frame["warnings"]) for name, frame in parts.items()}
    table = pd.DataFrame(counts).fillna(0).astype(int)
    table = table.loc[table.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    table.loc["any of these"] = [int((f["warnings"].map(len) > 0).sum()) for f in parts.values()]
    for name, frame in parts.items():
        table[name] = table[name].astype(str) + f" of {len(frame)}"
    return table.rename_axis(index=None)


def _counts(warnings: pd.Series) -> pd.Series:
    """In how many estimates there is a warning of each kind."""
    kinds = warnings.map(lambda texts: sorted({_kind(text) for text in texts}))
    return kinds.explode().dropna().value_counts()


def _kind(text: str) -> str:
    for start, words in WARNINGS.items():
        if text.startswith(start):
            return words
    return re.split(r"[:(,]|\s-?\d", text)[0].strip()
