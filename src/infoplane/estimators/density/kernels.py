"""Mixtures of Gaussian kernels, truncated to a box: log densities and the likeliest width."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from scipy.optimize import minimize_scalar
from torch import Tensor
from torch.special import ndtr

from infoplane.inputs.columns import Floats

__all__ = [
    "Box",
    "box",
    "leave_one_out",
    "likeliest",
    "log_densities",
    "nearest",
    "squares",
    "with_own",
]

Box = tuple[Tensor, Tensor]
Widths = Sequence[float] | Floats

# Kernels evaluated at a time: 1 MB of float64 stays in a core's cache, 256 MB feed a GPU.
CPU_ELEMENTS, GPU_ELEMENTS = 2**17, 2**25
# Spacing of log h in the scan, and what log h is rounded to, so that the order in which
# rows are summed up cannot show in a digit of the answer.
SCAN, GRAIN = 0.5, 1 / 512
# How far log h may go beyond the width of the data, where truncated kernels are nearly flat.
BEYOND = 1.0


def box(joint: Tensor, truncate: bool) -> Box:
    """What the kernels are truncated to: the range of the rows and the mean gap beyond."""
    low, high = joint.amin(dim=0), joint.amax(dim=0)
    gap = (high - low) / (len(joint) - 1) if truncate else math.inf
    return low - gap, high + gap


def nearest(rows: Tensor) -> Tensor:
    """Squared distance of each row to the nearest other one: (n,)."""
    if rows.device.type == "cpu":
        from infoplane.estimators.density.pair_sums import nearest_squares

        return torch.from_numpy(nearest_squares(rows.numpy()))
    own = torch.arange(len(rows), device=rows.device)
    _, top = _log_sums(rows, rows, [1.0], box(rows, truncate=False), own)
    return -2 * top[0]


def likeliest(groups: list[Tensor], edges: Box) -> float:
    """The width of largest likelihood, each row predicted by the other rows of its group."""
    n, d = sum(map(len, groups)), groups[0].shape[1]
    near, around = 0.0, 0.0
    for g in groups:
        near += float(nearest(g).sum())
        # The mean square distance to all other rows is twice the variance, n / (n - 1) times.
        around += 2 * len(g) / (len(g) - 1) * float((g - g.mean(dim=0)).square().sum())
    low, high = (0.5 * math.log(squares / n / d) for squares in (near, around))
    if bool(torch.isfinite(edges[0]).any()):
        high += BEYOND

    def mean_log(log_h: Floats) -> Floats:
        logs: Floats = leave_one_out(groups, np.exp(log_h), edges).mean(dim=1).cpu().numpy()
        return logs

    scan = np.linspace(low, high, 2 + math.ceil((high - low) / SCAN))
    best = int(np.argmax(mean_log(scan)))
    found = minimize_scalar(
        lambda log_h: -float(mean_log(np.array([log_h]))[0]),
        bounds=(scan[max(best - 1, 0)], scan[min(best + 1, len(scan) - 1)]),
        method="bounded",
        options={"xatol": GRAIN},
    )
    return math.exp(GRAIN * round(found.x / GRAIN))


def leave_one_out(groups: list[Tensor], widths: Widths, edges: Box) -> Tensor:
    """Log densities of each row by the others of its group (len(widths), n), groups in turn."""
    return torch.cat(
        [_log_sums_of_others(g, widths, edges) - _log_norm(len(g) - 1, g, widths) for g in groups],
        dim=1,
    )


def with_own(groups: list[Tensor], left_out: Tensor, h: float, edges: Box) -> Tensor:
    """Log densities that include the row's own kernel, from those that do not: (n,)."""
    sizes = [len(g) for g in groups]
    parts = []
    for g, logs in zip(groups, left_out.split(sizes), strict=True):
        own = -_log_mass(g, h, edges) - _log_norm(1, g, [h])[0]
        parts.append(torch.logaddexp(logs + math.log(len(g) - 1), own) - math.log(len(g)))
    return torch.cat(parts)


def log_densities(points: Tensor, rows: Tensor, h: float, edges: Box) -> Tensor:
    """log mean_j K(point; row_j): (m,)."""
    log_sum, _ = _log_sums(points, rows, [h], edges)
    return log_sum[0] - _log_norm(len(rows), rows, [h])[0]


