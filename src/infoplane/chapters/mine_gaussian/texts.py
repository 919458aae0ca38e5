"""What chapter 03 says of its records."""

from collections.abc import Mapping

import pandas as pd

from infoplane.chapters.mine_gaussian import plots
from infoplane.chapters.mine_gaussian.settings import BOOK_RATE, PLAIN_RATE
from infoplane.chapters.mine_gaussian.tables import (
    TRUST,
    corrections,
    errors,
    stairs,
)
from infoplane.chapters.mine_gaussian.trusted import mean_errors, reach
from infoplane.words import listed

__all__ = [
    "answer",
    "caption",
    "correction",
    "dims_of",
    "fixed",
    "independent",
    "missing",
    "name",
    "percent",
    "stair_caption",
    "staircase",
    "trust",
]

Frames = Mapping[str, pd.DataFrame]

SETTING = ["d", "rho", "batch"]
FAMILY = "cca"  # assumes that everything is Gaussian: right by construction here


def answer(frames: Frames) -> str:
    """Three lines: how far MINE is an estimate, who goes further, what the correction does."""
    table = errors(frames)
    lines = [
        " ".join(_mine(table, d) for d in dims_of(table)),
        _further(table),
        _helps(corrections(frames["correction"])),
    ]
    return "\n".join(f"- {line}" for line in lines if line)


def caption(frames: Frames) -> str:
    """What the first figure shows, in plain text."""
    table = fixed(errors(frames))
    parts = [mean_errors(table[table["d"] == d]) for d in dims_of(table)]
    wrong = pd.concat(part[~part["trusted"]] for part in parts)
    low = int((wrong["error"] < 0).sum())
    side = (
        "Where estimators are wrong on a sample, they are wrong on the low side"
        if low == len(wrong)
        else f"Of {len(wrong)} mean errors that are too large {low} are on the low side"
    )
    n = int(frames["classical"]["n"].iloc[0])
    return (
        f"{side}. Mean error in % of the true information, which is named below each column "
        f"(nats): blue too low, red too high, and many % of a small truth are few nats; samples "
        f"of {n} rows, and MINE on fresh samples as well. A panel a dimension."
    )


def name(estimator: str) -> str:
    """An estimator as readers know it, without a comma, for lists."""
    return "separable DV" if estimator == "dv" else plots.name(estimator)


def stair_caption(frames: Frames) -> str:
    """What the errors on the staircase show, in plain text."""
    steps = stairs(frames["staircase"])
    top = steps["information"].max()
    last = steps[steps["information"] == top].groupby("bound", sort=False)[["bias", "std"]].mean()
    seeds = steps["seed"].nunique()
    near, calm = (name(str(last[column].abs().idxmin())) for column in ("bias", "std"))
    who = (
        f"the least bias is that of {near} and the least spread that of {calm}"
        if near != calm
        else f"both the least bias and the least spread are those of {near}"
    )
    return (
        f"At {top:g} nats {who}. Mean error and standard deviation of the batch values over the "
        f"last quarter of each step. Bands: 95 % interval of the mean over {seeds} seeds. What "
        "leaves the axes is cut off."
    )


def trust(frames: Frames) -> str:
    """Up to which true information each estimator is trusted, by dimension."""
    table = fixed(errors(frames))
    told = []
    for d in dims_of(table):
        part = table[table["d"] == d]
        told.append(f"in {d} dimensions, {_ranked(part, -1)}")
    return f"Trusted on a sample, at all that was tried up to there, are, {'. And, '.join(told)}."


def independent(frames: Frames) -> str:
    """What estimators find where there is nothing, or "" where no correlation is 0."""
    table = errors(frames)
    none = table[table["rho"] == 0]
    if none.empty:
        return ""
    means = none.groupby(["estimator", "sample", "d"])["value"].mean()
    who = means.abs().idxmax()
    single = none.loc[none["value"].abs().idxmax()]
    honest = "Nothing is found" if means.abs().max() <= TRUST[0] else "Something is found"
    return (
        f"{honest} where there is nothing (ρ = 0): the mean farthest from zero is "
        f"{means[who]:+.4f} nats ({name(who[0])}, *d* = {who[2]}), the single estimate farthest "
        f"from it {single['value']:+.3f} ({name(single['estimator'])}, *d* = {single['d']})."
    )


