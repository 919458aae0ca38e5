"""Points of the plane and a binary decision about them, blurred by Gaussian noise.

A simple decision is a straight line, a complicated one five curved stripes. Source: the course
work "Opening the black box of deep neural networks with more information" (2018), section 2.3,
which names such functions without defining them; the definitions are ours.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from infoplane.datasets.known import Known, Sampler
from infoplane.errors import InputError
from infoplane.inputs.arrays import as_numbers
from infoplane.inputs.options import within

__all__ = ["COMPLICATED", "DECISIONS", "NOISE_STD", "SIMPLE", "Decision"]

Array = npt.NDArray[np.float64]
Labelled = tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]

NOISE_STD = 0.1
"""Standard deviation of the noise on the value of the decision function."""

# Gauss-Legendre nodes in each direction. At a noise of .1 the classes blend over .1 / 2 pi =
# .016 at the least, nodes are .008 apart at the most, and fewer of them give the same digits.
NODES, FEWER = 400, 300


@dataclass(frozen=True)
class Decision(Sampler[Labelled]):
    """Y = 1 where g(X) + eps > 0, for X uniform on [-1, 1]^2 and eps ~ N(0, noise_std^2).

    P(y = 1 | x) = Phi(g(x) / noise_std), and therefore

        I(X; Y) = h(E p(X)) - E h(p(X)),  h(p) = -p log p - (1 - p) log(1 - p)

    name: what it is called; value: g, from (n, 2) to (n,); noise_std: > 0, or InputError. Rows
    are points x float32 (n, 2) in [-1, 1] and labels y int64 (n,), 0 or 1.

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
        points = as_numbers(x, "x").astype(np.float64, copy=False)
        if points.ndim != 2 or points.shape[1] != 2:
            raise InputError(f"x has shape {points.shape}: points of the plane, (n, 2), are needed")
        from scipy.special import ndtr  # takes twice NumPy's own time

        p: Array = ndtr(self.value(points) / self.noise_std)
        return p

    @cached_property
    def information(self) -> Known:
        """I(X; Y) in nats of the distribution, by quadrature.

        The error is three times the difference from a rule of three quarters of the nodes. That
        is what is left where errors fall as one over the nodes, as they do where the noise is
        far below .01 and the classes look like a jump; it is 1e-13 at a noise of .1 and above.

        In a sample of n different points Y is a function of X, and what is plugged in is H(Y):
        more than this by the E h(p(X)) that the noise takes away.
        """
        value, fewer = (self._integrated(nodes) for nodes in (NODES, FEWER))
        return Known(value, 3 * abs(value - fewer) + 1e-13)

    def best_accuracy(self) -> float:
        """E max(p(X), 1 - p(X)): the share of labels that one who knows g gets right, to 1e-4."""
        p, weight = self._grid(NODES)
        return float(weight @ np.maximum(p, 1 - p))

    def _rows(self, n: int, generator: np.random.Generator) -> Labelled:
        x = generator.uniform(-1, 1, (n, 2)).astype(np.float32)
        noise = self.noise_std * generator.standard_normal(n)
        y = self.value(x.astype(np.float64)) + noise > 0
        return x, y.astype(np.int64)

    def _integrated(self, nodes: int) -> float:
        p, weight = self._grid(nodes)
        return float(_binary_entropy(weight @ p) - weight @ _binary_entropy(p))

    def _grid(self, nodes: int) -> tuple[Array, Array]:
        """p at the nodes of a quadrature over the square, and weights that sum to 1."""
        node, weight = np.polynomial.legendre.leggauss(nodes)
        x = np.stack(np.meshgrid(node, node), axis=-1).reshape(-1, 2)
        return self.probability(x), np.outer(weight, weight).ravel() / 4


def _line(x: Array) -> Array:
    return np.asarray(x.sum(axis=1))


def _stripes(x: Array) -> Array:
    return np.asarray(np.sin(2 * math.pi * (x[:, 0] + x[:, 1] ** 2 / 2)))


def _binary_entropy(p: Any) -> Array:
    from scipy.special import entr

    return np.asarray(entr(p) + entr(1 - p))


SIMPLE = Decision("simple", _line)
"""A straight line: g(x) = x_1 + x_2, "a simple binary decision function with small Gaussian noise".

Half the labels are 1, 96.1 % can be known at best, and I(X; Y) = 0.607 nats.
"""

COMPLICATED = Decision("complicated", _stripes)
"""Curved stripes: g(x) = sin(2 pi (x_1 + x_2^2 / 2)), "another, more complicated" function.

Half the labels are 1, whatever x_2 is, since x_1 runs over two whole periods; 97.5 % can be known
at best, and I(X; Y) = 0.635 nats. A straight line gets 53 %, while the perceptron 2-10-7-5-4-3-2
with tanh learns it: 97 to 99 % of the best after 2 000 epochs of SGD (rate .05, batches of 512,
3 277 points; six seeds).
"""

DECISIONS = {decision.name: decision for decision in (SIMPLE, COMPLICATED)}
"""The two of the source, by name."""
