"""The answer of chapter 07 in three bullets, from its records."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.autoencoder_entropy import tables
from infoplane.chapters.autoencoder_entropy.scaling import SCALES
from infoplane.chapters.autoencoder_entropy.settings import GAUGES, NO_BREAK
from infoplane.words import listed

__all__ = ["answer", "looked_at"]

Frames = Mapping[str, pd.DataFrame]


def answer(frames: Frames) -> str:
    """Where H(d) of known sets bends, what it does behind, and what images show."""
    bullets = (_bends(frames), _behind(frames), _images(frames))
    return "\n".join(f"- {bullet}" for bullet in bullets if bullet)


def _bends(frames: Frames) -> str:
    known = _known(tables.breaks(frames["codes"]))
    exact = known[known["noise"] == 0]
    if exact.empty:
        return ""
    off = (exact["second"] - exact["dimension"]).abs()
    return (
        f"On {(off == 0).sum()} of {len(exact)} synthetic sets without noise H(d) bends most at "
        f"the true dimension, on all of them at most {off.max():g} away from it; two straight "
        f"pieces find a break on {int(exact['found'].sum())}."
    )


def _known(found: pd.DataFrame) -> pd.DataFrame:
    """Sets with linear codes that have a dimension to be found."""
    return found[(found["code_activation"] == "none") & (found["dataset"] != NO_BREAK)]


def _behind(frames: Frames) -> str:
    by_gauge = {gauge: _known(tables.breaks(frames["codes"], gauge)) for gauge in GAUGES}
    after = by_gauge[GAUGES[2]]["after"].dropna()
    if after.empty:
        return ""
    counts = listed([f"{int(t['found'].sum())} *{gauge}*" for gauge, t in by_gauge.items()])
    return (
        f"Behind the break H falls on {(after < 0).sum()} of {len(after)} sets and grows on "
        f"{(after > 0).sum()}. How many break depends on the gauge: {counts}."
    )


def _images(frames: Frames) -> str:
    told = []
    for case, part in tables.cases(frames["images"]):
        found = [g for g in GAUGES if tables.breaks(part, g).iloc[0]["found"]]
        word = f"breaks in the gauge {listed(found)}" if found else "has no break in any gauge"
        told.append(f"*{case['dataset']}* {word}")
    apart = [
        value
        for window in range(1 + len(SCALES))
        for value in tables.saturation(frames["images"], frames["points"], window)["difference"]
        if np.isfinite(value)
    ]
    end = (
        f" The correlation dimension of the widest codes is {min(apart):+.1f} to {max(apart):+.1f} "
        "from that of the images, as the window has it."
        if apart
        else ""
    )
    return f"For images of digits, H(d) of {' and of '.join(told)}.{end}"


def looked_at(frames: Frames) -> str:
    """For the caption of the first figure: where the curve of the set looked at bends."""
    name = frames["resolution"]["dataset"].iloc[0]
    found = tables.breaks(frames["codes"]).set_index("name")
    if name not in found.index or not np.isfinite(found.loc[name, "second"]):
        return ""
    return (
        f"H(d) of {name} bends most at d = {found.loc[name, 'second']:g}; its true dimension is "
        f"{found.loc[name, 'dimension']:g}. "
    )
