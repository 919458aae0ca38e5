"""Chapter 03: MINE on correlated Gaussian vectors, whose information has a closed form.

Source: document 000, section 3.2 and figure 6; Belghazi et al. (2018), section 4.1. The staircase
is that of Song & Ermon (2020), figure 1.
"""

from typing import Any

from infoplane.chapters.mine_gaussian.findings import REMARKS
from infoplane.chapters.mine_gaussian.settings import (
    BOUND_SEEDS,
    LONGER,
    RATES,
    SETTINGS,
    STAIR_BATCH,
    STAIR_DIMENSION,
)
from infoplane.chapters.mine_gaussian.tables import measure
from infoplane.records.plan import Parameters, Plan

__all__ = ["REMARKS", "data", "measure", "plans"]


def data(p: Parameters) -> str:
    """What the chapter looks at, for its banner."""
    return "Gaussian pairs"


def plans(p: Parameters) -> dict[str, Plan]:
    """What the chapter computes."""
    problems = problems_of(p)
    model = {"steps": p.steps, "batch": p.batch, "hidden": p.hidden}
    tried = model | {"steps": LONGER * p.steps}
    stair = {"d": STAIR_DIMENSION, "steps": p.stair_steps, "batch": STAIR_BATCH, "hidden": p.hidden}
    return {
        "mine": Plan(
            "mine_gaussian.mine",
            [
                {**one, "n": k, **model, "seed": s}
                for k in (p.n, 0)
                for one in problems
                for s in p.seeds
            ],
            many=f"{__name__}.runs.mine",
            vary=("seed", "rho"),
            training=True,
        ),
        "classical": Plan(
            "mine_gaussian.classical",
            [{**one, "n": p.n, "seed": s} for one in problems for s in p.seeds],
            run=f"{__name__}.runs.classical",
        ),
        "bounds": Plan(
            "mine_gaussian.bound",
            [
                {"bound": name, **one, "n": p.n, **model, "seed": s}
                for name in p.bounds
                for one in problems
                for s in p.seeds[:BOUND_SEEDS]
                if one["rho"] >= 0
            ],
            many=f"{__name__}.runs.bound",
            vary=("seed", "rho"),
            training=True,
        ),
        "correction": Plan(
            "mine_gaussian.correct",
            [
                {"d": d, "rho": rho, "rate": rate, "clipped": clipped, **tried}
                | {"batch": small, "seed": s}
                for d, rho, small in SETTINGS
                for clipped in (False, True)
                for rate in RATES
                for s in p.seeds
            ],
            many=f"{__name__}.runs.correct",
            vary=("seed", "rho"),
            training=True,
        ),
        "staircase": Plan(
            "mine_gaussian.climb",
            [
                {"bound": name, "information": nats, **stair, "seed": s}
                for name in p.bounds
                for nats in p.truths
                for s in p.seeds
            ],
            many=f"{__name__}.runs.climb",
            vary=("seed", "information"),
            training=True,
        ),
    }


def problems_of(p: Parameters) -> list[dict[str, Any]]:
    """Every correlation in every dimension."""
    return [{"d": d, "rho": rho} for d in p.dims for rho in p.rhos]
