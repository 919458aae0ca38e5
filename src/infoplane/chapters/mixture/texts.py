"""What chapter 02 says of its records."""

from collections.abc import Mapping

import pandas as pd

from infoplane.chapters.mixture.tables import errors
from infoplane.stats import mean_interval
from infoplane.words import counted, listed, scientific

__all__ = [
    "above",
    "agreement",
    "answer",
    "comparison",
    "doubts",
    "error_caption",
    "runs",
    "sweep",
]

Frames = Mapping[str, pd.DataFrame]

NAMES = {"mine": "MINE", "ross": "nearest neighbours (Ross)", "binning": "binning"}
UNIT = 1e-4  # nats: of the last digit that is written
MANY = 4.5  # standard errors that two values of one integral are hardly ever apart


def answer(frames: Frames) -> str:
    """Three points: how close MINE comes, how close the others do, what separation does."""
    named, exact = _named(frames), frames["integral"]
    lines = [_mine(named, frames["training"]), _others(named), f"{_grows(exact)}."]
    return "\n".join(f"- {line}" for line in lines)


def agreement(frames: Frames) -> str:
    """Whether quadrature and Monte Carlo have the same values."""
    exact = frames["integral"]
    apart = (exact["value"] - exact["monte_carlo"]).abs() / exact["monte_carlo_std"].clip(1e-12)
    same = "agree" if apart.max() < MANY else "do not agree"
    return (
        f"On all {len(exact)} mixtures of this page, those that are moved apart below among them, "
        f"the two {same}: at most {apart.max():.1f} standard errors of the Monte Carlo mean lie "
        f"between them, and the quadrature is good to {scientific(exact['error'].max())} nats."
    )


def runs(frames: Frames) -> str:
    """How far single estimates of MINE are from the integral, beside their mean."""
    named = _named(frames)
    told = []
    for name, part in _of(named, "mine"):
        error = part["error"]
        told.append(
            f"on *{name}* single estimates lie between {error.min():+.3f} and {error.max():+.3f} "
            f"nats of the integral, with a mean of {_interval(error)}"
        )
    return f"{_first('; '.join(told))}."


def comparison(frames: Frames) -> str:
    """Which estimator has the least error on each mixture, and which way each is off."""
    told = []
    for name, part in _named(frames).groupby("preset", sort=False):
        means = part.groupby("estimator")["error"].mean()
        nearest, farthest = str(means.abs().idxmin()), str(means.abs().idxmax())
        told.append(
            f"on *{name}* the least mean error is that of {NAMES[nearest]}, "
            f"{_size(means[nearest])}, and the largest that of {NAMES[farthest]}, "
            f"{_size(means[farthest])}"
        )
    return f"{_first('; '.join(told))}."


def error_caption(frames: Frames) -> str:
    """What the first figure shows, in plain text."""
    named = _named(frames)
    means = {name: part["error"].mean() for name, part in _of(named, "mine")}
    below = [name for name, mean in means.items() if mean < 0]
    where = (
        f"on average below the integral on {_each(len(means))}"
        if len(below) == len(means)
        else f"on average below the integral on {listed(below)} and not on the others"
        if below
        else "on average not below the integral"
    )
    n, seeds = int(frames["classical"]["n"].iloc[0]), named["seed"].nunique()
    return (
        f"MINE ends {where}. Error of the final estimates on {counted(n)} samples: single seeds "
        f"(pale), mean over {seeds} seeds with its 95 % interval; dashed: the integral. The panels "
        "have scales of their own."
    )


def sweep(frames: Frames) -> str:
    """Whether the information grows with the distance, and the worst error on the way."""
    moved = errors(frames)
    moved = moved[moved["separation"].notna()]
    worst = moved.groupby(["estimator", "separation"])["error"].mean()
    told = []
    for estimator, name in NAMES.items():
        at = worst[estimator].abs().idxmax()
        told.append(f"{name} {worst[estimator][at]:+.3f} nats at distance {at:g}")
    last = frames["integral"].query("separation.notna()").nlargest(1, "separation").iloc[0]
    return (
        f"{_grows(frames['integral'])}, at distance {last['separation']:g}. The largest mean "
        f"errors on the way: {listed(told)}."
    )


