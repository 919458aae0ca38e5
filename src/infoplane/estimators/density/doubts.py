"""What to doubt in an answer by kernels: their width, and whether rows are enough."""

import math

import torch
from torch import Tensor

from infoplane.estimators.density.kernels import nearest

__all__ = ["few_rows", "narrow"]

# Nats between leave-one-out and plug-in above which to doubt both.
MOST_GAP = 0.1


def narrow(groups: list[Tensor], h: float) -> list[str]:
    """A warning where kernels are so narrow that a row has nothing of the nearest other one."""
    d = groups[0].shape[1]
    # The likeliest width is at least that distance, root mean square; e^(-50 d) is left at h.
    near = math.sqrt(float(torch.cat([nearest(g) for g in groups]).median()) / d)
    if h >= near / 10:
        return []
    return [
        f"h={h:g} is far below the distance to the nearest row (median {near:.3g} a column, in "
        f"standard deviations): the value says more of h than of the data; pass h>={near:.3g}, "
        "or None"
    ]


def few_rows(including: Tensor, left_out: Tensor, d: int) -> list[str]:
    """A warning where the density of a row depends on whether its own kernel counts."""
    gap = float((including - left_out).mean())
    if gap <= MOST_GAP:
        return []
    return [
        f"{len(left_out)} rows are few in {d} dimensions: the entropy is {gap:.3g} nats higher "
        "when rows are left out of their own density than when not, and the truth mostly lies "
        "between; the standard error does not show it"
    ]
