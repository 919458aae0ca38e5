"""Points of the plane and a binary decision about them, blurred by Gaussian noise.

A simple decision is a straight line, a complicated one five curved stripes. Source: the course
work "Opening the black box of deep neural networks with more information" (2018), section 2.3,
which names such functions without defining them; the definitions are ours.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import entr, ndtr

from infoplane.errors import InputError
from infoplane.inputs.options import whole, within

__all__ = ["COMPLICATED", "NOISE_STD", "SIMPLE", "Decision", "Points", "complicated", "simple"]

Array = npt.NDArray[np.float64]

NOISE_STD = 0.1
"""Standard deviation of the noise on the value of the decision function."""

# Gauss-Legendre nodes in each direction. The classes blend over .1 / 2 pi = .016 at the least,
# nodes are .008 apart at the most, and 300 of them give the same ten digits of the information.
NODES = 400


@dataclass(frozen=True)
class Decision:
    """Y = 1 where g(X) + eps > 0, for X uniform on [-1, 1]^2 and eps ~ N(0, noise_std^2).

    P(y = 1 | x) = Phi(g(x) / noise_std), and therefore

        I(X; Y) = h(E p(X)) - E h(p(X)),  h(p) = -p log p - (1 - p) log(1 - p)

    name: what it is called; value: g, from (n, 2) to (n,); noise_std: > 0, or InputError.

    >>> SIMPLE.probability([[0.3, -0.3], [1.0, 1.0]])
    array([0.5, 1. ])
    """

    name: str
    value: Callable[[Array], Array]
    noise_std: float = NOISE_STD

    def __post_init__(self) -> None:
        within("noise_std", self.noise_std, above=0)

    def probability(self, x: Any) -> Array:
        """P(y = 1 | x) for points x (n, 2): (n,) float64 in [0, 1].

        Raises InputError for anything but points of the plane.
        """
        points = np.asarray(x, dtype=np.float64)
        if points.ndim != 2 or points.shape[1] != 2:
            raise InputError(f"x has shape {points.shape}: points of the plane, (n, 2), are needed")
        p: Array = ndtr(self.value(points) / self.noise_std)
        return p

    def information(self) -> float:
        """I(X; Y) in nats of the distribution, by quadrature, to 1e-9.

        In a sample of n different points Y is a function of X, and what is plugged in is H(Y):
        more than this by the E h(p(X)) that the noise takes away.
        """
        p, weight = self._grid()
        return float(_binary_entropy(weight @ p) - weight @ _binary_entropy(p))

    def best_accuracy(self) -> float:
        """E max(p(X), 1 - p(X)): the share of labels that one who knows g gets right, to 1e-4."""
        p, weight = self._grid()
        return float(weight @ np.maximum(p, 1 - p))

    def sample(self, n: int, seed: int) -> "Points":
        """`n` independent points with their labels; the same for the same seed for ever.

        Raises InputError for n < 1 or a seed that is not a whole number >= 0.
        """
        whole("n", n, at_least=1)
        whole("seed", seed, at_least=0)
        rng = np.random.default_rng(seed)
        x = rng.uniform(-1, 1, (n, 2)).astype(np.float32)
        noise = self.noise_std * rng.standard_normal(n)
        y = self.value(x.astype(np.float64)) + noise > 0
        return Points(x=x, y=y.astype(np.int64), decision=self)

    def _grid(self) -> tuple[Array, Array]:
        """p at the nodes of a quadrature over the square, and weights that sum to 1."""
        node, weight = np.polynomial.legendre.leggauss(NODES)
        x = np.stack(np.meshgrid(node, node), axis=-1).reshape(-1, 2)
        return self.probability(x), np.outer(weight, weight).ravel() / 4


@dataclass(frozen=True, eq=False)
class Points:
    """`x` float32 (n, 2) in [-1, 1], labels `y` int64 (n,) in {0, 1}, and what decided them."""

    x: npt.NDArray[np.float32]
    y: npt.NDArray[np.int64]
    decision: Decision


def simple(n: int, seed: int) -> Points:
    """A straight line: y = 1 where x_1 + x_2 + eps > 0, for `n` points.

    Half the labels are 1, and 96.1 % can be known at best. :data:`SIMPLE` has g, P(y = 1 | x)
    and the true I(X; Y) = 0.607 nats.
    Raises InputError as :meth:`Decision.sample` does.
    Source: "a simple binary decision function with small Gaussian noise", see the module.

    >>> data = simple(5, seed=0)
    >>> data.x.shape, data.y.shape, data.decision.name
    ((5, 2), (5,), 'simple')
    """
    return SIMPLE.sample(n, seed)


def complicated(n: int, seed: int) -> Points:
    """Curved stripes: y = 1 where sin(2 pi (x_1 + x_2^2 / 2)) + eps > 0, for `n` points.

    Half the labels are 1, whatever x_2 is, since x_1 runs over two whole periods; 97.5 % can be
    known at best. A straight line gets 53 %, while the perceptron 2-10-7-5-4-3-2 with tanh
    learns it: 97 to 99 % of the best after 2 000 epochs of SGD (rate .05, batches of 512, 3 277
    points; six seeds). :data:`COMPLICATED` has g, P(y = 1 | x) and the true I(X; Y) = 0.635 nats.
    Raises InputError as :meth:`Decision.sample` does.
    Source: "another, more complicated decision function", see the module.

    >>> round(COMPLICATED.information(), 3)
    0.635
    """
    return COMPLICATED.sample(n, seed)


def _line(x: Array) -> Array:
    return np.asarray(x.sum(axis=1))


def _stripes(x: Array) -> Array:
    return np.asarray(np.sin(2 * math.pi * (x[:, 0] + x[:, 1] ** 2 / 2)))


def _binary_entropy(p: Any) -> Array:
    return np.asarray(entr(p) + entr(1 - p))


SIMPLE = Decision("simple", _line)
"""g(x) = x_1 + x_2."""

COMPLICATED = Decision("complicated", _stripes)
"""g(x) = sin(2 pi (x_1 + x_2^2 / 2))."""
