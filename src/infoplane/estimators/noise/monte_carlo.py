"""A point of the information plane by Monte Carlo: draws from N rows, and the densities there."""

import math
import time
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from infoplane.errors import InputError
from infoplane.estimators.estimate import Estimate
from infoplane.estimators.noise.channels import KINDS, Channel, channel
from infoplane.estimators.noise.control import controlled, mean_of, picked, terms
from infoplane.estimators.noise.mixture import codes_of
from infoplane.inputs.options import is_count, one_of, whole

__all__ = ["both"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def both(
    t: Any,
    noise_std: float,
    labels: Any,
    *,
    noise: str,
    seed: int,
    samples: int,
    chunk: int,
    device: str,
    leave_out: bool = False,
) -> tuple[Estimate, Estimate]:
    """I(X; T + eps), and I(Y; T + eps) where there are labels (the former again without)."""
    started = time.perf_counter()
    whole("seed", seed, at_least=0)
    one_of("noise", noise, KINDS)
    rows = channel(noise, t, noise_std, chunk, device)
    if not is_count(samples, 2):
        raise InputError(f"samples={samples!r} is not a number of draws: pass an integer >= 2")
    n = rows.n
    codes = np.zeros(n, dtype=np.int64) if labels is None else codes_of(labels, n)
    if leave_out and (alone := int((np.bincount(codes) == 1).sum())):
        raise InputError(
            f"labels have {alone} classes with one row, of which leave_out=True leaves none: drop "
            "or merge them"
        )
    rng = np.random.default_rng(seed)
    chosen, passes = picked(rng, n, samples)
    # Drawn by NumPy, and at once: the stream depends neither on the chunks nor on the device.
    draws = rng.standard_normal((passes, len(chosen), rows.columns))
    points = None if leave_out or not _large(n, passes * len(chosen), codes) else rows.points()
    if points is None:
        found = _plain(rows, codes, np.tile(chosen, passes), draws, chunk, leave_out)
        mean, variance = mean_of(found.reshape(2, passes, -1).swapaxes(1, 2), 0.0)
    else:
        asked = 1 if labels is None else 2
        mean, variance = controlled(points, codes, chosen, draws, rng, asked)
    seconds = time.perf_counter() - started
    if not np.isfinite(mean).all():
        raise InputError(
            f"noise_std={noise_std!r} is too small for t with leave_out={leave_out!r}: around "
            "other rows no number is left for the density of a draw; give more noise"
        )

    def estimate(of: int, warnings: tuple[str, ...]) -> Estimate:
        return Estimate(
            value=float(mean[of]),
            std=math.sqrt(variance[of]),
            n=n,
            estimator="exact",
            seed=seed,
            seconds=seconds,
            warnings=warnings,
        )

    warnings = []
    if n > 1 and mean[0] > 0.95 * math.log(n):
        warnings.append(
            f"within 5 % of the ceiling log N = {math.log(n):.2f} nats: nearly every row can be "
            "told from the others, and the value says little more than how many there are"
        )
    of_rows = estimate(0, tuple(warnings))
    return of_rows, of_rows if labels is None else estimate(1, ())


def _large(n: int, draws: int, codes: Ints) -> bool:
    """Whether there is so much to do that leaves pay, which take a millisecond or two a label."""
    labels = int(codes.max()) + 1
    return n >= 512 and draws >= 128 and 64 * labels <= n and n * draws >= 2**17 * (8 + labels)


def _plain(
    rows: Channel, codes: Ints, chosen: Ints, draws: Floats, chunk: int, leave_out: bool
) -> Floats:
    """Terms of draws from rows `chosen`, (m,), one by one: (2, m)."""
    # The rows of a label lie side by side, so that its part of a sum is a slice.
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes))
    rows = rows.taken(order)
    place = np.empty(rows.n, dtype=np.int64)
    place[order] = np.arange(rows.n)
    noise = draws.reshape(-1, rows.columns)
    log_sums = np.empty((2, len(noise)))
    for label, end in enumerate(ends):
        own = slice(int(ends[label - 1]) if label else 0, int(end))
        of_label = np.flatnonzero(codes[chosen] == label)
        for some in (of_label[i : i + chunk] for i in range(0, len(of_label), chunk)):
            centres = torch.as_tensor(place[chosen[some]], device=rows.device)
            eps = torch.as_tensor(noise[some], device=rows.device)
            for i, found in enumerate(rows.log_sums(centres, eps, own, leave_out=leave_out)):
                log_sums[i, some] = found.cpu().numpy()
    return terms(log_sums, np.bincount(codes)[codes[chosen]], rows.n, leave_out)
