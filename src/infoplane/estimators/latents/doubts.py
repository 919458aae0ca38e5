"""What speaks against the value of a flow: its course, and what its latents look like."""

import math
from collections.abc import Sequence

import numpy as np
import torch

from infoplane.estimators.latents.bases import Normal, by_shells, factor_of
from infoplane.estimators.latents.correlation import correlation_layer
from infoplane.estimators.latents.model import Latents, TwoFlows, as_doubles
from infoplane.estimators.latents.training import GAIN, PATIENCE, Course
from infoplane.estimators.neighbors.ksg import KSG
from infoplane.inputs.columns import Floats
from infoplane.models.flows import BOUND

__all__ = ["doubts_of_latents", "doubts_of_training", "outside", "parameters", "second_opinion"]

# How far the rho of the model may lie from the ratio of the rows it was fitted to.
APART, APART_SHARE = 0.1, 0.02
# Standard errors beyond which chance is no reason, and nats that are worth a sentence.
SURELY, LITTLE = 4.0, 0.1
OUTSIDE = 0.01  # share of rows beyond the box from which that is said
CURVED = 0.05  # how much the fourth moment of the radius may exceed a normal one's
SHELLS = 8  # components of the mixture that is a second opinion, where the rows allow
ROWS_PER_PARAMETER = 2  # of such a mixture
# Held-out rows, and columns of both sides, in which neighbours give a second opinion.
MOST_ROWS, MOST_COLUMNS = 4_000, 20


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
def doubts_of_latents(model: TwoFlows, seen: Latents, held_out: Latents) -> list[str]:
    """Where the latents of a Gaussian model are surely not Gaussian together, held-out rows say.

    By Mardia's kurtosis, E r^4 / (E r^2)^2 = 1 + 2 / D for the radius r of a Gaussian in D columns
    in units of its covariance, here that of the rows seen, whatever the model takes it for. A
    mixture of Gaussians, where the rows allow one, says what a better density makes of the latents
    as they are. One rho for all pairs is told where canonical correlations are not equal.
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
    if excess < max(CURVED, SURELY * chance):
        return told
    shape = (
        f"the latents are not Gaussian together (fourth moment of their radius {1 + excess:.2f} "
        "times that of a Gaussian), as with a radius that all columns share: the value is likely "
        "too low; "
    )
    components = SHELLS
    while components > 1 and ROWS_PER_PARAMETER * parameters(d, components) > len(own):
        components -= 1
    if components == 1:
        return [*told, shape + "pass base='mixture' with more rows, or fewer columns"]
    dx = seen.u.shape[1]
    mixture = by_shells(own[:, :dx], own[:, dx:], components).double()
    ratio = float(mixture.log_ratio(*torch.from_numpy(others).split((dx, d - dx), dim=1)).mean())
    return [
        *told,
        f"{shape}a mixture of {components} Gaussians finds {ratio:.2f} nats in the same latents: "
        "pass base='mixture'",
    ]


@torch.no_grad()
def second_opinion(model: TwoFlows, held_out: Latents, value: float, std: float) -> list[str]:
    """A warning where KSG, which errs low, finds surely more in the latents of held-out rows."""
    a, b = (side[:MOST_ROWS].double().cpu().numpy() for side in model.turned(held_out))
    if a.shape[1] + b.shape[1] > MOST_COLUMNS:
        return []
    ksg = KSG(errors="local")
    found = ksg._estimate(ksg.check(a, b), 0, "cpu")
    if found.value - value <= max(LITTLE, SURELY * math.hypot(std, found.std)):
        return []
    return [
        f"ksg, which errs low, finds {found.value:.2f} ± {found.std:.2f} nats in the latents of "
        f"held-out rows, and the model {value:.2f}: they depend otherwise than it can say; pass "
        "base='mixture' or more blocks, or take ksg"
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
