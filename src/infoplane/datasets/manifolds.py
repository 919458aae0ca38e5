"""Points of known intrinsic dimension in a wider space, most of them of known entropy."""

import functools
import math
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from infoplane.datasets import images
from infoplane.errors import InputError
from infoplane.inputs.arrays import as_columns
from infoplane.inputs.options import one_of, whole, within

__all__ = ["NAMES", "Manifold", "check_name", "load", "roll"]

Floats = npt.NDArray[np.float64]

# What a stream of random numbers is for.
MAP, POINTS, NOISE = range(3)

# The sheet of the Swiss roll: from and to this angle of the involute, and its height.
ROLL_FROM, ROLL_TO, ROLL_HEIGHT = 1.5 * math.pi, 4.5 * math.pi, 21.0

# No wave turns a full circle over the unit cube: 5.5 of 6.28, on which injectivity rests.
WAVE_ANGLE = 5.5


@dataclass(frozen=True, eq=False)
class Manifold:
    """`points` float64 (n, D), the `latent` float64 (n, k) they are made from, and the truth.

    dimension: intrinsic; entropy: differential, with respect to the volume of the manifold, in
    nats, of the points without noise; noise_std: of what was added to the points.
    """

    name: str
    points: Floats
    latent: Floats
    dimension: int
    entropy: float
    noise_std: float

    def __len__(self) -> int:
        return len(self.points)


@dataclass(frozen=True)
class _Set:
    """A map of latents, and what is known of it; `unit` is one noise_std in its coordinates."""

    dimension: int
    gaussian: bool
    embed: Callable[[Floats], Floats]
    entropy: float
    unit: float = 1.0


@dataclass(frozen=True)
class _Core:
    """A centred map whose volume element is constant, before it is scaled and turned."""

    map: Callable[[Floats], Floats]
    variance: float  # the sum over coordinates
    log_volume: float


def load(name: str, n: int, *, seed: int = 0, noise_std: float = 0.0) -> Manifold:
    """`n` independent points of the set `name`, with its intrinsic dimension and entropy.

        name          k    D   points
        linear-3      3   16   uniform in a cube
        linear-8      8   64   Gaussian, standard deviations from 1 to 1/2
        swiss-roll-2  2   16   uniform on a sheet rolled up one and a half times
        torus-2       2   16   uniform on the product of two circles
        curved-4      4   32   uniform on a piece of a torus of 16 dimensions, curved all over
        curved-6      6   64   the same, of 32
        bumps-2       2  256   images of :func:`~infoplane.datasets.images.bumps`, 16 x 16
        rectangles-4  4 1024   those of :func:`~infoplane.datasets.images.rectangles`, 32 x 32
        spectrum     64   64   Gaussian, variance of component j proportional to 1/j

    The latents are uniform on [0, 1]^k, standard normal in the two Gaussian sets. The map, with
    its random numbers, is part of the name; `seed` draws the points, and fewer points are the
    first of more. The first six and "spectrum" have mean zero and are scaled so that the mean
    square coordinate of the population is 1; then they are turned by a random orthonormal map
    into all D coordinates. Images stay images, with pixels in [0, 1].
    noise_std: >= 0, of isotropic Gaussian noise in all D coordinates, in units of the root mean
    square distance of a coordinate from its mean: 1 for all sets but the images. Noisy pixels
    leave [0, 1]. The points below the noise are those without it.
    entropy: a closed form, but for images a mean over a fixed sample: within 1e-5 for bumps and
    .001 for rectangles.

    Wrong when: taken for what an encoder into R^k sees. "torus-2" is closed: it has dimension 2
    but no continuous injective map into R^2, and needs codes of 3. All maps but those of images
    keep volumes in one proportion, so that their uniform sets stay uniform under an isometric
    code; images do not, and "rectangles-4" has distances like those of a rougher set.
    "spectrum" is full-dimensional: it has no break to be found.
    Raises InputError for an unknown name, n < 1, noise_std < 0 and a seed < 0.
    Source: defined here; the roll after Tenenbaum, de Silva & Langford (2000),
    https://doi.org/10.1126/science.290.5500.2319

    >>> cube = load("linear-3", n=5)  # its side is 8: variance 8^2 / 12 in 3 of 16 dimensions
    >>> cube.points.shape, cube.dimension, math.isclose(cube.entropy, 3 * math.log(8))
    ((5, 16), 3, True)
    """
    check_name(name)
    whole("n", n, at_least=1)
    whole("seed", seed, at_least=0)
    within("noise_std", noise_std, low=0)
    chosen = _definition(name)
    rng = _stream(name, POINTS, seed)
    shape = (n, chosen.dimension)
    latent = rng.standard_normal(shape) if chosen.gaussian else rng.random(shape)
    points = chosen.embed(latent)
    if noise_std:
        noise = _stream(name, NOISE, seed).standard_normal(points.shape)
        points = points + noise_std * chosen.unit * noise
    return Manifold(
        name=name,
        points=points,
        latent=latent,
        dimension=chosen.dimension,
        entropy=chosen.entropy,
        noise_std=float(noise_std),
    )


