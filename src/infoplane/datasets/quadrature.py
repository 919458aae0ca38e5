"""The mean of a bounded function over a Gaussian mixture in the plane, with its error."""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError

__all__ = ["mean_over_mixture"]

Array = npt.NDArray[np.float64]

REACH = 9.0
"""Standard deviations either side of a centre that are integrated."""

LONGEST = 300.0
"""Needles are followed up to this ratio of their deviations."""


def mean_over_mixture(
    f: Callable[[Array], Array],
    *,
    bound: float,
    weights: Array,
    centres: Array,
    roots: Array,
    tolerance: float = 1e-9,
) -> tuple[float, float]:
    """E f(x) for x from a planar Gaussian mixture, and an estimate of its error.

        sum_j w_j integral phi(u) f(mu_j + L_j u) du,  u in [-9, 9]^2

    component by component in whitened coordinates u, so that none is missed for being narrow
    or far away.

    f: (points, 2) -> (points,), with |f| <= bound; weights: (m,), sum 1; centres: (m, 2);
    roots: (m, 2, 2), lower triangular L with covariance L L^T; tolerance: absolute, > 0.
    The error is the quadrature's own estimate (usually far too large) plus `bound` times the
    mass left outside. It can be too small where `f` has features far narrower than the
    mixture's own components, or for needles over 300 times longer than wide.
    Raises InputError for a tolerance that is not positive.
    Source: 21-point Gauss-Kronrod products on an adaptive mesh,
    https://docs.scipy.org/doc/scipy/reference/generated/scipy.integrate.cubature.html

    >>> value, error = mean_over_mixture(lambda x: x[:, 0] > 0, bound=1, weights=np.ones(1),
    ...                                  centres=np.zeros((1, 2)), roots=np.eye(2)[None])
    >>> round(value, 6), error < 1e-8
    (0.5, True)
    """
    if not 0 < tolerance < math.inf:
        raise InputError(f"tolerance={tolerance!r} must be > 0: give an absolute error in nats")
    from scipy.integrate import cubature  # takes half a second

    values, errors = [], []
    for j in range(len(weights)):

        def integrand(u: Array, centre: Array = centres[j], root: Array = roots[j]) -> Array:
            density = np.exp(-(u**2).sum(axis=-1) / 2) / (2 * math.pi)
            return np.asarray(density * f(centre + u @ root.T))

        cells = _mesh(j, centres, roots)
        # One call a cell: the cells that `points` would make are not ordered by error (SciPy
        # 1.17 never heapifies them), and the wrong ones are subdivided for minutes.
        for low, high in cells:
            part = cubature(
                integrand, low, high, rtol=0, atol=tolerance / len(cells), max_subdivisions=400
            )
            values.append(weights[j] * float(part.estimate))
            errors.append(weights[j] * float(part.error))
    outside = math.exp(-(REACH**2) / 2)  # P(|u| > 9) of the disc, more than of the square
    return math.fsum(values), math.fsum(errors) + bound * outside


def _mesh(j: int, centres: Array, roots: Array) -> Array:
    """First cells of component j, (cells, 2, 2): low and high corner in its coordinates u.

    A cell that another component reaches is at most ten of its short deviations wide. In wider
    ones all nodes can miss it, and the quadrature's own error estimate with them.
    """
    whiten = np.linalg.inv(roots[j])
    others = [k for k in range(len(roots)) if k != j]
    shapes = [np.linalg.svd(whiten @ roots[k]) for k in others]
    means = [whiten @ (centres[k] - centres[j]) for k in others]
    cells, width, done = np.full((1, 2), -REACH), 2 * REACH, []
    while len(cells):
        coarse = np.zeros(len(cells), dtype=bool)
        for mean, (axes, deviations, _) in zip(means, shapes, strict=True):
            if width > 10 * max(deviations[1], deviations[0] / LONGEST):
                offset = np.abs((cells + width / 2 - mean) @ axes)  # along its axes, (cells, 2)
                # The cell's circumscribed disc meets the box of six deviations.
                coarse |= (offset < 6 * deviations + width / math.sqrt(2)).all(axis=1)
        done += [(low, low + width) for low in cells[~coarse]]
        width /= 2
        quarters = width * np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
        cells = (cells[coarse, None] + quarters).reshape(-1, 2)
    return np.array(done)
