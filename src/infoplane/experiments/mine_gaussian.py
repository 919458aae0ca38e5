"""Chapter 03: MINE on correlated Gaussian vectors, whose information has a closed form.

Source: document 000, section 3.2 and figure 6; Belghazi et al. (2018), section 4.1. The staircase
is that of Song & Ermon (2020), figure 1.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from infoplane.datasets.gaussian import CorrelatedGaussian, rho_for
from infoplane.errors import InputError
from infoplane.estimate import Estimate
from infoplane.estimators.gaussian import CCA
from infoplane.estimators.neighbors import KSG
from infoplane.estimators.neural import MINE, NeuralEstimator, by_bound
from infoplane.experiments.gaussian_errors import BOOK_RATE, LAST, PLAIN_RATE, measure
from infoplane.plan import Config, Plan, Values, require, require_seeds

__all__ = [
    "RATES",
    "SETTINGS",
    "STAIR_BATCH",
    "STAIR_DIMENSION",
    "bound",
    "bound_together",
    "classical",
    "climb",
    "climb_together",
    "correct",
    "correct_together",
    "measure",
    "mine",
    "mine_together",
    "plans",
]

# Where the bias correction is tried: d, rho, batch. Chosen before anything was run: little and
# much information at the smallest batch, and four times that batch.
SETTINGS = ((2, 0.5, 8), (2, 0.9, 8), (2, 0.9, 32), (20, 0.5, 8), (20, 0.5, 32))
RATES = (BOOK_RATE, PLAIN_RATE)  # of the moving average in the gradient: with it, and without
LONGER = 2  # times the steps of the others: a small batch teaches less a step
CONVERGED = 5  # checks at the end of training, over which the batch value is averaged

# All pairs of a batch cost several times what MINE costs: the other bounds have the first seeds
# and, since they treat a correlation like its negative, the correlations >= 0.
BOUND_SEEDS = 5

FRESH_ROWS = 10_000  # held-out sets of fresh samples are as large as those of so many rows

# The staircase of Song & Ermon (2020): 20 components, batches of 64, every pair of a batch. Their
# plain training, too: neither weight decay nor clipping. Nothing held out is used, so it is small.
STAIR_DIMENSION, STAIR_BATCH, STAIR_CHECK, STAIR_ROWS = 20, 64, 50, 1_000
PLAIN: dict[str, Any] = {"weight_decay": 0.0, "clip": None, "average_decay": 0.0}


def plans(
    *,
    dims: Sequence[int],
    rhos: Sequence[float],
    n: int,
    steps: int,
    batch: int,
    hidden: int,
    seeds: Sequence[int],
    bounds: Sequence[str],
    truths: Sequence[float],
    stair_steps: int,
) -> dict[str, Plan]:
    """What the chapter computes; InputError where a parameter is out of range."""
    require_seeds(seeds)
    require(
        len(dims) > 0 and sorted(set(dims)) == list(dims), "dims", dims,
        "give at least one dimension, in increasing order",
    )  # fmt: skip
    require(
        len(rhos) >= 2 and sorted(set(rhos)) == list(rhos), "rhos", rhos,
        "give at least two correlations in (-1, 1), in increasing order",
    )  # fmt: skip
    require(max(rhos) >= 0, "rhos", rhos, "the bounds need a correlation >= 0")
    problems: list[dict[str, Any]] = [{"d": d, "rho": rho} for d in dims for rho in rhos]
    for problem in problems:
        CorrelatedGaussian(**problem)  # says what is wrong with a dimension or a correlation
    require(n >= 50, "n", n, "at least 50 samples are needed to split in three")
    most = int(MINE(steps=steps, batch_size=batch, hidden=(hidden, hidden)).train_fraction * n)
    require(batch <= most, "batch", batch, f"at most the {most} rows that train, of n={n}")
    most = int(MINE().train_fraction * FRESH_ROWS)
    require(batch <= most, "batch", batch, f"at most {most}, for fresh samples")
    require(
        len(bounds) > 0 and len(set(bounds)) == len(bounds), "bounds", bounds,
        "name each bound once, and at least one",
    )  # fmt: skip
    for name in bounds:
        by_bound(name)  # says what is wrong with a name
    require(
        len(truths) > 0 and min(truths) > 0 and sorted(set(truths)) == list(truths),
        "truths", truths, "give numbers of nats > 0 in increasing order",
    )  # fmt: skip
    for nats in truths:
        rho_for(nats, STAIR_DIMENSION)  # says where it is too much
    least = round(STAIR_CHECK / LAST)
    require(stair_steps >= least, "stair_steps", stair_steps, f"give at least {least}")

    model = {"steps": steps, "batch": batch, "hidden": hidden}
    tried = model | {"steps": LONGER * steps}
    stair = {"d": STAIR_DIMENSION, "steps": stair_steps, "batch": STAIR_BATCH, "hidden": hidden}
    return {
        "mine": Plan(
            "mine_gaussian.mine",
            [{**p, "n": k, **model, "seed": s} for k in (n, 0) for p in problems for s in seeds],
            many=f"{__name__}.mine_together",
            vary=("seed", "rho"),
        ),
        "classical": Plan(
            "mine_gaussian.classical",
            [{**p, "n": n, "seed": s} for p in problems for s in seeds],
            run=f"{__name__}.classical",
        ),
        "bounds": Plan(
            "mine_gaussian.bound",
            [
                {"bound": name, **p, "n": n, **model, "seed": s}
                for name in bounds
                for p in problems
                for s in seeds[:BOUND_SEEDS]
                if p["rho"] >= 0
            ],
            many=f"{__name__}.bound_together",
            vary=("seed", "rho"),
        ),
        "correction": Plan(
            "mine_gaussian.correct",
            [
                {"d": d, "rho": rho, "rate": rate, "clipped": clipped, **tried}
                | {"batch": small, "seed": s}
                for d, rho, small in SETTINGS
                for clipped in (False, True)
                for rate in RATES
                for s in seeds
            ],
            many=f"{__name__}.correct_together",
            vary=("seed", "rho"),
        ),
        "staircase": Plan(
            "mine_gaussian.climb",
            [
                {"bound": name, "information": nats, **stair, "seed": s}
                for name in bounds
                for nats in truths
                for s in seeds
            ],
            many=f"{__name__}.climb_together",
            vary=("seed", "information"),
        ),
    }


def mine(config: Config, *, device: str = "cpu") -> Values:
    """MINE with the book's defaults: on one sample of n rows, or on fresh ones where n is 0."""
    return mine_together([config], device=device)[0]


