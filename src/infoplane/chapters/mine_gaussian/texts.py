"""What chapter 03 says of its records."""

from collections.abc import Mapping

import pandas as pd

from infoplane.chapters.mine_gaussian import plots
from infoplane.chapters.mine_gaussian.edges import leaves_map, leaves_stairs
from infoplane.chapters.mine_gaussian.settings import BOOK_RATE, PLAIN_RATE
from infoplane.chapters.mine_gaussian.tables import (
    BIASED,
    TRUST,
    corrections,
    errors,
    pooled,
    stairs,
)
from infoplane.chapters.mine_gaussian.trusted import mean_errors, reach
from infoplane.words import counted, listed

__all__ = [
    "answer",
    "caption",
    "correction",
    "dims_of",
    "fixed",
    "independent",
    "map_caption",
    "missing",
    "name",
    "percent",
    "stair_caption",
    "stair_map_caption",
    "stair_value_caption",
    "staircase",
    "trust",
]

Frames = Mapping[str, pd.DataFrame]

SETTING = ["d", "rho", "batch"]
FAMILY = "cca"  # assumes that everything is Gaussian: right by construction here


def answer(frames: Frames) -> str:
    """Three points: how far MINE is an estimate, who goes further, what the correction does."""
    table = fixed(errors(frames))
    lines = [_mine(table), _further(table), f"{_helps(corrections(frames['correction']))}."]
    return "\n".join(f"- {line}" for line in lines)


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
    return (
        f"{side}. Mean error in % of the true information, which is named below each column "
        f"(nats): blue too low, red too high, and many % of a small truth are few nats. "
        f"{_mean_of(frames)}; samples of {_rows(frames)} rows, and MINE on fresh samples as well. "
        "A panel a dimension."
    )


def map_caption(frames: Frames) -> str:
    """What the map of all estimators on a sample shows, in plain text."""
    table = pooled(fixed(errors(frames)))
    beyond = " Points beyond the axes sit on their edge." if leaves_map(table) else ""
    return (
        "How much an estimate is worth depends on how much there is to find and in how many "
        f"dimensions. Error against true information, {_rows(frames)} rows, side by side at each. "
        f"No shade: trust, within {TRUST[0]:g} nats or {percent(TRUST[1])}; light: biased, up to "
        f"{percent(BIASED[1])}; strong: do not use. {_mean_of(frames)}; bars: its 95 % interval."
        f"{beyond}"
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
        f"last quarter of each step. Bands: 95 % interval of the mean over {seeds} seeds."
    )


def stair_value_caption(frames: Frames) -> str:
    """What the batch values on the staircase show, in plain text."""
    climbs = frames["staircase"]
    cut = " What leaves the axes is cut off." if leaves_stairs(climbs) else ""
    return (
        "InfoNCE cannot climb beyond the log of its batch; the others have no such ceiling, and "
        "pay in other ways. Value of the training batches, "
        f"{counted(int(climbs['steps'].iloc[0]))} steps from new weights at each true value. "
        f"Line: mean over {climbs['seed'].nunique()} seeds and its 95 % interval; pale: one "
        f"standard deviation of single batches; dashed: the truth.{cut}"
    )


def stair_map_caption(frames: Frames) -> str:
    """How the bias of the bounds grows up the staircase, in plain text."""
    steps = stairs(frames["staircase"])
    bias = steps.pivot_table(index="bound", columns="information", values="bias")
    low, top = bias.columns.min(), bias.columns.max()
    grown = int((bias[top].abs() > bias[low].abs()).sum())
    worst = bias[top].abs().idxmax()
    return (
        f"From {low:g} to {top:g} nats the bias of {grown} of {len(bias)} bounds grows; the "
        f"largest is then {bias[top][worst]:+.1f} nats ({name(str(worst))}). Means over "
        f"{steps['seed'].nunique()} seeds; left: blue below the truth, red above it; right: the "
        "standard deviation of single batches."
    )


