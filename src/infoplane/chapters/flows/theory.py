"""Chapter 10: what one rho makes of pairs of unequal correlations, from infinitely many rows."""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from infoplane.chapters.flows.settings import CASES
from infoplane.datasets.bent import Bent

__all__ = ["expected", "one_rho"]

Floats = npt.NDArray[np.float64]


def one_rho(s: Floats) -> tuple[float, float]:
    """-n/2 log(1 - rho^2) of the most likely model with one rho, nats: x white, and neither side.

    s: (n,) canonical correlations of normal pairs, from 0 and below 1. With w the scale of a pair,
    of z alone or of both its sides, the likelihood of a row is, up to a constant,

        sum_j [log w_j - 1/2 log r - (1 + w_j^2 - 2 rho s_j w_j) / 2r],    r = 1 - rho^2,
        sum_j [2 log w_j - 1/2 log r - w_j^2 (1 - rho s_j) / r],

    largest at the w_j of the closed form, and at w_j^2 = r / (1 - rho s_j). Where the derivative
    by rho is zero the mean of the ratio is the formula of rho.

    >>> [round(value, 3) for value in one_rho(np.full(3, 0.8))]  # -3/2 log .36
    [1.532, 1.532]
    """

    def white(rho: float) -> float:
        rest = (1 - rho) * (1 + rho)
        w = (rho * s + np.sqrt((rho * s) ** 2 + 4 * rest)) / 2
        each = np.log(w) - 0.5 * math.log(rest) - (1 + w**2 - 2 * rho * s * w) / (2 * rest)
        return float(each.sum())

    def free(rho: float) -> float:
        return float((0.5 * math.log((1 - rho) * (1 + rho)) - np.log1p(-rho * s)).sum())

    return _said(white, len(s)), _said(free, len(s))


def expected(d: int, nats: float) -> tuple[float, float]:
    """:func:`one_rho` of the chapter's pairs of unequal correlations."""
    shares = Bent(**{"d": d, "nats": nats, **CASES["unequal"]}).shares
    return one_rho(np.sqrt(-np.expm1(-2 * shares)))


def _said(likelihood: Callable[[float], float], n: int) -> float:
    found = minimize_scalar(
        lambda theta: -likelihood(math.tanh(theta)),
        bounds=(0.0, 15.0), method="bounded", options={"xatol": 1e-10},
    )  # fmt: skip
    return n * math.log(math.cosh(float(found.x)))
