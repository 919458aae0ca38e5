"""Chapter 12: what breaks which estimator, and how often its interval covers the truth.

It owes no claim: it is what the package says of itself.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from infoplane.chapters.limits import tables
from infoplane.chapters.limits.settings import HURDLES, NEURAL, NUMBERS, SLOW
from infoplane.claims import Check
from infoplane.records.plan import Parameters, Plan

__all__ = ["data", "measure", "pages", "plans"]


def data(p: Parameters) -> str:
    """What the chapter looks at, for its banner."""
    return "pairs whose information is known"


def plans(p: Parameters) -> dict[str, Plan]:
    """What the chapter computes."""
    run = f"{__name__}.runs"
    tried, around = [], []
    for name in hurdles_of(p):
        h = HURDLES[name]
        case: dict[str, Any] = {"hurdle": name, "problem": h.problem, "options": dict(h.options)}
        case |= {"n": h.n or p.n, "rows": h.rows}
        for s in p.seeds:
            tried += [
                {**case, "every": 1, "estimator": e, "set": training(e, p), "seed": s}
                for e in h.estimators
            ]
            way = {"every": h.way.every, "estimator": h.way.estimator, "set": dict(h.way.options)}
            around.append({**case, **way, "seed": s})
    covered = [
        {
            "problem": known,
            "options": options,
            "n": n,
            "estimator": e,
            "set": training(e, p),
            "repetitions": p.slow_repetitions if e in SLOW else p.repetitions,
            "seed": p.seeds[0],
        }
        for known, options, estimators in coverage_problems(p)
        for e in estimators
        for n in p.sizes
    ]
    return {
        "hurdles": Plan("limits.hurdle", tried, run=f"{run}.hurdle", training=True),
        "ways": Plan("limits.hurdle", around, run=f"{run}.hurdle", training=True),
        "coverage": Plan("limits.coverage", covered, run=f"{run}.coverage", training=True),
    }


def hurdles_of(p: Parameters) -> list[str]:
    """The names of the hurdles that are tried."""
    return list(HURDLES) if p.hurdles == ["all"] else list(p.hurdles)


def training(estimator: str, p: Parameters) -> dict[str, Any]:
    """Options of an estimator: none, but for how long critics are trained and how many."""
    return {"steps": p.steps, "restarts": p.restarts} if estimator in NEURAL else {}


def coverage_problems(p: Parameters) -> list[tuple[str, dict[str, Any], tuple[str, ...]]]:
    """Problems that intervals are tried on, and by which estimators."""
    wide = tuple(e for e in NUMBERS if e != "binning")  # whose cells are two columns'
    gaussian = [
        ("gaussian", {"d": d, "rho": rho}, NUMBERS if d == 1 else wide)
        for d in p.dims
        for rho in p.rhos
    ]
    classes = [("separated-by", {"separation": s}, ("ross", "classifier")) for s in p.separations]
    return [*gaussian, *classes]


def measure(frames: Mapping[str, pd.DataFrame]) -> dict[str, list[Check]]:
    """What the chapter's records say about claims: none is owed."""
    return {}


def pages(frames: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """What other pages of the book show of this chapter: marker -> text; of no frames, no text."""
    return {"limits": tables.as_html(frames["hurdles"], frames["ways"]) if frames else ""}
