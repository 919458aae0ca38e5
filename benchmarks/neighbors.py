"""Time and memory of KSG on correlated Gaussians: python benchmarks/neighbors.py [--json].

Each row runs in a process of its own, whose peak memory is the row's; "extra" is what the
estimate added to that of the imports and the data.
"""

import argparse
import json
import math
import multiprocessing
import statistics
from typing import Any

import numpy as np
import torch
from memory import peak_megabytes

from infoplane.estimators import KSG, gaussian_information


def measure(d: int, n: int, rho: float, repeats: int, threads: int) -> dict[str, Any]:
    """Median seconds over `repeats` runs on fresh samples, after one that is not counted."""
    torch.set_num_threads(threads)
    rng = np.random.default_rng(0)
    seconds, values = [], []
    before = peak_megabytes()
    for _ in range(repeats + 1):
        x = rng.normal(size=(n, d))
        z = rho * x + math.sqrt(1 - rho**2) * rng.normal(size=(n, d))
        estimate = KSG().estimate(x, z)
        seconds.append(estimate.seconds)
        values.append(estimate.value)
    peak = peak_megabytes()
    eye = np.eye(d)
    return {
        "d": f"{d}+{d}",
        "n": n,
        "threads": threads,
        "seconds": statistics.median(seconds[1:]),
        "slowest": max(seconds[1:]),
        "peak_mb": peak,
        "extra_mb": peak - before,
        "value": statistics.fmean(values),
        "true": gaussian_information(np.block([[eye, rho * eye], [rho * eye, eye]]), d),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--n", type=int, default=10_000, help="samples")
    parser.add_argument("--d", type=int, nargs="+", default=[2, 20], help="columns of each side")
    parser.add_argument("--rho", type=float, default=0.9, help="componentwise correlation")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    args = parser.parse_args()
    spawn = multiprocessing.get_context("spawn")
    rows = []
    for d in args.d:
        with spawn.Pool(1) as process:
            rows.append(process.apply(measure, (d, args.n, args.rho, args.repeats, args.threads)))
    if args.json:
        print(json.dumps(rows, indent=2))
        return
    print("    d       n  threads  median s  slowest s  peak MB  extra MB  value nats   true")
    for r in rows:
        print(
            f"{r['d']:>5} {r['n']:>7} {r['threads']:>8} {r['seconds']:>9.3f} {r['slowest']:>10.3f} "
            f"{r['peak_mb']:>8.0f} {r['extra_mb']:>9.0f} {r['value']:>11.3f} {r['true']:>6.3f}"
        )


if __name__ == "__main__":
    main()
