"""What chapter 12 says of its records: what holds, what breaks, and what is said of it."""

from collections.abc import Mapping

import pandas as pd

from infoplane.chapters.limits.settings import HURDLES
from infoplane.chapters.limits.tables import BREAKS, HOLDS, NAMES, REFUSES, coverage, judged
from infoplane.signs import number
from infoplane.words import listed

__all__ = [
    "answer",
    "biases",
    "breaking",
    "covering",
    "farthest",
    "owed",
    "promised",
    "read",
    "said",
    "silent",
    "strong",
]

Frames = Mapping[str, pd.DataFrame]

HONEST = 0.95  # what intervals promise
PLAIN = "none"  # the hurdle that is none


def answer(frames: Frames) -> str:
    """What holds and breaks, who holds most, and whether the ways around and intervals do."""
    told = (_meetings(frames), _estimators(frames), _around(frames))
    return "\n".join(f"- {sentence}" for sentence in told if sentence)


def read(frames: Frames) -> str:
    """What the words of the first figure mean, those that it has."""
    found = judged(frames["hurdles"])
    seeds = int(found["seeds"].max())
    silent = ((found["verdict"] == BREAKS) & (found["silent"] > 0)).any()
    return (
        "An estimator *holds* where its own 95 % interval, bias taken out as far as it knows it, "
        f"covers the truth on at least half of the {seeds} seeds; that is lenient, as an honest "
        "interval covers it on nearly all. A number beside a mark is that of the seeds, where it "
        "is neither none nor all of them. The estimator *breaks* where fewer intervals cover"
        + (", *silently* if at least one of these missed without a warning" if silent else "")
        + ". It *refuses* where it gives a sentence in place of a number."
    )


def breaking(frames: Frames) -> str:
    """For a caption: how estimators fare at hurdles, by number."""
    found = _hurdles(frames)
    if found.empty:
        return ""
    counts = found["verdict"].value_counts()
    return (
        f"Estimators that are put to a hurdle, {len(found)} times in all, hold "
        f"{counts.get(HOLDS, 0)} times, break {counts.get(BREAKS, 0)} times and refuse "
        f"{counts.get(REFUSES, 0)} times."
    )


def biases(frames: Frames) -> str:
    """How much of the answer a known bias is where columns are many."""
    found = judged(frames["hurdles"])
    own = found[(found["hurdle"] == "columns") & found["estimator"].isin(["ksg", "wkl", "kde"])]
    if own.empty:
        return ""
    told = "; ".join(
        f"{NAMES[row.estimator]} {number(row.raw)} as it comes and {number(row.value)} without its "
        "bias"
        for row in own.itertuples()
    )
    larger = ((own["value"] - own["raw"]).abs() > own["value"].abs() / 2).all()
    counts = [
        f"that of {NAMES[row.estimator]} on {row.covers} of {row.seeds}" for row in own.itertuples()
    ]
    return (
        f"With many columns there are {own['truth'].iloc[0]:.2f} nats, and estimators that look at "
        f"distances find: {told}. The bias is "
        f"{'the larger part of the answer' if larger else 'not always the larger part'}. Corrected "
        f"for it intervals cover the truth on so many seeds: {listed(counts)}."
    )


def strong(frames: Frames) -> str:
    """Who gets to a strong dependence."""
    found = judged(frames["hurdles"])
    own = found[found["hurdle"].isin(["strong", "near-copies"])]
    if own.empty:
        return ""
    holding = own.groupby("estimator", sort=False)["verdict"].agg(lambda of: (of == HOLDS).all())
    names = [NAMES[name] for name, holds in holding.items() if holds]
    if not names:
        return "Here none gets there."
    why = ", by the formula of Gaussians, which these are" if names == [NAMES["cca"]] else ""
    only = "only " if len(names) == 1 else ""
    return f"Here {only}{listed(names)} {'gets' if len(names) == 1 else 'get'} there{why}."


def farthest(frames: Frames) -> str:
    """For a caption: what is farthest from the truth in the mean, less its known bias."""
    found = judged(frames["hurdles"]).query("verdict != @REFUSES")
    if found.empty:
        return ""
    worst = found.loc[(found["value"] - found["truth"]).abs().idxmax()]
    return (
        f"Farthest from the truth is {NAMES[worst['estimator']]} at "
        f"{HURDLES[worst['hurdle']].title}: {worst['value']:.1f} nats, where there are "
        f"{worst['truth']:.1f}."
    )


def covering(frames: Frames) -> str:
    """For a caption: how many shares agree with what intervals promise, to their own error."""
    table = coverage(frames["coverage"])
    return (
        f"Counted {len(table)} times, by estimator, problem and number of rows, intervals cover as "
        f"often as they promise, or more, {_agree(table)} times, to the count's own error."
    )


def promised(frames: Frames) -> str:
    """By estimator, the least and the largest share of intervals that cover."""
    table = coverage(frames["coverage"])
    shares = table.groupby("estimator", sort=False)["covered"].agg(["min", "max"])
    told = [
        f"{NAMES[str(name)]} {100 * row['min']:.0f} to {100 * row['max']:.0f} %"
        if row["min"] < row["max"]
        else f"{NAMES[str(name)]} {100 * row['min']:.0f} %"
        for name, row in shares.iterrows()
    ]
    return f"They cover, over problems and numbers of rows: {listed(told)} of the data sets."


