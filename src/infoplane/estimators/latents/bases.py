"""Densities of two sides' latents together, with the densities of either side within them."""

import math
import warnings
from abc import ABC, abstractmethod

import numpy as np
import torch
from torch import Tensor, nn
from torch.distributions import Categorical, MixtureSameFamily, MultivariateNormal

from infoplane.inputs.columns import Floats

__all__ = ["Base", "Normal", "NormalMixture", "by_shells", "factor_of"]

AT_ONCE = 50  # rows of one side that are paired with all of the other
RIDGE = 1e-6  # added to the variances of components, in units of the rows' covariance


class Base(nn.Module, ABC):
    """The density of a (n, dx) and b (n, dz), and what each tells of the other in it, nats."""

    @abstractmethod
    def log_density(self, a: Tensor, b: Tensor) -> Tensor:
        """log p(a, b), (n,)."""

    @abstractmethod
    def log_ratio(self, a: Tensor, b: Tensor) -> Tensor:
        """log p(a, b) / (p(a) p(b)), (n,), with the marginal densities of the same p."""

    def log_ratios(self, a: Tensor, b: Tensor) -> Tensor:
        """:meth:`log_ratio` of each row of a (n, dx) with each of b (m, dz): (n, m)."""
        parts = [
            self.log_ratio(part.repeat_interleave(len(b), dim=0), b.repeat(len(part), 1))
            for part in a.split(AT_ONCE)
        ]
        return torch.cat(parts).view(len(a), len(b))


class Normal(Base):
    """N(0, R): unit variances, and pairs (a_j, b_j) of correlation rho_j, j = 1 ... k.

        log p(a, b) / (p(a) p(b)) = sum_j [-1/2 log(1 - rho_j^2)
                                    + (2 rho_j a_j b_j - rho_j^2 (a_j^2 + b_j^2)) / (2 - 2 rho_j^2)]

    whose mean is -1/2 sum_j log(1 - rho_j^2) where (a, b) is distributed so. Learned is
    artanh(rho_j), one of all pairs or one of each, in which what the pairs tell is about linear.

    rho: (k,) to begin with; shared: whether all are the same, and stay so.
    """

    def __init__(self, rho: Floats, *, shared: bool) -> None:
        super().__init__()
        self.pairs = len(rho)
        self.theta = nn.Parameter(torch.zeros(1 if shared else self.pairs))
        self.set(rho)

    def set(self, rho: Floats) -> None:
        """Take other correlations (k,)."""
        theta = torch.from_numpy(np.arctanh(rho[: len(self.theta)]))
        self.theta.data.copy_(theta)

    def rho(self) -> Floats:
        """The correlations (k,)."""
        rho: Floats = torch.tanh(self.theta.detach().double()).expand(self.pairs).numpy()
        return rho

    def information(self) -> float:
        """-1/2 sum_j log(1 - rho_j^2), nats, from these correlations alone."""
        return -0.5 * float(self._rest(self.theta.detach().double()).expand(self.pairs).sum())

    def log_density(self, a: Tensor, b: Tensor) -> Tensor:
        normal = a.square().sum(dim=1) + b.square().sum(dim=1)
        size = 0.5 * (a.shape[1] + b.shape[1]) * math.log(2 * math.pi)
        return self.log_ratio(a, b) - 0.5 * normal - size

    def log_ratio(self, a: Tensor, b: Tensor) -> Tensor:
        a, b = a[:, : self.pairs], b[:, : self.pairs]
        # (a + b)^2 over 1 + rho and (a - b)^2 over 1 - rho apart, each with all its digits, since
        # near rho = 1 they differ by orders of magnitude
        same = (a + b).square() / (2 * torch.sigmoid(2 * self.theta))
        opposite = (a - b).square() / (2 * torch.sigmoid(-2 * self.theta))
        tells = 0.25 * torch.tanh(self.theta) * (same - opposite)
        return (tells - 0.5 * self._rest(self.theta)).sum(dim=1)

    def log_ratios(self, a: Tensor, b: Tensor) -> Tensor:
        """As :meth:`Base.log_ratios`, by one product of matrices."""
        a, b = a[:, : self.pairs], b[:, : self.pairs]
        theta = self.theta.expand(self.pairs)
        # rho / (1 - rho^2) and rho^2 / (1 - rho^2)
        along, across = torch.sinh(theta) * torch.cosh(theta), torch.sinh(theta).square()
        squares = [0.5 * side.square() @ across for side in (a, b)]
        told: Tensor = (a * along) @ b.mT - squares[0][:, None] - squares[1][None, :]
        return told - 0.5 * self._rest(theta).sum()

    @staticmethod
    def _rest(theta: Tensor) -> Tensor:
        """log(1 - tanh^2 theta) = -2 log cosh theta, accurate where tanh rounds to 1."""
        return 2 * (math.log(2) - theta.abs() - torch.log1p(torch.exp(-2 * theta.abs())))


