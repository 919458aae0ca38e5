"""What chapter 08 says of the training of MINE: its words, its marginals, transferred weights."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.lenet_mine import tables
from infoplane.chapters.lenet_mine.exact_tables import exact_cells
from infoplane.chapters.lenet_mine.settings import ARCHITECTURES
from infoplane.words import counted

__all__ = [
    "architectures", "batches", "exploding", "going_on", "pairings", "settings", "transfer",
]  # fmt: skip

Frames = Mapping[str, pd.DataFrame]

LATER = 3  # the run from which on transfer and scratch are compared, as in the claim
APART = 0.1  # nats, from which on two ends are said to differ


def batches(frames: Frames, batch: int) -> str:
    """A caption's finding: where runs on I(X; L) end, with noise and without."""
    own = frames["table"][frames["table"]["target"] == "x"]
    ends = own["value"].astype(float).groupby(own["noise"] > 0).max().round(1) + 0.0
    if ends.isna().any() or len(ends) < 2:
        return ""
    most = float(np.nanmax(np.array(own["curve"].tolist(), dtype=float)))
    bound = math.log(batch)
    above = "above" if most > bound else "below"
    return (
        f"Without noise values end at up to {ends[False]:.1f} nats, with noise at up to "
        f"{ends[True]:.1f}; on its way a single seed gets to {most:.1f}, {above} the log of a "
        f"batch, {bound:.1f}."
    )


def going_on(frames: Frames) -> str:
    """A caption's finding: where the last run ends, from scratch and with transferred weights."""
    last, ends = int(tables.converged_after(frames["transfer"])["run"].max()), _ends(frames)
    return (
        f"Run {last} ends at {ends[False]:.2f} nats from scratch, and at {ends[True]:.2f} with "
        "transferred weights."
    )


def exploding(frames: Frames) -> str:
    """What the runs that are called exploding are like, and how many are called otherwise."""
    runs = tables.runs_of(frames)
    own = runs[runs["word"] == "exploding"]
    n = len(own)
    others = tables.words_of(runs[runs["word"] != "exploding"])
    if not n:
        return f"Of the {len(runs)} runs of this page none is called exploding: {others}."
    finite = int(own["value"].notna().sum())
    ends = "all" if finite == n else f"{finite} of these"
    most = f", at most {own['value'].max():.2f} nats" if finite else ""
    return (
        f"Of the {len(runs)} runs of this page {n} {'is' if n == 1 else 'are'} called exploding, "
        f"and {ends} end with a finite value{most}; the others: {others}."
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
        f"On {layer}, in the rows that the source saw explode, {burst} of {of_burst} runs explode "
        f"here; in those that it saw converge, {calm} of {of_calm} converge. With noise and "
        f"twenty units MINE says {found.mean():.2f} nats in the mean, of {truth:.2f} that there "
        "are."
    )


def pairings(frames: Frames, batch: int) -> str:
    """Whether the pairs of the marginals keep values from exploding, and what new images say."""
    other = frames["deranged"]
    layer = str(other["layer"].iloc[0])
    own = tables.rows_of(frames["table"], ARCHITECTURES[0], layer, noise=False)
    bound = math.log(batch)
    (kind, mean, above, _), (second, mean_2, above_2, burst) = (
        _paired(runs, bound) for runs in (own, other)
    )
    held = float(other["held_out"].astype(float).mean())
    higher = "higher" if mean_2 > mean + APART else "no higher"
    answer = (
        f"it is: with a {second} values explode"
        if burst
        else f"a {kind} holds values down, but with a {second} nothing explodes, either"
        if mean_2 > mean + APART
        else f"with a {second} nothing explodes, either"
    )
    learned = "rows are learned by heart" if held < 0.75 * mean_2 else "little is learned by heart"
    return (
        f"With a {second} batches end {higher}, at {mean_2:.2f} nats in the mean beside "
        f"{mean:.2f}, {above_2} of {len(other)} runs above the log of the batch, {bound:.2f}, "
        f"beside {above} of {len(own)}; {burst} exploded. So {answer}. Tried on images they have "
        f"not seen, the critics of a {second} give {held:.2f} nats: {learned}."
    )


def settings(frames: Frames, hidden: int) -> str:
    """All values of I(Y; relu3 + eps) at the last checkpoint, each with the setting it is of."""
    planes, labelled, going = frames["planes"], frames["labelled"], frames["transfer"]
    own = planes[(planes["hidden"] == hidden) & (planes["target"] == "y")]
    last = own[(own["layer"] == "relu3") & (own["epoch"] == own["epoch"].max())]
    wide = next(a for a in ARCHITECTURES if a.claim == "lenet.target.2")
    more = tables.rows_of(frames["table"], wide, "relu3", noise=True)
    scored = float(labelled[labelled["layer"] == "relu3"]["value"].mean())
    table = f" (planes), {_average(more)} with {wide.hidden} (table)" if len(more) else ""
    ends = _ends(frames)
    rows, passes = (int(going[name].iloc[0]) for name in ("rows", "passes"))
    return (
        f"So there are several values of I(Y; relu3 + ε) on this page: {_average(last)} nats with "
        f"{hidden} units{table}; after {passes} passes through {counted(rows)} images "
        f"{ends[False]:.2f} from scratch and {ends[True]:.2f} with transferred weights; "
        f"{scored:.2f} with a score a label; and exactly {_relu3(frames):.2f}."
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
    share = (ends[True] - ends[False]) / (exact - ends[False])
    gap = f" and {100 * share:.0f} % of the gap to the truth" if more > APART else ""
    climb = (
        f" What is saved is the climb{gap or ', not the gap to the truth'}."
        if later[True] < later[False] and max(ends.values()) < exact
        else ""
    )
    return (
        f"Going on {helps}: from run {run} on the curve stays within a twentieth of its end after "
        f"{later[True]:.0f} passes in the mean, from scratch after {later[False]:.0f} of {passes}. "
        f"In run {last} it ends {how}, at {ends[True]:.2f} nats beside {ends[False]:.2f}; there "
        f"are exactly {exact:.2f}.{begins}{climb}"
    )


def _paired(runs: pd.DataFrame, bound: float) -> tuple[str, float, int, int]:
    """The kind of marginals; the mean value; how many are above the bound, and how many explode."""
    values = runs["value"].astype(float)
    burst = int((runs["word"] == "exploding").sum())
    return str(runs["marginals"].iloc[0]), float(values.mean()), int((values > bound).sum()), burst


def _average(runs: pd.DataFrame) -> str:
    return f"{runs['value'].astype(float).mean():.2f}"


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
