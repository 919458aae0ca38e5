"""Chapter 04: MINE where the information is infinite, and what noise and AA-MINE make of it.

Source: document 000, sections 2.2.2 and 3.3, figure 7.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from scipy import stats

from infoplane.chapters.infinite_mi.divergence import beside, fates
from infoplane.chapters.infinite_mi.errors import errors, gains
from infoplane.claims import Check
from infoplane.records.plan import Parameters, Plan
from infoplane.stats import mean_interval

__all__ = ["data", "measure", "plans"]

MATRICES = ("identity", "random")

# form of AA-MINE and critic: each AA-MINE beside the plain MINE ("input") of the same critic
FORMS = (
    ("input", "separable"),
    ("pair", "separable"),
    ("input", "concatenated"),
    ("difference", "concatenated"),
)

RATES = (1e-4, 5e-4, 1e-3)  # whose claims are in the ledger

LONGER = 4  # times the steps, where the question is whether time is all that is lacking


def data(p: Parameters) -> str:
    """What the chapter looks at, for its banner."""
    return "normal vectors, fixed maps"


def plans(p: Parameters) -> dict[str, Plan]:
    """What the chapter computes."""
    fresh = {"steps": p.steps, "batch": p.batch, "hidden": p.hidden, "held_out_rows": p.held_out}
    trained = {"steps": p.noisy_steps, "batch": p.noisy_batch}
    fixed = [{"d": d, "map": name} for d in p.dims for name in p.maps]
    channels = [{**one, "sigma": sigma, "n": p.n} for one in fixed for sigma in p.sigmas]
    layers = [
        {"d": d, "critic": critic, "layer": layer, "sigma": sigma, "n": p.n, "seed": s, **trained}
        for d, sigma in zip(p.dims, p.layer_sigmas, strict=True)
        for critic in ("separable", "concatenated")
        for layer in range(4)
        for s in p.noisy_seeds
    ]
    return {
        "fresh": Plan(
            "infinite_mi.grow",
            [
                {"d": d, "matrix": name, "rate": rate, "seed": s, **fresh}
                for d in p.dims
                for rate in p.rates
                for name in MATRICES
                for s in p.seeds
            ],
            many=f"{__name__}.runs.grow",
            vary=("seed", "matrix"),
            training=True,
        ),
        "maps": Plan("infinite_mi.describe", fixed, run=f"{__name__}.runs.describe"),
        "exact": Plan(
            "infinite_mi.exact",
            [{**one, "seed": s} for one in channels for s in p.noisy_seeds],
            run=f"{__name__}.runs.exact",
        ),
        "bracket": Plan(
            "infinite_mi.bracket",
            [{**one, "seed": p.noisy_seeds[0]} for one in channels],
            run=f"{__name__}.runs.bracket",
        ),
        "noisy": Plan(
            "infinite_mi.noisy",
            [
                {**one, "form": form, "critic": critic, "seed": s, **trained}
                for form, critic in FORMS
                for one in channels
                for s in p.noisy_seeds
            ],
            many=f"{__name__}.runs.noisy",
            vary=("seed", "map"),
            training=True,
        ),
        "layer_exact": Plan(
            "infinite_mi.exact",
            [
                {"d": d, "map": "tanh", "sigma": sigma, "n": p.n, "seed": s}
                for d, sigma in zip(p.dims, p.layer_sigmas, strict=True)
                for s in p.noisy_seeds
            ],
            run=f"{__name__}.runs.exact",
        ),
        "longer": Plan(
            "infinite_mi.noisy",
            [
                {"d": d, "map": "tanh", "sigma": sigma, "n": p.n, "form": form, "seed": s}
                | {"critic": "separable", **trained, "steps": LONGER * p.noisy_steps}
                for d, sigma in zip(p.dims, p.layer_sigmas, strict=True)
                for form in ("input", "pair")
                for s in p.noisy_seeds
            ],
            many=f"{__name__}.runs.noisy",
            vary=("seed", "map"),
            training=True,
        ),
        "layers": Plan(
            "infinite_mi.between_layers",
            layers,
            many=f"{__name__}.runs.between_layers",
            vary=("seed", "layer"),
            training=True,
        ),
    }


def measure(frames: Mapping[str, pd.DataFrame]) -> dict[str, list[Check]]:
    """What the chapter's records say about the claims `infinite.*`.

    A claim whose dimension or learning rates the parameters leave out is not measured.
    """
    table = fates(frames["fresh"])
    measured: dict[str, list[Check]] = {}
    if set(table["rate"]) == set(RATES):
        same = table[table["matrix"] == "identity"]
        for claim, d in (("infinite.low", 10), ("infinite.high", 100)):
            part = same[same["d"] == d]
            if len(part):
                measured[claim] = [_smallest(rate, g) for rate, g in part.groupby("rate")]
        if (table["d"] == 100).any():
            worse = beside(table[table["d"] == 100])
            measured["infinite.matrix"] = [_share(rate, g) for rate, g in worse.groupby("rate")]
    found = gains(errors(frames))
    if {10, 100} <= set(found["d"]):
        measured["infinite.aware"] = [
            _mean(f"{form}, d = {d}", part["gain"])
            for (form, d), part in found.groupby(["form", "d"])
            if d in (10, 100)
        ]
    return measured


def _name(rate: Any) -> str:
    return f"lr {rate:g}"


def _smallest(rate: Any, runs: pd.DataFrame) -> Check:
    """The smallest slope over seeds; both ends of its interval are the smallest, too."""
    slopes = runs[["slope", "low", "high"]].to_numpy()
    value, low, high = slopes.min(axis=0)  # not a number where a run blew up
    return Check(float(value), (float(low), float(high)), _name(rate), repetitions=len(runs))


def _share(rate: Any, both: pd.DataFrame) -> Check:
    """Share of seeds that diverge, with its Clopper-Pearson interval."""
    count, n = int(both["diverges"].sum()), len(both)
    interval = stats.binomtest(count, n).proportion_ci(0.95, method="exact")
    return Check(count / n, (float(interval.low), float(interval.high)), _name(rate), repetitions=n)


def _mean(name: str, gains: pd.Series) -> Check:
    mean, low, high = mean_interval(gains.to_numpy())
    return Check(mean, (low, high), name, repetitions=len(gains))
