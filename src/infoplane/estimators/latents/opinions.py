"""What others say of a flow's latents: pairs that do not belong together, neighbours, an ICA."""

import math
import warnings
from collections.abc import Sequence

import numpy as np
import torch

from infoplane.estimators.latents.bases import Normal, factor_of
from infoplane.estimators.latents.doubts import CURVED, LITTLE, OTHERS, SURELY
from infoplane.estimators.latents.model import Latents, TwoFlows
from infoplane.estimators.neighbors.ksg import KSG
from infoplane.inputs.columns import Floats

__all__ = ["mixed", "paired_anew", "second_opinion"]

# Rows, and columns of both sides, in which neighbours give a second opinion.
MOST_ROWS, MOST_COLUMNS = 4_000, 20
# Standard errors by which it is to be higher: it errs low, and shares chance with what it judges.
OPINION = 3.0
# Rows that are paired anew, each with each; nats by which their mean may be off; and how far above
# 1 a number of mean 1 is once in thirty times at most, whatever its law (Markov).
PAIRED, PAIRED_APART, PAIRED_ONCE = 1_000, 0.3, math.log(30)
# Rows and steps of a search for columns that were mixed; standard errors that are no chance, of
# the direction of many where that is most.
MIXED_ROWS, MIXED_STEPS, MIXED_SURELY = 4_000, 20, 6.0


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
    ratio = model.base.log_ratios(a, b)
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
def mixed(model: TwoFlows, seen: Latents, held_out: Latents) -> list[str]:
    """A warning where columns of a side are surely sums of columns that are not Gaussian.

    Directions that independent component analysis finds in the rows seen, and the kurtosis there of
    held-out ones, which know nothing of that search. Rows are divided by their length first: the
    radius is another doubt, and without it E c^4 / (E c^2)^2 = 3 d / (d + 2) in d columns along
    every direction of a Gaussian side, and of any whose shape is an ellipsoid's. Seen where single
    components differ much, as in a sum of a few. A mixture is no Gaussian, and is not asked.
    Source: Hyvärinen (1999), https://doi.org/10.1109/72.761722
    """
    from sklearn.decomposition import FastICA
    from sklearn.exceptions import ConvergenceWarning

    if not isinstance(model.base, Normal):
        return []
    told = []
    for name, *sides in zip("xz", model.turned(seen), model.turned(held_out), strict=True):
        own, others = (side.double().cpu().numpy() for side in sides)
        d = own.shape[1]
        if d < 2:
            continue
        mean = own.mean(axis=0)
        factor = factor_of(own - mean)
        own, others = (_on_a_sphere(factor, rows - mean) for rows in (own[:MIXED_ROWS], others))
        ica = FastICA(whiten="unit-variance", max_iter=MIXED_STEPS, tol=1e-2, random_state=0)
        with warnings.catch_warnings():  # directions that are not yet at their best will do
            warnings.simplefilter("ignore", ConvergenceWarning)
            along = ica.fit(own).transform(others)
        square = np.square(along) / np.square(along).mean(axis=0)
        fourth = np.square(square).mean(axis=0)
        error = (np.square(square) - 2 * fourth * square).std(axis=0) / math.sqrt(len(square))
        apart = fourth - 3 * d / (d + 2)
        j = int(np.argmax(np.abs(apart) / error))
        if abs(apart[j]) > max(CURVED, MIXED_SURELY * error[j]):
            told.append(
                f"the latents of {name} are sums of columns that are not Gaussian (along one "
                f"direction their fourth moment is {fourth[j]:.1f}, and of a Gaussian "
                f"{3 * d / (d + 2):.1f}), which flows of single columns cannot undo: the value may "
                f"be off by nats either way; unmix {name} first, as by independent component "
                f"analysis, or {OTHERS}"
            )
    return told


def _on_a_sphere(factor: Floats, rows: Floats) -> Floats:
    """Rows (n, d) in units of their covariance, each of the length sqrt(d)."""
    white = np.linalg.solve(factor, rows.T).T
    found: Floats = white * (
        math.sqrt(rows.shape[1]) / np.linalg.norm(white, axis=1, keepdims=True)
    )
    return found


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
    if a.shape[1] > 1 or b.shape[1] > 1:  # one column has none before it to depend on
        more += " or more blocks"
    return [
        f"ksg, which errs low, finds {found.value:.2f} ± {found.std:.2f} nats in the latents of "
        f"{len(terms)} rows, and the model {value:.2f}: they depend otherwise than it can say; "
        f"pass {more}, or take ksg"
    ]


def _first(rows: Sequence[Latents], most: int) -> Latents:
    """The first rows of all, at most so many."""
    u, v, ladj = (
        torch.cat([getattr(part, name) for part in rows])[:most] for name in ("u", "v", "ladj")
    )
    return Latents(u, v, ladj)
