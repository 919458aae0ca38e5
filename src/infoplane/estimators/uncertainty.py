"""What an estimator of neighbours or kernels says of its own error: chance, and bias."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from infoplane.estimators.floors import above_line
from infoplane.estimators.halves import HALVES, half_sample_error
from infoplane.estimators.matched import Bias, Classes, Pairs, bias_of, on_grid
from infoplane.inputs.arrays import Array
from infoplane.inputs.columns import Floats
from infoplane.inputs.options import one_of

__all__ = ["Uncertainty", "check_errors", "tried", "uncertainty"]

# Nats of matched information from which the data's own dependence is a test of the estimator.
ENOUGH = 0.25
CHANCE = 2.576  # standard errors, which chance exceeds once in a hundred times


class Uncertainty(NamedTuple):
    """Standard error with its degrees of freedom, bias with its standard error, and doubts."""

    std: float
    dof: float = math.inf
    bias: float = math.nan
    bias_std: float = math.nan
    warnings: tuple[str, ...] = ()


def check_errors(errors: object) -> None:
    """How a standard error is to be found, or an InputError."""
    one_of("errors", errors, ("half-samples", "local"), or_none=True)


def uncertainty(
    errors: str | None,
    terms: Floats,
    value_of: Callable[[Floats, Array], float],
    x: Floats,
    z: Array,
    *,
    name: str,
    seed: int,
    least: int,
) -> Uncertainty:
    """The error of the mean of `terms` (n,), which value_of(x, z) gives for any samples.

    errors: "half-samples", the spread of values from halves of the rows
    (:func:`infoplane.estimators.halves.half_sample_error`), and the bias on Gaussians that resemble
    the data (:mod:`infoplane.estimators.matched`); "local", the standard deviation of the terms
    over sqrt(n), as if they were independent, and no bias; None, neither.
    x: (n, dx); z: (n, dz), or (n,) labels; least: rows that value_of needs, of each label.
    """
    if errors is None:
        return Uncertainty(math.nan)
    if errors == "local":
        return Uncertainty(float(terms.std()) / math.sqrt(len(terms)))
    rng = np.random.default_rng(seed)
    labels = z if z.ndim == 1 else None
    std = half_sample_error(
        lambda rows: value_of(x[rows], z[rows]), len(x), rng, labels=labels, least=least
    )
    if math.isnan(std):
        few = (
            f"{len(x)} rows are too few for a standard error, which needs halves of {least} rows "
            f"{'in each class' if labels is not None else 'at least'}: pass more data"
            + ("" if name == "kde" else ", or a smaller k")
        )
        return Uncertainty(std, warnings=(few,))
    return tried(value_of, x, z, std, HALVES - 1, name=name, rng=rng)


def tried(
    value_of: Callable[[Floats, Array], float],
    x: Floats,
    z: Array,
    std: float,
    dof: float,
    *,
    name: str,
    rng: np.random.Generator,
) -> Uncertainty:
    """The same with a standard error that is known: the bias on Gaussians that resemble the data.

    Where these have little information, a warning goes by others in which some is planted.
    Data on a grid do not resemble them, nor do those whose correlations promise more than held-out
    rows show: no bias is known, and a warning goes by what is planted.
    """
    like: Pairs | Classes = Pairs.like(x, z) if z.ndim == 2 else Classes.like(x, z)
    if on_grid(x).any() or (z.ndim == 2 and (on_grid(z).any() or above_line(x, z))):
        test = bias_of(value_of, like.planted(rng), 2, rng)
        error = max(std, test.spread) / math.sqrt(test.draws)
        # a grid sees less than normal columns let see, not more
        doubts = _doubts(test, error, name, x, z) if test.value < 0 else ()
        return Uncertainty(std, dof, warnings=doubts)
    enough = like.information >= ENOUGH
    bias = bias_of(value_of, like, 3 if enough else 2, rng)
    test = bias if enough else bias_of(value_of, like.planted(rng), 2, rng)
    # what is planted may scatter more than the value does
    error = max(std, test.spread) / math.sqrt(test.draws)
    return Uncertainty(
        std, dof, bias.value, _error(bias, std, len(x)), _doubts(test, error, name, x, z)
    )


def _error(bias: Bias, std: float, n: int) -> float:
    """Standard error of a bias: few draws do not know their spread, which is about that of the
    value itself; and what the estimator does not see is known as far as the n rows know it."""
    dof = HALVES - 1, bias.draws - 1
    pooled = (dof[0] * std**2 + dof[1] * bias.spread**2) / sum(dof)
    # of canonical correlations the information is known to sqrt(sum rho^2 / n), below this
    known = math.sqrt(2 * max(bias.information, 0.0) / n)
    unseen = min(1.0, abs(bias.value) / bias.information) if bias.information > 0 else 0.0
    return math.hypot(math.sqrt(pooled / bias.draws), unseen * known)


def _doubts(test: Bias, error: float, name: str, x: Floats, z: Array) -> tuple[str, ...]:
    """A warning where the bias is no chance: one in a hundred warns without any."""
    if abs(test.value) <= CHANCE * error:
        return ()
    columns = x.shape[1] + (z.shape[1] if z.ndim > 1 else 0)
    kind = "classes" if z.ndim == 1 else "columns"
    low = test.value < 0
    return (
        f"estimates are biased {'low' if low else 'high'} here, whatever the value: of "
        f"{test.information:.2f} nats in Gaussian {kind} with the correlations of these {columns} "
        f"columns and {len(x)} rows, {name} finds {test.information + test.value:.2f} ± "
        f"{error:.2f}",
    )
