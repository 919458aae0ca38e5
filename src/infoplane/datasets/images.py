"""Images drawn from few numbers: Gaussian bumps from two, rectangles from four."""

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.inputs.arrays import as_numbers
from infoplane.inputs.options import whole

__all__ = [
    "SMALLEST",
    "bumps",
    "bumps_log_volume",
    "rectangles",
    "rectangles_log_volume",
    "segments",
]

Floats = npt.NDArray[np.float64]
Pixels = npt.NDArray[np.float32]

SMALLEST = 2 / 32
"""The least side of a rectangle, the whole image being 1: two pixels of 32."""

SHARPNESS = 10.0


def bumps(u: npt.ArrayLike, *, side: int = 16) -> Pixels:
    """Images of a round Gaussian bump centred at `u`: float32 (n, side, side).

        pixel[i, j] = exp(-10 [(X_i - u_1)^2 + (X_j - u_2)^2]),  X = linspace(0, 1, side)

    u: (n, 2) in [0, 1]; side: at least 2; the bump's standard deviation is 1/sqrt(20) = .2236.
    Pixels in (0, 1]. The map is injective: the log ratio of two rows gives u_1, of two columns
    u_2. Memory: the images, and some 50 n side bytes.
    Wrong when: compared with sources that use another width; later work of its authors has .2.
    Raises InputError for u of another shape or range, and for another side.
    Source: the Gaussian images of Butakov et al. (2024), https://arxiv.org/abs/2305.08013

    >>> float(bumps([[0.0, 1.0]], side=2)[0, 1, 1])  # one side away: exp(-10)
    4.539...e-05
    """
    first, second = _bump_profiles(u, side)
    return _outer(first, second)


def bumps_log_volume(u: npt.ArrayLike, *, side: int = 16) -> Floats:
    """Half the log determinant of J^T J, J the Jacobian of :func:`bumps` at u: float64 (n,).

        h(image) = h(U) + E 1/2 log det J(U)^T J(U)

    is then the entropy of random images with respect to the area of their surface, in nats.
    u and side, and what is raised, as there.

    >>> volumes = bumps_log_volume([[0.25, 0.5], [0.75, 0.5]])  # an image and its mirror image
    >>> bool(np.isclose(*volumes, rtol=1e-12))
    True
    """
    profiles = _bump_profiles(u, side)
    centres = _latents(u, 2)
    grid = np.linspace(0, 1, side)
    # With a, b the profiles and a', b' their derivatives: J = (a' b, a b').
    norms, cosines = 1.0, 1.0
    for k, a in enumerate(profiles):
        slope = 2 * SHARPNESS * (grid - centres[:, k, None]) * a
        squares = (a * a).sum(axis=1) * (slope * slope).sum(axis=1)
        norms, cosines = norms * squares, cosines * (a * slope).sum(axis=1) ** 2 / squares
    return np.asarray((np.log(norms) + np.log1p(-cosines)) / 2)


