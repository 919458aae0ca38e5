"""Points of known intrinsic dimension in a wider space, most of them of known entropy."""

import functools
import math
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from infoplane.datasets import images
from infoplane.datasets.known import Known, Sampler
from infoplane.datasets.roll import END, HEIGHT, LENGTH, START, roll
from infoplane.inputs.options import one_of, whole, within

__all__ = ["NAMES", "Manifold"]

Floats = npt.NDArray[np.float64]

# What a stream of random numbers is for.
MAP, POINTS, NOISE = range(3)

# No wave turns a full circle over the unit cube: 5.5 of 6.28, on which injectivity rests.
WAVE_ANGLE = 5.5


@dataclass(frozen=True)
class _Set:
    """A map of latents, and what is known of it; `unit` is one noise_std in its coordinates.

    Entropy and unit are made when asked for, as those of images are means over many.
    """

    dimension: int
    width: int
    gaussian: bool
    embed: Callable[[Floats], Floats]
    entropy: Callable[[], Known]
    unit: Callable[[], float] = lambda: 1.0


@dataclass(frozen=True)
class _Core:
    """A centred map whose volume element is constant, before it is scaled and turned."""

    map: Callable[[Floats], Floats]
    variance: float  # the sum over coordinates
    log_volume: float


@dataclass(frozen=True)
class Manifold(Sampler[Floats]):
    """The set `name`: points float64 (n, D) of a known intrinsic dimension k, and their entropy.

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
    its random numbers, is part of the name; a seed draws the points. The first six and "spectrum"
    have mean zero and are scaled so that the mean square coordinate of the population is 1; then
    they are turned by a random orthonormal map into all D coordinates. Images stay images, with
    pixels in [0, 1].
    noise_std: >= 0, of isotropic Gaussian noise in all D coordinates, in units of the root mean
    square distance of a coordinate from its mean: 1 for all sets but the images. Noisy pixels
    leave [0, 1].

    Wrong when: taken for what an encoder into R^k sees. "torus-2" is closed: it has dimension 2
    but no continuous injective map into R^2, and needs codes of 3. All maps but those of images
    keep volumes in one proportion, so that their uniform sets stay uniform under an isometric
    code; images do not, and "rectangles-4" has distances like those of a rougher set.
    "spectrum" is full-dimensional: it has no break to be found.
    Raises InputError for an unknown name and noise_std < 0.
    Source: defined here; the roll after Tenenbaum, de Silva & Langford (2000),
    https://doi.org/10.1126/science.290.5500.2319

    >>> cube = Manifold("linear-3")  # its side is 8: variance 8^2 / 12 in 3 of 16 dimensions
    >>> cube.sample(5).shape, cube.dimension.value
    ((5, 16), 3.0)
    >>> math.isclose(cube.entropy.value, 3 * math.log(8))
    True
    """

    name: str
    noise_std: float = 0.0

    def __post_init__(self) -> None:
        one_of("dataset", self.name, NAMES)
        within("noise_std", self.noise_std, low=0)

    @property
    def dimension(self) -> Known:
        """The intrinsic dimension k, a whole number; of the points without noise."""
        return Known(float(self._set.dimension))

    @property
    def width(self) -> int:
        """The coordinates D of a point."""
        return self._set.width

    @property
    def entropy(self) -> Known:
        """Differential, with respect to the volume of the set, in nats, of points without noise.

        A closed form, but for images a mean over a fixed sample, with its error.
        """
        return self._set.entropy()

    @property
    def unit(self) -> float:
        """The root mean square distance of a coordinate from its mean, of points without noise."""
        return self._set.unit()

    def latent(self, n: int, seed: int = 0) -> Floats:
        """What :meth:`sample` makes its `n` points from: (n, k)."""
        whole("n", n, at_least=1)
        whole("seed", seed, at_least=0)
        return self._latent(n, _stream(self.name, POINTS, seed))

    def embed(self, latent: Floats) -> Floats:
        """The points of latents (n, k), without noise."""
        return self._set.embed(latent)

    def sample(self, n: int, seed: int = 0) -> Floats:
        """`n` independent points; the same for the same seed for ever.

        Fewer points are the first of more, and those without noise lie below those with it.
        Raises InputError for n < 1 and for a seed that is not a whole number >= 0.
        """
        return self._noisy(
            self.embed(self.latent(n, seed)), lambda: _stream(self.name, NOISE, seed)
        )

    def _rows(self, n: int, generator: np.random.Generator) -> Floats:
        return self._noisy(self.embed(self._latent(n, generator)), lambda: generator)

    def _latent(self, n: int, generator: np.random.Generator) -> Floats:
        shape = (n, self._set.dimension)
        return generator.standard_normal(shape) if self._set.gaussian else generator.random(shape)

    def _noisy(self, points: Floats, generator: Callable[[], np.random.Generator]) -> Floats:
        if not self.noise_std:
            return points
        noise = generator().standard_normal(points.shape)
        return points + self.noise_std * self.unit * noise

    @property
    def _set(self) -> _Set:
        return _definition(self.name)


