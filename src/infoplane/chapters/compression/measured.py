"""What the records of chapter 09 say about its claims, number by number."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.compression import tables
from infoplane.chapters.compression.settings import KINDS
from infoplane.claims import Check

__all__ = ["measure"]

ESTIMATOR = "wkl"  # on codes, as published
STRONG = 5.0  # nats from which on pixels have to fail somewhere


def measure(frames: Mapping[str, pd.DataFrame]) -> dict[str, list[Check]]:
    """What the chapter's records say about the claims `compress.*` that they are about."""
    on_codes = tables.estimates(frames["codes"], "codes")
    found = {
        "compress.synthetic": [check for kind in KINDS for check in _synthetic(on_codes, kind)],
        "compress.better": _better(on_codes, tables.on_pixels(frames)),
        "compress.plane": _plane(frames["planes"]),
    }
    return {claim: checks for claim, checks in found.items() if checks}


def _synthetic(on_codes: pd.DataFrame, kind: str) -> list[Check]:
    """Slope of the estimate on the truth, and mean |error|, seed by seed; of the most rows.

    NaN for a seed of which an estimate was refused: what is left would be of other data.
    """
    asked = {name: sorted(on_codes[name].unique()) for name in ("seed", "nats")}
    own = on_codes[(on_codes["kind"] == kind) & (on_codes["estimator"] == ESTIMATOR)]
    own = own[own["n"] == on_codes["n"].max()]
    table = own.pivot(index="seed", columns="nats", values="value")
    values = table.reindex(index=asked["seed"], columns=asked["nats"]).to_numpy(dtype=np.float64)
    nats = np.array(asked["nats"])
    centred = nats - nats.mean()
    slopes = values @ centred / (centred @ centred)  # of least squares
    errors = np.abs(values - nats).mean(axis=1)
    return [Check.mean(slopes, f"slope, {kind}"), Check.mean(errors, f"error, {kind}")]


def _better(on_codes: pd.DataFrame, on_pixels: pd.DataFrame) -> list[Check]:
    """KSG's mean |error| on pixels less that on codes, of the same rows; and that on pixels alone.

    "Somewhere" is the strongest dependence, in the mean over both kinds: a place that was not
    chosen for its error. Nothing where that is below STRONG: the claim is about more.
    """
    index = ["kind", "nats", "n", "seed"]
    both = [
        frame[frame["estimator"] == "ksg"].set_index(index)["value"]
        for frame in (on_pixels, on_codes)
    ]
    pixels, codes = (of - of.index.get_level_values("nats") for of in both)
    paired = pd.concat({"pixels": pixels.abs(), "codes": codes.abs()}, axis=1).dropna()
    more = (paired["pixels"] - paired["codes"]).groupby(["kind", "seed"]).mean()
    strongest = on_codes["nats"].max()
    if strongest < STRONG:
        return []
    there = pixels.abs().xs(strongest, level="nats").groupby("seed").mean()
    checks = [Check.mean(more[kind].to_numpy(), kind) for kind in KINDS]
    return [*checks, Check.mean(there.to_numpy(), "pixels")]


def _plane(planes: pd.DataFrame) -> list[Check]:
    """Of each network: what its output learns, the order of layers at the end, agreement."""
    of_labels = tables.curves(planes, "wkl_y")["L5"]
    of_inputs = tables.curves(planes, "wkl_x")
    agreement = tables.agreement(planes).pivot(index="seed", columns="side", values="apart")
    apart = agreement.max(axis=1, skipna=False)  # NaN where one quantity was refused throughout
    return [
        Check.mean(of_labels[:, -1] - of_labels[:, 0], "learning", over="networks"),
        Check.mean(of_inputs["L2"][:, -1] - of_inputs["L5"][:, -1], "order", over="networks"),
        Check.mean(apart.to_numpy(), "agreement", over="networks"),
    ]
