"""The answer of chapter 09 in three sentences, from its records."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.compression import tables
from infoplane.chapters.compression.courses import deepest_falls, phases
from infoplane.chapters.compression.settings import KINDS, LATENTS, LAYERS, NAMES

__all__ = ["answer"]


def answer(frames: Mapping[str, pd.DataFrame]) -> str:
    """Whether codes keep the information, what is lost, and what the planes of a network show."""
    sentences = (_found(frames), _loses(frames), _shows(frames))
    return "\n".join(f"- {told}" for told in sentences if told)


def _found(frames: Mapping[str, pd.DataFrame]) -> str:
    """Mean |error| on codes of the most rows, and of as many rows as on pixels, by kind."""
    errors = tables.errors(frames).set_index(["kind", "on", "estimator", "n"])["error"].sort_index()
    parts, same = [], []
    few = int(frames["pixels"]["n"].iloc[0])
    for kind in KINDS:
        most = errors[kind, "codes", "wkl"].index.max()
        parts.append(f"{errors[kind, 'codes', 'wkl', most]:.2f} nats for {NAMES[kind]}")
        both = (errors[kind, on, "ksg", few] for on in ("codes", "pixels"))
        told = " and ".join(f"{value:.1f}" for value in both)
        same.append(f"{told} for {NAMES[kind]}")
    return (
        f"On codes of as many columns as the images are drawn from weighted neighbours err, in the "
        f"mean over the informations and with {most} pairs, by {' and '.join(parts)}. KSG on codes "
        f"and on pixels, of {few} pairs both, errs by {', by '.join(same)}."
    )


def _loses(frames: Mapping[str, pd.DataFrame]) -> str:
    """What one column too few costs; nothing where that was not tried."""
    every = tables.too_small(frames)
    every = every[every["estimator"] == "wkl"]
    parts = []
    for kind in KINDS:
        own = every[(every["kind"] == kind) & (every["nats"] == every["nats"].max())]
        means = own.groupby("code_dim")["value"].mean()
        right = LATENTS[kind]
        if right - 1 in means:
            parts.append(f"{means[right]:.1f} to {means[right - 1]:.1f} for {NAMES[kind]}")
    if not parts:
        return ""
    return (
        f"One column fewer, and of {every['nats'].max():g} nats the value falls from "
        f"{' and from '.join(parts)}."
    )


def _shows(frames: Mapping[str, pd.DataFrame]) -> str:
    """Which layers rise, and which surely fall from their peak, by the raw course."""
    table = phases(frames["planes"])
    if table["rise, low"].isna().any():
        few = frames["planes"]["seed"].nunique()
        return f"Of {few} networks no rise or fall of I(X; L) can be sure: three are the least."
    rises = [layer for layer in LAYERS if table.loc[layer, "rise, low"] > 0]
    ends = [layer for layer in LAYERS if table.loc[layer, "change after, high"] < 0]
    falls = deepest_falls(frames["planes"])
    deepest = str(falls["wkl", "mean"].idxmax())
    low, high = (float(falls.loc[deepest, ("wkl", end)]) for end in ("least", "most"))
    other = float(falls.loc[deepest, ("ksg", "mean")])
    n = int(np.max(frames["planes"]["n"]))
    return (
        f"While the network learns, I(X; L) on the codes of {n} test images surely rises in "
        f"{', '.join(rises) or 'no layer'}, and ends surely below its peak in "
        f"{', '.join(ends) or 'none'}. The deepest fall on the way is that of {deepest}: by WKL "
        f"{low:.1f} to {high:.1f} nats, network by network, by KSG on the same codes {other:.1f} "
        "in the mean."
    )