def correction(frames: Frames) -> str:
    """What the bias correction does to the bound and to the value of a batch, either way."""
    table = corrections(frames["correction"])
    means = table.groupby(["clipped", "rate"])["batch_value"].agg(["min", "max"])
    told = []
    for clipped, words in ((False, "with gradients as they are"), (True, "with clipped ones")):
        with_it, without = (means.loc[(clipped, rate)] for rate in (BOOK_RATE, PLAIN_RATE))
        told.append(
            f"{words} the values of the last batches are off by {with_it['min']:+.2f} to "
            f"{with_it['max']:+.2f} nats with the correction and by {without['min']:+.2f} to "
            f"{without['max']:+.2f} without"
        )
    return f"{_helps(table)} The value of a batch is another matter: {'; '.join(told)}."


def missing(frames: Frames) -> str:
    """What the table of the settings shows."""
    seeds = frames["correction"]["seed"].nunique()
    return (
        "What the held-out bound lacks of the truth with gradients that are not clipped, mean over "
        f"{seeds} seeds and half of its 95 % interval:"
    )


def staircase(frames: Frames) -> str:
    """Bias and spread of each bound on the highest step of the staircase."""
    steps = stairs(frames["staircase"])
    top = steps["information"].max()
    last = steps[steps["information"] == top].groupby("bound", sort=False)[["bias", "std"]]
    told = [
        f"{name(str(bound))} {row['bias']:+.2f} ({row['std']:.2f})"
        if pd.notna(row["bias"])
        else f"{name(str(bound))} not finite"
        for bound, row in last.mean().iterrows()
    ]
    return (
        f"At a truth of {top:g} nats each bound is off by, with the standard deviation of single "
        f"batches in brackets: {', '.join(told)}."
    )


def _mine(table: pd.DataFrame, d: int) -> str:
    """Up to where MINE on a sample is trusted, and what it lacks beyond."""
    part = fixed(table[(table["d"] == d) & (table["estimator"] == "mine")])
    far = reach(part, "mine")
    means = mean_errors(part).sort_values("truth")
    upto = f"up to {far:.2f} nats" if far else "nowhere but at independence"
    told = f"In {d} dimensions MINE is to be trusted {upto}"
    beyond = means[~means["trusted"]]
    if beyond.empty:
        return f"{told}, as far as it was tried."
    first, best, last = beyond.index[0], beyond["relative"].idxmax(), beyond.index[-1]
    rows = beyond.loc[list(dict.fromkeys([first, best, last]))]
    off = [f"{percent(-row['relative'])} of {row['truth']:.2f}" for _, row in rows.iterrows()]
    return f"{told}; it lacks {listed(off)} nats."


def _further(table: pd.DataFrame) -> str:
    """Who goes further than MINE with its own critic, by dimension."""
    table = fixed(table)
    told = []
    for d in dims_of(table):
        part = table[table["d"] == d]
        further = _ranked(part, reach(part, "mine"))
        told.append(f"in {d} dimensions, {further or 'nobody'}")
    return (
        f"Trusted further than MINE on the same samples are, {'; and '.join(told)}. "
        f"{name(FAMILY)} assumes the Gaussian that is there; nobody else does."
    )


def _ranked(part: pd.DataFrame, beyond: float) -> str:
    """Who is trusted further than `beyond`, the farthest first."""
    who: dict[float, list[str]] = {}
    for estimator in part["estimator"].unique():
        who.setdefault(reach(part, estimator), []).append(name(estimator))
    words = [
        f"{listed(some)} {f'to {far:.2f} nats' if far else 'nowhere but at independence'}"
        for far, some in sorted(who.items(), reverse=True)
        if far > beyond
    ]
    return "; ".join(words)


def _helps(table: pd.DataFrame) -> str:
    """In how many settings the correction comes nearer, and what lacks with it."""
    means = table.groupby([*SETTING, "clipped", "rate"])["held_out"].mean().abs().unstack()
    nearer = (means[BOOK_RATE] < means[PLAIN_RATE]).groupby("clipped").agg(["sum", "size"])
    as_is, clipped = (nearer.loc[kind] for kind in (False, True))
    left = means.xs(False, level="clipped")[BOOK_RATE]
    return (
        f"The bias correction brings the held-out bound nearer to the truth in {as_is['sum']} of "
        f"{as_is['size']} settings, if nothing clips its gradients, and in {clipped['sum']} of "
        f"{clipped['size']} if something does; with it {left.min():.2f} to {left.max():.2f} nats "
        "are still missing."
    )


def dims_of(table: pd.DataFrame) -> list[int]:
    return sorted(int(d) for d in table["d"].unique())


def fixed(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["sample"] == "fixed"]


def percent(share: float) -> str:
    digits = 0 if abs(share) >= 0.01 else 1
    return f"{round(100 * share, digits) + 0.0:.{digits}f} %"  # no minus before a zero
