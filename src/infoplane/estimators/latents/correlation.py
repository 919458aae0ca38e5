"""The correlation layer: linear maps after which two sides depend pair by pair, in closed form."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from infoplane.errors import InputError
from infoplane.inputs.columns import Floats

__all__ = ["Correlation", "correlation_layer", "random_layer"]

MOST = 1 - 1e-12  # correlation beyond which a pair has no density


@dataclass(frozen=True, eq=False)
class Correlation:
    """Maps a = (u - mean_x) Bx', b = (v - mean_z) Bz' and correlations of the first k pairs.

    on_x: (dx, dx); on_z: (dz, dz); mean_x: (dx,); mean_z: (dz,); rho: (k,), k = min(dx, dz).
    """

    on_x: Floats
    on_z: Floats
    mean_x: Floats
    mean_z: Floats
    rho: Floats

    @property
    def information(self) -> float:
        """-1/2 sum_j log(1 - rho_j^2), nats: what the correlations alone say."""
        return -0.5 * float(np.log1p(-(self.rho**2)).sum())


def correlation_layer(
    u: Floats, v: Floats, *, rho: str, by: str, names: tuple[str, str] = ("x", "z")
) -> Correlation:
    """The correlation layer of latents u (n, dx) and v (n, dz), in closed form.

    Source 001 has (u, A v) ~ N(0, R), with R = [[I, rho I], [rho I, I]], and two ways to A. Let u
    be white (its flow sees to that: B u, B = cov(u)^-1/2), C = cov(u, v), S = cov(v),
    M = C S^-1/2 = U diag(s) V'. Then

        by="covariance":  cov(u, A v) = rho I,         A = rho (C^-1)'
        by="likelihood":  the most likely A,           A = U diag(w) V' S^-1/2,
                          w_j = [rho s_j + sqrt(rho^2 s_j^2 + 4 (1 - rho^2))] / 2

    The first leaves rho free; it is taken such that A v has variance 1 in the mean, the harmonic
    mean of the s_j (in squares). The second solves A S A' - rho C A' = (1 - rho^2) I, which is
    where the derivative of the likelihood by A vanishes, and its rho is the most likely one. Both
    are rho = s and w = 1 where all s_j are equal, and there alone is A v white.
    rho="canonical": one correlation for each pair. Both conditions then hold for canonical
    variables, B = U' cov(u)^-1/2 and A = V' S^-1/2, rho_j = s_j (Hotelling 1936).
    Where dx and dz differ, A acts on the wider side, whose other directions, white, are paired
    with none. names: of the sides, for what is refused.
    Raises InputError for covariances that are singular.
    Source: document 001, "modifications of layer L"; Butakov et al. (2024), Mutual information
    estimation via normalizing flows, https://arxiv.org/abs/2403.02187

    >>> rng = np.random.default_rng(0)
    >>> u = rng.standard_normal((1_000, 2))
    >>> layer = correlation_layer(u, u + rng.standard_normal((1_000, 2)), rho="shared",
    ...                           by="likelihood")
    >>> abs(layer.information - math.log(2)) < 0.1  # rho^2 = 1/2, twice
    True
    """
    if u.shape[1] > v.shape[1]:
        turned = correlation_layer(v, u, rho=rho, by=by, names=names[::-1])
        return Correlation(turned.on_z, turned.on_x, turned.mean_z, turned.mean_x, turned.rho)
    (white_u, on_u, mean_u), (white_v, on_v, mean_v) = map(_white, (u, v), names)
    left, s, right = np.linalg.svd(white_u.T @ white_v / len(u), full_matrices=True)
    s = np.minimum(s, MOST)
    k, d = len(s), len(right)
    if rho == "canonical":
        return Correlation(left.T @ on_u, right @ on_v, mean_u, mean_v, s)
    if by == "covariance":
        common = math.sqrt(k / float((s**-2.0).sum())) if s.min() > 0 else 0.0
        if not common:
            raise InputError(
                "start='covariance' needs the inverse of the covariance of both sides, which is "
                "singular: pass start='likelihood'"
            )
        w = common / s
    else:
        common = _likely(s)
        w = _weights(s, common)
    # the pairs turned back to the columns of u; what is left of v stays white
    own = np.zeros((d, d))
    own[:k] = (left * w) @ right[:k]
    own[k:] = right[k:]
    return Correlation(on_u, own @ on_v, mean_u, mean_v, np.full(k, common))


def random_layer(u: Floats, v: Floats, rng: np.random.Generator, *, rho: str) -> Correlation:
    """The same without the data: A of independent normal entries of variance 1 / d, rho = 1/2.

    What the closed forms are compared with. The narrower side stays as it is.
    """
    widths = u.shape[1], v.shape[1]
    on_x, on_z = np.eye(widths[0]), np.eye(widths[1])
    drawn = rng.standard_normal((max(widths), max(widths))) / math.sqrt(max(widths))
    if widths[0] > widths[1]:
        on_x = drawn
    else:
        on_z = drawn
    return Correlation(on_x, on_z, u.mean(axis=0), v.mean(axis=0), np.full(min(widths), 0.5))


def _white(a: Floats, name: str) -> tuple[Floats, Floats, Floats]:
    """Rows of mean 0 and covariance I, the symmetric map (d, d) that makes them, and the mean."""
    mean = a.mean(axis=0)
    values, vectors = np.linalg.eigh((a - mean).T @ (a - mean) / len(a))
    if values.min() <= np.finfo(np.float64).eps * len(values) * values.max():
        raise InputError(
            f"the columns of {name} depend on each other: their covariance is singular; drop "
            "columns, or pass principal components"
        )
    white: Floats = (vectors / np.sqrt(values)) @ vectors.T
    return (a - mean) @ white, white, mean


def _weights(s: Floats, rho: float) -> Floats:
    """The positive roots of w^2 - rho s w - (1 - rho^2) = 0."""
    along = rho * s
    roots: Floats = (along + np.sqrt(along**2 + 4 * (1 - rho) * (1 + rho))) / 2
    return roots


def _likely(s: Floats) -> float:
    """The rho of the most likely model, with the best A for each."""

    def misfit(theta: float) -> float:
        rho = math.tanh(theta)
        rest = math.cosh(theta) ** -2  # 1 - rho^2
        w = _weights(s, rho)
        return float((0.5 * math.log(rest) + (1 + w**2 - 2 * rho * s * w) / (2 * rest)
                      - np.log(w)).sum())  # fmt: skip

    found = minimize_scalar(misfit, bounds=(0.0, 15.0), method="bounded", options={"xatol": 1e-10})
    return min(math.tanh(float(found.x)), MOST)
