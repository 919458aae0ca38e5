"""Chapter 01: identities, a bound and an infinity, each where the true value is known.

Source: document 000, sections 1.2, 1.3 and 2.2.1; document 004, section 1.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.mi_theory.closed_forms import RHO, SIGMAS
from infoplane.chapters.mi_theory.tables import bound_over_seeds, random_over_seeds, slopes
from infoplane.claims import Check
from infoplane.datasets.gaussian import CorrelatedGaussian
from infoplane.records.plan import Parameters, Plan
from infoplane.stats import magnitude, mean_interval

__all__ = ["data", "measure", "plans"]


def data(p: Parameters) -> str:
    """What the chapter looks at, for its banner."""
    return str(p.dataset)


def plans(p: Parameters) -> dict[str, Plan]:
    """What the chapter computes."""
    return {
        "identity": Plan(
            "mi_theory.identity",
            [{"joint": "discrete", "seed": s} for s in range(20)]
            + [{"joint": "gaussian", "rho": r} for r in (0.0, 0.3, 0.7, 0.95)],
            run=f"{__name__}.runs.identity",
        ),
        "bound": Plan(
            "mi_theory.bound",
            [{"n": p.n_samples, "seed": s} for s in p.seeds],
            run=f"{__name__}.runs.bound",
        ),
        "noise": Plan(
            "mi_theory.noise",
            [
                {"dim": m, "sigma": sigma, "rows": p.n_rows, "draws": p.n_draws, "seed": s}
                for m in p.dims
                for s in p.seeds
                for sigma in SIGMAS
            ],
            run=f"{__name__}.runs.noise",
        ),
        "pixels": Plan(
            "pixels.pixels",
            [
                {
                    "dataset": p.dataset,
                    "images": p.n_images,
                    "steps": p.n_pixels,
                    "scrambled": scrambled,
                    "seed": s,
                }
                for scrambled in (False, True)
                for s in p.seeds
            ],
            run=f"{__name__}.pixels.pixels",
        ),
    }


def measure(frames: Mapping[str, pd.DataFrame]) -> dict[str, list[Check]]:
    """What the chapter's records say about the claims `theory.*`."""
    same = frames["identity"].assign(gap=lambda f: (f["entropies"] - f["divergence"]).abs())
    kinds = []
    for name, part in (("discrete", "discrete"), ("continuous", "gaussian")):
        doubt = same[same["joint"] == part].eval("gap + error")
        worst = same.loc[doubt.idxmax()]
        low, high = worst["gap"] - worst["error"], worst["gap"] + worst["error"]
        kinds.append(Check(worst["gap"], (max(0.0, low), high), name))
    return {
        "theory.kl": kinds,
        "theory.dv": _bound_checks(frames["bound"]),
        "theory.infinite": [_slope_check(frames["noise"])],
    }


def _bound_checks(frame: pd.DataFrame) -> list[Check]:
    """The excess over the information in standard errors: at the optimum, and the largest else."""
    family = bound_over_seeds(frame)
    optimal = np.isclose(family["scale"], 1.0)
    others = pd.concat([family[~optimal], random_over_seeds(frame)])
    at, elsewhere = (
        ((part["mean"] - CorrelatedGaussian(1, RHO).information.value) / part["std"]).max()
        for part in (family[optimal], others)
    )
    return [Check(at, (at, at), "optimum"), Check(elsewhere, (elsewhere, elsewhere), "elsewhere")]


def _slope_check(frame: pd.DataFrame) -> Check:
    """The largest relative distance between slope and dimension, with its interval over seeds."""
    off = [part["slope"] / part["dim"] - 1 for _, part in slopes(frame).groupby("dim")]
    return Check.largest(
        [each.to_numpy(float) for each in off],
        of=lambda each, level: magnitude(*mean_interval(each, level)),
    )
