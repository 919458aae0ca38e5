"""The answer of chapter 08 in three sentences, from its records."""

from collections.abc import Mapping, Sequence

import pandas as pd

from infoplane.chapters.lenet_mine.settings import LAYERS
from infoplane.chapters.lenet_mine.tables import exact_cells

__all__ = ["answer"]


def answer(frames: Mapping[str, pd.DataFrame], hidden: int, noise: Sequence[float]) -> str:
    """Whether MINE can follow LeNet: what it did, how much it found, and which order is real."""
    cells = exact_cells(frames["exact"])
    own = cells[cells["share"] == cells["layer"].map(dict(zip(LAYERS, noise, strict=True)))]
    sentences = [_words(frames), _found(frames["planes"], own, hidden), _pools(cells, noise)]
    return "\n".join(f"- {sentence}" for sentence in sentences)


def _words(frames: Mapping[str, pd.DataFrame]) -> str:
    """What the runs of the table and of the planes did."""
    runs = pd.concat([frames[part][["word", "value"]] for part in ("table", "deranged", "planes")])
    counts = runs["word"].value_counts()
    converged, moving, dead = (counts.get(word, 0) for word in ("converged", "moving", "dead"))
    left = int(runs["value"].isna().sum())
    grown = int(counts.get("exploding", 0)) - left
    return (
        f"Of {len(runs)} runs of MINE {converged} converged, {moving} were still moving, {dead} "
        f"were dead, {grown} had a gradient that grew a hundredfold, and {left} left the finite "
        "numbers."
    )


def _found(planes: pd.DataFrame, own: pd.DataFrame, hidden: int) -> str:
    """The share of the exact I(X; L + eps) that the critics of the planes find, by layer."""
    few = planes[(planes["hidden"] == hidden) & (planes["target"] == "x")]
    both = few.merge(own, on=["network", "epoch", "layer"])
    shares = (both["value"].astype(float) / both["x"]).groupby(both["layer"]).median()
    told = ", ".join(f"{100 * shares[layer]:.0f} % in {layer}" for layer in LAYERS)
    converged = both[both["word"] == "converged"]
    most = (converged["value"].astype(float) / converged["x"]).median()
    flat = f"those that converged find {100 * most:.0f} %" if len(converged) else "none converged"
    return (
        f"Of the exact I(X; L + ε) critics with {hidden} units find, in the median, {told}; "
        f"{flat}: flat is not tight."
    )


def _pools(cells: pd.DataFrame, noise: Sequence[float]) -> str:
    """Whether the order of the pools is real, and what it comes of, at the last checkpoint."""
    last = cells[cells["epoch"] == cells["epoch"].max()]
    means = last.groupby(["layer", "share"])["x"].mean()
    (first, second), (upper, lower) = LAYERS[:2], noise[:2]
    x, z, same = (float(means[of]) for of in ((first, upper), (second, lower), (second, upper)))
    why = (
        "the order that data processing asks for"
        if x >= z
        else "the wrong order is real, and comes of unequal noise"
        if x >= same
        else "the wrong order is real, and comes of noise on each layer"
    )
    return (
        f"With noise of {upper:g} and {lower:g} root mean squares {first} has exactly {x:.1f} "
        f"nats and {second} behind it {z:.1f}, with {upper:g} for both {same:.1f}: {why}."
    )
