"""Chapter 06: what an embedding shares with image and label, whatever classifier comes behind.

Source: document 000, section 3.4.
"""

import numpy as np

from infoplane.chapters.transfer_learning.embedded import embedded, scaled_as
from infoplane.chapters.transfer_learning.settings import NORMS
from infoplane.estimators.classifier import Classifier
from infoplane.estimators.estimate import Estimate
from infoplane.estimators.neural.aware import AAMINE
from infoplane.estimators.neural.mine import MINE
from infoplane.estimators.noise.exact import information_with_noise
from infoplane.records.plan import Config, Values

__all__ = ["compactness", "critics", "labels"]

NOISE_SEED = 1_000_000  # of exact values' draws: a stream that no network starts


def compactness(config: Config, *, device: str = "cpu") -> Values:
    """The exact I(X; E + eps) of one network, nats, X uniform on the images.

    By norm, then noise_std of the grid: exact and exact_std; n, the images.
    """
    x = embedded(config).x
    found: Values = {"n": len(x), "exact": {}, "exact_std": {}}
    options = {"seed": NOISE_SEED, "samples": config["samples"], "device": device}
    for norm in NORMS:
        points = [
            information_with_noise(scaled_as(x, norm), noise_std, **options)
            for noise_std in config["noise_stds"]
        ]
        found["exact"][norm] = [round(point.value, 4) for point in points]
        found["exact_std"][norm] = [round(point.std, 4) for point in points]
    return found


def critics(config: Config, *, device: str = "cpu") -> Values:
    """I(X; E + eps) by AA-MINE, rows of length 1, with its warnings; and I(E; Y) by MINE."""
    of = embedded(config)
    rows = scaled_as(of.x, "rows")
    size = min(MINE.batch_size, len(rows) // 2)
    aware = AAMINE(
        noise_std=config["noise_std"],
        steps=config["steps"],
        learning_rate=config["rate"],
        batch_size=size,
        restarts=1,
    )
    label = MINE(steps=config["steps"], batch_size=size, restarts=1)
    options = {"seed": config["seed"], "device": device}
    return {
        "aware": _kept(aware.estimate(rows, rows, **options)),
        "mine": _kept(label.estimate(rows, of.y, **options)),
    }


def labels(config: Config, *, device: str = "cpu") -> Values:
    """I(E; Y) by a cross-fitted classifier, rows of length 1; the seed draws its folds."""
    of = embedded(config)
    estimator = Classifier(model="logistic", folds=config["folds"])
    return _kept(estimator.estimate(scaled_as(of.x, "rows"), of.y, seed=config["seed"]))


def _kept(found: Estimate) -> Values:
    return {
        "value": round(found.value, 5),
        "std": round(found.std, 5) if np.isfinite(found.std) else None,
        "warnings": list(found.warnings),
    }
