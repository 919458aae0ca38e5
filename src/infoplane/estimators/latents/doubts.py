"""What speaks against the value of a flow: its course, and what its latents look like."""

import math
from collections.abc import Sequence

import numpy as np
import torch

from infoplane.estimators.latents.bases import Normal, by_shells, factor_of
from infoplane.estimators.latents.correlation import correlation_layer
from infoplane.estimators.latents.model import Latents, TwoFlows, as_doubles
from infoplane.estimators.latents.training import GAIN, PATIENCE, Course
from infoplane.inputs.columns import Floats
from infoplane.models.flows import BOUND

__all__ = [
    "CURVED",
    "LITTLE",
    "OTHERS",
    "SURELY",
    "doubts_of_latents",
    "doubts_of_training",
    "outside",
    "parameters",
    "too_fine",
]

# How far the rho of the model may lie from the ratio of the rows it was fitted to.
APART, APART_SHARE = 0.1, 0.02
# Standard errors beyond which chance is no reason, and nats that are worth a sentence.
SURELY, LITTLE = 4.0, 0.1
OUTSIDE = 0.01  # share of rows beyond the box from which that is said
CURVED = 0.3  # excess kurtosis of a column, in a mean over all, that is worth a sentence
SHELLS = 8  # components of the mixture that is a second opinion, where the rows allow
ROWS_PER_PARAMETER = 2  # of such a mixture
OTHERS = "take ksg, wkl or mine"
# Nats of one pair beyond which splines of some bins do not follow it: of two normal columns with
# 7, 8, 9 and 11.5 nats .05, .2, .2 and .25 were missed, with a standard error of .04; and steps
# after which of 9 hardly any were.
FINE, FINE_STEPS = 7.0, 2_000


def doubts_of_training(
    course: Course,
    *,
    train: float,
    held_out: float,
    std: float,
    chance: float,
    from_rho: float | None,
    refit: bool,
) -> list[str]:
    """Of the course of training and of its ratios: train and held_out, nats, std of the latter.

    chance: by how much they should differ, since the correlation layer fits what is chance.
    """
    told = []
    if course.lost is not None:
        told.append(
            f"training was lost at step {course.lost}, where latents are infinite, no numbers or "
            "on a line, and ended there: pass a smaller learning_rate"
        )
    elif course.gained > GAIN:  # small steps at the end gain little each
        told.append(
            f"the likelihood still rises, by {course.gained:.2g} nats in the last "
            f"{min(PATIENCE, len(course.loss) - 1)} checks: pass more steps"
        )
    # the training rows have a chance of their own, less than that of the few held-out ones
    if train - held_out - chance > max(LITTLE, SURELY * std):
        told.append(
            f"training rows show {train:.2f} nats and held-out ones {held_out:.2f}: the flows know "
            "their rows by heart; pass fewer steps or blocks, or more rows"
        )
    if from_rho is not None and abs(from_rho - train) > max(APART, APART_SHARE * abs(train)):
        way = (
            "rows are not as the model has them"
            if refit
            else "rho travels slowly at high information; pass refit='checks'"
        )
        told.append(
            f"rho says {from_rho:.2f} nats and the rows that it was learned from {train:.2f}: {way}"
        )
    return told


def outside(sides: Sequence[tuple[str, Floats]]) -> list[str]:
    """A sentence where rows lie outside the box in which splines bend; sides: in its units."""
    told = []
    for name, a in sides:
        share = (np.abs(a) > BOUND).mean(axis=0)
        j = int(share.argmax())
        if share[j] > OUTSIDE:
            told.append(
                f"{100 * share[j]:.2g} % of the rows of column {j} of {name} lie more than "
                f"{BOUND:g} standard deviations out, where the flow does not bend: pass "
                "margins='asinh' or 'normal-scores'"
            )
    return told