def segments(u: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Two numbers in [0, 1] as a segment of [0, 1]: its ends left and right, float64 (n,).

        left = (1 - m)(1 - sqrt(1 - u_1)),   right = left + m + u_2 (1 - left - m)

    u: (n, 2) in [0, 1]; m = :data:`SMALLEST` is the least length. For u uniform on the square
    (left, right) is uniform on the triangle of all such segments, area (1 - m)^2 / 2.
    Raises InputError for u of another shape or range.

    >>> [float(end[0]) for end in segments([[0.0, 1.0]])]
    [0.0, 1.0]
    """
    u = _latents(u, 2)
    left = (1 - SMALLEST) * (1 - np.sqrt(1 - u[:, 0]))
    return left, left + SMALLEST + u[:, 1] * (1 - left - SMALLEST)


def rectangles(u: npt.ArrayLike, *, side: int = 32) -> Pixels:
    """Images of a white rectangle on black, edges smoothed exactly: float32 (n, side, side).

        pixel[i, j] = share of the square [i, i+1] x [j, j+1] / side that the rectangle covers

    u: (n, 4) in [0, 1]; u_1, u_2 give the segment along the first axis, u_3, u_4 that along the
    second, by :func:`segments`; side: at least 1. Pixels in [0, 1]; their mean is the
    rectangle's area. Memory: the images, and some 50 n side bytes.
    From side = 32 on the map is injective, since each segment covers a whole pixel: the
    brightest pixel of a row is then its share on the first axis. Below it is not: a narrow
    rectangle and a longer one within the same two pixels can look the same.
    Wrong when: distances are taken for those of the latents. Moving an edge by more than a pixel
    changes the image by the square root of the move, as if there were 8 latents: the correlation
    dimension of 3000 such images is about 7. It is 4 below the distance that one pixel makes,
    where so few images have no neighbours.
    Raises InputError for u of another shape or range, and for another side.
    Source: Butakov et al. (2024), https://arxiv.org/abs/2305.08013; their code,
    https://github.com/VanessB/Information-v3 (mutinfo/utils/synthetic.py)

    >>> rectangles([[0.0, 1.0, 0.0, 0.2]], side=4)[0, 1]  # from 0 to 2/32 + .2 (30/32) = 1/4
    array([1., 0., 0., 0.], dtype=float32)
    """
    first, second = _rectangle_profiles(u, side)
    return _outer(first, second)


def rectangles_log_volume(u: npt.ArrayLike, *, side: int = 32) -> Floats:
    """Half the log determinant of J^T J, J the Jacobian of :func:`rectangles`: float64 (n,).

    As :func:`bumps_log_volume`; u and what is raised as in :func:`rectangles`; side: from 32 on,
    where J has rank 4. J jumps where an edge crosses from one pixel to the next, and has rank 3,
    so that the log is -inf, where both segments cover two whole pixels, as at u = 0 for side =
    32: to move the ends of one is then what it is for the other, a change of brightness. That
    happens with probability 0.

    >>> small, large = rectangles_log_volume([[0.5, 0.1, 0.5, 0.1], [0.1, 0.9, 0.1, 0.9]])
    >>> bool(small < large)  # a longer edge sweeps a larger area
    True
    """
    whole("side", side, at_least=round(2 / SMALLEST))
    profiles = _rectangle_profiles(u, side)
    points = _latents(u, 4)
    total = np.full(len(points), 4 * np.log(side) + 2 * np.log((1 - SMALLEST) ** 2 / 2))
    # With c, d the profiles and a, b the pixels where c's ends lie, moving an end changes the
    # image by side e_a d^T or side e_b d^T. Such changes are orthogonal to each other, and have
    # the product side^2 c_a d_k with those of d: a determinant of rank one in each block.
    cosines = 1.0
    for k, c in enumerate(profiles):
        left, right = segments(points[:, 2 * k : 2 * k + 2])
        first = np.minimum((left * side).astype(int), side - 1)
        last = np.maximum(np.ceil(right * side).astype(int) - 1, 0)
        rows, square = np.arange(len(c)), (c * c).sum(axis=1)
        cosines = cosines * (c[rows, first] ** 2 + c[rows, last] ** 2) / square
        total += np.log(square)
    with np.errstate(divide="ignore"):  # -inf is the answer
        return np.asarray(total + np.log1p(-cosines) / 2)


def _bump_profiles(u: npt.ArrayLike, side: int) -> tuple[Floats, Floats]:
    whole("side", side, at_least=2)
    u = _latents(u, 2)
    grid = np.linspace(0, 1, side)
    first, second = (np.exp(-SHARPNESS * (grid - u[:, k, None]) ** 2) for k in range(2))
    return first, second


def _rectangle_profiles(u: npt.ArrayLike, side: int) -> tuple[Floats, Floats]:
    whole("side", side, at_least=1)
    u = _latents(u, 4)
    pixel = np.arange(side)
    first, second = (
        # Lengths in pixels; a share is at most 1 but for rounding.
        np.clip(
            np.minimum(right[:, None] * side, pixel + 1) - np.maximum(left[:, None] * side, pixel),
            0,
            1,
        )
        for left, right in (segments(u[:, :2]), segments(u[:, 2:]))
    )
    return first, second


def _outer(first: Floats, second: Floats) -> Pixels:
    a, b = first.astype(np.float32), second.astype(np.float32)
    return a[:, :, None] * b[:, None, :]  # (n, side, side)


def _latents(u: npt.ArrayLike, k: int) -> Floats:
    told = f"(n, {k}) numbers from 0 to 1 are accepted"
    array: Floats = as_numbers(u, "u").astype(np.float64, copy=False)
    if array.ndim != 2 or array.shape[1] != k:
        raise InputError(f"u has shape {array.shape}: {told}, one row per image")
    outside = ~((array >= 0) & (array <= 1))
    if outside.any():
        raise InputError(
            f"u={float(array[outside][0])!r} is outside [0, 1]: {told}; map Gaussian latents by "
            "their distribution function first"
        )
    return array
