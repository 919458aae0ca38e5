"""Time and memory of entropies by kernels and by neighbours: python benchmarks/entropy.py [--json].

Each row runs in a process of its own, whose peak memory is the row's; "extra" is what the
estimate, search of the bandwidth included, added to that of the imports and the data. Its growth
with n is that of the rows and their log densities; n x n numbers would be 8 n^2 bytes ("pairs").
"""

import argparse
import json
import math
import multiprocessing
from typing import Any

import numpy as np
import torch
from memory import peak_megabytes

from infoplane.estimators import kde_entropy, wkl_entropy
from infoplane.estimators.density.kernel_entropy import METHODS
from infoplane.estimators.estimate import Estimate


def measure(method: str, d: int, n: int, threads: int) -> dict[str, Any]:
    """One estimate of the entropy of a Gaussian, after one of a few rows that is not counted."""
    torch.set_num_threads(threads)
    rows = np.random.default_rng(0).normal(size=(n, d))
    _estimate(method, rows[:100])
    before = peak_megabytes()
    estimate = _estimate(method, rows)
    peak = peak_megabytes()
    return {
        "method": method,
        "d": d,
        "n": n,
        "threads": threads,
        "seconds": estimate.seconds,
        "peak_mb": peak,
        "extra_mb": peak - before,
        "pairs_mb": 8 * n**2 / 2**20,
        "value": estimate.value,
        "true": 0.5 * d * math.log(2 * math.pi * math.e),
    }


def _estimate(method: Any, rows: Any) -> Estimate:
    return wkl_entropy(rows) if method == "wkl" else kde_entropy(rows, method=method)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--n", type=int, default=10_000, help="samples, of every method")
    parser.add_argument(
        "--growth", type=int, nargs="*", default=[2_500, 5_000, 20_000], help="more, of loo only"
    )
    parser.add_argument("--d", type=int, default=8, help="columns")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    args = parser.parse_args()
    spawn = multiprocessing.get_context("spawn")
    problems = [(method, args.n) for method in (*METHODS, "wkl")]
    problems += [("loo", n) for n in args.growth]
    rows = []
    for method, n in problems:
        with spawn.Pool(1) as process:
            rows.append(process.apply(measure, (method, args.d, n, args.threads)))
    if args.json:
        print(json.dumps(rows, indent=2))
        return
    print(
        "     method   d       n  threads  seconds  peak MB  extra MB  pairs MB  value nats    true"
    )
    for r in rows:
        print(
            f"{r['method']:>11} {r['d']:>3} {r['n']:>7} {r['threads']:>8} {r['seconds']:>8.1f} "
            f"{r['peak_mb']:>8.0f} {r['extra_mb']:>9.1f} {r['pairs_mb']:>9.0f} "
            f"{r['value']:>6.3f} {r['true']:>8.3f}"
        )


if __name__ == "__main__":
    main()
