"""Points of the plane and their class: Gaussian mixtures whose I(X; Z) is an integral.

Source: K. I. Tyshchuk (2020), course work, St Petersburg State University, section 3.1, fig. 5.
"""

import math
import sys
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from infoplane.datasets.known import Known, Sampler
from infoplane.datasets.quadrature import mean_over_mixture
from infoplane.errors import InputError
from infoplane.inputs.arrays import as_numbers
from infoplane.inputs.options import one_of, whole, within

__all__ = ["PRESETS", "Component", "Mixture", "preset", "separated_by"]

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
Pair = tuple[float, float]

PRESETS = ("separated", "overlapping")


@dataclass(frozen=True)
class Component:
    """One Gaussian of a class: N(centre, spread^2 I) or N(centre, covariance).

    centre: a point of the plane; spread: standard deviation > 0, or else covariance: symmetric
    positive definite 2 x 2; weight: > 0, relative to the other components of its class.
    Raises InputError for anything else.

    >>> Component((0.0, 1.0), spread=0.5).sigma
    array([[0.25, 0.  ],
           [0.  , 0.25]])
    """

    centre: Pair
    spread: float | None = None
    covariance: tuple[Pair, Pair] | None = None
    weight: float = 1.0

    def __post_init__(self) -> None:
        if np.shape(self.centre) != (2,):
            raise InputError(f"centre={self.centre!r} is not a point of the plane: give (x, y)")
        for coordinate in self.centre:
            within("centre", coordinate)
        within("weight", self.weight, above=0)
        if (self.spread is None) == (self.covariance is None):
            raise InputError(
                f"spread={self.spread!r} and covariance={self.covariance!r}: "
                "give exactly one of the two"
            )
        if self.spread is not None:  # a point mass has no density
            within("spread", self.spread, above=1e-100, below=1e100)
        if not _positive_definite(self.sigma):
            raise InputError(
                f"covariance={self.covariance!r} is not a symmetric positive definite 2 x 2 "
                "matrix: give one, such as ((1, 0.5), (0.5, 1))"
            )

    @property
    def sigma(self) -> Array:
        """The covariance matrix, (2, 2)."""
        if self.spread is not None:
            return self.spread**2 * np.eye(2)
        return np.asarray(self.covariance, dtype=np.float64)


