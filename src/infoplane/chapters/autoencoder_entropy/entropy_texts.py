"""What chapter 07 says of the entropy of codes: its error, its break, and behind it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from infoplane.chapters.autoencoder_entropy import tables
from infoplane.chapters.autoencoder_entropy.settings import METHODS, NO_BREAK
from infoplane.words import counted, listed

__all__ = ["behind", "bends", "bias", "off", "reasons"]

Frames = Mapping[str, pd.DataFrame]

FEW = 4  # dimensions up to which a kernel density is asked to be near
AGREE = 0.6  # of the resamples, below which they do not agree on a bend


def bias(frames: Frames) -> str:
    """Errors of the ways to an entropy with the most rows, in few dimensions and in the most."""
    rows = frames["bias"]
    n, most = rows["n"].max(), rows["d"].max()
    means = (
        rows[rows["n"] == n]
        .groupby(["density", "d"])[["loo", "monte-carlo", "shrunk", "plug-in", "wkl"]]
        .mean()
    )
    if "gaussian" not in means.index.unique("density"):
        return ""
    gaussian = means.loc["gaussian"]
    few = gaussian[gaussian.index <= FEW]
    if few.empty:
        return ""
    names = {"loo": "leaving one out", "monte-carlo": "Monte Carlo", "shrunk": "shrunk"}
    parts = [
        f"**{name}** is off by up to {few[way].abs().max():.3f} nats in up to {few.index.max()} "
        f"columns and by {gaussian.loc[most, way]:+.2f} in {most}"
        for way, name in names.items()
    ]
    told = (
        f"With {counted(int(n))} rows of a Gaussian {'; '.join(parts)}. The **plug-in** is off by "
        f"{gaussian.loc[most, 'plug-in']:+.2f} in {most}."
    )
    if "uniform" in means.index.unique("density"):
        uniform = means.loc["uniform"]
        told += (
            f" On the uniform density leaving one out is off by at most "
            f"{uniform['loo'].abs().max():.3f}, as kernels are cut off at the range of the data, "
            f"and nearest neighbours by up to {uniform['wkl'].abs().max():.2f}."
        )
    return told


def off(frames: Frames) -> str:
    """A caption's finding: the errors of the ways in the most columns, with the most rows."""
    rows = frames["bias"]
    rows = rows[(rows["density"] == "gaussian") & (rows["n"] == rows["n"].max())]
    most = rows["d"].max()
    means = rows[rows["d"] == most][list(METHODS)].mean()
    parts = listed([f"{way} {value:+.2f}" for way, value in means.items()])
    return f"In {counted(int(most), 'column')} of a Gaussian they are off, in nats, by {parts}."


def _known(frames: Frames) -> pd.DataFrame:
    """Breaks of all sets with linear codes that have a dimension to be found."""
    found = tables.breaks(frames["codes"])
    return found[(found["code_activation"] == "none") & (found["dataset"] != NO_BREAK)]


def bends(frames: Frames) -> str:
    """Where H(d) bends most on the sets without noise, and what the veto says of them."""
    known = _known(frames)
    exact = known[known["noise"] == 0]
    if exact.empty:
        return ""
    right = exact[exact["second"] == exact["dimension"]]
    off = [
        f"{row['name']} at {row['second']:g} instead of {row['dimension']:g}"
        for _, row in exact[exact["second"] != exact["dimension"]].iterrows()
    ]
    unsure = [
        f"{row['name']} ({100 * row['second_share']:.0f} %)"
        for _, row in exact[exact["second_share"] < AGREE].iterrows()
    ]
    there = [
        f"{row['name']} ({row['break']:.1f} for {row['dimension']:g})"
        for _, row in known[known["found"].astype(bool)].iterrows()
    ]
    told = (
        f"The curve bends most at the true dimension in {len(right)} of the {len(exact)} sets "
        f"without noise{f' ({listed(off)})' if off else ''}."
    )
    if unsure:
        told += f" The resampled seeds do not agree on the place for {listed(unsure)}."
    told += f" Two straight pieces find a break for {listed(there)}."
    control = tables.breaks(frames["codes"][frames["codes"]["dataset"] == NO_BREAK])
    for _, row in control.iterrows():
        word = "is found to break" if row["found"] else "is vetoed, as it must be"
        told += (
            f" *{NO_BREAK}*, which has nothing to find, {word}: the slope after the best place is "
            f"{row['ratio']:.2f} of that before."
        )
    return told


