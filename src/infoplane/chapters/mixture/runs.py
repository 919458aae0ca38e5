"""What chapter 02 computes: the integral, and three estimators on samples."""

from collections.abc import Sequence

import numpy as np

from infoplane.datasets.mixture import Mixture, preset, separated_by
from infoplane.errors import InputError
from infoplane.estimators.binning import Binning
from infoplane.estimators.neighbors.ross import Ross
from infoplane.estimators.neural.mine import MINE
from infoplane.records.plan import Config, Values

__all__ = ["classical", "integral", "mixture_of", "train"]


def mixture_of(config: Config) -> Mixture:
    """The mixture that a config names: a preset, or two classes a distance apart."""
    if config["preset"] is not None:
        return preset(config["preset"], config["prior"])
    return separated_by(config["separation"], config["prior"])


def integral(config: Config, *, device: str = "cpu") -> Values:
    """I(X; Z) by quadrature with its error, and by Monte Carlo with its standard error."""
    mixture = mixture_of(config)
    truth = mixture.information
    sampled, std = mixture.information_monte_carlo(200_000, seed=0)
    return {
        "value": truth.value,
        "error": truth.error,
        "monte_carlo": sampled,
        "monte_carlo_std": std,
        "label_entropy": mixture.label_entropy,
    }


def classical(config: Config, *, device: str = "cpu") -> Values:
    """The k-nearest-neighbour estimate of Ross and the binned one, on one sample."""
    x, z = mixture_of(config).sample(config["n"], config["seed"])
    values: Values = {}
    for estimator in (Ross(), Binning(bins=10)):
        found = estimator.estimate(x, z, seed=config["seed"], device=device)
        values |= {estimator.name: found.value, f"{estimator.name}_std": found.std}
    return values


def train(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """MINE on one sample: the held-out value, and the held-out bound over training.

    configs: several seeds and mixtures, trained at once as one batched model.
    """
    first = configs[0]
    if any(config["n"] != first["n"] for config in configs):
        raise InputError("members of one batch need the same n")
    samples = [mixture_of(config).sample(config["n"], config["seed"]) for config in configs]
    mine = MINE(
        steps=first["steps"],
        batch_size=first["batch"],
        hidden=(first["hidden"], first["hidden"]),
        restarts=1,
    )
    estimates = mine.estimate_batch(
        np.stack([x for x, _ in samples]),
        np.stack([z for _, z in samples]),
        seeds=[config["seed"] for config in configs],
        device=device,
    )
    return [
        {
            "value": found.value,
            "std": found.std,
            "warnings": list(found.warnings),
            "step": found.history["step"],
            "held_out": np.round(found.history["test"], 5),
        }
        for found in estimates
    ]
