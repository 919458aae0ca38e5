"""Whether an order of networks holds when other images are drawn."""

from typing import Any, NamedTuple

import numpy as np

from infoplane.errors import InputError
from infoplane.inputs.arrays import as_numbers
from infoplane.inputs.columns import Floats
from infoplane.inputs.objects import refuse_missing
from infoplane.inputs.options import within

__all__ = ["Stability", "rank_stability"]


class Stability(NamedTuple):
    """How far resamples of images rank networks as all images do.

    kept: (networks, networks), the share of resamples in which two stand in the same order, 1 on
    the diagonal; tau: mean of Kendall's tau between the two rankings, and its percentiles.
    """

    kept: Floats
    tau: tuple[float, float, float]


def rank_stability(scores: Any, resampled: Any, *, level: float = 0.95) -> Stability:
    """The share of resamples that keep the order of two networks, for each two, and Kendall's tau.

        tau_b = mean_{i < j} sign(s_i - s_j) sign(s_bi - s_bj)

    scores: (networks,), of all images; resampled: (resamples, networks), of bootstrap samples of
    the same images, drawn once for all networks. At least 2 networks and 2 resamples. tau is in
    [-1, 1], 1 for the same order; a pair that is tied on one side counts 0. An order that is a
    tie among all images is kept by ties only.
    The interval is of tau over resamples, from percentiles at `level`: how far a ranking of these
    networks depends on the images, not how far it would hold for other networks.
    Wrong when: a bootstrap sample has copies that the score counts as neighbours of each other, as
    the nearest neighbours do; take samples without repetition, of half the images, there.
    Raises InputError for other shapes, values that are not finite and a level out of (0, 1).
    Source: Kendall (1938), https://doi.org/10.1093/biomet/30.1-2.81

    >>> rank_stability([1.0, 2.0, 3.0], [[1.0, 2.0, 3.0], [2.0, 1.0, 3.0]]).kept
    array([[1. , 0.5, 1. ], [0.5, 1. , 1. ], [1. , 1. , 1. ]])
    """
    within("level", level, above=0, below=1)
    whole, samples = (
        as_numbers(a, name).astype(np.float64)
        for a, name in ((scores, "scores"), (resampled, "resampled"))
    )
    if whole.ndim != 1 or len(whole) < 2:
        raise InputError(f"scores has shape {whole.shape}: (networks,) is accepted, of at least 2")
    if samples.ndim != 2 or samples.shape[1] != len(whole) or len(samples) < 2:
        raise InputError(
            f"resampled has shape {samples.shape}: (resamples, {len(whole)}) is accepted, of at "
            "least 2 resamples, a column for each of scores"
        )
    refuse_missing(~np.isfinite(whole), "scores")
    refuse_missing(~np.isfinite(samples), "resampled")
    order, orders = _signs(whole), _signs(samples)  # (n, n), (b, n, n)
    above = np.triu_indices(len(whole), 1)
    taus = (order * orders)[:, *above].mean(axis=1)
    low, high = np.percentile(taus, [50 * (1 - level), 50 * (1 + level)])
    kept: Floats = (orders == order).mean(axis=0)
    return Stability(kept, (float(taus.mean()), float(low), float(high)))


def _signs(scores: Floats) -> Floats:
    """Of s_i - s_j along the last axis: by comparison, as a difference may vanish."""
    row, column = scores[..., :, None], scores[..., None, :]
    signs: Floats = (row > column).astype(np.float64) - (row < column)
    return signs
