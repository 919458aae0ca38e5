"""Chapter 01: identities, a bound and an infinity, each where the true value is known.

Source: document 000, sections 1.2, 1.3 and 2.2.1; document 004, section 1.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.integrate import cubature, quad
from scipy.special import entr, ive, logsumexp

from infoplane.datasets import vision
from infoplane.datasets.gaussian import CorrelatedGaussian
from infoplane.estimators.exact import information_with_noise
from infoplane.experiments.pixels import pixels
from infoplane.plan import Check, Config, Plan, Values, require, require_seeds
from infoplane.stats import mean_interval

__all__ = [
    "bound",
    "circle_information",
    "identity",
    "measure",
    "noise",
    "pixels",
    "plans",
    "slopes",
]

Array = npt.NDArray[np.float64]

RHO = 0.7  # of the Gaussian pair that the bound is shown on; the bound is finite for c < 2.43
SCALES = tuple(np.round(np.arange(0.1, 1.55, 0.1), 10).tolist())
SIGMAS = tuple(np.round(np.geomspace(0.5, 0.01, 21), 6).tolist())
# Where the slope is read off, fixed beforehand: below this noise the circle looks straight (its
# slope is within 2.3 % of 1), and this far below log N a finite sample still looks continuous.
SMALL_NOISE, ROOM = 0.2, 3.0


def plans(
    *,
    dataset: str,
    n_images: int,
    n_pixels: int,
    n_samples: int,
    dims: Sequence[int],
    n_rows: int,
    n_draws: int,
    seeds: Sequence[int],
) -> dict[str, Plan]:
    """What the chapter computes; InputError where a parameter is out of range."""
    vision.check_name(dataset)
    require_seeds(seeds)
    most = vision.TRAIN_SIZES[dataset]
    require(100 <= n_images <= most, "n_images", n_images, f"from 100 to the {most} of {dataset}")
    require(1 <= n_pixels <= 40, "n_pixels", n_pixels, "from 1 to 40 pixels")
    require(n_samples >= 1000, "n_samples", n_samples, "at least 1000 pairs for a standard error")
    require(bool(dims) and min(dims) >= 1, "dims", dims, "give intrinsic dimensions from 1 up")
    require(n_rows >= 2, "n_rows", n_rows, "at least 2 rows")
    require(n_draws >= 2, "n_draws", n_draws, "at least 2 draws for a standard error")
    for m in dims:
        window = sum(
            s <= SMALL_NOISE and m * circle_information(s) < math.log(n_rows) - ROOM for s in SIGMAS
        )
        require(
            window >= 3, "n_rows", n_rows,
            f"dimension {m} needs more rows for a slope below the ceiling log n_rows",
        )  # fmt: skip
    return {
        "identity": Plan(
            "mi_theory.identity",
            [{"joint": "discrete", "seed": s} for s in range(20)]
            + [{"joint": "gaussian", "rho": r} for r in (0.0, 0.3, 0.7, 0.95)],
            run=f"{__name__}.identity",
        ),
        "bound": Plan(
            "mi_theory.bound", [{"n": n_samples, "seed": s} for s in seeds], run=f"{__name__}.bound"
        ),
        "noise": Plan(
            "mi_theory.noise",
            [
                {"dim": m, "sigma": sigma, "rows": n_rows, "draws": n_draws, "seed": s}
                for m in dims
                for s in seeds
                for sigma in SIGMAS
            ],
            run=f"{__name__}.noise",
        ),
        "pixels": Plan(
            "pixels.pixels",
            [
                {
                    "dataset": dataset,
                    "images": n_images,
                    "steps": n_pixels,
                    "scrambled": scrambled,
                    "seed": s,
                }
                for scrambled in (False, True)
                for s in seeds
            ],
            run="infoplane.experiments.pixels.pixels",
        ),
    }


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
        "exact": CorrelatedGaussian(1, rho).information,
    }


def bound(config: Config, *, device: str = "cpu") -> Values:
    """The Donsker–Varadhan bound at the critics c · log p(x,z)/(p(x)p(z)), c from 0.1 to 1.5.

    Sample means over `n` joint pairs and `n` pairs of fresh marginal draws, with the standard
    error of the bound by the delta method; c = 1 is the optimal critic.
    """
    n, generator = config["n"], np.random.default_rng(config["seed"])
    x, noise, z_free = generator.standard_normal((3, n))
    z = RHO * x + math.sqrt(1 - RHO**2) * noise
    joint, product = _log_ratio(x, z), _log_ratio(x, z_free)
    values, stds = [], []
    for c in SCALES:
        log_mean = logsumexp(c * product) - math.log(n)
        values.append(c * joint.mean() - log_mean)
        # x is shared by both terms, so their influences are added row by row
        influence = c * joint - np.exp(c * product - log_mean)
        stds.append(influence.std(ddof=1) / math.sqrt(n))
    return {"scale": list(SCALES), "value": values, "std": stds}


def exact_bound(c: float) -> float:
    """The bound of :func:`bound` in closed form: c I - log E_Q[r^c], r = p/(p_x p_z).

    E_Q[r^c] is a Gaussian integral: |P|^{c/2} / |c P + (1-c) 1|^{1/2} with P the precision of
    the joint; it is infinite from c = (1 + rho)/rho on.
    """
    moment = -0.5 * c * math.log(1 - RHO**2)
    for sign in (1, -1):
        moment -= 0.5 * math.log(c / (1 + sign * RHO) + 1 - c)
    return c * CorrelatedGaussian(1, RHO).information - moment


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


def circle_information(sigma: float) -> float:
    """I(X; T + eps) in nats for X uniform on a circle of radius 1 in the plane, by quadrature.

    The density of T + eps depends on the radius r alone:
    exp(-(r² + 1)/2σ²) I_0(r/σ²) / 2πσ², with I_0 the modified Bessel function.

    >>> round(circle_information(1e6), 9)  # nothing survives this much noise
    0.0
    """

    def integrand(r: float) -> float:
        log_p = -math.log(2 * math.pi * sigma**2) - (r - 1) ** 2 / (2 * sigma**2)
        log_p += math.log(ive(0, r / sigma**2))
        return -math.exp(log_p) * log_p * 2 * math.pi * r

    edges = [max(0.0, 1 - 12 * sigma), 1 + 12 * sigma]
    h, _ = quad(integrand, *edges, points=[1.0], limit=500, epsabs=1e-11)
    return float(h - math.log(2 * math.pi * math.e * sigma**2))


def measure(frames: Mapping[str, pd.DataFrame]) -> dict[str, list[Check]]:
    """What the chapter's records say about the claims `theory.*`."""
    same = frames["identity"].assign(gap=lambda f: (f["entropies"] - f["divergence"]).abs())
    kinds = []
    for name, part in (("discrete", "discrete"), ("continuous", "gaussian")):
        doubt = same[same["joint"] == part].eval("gap + error")
        worst = same.loc[doubt.idxmax()]
        low, high = worst["gap"] - worst["error"], worst["gap"] + worst["error"]
        kinds.append(Check(worst["gap"], (max(0.0, low), high), name))
    return {
        "theory.kl": kinds,
        "theory.dv": _bound_checks(frames["bound"]),
        "theory.infinite": [_slope_check(frames["noise"])],
    }


