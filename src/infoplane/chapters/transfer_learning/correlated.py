"""Chapter 06: correlations over networks, with what few networks can show of them."""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from infoplane.chapters.transfer_learning import tables
from infoplane.chapters.transfer_learning.settings import (
    ACCURACY,
    COMPACTNESS,
    NORMS,
    QUANTITIES,
    REGIMES,
)
from infoplane.claims import ledger
from infoplane.errors import InputError
from infoplane.rankers import rank_stability
from infoplane.rankers.correlations import (
    Correlation,
    bca_interval,
    partial_correlation,
    pearson,
    permutation_p,
)
from infoplane.stats import holm, networks_to_decide

__all__ = [
    "CHAPTER",
    "beyond",
    "beyond_others",
    "by_cut",
    "by_source",
    "claim_of",
    "decided",
    "few_networks",
    "judged",
    "matrix",
    "of_rankers",
    "over_noise",
    "pairs",
    "reported",
    "stability",
]

Floats = npt.NDArray[np.float64]
Frames = Mapping[str, pd.DataFrame]

CHAPTER = "06_transfer_learning"
SOURCE_NETWORKS = 6
LEAST = 3  # networks of which there is an r that is not 1 or -1
ROUNDING = 1e-12  # of a correlation: "> 0" is asked of differences


def claim_of(regime: str, a: str, b: str) -> str:
    """The claim about r of two quantities in a regime, by its name in the ledger."""
    return f"transfer.{regime}.{a}~{b}"


def reported(regime: str) -> pd.DataFrame:
    """The source's table of a regime, from the ledger."""
    known = {claim.id: float(claim.reported) for claim in ledger().values() if _is_pair(claim.id)}
    return _square({(a, b): known[claim_of(regime, a, b)] for a, b in _two()})


def matrix(frames: Frames, regime: str, way: str = "best") -> pd.DataFrame:
    """The table of a regime over the networks of the records."""
    found = tables.quantities(frames, regime, way)
    means = {name: values.mean(axis=1) for name, values in found.items()}
    return _square({(a, b): float(pearson(means[a], means[b])) for a, b in _two()})


def pairs(frames: Frames, way: str = "best") -> pd.DataFrame:
    """Each entry of the three tables: reported, r with its interval, p, and what would decide.

    A row for each regime and pair. Intervals: BCa over families of networks. p: the share of orders
    of the networks with such an r, two-sided; holm: p, corrected for all that were tried.
    needed: independent networks that would show on which side of the claim's region r is, if it is
    what it is.
    """
    families = tables.families(frames)
    claims = ledger()
    rows = []
    for regime in REGIMES:
        found = tables.quantities(frames, regime, way)
        for a, b in _two():
            r = _interval(found[a], found[b], families)
            claim = claims[claim_of(regime, a, b)]
            means = [found[name].mean(axis=1) for name in (a, b)]
            rows.append(
                {"regime": regime, "a": a, "b": b, "reported": float(claim.reported)}
                | {"r": r.value, "low": r.low, "high": r.high, "networks": r.networks}
                | {"families": r.families, "p": permutation_p(*means)}
                | {"needed": networks_to_decide(r.value, accepted(float(claim.reported)))}
            )
    table = pd.DataFrame(rows)
    return table.assign(holm=holm(table["p"]))


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """Of :func:`pairs` those that get a verdict: the others repeat one of them by construction."""
    claims = ledger()
    places = zip(table["regime"], table["a"], table["b"], strict=True)
    return table[[not claims[claim_of(*place)].by_construction for place in places]]


def decided(table: pd.DataFrame) -> tuple[int, int]:
    """Entries whose interval lies within what counts as reproduced, and outside."""
    lows, highs = np.array([accepted(value) for value in table["reported"]]).T
    within = (table["low"] >= lows) & (table["high"] <= highs)
    return int(within.sum()), int(((table["high"] < lows) | (table["low"] > highs)).sum())


def by_source(frames: Frames, table: pd.DataFrame) -> Floats:
    """r by the source's estimators, for each row of :func:`pairs`."""
    every = {regime: matrix(frames, regime, "source") for regime in REGIMES}
    places = zip(table["regime"], table["a"], table["b"], strict=True)
    return np.array([float(every[regime].loc[a, b]) for regime, a, b in places])


def accepted(value: float) -> tuple[float, float]:
    """Where r has to lie for a reported value: criteria.md's rule, as in the ledger."""
    if abs(value) >= 0.811:
        return (0.5, 1.0) if value > 0 else (-1.0, -0.5)
    return max(-1.0, value - 0.3), min(1.0, value + 0.3)


def few_networks(networks: int = SOURCE_NETWORKS, tried: int = 30) -> pd.DataFrame:
    """What can be shown of so many networks: the least p of all their orders, corrected or not.

    tried: entries of the tables, each a test. A p below .05 / tried is what is left after
    Bonferroni's correction.
    """
    rows = []
    for n in sorted({networks, networks + 1, networks + 2, 10, 15}):
        orders = math.factorial(n)
        rows.append(
            {"networks": n, "orders": orders, "least p, one-sided": 1 / orders}
            | {"two-sided": 2 / orders, f"needed of {tried} tests": 0.05 / tried}
        )
    return pd.DataFrame(rows).set_index("networks")


