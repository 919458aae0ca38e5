"""Pairs of flows with a correlation layer, and rows for them: what the tests here share."""

import numpy as np
import torch

from infoplane.estimators.latents.correlation import correlation_layer
from infoplane.estimators.latents.model import TwoFlows, as_doubles
from infoplane.models.flows import SplineFlow


def bent_rows(dx, dz, n=400, seed=0):
    """Columns of unit scale, none normal: x tells of z by its first columns."""
    rng = np.random.default_rng([seed, dx, dz])
    g, h = rng.normal(size=(n, dx)), rng.normal(size=(n, dz))
    k = min(dx, dz)
    h[:, :k] = 0.8 * g[:, :k] + 0.6 * h[:, :k]
    return g + 0.1 * g**3, np.sinh(h) / 1.5


def model_of(x, z, *, blocks=0, shared=False, moved=0.0, dtype=torch.float32):
    """Closed forms behind flows that begin at quantiles; moved: by how much each parameter then."""
    generator = torch.Generator().manual_seed(0)
    sides = [SplineFlow(a, bins=6, blocks=blocks, hidden=(8,), generator=generator) for a in (x, z)]
    model = TwoFlows(*sides, shared=shared).to(dtype)
    rho = "shared" if shared else "canonical"
    model.set(
        correlation_layer(*as_doubles(model.at(*tensors(x, z, dtype))), rho=rho, by="likelihood")
    )
    with torch.no_grad():
        for parameter in model.parameters():
            noise = torch.randn(parameter.shape, generator=generator, dtype=torch.float64)
            parameter += moved * noise.to(dtype)
    return model


def tensors(x, z, dtype=torch.float32):
    return torch.from_numpy(x).to(dtype), torch.from_numpy(z).to(dtype)
