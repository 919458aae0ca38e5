"""Chapter 04: MINE where the information is infinite, and what noise and AA-MINE make of it.

Source: document 000, sections 2.2.2 and 3.3, figure 7.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.infinite_mi.divergence import beside, fates
from infoplane.chapters.infinite_mi.errors import asked, errors, gains
from infoplane.chapters.infinite_mi.findings import REMARKS
from infoplane.claims import Check
from infoplane.records.plan import Parameters, Plan
from infoplane.stats import Interval, magnitude, mean_interval, share_interval

__all__ = ["REMARKS", "data", "measure", "plans"]

MATRICES = ("identity", "random")

# form of AA-MINE and critic: each AA-MINE beside the plain MINE ("input") of the same critic
FORMS = (
    ("input", "separable"),
    ("pair", "separable"),
    ("input", "concatenated"),
    ("difference", "concatenated"),
)

RATES = (1e-4, 5e-4, 1e-3)  # whose claims are in the ledger

# Where source 000's contrast is looked for with more seeds, since a share needs many to be sure
# of: at the two rates that show it at all.
CONTRAST_D, CONTRAST_RATES = 100, (5e-4, 1e-3)

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
    grid = [(d, rate, s) for d in p.dims for rate in p.rates for s in p.seeds]
    grid += [
        (CONTRAST_D, rate, s)
        for rate in CONTRAST_RATES
        for s in p.contrast_seeds
        if CONTRAST_D in p.dims and rate in p.rates
    ]
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
                for d, rate, s in dict.fromkeys(grid)
                for name in MATRICES
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
                measured[claim] = [_growth(part)]
        both = beside(table[table["d"] == CONTRAST_D])
        if contrasts := [part["contrast"] for _, part in both.groupby("rate")]:
            measured["infinite.matrix"] = [_most(contrasts)]
    compared = errors(frames)
    found = gains(compared)
    if {10, 100} <= set(found["d"]):
        measured["infinite.aware"] = [
            Check.mean(part["gain"], f"{form}, d = {d}")
            for (form, d), part in found.groupby(["form", "d"])
            if d in (10, 100)
        ]
        if checks := _sufficient(compared):
            measured["infinite.sufficient"] = checks
    return measured


def _growth(same: pd.DataFrame) -> Check:
    """The slope of the batch value, mean over seeds, at the rate at which it is largest.

    One rate is enough, so that one at which a run blew up does not count, unless all did.
    """
    of_rates = [part["batch_slope"] for _, part in same.groupby("rate")]
    finite = [slopes for slopes in of_rates if np.isfinite(slopes).all()]
    return Check.largest(finite or of_rates)


def _most(contrasts: list[pd.Series]) -> Check:
    """Of the shares of seeds at each rate that has most of them, the largest."""

    def share(count: tuple[int, int], level: float) -> Interval:
        return share_interval(*count, level=level)

    most = max(map(len, contrasts))
    counts = [(int(part.sum()), most) for part in contrasts if len(part) == most]
    return Check.largest(counts, of=share, repetitions=most)


def _sufficient(compared: pd.DataFrame) -> list[Check]:
    """How far AA-MINE's mean is off in its worst case, in units of what was asked: each form."""
    checks = []
    for form, part in asked(compared).query("form != 'input'").groupby("form"):
        cases = [off for _, off in part.groupby(["d", "map", "sigma"])["off"]]
        checks.append(
            Check.largest(
                cases, str(form), of=lambda off, level: magnitude(*mean_interval(off, level))
            )
        )
    return checks
