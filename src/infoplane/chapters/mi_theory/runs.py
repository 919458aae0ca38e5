"""What chapter 01 computes: an identity, a bound and an infinity."""

import math

import numpy as np
from scipy.integrate import cubature, quad
from scipy.special import entr, logsumexp

from infoplane.chapters.mi_theory.closed_forms import RHO, SCALES, Array, circle_information
from infoplane.datasets.gaussian import CorrelatedGaussian
from infoplane.estimators.noise.exact import information_with_noise
from infoplane.records.plan import Config, Values

__all__ = ["RANDOM", "bound", "identity", "noise"]

# Critics that know nothing of the pair, the same for every seed of the data.
RANDOM, UNITS, CRITIC_SEED = 8, 6, 1_000_000


def identity(config: Config, *, device: str = "cpu") -> Values:
    """H(Z) - H(Z|X) and D_KL(P_XZ || P_X x P_Z) of one joint, computed apart, in nats."""
    if config["joint"] == "discrete":
        p = np.random.default_rng(config["seed"]).dirichlet(np.full(35, 0.3)).reshape(5, 7)
        px, pz = p.sum(axis=1, keepdims=True), p.sum(axis=0, keepdims=True)
        difference = entr(pz).sum() - (entr(p).sum() - entr(px).sum())
        divergence = p[p > 0] @ np.log(p / (px * pz))[p > 0]
        return {"entropies": difference, "divergence": divergence, "error": 0.0}
    rho = config["rho"]

    def log_density(w: Array) -> Array:
        x, z = w[..., 0], w[..., 1]
        form = (x**2 - 2 * rho * x * z + z**2) / (1 - rho**2)
        return np.asarray(-math.log(2 * math.pi) - 0.5 * math.log(1 - rho**2) - form / 2)

    def log_normal(x: Array) -> Array:
        return -0.5 * math.log(2 * math.pi) - x**2 / 2

    def conditional(w: Array) -> Array:  # -p log p(z|x)
        log_p = log_density(w)
        return np.asarray(-np.exp(log_p) * (log_p - log_normal(w[..., 0])))

    def divergence_density(w: Array) -> Array:  # p log p/(p_x p_z)
        log_p = log_density(w)
        return np.asarray(np.exp(log_p) * (log_p - log_normal(w[..., 0]) - log_normal(w[..., 1])))

    h_z, error = quad(lambda z: -math.exp(log_normal(z)) * log_normal(z), -12, 12, epsabs=1e-12)
    low, high = [-9.0, -9.0], [9.0, 9.0]
    h_z_x = cubature(conditional, low, high, atol=1e-9, rtol=0)
    kl = cubature(divergence_density, low, high, atol=1e-9, rtol=0)
    return {
        "entropies": h_z - float(h_z_x.estimate),
        "divergence": float(kl.estimate),
        "error": error + float(h_z_x.error) + float(kl.error),
        "exact": CorrelatedGaussian(1, rho).information.value,
    }


def bound(config: Config, *, device: str = "cpu") -> Values:
    """The Donsker–Varadhan bound at the critics c · log p(x,z)/(p(x)p(z)), c from 0.1 to 1.5.

    random, random_std: the same of RANDOM random networks, and of as many added to c = 1.
    Sample means over `n` joint pairs and `n` pairs of fresh marginal draws, with the standard
    error of the bound by the delta method; c = 1 is the optimal critic.
    """
    n, generator = config["n"], np.random.default_rng(config["seed"])
    x, noise, z_free = generator.standard_normal((3, n))
    z = RHO * x + math.sqrt(1 - RHO**2) * noise
    joint, product = _log_ratio(x, z), _log_ratio(x, z_free)
    of_scales = np.transpose([_bound(c * joint, c * product) for c in SCALES])
    others = []
    for number in range(RANDOM):
        at_joint, at_product = _random(x, z, number), _random(x, z_free, number)
        others.append(_bound(at_joint, at_product))
        others.append(_bound(joint + at_joint, product + at_product))
    of_random = np.transpose(others)
    return {"scale": list(SCALES), "value": of_scales[0], "std": of_scales[1]} | {
        "random": of_random[0],
        "random_std": of_random[1],
    }


def _bound(joint: Array, product: Array) -> tuple[float, float]:
    """The bound and its standard error, from a critic's scores of n pairs of each kind."""
    n = len(joint)
    log_mean = logsumexp(product) - math.log(n)
    # x is shared by both terms, so their influences are added row by row
    influence = joint - np.exp(product - log_mean)
    return float(joint.mean() - log_mean), float(influence.std(ddof=1) / math.sqrt(n))


def _random(x: Array, z: Array, number: int) -> Array:
    """A random network of bounded units, so that every expectation is finite."""
    weights = np.random.default_rng(CRITIC_SEED + number).standard_normal((4, UNITS))
    to_x, to_z, bias, out = weights
    return np.asarray(np.tanh(np.outer(x, to_x) + np.outer(z, to_z) + bias) @ out)


def noise(config: Config, *, device: str = "cpu") -> Values:
    """I(X; T + eps) for X uniform on `rows` points of a torus, beside the continuous value.

    T maps `dim` angles to the circles (cos, sin), in 2 · dim coordinates. The noise of one
    seed is the same for every sigma but for its scale, so that slopes are sharper than values.
    """
    angles = np.random.default_rng(config["seed"]).uniform(
        0, 2 * math.pi, (config["rows"], config["dim"])
    )
    t = np.concatenate([np.cos(angles), np.sin(angles)], axis=1)
    found = information_with_noise(
        t, config["sigma"], seed=config["seed"], samples=config["draws"], device=device
    )
    return {
        "value": found.value,
        "std": found.std,
        "continuous": config["dim"] * circle_information(config["sigma"]),
    }


def _log_ratio(x: Array, z: Array) -> Array:
    """ln p(x,z)/(p(x)p(z)) of the Gaussian pair."""
    form = (RHO**2 * (x**2 + z**2) - 2 * RHO * x * z) / (1 - RHO**2)
    return np.asarray(-0.5 * math.log(1 - RHO**2) - form / 2)
