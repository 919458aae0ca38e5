"""What the pictures of chapter 04 show, in a sentence each, from its records: for captions."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.infinite_mi.divergence import fates
from infoplane.chapters.infinite_mi.errors import acceptance, errors

__all__ = ["became", "layers", "low", "reached"]

Frames = Mapping[str, pd.DataFrame]


def became(frames: Frames) -> str:
    """How many runs still grow at the end, and how many fall."""
    found = fates(frames["fresh"])["fate"]
    grow, fall = ((found == fate).sum() for fate in ("growing", "falling"))
    return (
        f"Of {len(found)} runs {grow} still grow in the last half of training, held out, and "
        f"{fall} fall."
    )


def low(frames: Frames) -> str:
    """The share of estimates that are too low where claims are judged; nothing if none are."""
    table = errors(frames)
    inside = table[table["inside"]]["error"]
    if inside.empty:
        return ""
    return (
        f"Where claims are judged {100 * float((inside < 0).mean()):.0f} % of the estimates are "
        "too low."
    )


def reached(frames: Frames) -> str:
    """How many means come as near as was asked."""
    within = acceptance(frames)["within"]
    return f"{within.sum()} of {len(within)} means over seeds come as near as was asked."


def layers(frames: Frames) -> str:
    """Whether the estimate rises with the layer that the critic is given."""
    rising = [
        bool((np.diff(part.groupby("layer")["value"].mean().sort_index()) > 0).all())
        for _, part in frames["layers"].groupby(["d", "critic"])
    ]
    how = (
        "The later the layer that MINE's critic is given, the higher its estimate"
        if all(rising)
        else "A later layer does not always raise the estimate of MINE"
    )
    return f"{how}."
