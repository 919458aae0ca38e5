"""What chapter 03 computes: MINE and its relatives on correlated Gaussian vectors."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from infoplane.chapters.mine_gaussian.settings import FRESH_ROWS, STAIR_CHECK, STAIR_ROWS
from infoplane.datasets.gaussian import CorrelatedGaussian, rho_for
from infoplane.errors import InputError
from infoplane.estimators.cca import CCA
from infoplane.estimators.estimate import Estimate
from infoplane.estimators.neighbors.ksg import KSG
from infoplane.estimators.neural.mine import MINE, NeuralEstimator, by_bound
from infoplane.records.plan import Config, Values

__all__ = [
    "FRESH_ROWS",
    "STAIR_CHECK",
    "bound",
    "classical",
    "climb",
    "correct",
    "mine",
]

CONVERGED = 5  # checks at the end of training, over which the batch value is averaged

# Training as Song & Ermon (2020) have it.
PLAIN: dict[str, Any] = {"weight_decay": 0.0, "clip": None, "average_decay": 0.0}


def mine(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """MINE with the book's defaults: on one sample of n rows, or on fresh ones where n is 0.

    configs: several seeds and correlations, trained at once as one batched model.
    """
    estimator = MINE(**_model(configs[0]))
    run = _on_fresh if configs[0]["n"] == 0 else _on_samples
    return [_values(found) for found in run(estimator, configs, device)]


def bound(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """The estimator of one bound, with a separable critic, on one sample of n rows.

    configs: several seeds and correlations, trained at once as one batched model.
    """
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


def correct(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """MINE on fresh samples, trained plainly, its gradient corrected by an average of that rate.

    clipped: the one thing that is not plain, each gradient cut to a norm of at most 1.

    configs: several seeds and correlations, trained at once as one batched model.
    """
    first = configs[0]
    plain = PLAIN | {"clip": 1.0 if first["clipped"] else None}
    estimator = MINE(ema_rate=first["rate"], **plain, **_model(first))
    return [
        {**_values(found), "batch_value": float(found.history["train"][-CONVERGED:].mean())}
        for found in _on_fresh(estimator, configs, device)
    ]


def climb(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """One step of the staircase, from new weights: the batch values of a bound over training.

    configs: several seeds and truths, trained at once as one batched model.
    """
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
    return {
        "steps": config["steps"],
        "batch_size": config["batch"],
        "hidden": (width, width),
        "restarts": 1,
    }


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
