"""What every estimator returns: a number in nats, its standard error, and its doubts."""

import math
import operator
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Estimate"]


@dataclass(frozen=True)
class Estimate:
    """An estimate of a mutual information, signed, in nats.

    value: the estimate; below zero is reported below zero.
    std: its standard error in nats (nan where the estimator has none).
    n: number of samples it was given.
    estimator: the estimator's name on the command line.
    seed: the seed of everything random in it.
    seconds: wall-clock time.
    warnings: sentences that say what to doubt; empty when nothing is known against the value.
    history: per-step curves of iterative estimators, name -> (steps,) array; of a mean over
    inputs its terms, where the docstring says so.

    Two are equal where everything is but `seconds` and `history`. A format applies to the value.

    >>> e = Estimate(value=0.5, std=0.1, n=100, estimator="ksg")
    >>> float(e), e.interval()
    (0.5, (0.304..., 0.695...))
    >>> print(f"{e:.2f} nats, in full: {e}")
    0.50 nats, in full: 0.500 ± 0.100 nats (ksg, n=100)
    """

    value: float
    std: float
    n: int
    estimator: str
    seed: int = 0
    seconds: float = field(default=math.nan, compare=False)
    warnings: tuple[str, ...] = ()
    history: Mapping[str, npt.NDArray[np.float64]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        # a NumPy integer would not go into a JSON record
        object.__setattr__(self, "seed", operator.index(self.seed))

    def __float__(self) -> float:
        return self.value

    def __format__(self, spec: str) -> str:
        return format(self.value, spec) if spec else str(self)

    def __str__(self) -> str:
        error = f" ± {self.std:.3f}" if math.isfinite(self.std) else ""
        doubts = "".join(f"; warning: {warning}" for warning in self.warnings)
        return f"{self.value:.3f}{error} nats ({self.estimator}, n={self.n}){doubts}"

    def interval(self, z: float = 1.959964) -> tuple[float, float]:
        """Normal interval of `z` standard errors either side, in nats; 95 % by default."""
        return self.value - z * self.std, self.value + z * self.std

    def to_dict(self) -> dict[str, Any]:
        """The public JSON form; a missing standard error is None, never NaN."""
        return {
            "estimator": self.estimator,
            "value": self.value,
            "std": self.std if math.isfinite(self.std) else None,
            "unit": "nats",
            "n": self.n,
            "seed": self.seed,
            "seconds": round(self.seconds, 6) if math.isfinite(self.seconds) else None,
            "warnings": list(self.warnings),
        }
