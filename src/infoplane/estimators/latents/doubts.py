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

__all__ = [
    "doubts_of_latents",
    "doubts_of_training",
    "outside",
    "paired_anew",
    "parameters",
    "second_opinion",
]

# How far the rho of the model may lie from the ratio of the rows it was fitted to.
APART, APART_SHARE = 0.1, 0.02
# Standard errors beyond which chance is no reason, and nats that are worth a sentence.
SURELY, LITTLE = 4.0, 0.1
OUTSIDE = 0.01  # share of rows beyond the box from which that is said
CURVED = 0.3  # excess kurtosis of a column, in a mean over all, that is worth a sentence
SHELLS = 8  # components of the mixture that is a second opinion, where the rows allow
ROWS_PER_PARAMETER = 2  # of such a mixture
# Rows, and columns of both sides, in which neighbours give a second opinion.
MOST_ROWS, MOST_COLUMNS = 4_000, 20
# Standard errors by which it is to be higher: it errs low, and shares chance with what it judges.
OPINION = 3.0
# Rows that are paired anew, each with each, and so many at once; nats by which their mean may be
# off; and how far above 1 a number of mean 1 is once in thirty times at most, whatever its law
# (Markov).
PAIRED, AT_ONCE, PAIRED_APART, PAIRED_ONCE = 1_000, 50, 0.3, math.log(30)
OTHERS = "take ksg, wkl or mine"


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


@torch.no_grad()
def paired_anew(model: TwoFlows, rows: Sequence[Latents]) -> list[str]:
    """A warning where the densities of the sides are surely not those of the model.

    Of a row of x and another row's z, p(x, z) / (p(x) p(z)) has the mean 1 where each side is
    distributed as the model says, whatever they share: here over all such pairs of some rows. At
    high information hardly one of a million pairs is where that mean comes from, and less than 1
    says nothing. A mean above 1 says by its logarithm how far the ratio is off, as a factor of all
    pairs, those included that belong together; it is no factor in general.
    Standard error: of a two-sample U-statistic, by the shares that rows of either side have in it.
    """
    a, b = (side.double() for side in model.turned(_first(rows, PAIRED)))
    n = len(a)
    ratio = torch.cat(
        [
            model.base.log_ratio(part.repeat_interleave(n, dim=0), b.repeat(len(part), 1))
            for part in a.split(AT_ONCE)
        ]
    ).view(n, n)
    ratio.fill_diagonal_(-math.inf)
    off = float(ratio.logsumexp(dim=(0, 1))) - math.log(n * (n - 1))
    share = torch.softmax(ratio.flatten(), dim=0).view(n, n)
    error = math.sqrt(sum(float((share.sum(dim=k) - 1 / n).square().sum()) for k in (0, 1)))
    if off < PAIRED_APART or off < min(SURELY * error, PAIRED_ONCE):
        return []
    return [
        f"sides that were paired anew have a density ratio of {math.exp(off):.2g} on average, "
        f"which is 1 where each side is as the model has it: the value may be off by {off:.1f} "
        f"nats and more, either way, as where wide sides were mixed after they were bent; {OTHERS}"
    ]


@torch.no_grad()
def second_opinion(model: TwoFlows, rows: Sequence[Latents]) -> list[str]:
    """A warning where KSG, which errs low, finds surely more in the latents of some rows.

    rows: held-out ones first, then those seen: flows that were fitted to a row are maps of single
    sides all the same, and add nothing to what it shares.
    """
    latents = _first(rows, MOST_ROWS)
    a, b = (side.double().cpu().numpy() for side in model.turned(latents))
    if a.shape[1] + b.shape[1] > MOST_COLUMNS:
        return []
    terms = model.log_ratio(latents).double().cpu().numpy()
    value, std = float(terms.mean()), float(terms.std()) / math.sqrt(len(terms))
    ksg = KSG(errors="local")
    found = ksg._estimate(ksg.check(a, b), 0, "cpu")
    if found.value - value <= max(LITTLE, OPINION * math.hypot(std, found.std)):
        return []
    more = "base='mixture'" if isinstance(model.base, Normal) else "more components"
    return [
        f"ksg, which errs low, finds {found.value:.2f} ± {found.std:.2f} nats in the latents of "
        f"{len(terms)} rows, and the model {value:.2f}: they depend otherwise than it can say; "
        f"pass {more} or more blocks, or take ksg"
    ]


def _first(rows: Sequence[Latents], most: int) -> Latents:
    """The first rows of all, at most so many."""
    u, v, ladj = (
        torch.cat([getattr(part, name) for part in rows])[:most] for name in ("u", "v", "ladj")
    )
    return Latents(u, v, ladj)


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