def reasons(frames: Frames) -> str:
    """Why some sets of the published edition have no clear break, each with its numbers."""
    found = _known(frames).set_index("name")
    parts = [
        part for part in (_unrolled(frames), _few(found), _noise(found), _edges(frames, found))
        if part
    ]  # fmt: skip
    if not parts:
        return ""
    lead = "Where it is not so clear in the published edition there are reasons:"
    return "\n".join([lead, "", *(f"- {part}" for part in parts)])


def _lost(frames: Frames, name: str) -> pd.Series:
    """Share of the variance of a set that is lost on held-out rows, by code dimension."""
    for case, part in tables.cases(frames["codes"]):
        if tables.name(case) == name:
            x, lost = tables.curves(part, part["lost_held_out"])
            return pd.Series(lost.mean(axis=0), index=x.astype(int))
    return pd.Series(dtype=float)


def _unrolled(frames: Frames) -> str:
    lost = _lost(frames, "swiss-roll-2")
    if not {2, 3} <= set(lost.index):
        return ""
    return (
        "**The set does not fit.** A torus has no place in two columns without being torn. "
        "*swiss-roll-2* has one, but has to be unrolled for it, and networks that leave it folded "
        f"somewhere lose: at d = 2 the loss is {lost[2] / lost[3]:.0f} times that at d = 3, where "
        "it can stay a roll."
    )


def _few(found: pd.DataFrame) -> str:
    if "linear-8" not in found.index:
        return ""
    row: Any = found.loc["linear-8"]
    veto = "so that the veto fires" if not row["found"] else "less than the veto asks for"
    return (
        f"**There are too few points.** *linear-8* bends most at {row['second']:g} and goes on "
        f"with {row['ratio']:.2f} of the slope, {veto}: so many codes in nine columns do not show "
        "a kernel density that one of them is redundant (more on this below)."
    )


def _noise(found: pd.DataFrame) -> str:
    noisy = found[found["noise"] > 0]
    if noisy.empty:
        return ""
    parts = [
        f"{name} {'breaks' if row['found'] else 'does not break'}" for name, row in noisy.iterrows()
    ]
    return (
        "**The noise is encoded too.** A code wider than the set has columns to spare, and what "
        "is left to encode is noise, which unit variance makes as large as the signal: "
        f"{listed(parts)}."
    )


def _edges(frames: Frames, found: pd.DataFrame) -> str:
    lost = _lost(frames, "rectangles-4")
    if "rectangles-4" not in found.index or 4 not in lost.index:
        return ""
    row: Any = found.loc["rectangles-4"]
    word = "the veto fires" if not row["found"] else "there is a break"
    return (
        "**The autoencoder is not perfect.** Rectangles have sharp edges: with four columns "
        f"{100 * lost[4]:.0f} % of their variance is lost on held-out images, and with "
        f"{lost.index.max()} still {100 * lost.iloc[-1]:.0f} %. H goes on rising while further "
        f"columns repair edges; the slope after the break is {row['ratio']:.2f} of that before, "
        f"and {word}."
    )


def behind(frames: Frames) -> str:
    """On how many sets H falls behind the break, and on how many it rises."""
    known = _known(frames)
    after = known.set_index("name")["after"].dropna()
    if after.empty:
        return ""
    falls, rises = after[after < 0], after[after > 0]
    most = (
        f", by up to {abs(side).max():.1f} nats for each further column ({abs(side).idxmax()})"
        if len(side)
        else ""
        for side in (falls, rises)
    )
    return (
        f"Here, by the slope after the best place for a break, H falls on {len(falls)} of the "
        f"{len(after)} sets{next(most)}, and rises on {len(rises)}{next(most)}."
    )