class NormalMixture(Base):
    """sum_k w_k N(mean_k, L_k L_k'), whose marginals are mixtures of the same weights.

    weights: (K,); means: (K, dx + dz); factors: (K, dx + dz, dx + dz), lower triangular with
    positive diagonals.
    """

    def __init__(self, weights: Floats, means: Floats, factors: Floats) -> None:
        super().__init__()
        self.logits = nn.Parameter(torch.from_numpy(np.log(weights)).float())
        self.means = nn.Parameter(torch.from_numpy(means).float())
        lower = torch.from_numpy(factors).float()
        self.below = nn.Parameter(lower.tril(-1))
        self.log_diagonal = nn.Parameter(lower.diagonal(dim1=1, dim2=2).log())

    def log_density(self, a: Tensor, b: Tensor) -> Tensor:
        density: Tensor = self._mixture(self.means, self._factors()).log_prob(torch.hstack([a, b]))
        return density

    def log_ratio(self, a: Tensor, b: Tensor) -> Tensor:
        dx = a.shape[1]
        factors = self._factors()
        on_x = self._mixture(self.means[:, :dx], factors[:, :dx, :dx])
        below = factors[:, dx:]
        on_z = self._mixture(self.means[:, dx:], torch.linalg.cholesky(below @ below.mT))
        ratio: Tensor = self.log_density(a, b) - on_x.log_prob(a) - on_z.log_prob(b)
        return ratio

    def _factors(self) -> Tensor:
        return self.below.tril(-1) + torch.diag_embed(self.log_diagonal.exp())

    def _mixture(self, means: Tensor, factors: Tensor) -> MixtureSameFamily:
        return MixtureSameFamily(
            Categorical(logits=self.logits, validate_args=False),
            MultivariateNormal(means, scale_tril=factors, validate_args=False),
            validate_args=False,
        )


def by_shells(a: Floats, b: Floats, components: int) -> NormalMixture:
    """A mixture fitted to rows a (n, dx), b (n, dz) by expectation-maximisation, from shells.

    The rows are dealt by their distance from the centre, in units of their covariance, into as
    many shells of equal size as there are components: where a radius that all columns share is
    what is not Gaussian, which is where one Gaussian is wrong, that is near the answer. The same
    every time.
    Source: scikit-learn's GaussianMixture, of which at most 100 steps.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    rows = np.hstack([a, b])
    n, d = rows.shape
    mean = rows.mean(axis=0)
    factor = factor_of(rows - mean)
    white = np.linalg.solve(factor, (rows - mean).T).T
    shell = np.argsort(np.argsort(np.square(white).sum(axis=1))) * components // n
    ridge = RIDGE * np.eye(d)
    within = [white[shell == k] for k in range(components)]
    covariances = np.stack([own.T @ own / len(own) + ridge for own in within])
    mixture = GaussianMixture(
        components,
        weights_init=np.full(components, 1 / components),
        means_init=np.zeros((components, d)),
        precisions_init=np.linalg.inv(covariances),
        reg_covar=RIDGE,
        max_iter=100,
    )
    with warnings.catch_warnings():  # it is a start, or a second opinion
        warnings.simplefilter("ignore", ConvergenceWarning)
        mixture.fit(white)
    factors = factor @ np.linalg.cholesky(mixture.covariances_)
    return NormalMixture(mixture.weights_, mean + mixture.means_ @ factor.T, factors)


def factor_of(rows: Floats) -> Floats:
    """L (d, d), lower triangular with a positive diagonal, L L' the covariance of rows of mean 0.

    From the rows as they are: their squares have half the digits, too few near correlation one.
    """
    r = np.asarray(np.linalg.qr(rows / math.sqrt(len(rows)), mode="r"))
    factor: Floats = (r * np.where(np.diag(r) < 0, -1, 1)[:, None]).T
    return factor
