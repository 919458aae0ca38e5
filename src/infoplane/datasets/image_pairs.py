"""Pairs of images that share a known information: their places are correlated Gaussians."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from infoplane.datasets.gaussian import CorrelatedGaussian, rho_for
from infoplane.datasets.images import bumps, rectangles
from infoplane.datasets.known import Known, Sampler
from infoplane.errors import InputError
from infoplane.inputs.options import one_of, whole, within

__all__ = ["KINDS", "ImagePairs"]

Floats = npt.NDArray[np.float64]
Pixels = npt.NDArray[np.float32]

KINDS = {"bumps": (bumps, 2, 16), "rectangles": (rectangles, 4, 32)}
"""Of each kind of image the function that draws it, its latents, and its side."""


@dataclass(frozen=True)
class ImagePairs(Sampler[tuple[Pixels, Pixels]]):
    """X and Z images of one kind, drawn from latents U and V that share `nats` nats.

        G, H ~ N(0, I_m) with corr(G_i, H_j) = rho if i = j, else 0;   X = f(Phi(G)), Z = f(Phi(H))

        I(X; Z) = I(G; H) = -(m/2) ln(1 - rho^2)

    since f is injective: m = 2 latents a Gaussian bump, :func:`bumps`, and 4 a rectangle,
    :func:`rectangles`. kind: "bumps" or "rectangles"; nats: I, in nats, from 0 (at most 18 a
    latent); side: of the square images, None for 16 and 32. x and z: (n, side^2), pixels row by
    row; float32, in [0, 1] without noise.
    noise_std: of Gaussian noise in each pixel, on its own, of both images. With noise something
    of the latents is lost, and all that is known is a bracket: 0 <= I <= `nats`, so that
    `information` is the middle of it, with half of `nats` as its error.

    Raises InputError for options out of range, and for rectangles of a side below 32, whose map is
    not injective.
    Source: Butakov et al. (2024), section 4, https://arxiv.org/abs/2305.08013

    >>> pairs = ImagePairs("bumps", nats=2.0)
    >>> [images.shape for images in pairs.sample(5)], pairs.information
    ([(5, 256), (5, 256)], Known(value=2.0, error=0.0))
    """

    kind: str = "bumps"
    nats: float = 1.0
    side: int | None = None
    noise_std: float = 0.0

    def __post_init__(self) -> None:
        one_of("kind", self.kind, list(KINDS))
        within("nats", self.nats, low=0)
        rho_for(self.nats, self.latent_dim)  # says what is too much
        whole("side", self.side, at_least=2, or_none=True)
        least = KINDS["rectangles"][2]
        if self.kind == "rectangles" and self.pixels < least:
            raise InputError(
                f"side={self.side!r} is too small for rectangles, two of which can then look the "
                f"same, so that the images share less than nats: pass side >= {least}, or None"
            )
        within("noise_std", self.noise_std, low=0)

    @property
    def name(self) -> str:
        return self.kind

    @property
    def latent_dim(self) -> int:
        """m, the numbers behind each image."""
        return KINDS[self.kind][1]

    @property
    def pixels(self) -> int:
        """The side of the images."""
        return KINDS[self.kind][2] if self.side is None else self.side

    @property
    def information(self) -> Known:
        """I(X; Z) in nats: closed form, or between 0 and `nats` where there is noise."""
        if self.noise_std:
            return Known(self.nats / 2, error=self.nats / 2)
        return Known(float(self.nats))

    def latents(self, n: int, seed: int = 0) -> tuple[Floats, Floats]:
        """G and H, (n, m) each, behind the images that :meth:`sample` gives for the same seed."""
        return self._gaussian.sample(n, seed)

    @property
    def _gaussian(self) -> CorrelatedGaussian:
        return CorrelatedGaussian(self.latent_dim, rho_for(self.nats, self.latent_dim))

    def _rows(self, n: int, generator: np.random.Generator) -> tuple[Pixels, Pixels]:
        g, h = self._gaussian.draw(n, generator)
        return self._image(g, generator), self._image(h, generator)

    def _image(self, latents: Floats, generator: np.random.Generator) -> Pixels:
        from scipy.special import ndtr

        images: Pixels = KINDS[self.kind][0](ndtr(latents), side=self.pixels).reshape(
            len(latents), -1
        )
        if not self.noise_std:
            return images
        noise = generator.standard_normal(images.shape, dtype=np.float32)
        return images + np.float32(self.noise_std) * noise
