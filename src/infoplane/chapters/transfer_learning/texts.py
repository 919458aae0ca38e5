"""What chapter 06 says of its records: its answer, and what each table and figure shows."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.transfer_learning import correlated, tables
from infoplane.chapters.transfer_learning.settings import (
    ACCURACY,
    COMPACTNESS,
    NORMS,
    RANKERS,
    REGIMES,
)

__all__ = [
    "answer", "bent", "ceiling", "classifiers", "course", "critic", "networks", "noise", "orders",
    "place", "rankers", "stability",
]  # fmt: skip

Frames = Mapping[str, pd.DataFrame]

FAR = 2.0  # nats below log N, from which on a value is one of a population
CLOSE = 0.8  # a correlation of two orders from which on they are nearly one


def answer(frames: Frames, pairs: pd.DataFrame) -> str:
    """How compactness goes with accuracy, what stands beside it, and how sure that is.

    pairs: as :func:`correlated.pairs` has them of these records.
    """
    told = _compactness(frames, pairs), _others(frames), _sure(frames, pairs)
    return "\n".join(f"- {sentence}" for sentence in told)


def networks(frames: Frames) -> str:
    """How many networks and images there are, and how many embeddings are of an earlier stage."""
    known = tables.networks(frames)
    n, test = (f"{int(known[name].iloc[0]):,}".replace(",", " ") for name in ("n", "test"))
    cut_off = int((~known["whole"]).sum())
    part = f" The embeddings of {cut_off} are of an earlier stage than the last." if cut_off else ""
    kind = (
        "They have the source's architectures, in other trainings."
        if frames["facts"]["networks"].iloc[0] == "source"
        else "They are not the source's six, so that whatever comes out is *conceptual*: the same "
        "question, other networks."
    )
    families = known["family"].nunique()
    return (
        f"On this page {len(known)} networks of {families} families embed {n} images, of which "
        f"{test} are kept for the tests.{part} {kind}"
    )


def classifiers(frames: Frames) -> str:
    """How many classifiers each network has."""
    heads = frames["heads"]
    seeds, orders = len(heads["seeds"].iloc[0]), heads["order"].nunique()
    each = f" for each of {orders} orders of the images" if orders > 1 else ""
    return f"Each network has {seeds} classifiers{each}, which are trained as one batched model."


def orders(frames: Frames) -> str:
    """A caption's finding: whether the networks have one order by accuracy in all regimes."""
    every = tables.accuracies(frames).pivot(index="network", columns="regime", values="accuracy")
    if len(every) < correlated.LEAST:
        return ""
    like = every.rank().corr()["optimal"]  # Spearman's
    first, last = float(like[REGIMES[0]]), float(like[REGIMES[2]])
    if not np.isfinite([first, last]).all():
        return ""
    return (
        f"The order of the networks after one epoch is {_like(first)} that at the best epoch "
        f"(rank correlation {first:.2f}), that after the last is {_like(last)} it ({last:.2f})."
    )


def critic(frames: Frames) -> str:
    """A caption's finding: which share of the exact value AA-MINE finds."""
    table = tables.estimators(frames)
    shares = 100 * table["AA-MINE"] / table["exact"]
    above = int((shares > 100).sum())
    beyond = f", and more than there is of {above}" if above else ""
    return (
        f"AA-MINE finds {shares.min():.0f} % to {shares.max():.0f} % of the exact value, another "
        f"share of every network{beyond}."
    )


def course(frames: Frames) -> str:
    """A caption's finding: what the loss does behind its least value."""
    loss = tables.courses(frames).groupby("epoch")["loss"].mean()
    risen = float(loss.iloc[-1] - loss.min())
    when = f"The mean loss is least at epoch {loss.idxmin()}"
    after = f"and ends {risen:.2f} nats above it" if risen > 0 else "the last one"
    return f"{when}, {after}."


def ceiling(frames: Frames) -> str:
    """How far below log N the networks are at the noise of the tables."""
    at = float(frames["critics"]["noise_std"].iloc[0])
    every = tables.by_noise(frames)
    own = every[(every["norm"] == NORMS[0]) & np.isclose(every["noise_std"], at)]
    gap = float((own["ceiling"] - own["value"]).min())
    means = (
        "the value is that of a population of images and not of these"
        if gap > FAR
        else "the value may be one of these images and not of a population"
    )
    return (
        f"The noise of the tables, σ = {at:g}, was fixed beforehand for the published "
        f"edition. Every network of this page is at least {gap:.1f} nats below log N with it, "
        f"so that {means}."
    )