def _box(k: int) -> _Core:
    return _Core(lambda u: u - 0.5, variance=k / 12, log_volume=0.0)


def _normal(stds: Floats) -> _Core:
    return _Core(lambda z: z * stds, float((stds**2).sum()), float(np.log(stds).sum()))


def _swiss_roll() -> _Core:
    def mean(antiderivative: Callable[[float], float]) -> float:
        # The density of t is t / LENGTH.
        return (antiderivative(END) - antiderivative(START)) / LENGTH

    centre = np.array(
        [
            mean(lambda t: 3 * t * math.sin(t) + (3 - t * t) * math.cos(t)),
            mean(lambda t: (3 - t * t) * math.sin(t) - 3 * t * math.cos(t)),
            HEIGHT / 2,
        ]
    )
    square = mean(lambda t: t**2 / 2 + t**4 / 4) + HEIGHT**2 / 3
    return _Core(
        lambda u: roll(u) - centre,
        variance=square - float(centre @ centre),
        log_volume=math.log(LENGTH * HEIGHT),
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
        width=width,
        gaussian=gaussian,
        embed=lambda latent: core.map(latent) @ turn,
        entropy=lambda: Known(latent_entropy + core.log_volume + k * math.log(scale)),
    )


def _images(
    k: int,
    draw: Callable[[Floats], npt.NDArray[np.float32]],
    log_volume: Callable[[Floats], Floats],
    error: float,
) -> _Set:
    """Images of uniform latents; two means over a low-discrepancy sample of their own.

    error: of the mean log volume.
    """

    @functools.cache
    def latents() -> Floats:
        from scipy.stats import qmc  # takes half a second

        u: Floats = qmc.Sobol(k, scramble=True, seed=0).random(2**13)
        return u

    def embed(latent: Floats) -> Floats:
        return draw(latent).reshape(len(latent), -1).astype(np.float64)

    return _Set(
        dimension=k,
        width=draw(np.full((1, k), 0.5)).size,
        gaussian=False,
        embed=embed,
        entropy=functools.cache(lambda: Known(float(log_volume(latents()).mean()), error)),
        unit=functools.cache(lambda: math.sqrt(draw(latents()[: 2**11]).var(axis=0).mean())),
    )


_DEFINITIONS: dict[str, Callable[[str], _Set]] = {
    "linear-3": lambda name: _turned(name, 3, 16, _box(3)),
    "linear-8": lambda name: _turned(name, 8, 64, _normal(np.linspace(1, 0.5, 8)), gaussian=True),
    "swiss-roll-2": lambda name: _turned(name, 2, 16, _swiss_roll()),
    "torus-2": lambda name: _turned(name, 2, 16, _torus()),
    "curved-4": lambda name: _turned(name, 4, 32, _waves(name, 4, m=16)),
    "curved-6": lambda name: _turned(name, 6, 64, _waves(name, 6, m=32)),
    "bumps-2": lambda _: _images(2, images.bumps, images.bumps_log_volume, 1e-5),
    "rectangles-4": lambda _: _images(4, images.rectangles, images.rectangles_log_volume, 1e-3),
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
