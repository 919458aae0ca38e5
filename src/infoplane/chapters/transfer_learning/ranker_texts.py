"""What chapter 06 says of compactness among other numbers that rank embeddings."""

from collections.abc import Mapping

import pandas as pd

from infoplane.chapters.transfer_learning import correlated, tables
from infoplane.chapters.transfer_learning.settings import RANKERS
from infoplane.signs import number
from infoplane.words import power_above

__all__ = ["bent", "place", "ranked", "rankers", "stability"]

Frames = Mapping[str, pd.DataFrame]


def ranked(frames: Frames) -> str:
    """The ranker that goes most with accuracy, and where compactness stands."""
    table = correlated.of_rankers(frames)
    order, place = _order(table)
    first = order[0]
    return (
        f"Of {table['r'].count()} numbers that rank embeddings the one that goes most with the "
        f"accuracy at the best epoch is: {RANKERS[first]} ({number(table.loc[first, 'r'])}); "
        f"compactness is number {place} ({number(table.loc['compactness', 'r'])}, of the "
        "training images alone)."
    )


def place(frames: Frames) -> str:
    """A caption's finding: where compactness stands among the rankers, and how sure that is."""
    table = correlated.of_rankers(frames)
    _, at = _order(table)
    low, high = (float(table.loc["compactness", end]) for end in ("low", "high"))
    zero = "with 0 inside its interval" if low <= 0 <= high else "with an interval without 0"
    return f"By |r| compactness is number {at} of {table['r'].count()}, {zero}."


def _order(table: pd.DataFrame) -> tuple[list[str], int]:
    """Rankers by how much they go with accuracy, and at which place, from 1, compactness is."""
    order = list(table["r"].abs().sort_values(ascending=False).index)
    return order, order.index("compactness") + 1


def rankers(frames: Frames) -> str:
    """Which rankers go with accuracy, where compactness stands, and of how many all is known."""
    table = correlated.of_rankers(frames)
    sure = table[(table["low"] > 0) | (table["high"] < 0)].index
    compact = table.loc["compactness"]
    zero = compact["low"] <= 0 <= compact["high"]
    pretrained = table.loc["pretrained"] if "pretrained" in table.index else None
    known = tables.networks(frames)
    of = known[known["pretrained"].notna()]
    best = _order(table)[0][:3]
    told = ", ".join(f"{RANKERS[name]} ({table.loc[name, 'r']:.2f})" for name in best)
    right = (
        f" The second panel is of the {len(of)} networks, of {of['family'].nunique()} "
        "families, whose accuracy where trained is known: its intervals mean little."
        if pretrained is not None and len(of)
        else ""
    )
    return (
        f"Most with accuracy go: {told}. Of {int(table['r'].count())} rankers {len(sure)} have "
        "an interval without 0; that of compactness, from "
        f"{compact['low']:.2f} to {compact['high']:.2f}, "
        f"{'has it inside' if zero else 'is one of these'}.{right}"
    )


def stability(frames: Frames) -> str:
    """How steady the orders are from half of the images to all of them."""
    taus = correlated.stability(frames)["tau"].sort_values()
    return (
        f"By half of the images the networks have an order like that by all: Kendall's τ is "
        f"{taus.iloc[0]:.2f} for {RANKERS[str(taus.index[0])]} and {taus['compactness']:.2f} for "
        "compactness. What is stable need not be right."
    )


def bent(frames: Frames) -> str:
    """What a bijection does to the probe, to neighbours, and to compactness."""
    found, facts = tables.bent(frames), frames["facts"]
    share = float((facts["ones"] / facts["n"]).iloc[0])
    guess = max(share, 1 - share)
    before, after = found.loc["straight"], found.loc["bent"]
    left = max(after["probe"], after["neighbours"]) - guess
    how = "little above" if left < 0.15 else "above"
    more = "more" if after["exact"] > before["exact"] else "less"
    gone = "most of it" if left < 0.15 else "a part of it"
    most = float(frames["bent"]["undone"].max())
    undone = power_above(most) if most > 0 else "the last digit"
    networks, sigma = len(frames["bent"]), float(frames["bent"]["noise_std"].iloc[0])
    return (
        f"Undone again, every embedding is what it was, to {undone} of its size. "
        f"The probe falls from {before['probe']:.2f} to {after['probe']:.2f} and neighbours from "
        f"{before['neighbours']:.2f} to {after['neighbours']:.2f}, {how} the {guess:.2f} of always "
        "saying one class. I(E; Y), had it been measured exactly, would have said that nothing "
        f"happened; an *estimate* of it that learns from these rows would say that {gone} is gone. "
        f"And compactness, here of columns that have the variance 1 together, with noise of "
        f"σ = {sigma:g} and in the mean of {networks} networks, is {after['exact']:.2f} nats where "
        f"it was {before['exact']:.2f}, {more}, although not one bit was lost: what it measures is "
        "how the embedding lies in its space, in which it is like a probe and unlike an "
        "information."
    )