def bound_over_seeds(frame: pd.DataFrame) -> pd.DataFrame:
    """The mean bound at each critic over the seeds, its standard error, and its exact value."""
    values, stds = np.stack(frame["value"].to_list()), np.stack(frame["std"].to_list())
    return pd.DataFrame(
        {
            "scale": SCALES,
            "mean": values.mean(axis=0),
            "std": np.sqrt((stds**2).sum(axis=0)) / len(values),
            "exact": [exact_bound(c) for c in SCALES],
        }
    )


def slopes(frame: pd.DataFrame) -> pd.DataFrame:
    """The slope of I(X; T + eps) against -log sigma in its window, for each dim and seed."""
    window = frame[
        (frame["sigma"] <= SMALL_NOISE) & (frame["value"] <= np.log(frame["rows"]) - ROOM)
    ]
    fits = [
        {"dim": dim, "seed": seed, "slope": np.polyfit(-np.log(part["sigma"]), part["value"], 1)[0]}
        for (dim, seed), part in window.groupby(["dim", "seed"])
    ]
    return pd.DataFrame(fits)


def _bound_checks(frame: pd.DataFrame) -> list[Check]:
    over_seeds = bound_over_seeds(frame)
    excess = (over_seeds["mean"] - CorrelatedGaussian(1, RHO).information) / over_seeds["std"]
    optimal = np.isclose(over_seeds["scale"], 1.0)
    at, elsewhere = float(excess[optimal].iloc[0]), float(excess[~optimal].max())
    return [Check(at, (at, at), "optimum"), Check(elsewhere, (elsewhere, elsewhere), "elsewhere")]


def _slope_check(frame: pd.DataFrame) -> Check:
    """The largest relative distance between slope and dimension, with its interval over seeds."""
    checks = []
    for name, part in slopes(frame).groupby("dim"):
        dim = int(str(name))
        mean, low, high = mean_interval([float(slope) / dim - 1 for slope in part["slope"]])
        half = (high - low) / 2
        distance = abs(mean)
        checks.append(Check(distance, (max(0.0, distance - half), distance + half), "", len(part)))
    return max(checks, key=lambda check: check.interval[1])


def _log_ratio(x: Array, z: Array) -> Array:
    """ln p(x,z)/(p(x)p(z)) of the Gaussian pair."""
    form = (RHO**2 * (x**2 + z**2) - 2 * RHO * x * z) / (1 - RHO**2)
    return np.asarray(-0.5 * math.log(1 - RHO**2) - form / 2)
