"""Samples of correlated Gaussians, for the tests of neural estimators."""

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def gaussian(d: int, rho: float, n: int, seed: int) -> tuple[Floats, Floats]:
    rng = np.random.default_rng([seed, d])
    x = rng.standard_normal((n, d))
    return x, rho * x + math.sqrt(1 - rho * rho) * rng.standard_normal((n, d))


def batch_of(d: int, rho: float, n: int, members: int) -> tuple[Floats, Floats]:
    pairs = [gaussian(d, rho, n, seed) for seed in range(members)]
    return np.stack([x for x, _ in pairs]), np.stack([z for _, z in pairs])
