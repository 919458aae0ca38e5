"""What a trained critic's history and scores give to doubt: sentences for `Estimate.warnings`."""

import math

import numpy as np
import numpy.typing as npt

from infoplane.estimators.base import Samples
from infoplane.estimators.neural.training import Run
from infoplane.estimators.repeats import recorded_twice
from infoplane.inputs.columns import is_discrete
from infoplane.inputs.shape import doubts_of_margins

__all__ = ["doubts_of_rows", "doubts_of_scores", "doubts_of_training"]

# A relative standard error of the marginal mean above which the standard error is not to be
# trusted: in simulation 95 % intervals cover 95 % of the time at 0.04, and 78 % at 0.2 (d = 20,
# 5.4 nats).
MAX_RELATIVE_ERROR = 0.1
# Nats between training and held-out bounds that are no reason for doubt at any value.
MIN_GAP = 0.05

KEEP_TOGETHER = "drop the copies, or pass groups= with one number for all copies of a row"

Floats = npt.NDArray[np.float64]


def doubts_of_training(run: Run, steps: int) -> list[str]:
    """What the course of training says: not finished, not finite, or never begun."""
    doubts = []
    last = run.step[-1]
    if last == steps and run.step[run.best] >= 0.9 * steps:
        doubts.append(
            f"the validation bound was still rising at the last step ({last}): pass more steps"
        )
    curves = np.array([run.train, run.validation])
    broken = np.flatnonzero(~np.isfinite(curves).all(axis=0))
    if len(broken):
        doubts.append(
            f"the bound was not finite any more from step {run.step[broken[0]]} on: the value is "
            "of a checkpoint before; pass a lower learning rate"
        )
    return doubts


def doubts_of_scores(
    run: Run,
    joint: Floats,
    marginal: Floats,
    *,
    value: float,
    std: float,
    relative: float,
    on_train: float | None,
    ceiling: tuple[float, str],
) -> list[str]:
    """What the test scores say: joint (n,), marginal (k, n).

    on_train: the bound on training rows, None where none is seen twice; ceiling: the largest
    value that can be shown, and its name.
    """
    doubts = []
    if np.ptp(joint) == 0 and np.ptp(marginal) == 0:
        doubts.append("the critic is dead: it gives every pair the same score")
    elif run.best == 0:
        doubts.append(
            "training never raised the validation bound: x and z are independent, or depend "
            "in a way that this critic does not learn from so many rows"
        )
    # the difference of two bounds with about the same standard error
    enough = max(MIN_GAP, 0.1 * abs(value), 3 * math.sqrt(2) * std)
    if on_train is not None and on_train - value > enough:
        doubts.append(
            f"training and held-out bounds differ by {on_train - value:.2g} nats: the critic knows "
            "its training rows by heart, and more samples would raise the held-out bound"
        )
    most, named = ceiling
    if value > most * (1 + 1e-6):
        doubts.append(
            f"above the ceiling {named} = {most:.3g}, all that so many marginal pairs can vouch "
            "for: a critic that tells all held-out pairs apart shows any number; the information "
            "is large, and this is no estimate of it"
        )
    elif value > 0.95 * most:
        doubts.append(
            f"within 5 % of the ceiling {named} = {most:.3g}: so many marginal pairs cannot show "
            "more"
        )
    if relative > MAX_RELATIVE_ERROR:
        doubts.append(
            f"few pairs carry the marginal term (relative standard error of its mean: "
            f"{relative:.2g}): value and standard error are both too uncertain to trust"
        )
    return doubts


def doubts_of_rows(samples: Samples, margins: str) -> list[str]:
    """What the rows themselves give to doubt: copies on both sides of a split, and margins."""
    doubts = recorded_twice(samples.x, samples.z, samples.groups, remedy=KEEP_TOGETHER)
    for name, a in (("x", samples.x), ("z", samples.z)):
        if not is_discrete(a):  # what is not standardised has no unit to lose
            doubts += doubts_of_margins(a, name, margins)
    return doubts
