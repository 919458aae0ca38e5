"""Normalizing flows of splines: columns of numbers, mapped to what looks normal."""

from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from scipy.special import ndtr, ndtri
from torch import Tensor, nn
from zuko.flows.autoregressive import MaskedAutoregressiveTransform
from zuko.transforms import MonotonicRQSTransform

from infoplane.models.defaults import torch_defaults

__all__ = ["BOUND", "SplineFlow"]

Floats = npt.NDArray[np.floating[Any]]

BOUND = 6.0  # beyond it a spline is the identity
REACH = 2.6  # of a normal column: the outermost knots with rows on either side, two in 200 rows
SLOPE = 1e-3  # the least of a spline, and of its widths of bins, as zuko has it
NARROWEST = 2e-3  # share of the box that a bin begins with, at least
BINS = 8  # of the splines inside a block


class SplineFlow(nn.Module):
    """A bijection of rows u (n, d), of about unit scale, with the log of its Jacobian.

    First every column through a monotone rational-quadratic spline of its own, then `blocks`
    autoregressive blocks, in which the spline of a column depends on the columns before it, in
    alternating order. Splines are the identity outside [-6, 6]: what lies there is moved by none.

    start: (m, d) rows whose columns become about normal before any training: the knots of the
    first splines are quantiles of these rows, and those of a normal variable. Blocks begin as the
    identity. So it begins where training would take long to come, and without a column of heavy
    tails or a peak far away from there.
    bins: of the first splines; hidden: widths of the networks in blocks; generator: of their
    weights, global random numbers are left alone. float32 until :meth:`double`.
    Source: Durkan et al. (2019), Neural spline flows, https://arxiv.org/abs/1906.04032;
    Papamakarios et al. (2017), https://arxiv.org/abs/1705.07057, for blocks

    >>> u = np.random.default_rng(0).exponential(size=(5_000, 1)) - 1
    >>> flow = SplineFlow(u, bins=12, blocks=0, hidden=(8,), generator=torch.Generator())
    >>> latent, ladj = flow(torch.from_numpy(u).float())
    >>> latent.shape, ladj.shape, round(float(latent.detach().quantile(0.9)), 1)  # of u 1.3
    (torch.Size([5000, 1]), torch.Size([5000]), 1.3)
    """

    @torch_defaults()
    def __init__(
        self,
        start: Floats,
        *,
        bins: int,
        blocks: int,
        hidden: tuple[int, ...],
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        widths, heights, slopes = (
            torch.tensor(np.ascontiguousarray(a), dtype=torch.float32)
            for a in _by_quantiles(start, bins)
        )
        self.widths, self.heights = nn.Parameter(widths), nn.Parameter(heights)
        self.slopes = nn.Parameter(slopes)
        d = start.shape[1]
        self.blocks = nn.ModuleList()
        with torch.random.fork_rng(devices=[]):  # its networks are drawn from the global stream
            seed = int(torch.randint(2**62, (), generator=generator))
            torch.default_generator.manual_seed(seed)  # and no other device's
            for block in range(blocks if d > 1 else 0):
                self.blocks.append(_block(d, hidden, turned=block % 2 == 1))

    def forward(self, u: Tensor) -> tuple[Tensor, Tensor]:
        """The latents (n, d) of u (n, d), and log |det| of the map there (n,)."""
        first = MonotonicRQSTransform(
            self.widths, self.heights, self.slopes, bound=BOUND, slope=SLOPE
        )
        latent, ladj = first.call_and_ladj(u)
        ladj = ladj.sum(dim=-1)
        for block in self.blocks:
            latent, more = block(None).call_and_ladj(latent)
            ladj = ladj + more
        return latent, ladj


def _block(d: int, hidden: tuple[int, ...], *, turned: bool) -> nn.Module:
    """An autoregressive block that begins as the identity; turned: the last column comes first."""
    order = torch.arange(d).flip(0) if turned else torch.arange(d)
    block: Any = MaskedAutoregressiveTransform(
        d,
        order=order,
        univariate=partial(MonotonicRQSTransform, bound=BOUND, slope=SLOPE),
        shapes=[(BINS,), (BINS,), (BINS - 1,)],
        hidden_features=hidden,
    )
    last = block.hyper[-1]
    with torch.no_grad():
        last.weight.zero_()
        last.bias.zero_()
    found: nn.Module = block
    return found


def _by_quantiles(start: Floats, bins: int) -> tuple[Floats, Floats, Floats]:
    """What zuko's spline takes for knots at quantiles of the columns and of a normal variable.

    Widths and heights (d, bins) and slopes (d, bins - 1), before the maps that keep them in range.
    """
    m, d = start.shape
    reach = min(REACH, float(ndtri(1 - 1 / max(m, 4))))
    normal = np.linspace(-reach, reach, bins - 1)
    quantiles = np.quantile(start, ndtr(normal), axis=0).T  # (d, bins - 1)
    inside = np.clip(quantiles, -BOUND, BOUND)
    ends = np.full((d, 1), BOUND)
    widths = np.diff(np.hstack([-ends, inside, ends]), axis=1) / (2 * BOUND)
    widths = np.maximum(widths, NARROWEST)
    widths /= widths.sum(axis=1, keepdims=True)
    heights = np.diff(np.concatenate([[-BOUND], normal, [BOUND]])) / (2 * BOUND)
    heights = np.broadcast_to(heights, widths.shape)
    steepness = heights / widths
    slopes = 0.5 * np.log(steepness[:, 1:] * steepness[:, :-1])
    return _logits(widths), _logits(heights), _unbounded(slopes, -np.log(SLOPE))


def _logits(shares: Floats) -> Floats:
    """Numbers whose softmax, once they are drawn into zuko's range, are these shares."""
    logs = np.log(shares)
    return _unbounded(logs - logs.mean(axis=1, keepdims=True), -np.log(SLOPE) / 2)


def _unbounded(a: Floats, most: float) -> Floats:
    """The numbers v for which v / (1 + |v| / most) is a, as far as a lies within its range."""
    a = np.clip(a, -0.98 * most, 0.98 * most)
    return a / (1 - np.abs(a) / most)
