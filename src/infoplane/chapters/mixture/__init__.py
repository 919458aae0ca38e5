"""Chapter 02: MINE on planar Gaussian mixtures, whose information is an integral.

Source: document 000, section 3.1 and figure 5.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from infoplane.claims import Check
from infoplane.datasets.mixture import PRESETS
from infoplane.records.plan import Parameters, Plan

__all__ = ["data", "measure", "plans"]

APART = 5.0  # standard deviations: a sweep that ends before says nothing about its limit


def data(p: Parameters) -> str:
    """What the chapter looks at, for its banner."""
    return "planar mixtures"


def plans(p: Parameters) -> dict[str, Plan]:
    """What the chapter computes."""
    mixtures = mixtures_of(p)
    model = {"n": p.n, "steps": p.steps, "hidden": p.hidden, "batch": p.batch}
    return {
        "integral": Plan("mixture.integral", mixtures, run=f"{__name__}.runs.integral"),
        "classical": Plan(
            "mixture.classical",
            [{**c, "n": p.n, "seed": s} for c in mixtures for s in p.seeds],
            run=f"{__name__}.runs.classical",
        ),
        "training": Plan(
            "mixture.train",
            [{**c, **model, "seed": s} for c in mixtures for s in p.seeds],
            many=f"{__name__}.runs.train",
            vary=("seed", "preset", "separation"),
            training=True,
        ),
    }


def mixtures_of(p: Parameters) -> list[dict[str, Any]]:
    """The mixtures that have names, and those that are apart by so much."""
    named = [{"preset": name, "separation": None, "prior": p.prior} for name in p.presets]
    return named + [{"preset": None, "separation": d, "prior": p.prior} for d in p.separations]


def measure(frames: Mapping[str, pd.DataFrame]) -> dict[str, list[Check]]:
    """What the chapter's records say about the claims `mixture.*`."""
    exact, trained = frames["integral"], frames["training"]
    named = exact[exact["preset"].notna()].set_index("preset")
    measured: dict[str, list[Check]] = {}
    if set(PRESETS) <= set(named.index):
        checks = []
        for name in PRESETS:
            values = trained.loc[trained["preset"] == name, "value"]
            error = values.to_numpy() - named.loc[name, "value"]
            checks.append(Check.mean(error, name))
        measured["mixture.converges"] = checks
    swept = exact[exact["separation"].notna()].sort_values("separation")
    farthest = swept.iloc[-1]
    if farthest["prior"] == 0.5 and farthest["separation"] >= APART:
        value, error = farthest[["value", "error"]].astype(float)
        measured["mixture.log2"] = [Check(value, (value - error, value + error))]
    steps = np.diff(swept["value"])
    errors = swept["error"].to_numpy()
    doubt = errors[1:] + errors[:-1]
    worst = int(np.argmin(steps - doubt))
    measured["mixture.overlap"] = [
        Check(steps[worst], (steps[worst] - doubt[worst], steps[worst] + doubt[worst]))
    ]
    return measured