def over_noise(frames: Frames, regime: str = "optimal") -> pd.DataFrame:
    """r of I(X; E + eps) and accuracy at each scale and noise: norm, noise_std, r, low, high, top.

    top: networks within .05 nats of log N, whose differences are rounding; r is left out, NaN,
    where all are but two or fewer.
    """
    accuracy = tables.quantities(frames, regime)[ACCURACY].mean(axis=1)
    names = list(tables.networks(frames).index)
    every = tables.by_noise(frames)
    rows = []
    for norm in NORMS:
        for noise_std in sorted(every["noise_std"].unique()):
            own = every[(every["norm"] == norm) & (every["noise_std"] == noise_std)]
            own = own.set_index("network").loc[names]
            top = int((own["value"] > own["ceiling"] - 0.05).sum())
            row = {"norm": norm, "noise_std": noise_std, "top": top}
            if top < len(names) - 2:
                values = own["value"].to_numpy()
                row |= _ends(values, accuracy, families=tables.families(frames))
            rows.append(row)
    return pd.DataFrame(rows, columns=["norm", "noise_std", "top", "r", "low", "high"])


def of_rankers(frames: Frames, regime: str = "optimal") -> pd.DataFrame:
    """r of each ranker and accuracy, and the same given accuracy where the network was trained.

    networks: those of which the ranker is known. partial: r of what a linear function of that
    accuracy leaves of both, over networks of which it is known.
    """
    accuracy = tables.quantities(frames, regime)[ACCURACY].mean(axis=1)
    every = tables.rankers(frames)
    families = np.array(tables.families(frames))
    pretrained = every["pretrained"].to_numpy()
    rows = []
    for name in every:
        values = every[name].to_numpy(np.float64)
        known = np.isfinite(values)
        row = {"ranker": name, "networks": int(known.sum())}
        row |= _ends(values[known], accuracy[known], families=families[known])
        both = known & np.isfinite(pretrained)
        if name != "pretrained":
            given = _ends(
                values[both], accuracy[both], pretrained[both], families=families[both],
                statistic=partial_correlation,
            )  # fmt: skip
            row |= {f"partial {end}": value for end, value in given.items()}
        rows.append(row)
    return pd.DataFrame(rows).set_index("ranker")


def stability(frames: Frames) -> pd.DataFrame:
    """Kendall's tau between the order of the networks by half of the images and by all: a row a
    ranker, mean over the halves, and the least and most of 95 %."""
    ranks = frames["ranks"]
    rows = []
    for name in ranks["all"].iloc[0]:
        scores = [told[name] for told in ranks["all"]]
        halves = np.array([told[name] for told in ranks["of_halves"]]).T
        mean, low, high = rank_stability(scores, halves).tau
        rows.append({"ranker": name, "tau": mean, "low": low, "high": high})
    return pd.DataFrame(rows).set_index("ranker")


def by_cut(frames: Frames) -> pd.DataFrame:
    """r of I(X; E + eps) and accuracy over networks cut before their classifier, and over others.

    A row for each group of at least three networks, and all; a column a regime.
    """
    whole = tables.networks(frames)["whole"].to_numpy()
    groups = {"all": np.full(len(whole), True), "whole": whole, "cut off": ~whole}
    rows: dict[str, dict[str, float]] = {}
    for name, own in groups.items():
        if own.sum() >= LEAST:
            rows[name] = {"networks": own.sum()}
            for regime in REGIMES:
                found = tables.quantities(frames, regime)
                sides = (found[of].mean(axis=1)[own] for of in (COMPACTNESS, ACCURACY))
                rows[name][regime] = float(pearson(*sides))
    return pd.DataFrame(rows).T.astype({"networks": int})


def beyond_others(frames: Frames, other: str) -> tuple[str, Correlation]:
    """By how much |r| of `other` and accuracy is below that of I(X; E + eps), where that is surest.

    The regime, of the two in which a network is chosen, and the difference with an interval of
    97.5 %, as there are two to choose from: the one with the larger lower end, or value.
    """
    found = {regime: beyond(frames, other, regime, level=0.975) for regime in REGIMES[:2]}
    best = max(found, key=lambda regime: (found[regime].low, found[regime].value))
    return best, found[best]


def beyond(frames: Frames, other: str, regime: str, *, level: float = 0.95) -> Correlation:
    """By how much |r| of `other` and accuracy is below that of I(X; E + eps) in a regime."""
    own = tables.quantities(frames, regime)
    return bca_interval(
        _less,
        own[ACCURACY],
        own[COMPACTNESS],
        own[other],
        families=tables.families(frames),
        level=level,
    )


def _less(accuracy: Floats, compact: Floats, value: Floats) -> Floats:
    """By how much |r| of the last is smaller: 0, not its rounding, where two networks are left."""
    less = np.abs(pearson(accuracy, compact)) - np.abs(pearson(accuracy, value))
    return np.where(np.abs(less) < ROUNDING, 0.0, less)


def _interval(a: Floats, b: Floats, families: list[str]) -> Correlation:
    return bca_interval(pearson, a, b, families=families)


def _ends(
    *values: Floats, families: Sequence[str], statistic: Callable[..., Floats] = pearson
) -> dict[str, float]:
    """r, low and high; NaN where there is none, as where all networks have as many columns."""
    try:
        found = bca_interval(statistic, *values, families=list(families))
    except InputError:  # no number for this ranker, which is one of many
        return dict.fromkeys(("r", "low", "high"), math.nan)
    return {"r": found.value, "low": found.low, "high": found.high}


def _two() -> list[tuple[str, str]]:
    return list(itertools.combinations(QUANTITIES, 2))


def _is_pair(claim: str) -> bool:
    return claim.startswith("transfer.") and "~" in claim


def _square(entries: Mapping[tuple[str, str], float]) -> pd.DataFrame:
    table = pd.DataFrame(1.0, index=QUANTITIES, columns=QUANTITIES)
    for (a, b), value in entries.items():
        table.loc[a, b] = table.loc[b, a] = value
    return table
