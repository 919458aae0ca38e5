"""Kernel densities as the formula is written, and Gaussians to try them on."""

import math

import numpy as np
from scipy import stats
from scipy.special import logsumexp


def slow_logs(rows, h, left_out):
    """Log densities of the rows by plain Gaussian kernels, as the formula is written."""
    standard = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    n, d = rows.shape
    logs = np.empty(n)
    for i in range(n):
        others = np.delete(standard, i, axis=0) if left_out else standard
        kernel = stats.multivariate_normal(standard[i], h**2 * np.eye(d)).logpdf(others)
        logs[i] = logsumexp(kernel) - math.log(len(others))
    return logs - np.log(rows.std(axis=0)).sum()


def gaussian(seed, n, d, rho):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d))
    return x, rho * x + math.sqrt(1 - rho**2) * rng.normal(size=(n, d))