def check_name(name: str) -> None:
    """Refuse a set that does not exist, naming those that do."""
    one_of("dataset", name, NAMES)


def roll(u: npt.ArrayLike) -> Floats:
    """The unit square as a Swiss roll without stretching: (n, 2) -> (n, 3).

        (cos t + t sin t, sin t - t cos t, height),   t = sqrt(2 s)

    is the involute of a circle, whose turns are 2 pi apart and whose length up to the angle t
    is s = t^2 / 2. u_1 is the share of the length between t = 3 pi / 2 and 9 pi / 2, which is
    9 pi^2, and u_2 that of the height, 21: uniform u give points uniform with respect to area.
    Raises InputError for u of another shape, text, and NaN.

    >>> roll(np.array([[0.0, 0.5]])).round(3)  # t = 3 pi / 2: cos t = 0, sin t = -1
    array([[-4.712, -1.   , 10.5  ]])
    """
    points = as_columns(u, "u")
    if points.shape[1] != 2:
        raise InputError(f"u has shape {np.shape(u)}: (n, 2) is accepted, one row per point")
    start, end = ROLL_FROM**2 / 2, ROLL_TO**2 / 2
    t = np.sqrt(2 * (start + (end - start) * points[:, 0]))
    cos, sin = np.cos(t), np.sin(t)
    return np.stack([cos + t * sin, sin - t * cos, ROLL_HEIGHT * points[:, 1]], axis=1)


def _box(k: int) -> _Core:
    return _Core(lambda u: u - 0.5, variance=k / 12, log_volume=0.0)


def _normal(stds: Floats) -> _Core:
    return _Core(lambda z: z * stds, float((stds**2).sum()), float(np.log(stds).sum()))


def _swiss_roll() -> _Core:
    length = (ROLL_TO**2 - ROLL_FROM**2) / 2

    def mean(antiderivative: Callable[[float], float]) -> float:
        # The density of t is t / length.
        return (antiderivative(ROLL_TO) - antiderivative(ROLL_FROM)) / length

    centre = np.array(
        [
            mean(lambda t: 3 * t * math.sin(t) + (3 - t * t) * math.cos(t)),
            mean(lambda t: (3 - t * t) * math.sin(t) - 3 * t * math.cos(t)),
            ROLL_HEIGHT / 2,
        ]
    )
    square = mean(lambda t: t**2 / 2 + t**4 / 4) + ROLL_HEIGHT**2 / 3
    return _Core(
        lambda u: roll(u) - centre,
        variance=square - float(centre @ centre),
        log_volume=math.log(length * ROLL_HEIGHT),
    )


def _torus() -> _Core:
    def circles(u: Floats) -> Floats:
        return np.hstack([np.cos(2 * math.pi * u), np.sin(2 * math.pi * u)])

    return _Core(circles, variance=2.0, log_volume=2 * math.log(2 * math.pi))


