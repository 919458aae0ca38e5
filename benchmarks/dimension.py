"""Time and memory of the correlation integral: python benchmarks/dimension.py [--json].

Uniform cubes up to 20 columns. Distances in a cube of hundreds are nearly equal, and show no
dimension, so more columns hold a curved manifold of 20 dimensions with a little noise. Each row
runs in a process of its own, whose peak memory is the row's; "extra" is what the count added to
that of the imports and the data.
"""

import argparse
import contextlib
import json
import math
import multiprocessing
import statistics
import time
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from memory import peak_megabytes

from infoplane.dimension.correlation import correlation_integral
from infoplane.errors import InputError

LATENTS = 20


def sample(rng: np.random.Generator, n: int, d: int) -> npt.NDArray[np.float64]:
    """Rows (n, d) that have a dimension to be seen, d at most and 20 at most."""
    latents: npt.NDArray[np.float64] = rng.random((n, min(d, LATENTS)))
    if d <= LATENTS:
        return latents
    curved = np.tanh(latents @ rng.normal(size=(LATENTS, d)) / 3)
    noisy: npt.NDArray[np.float64] = curved + 0.01 * rng.normal(size=(n, d))
    return noisy


def measure(d: int, n: int, repeats: int, threads: int, device: str) -> dict[str, Any]:
    """Median seconds over `repeats` runs on fresh samples, after a small one not counted."""
    torch.set_num_threads(threads)
    rng = np.random.default_rng(0)
    correlation_integral(sample(rng, 1000, d), device=device)
    rows = sample(rng, n, d)
    seconds, values = [], []
    before = peak_megabytes()
    for _ in range(repeats):
        started = time.perf_counter()
        found = correlation_integral(rows, device=device)
        with contextlib.suppress(InputError):  # of few rows, that they show no dimension
            values.append(found.dimension().value)
        seconds.append(time.perf_counter() - started)
        rows = sample(rng, n, d)
    peak = peak_megabytes()
    return {
        "d": d,
        "n": n,
        "threads": threads,
        "device": device,
        "seconds": statistics.median(seconds),
        "slowest": max(seconds),
        "peak_mb": peak,
        "extra_mb": peak - before,
        "value": statistics.fmean(values) if values else math.nan,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--n", type=int, default=10_000, help="rows")
    parser.add_argument("--d", type=int, nargs="+", default=[8, 784], help="columns")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    args = parser.parse_args()
    if min(args.n, args.repeats, args.threads, *args.d) < 1:
        parser.error("numbers are at least 1")
    spawn = multiprocessing.get_context("spawn")
    rows = []
    for d in args.d:
        with spawn.Pool(1) as process:
            given = (d, args.n, args.repeats, args.threads, args.device)
            try:
                rows.append(process.apply(measure, given))
            except InputError as error:
                parser.error(f"d={d}: {error}")
    if args.json:
        print(json.dumps(rows, indent=2))
        return
    print("    d       n  threads  median s  slowest s  peak MB  extra MB  dimension")
    for r in rows:
        print(
            f"{r['d']:>5} {r['n']:>7} {r['threads']:>8} {r['seconds']:>9.3f} {r['slowest']:>10.3f} "
            f"{r['peak_mb']:>8.0f} {r['extra_mb']:>9.0f} {r['value']:>10.3f}"
        )


if __name__ == "__main__":
    main()