def mine_together(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """:func:`mine` for several seeds and correlations at once, as one batched model."""
    estimator = MINE(**_model(configs[0]))
    run = _on_fresh if configs[0]["n"] == 0 else _on_samples
    return [_values(found) for found in run(estimator, configs, device)]


def bound(config: Config, *, device: str = "cpu") -> Values:
    """The estimator of one bound, with a separable critic, on one sample of n rows."""
    return bound_together([config], device=device)[0]


def bound_together(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """:func:`bound` for several seeds and correlations at once, as one batched model."""
    first = configs[0]
    estimator = by_bound(first["bound"], critic="separable", **_model(first))
    return [_values(found) for found in _on_samples(estimator, configs, device)]


def classical(config: Config, *, device: str = "cpu") -> Values:
    """The estimate from nearest neighbours and that from canonical correlations, on one sample."""
    x, z = _problem(config).sample(config["n"], config["seed"])
    values: Values = {}
    for estimator in (KSG(), CCA()):
        found = estimator.estimate(x, z, seed=config["seed"], device=device)
        values |= {
            estimator.name: found.value,
            f"{estimator.name}_std": found.std,
            f"{estimator.name}_warnings": list(found.warnings),
        }
    return values


def correct(config: Config, *, device: str = "cpu") -> Values:
    """MINE on fresh samples, trained plainly, its gradient corrected by an average of that rate.

    clipped: the one thing that is not plain, each gradient cut to a norm of at most 1.
    """
    return correct_together([config], device=device)[0]


def correct_together(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """:func:`correct` for several seeds and correlations at once, as one batched model."""
    first = configs[0]
    plain = PLAIN | {"clip": 1.0 if first["clipped"] else None}
    estimator = MINE(ema_rate=first["rate"], **plain, **_model(first))
    return [
        {**_values(found), "batch_value": float(found.history["train"][-CONVERGED:].mean())}
        for found in _on_fresh(estimator, configs, device)
    ]


def climb(config: Config, *, device: str = "cpu") -> Values:
    """One step of the staircase, from new weights: the batch values of a bound over training."""
    return climb_together([config], device=device)[0]


def climb_together(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """:func:`climb` for several seeds and truths at once, as one batched model."""
    first = configs[0]
    estimator = by_bound(
        first["bound"],
        critic="separable",
        check_every=STAIR_CHECK,
        patience=first["steps"],  # never stopped before the end
        **PLAIN,
        **_model(first),
    )
    problems = [
        CorrelatedGaussian(c["d"], rho_for(c["information"], c["d"])) for c in configs
    ]  # fmt: skip
    estimates = estimator.estimate_fresh(
        [problem.draw for problem in problems],
        seeds=[config["seed"] for config in configs],
        n=STAIR_ROWS,
        device=device,
    )
    return [
        {
            "step": found.history["step"],
            "train": np.round(found.history["train"], 5),
            "train_std": np.round(found.history["train_std"], 5),
            # what is not finite becomes null in a record, and would pass for not measured
            "finite": bool(np.isfinite(found.history["train"]).all()),
        }
        for found in estimates
    ]


def _problem(config: Config) -> CorrelatedGaussian:
    return CorrelatedGaussian(config["d"], config["rho"])


def _model(config: Config) -> dict[str, Any]:
    width = config["hidden"]
    return {"steps": config["steps"], "batch_size": config["batch"], "hidden": (width, width)}


def _on_samples(
    estimator: NeuralEstimator, configs: Sequence[Config], device: str
) -> list[Estimate]:
    if any(config["n"] != configs[0]["n"] for config in configs):
        raise InputError("members of one batch need the same n")
    samples = [_problem(config).sample(config["n"], config["seed"]) for config in configs]
    return estimator.estimate_batch(
        np.stack([x for x, _ in samples]),
        np.stack([z for _, z in samples]),
        seeds=[config["seed"] for config in configs],
        device=device,
    )


def _on_fresh(
    estimator: NeuralEstimator, configs: Sequence[Config], device: str
) -> list[Estimate]:  # fmt: skip
    return estimator.estimate_fresh(
        [_problem(config).draw for config in configs],
        seeds=[config["seed"] for config in configs],
        n=FRESH_ROWS,
        device=device,
    )


def _values(found: Estimate) -> Values:
    return {
        "value": found.value,
        "std": found.std,
        "warnings": list(found.warnings),
        "stopped": int(found.history["step"][-1]),
    }
