"""What chapter 04 says of MINE against infinity: where it ends, and what *diverges* means."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.infinite_mi.divergence import LATE, beside, contrasts, fates
from infoplane.stats import share_interval
from infoplane.words import counted, listed

__all__ = ["ceiling", "conditions", "contrast", "growth", "judged", "meaning", "of"]

Frames = Mapping[str, pd.DataFrame]


def growth(frames: Frames) -> str:
    """Where the held-out bound of I(X; X) ends at each rate, in the highest dimension."""
    table = fates(frames["fresh"])
    same = table[(table["d"] == table["d"].max()) & (table["matrix"] == "identity")]
    ends = same.groupby("rate")["final"].mean()
    rates = listed([f"{rate:g}" for rate in ends.index])
    return (
        "Of an infinite information MINE finds what its training makes of it: I(X; X) in "
        f"{same['d'].iloc[0]} dimensions ends at {listed([_nats(end) for end in ends])} with "
        f"learning rates of {rates} (held out, {_end(frames)})."
    )


def contrast(frames: Frames) -> str:
    """How often I(X; A X) diverges while I(X; X) grows, in the highest dimension and below."""
    table = contrasts(frames["fresh"])
    high = table["d"].max()
    found = _commonest(table[table["d"] == high])
    claim = "I(X; AX) diverges while I(X; X) grows, as in the source's figure,"
    if not found["contrast"]:
        runs = int(table.loc[table["d"] == high, "runs"].sum())
        return f"In {high} dimensions {claim} in none of {runs} pairs of runs."
    return (
        f"In {high} dimensions {claim} in {of(found['contrast'], found['runs'])} seeds at most "
        f"(learning rate {found['rate']:g}){_below(table)}."
    )


def _below(table: pd.DataFrame) -> str:
    """The same in the lowest dimension, and that the source has it the other way, if it is."""
    low, high = (_commonest(table[table["d"] == end(table["d"])]) for end in (min, max))
    if low["d"] == high["d"]:
        return ""
    seen = of(low["contrast"], low["runs"])
    if low["share"] > high["share"]:
        return f"; in {low['d']:.0f}, where the source tells of none, in {seen}"
    return f", and in {low['d']:.0f} in {seen}"


def ceiling(frames: Frames) -> str:
    """The logarithm of the pairs that a bound is held against."""
    rows = int(frames["fresh"]["held_out_rows"].iloc[0])
    return f"For the {counted(rows)} pairs kept aside here log n is {np.log(rows):.1f} nats."


def conditions(frames: Frames) -> str:
    """The condition number of the matrix in each dimension; nothing without the linear map."""
    linear = frames["maps"].query("map == 'linear'")
    told = [f"{row['condition']:.0f} at d = {row['d']}" for row in linear.to_dict("records")]
    if not told:
        return ""
    return f"The condition number of A is {listed(told)}."


def meaning(frames: Frames) -> str:
    """What "diverges" turns out to mean in the highest dimension: rate by rate, and in all."""
    table = fates(frames["fresh"])
    blown = int((table["fate"] == "blown up").sum())
    high = table[table["d"] == table["d"].max()]
    both = beside(high)
    told = [
        "So what does *diverges* turn out to mean? Values that overflow it is "
        f"{'not' if not blown else 'sometimes'}: {of(blown, len(table))} runs blew up. In "
        f"{high['d'].iloc[0]} dimensions ({_end(frames)}):\n"
    ]
    for rate, part in high.groupby("rate"):
        same, other = (part[part["matrix"] == matrix] for matrix in ("identity", "random"))
        seen = both[both["rate"] == rate]["contrast"]
        told.append(
            f"- Learning rate {rate:g}: I(X; X) ends at {_nats(same['final'].mean())} held out, "
            f"where it still grows in {of(_growing(same), len(same))} runs, and the batch value "
            f"is far above it in {of(int(same['apart'].sum()), len(same))}. I(X; AX) ends at "
            f"{_nats(other['final'].mean())}. The contrast is seen in "
            f"{of(int(seen.sum()), len(seen))} seeds."
        )
    verdict = _verdict(high, contrasts(frames["fresh"]))
    return "\n".join([*told, "", " ".join(verdict)])


def _verdict(high: pd.DataFrame, table: pd.DataFrame) -> list[str]:
    """How common the contrast is where it is most common, and where it is not."""
    own = table[table["d"] == high["d"].iloc[0]]
    found = _commonest(own)
    if not found["contrast"]:
        return ["The source's contrast is not seen in these runs, at any of the rates."]
    _, low, up = share_interval(int(found["contrast"]), int(found["runs"]))
    often = (
        "that is what happens in most runs" if low > 0.5
        else "that is the exception" if up < 0.5
        else "too rare to say that it is what happens in *most* runs"
    )  # fmt: skip
    told = [
        f"So the source's contrast is there, at best in {found['contrast']:.0f} of "
        f"{found['runs']:.0f} seeds (95 % interval of the share: {100 * low:.0f} to "
        f"{100 * up:.0f} %): {often}."
    ]
    fewest = _commonest(table[table["d"] == table["d"].min()])
    if fewest["d"] < found["d"] and fewest["share"] > found["share"]:
        told.append(
            f"The source shows it in high dimension alone. Here it is commonest in "
            f"{fewest['d']:.0f} dimensions, in {of(fewest['contrast'], fewest['runs'])} seeds at "
            f"learning rate {fewest['rate']:g}, so that it takes no high dimension."
        )
    slow = high[high["rate"] == high["rate"].min()].groupby("matrix")["final"].mean()
    if not own.loc[own["rate"].idxmin(), "contrast"]:
        if 0 < slow["random"] < slow["identity"]:
            told.append("At the smallest rate the matrix costs speed and nothing else.")
        told.append("What decides is the learning rate, which the source does not state.")
    fast = high[(high["rate"] == high["rate"].max()) & (high["matrix"] == "identity")]
    if found["rate"] < high["rate"].max() and not _growing(fast):
        told.append(
            "At the largest rate I(X; X) itself has stopped growing, held out, and the contrast "
            "is rarer again. Growth and divergence are both about the optimiser."
        )
    return told


def judged(frames: Frames) -> str:
    """The learning rates that the claims are judged at: those at which they are largest."""
    table = fates(frames["fresh"])
    same = table[table["matrix"] == "identity"].groupby(["d", "rate"])["batch_slope"]
    same = same.agg(lambda slopes: slopes.mean(skipna=False))  # none where a run blew up
    told = []
    for d in same.index.unique("d"):
        slopes = same.loc[d].dropna()
        if len(slopes):
            told.append(f"{slopes.idxmax():g} at d = {d}")
    found = contrasts(frames["fresh"])
    most = _commonest(found[found["d"] == found["d"].max()])
    where = (
        f", and the contrast is commonest at {most['rate']:g} in {most['d']:.0f} dimensions"
        if most["contrast"]
        else ""
    )
    return (
        "Growth and divergence are each judged at the learning rate at which they are largest. The "
        "batch value of I(X; X) "
        f"grows fastest at {listed(told)}{where}."
    )


def _commonest(table: pd.DataFrame) -> pd.Series:
    """Of the rows of :func:`contrasts`, the one with the largest share of seeds, as `share`."""
    shares = table.assign(share=table["contrast"] / table["runs"])
    return shares.loc[shares["share"].idxmax()]


def _end(frames: Frames) -> str:
    """What the end of a run is the mean of."""
    steps = int(frames["fresh"]["steps"].iloc[0])
    return f"mean of the last {LATE} checks in {counted(steps)} steps"


def of(count: float, total: float) -> str:
    """How many of how many: all, some or none.

    >>> of(3, 3), of(2, 3), of(0, 3)
    ('all 3', '2 of 3', 'none of 3')
    """
    count, total = int(count), int(total)
    return f"all {total}" if count == total else f"{count or 'none'} of {total}"


def _growing(runs: pd.DataFrame) -> int:
    return int((runs["fate"] == "growing").sum())


def _nats(value: float) -> str:
    return f"{value:.0f} nats" if np.isfinite(value) else "no finite number"
