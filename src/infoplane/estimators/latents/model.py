"""Two flows, the correlation layer behind them, and a density of what comes out, as one model."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from infoplane.estimators.latents.bases import Base, Normal, by_shells
from infoplane.estimators.latents.correlation import Correlation
from infoplane.inputs.columns import Floats

__all__ = ["CHUNK", "Latents", "TwoFlows"]

CHUNK = 4_096  # rows that go through a flow at once where no gradient is needed


@dataclass(frozen=True, eq=False)
class Latents:
    """What rows become: u (n, dx) and v (n, dz) of the flows, and log |det| of both maps, (n,)."""

    u: Tensor
    v: Tensor
    ladj: Tensor


class TwoFlows(nn.Module):
    """p(x, z) = base(a, b) |det da/dx| |det db/dz|, a = (f(x) - m) Bx', b = (g(z) - l) Bz'.

    flow_x, flow_z: f and g; layer: B, m and l to begin with, and the correlations of the base;
    shared: one correlation for all pairs.
    """

    def __init__(self, flow_x: nn.Module, flow_z: nn.Module, *, shared: bool) -> None:
        super().__init__()
        self.flow_x, self.flow_z, self.shared = flow_x, flow_z, shared
        self.layer = nn.ParameterDict()
        self.base: Base

    def set(self, layer: Correlation) -> None:
        """Take another correlation layer, with its correlations where the base has some."""
        new = {name: getattr(layer, name) for name in ("on_x", "on_z", "mean_x", "mean_z")}
        if not len(self.layer):
            like = next(self.flow_x.parameters())
            for name, value in new.items():
                own = torch.from_numpy(np.ascontiguousarray(value)).to(like)
                self.layer[name] = nn.Parameter(own)
            self.base = Normal(layer.rho, shared=self.shared).to(like)
            return
        for name, value in new.items():
            self.layer[name].data.copy_(torch.from_numpy(np.ascontiguousarray(value)))
        if isinstance(self.base, Normal):
            self.base.set(layer.rho)

    def mix(self, latents: Latents, components: int) -> None:
        """Take a mixture for base, fitted to these rows."""
        a, b = (side.detach().double().cpu().numpy() for side in self.turned(latents))
        self.base = by_shells(a, b, components).to(latents.u)

    def latents(self, x: Tensor, z: Tensor) -> Latents:
        """Both sides behind their flows; x: (n, dx), z: (n, dz)."""
        (u, one), (v, other) = self.flow_x(x), self.flow_z(z)
        return Latents(u, v, one + other)

    def turned(self, latents: Latents) -> tuple[Tensor, Tensor]:
        """a (n, dx) and b (n, dz) behind the correlation layer."""
        own: Any = self.layer
        return (
            (latents.u - own["mean_x"]) @ own["on_x"].mT,
            (latents.v - own["mean_z"]) @ own["on_z"].mT,
        )

    def log_density(self, latents: Latents) -> Tensor:
        """log p(x, z), (n,), in the units of x and z."""
        turned = self.turned(latents)
        sizes = [torch.linalg.slogdet(self.layer[name])[1] for name in ("on_x", "on_z")]
        density: Tensor = self.base.log_density(*turned) + latents.ladj + sizes[0] + sizes[1]
        return density

    def log_ratio(self, latents: Latents) -> Tensor:
        """log p(x, z) / (p(x) p(z)), (n,), of which no flow is left but in a and b."""
        return self.base.log_ratio(*self.turned(latents))

    @torch.no_grad()
    def at(self, x: Tensor, z: Tensor) -> Latents:
        """The latents of many rows, in parts and without gradients."""
        parts = [self.latents(*part) for part in _parts(x, z)]
        u, v, ladj = (
            torch.cat([getattr(part, name) for part in parts]) for name in ("u", "v", "ladj")
        )
        return Latents(u, v, ladj)


def as_doubles(latents: Latents) -> tuple[Floats, Floats]:
    """u and v in float64, on the processor."""
    u, v = (side.double().cpu().numpy() for side in (latents.u, latents.v))
    return u, v


def _parts(x: Tensor, z: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    yield from zip(x.split(CHUNK), z.split(CHUNK), strict=True)