def trust(frames: Frames) -> str:
    """Up to which true information each estimator is trusted, by dimension."""
    table = fixed(errors(frames))
    told = []
    for d in dims_of(table):
        part = table[table["d"] == d]
        told.append(f"in {d} dimensions, {_ranked(part)}")
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
    means = table.groupby([*SETTING, "clipped", "rate"])[["held_out", "batch_value"]].mean()
    left = means["held_out"].xs((False, BOOK_RATE), level=("clipped", "rate")).abs()
    ends = means["batch_value"].groupby(["clipped", "rate"]).agg(["min", "max"])
    told = []
    for clipped, words in ((False, "with gradients as they are"), (True, "with clipped ones")):
        with_it, without = (ends.loc[(clipped, rate)] for rate in (BOOK_RATE, PLAIN_RATE))
        told.append(
            f"{words} they are off by {with_it['min']:+.2f} to {with_it['max']:+.2f} nats with the "
            f"correction and by {without['min']:+.2f} to {without['max']:+.2f} without"
        )
    return (
        f"{_helps(table)}; unclipped, {left.min():.2f} to {left.max():.2f} nats are still missing "
        "with it. The values of the last batches are another matter: as means over seeds, in one "
        f"setting or another, {'; '.join(told)}."
    )


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


def _mine(table: pd.DataFrame) -> str:
    """Up to where MINE on a sample is trusted, and what it lacks where it is not, by dimension."""
    told = []
    for d in dims_of(table):
        part = table[(table["d"] == d) & (table["estimator"] == "mine")]
        far = reach(part, "mine")
        means = mean_errors(part)
        lacks = -means.loc[~means["trusted"] & (means["truth"] > 0), "relative"]
        ends = dict.fromkeys(map(percent, (lacks.min(), lacks.max())))
        beyond = f"it lacks {' to '.join(ends)} beyond" if len(lacks) else "as far as it was tried"
        upto = f"up to {far:.2f} nats" if far else "at independence only"
        told.append(f"in {d} dimensions {upto} ({beyond})")
    return f"MINE is to be trusted {listed(told)}."


def _further(table: pd.DataFrame) -> str:
    """Who goes further than MINE with its own critic, by dimension."""
    told = []
    for d in dims_of(table):
        part = table[table["d"] == d]
        far = reach(part, "mine")
        who = [name(e) for e in part["estimator"].unique() if reach(part, e) > far]
        told.append(f"in {d} dimensions {listed(who, none='nobody')}")
    return (
        f"Trusted further on the same samples: {'; '.join(told)} ({name(FAMILY)} assumes the "
        "Gaussian that is there)."
    )


def _ranked(part: pd.DataFrame) -> str:
    """Who is trusted how far, the farthest first."""
    who: dict[float, list[str]] = {}
    for estimator in part["estimator"].unique():
        who.setdefault(reach(part, estimator), []).append(name(estimator))
    return "; ".join(
        f"{listed(some)} {f'to {far:.2f} nats' if far else 'nowhere but at independence'}"
        for far, some in sorted(who.items(), reverse=True)
    )


def _helps(table: pd.DataFrame) -> str:
    """In how many settings the correction comes nearer, without the full stop."""
    means = table.groupby([*SETTING, "clipped", "rate"])["held_out"].mean().abs().unstack()
    nearer = (means[BOOK_RATE] < means[PLAIN_RATE]).groupby("clipped").agg(["sum", "size"])
    as_is, clipped = (nearer.loc[kind] for kind in (False, True))
    return (
        f"The bias correction brings the held-out bound nearer to the truth in {as_is['sum']} of "
        f"{as_is['size']} settings, and in {clipped['sum']} of {clipped['size']} if gradients are "
        "clipped"
    )


def _mean_of(frames: Frames) -> str:
    """What means are over: the bounds have fewer seeds where that saved much time."""
    seeds, fewer = (frames[part]["seed"].nunique() for part in ("mine", "bounds"))
    of_bounds = "" if fewer == seeds else f" ({fewer} with a separable critic)"
    return f"Mean over {seeds} seeds{of_bounds}, ρ and −ρ as one"


def _rows(frames: Frames) -> str:
    return counted(int(frames["classical"]["n"].iloc[0]))


def dims_of(table: pd.DataFrame) -> list[int]:
    return sorted(int(d) for d in table["d"].unique())


def fixed(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["sample"] == "fixed"]


def percent(share: float) -> str:
    digits = 0 if abs(share) >= 0.01 else 1
    return f"{round(100 * share, digits) + 0.0:.{digits}f} %"  # no minus before a zero