@dataclass(frozen=True)
class Mixture(Sampler[tuple[Array, Labels]]):
    """Z ~ priors, and X given Z a Gaussian mixture in the plane.

        I(X; Z) = sum_z prior_z integral p(x|z) ln(p(x|z) / p(x)) dx  <=  H(Z)

    classes: the components of each class, at least two classes; priors: positive, sum 1; name:
    what it is called. x is (n, 2) float64, z (n,) int64, the class.
    Raises InputError for anything else, naming it.
    Source: Tyshchuk (2020), section 3.1.

    >>> far = Mixture(((Component((0, 0), 1),), (Component((99, 0), 1),)), priors=(0.5, 0.5))
    >>> far.information
    Known(value=0.6931..., error=...)
    """

    classes: tuple[tuple[Component, ...], ...]
    priors: tuple[float, ...]
    name: str = field(default="mixture", compare=False)

    def __post_init__(self) -> None:
        if len(self.classes) < 2 or not all(self.classes):
            raise InputError(
                f"classes have {[len(c) for c in self.classes]} components: at least two "
                "classes are needed, each with at least one component"
            )
        if len(self.priors) != len(self.classes):
            raise InputError(
                f"priors={self.priors!r} for {len(self.classes)} classes: give one for each"
            )
        for prior in self.priors:
            within("priors", prior, above=0)
        if abs(math.fsum(self.priors) - 1) > 1e-9:
            raise InputError(f"priors={self.priors!r} must sum to 1: rescale them")

    @property
    def components(self) -> tuple[Component, ...]:
        """All components, class after class."""
        return tuple(c for members in self.classes for c in members)

    @cached_property
    def labels(self) -> Labels:
        """The class of each component, (m,)."""
        return np.repeat(np.arange(len(self.classes)), [len(c) for c in self.classes])

    @cached_property
    def centres(self) -> Array:
        """The centre of each component, (m, 2)."""
        return np.array([c.centre for c in self.components], dtype=np.float64)

    @cached_property
    def log_weights(self) -> Array:
        """ln of the probability of each component, (m,): prior of its class times its share."""
        totals = [math.fsum(c.weight for c in members) for members in self.classes]
        return np.array(
            [
                math.log(self.priors[z] * c.weight / totals[z])
                for z, c in zip(self.labels, self.components, strict=True)
            ]
        )

    @cached_property
    def roots(self) -> Array:
        """Cholesky factors L of the covariances, (m, 2, 2): x = centre + L u whitens."""
        return np.linalg.cholesky(np.array([c.sigma for c in self.components]))

    @property
    def label_entropy(self) -> float:
        """H(Z) in nats, the ceiling of I(X; Z)."""
        from scipy.special import entr  # takes twice NumPy's own time

        return float(entr(self.priors).sum())

    def _rows(self, n: int, generator: np.random.Generator) -> tuple[Array, Labels]:
        weights = np.exp(self.log_weights)
        which = generator.choice(len(weights), size=n, p=weights / weights.sum())
        u = generator.standard_normal((n, 2, 1))
        return self.centres[which] + (self.roots[which] @ u)[..., 0], self.labels[which]

    def log_joint(self, x: npt.ArrayLike) -> Array:
        """ln p(x, z) for every class: (..., 2) -> (..., number of classes)."""
        from scipy.special import logsumexp

        offset = (
            as_numbers(x, "x").astype(np.float64, copy=False)[..., None, :] - self.centres
        )  # (..., m, 2)
        # L u = offset, solved by hand: L is lower triangular, 2 x 2.
        u0 = offset[..., 0] / self.roots[:, 0, 0]
        u1 = (offset[..., 1] - self.roots[:, 1, 0] * u0) / self.roots[:, 1, 1]
        log_volume = np.log(2 * math.pi * self.roots[:, 0, 0] * self.roots[:, 1, 1])
        logs = self.log_weights - log_volume - (u0**2 + u1**2) / 2  # (..., m)
        return np.stack(
            [logsumexp(logs[..., self.labels == z], axis=-1) for z in range(len(self.classes))],
            axis=-1,
        )

    def log_density(self, x: npt.ArrayLike) -> Array:
        """ln p(x), the classes mixed: (..., 2) -> (...)."""
        from scipy.special import logsumexp

        return np.asarray(logsumexp(self.log_joint(x), axis=-1))

    def log_posterior(self, x: npt.ArrayLike) -> Array:
        """ln p(z|x) for every class: (..., 2) -> (..., number of classes)."""
        from scipy.special import logsumexp

        joint = self.log_joint(x)
        return np.asarray(joint - logsumexp(joint, axis=-1, keepdims=True))

    def log_ratio(self, x: npt.ArrayLike, z: npt.ArrayLike) -> Array:
        """ln p(x, z) / (p(x) p(z)), the optimal critic: x (n, 2), z (n,) -> (n,)."""
        ratios = self.log_posterior(x) - np.log(self.priors)  # (n, classes)
        return np.asarray(
            np.take_along_axis(ratios, as_numbers(z, "z")[..., None], axis=-1)[..., 0]
        )

    def surprise(self, x: npt.ArrayLike) -> Array:
        """KL(p(z|x) || p(z)) in nats, what seeing x tells of z: (..., 2) -> (...).

        Its mean over p(x) is I(X; Z); it lies in [0, -ln of the smallest prior].
        """
        log_posterior = self.log_posterior(x)
        posterior = np.exp(log_posterior)
        gain = np.where(posterior > 0, log_posterior - np.log(self.priors), 0.0)
        return np.asarray((posterior * gain).sum(axis=-1))

    @cached_property
    def information(self) -> Known:
        """I(X; Z) in nats to 1e-9, by :meth:`integrated`: some seconds, once."""
        return self.integrated(1e-9)

    def integrated(self, tolerance: float) -> Known:
        """I(X; Z) in nats by adaptive quadrature, and an estimate of its error.

            I = E_x KL(p(z|x) || p(z)),  x ~ p

        integrated by :func:`infoplane.datasets.quadrature.mean_over_mixture`, whose docstring
        says when the error can be too small. tolerance: absolute, in nats, > 0; the returned
        error says what was reached.
        """
        value, error = mean_over_mixture(
            self.surprise,
            bound=-math.log(min(self.priors)),
            weights=np.exp(self.log_weights),
            centres=self.centres,
            roots=self.roots,
            tolerance=tolerance,
        )
        return Known(value, error + 8 * sys.float_info.epsilon * self.label_entropy)

    def information_monte_carlo(self, n: int, seed: int) -> tuple[float, float]:
        """I(X; Z) in nats as a mean of ln p(x|z)/p(x) over `n` samples, and its standard error.

        Shares no code with the quadrature but the densities: a check of it.
        """
        whole("n", n, at_least=2)  # one has no standard error
        ratios = self.log_ratio(*self.sample(n, seed))
        return float(ratios.mean()), float(ratios.std(ddof=1) / math.sqrt(n))


def _positive_definite(sigma: Array) -> bool:
    if sigma.shape != (2, 2) or not np.isfinite(sigma).all() or not np.array_equal(sigma, sigma.T):
        return False
    # Relative, so that a matrix of rank one does not pass by a rounding error.
    return bool(np.linalg.eigvalsh(sigma)[0] > 1e-12 * np.trace(sigma))


def separated_by(separation: float, prior: float = 0.5) -> Mixture:
    """Two equal three-component classes, moved `separation` apart along the first axis.

    separation: distance between the classes' centres, >= 0; at 0 the classes are the same and
    I(X; Z) = 0; I grows to H(Z) with it. prior: probability of class 1.

    >>> [round(separated_by(s).integrated(1e-6).value, 3) for s in (1.0, 9.0)]
    [0.222, 0.693]
    """
    within("separation", separation, low=0)
    arms = ((0.0, 1.2), (0.4, -0.9), (-0.4, -0.3))
    classes = tuple(
        tuple(Component((side * separation / 2 + a, b), spread=0.6) for a, b in arms)
        for side in (-1, 1)
    )
    return Mixture(classes, _two(prior), "separated-by")


def preset(name: str, prior: float = 0.5) -> Mixture:
    """A mixture of chapter 02 by name.

    name: "separated" (I near ln 2 for equal priors) or "overlapping" (interleaved classes,
    about half of that); prior: probability of class 1, in (0, 1).
    Raises InputError for other names, listing these.

    >>> preset("separated") == separated_by(5.0)
    True
    """
    one_of("preset", name, PRESETS)
    if name == "separated":
        return replace(separated_by(5.0, prior), name=name)
    zero = (((-2.0, 1.0), 0.7), ((0.5, -1.5), 0.8), ((1.5, 1.5), 0.6))
    one = (((-1.0, -0.5), 0.8), ((0.5, 0.5), 0.6), ((2.0, -0.5), 0.7))
    classes = tuple(tuple(Component(c, spread=s) for c, s in side) for side in (zero, one))
    return Mixture(classes, _two(prior), name)


def _two(prior: float) -> Pair:
    within("prior", prior, above=0, below=1)
    return 1 - prior, prior
