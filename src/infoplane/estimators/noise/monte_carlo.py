"""A point of the information plane by Monte Carlo: draws from N rows, and the densities there."""

import math
import time
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from infoplane.errors import InputError
from infoplane.estimate import Estimate
from infoplane.estimators.noise.channels import KINDS, channel
from infoplane.estimators.noise.mixture import codes_of
from infoplane.inputs.options import is_count, one_of, whole

__all__ = ["both"]


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
    repeats = -(-samples // n)
    if samples < n:
        picked = rng.choice(n, samples, replace=False)
    else:
        picked = np.tile(np.arange(n), repeats)
    # Drawn by NumPy, and at once: the stream depends neither on the chunks nor on the device.
    draws = rng.standard_normal((len(picked), rows.columns))

    # The rows of a label lie side by side, so that its part of a sum is a slice.
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes))
    rows = rows.taken(order)
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n)
    local = np.empty((2, len(picked)))
    for label, end in enumerate(ends):
        begin = int(ends[label - 1]) if label else 0
        own = slice(begin, int(end))
        of_label = np.flatnonzero(codes[picked] == label)
        for some in (of_label[i : i + chunk] for i in range(0, len(of_label), chunk)):
            centres = torch.as_tensor(place[picked[some]], device=rows.device)
            eps = torch.as_tensor(draws[some], device=rows.device)
            sums = rows.log_sums(centres, eps, own, leave_out=leave_out)
            within, every = (a.cpu().numpy() for a in sums)
            # of its own row a draw has g_ii / g_ii = 1
            local[0, some] = math.log(n) - (np.logaddexp(every, 0.0) if leave_out else every)
            mine, all_rows = own.stop - own.start - leave_out, n - leave_out
            local[1, some] = within - math.log(mine) - (every - math.log(all_rows))

    seconds = time.perf_counter() - started

    def estimate(terms: npt.NDArray[np.float64], warnings: tuple[str, ...]) -> Estimate:
        if repeats > 1:
            within = terms.reshape(repeats, n).var(axis=0, ddof=1).mean()
            std = math.sqrt(within / len(terms))
        else:
            std = float(terms.std(ddof=1)) / math.sqrt(len(terms))
        return Estimate(
            value=float(terms.mean()),
            std=std,
            n=n,
            estimator="exact",
            seed=seed,
            seconds=seconds,
            warnings=warnings,
        )

    warnings = []
    if n > 1 and local[0].mean() > 0.95 * math.log(n):
        warnings.append(
            f"within 5 % of the ceiling log N = {math.log(n):.2f} nats: nearly every row can be "
            "told from the others, and the value says little more than how many there are"
        )
    of_rows = estimate(local[0], tuple(warnings))
    return of_rows, of_rows if labels is None else estimate(local[1], ())