def noise(frames: Frames) -> str:
    """A caption's finding: how far noise and scale move the correlation."""
    moved = correlated.over_noise(frames)["r"].dropna()
    if moved.empty:
        return ""
    sign = "and changes its sign" if moved.min() < 0 < moved.max() else "and keeps its sign"
    return (
        "Over noise and scale the correlation of compactness and accuracy runs from "
        f"{moved.min():.2f} to {moved.max():.2f}, {sign}."
    )


def place(frames: Frames) -> str:
    """A caption's finding: where compactness stands among the rankers, and how sure that is."""
    table = correlated.of_rankers(frames)
    size = table["r"].abs().sort_values(ascending=False)
    number = int(np.flatnonzero(size.index == "compactness")[0]) + 1
    low, high = (float(table.loc["compactness", end]) for end in ("low", "high"))
    zero = "with 0 inside its interval" if low <= 0 <= high else "with an interval without 0"
    return f"By |r| compactness is number {number} of {size.count()}, {zero}."


def rankers(frames: Frames) -> str:
    """Which rankers go with accuracy, where compactness stands, and of how many all is known."""
    table = correlated.of_rankers(frames)
    sure = table[(table["low"] > 0) | (table["high"] < 0)].index
    compact = table.loc["compactness"]
    zero = compact["low"] <= 0 <= compact["high"]
    pretrained = table.loc["pretrained"] if "pretrained" in table.index else None
    known = tables.networks(frames)
    of = known[known["pretrained"].notna()]
    best = table["r"].abs().sort_values(ascending=False).index[:3]
    told = ", ".join(f"{RANKERS[name]} ({table.loc[name, 'r']:.2f})" for name in best)
    right = (
        f" The panel on the right is of the {len(of)} networks, of {of['family'].nunique()} "
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
    return (
        f"The probe falls from {before['probe']:.2f} to {after['probe']:.2f} and neighbours from "
        f"{before['neighbours']:.2f} to {after['neighbours']:.2f}, {how} the {guess:.2f} of always "
        "saying one class. I(E; Y), had it been measured exactly, would have said that nothing "
        f"happened; an *estimate* of it that learns from these rows would say that {gone} is gone. "
        f"And compactness is {after['exact']:.2f} nats where it was {before['exact']:.2f}, {more}, "
        "although not one bit was lost: what it measures is how the embedding lies in its space, "
        "in which it is like a probe and unlike an information."
    )


def _compactness(frames: Frames, table: pd.DataFrame) -> str:
    own = table[(table["a"] == ACCURACY) & (table["b"] == COMPACTNESS)].set_index("regime")
    parts = [
        f"{own.loc[regime, 'r']:.2f} [{own.loc[regime, 'low']:.2f}, {own.loc[regime, 'high']:.2f}] "
        f"in the {regime} regime, where the source has {own.loc[regime, 'reported']:.2f}"
        for regime in own.index
    ]
    facts = frames["facts"]
    return (
        f"Over {len(facts)} networks of {facts['family'].nunique()} families compactness and "
        f"accuracy correlate by {'; '.join(parts)}."
    )


def _others(frames: Frames) -> str:
    """The rankers by |r| with accuracy, and where compactness stands; by noise, how far r moves."""
    table = correlated.of_rankers(frames)
    size = table["r"].abs().sort_values(ascending=False)
    place = int(np.flatnonzero(size.index == "compactness")[0]) + 1
    first = str(size.index[0])
    moved = correlated.over_noise(frames)["r"]
    return (
        f"Of {size.count()} numbers that rank embeddings, {RANKERS[first]} goes most with "
        f"accuracy ({table.loc[first, 'r']:.2f}), and compactness is number {place} "
        f"({table.loc['compactness', 'r']:.2f}); over noise and scale its correlation runs from "
        f"{moved.min():.2f} to {moved.max():.2f}."
    )


def _sure(frames: Frames, table: pd.DataFrame) -> str:
    apart = int(((table["low"] > 0) | (table["high"] < 0)).sum())
    left = int((table["holm"] < 0.05).sum())
    span = tables.accuracies(frames)
    best = span[span["regime"] == "optimal"]["accuracy"]
    return (
        f"Of the {len(table)} entries of three tables {apart} have an interval without 0, and "
        f"{left} a p that is left after correction for all, were networks independent, which they "
        f"are not. At their best the networks reach {best.min():.3f} to {best.max():.3f}, with a "
        "standard error of the test images of "
        f"{span[span['regime'] == 'optimal']['chance'].median():.3f}."
    )


def _like(correlation: float) -> str:
    if correlation > CLOSE:
        return "nearly"
    return "related to" if correlation > 1 - CLOSE else "unlike"