def above(frames: Frames) -> str:
    """At how many distances of the sweep the mean of MINE lies above the integral."""
    moved = errors(frames)
    moved = moved[moved["separation"].notna() & (moved["estimator"] == "mine")]
    ends = [mean_interval(part["error"].to_numpy(float)) for _, part in moved.groupby("separation")]
    over = [(mean, low) for mean, low, _ in ends if mean > 0]
    if not over:
        return f"At none of the {len(ends)} distances of the sweep is its mean above the integral."
    surely = sum(low > 0 for _, low in over)
    return (
        f"At {len(over)} of the {len(ends)} distances of the sweep its mean is above the integral, "
        f"by {max(over)[0]:.4f} nats at most; surely (95 % interval) at {surely or 'none'} of them."
    )


def doubts(frames: Frames) -> str:
    """How many of its estimates MINE warned of, and why."""
    warned = frames["training"]["warnings"]
    count = int((warned.map(len) > 0).sum())
    if not count:
        return f"MINE doubts none of its {len(warned)} estimates."
    reasons = warned.explode().dropna().str.split(":").str[0].value_counts()
    words = [reason.split(" (")[0] for reason in reasons.index]
    several = zip(words, reasons, strict=True)
    told = words if len(words) == 1 else [f"{word} ({times})" for word, times in several]
    return f"MINE itself doubts {count} of its {len(warned)} estimates: {'; '.join(told)}."


def _named(frames: Frames) -> pd.DataFrame:
    """Errors on the mixtures that have names."""
    table = errors(frames)
    return table[table["preset"].notna()]


def _of(named: pd.DataFrame, estimator: str) -> list[tuple[str, pd.DataFrame]]:
    rows = named[named["estimator"] == estimator]
    return [(str(name), part) for name, part in rows.groupby("preset", sort=False)]


def _mine(named: pd.DataFrame, training: pd.DataFrame) -> str:
    parts = _of(named, "mine")
    told = [f"{_size(part['error'].mean())} on *{name}*" for name, part in parts]
    warned = training.loc[training["preset"].notna(), "warnings"]
    late = sum(any("still rising" in warning for warning in of_run) for of_run in warned)
    return (
        f"MINE is off by {listed(told)} (mean over {named['seed'].nunique()} seeds); {late} of "
        f"these {len(warned)} runs were still rising at their last step."
    )


def _others(named: pd.DataFrame) -> str:
    worst = named.groupby(["estimator", "preset"])["error"].mean().abs().groupby("estimator").max()
    nearest = str(worst.idxmin())
    rest = [f"{NAMES[name]} {worst[name]:.4f}" for name in NAMES if name != nearest]
    trains = ", without training" if nearest != "mine" else ""
    return (
        f"The smallest mean errors, at most {worst[nearest]:.4f} nats, are those of "
        f"{NAMES[nearest]}{trains}; {listed(rest)}."
    )


def _grows(exact: pd.DataFrame) -> str:
    """What the integral does over the sweep, without the full stop."""
    moved = exact[exact["separation"].notna()].sort_values("separation")
    steps = moved["value"].diff().dropna()
    grows = "grows at every step" if (steps > 0).all() else "does not grow at every step"
    first, last = moved.iloc[0], moved.iloc[-1]
    return (
        f"As two classes move apart the information {grows}, from {abs(first['value']):.3f} to "
        f"{last['value']:.4f} of at most {last['label_entropy']:.4f} nats"
    )


def _size(mean: float) -> str:
    """A mean error with its sign, unless none of its digits is written."""
    return f"{mean:+.4f} nats" if abs(mean) >= UNIT / 2 else f"less than {UNIT:.4f} nats"


def _each(count: int) -> str:
    return {1: "the one mixture", 2: "both mixtures"}.get(count, f"all {count} mixtures")


def _interval(error: pd.Series) -> str:
    mean, low, high = mean_interval(error.to_numpy(float))
    return f"{mean:+.4f} [{low:+.4f}, {high:+.4f}]"


def _first(words: str) -> str:
    return words[0].upper() + words[1:]