def silent(frames: Frames) -> str:
    """By estimator, the largest share of intervals that miss without a warning."""
    table = coverage(frames["coverage"])
    most = table.groupby("estimator", sort=False)["silent"].max().sort_values(ascending=False)
    told = [f"{NAMES[str(name)]} {100 * share:.0f} %" for name, share in most.items()]
    sets = table["repetitions"].min(), table["repetitions"].max()
    few = listed([NAMES[n] for n in most.index if _repetitions(table, n) < sets[1]], none="")
    counted = (
        f"counted on {sets[1]} data sets each, of {few} on {sets[0]}"
        if few
        else f"counted on {sets[1]} data sets each"
    )
    binned = table[table["estimator"] == "binning"]
    least = binned["warned"].min()
    warned = (
        "Binning knows its bias only where its cells are few, and warns of "
        f"{'each' if least == 1 else f'{100 * least:.0f} % at least'} of its estimates: without a "
        f"warning it {'misses, too' if binned['silent'].any() else 'never misses'}. "
        if len(binned)
        else ""
    )
    return (
        f"At worst there miss without a warning: {listed(told)}, {counted}; "
        f"of an honest interval one in twenty does. {warned}MINE is a lower bound, and "
        "what it misses by is no chance: an interval around a bound covers the bound."
    )


def said(frames: Frames) -> str:
    """What the list of warnings has."""
    return (
        "What estimators that broke or refused said: each kind of warning once, as it came first, "
        "and on how many of the seeds that it missed. Not every warning is about what broke the "
        "estimator; those that came most often are first."
    )


def owed(frames: Frames) -> str:
    """That the chapter has no claim to judge."""
    return "No claim of the five documents is about these hurdles: this chapter has none to judge."


def _agree(table: pd.DataFrame) -> int:
    """How many shares are what intervals promise, or above it, to their own error."""
    return int((table["high"] >= HONEST).sum())


def _repetitions(table: pd.DataFrame, estimator: str) -> int:
    return int(table.loc[table["estimator"] == estimator, "repetitions"].max())


def _hurdles(frames: Frames) -> pd.DataFrame:
    """What is found at hurdles, without the one that is none."""
    found = judged(frames["hurdles"])
    return found[found["hurdle"] != PLAIN]


def _meetings(frames: Frames) -> str:
    told = breaking(frames)
    broken = _hurdles(frames).query("verdict == @BREAKS")
    if len(broken):
        quiet = broken[broken["silent"] > 0]
        names = listed(sorted({NAMES[name] for name in quiet["estimator"]}))
        told += (
            " None of those that break does so without a warning."
            if quiet.empty
            else f" Of those that break {len(quiet)} did so without a warning on a seed: {names}."
        )
    plain = judged(frames["hurdles"]).query("hurdle == @PLAIN")
    if len(plain):
        held = int((plain["verdict"] == HOLDS).sum())
        of = f"all {held}" if held == len(plain) else f"{held} of {len(plain)}"
        quiet = plain[(plain["verdict"] == BREAKS) & (plain["silent"] > 0)]
        names = listed([NAMES[name] for name in quiet["estimator"]], none="")
        told += f" Without a hurdle {of} hold"
        told += f", and {names} missed there without a warning." if names else "."
    return told.strip()


def _estimators(frames: Frames) -> str:
    found = _hurdles(frames)
    if found.empty:
        return ""
    held = found.assign(holds=found["verdict"] == HOLDS).groupby("estimator")["holds"]
    counts = held.agg(["sum", "size"])
    counts = counts.assign(share=counts["sum"] / counts["size"]).sort_values(
        "share", ascending=False, kind="stable"
    )
    told = [
        f"{NAMES[str(name)]} {row['sum']:.0f} of {row['size']:.0f}"
        for name, row in counts[counts["size"] > 1].iterrows()
    ]
    word = "None takes all" if counts["share"].max() < 1 else (
        "None is for all data" if counts["share"].min() < 1 else "All take all"
    )  # fmt: skip
    taken = f" Of several hurdles each takes: {listed(told)}." if told else ""
    return f"{word}.{taken}"


def _around(frames: Frames) -> str:
    ways = judged(frames["ways"])
    ways = ways[ways["hurdle"] != PLAIN]
    table = coverage(frames["coverage"])
    worst = table.loc[table["covered"].idxmin()]
    around = ""
    if len(ways):
        held = int((ways["verdict"] == HOLDS).sum())
        around = (
            f"For {'all' if held == len(ways) else f'{held} of'} {len(ways)} hurdles there is a "
            "way around. "
        )
    return (
        f"{around}Of {len(table)} counts of how often intervals cover {_agree(table)} are what "
        f"they promise, or more, to their own error; the least is {NAMES[worst['estimator']]}'s, "
        f"{100 * worst['covered']:.0f} %."
    )