def squares(rows: Tensor, h: float, edges: Box) -> Tensor:
    """Mean square distance of each row's kernel, within the box, to the mixture's mean: (n, d)."""
    low, high = ((side - rows) / h for side in edges)
    below, above = (torch.exp(-0.5 * t.square()) / math.sqrt(2 * math.pi) for t in (low, high))
    inside = ndtr(high) - ndtr(low)
    # At an infinite edge there is no density, and infinity times zero is meant to be zero.
    tilt = (torch.nan_to_num(low * below) - torch.nan_to_num(high * above)) / inside
    shift = (below - above) / inside
    mean = rows + h * shift
    distances: Tensor = h**2 * (1 + tilt - shift.square()) + (mean - mean.mean(dim=0)).square()
    return distances


def _log_norm(n: int, rows: Tensor, widths: Widths) -> Tensor:
    """log n (2 pi h^2)^(d/2) for each h, as a column."""
    log_norm = math.log(n) + rows.shape[1] * (np.log(widths) + 0.5 * math.log(2 * math.pi))
    return torch.as_tensor(log_norm, device=rows.device)[:, None]


def _log_mass(rows: Tensor, h: float, edges: Box) -> Tensor:
    """Log of what the kernel of each row has within the box: (n,)."""
    inside: Tensor = ndtr((edges[1] - rows) / h) - ndtr((edges[0] - rows) / h)
    return inside.log().sum(dim=1)


def _log_sums_of_others(rows: Tensor, widths: Widths, edges: Box) -> Tensor:
    """log sum_{j != i} exp(-|row_i - row_j|^2 / 2h^2) / mass_j for each h: (len(widths), n)."""
    own = torch.arange(len(rows), device=rows.device)
    if rows.device.type != "cpu":
        return _log_sums(rows, rows, widths, edges, own)[0]
    from infoplane.estimators.density.pair_sums import UNDERFLOW, kernel_sums

    log_mass = torch.stack([_log_mass(rows, h, edges) for h in widths])
    least = log_mass.amin(dim=1, keepdim=True)
    weights = (least - log_mass).exp_()  # at most 1, whatever a power of d a mass is
    sums = torch.from_numpy(kernel_sums(rows.numpy(), np.asarray(widths), weights.numpy()))
    logs = sums.log() - least
    for w, h in enumerate(widths):
        # Rows with no other within 35 widths: their terms show beside the largest one only.
        far = own[sums[w] < UNDERFLOW]
        if len(far):
            logs[w, far] = _log_sums(rows[far], rows, [h], edges, far)[0][0]
    return logs


def _log_sums(
    points: Tensor, rows: Tensor, widths: Widths, edges: Box, own: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """log sum_j exp(-|point - row_j|^2 / 2h^2) / mass_j for each h, and its largest term.

    points: (m, d), rows: (n, d); mass_j: what the kernel of row j has within the box.
    own: (m,), the row that each point is, which does not count. Both returned are
    (len(widths), m).
    """
    n = len(rows)
    chunk = max(1, (CPU_ELEMENTS if rows.device.type == "cpu" else GPU_ELEMENTS) // n)
    log_mass = [_log_mass(rows, h, edges) for h in widths]
    sums, tops = (points.new_empty((len(widths), len(points))) for _ in range(2))
    for i in range(0, len(points), chunk):
        part = slice(i, min(i + chunk, len(points)))
        # Not by the expansion of the square, which loses the distances of near rows.
        exact = "donot_use_mm_for_euclid_dist"
        square = torch.cdist(points[part], rows, compute_mode=exact).square_()  # (chunk, n)
        if own is not None:
            square.scatter_(1, own[part, None], math.inf)
        for w, h in enumerate(widths):
            exponent = (square * (-0.5 / h**2)).sub_(log_mass[w])
            tops[w, part] = exponent.amax(dim=1)
            # Below, exp is nothing to a sum that is at least 1, and slow where it underflows.
            exponent.sub_(tops[w, part, None]).clamp_(min=-60)
            sums[w, part] = exponent.exp_().sum(dim=1).log_() + tops[w, part]
    return sums, tops
