"""Latents made by hand, with the layer that is fitted to them: no flow in front."""

import numpy as np
import torch
from torch import nn

from infoplane.estimators.latents.correlation import correlation_layer
from infoplane.estimators.latents.doubts import doubts_of_latents
from infoplane.estimators.latents.model import Latents, TwoFlows

N = 3_000


class Nothing(nn.Module):
    """A flow that leaves rows as they are."""

    def __init__(self):
        super().__init__()
        self.own = nn.Parameter(torch.zeros(()))


def latents_of(u, v):
    return Latents(torch.from_numpy(u), torch.from_numpy(v), torch.zeros(len(u)))


def of_latents(u, v, *, shared=False, parts=(0.7, 1.0)):
    """What is told of latents, the first part of which the layer is fitted to."""
    seen, others = (
        (u[part], v[part])
        for part in (slice(round(parts[0] * len(u))), slice(round(parts[0] * len(u)), None))
    )
    model = TwoFlows(Nothing(), Nothing(), shared=shared).double()
    rho = "shared" if shared else "canonical"
    model.set(correlation_layer(*seen, rho=rho, by="likelihood"))
    model, held_out = model.double(), latents_of(*others)
    value = float(model.log_ratio(held_out).detach().mean())
    return doubts_of_latents(model, latents_of(*seen), held_out, value), model


def pairs(rho, d=2, seed=0, n=N):
    """Columns of correlations rho, one for each pair, behind a linear map of either side."""
    rng = np.random.default_rng([seed, d])
    g, noise = rng.normal(size=(2, n, d))
    h = np.asarray(rho) * g + np.sqrt(1 - np.square(rho)) * noise
    return g @ rng.normal(size=(d, d)), h @ rng.normal(size=(d, d)) + 1
