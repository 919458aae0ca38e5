"""What chapter 04 accepts of its parameters."""

import math

from infoplane.chapters.infinite_mi.divergence import CHECKS
from infoplane.chapters.infinite_mi.maps import MAPS
from infoplane.chapters.infinite_mi.runs import plain_mine
from infoplane.estimators.neural.aware import AAMINE
from infoplane.inputs.options import require, require_seeds
from infoplane.records.plan import Parameters

__all__ = ["check"]


def check(p: Parameters) -> None:
    """InputError where a parameter is out of range."""
    whole = all(isinstance(d, int) and d >= 2 for d in p.dims)
    require(
        whole and 0 < len(set(p.dims)) == len(p.dims), "dims", p.dims, "different integers >= 2"
    )
    require(
        0 < len(set(p.rates)) == len(p.rates), "rates", p.rates, "give different learning rates"
    )
    for rate in p.rates:
        plain_mine({"rate": rate, "steps": p.steps, "batch": p.batch, "hidden": p.hidden})
    require(p.held_out >= 50, "held_out", p.held_out, "at least 50 rows")
    require(p.batch <= 3 * p.held_out, "batch", p.batch, f"at most 3 held_out = {3 * p.held_out}")
    require(
        p.steps % CHECKS == 0, "steps", p.steps, f"a multiple of {CHECKS}, the number of checks"
    )
    require_seeds(p.seeds)
    require_seeds(p.contrast_seeds, "contrast_seeds")
    require_seeds(p.noisy_seeds, "noisy_seeds")
    once = 0 < len(set(p.maps)) == len(p.maps)
    require(once and set(p.maps) <= set(MAPS), "maps", p.maps, f"each once: {', '.join(MAPS)}")
    require(
        len(p.sigmas) >= 2 and sorted(set(p.sigmas)) == list(p.sigmas) and p.sigmas[0] > 0
        and p.sigmas[-1] < math.inf,
        "sigmas", p.sigmas, "give at least two, > 0, finite, in increasing order",
    )  # fmt: skip
    require(p.n >= 100, "n", p.n, "at least 100 rows are needed to split in three")
    most = int(AAMINE.train_fraction * p.n)
    require(
        2 <= p.noisy_batch <= most, "noisy_batch", p.noisy_batch, f"2 to the {most} training rows"
    )
    AAMINE(noise_std=1.0, steps=p.noisy_steps)  # says what is wrong
    require(
        len(p.layer_sigmas) == len(p.dims) and all(sigma > 0 for sigma in p.layer_sigmas),
        "layer_sigmas", p.layer_sigmas, f"one > 0 for each of dims={list(p.dims)}",
    )  # fmt: skip
