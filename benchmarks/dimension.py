"""Time and memory of the correlation integral: python benchmarks/dimension.py [--json].

Uniform cubes; each row runs in a process of its own, whose peak memory is the row's; "extra" is
what the count added to that of the imports and the data.
"""

import argparse
import json
import multiprocessing
import statistics
import time
from typing import Any

import numpy as np
import torch
from memory import peak_megabytes

from infoplane.dimension.correlation import correlation_integral


def measure(d: int, n: int, repeats: int, threads: int, device: str) -> dict[str, Any]:
    """Median seconds over `repeats` runs on fresh samples, after a small one not counted."""
    torch.set_num_threads(threads)
    rng = np.random.default_rng(0)
    correlation_integral(rng.random((1000, d)), device=device)
    rows = rng.random((n, d))
    seconds, values = [], []
    before = peak_megabytes()
    for _ in range(repeats):
        started = time.perf_counter()
        values.append(correlation_integral(rows, device=device).dimension().value)
        seconds.append(time.perf_counter() - started)
        rng.random(out=rows)
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
        "value": statistics.fmean(values),
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
    spawn = multiprocessing.get_context("spawn")
    rows = []
    for d in args.d:
        with spawn.Pool(1) as process:
            given = (d, args.n, args.repeats, args.threads, args.device)
            rows.append(process.apply(measure, given))
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
