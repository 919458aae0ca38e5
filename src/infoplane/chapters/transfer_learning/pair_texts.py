"""What chapter 06 says of its three tables of correlations, from its records."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.transfer_learning import correlated, tables
from infoplane.chapters.transfer_learning.settings import (
    ACCURACY,
    COMPACTNESS,
    LOSS,
    OF_LABEL,
    OF_PREDICTION,
    REGIMES,
)
from infoplane.signs import number

__all__ = ["by_source", "counts", "cut", "decided", "signs", "together"]

Frames = Mapping[str, pd.DataFrame]

QUALITIES = (ACCURACY, LOSS, OF_PREDICTION, OF_LABEL)  # of which more is better, but for loss


def counts(pairs: pd.DataFrame) -> str:
    """A caption's finding: how many of the entries lie where, by their intervals."""
    known = correlated.judged(pairs)
    within, outside = correlated.decided(known)
    return (
        f"Of {len(known)} entries{_twice(pairs, known)} {within} have their interval where it "
        f"counts as reproduced, {outside} lie outside, and {len(known) - within - outside} reach "
        "over an edge."
    )


def signs(pairs: pd.DataFrame) -> str:
    """A caption's finding: how many entries have another sign than reported, by regime."""
    other = (pairs["r"] * pairs["reported"] < 0).groupby(pairs["regime"]).sum()
    per = len(pairs) // len(REGIMES)
    told = ", ".join(f"{other[regime]} in the {regime}" for regime in REGIMES)
    return f"Of {per} entries a table, another sign than reported have {told} regime."


def decided(frames: Frames, pairs: pd.DataFrame) -> str:
    """How many of the entries these networks leave undecided."""
    known = correlated.judged(pairs)
    left = len(known) - sum(correlated.decided(known))
    many = "more than half of them" if left > len(known) / 2 else "no more than half of them"
    return (
        f"The intervals of {left} of the {len(known)} entries{_twice(pairs, known)} reach over an "
        f"edge, {many}: {pairs['families'].iloc[0]} families are few. The last column of the "
        "tables below says how many networks would decide, were *r* exactly what it is here."
    )


def together(frames: Frames, pairs: pd.DataFrame) -> str:
    """Which quantities go together, and whether compactness goes with any of them."""
    own = pairs[(pairs["a"].isin(QUALITIES)) & (pairs["b"].isin(QUALITIES))]
    good = np.where((own["a"] == LOSS) ^ (own["b"] == LOSS), -1.0, 1.0)  # sign if both are better
    ends = own[["low", "high"]].mul(good, axis=0).min(axis=1)
    surely = (ends > 0).groupby(own["regime"]).sum()
    per = len(own) // len(REGIMES)
    late = ends[own["regime"] != REGIMES[0]] > 0
    how = "go together" if late.all() else "mostly go together" if late.mean() > 0.5 else "go apart"
    alike = ": what is better by one is better by another" if late.all() else ""
    opposite = own[(own["regime"] == "optimal") & (own["r"] * own["reported"] < 0)]
    compact = pairs[(pairs["a"] == COMPACTNESS) | (pairs["b"] == COMPACTNESS)]
    apart = ((compact["low"] > 0) | (compact["high"] < 0)).groupby(compact["regime"]).sum()
    counts = [f"{surely[regime]} in the {regime}" for regime in REGIMES]
    found = [f"{apart[regime]} in the {regime}" for regime in REGIMES]
    return (
        f"Accuracy, loss, I(P; Y) and I(E; Y) {how} at the best epoch and after the last{alike}. "
        f"Of their {per} pairs {', '.join(counts)} regime "
        "have an interval on that side of 0. The source's second table has the opposite sign in "
        f"{len(opposite)} of the {per}. Of the four pairs with compactness {', '.join(found)} "
        f"regime have an interval without 0.{_first_epoch(pairs)}"
    )


def cut(frames: Frames) -> str:
    """What the networks that are cut off before their last stage do to the correlation; or ""."""
    groups = correlated.by_cut(frames)
    if "cut off" not in groups.index or "whole" not in groups.index:
        return ""
    known = tables.networks(frames)
    values = tables.quantities(frames, REGIMES[0])[COMPACTNESS].mean(axis=1)
    below = values[~known["whole"]].max() < values[known["whole"]].min()
    n = int(groups.loc["cut off", "networks"])
    where = (
        f"are the {n} of least I(X; E + ε), whatever else they are"
        if below
        else "are not those of least I(X; E + ε)"
    )
    every, whole, off = (groups.loc[name, "optimal"] for name in ("all", "whole", "cut off"))
    told = (
        f"At the best epoch *r* is {number(every)} over all, {number(whole)} and {number(off)} "
        "within each"
    )
    if every * whole < 0 and every * off < 0:
        told += ": what holds over all is the difference of two groups, and the reverse within both"
        told += " (Simpson's paradox)"
    return (
        f"The set matters, too. The {n} networks that are cut off {where}; the table below has "
        f"both groups by themselves. {told}. Of {len(known)} networks nothing finer can be asked."
    )


def by_source(frames: Frames, pairs: pd.DataFrame) -> str:
    """What the source's own estimators do to the correlations of compactness."""
    own = pairs[(pairs["a"] == COMPACTNESS) | (pairs["b"] == COMPACTNESS)]
    by_mine = correlated.by_source(frames, own)
    moved = np.abs(by_mine - own["r"].to_numpy())
    before, after = (np.abs(r - own["reported"].to_numpy()) for r in (own["r"].to_numpy(), by_mine))
    nearer = after < before - 1e-9  # more than rounding
    return (
        f"The source's own estimators move the {len(own)} entries of compactness by "
        f"{moved.mean():.2f} in the mean and {moved.max():.2f} at most, {int(nearer.sum())} of "
        "them towards what the source reports. An estimator's error is a property of the network "
        "as well, and correlates."
    )


def _twice(pairs: pd.DataFrame, known: pd.DataFrame) -> str:
    """Of the entries that are no numbers of their own, where there are any."""
    again = len(pairs) - len(known)
    return f" ({again} more repeat one of them)" if again else ""


def _first_epoch(pairs: pd.DataFrame) -> str:
    """What may be behind a correlation of accuracy and compactness after one epoch alone."""
    own = pairs[(pairs["a"] == ACCURACY) & (pairs["b"] == COMPACTNESS)].set_index("regime")
    first = own.loc[REGIMES[0]]
    if not first["low"] > 0 or not first["reported"] < 0:
        return ""
    return (
        " After one epoch compactness goes with accuracy, *against* the reported sign. One reason "
        "may be the epoch and not the embedding: rows of one length that lie further apart give "
        "larger gradients, and after one pass at one learning rate are ahead."
    )
