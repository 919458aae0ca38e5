"""The answer of chapter 09 in three sentences, from its records."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.compression import tables
from infoplane.chapters.compression.courses import phases
from infoplane.chapters.compression.settings import KINDS, LATENTS, LAYERS, NAMES

__all__ = ["answer"]

_CALLED = {"ksg": "KSG", "wkl": "WKL", "mine": "MINE"}


def answer(frames: Mapping[str, pd.DataFrame]) -> str:
    """Whether codes keep the information, what is lost, and what the planes of a network show."""
    return "\n".join(f"- {told}" for told in (_found(frames), _loses(frames), _shows(frames)))


def _found(frames: Mapping[str, pd.DataFrame]) -> str:
    """Mean |error| on codes beside that on pixels, by kind of image."""
    errors = tables.errors(frames).set_index(["kind", "on", "estimator", "n"])["error"].sort_index()
    parts = []
    for kind in KINDS:
        most = errors[kind, "codes", "wkl"].index.max()
        on_codes = errors[kind, "codes", "wkl", most]
        on_pixels = errors[kind, "pixels"].groupby("estimator").first()
        told = ", ".join(f"{_CALLED[str(name)]} {value:.1f}" for name, value in on_pixels.items())
        parts.append(f"{NAMES[kind]} {on_codes:.2f} nats (on pixels {told})")
    return (
        "Weighted nearest neighbours on codes of as many columns as the images are drawn from err, "
        f"in the mean over the informations, by {' and for '.join(parts)}."
    )


def _loses(frames: Mapping[str, pd.DataFrame]) -> str:
    """What codes cost beside the latents, and what one column too few costs."""
    every = tables.too_small(frames)
    every = every[every["estimator"] == "wkl"]
    parts = []
    for kind in KINDS:
        own = every[(every["kind"] == kind) & (every["nats"] == every["nats"].max())]
        means = own.groupby("code_dim")["value"].mean()
        right = LATENTS[kind]
        if right - 1 in means:
            parts.append(f"{means[right]:.1f} to {means[right - 1]:.1f} for {NAMES[kind]}")
    return (
        f"One column fewer, and of {every['nats'].max():g} nats the value falls from "
        f"{' and from '.join(parts)}."
    )


def _shows(frames: Mapping[str, pd.DataFrame]) -> str:
    """Which layers rise, and which surely fall from their peak, by the raw course."""
    table = phases(frames["planes"])
    if table["rise, low"].isna().any():
        few = frames["planes"]["seed"].nunique()
        return f"Of {few} networks no rise or fall of I(X; L) can be sure: four are the least."
    rises = [layer for layer in LAYERS if table.loc[layer, "rise, low"] > 0]
    ends = [layer for layer in LAYERS if table.loc[layer, "change after, high"] < 0]
    falls = [
        f"{layer} (by {-table.loc[layer, 'largest fall']:.1f} from epoch "
        f"{table.loc[layer, 'from']:.0f} to {table.loc[layer, 'to']:.0f})"
        for layer in LAYERS
        if table.loc[layer, "largest fall, high"] < 0
    ]
    n = int(np.max(frames["planes"]["n"]))
    return (
        f"While the network learns, I(X; L) on the codes of {n} test images surely rises in "
        f"{', '.join(rises) or 'no layer'}; on the way it surely falls in "
        f"{', '.join(falls) or 'none'}, and it ends surely below its peak in "
        f"{', '.join(ends) or 'none'}."
    )
