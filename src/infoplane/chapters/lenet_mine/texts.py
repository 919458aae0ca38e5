"""What chapter 08 says of its records: its answer, and LeNet's accuracy."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from infoplane.chapters.lenet_mine import tables
from infoplane.chapters.lenet_mine.exact_tables import exact_cells
from infoplane.chapters.lenet_mine.settings import LAYERS
from infoplane.chapters.lenet_mine.tables import ACCURACY
from infoplane.words import listed

__all__ = ["accuracies", "answer", "grid", "reached"]

Frames = Mapping[str, pd.DataFrame]

TIGHT = 0.9  # of the exact value, from which on flat may be called tight


def answer(frames: Frames, hidden: int, noise: Sequence[float]) -> str:
    """Whether MINE can follow LeNet: what it did, how much it found, and which order is real."""
    cells = exact_cells(frames["exact"])
    own = cells[cells["share"] == cells["layer"].map(dict(zip(LAYERS, noise, strict=True)))]
    sentences = [_found(frames["planes"], own, hidden), _words(frames), _pools(cells, noise)]
    return "\n".join(f"- {sentence}" for sentence in sentences)


def grid(frames: Frames) -> str:
    """Which setting is nearest to the source's first accuracy, and where the optimisers are."""
    table, (optimiser, batch) = tables.grid(frames["grid"]), tables.nearest(frames["grid"])
    trained = (frames["training"]["optimiser"].iloc[0], int(frames["training"]["batch"].iloc[0]))
    ranges = [
        f"{name} {row.min():.0f} to {row.max():.0f} %"
        if len(row) > 1
        else f"{name} {row.iloc[0]:.0f} %"
        for name, row in table.iterrows()
    ]
    same = (
        "which is trained to the end"
        if trained == (optimiser, batch)
        else f"while {trained[0]} with batches of {trained[1]} is trained to the end"
    )
    return (
        f"Nearest to the reported {ACCURACY[0]} % is {optimiser} with batches of {batch}, at "
        f"{table.loc[optimiser, batch]:.0f} %, {same}. After one pass there are, over the sizes of "
        f"batches tried, {', '.join(ranges)}."
    )


def accuracies(frames: Frames) -> str:
    """How many of the source's errors are made at later epochs, or "" where there are none."""
    reached = 100 * np.array(frames["training"]["accuracy"].tolist()).mean(axis=0)
    ratios = {
        epoch: (100 - reached[epoch]) / (100 - told)
        for epoch, told in ACCURACY.items()
        if 0 < epoch < len(reached)
    }
    if not ratios:
        return ""
    low, high = min(ratios.values()), max(ratios.values())
    how = "fewer" if high < 1 else "more" if low > 1 else "fewer at some epochs and more at others"
    parts = ", ".join(f"{ratio:.2f} at epoch {epoch}" for epoch, ratio in ratios.items())
    return (
        f"From there on our network makes {how} errors than the source's, by these factors: "
        f"{parts}. Whether another setting of the grid comes nearer is not known: by the rule one "
        "is trained to the end."
    )


def reached(frames: Frames) -> str:
    """A caption's finding: the accuracy at the last epoch that the source reports, too."""
    accuracy = 100 * np.array(frames["training"]["accuracy"].tolist()).mean(axis=0)
    epoch = max(known for known in ACCURACY if known < len(accuracy))
    return (
        f"At epoch {epoch} our network reaches {accuracy[epoch]:.1f} %, the source's "
        f"{ACCURACY[epoch]} %."
    )


def _found(planes: pd.DataFrame, own: pd.DataFrame, hidden: int) -> str:
    """Whether the critics of the planes find the exact I(X; L + eps), by layer and at rest."""
    few = planes[(planes["hidden"] == hidden) & (planes["target"] == "x")]
    both = few.merge(own, on=["network", "epoch", "layer"])
    shares = (both["value"].astype(float) / both["x"]).groupby(both["layer"]).median()
    tight = [layer for layer in LAYERS if shares[layer] >= TIGHT]
    can = "Yes" if len(tight) == len(LAYERS) else f"In {listed(tight)} alone" if tight else "No"
    told = ", ".join(f"{_percent(shares[layer])} in {layer}" for layer in LAYERS)
    converged = both[both["word"] == "converged"]
    most = (converged["value"].astype(float) / converged["x"]).median()
    flat = "none of them converged"
    if len(converged):
        flat = f"those that converged find {_percent(most)}"
        flat += ": flat is not tight" if most < TIGHT else ""
    return (
        f"{can}: of the exact I(X; L + ε) critics with {hidden} units find, in the median, {told}; "
        f"{flat}."
    )


def _words(frames: Frames) -> str:
    """What the runs of the table and of the planes did."""
    runs = tables.runs_of(frames)
    counts = runs["word"].value_counts()
    converged, moving, dead, burst = (
        counts.get(word, 0) for word in ("converged", "moving", "dead", "exploding")
    )
    left = f", of which {int(runs['value'].isna().sum())} left the finite numbers" if burst else ""
    return (
        f"Of {len(runs)} runs of MINE {converged} converged, {moving} were still moving, {dead} "
        f"were dead, and {burst or 'none'} {'is' if burst < 2 else 'are'} called exploding{left}."
    )


def _percent(share: float) -> str:
    return f"{round(100 * share) + 0:d} %"


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
