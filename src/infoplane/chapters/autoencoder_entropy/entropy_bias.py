"""The bias of the entropies by kernels and by neighbours, against closed forms.

Source: document 003, tasks; the closed forms are textbook ones.
"""

import math

import numpy as np
import numpy.typing as npt

from infoplane.chapters.autoencoder_entropy.settings import DENSITIES
from infoplane.estimators.density.kernel_entropy import METHODS, bandwidth, kde_entropy
from infoplane.estimators.density.wkl import wkl_entropy
from infoplane.inputs.options import require
from infoplane.records.plan import Config, Values

__all__ = ["DENSITIES", "ESTIMATES", "bias", "entropy_of", "sample"]

ESTIMATES = (*METHODS, "wkl")


def bias(config: Config, *, device: str = "cpu") -> Values:
    """What each estimate of an entropy is in error by, nats, on one sample of known entropy.

        error = estimate - h,    its mean over seeds being the bias

    config: density (of DENSITIES), d (columns, >= 1), n (rows, > d, >= 4) and seed (of the sample
    and of the draws of "monte-carlo" and "shrunk").
    Values: one error for each of ESTIMATES, and "bandwidth", the width all kernels share, in
    standard deviations of a column.
    Time: n = 10 000, d = 8: 10 s on one core.
    Raises InputError for a config out of range.

    >>> values = bias({"density": "uniform", "d": 1, "n": 500, "seed": 0})
    >>> abs(values["loo"]) < 0.02  # truncated kernels are nearly flat on it
    True
    """
    rows = sample(config["density"], config["n"], config["d"], config["seed"])
    truth = entropy_of(config["density"], config["d"])
    h = bandwidth(rows, device=device)
    values: Values = {"bandwidth": h}
    for method in METHODS:
        e = kde_entropy(rows, method=method, h=h, seed=config["seed"], device=device)
        values[method] = e.value - truth
    values["wkl"] = wkl_entropy(rows, device=device).value - truth
    return values


def sample(density: str, n: int, d: int, seed: int) -> npt.NDArray[np.float64]:
    """n independent rows of the standard Gaussian, or uniform on the unit cube: (n, d)."""
    _check(density, d)
    require(n > d and n >= 4, "n", n, f"at least {max(4, d + 1)} rows are needed for d={d}")
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, d)) if density == "gaussian" else rng.random((n, d))


def entropy_of(density: str, d: int) -> float:
    """The true entropy of :func:`sample`'s density, nats: (d/2) log 2 pi e, or 0.

    >>> entropy_of("gaussian", 2)
    2.837...
    """
    _check(density, d)
    return 0.5 * d * math.log(2 * math.pi * math.e) if density == "gaussian" else 0.0


def _check(density: str, d: int) -> None:
    require(density in DENSITIES, "density", density, f"{' and '.join(DENSITIES)} are known")
    require(d >= 1, "d", d, "give at least 1 column")
