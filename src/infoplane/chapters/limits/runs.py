"""What chapter 12 computes: one estimate of data whose information is known, or many of them."""

from typing import Any

import numpy as np
import numpy.typing as npt

from infoplane.datasets.problems import problem
from infoplane.errors import InputError
from infoplane.estimators import get_estimator
from infoplane.records.plan import Config, Values

__all__ = ["MEMORY", "coverage", "hurdle", "rows_of"]

MEMORY = 0.95  # correlation of a row of a recording with the one before
DIGITS = 6  # that are kept of an interval's ends


def hurdle(config: Config, *, device: str = "cpu") -> Values:
    """An estimate with its interval and its doubts, or the sentence that refuses it."""
    truth = problem(config["problem"], **config["options"]).information
    x, z = rows_of(config)
    estimator = get_estimator(config["estimator"], **config["set"])
    values: Values = {"truth": truth.value, "rows_seen": len(x)}
    try:
        e = estimator.estimate(x, z, seed=config["seed"], device=device)
    except InputError as error:  # is an answer, too
        return values | {"refused": str(error)}
    low, high = (_finite(end) for end in e.interval())
    values |= {"value": e.value, "std": _finite(e.std), "low": low, "high": high}
    return values | {"bias": _finite(e.bias), "warnings": list(e.warnings), "refused": ""}


def coverage(config: Config, *, device: str = "cpu") -> Values:
    """Intervals of 95 % of so many independent data sets: their ends, and what was warned of."""
    known = problem(config["problem"], **config["options"])
    seeds = range(config["repetitions"])
    drawn = [known.draw(config["n"], np.random.default_rng([config["seed"], s])) for s in seeds]
    x, z = (np.stack(sides) for sides in zip(*drawn, strict=True))
    estimator = get_estimator(config["estimator"], **config["set"])
    found = estimator.estimate_batch(x, z, seeds=list(seeds), device=device)
    lows, highs = zip(*(e.interval() for e in found), strict=True)
    return {
        "truth": known.information.value,
        "low": [round(low, DIGITS) for low in lows],
        "high": [round(high, DIGITS) for high in highs],
        "warned": [bool(e.warnings) for e in found],
    }


def rows_of(config: Config) -> tuple[Any, Any]:
    """The samples of a config: independent rows, each twice, or with a memory; one in `every`."""
    known = problem(config["problem"], **config["options"])
    n, rng = config["n"], np.random.default_rng(config["seed"])
    if config["rows"] == "twice":
        sides = [np.repeat(side, 2, axis=0) for side in known.draw(n // 2, rng)]
    elif config["rows"] == "recording":
        sides = [_remembering(side) for side in known.draw(n, rng)]
    else:
        sides = list(known.draw(n, rng))
    x, z = (side[:: config["every"]] for side in sides)
    return x, z


def _remembering(side: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The same as a stationary series: each row .95 of the last, and new, of variance 1."""
    from scipy.signal import lfilter

    new = np.sqrt(1 - MEMORY**2) * side
    new[0] = side[0]
    return np.asarray(lfilter([1.0], [1.0, -MEMORY], new, axis=0))


def _finite(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None
