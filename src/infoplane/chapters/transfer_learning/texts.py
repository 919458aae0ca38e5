"""What chapter 06 says of its records: its answer, its networks, and what noise does."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.transfer_learning import correlated, tables
from infoplane.chapters.transfer_learning.ranker_texts import ranked
from infoplane.chapters.transfer_learning.settings import ACCURACY, COMPACTNESS, NORMS, REGIMES
from infoplane.signs import number

__all__ = [
    "answer", "ceiling", "classifiers", "course", "critic", "networks", "noise", "orders",
    "regimes",
]  # fmt: skip

Frames = Mapping[str, pd.DataFrame]

FAR = 2.0  # nats below log N, from which on a value is one of a population
CLOSE = 0.8  # a correlation of two orders from which on they are nearly one


def answer(frames: Frames, pairs: pd.DataFrame) -> str:
    """Whether the source's correlations are seen again, and what six networks can show.

    pairs: as :func:`correlated.pairs` has them of these records.
    """
    told = _again(pairs), _compactness(pairs), ranked(frames), _few(pairs)
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


def regimes(pairs: pd.DataFrame) -> str:
    """A caption's finding: r of compactness and accuracy in the three regimes, and how sure."""
    own = _of_accuracy(pairs)
    first, best, last = own["r"].map(number)
    zero = int(((own["low"] <= 0) & (own["high"] >= 0)).sum())
    return (
        f"r of compactness and accuracy is {first} after one epoch, {best} at the best and {last} "
        f"after the last; {zero} of the {len(own)} intervals contain 0."
    )


def noise(frames: Frames) -> str:
    """A caption's finding: how far noise and scale move the correlation, and how sure that is."""
    moved = correlated.over_noise(frames).dropna(subset="r")
    if moved.empty:
        return ""
    zero = int(((moved["low"] <= 0) & (moved["high"] >= 0)).sum())
    low, high = number(moved["r"].min()), number(moved["r"].max())
    return (
        "At the best epoch r of compactness and accuracy runs, over noise and scale, from "
        f"{low} to {high}; {zero} of the {len(moved)} intervals contain 0."
    )


def _again(pairs: pd.DataFrame) -> str:
    known = correlated.judged(pairs)
    within, outside = correlated.decided(known)
    left = len(known) - within - outside
    return (
        f"By their intervals over {int(pairs['networks'].max())} networks, {within} of the "
        f"{len(known)} correlations that can be judged are seen again, {outside} are not, and "
        f"{left} are left open."
    )


def _compactness(pairs: pd.DataFrame) -> str:
    own = _of_accuracy(pairs)
    when = ("after one epoch", "at the best epoch", "after the last")
    parts = [
        f"{number(row['r'])} [{number(row['low'])}, {number(row['high'])}] {at} (the source: "
        f"{number(row['reported'])})"
        for at, row in zip(when, own.to_dict("records"), strict=True)
    ]
    return f"Compactness and accuracy correlate by {', '.join(parts)}."


def _few(pairs: pd.DataFrame) -> str:
    """What the source's number of networks can show of that many entries."""
    n, tried = correlated.SOURCE_NETWORKS, len(pairs)
    few = correlated.few_networks(n, tried).loc[n]
    least, needed = few["two-sided"], few[f"needed of {tried} tests"]
    can = "none" if least > needed else "some"
    return (
        f"With {n} networks {can} of {tried} correlations can be shown: the least p there can be "
        f"is {least:.4f}, and one among {tried} needs {needed:.4f}."
    )


def _of_accuracy(pairs: pd.DataFrame) -> pd.DataFrame:
    """The entries of compactness and accuracy, by regime."""
    own = pairs[(pairs["a"] == ACCURACY) & (pairs["b"] == COMPACTNESS)]
    return own.set_index("regime").loc[list(REGIMES)]


def _like(correlation: float) -> str:
    if correlation > CLOSE:
        return "nearly"
    return "related to" if correlation > 1 - CLOSE else "unlike"
