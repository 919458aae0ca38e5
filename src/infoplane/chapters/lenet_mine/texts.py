"""What chapter 08 says of its records: its answer, LeNet's accuracy, and what MINE did."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from infoplane.chapters.lenet_mine import tables
from infoplane.chapters.lenet_mine.settings import ARCHITECTURES, LAYERS
from infoplane.chapters.lenet_mine.tables import ACCURACY, exact_cells

__all__ = [
    "accuracies", "answer", "architectures", "batches", "exploding", "going_on", "grid", "pairings",
    "reached", "transfer",
]  # fmt: skip

Frames = Mapping[str, pd.DataFrame]

LATER = 3  # the run from which on transfer and scratch are compared, as in the claim
APART = 0.1  # nats, from which on two ends are said to differ
TIGHT = 0.9  # of the exact value, from which on flat may be called tight


def answer(frames: Frames, hidden: int, noise: Sequence[float]) -> str:
    """Whether MINE can follow LeNet: what it did, how much it found, and which order is real."""
    cells = exact_cells(frames["exact"])
    own = cells[cells["share"] == cells["layer"].map(dict(zip(LAYERS, noise, strict=True)))]
    sentences = [_words(frames), _found(frames["planes"], own, hidden), _pools(cells, noise)]
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
        f"From there on our network makes {how} errors than the source's; times as many: {parts}. "
        "Whether another setting of the grid comes nearer is not known: by the rule one is trained "
        "to the end."
    )


def reached(frames: Frames) -> str:
    """A caption's finding: the accuracy at the last epoch that the source reports, too."""
    accuracy = 100 * np.array(frames["training"]["accuracy"].tolist()).mean(axis=0)
    epoch = max(known for known in ACCURACY if known < len(accuracy))
    return (
        f"At epoch {epoch} our network reaches {accuracy[epoch]:.1f} %, the source's "
        f"{ACCURACY[epoch]} %."
    )


def batches(frames: Frames, batch: int) -> str:
    """A caption's finding: where runs on I(X; L) end, with noise and without."""
    own = frames["table"][frames["table"]["target"] == "x"]
    ends = own["value"].astype(float).groupby(own["noise"] > 0).max()
    if ends.isna().any() or len(ends) < 2:
        return ""
    return (
        f"Without noise values end at up to {ends[False]:.1f} nats, with noise at up to "
        f"{ends[True]:.1f}; the log of a batch is {math.log(batch):.1f}."
    )


def going_on(frames: Frames) -> str:
    """A caption's finding: where the last run ends, from scratch and with transferred weights."""
    last, ends = int(tables.converged_after(frames["transfer"])["run"].max()), _ends(frames)
    return (
        f"Run {last} ends at {ends[False]:.2f} nats from scratch, and at {ends[True]:.2f} with "
        "transferred weights."
    )


def exploding(frames: Frames) -> str:
    """What the runs that are called exploding are like."""
    runs = pd.concat([frames[part][["word", "value"]] for part in ("table", "deranged", "planes")])
    own = runs[runs["word"] == "exploding"]
    if own.empty:
        return f"None of the {len(runs)} runs of this page is called so."
    finite = own["value"].notna()
    most = f", at most {own['value'].max():.2f} nats" if finite.any() else ""
    return (
        f"Of {len(runs)} runs of this page {len(own)} {'is' if len(own) == 1 else 'are'} called "
        f"so; {int(finite.sum())} of these end with a finite value{most}."
    )


def architectures(frames: Frames, layer: str) -> str:
    """What came of the rows that the source saw explode, and of those it saw converge."""
    table = frames["table"]
    counts = {"exploding": [0, 0], "converged": [0, 0]}
    for a in ARCHITECTURES:
        if a.reported in counts:
            runs = tables.rows_of(table, a, layer, noise=a.noise)
            counts[a.reported][0] += int((runs["word"] == a.reported).sum())
            counts[a.reported][1] += len(runs)
    (burst, of_burst), (calm, of_calm) = counts["exploding"], counts["converged"]
    noisy = next(a for a in ARCHITECTURES if a.claim == "lenet.input.3")
    runs = tables.rows_of(table, noisy, layer, noise=True)
    found = runs["value"].astype(float)
    cells = exact_cells(frames["exact"])
    same = (cells["layer"] == layer) & (cells["share"] == runs["noise"].iloc[0])
    same &= cells["epoch"] == runs["epoch"].iloc[0]
    truth = float(cells[same]["x"].mean())
    return (
        f"Of {layer}: {burst} of {of_burst} runs of the rows that the source saw explode do here, "
        f"and {calm} of {of_calm} of those that it saw converge. With noise and twenty units MINE "
        f"says {found.mean():.2f} nats in the mean, of {truth:.2f} that there are."
    )


