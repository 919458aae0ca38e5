"""What a run of MINE did, in one word: exploding, dead, converged, or moving."""

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["WORDS", "summary", "word"]

Floats = npt.NDArray[np.float64]

WORDS = ("exploding", "dead", "converged", "moving")
EXPLODES = 100.0  # times the norm of the gradient grows, from the first half to the last tenth
DEAD = 1e-3  # nats that a value never leaves
FLAT = 0.01  # of the value, in a hundred steps


def word(values: Floats, norms: Floats) -> str:
    """One of WORDS, of the values (steps,) of a run and the norms of its gradients.

    dead: all is finite, and the value stays within a thousandth of a nat of 0 in the last half,
    where a critic says the same of every pair; its gradient is rounding, and no growth of that
    means anything. exploding: a value or norm is not finite, or the mean norm of the last tenth
    exceeds 100 times the median of the first half. converged: over the last half a straight line
    through the values rises or falls by at most 1 % of their mean in a hundred steps. moving: none
    of these.

    >>> steps = np.arange(1000.0)
    >>> word(np.ones(1000), np.ones(1000)), word(steps / 1000, np.ones(1000))
    ('converged', 'moving')
    """
    found = summary(values, norms)
    if found["finite"] and found["largest"] < DEAD:
        return "dead"
    if not found["finite"] or found["growth"] > EXPLODES:
        return "exploding"
    return "converged" if abs(found["slope"]) <= FLAT else "moving"


def summary(values: Floats, norms: Floats) -> dict[str, Any]:
    """The numbers behind the word.

    finite; value: mean of the last tenth, and its standard error value_std; growth and
    growth_at_most: mean and largest norm of the last tenth over the median of the first half;
    largest: |value| in the last half at most; slope: of the last half, a hundred steps, over its
    mean. None where a value or a norm is not finite.
    """
    names = ("value", "value_std", "growth", "growth_at_most", "largest", "slope")
    if not (np.isfinite(values).all() and np.isfinite(norms).all()):
        return {"finite": False} | dict.fromkeys(names)
    half, tenth = len(values) // 2, max(1, len(values) // 10)
    last = values[half:]
    slope = np.polyfit(np.arange(len(last)), last, 1)[0] if len(last) > 1 else 0.0
    tiny = float(np.finfo(np.float64).tiny)
    first = max(float(np.median(norms[:half])), tiny)
    mean = float(last.mean())
    return {
        "finite": True,
        "value": float(values[-tenth:].mean()),
        "value_std": float(values[-tenth:].std() / tenth**0.5),
        "growth": float(norms[-tenth:].mean()) / first,
        "growth_at_most": float(norms[-tenth:].max()) / first,
        "largest": float(np.abs(last).max()),
        "slope": 100 * float(slope) / (mean or tiny),
    }
