"""What the pictures of chapter 04 show, in a sentence each, from its records: for captions."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.infinite_mi.divergence import contrasts, fates
from infoplane.chapters.infinite_mi.errors import acceptance, errors
from infoplane.chapters.infinite_mi.growth_texts import of

__all__ = ["became", "bends", "layers", "low", "most", "reached"]

Frames = Mapping[str, pd.DataFrame]


def became(frames: Frames) -> str:
    """How many runs still grow at the end, and how many fall."""
    found = fates(frames["fresh"])["fate"]
    grow, fall = ((found == fate).sum() for fate in ("growing", "falling"))
    return (
        f"Of {len(found)} runs {grow} still grow in the last half of training, held out, and "
        f"{fall} fall."
    )


def bends(frames: Frames) -> str:
    """How many of the mean curves rise at the end on the logarithmic axis, and which way they bend.

    The last decade of steps is halved there: a curve bends up where it is steeper in the second
    half.
    """
    rise, up = 0, 0
    groups = frames["fresh"].groupby(["d", "matrix", "rate"])
    for _, part in groups:
        at = np.log(np.array(part["step"].iloc[0], dtype=float)[1:])
        held = np.array(part["held_out"].tolist(), dtype=float)[:, 1:].mean(axis=0)
        half, start = (at >= at[-1] - np.log(10) * share for share in (0.5, 1.0))
        late, before = (
            np.polyfit(at[part_of], held[part_of], 1)[0] for part_of in (half, start & ~half)
        )
        rise += bool(late > 0)
        up += bool(late > max(before, 0))
    if not rise:
        return f"None of {len(groups)} mean curves, held out, still rises at the end."
    return (
        f"Of {len(groups)} mean curves, held out, {rise} still rise at the end, and {of(up, rise)} "
        "bend up on a logarithmic axis of steps: they grow faster than a logarithm."
    )


def most(frames: Frames) -> str:
    """Where I(X; A X) most often diverges while I(X; X) grows."""
    table = contrasts(frames["fresh"])
    shares = table["contrast"] / table["runs"]
    if not shares.any():
        return "At no rate does MINE diverge for AX while it grows for X."
    row = table.loc[shares.idxmax()]
    return (
        f"MINE diverges for AX while it grows for X most often at d = {row['d']:.0f} and learning "
        f"rate {row['rate']:g}, in {100 * shares.max():.0f} % of the seeds."
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
