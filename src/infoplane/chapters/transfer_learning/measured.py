"""What the records of chapter 06 say about its claims."""

from collections.abc import Mapping

import pandas as pd

from infoplane.chapters.transfer_learning import tables
from infoplane.chapters.transfer_learning.correlated import beyond, beyond_others, claim_of, pairs
from infoplane.chapters.transfer_learning.settings import (
    ACCURACY,
    COMPACTNESS,
    OF_LABEL,
    OF_PREDICTION,
    REGIMES,
)
from infoplane.claims import Check

__all__ = ["kind", "measure"]

Frames = Mapping[str, pd.DataFrame]

FEW = "networks are few, not seeds"
OTHERS = {"above predictions": OF_PREDICTION, "above labels": OF_LABEL}


def measure(frames: Frames) -> dict[str, list[Check]]:
    """What the chapter's records say about the claims `transfer.*`.

    By the best estimators: exact values, nearest neighbours and a classifier. The three entries of
    I(X; E + eps) and I(E; Y) are one number, whose claim is the first of them.
    """
    told, seeds = kind(frames), _seeds(frames)
    found: dict[str, list[Check]] = {}
    table = pairs(frames)
    for row in table.to_dict("records"):
        needed = f"about {row['needed']:.0f} independent networks would decide"
        check = Check(
            row["r"],
            (row["low"], row["high"]),
            repetitions=seeds,
            doubt=needed if row["needed"] < float("inf") else "r is where the region ends",
            remark=told,
        )
        found[claim_of(row["regime"], row["a"], row["b"])] = [check]
    of_accuracy = table[(table["a"] == ACCURACY) & (table["b"] == COMPACTNESS)].set_index("regime")
    parts = [
        Check(
            of_accuracy.loc[regime, "r"],
            (of_accuracy.loc[regime, "low"], of_accuracy.loc[regime, "high"]),
            regime,
            repetitions=seeds,
            doubt=FEW,
            remark=told,
        )
        for regime in REGIMES[:2]
    ]
    for name, other in OTHERS.items():
        regime, difference = beyond_others(frames, other)
        ends = difference.low, difference.high
        doubt = f"{regime}, where {FEW}"
        parts.append(Check(difference.value, ends, name, seeds, doubt=doubt, remark=told))
    found["transfer.compactness"] = parts
    found["transfer.informative"] = [
        Check(less.value, (less.low, less.high), name, seeds, doubt=FEW, remark=told)
        for name, other in OTHERS.items()
        for less in [beyond(frames, other, REGIMES[1])]
    ]
    found["transfer.constant"] = [_spread(frames)]
    return found


def kind(frames: Frames) -> str:
    """What kind of replication it is, and of how many networks.

    >>> facts = pd.DataFrame({"networks": ["source"], "images": "catsdogs", "family": "residual"})
    >>> kind({"facts": facts})
    '1 network of 1 family on catsdogs: architectures as in the source, other trainings of them'
    """
    facts = frames["facts"]
    n, families = len(facts), facts["family"].nunique()
    own = facts["networks"].iloc[0] == "source"
    what = "architectures as in the source, other trainings of them" if own else "conceptual"
    return (
        f"{n} network{'s' * (n > 1)} of {families} famil{'ies' if families > 1 else 'y'} on "
        f"{facts['images'].iloc[0]}: {what}"
    )


def _seeds(frames: Frames) -> int:
    """Classifiers of each network."""
    heads = frames["heads"]
    of_each = heads.assign(count=heads["seeds"].map(len)).groupby("network")["count"].sum()
    return int(of_each.min())


def _spread(frames: Frames) -> Check:
    """The largest standard deviation of I(E; Y) over repeated runs of MINE, over the networks."""
    spread = float(tables.estimators(frames)["MINE, std"].max())
    return Check(spread, (spread, spread), "std of I(E;Y) by MINE, at most", remark=kind(frames))
