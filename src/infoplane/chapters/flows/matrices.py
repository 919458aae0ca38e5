"""Chapter 10: whether the two closed forms of A do what they are made for."""

import math

import numpy as np
import torch

from infoplane.datasets.problems import problem
from infoplane.estimators.latents.correlation import Correlation, correlation_layer
from infoplane.records.plan import Config, Values

__all__ = ["matrices"]


def matrices(config: Config, *, device: str = "cpu") -> Values:
    """How far both forms of A are from their conditions, on n pairs of a problem.

    condition: largest |cov(u, A v) - rho I|; slope: largest |derivative by A of the mean of
    log p(u, A v) + log |det A| of N(0, R) at the same rho|; likelihood: that mean, nats a row;
    rho, and information, what it says; each a pair, of the covariance form and of the likelihood
    form. white: largest |cov(A v) - I|.
    """
    known = problem(config["problem"], **config["options"])
    u, v = known.draw(config["n"], np.random.default_rng(config["seed"]))
    names = ("condition", "slope", "likelihood", "rho", "information", "white")
    values: Values = {name: [] for name in names}
    for by in ("covariance", "likelihood"):
        layer = correlation_layer(u, v, rho="shared", by=by)
        found = _measured(u, v, layer)
        for name in names:
            values[name].append(found[name])
    return values


def _measured(u: np.ndarray, v: np.ndarray, layer: Correlation) -> dict[str, float]:
    a = torch.from_numpy((u - layer.mean_x) @ layer.on_x.T)
    centred = torch.from_numpy(v - layer.mean_z)
    on_z = torch.from_numpy(layer.on_z.copy()).requires_grad_()
    rho = float(layer.rho[0])
    n, d = a.shape
    b = centred @ on_z.mT
    rest = (1 - rho) * (1 + rho)
    square = (a.square() + b.square() - 2 * rho * a * b).sum() / n
    likelihood = (
        -0.5 * square / rest - 0.5 * d * math.log(rest) - d * math.log(2 * math.pi)
        + torch.linalg.slogdet(on_z)[1]
    )  # fmt: skip
    (slope,) = torch.autograd.grad(likelihood, [on_z])
    b = b.detach()
    return {
        "condition": float((a.mT @ b / n - rho * torch.eye(d, dtype=torch.float64)).abs().max()),
        "slope": float(slope.abs().max()),
        "likelihood": float(likelihood.detach()),
        "rho": rho,
        "information": layer.information,
        "white": float((b.mT @ b / n - torch.eye(d, dtype=torch.float64)).abs().max()),
    }