def pairings(frames: Frames, batch: int) -> str:
    """Whether derangements let values pass the log of the batch, and what is left on new images."""
    other = frames["deranged"]
    values, held = (other[name].astype(float) for name in ("value", "held_out"))
    bound, n = math.log(batch), len(other)
    rest, above = int((other["word"] == "converged").sum()), int((values > bound).sum())
    burst = int((other["word"] == "exploding").sum())
    kept = f"{held.mean():.2f} nats where the batches say {values.mean():.2f}"
    learned = (
        "rows are learned by heart"
        if held.mean() < 0.75 * values.mean()
        else "little of it is rows learned by heart"
    )
    kind = str(other["marginals"].iloc[0])
    return (
        f"Of {n} runs with a {kind} {rest} came to rest, {above} end above the log of the batch, "
        f"{bound:.2f}, and {burst} exploded; tried on images they have not seen, their critics "
        f"give {kept}: {learned}."
    )


def transfer(frames: Frames) -> str:
    """What going on saves: passes, and where both ways end; how far off it begins."""
    every = frames["transfer"]
    table = tables.converged_after(every)
    last = int(table["run"].max())
    run = min(LATER, last)
    later = table[table["run"] >= run].groupby("transfer")["passes"].mean()
    ends = _ends(frames)
    helps = "helps" if later[True] < later[False] else "does not help"
    more = ends[True] - ends[False]
    how = "higher" if more > APART else "lower" if more < -APART else "as high"
    gaps = table[table["transfer"] & (table["run"] > 1)].groupby("run")["gap"].mean()
    begins = (
        f" It begins furthest off in run {gaps.idxmax()}, {gaps.max():.2f} nats below where it "
        "ends, as the layer has moved."
        if len(gaps) and gaps.max() > APART
        else ""
    )
    passes = len(every["curves"].iloc[0][0])
    exact = _relu3(frames)
    climb = (
        " What is saved is the climb, not the gap to the truth."
        if later[True] < later[False] and ends[True] < exact
        else ""
    )
    return (
        f"Going on {helps}: from run {run} on the curve stays within a twentieth of its end after "
        f"{later[True]:.0f} passes in the mean, from scratch after {later[False]:.0f} of {passes}. "
        f"In run {last} it ends {how}, at {ends[True]:.2f} nats beside {ends[False]:.2f}; there "
        f"are exactly {exact:.2f}.{begins}{climb}"
    )


def _ends(frames: Frames) -> dict[bool, float]:
    """Where the last run ends, mean over networks, by whether weights were transferred."""
    return {
        bool(way): round(float(np.nanmean([curves[-1][-1] for curves in part["curves"]])), 2) + 0.0
        for way, part in frames["transfer"].groupby("transfer")
    }


def _relu3(frames: Frames) -> float:
    """The exact I(Y; relu3 + eps) at the last checkpoint, with the noise of the transfer."""
    cells = exact_cells(frames["exact"])
    share = frames["transfer"]["noise"].iloc[0]
    last = cells[(cells["layer"] == "relu3") & (cells["epoch"] == cells["epoch"].max())]
    return float(last[last["share"] == share]["y"].mean())


def _words(frames: Frames) -> str:
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
    told = ", ".join(f"{_percent(shares[layer])} in {layer}" for layer in LAYERS)
    converged = both[both["word"] == "converged"]
    most = (converged["value"].astype(float) / converged["x"]).median()
    flat = "none of them converged"
    if len(converged):
        flat = f"those that converged find {_percent(most)}"
        flat += ": flat is not tight" if most < TIGHT else ""
    return (
        f"Of the exact I(X; L + ε) critics with {hidden} units find, in the median, {told}; {flat}."
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
