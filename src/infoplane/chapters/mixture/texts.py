"""What chapter 02 says of its records."""

from collections.abc import Mapping

import pandas as pd

from infoplane.chapters.mixture.tables import errors
from infoplane.stats import mean_interval

__all__ = ["agreement", "answer", "comparison", "doubts", "error_caption", "runs", "sweep"]

Frames = Mapping[str, pd.DataFrame]

NAMES = {"mine": "MINE", "ross": "nearest neighbours (Ross)", "binning": "binning"}
MANY = 4.5  # standard errors that two values of one integral are hardly ever apart


def answer(frames: Frames) -> str:
    """Three lines: how close MINE comes, how close the others do, what separation does."""
    named = _named(frames)
    lines = [_mine(named), _others(named), _grows(frames["integral"])]
    return "\n".join(f"- {line}" for line in lines if line)


def agreement(frames: Frames) -> str:
    """Whether quadrature and Monte Carlo have the same values."""
    exact = frames["integral"]
    apart = (exact["value"] - exact["monte_carlo"]).abs() / exact["monte_carlo_std"].clip(1e-12)
    same = "agree" if apart.max() < MANY else "do not agree"
    return (
        f"On all {len(exact)} mixtures of this page, those that are moved apart below among them, "
        f"the two {same}: at most {apart.max():.1f} standard errors of the Monte Carlo mean lie "
        f"between them, and the quadrature is good to {exact['error'].max():.0e} nats."
    )


def runs(frames: Frames) -> str:
    """How far single runs of MINE end from the integral, beside their mean."""
    named = _named(frames)
    told = []
    for name, part in _of(named, "mine"):
        error = part["error"]
        told.append(
            f"on *{name}* single runs end between {error.min():+.3f} and {error.max():+.3f} nats "
            f"of the integral, with a mean of {_interval(error)}"
        )
    return f"{_first('; '.join(told))}."


def comparison(frames: Frames) -> str:
    """Which estimator has the least error on each mixture, and which way each is off."""
    told = []
    for name, part in _named(frames).groupby("preset", sort=False):
        means = part.groupby("estimator")["error"].mean()
        nearest, farthest = str(means.abs().idxmin()), str(means.abs().idxmax())
        told.append(
            f"on *{name}* the nearest on average is {NAMES[nearest]}, {means[nearest]:+.4f} nats "
            f"off, and the farthest {NAMES[farthest]}, {means[farthest]:+.4f}"
        )
    return f"{_first('; '.join(told))}."


def error_caption(frames: Frames) -> str:
    """What the first figure shows, in plain text."""
    named = _named(frames)
    means = {name: part["error"].mean() for name, part in _of(named, "mine")}
    below = [name for name, mean in means.items() if mean < 0]
    where = (
        "on average below the integral on every mixture"
        if len(below) == len(means)
        else f"on average below the integral on {_and(below)} and not on the others"
        if below
        else "on average not below the integral"
    )
    n, seeds = int(frames["classical"]["n"].iloc[0]), named["seed"].nunique()
    return (
        f"MINE ends {where}. Error of the final estimates on {n} samples: single seeds (pale), "
        f"mean over {seeds} seeds with its 95 % interval; dashed: the integral. The panels have "
        "scales of their own."
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
    return f"{_grows(frames['integral'])} The largest mean errors on the way: {_and(told)}."


def doubts(frames: Frames) -> str:
    """How many of its estimates MINE warned of, and why."""
    warned = frames["training"]["warnings"]
    count = int((warned.map(len) > 0).sum())
    if not count:
        return f"MINE doubts none of its {len(warned)} estimates."
    reasons = warned.explode().dropna().str.split(":").str[0].value_counts()
    told = "; ".join(f"{reason.split(' (')[0]} ({times})" for reason, times in reasons.items())
    return f"MINE itself doubts {count} of its {len(warned)} estimates: {told}."


def _named(frames: Frames) -> pd.DataFrame:
    """Errors on the mixtures that have names."""
    table = errors(frames)
    return table[table["preset"].notna()]


def _of(named: pd.DataFrame, estimator: str) -> list[tuple[str, pd.DataFrame]]:
    rows = named[named["estimator"] == estimator]
    return [(str(name), part) for name, part in rows.groupby("preset", sort=False)]


def _mine(named: pd.DataFrame) -> str:
    parts = _of(named, "mine")
    told = [f"{_interval(part['error'])} nats on *{name}*" for name, part in parts]
    farthest = max(part["error"].abs().max() for _, part in parts)
    return (
        f"On points it has not seen MINE is off by {_and(told)} (mean over "
        f"{named['seed'].nunique()} seeds, with its 95 % interval); the worst single run is off by "
        f"{farthest:.3f}."
    )


def _others(named: pd.DataFrame) -> str:
    worst = named.groupby(["estimator", "preset"])["error"].mean().abs().groupby("estimator").max()
    nearest = str(worst.idxmin())
    rest = [f"{NAMES[name]} {worst[name]:.4f}" for name in NAMES if name != nearest]
    trains = "which trains nothing, " if nearest != "mine" else ""
    return (
        f"Of three estimators the one nearest to the integral is {NAMES[nearest]}, {trains}with a "
        f"mean error of at most {worst[nearest]:.4f} nats on these mixtures; {_and(rest)}."
    )


def _grows(exact: pd.DataFrame) -> str:
    moved = exact[exact["separation"].notna()].sort_values("separation")
    steps = moved["value"].diff().dropna()
    grows = "grows at every step" if (steps > 0).all() else "does not grow at every step"
    first, last = moved.iloc[0], moved.iloc[-1]
    return (
        f"As two classes move apart the information {grows}, from {abs(first['value']):.3f} nats "
        f"at distance {first['separation']:g} to {last['value']:.4f} at {last['separation']:g}; "
        f"the entropy of the class, which it cannot pass, is {last['label_entropy']:.4f}."
    )


def _interval(error: pd.Series) -> str:
    mean, low, high = mean_interval(error.to_numpy(float))
    return f"{mean:+.4f} [{low:+.4f}, {high:+.4f}]"


def _first(words: str) -> str:
    return words[0].upper() + words[1:]


def _and(words: list[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
