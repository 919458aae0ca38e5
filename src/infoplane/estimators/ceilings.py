"""What no information exceeds: the entropy of a side whose rows repeat, or a known ceiling."""

import math

import numpy as np

from infoplane.inputs.arrays import Array
from infoplane.inputs.columns import MOST_COPIES, distinct_rows

__all__ = ["ABOVE", "above_ceiling", "above_entropy", "discrete_entropy"]

ABOVE = "what is above is error of the estimator"  # how each sentence ends
CHANCE = 2.576  # standard errors, which chance exceeds on one side once in two hundred times


def discrete_entropy(a: Array) -> tuple[float, float]:
    """Entropy of the rows of a (n, d), nats, and the most that one may call it; inf where most
    rows occur once.

    The entropy of a sample is low by (K - 1) / 2n on average, for K distinct rows (Miller 1955):
    an estimator that mends this may exceed it, and is allowed twice as much.

    >>> discrete_entropy(np.array([[0], [0], [1], [1]]))
    (0.693..., 0.943...)
    """
    n, (_, counts) = len(a), distinct_rows(a)
    # rows that occur once: as few of them are no continuous part as copies are no discrete one
    if (counts == 1).sum() > MOST_COPIES * n:
        return math.inf, math.inf
    entropy = math.log(n) - float(counts @ np.log(counts)) / n
    return entropy, entropy + (len(counts) - 1) / n


def above_ceiling(value: float, std: float, ceiling: float) -> list[str]:
    """A warning where an estimate is above what these rows can tell, in nats, beyond chance.

    std: of the estimate; nan counts as 0.

    >>> above_ceiling(3.0, 0.1, ceiling=2.0)
    ['3.00 nats are above the ceiling, 2.00, which nothing about these rows exceeds: ...']
    """
    chance = CHANCE * std if math.isfinite(std) else 0.0
    if not value > ceiling + chance + 1e-9:  # and beyond rounding
        return []
    return [
        f"{value:.2f} nats are above the ceiling, {ceiling:.2f}, which nothing about these rows "
        f"exceeds: {ABOVE}"
    ]


def above_entropy(value: float, x: Array, z: Array) -> list[str]:
    """A warning where an estimate is more than a discrete side has to tell: x (n, dx), z (n, dz).

    >>> above_entropy(1.2, np.arange(4)[:, None] % 2, np.arange(4)[:, None])
    ['1.20 nats are more than the entropy of x, 0.69, ...']
    """
    told = []
    for name, a in (("x", x), ("z", z)):
        entropy, most = discrete_entropy(a)
        if value > most:
            told.append(
                f"{value:.2f} nats are more than the entropy of {name}, {entropy:.2f}, which no "
                f"information exceeds: {ABOVE}"
            )
    return told
