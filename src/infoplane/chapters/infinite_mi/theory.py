"""Chapter 04: what is known of the linear map's whole population, at any noise."""

import numpy as np
import numpy.typing as npt

from infoplane.chapters.infinite_mi.maps import matrix

__all__ = ["population"]

Floats = npt.NDArray[np.float64]


def population(d: int, sigmas: Floats) -> Floats:
    """I(X; A X + eps) = log det(1 + A A^T / sigma^2) / 2 in nats, X ~ N(0, I_d), at each sigma."""
    squares = np.linalg.svd(matrix(d).double().numpy(), compute_uv=False) ** 2
    return np.asarray(0.5 * np.log1p(squares / np.square(sigmas)[:, None]).sum(axis=1))