def _waves(name: str, k: int, m: int) -> _Core:
    """cos(w_j u) and sin(w_j u), j = 1 ... m: a linear sheet wrapped around a torus of m circles.

    |x(u) - x(v)|^2 = sum_j 2 (1 - cos w_j (u - v)) / m depends on u - v alone, so that J^T J is
    sum_j w_j w_j^T / m everywhere. As |w_j (u - v)| <= |w_j|_1 < 2 pi, the distance is zero only
    if all w_j (u - v) are, and so u = v: an embedding.
    """
    w = _stream(name, MAP).standard_normal((m, k))
    w *= WAVE_ANGLE / np.abs(w).sum(axis=1, keepdims=True)
    # E cos(w (U - 1/2)) is a product over the coordinates; np.sinc(x) is sin(pi x) / (pi x).
    mean = np.sinc(w / (2 * math.pi)).prod(axis=1)

    def sheet(u: Floats) -> Floats:
        angle = (u - 0.5) @ w.T  # (n, m)
        return np.hstack([np.cos(angle) - mean, np.sin(angle)]) / math.sqrt(m)

    return _Core(
        sheet,
        variance=1 - float(mean @ mean) / m,
        log_volume=float(np.linalg.slogdet(w.T @ w / m)[1]) / 2,
    )


def _turned(name: str, k: int, width: int, core: _Core, *, gaussian: bool = False) -> _Set:
    """The core scaled to mean square 1 and turned into `width` coordinates."""
    scale = math.sqrt(width / core.variance)
    own = core.map(np.zeros((1, k))).shape[1]
    q, r = np.linalg.qr(_stream(name, MAP, 1).standard_normal((width, own)))
    turn = scale * (q * np.sign(np.diag(r))).T  # signs fixed: LAPACKs differ in them
    latent_entropy = k / 2 * math.log(2 * math.pi * math.e) if gaussian else 0.0
    return _Set(
        dimension=k,
        gaussian=gaussian,
        embed=lambda latent: core.map(latent) @ turn,
        entropy=latent_entropy + core.log_volume + k * math.log(scale),
    )


def _images(
    k: int,
    draw: Callable[[Floats], npt.NDArray[np.float32]],
    log_volume: Callable[[Floats], Floats],
) -> _Set:
    """Images of uniform latents; two means over a low-discrepancy sample of their own."""
    from scipy.stats import qmc  # takes a second

    u = qmc.Sobol(k, scramble=True, seed=0).random(2**13)

    def embed(latent: Floats) -> Floats:
        return draw(latent).reshape(len(latent), -1).astype(np.float64)

    return _Set(
        dimension=k,
        gaussian=False,
        embed=embed,
        entropy=float(log_volume(u).mean()),
        unit=math.sqrt(draw(u[: 2**11]).var(axis=0).mean()),
    )


_DEFINITIONS: dict[str, Callable[[str], _Set]] = {
    "linear-3": lambda name: _turned(name, 3, 16, _box(3)),
    "linear-8": lambda name: _turned(name, 8, 64, _normal(np.linspace(1, 0.5, 8)), gaussian=True),
    "swiss-roll-2": lambda name: _turned(name, 2, 16, _swiss_roll()),
    "torus-2": lambda name: _turned(name, 2, 16, _torus()),
    "curved-4": lambda name: _turned(name, 4, 32, _waves(name, 4, m=16)),
    "curved-6": lambda name: _turned(name, 6, 64, _waves(name, 6, m=32)),
    "bumps-2": lambda _: _images(2, images.bumps, images.bumps_log_volume),
    "rectangles-4": lambda _: _images(4, images.rectangles, images.rectangles_log_volume),
    "spectrum": lambda name: _turned(
        name, 64, 64, _normal(np.arange(1.0, 65) ** -0.5), gaussian=True
    ),
}

NAMES = tuple(_DEFINITIONS)


@functools.cache
def _definition(name: str) -> _Set:
    return _DEFINITIONS[name](name)


def _stream(name: str, *purpose: int) -> np.random.Generator:
    """A generator for one purpose of one set, independent of those for the others."""
    return np.random.default_rng([zlib.crc32(name.encode()), *purpose])