def parameters(columns: int, components: int) -> int:
    """Of a mixture of Gaussians in so many columns."""
    return components * (columns * (columns + 3) // 2 + 1) - 1


@torch.no_grad()
def doubts_of_latents(model: TwoFlows, seen: Latents, held_out: Latents, value: float) -> list[str]:
    """Where the latents of a Gaussian model are surely not Gaussian together, held-out rows say.

    By Mardia's kurtosis, E r^4 / (E r^2)^2 = 1 + 2 / D for the radius r of a Gaussian in D columns
    in units of its covariance, here that of the rows seen, whatever the model takes it for. An
    excess kurtosis k of every column, with nothing else between them, is 1 + k / (D + 2) times it.
    A mixture of Gaussians, where the rows allow one, says what a better density makes of the
    latents as they are: where that is the value, to .1 nats, nothing is said. A mixture has tails
    at least those of a Gaussian, and no opinion where the radius varies less. One rho for all pairs
    is told where canonical correlations are not equal.
    Source: Mardia (1970), https://doi.org/10.1093/biomet/57.3.519
    """
    if not isinstance(model.base, Normal):
        return []
    told = _unequal(model, seen)
    own, others = (
        torch.hstack(model.turned(rows)).double().cpu().numpy() for rows in (seen, held_out)
    )
    n, d = others.shape
    mean = own.mean(axis=0)
    r2 = np.square(np.linalg.solve(factor_of(own - mean), (others - mean).T)).sum(axis=0)
    excess = float((r2**2).mean() / r2.mean() ** 2) / (1 + 2 / d) - 1
    chance = math.sqrt(8 / (d * (d + 2) * n))  # Mardia's 8 d (d + 2) / n, over (d (d + 2))^2
    if abs(excess) < max(CURVED / (d + 2), SURELY * chance):
        return told
    shape = (
        f"the latents are not Gaussian together (fourth moment of their radius {1 + excess:.2f} "
        "times that of a Gaussian), "
    )
    if excess < 0:
        return [
            *told,
            f"{shape}as of bounded columns, clusters or a sphere: the value may be off by nats "
            f"either way; {OTHERS}",
        ]
    shape += "as with a radius that all columns share: the value is likely too low; "
    components = SHELLS
    while components > 1 and ROWS_PER_PARAMETER * parameters(d, components) > len(own):
        components -= 1
    if components == 1:
        return [*told, shape + "pass base='mixture' with more rows, or fewer columns"]
    dx = seen.u.shape[1]
    mixture = by_shells(own[:, :dx], own[:, dx:], components).double()
    ratio = float(mixture.log_ratio(*torch.from_numpy(others).split((dx, d - dx), dim=1)).mean())
    if abs(ratio - value) < max(LITTLE, APART_SHARE * abs(value)):
        return told
    way = "pass base='mixture'" if ratio > value else f"base='mixture' is no remedy: {OTHERS}"
    return [
        *told,
        f"{shape}a mixture of {components} Gaussians finds {ratio:.2f} nats in the same latents: "
        f"{way}",
    ]


def too_fine(model: TwoFlows, steps: int) -> list[str]:
    """A warning where one pair depends more finely than splines follow after so few steps."""
    if not isinstance(model.base, Normal) or steps >= FINE_STEPS:
        return []
    rho = model.base.rho()
    most = float(-0.5 * np.log1p(-(rho**2)).min())
    if most < FINE:
        return []
    return [
        f"one pair of latents shares {most:.1f} nats, more finely than splines follow after "
        f"{steps} steps: the value is likely some tenths of a nat too low; pass steps=3000, or "
        "take cca, with margins='normal-scores' for columns that are bent"
    ]


def _unequal(model: TwoFlows, seen: Latents) -> list[str]:
    """A sentence where one rho stands for correlations that differ, by more than chance does."""
    if not model.shared:
        return []
    u, v = as_doubles(seen)
    each = correlation_layer(u, v, rho="canonical", by="likelihood")
    common = correlation_layer(u, v, rho="shared", by="likelihood").information
    said = each.information - u.shape[1] * v.shape[1] / (2 * len(u))  # less what chance adds
    if said - common < max(APART, APART_SHARE * said):
        return []
    return [
        f"canonical correlations of the latents lie from {each.rho.min():.2f} to "
        f"{each.rho.max():.2f} and say {said:.2f} nats, of which rho='shared', one for all, finds "
        f"{common:.2f} in closed form: pass rho='canonical'"
    ]
