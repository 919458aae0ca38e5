"""Time and memory of an information plane, both coordinates: python benchmarks/plane.py [--json].

Networks are tasks for one process a core, as in an experiment; a process makes the activations of
its network, all checkpoints at once, and only then starts the clock. "seconds" is the sum for the
busiest process and "ms a cell" the mean time of one core for one layer of one network at one
checkpoint; on a machine with other work both hold that work, and "cpu ms" does not. "extra" is
memory beyond the activations, as binning allocates it, or as the exact plane raises the peak of a
process of its own. The exact plane is timed on a few cells, and extrapolated to the same plane on
as many cores.
"""

import argparse
import json
import multiprocessing
import os
import time
import tracemalloc
from collections import defaultdict
from typing import Any

import joblib
import numpy as np
import numpy.typing as npt
import torch
from memory import peak_megabytes

from infoplane.estimators.noise.exact import informations_with_noise
from infoplane.estimators.patterns import layer_information

INPUTS, WIDTHS = 12, (10, 7, 5, 4, 3, 2)
NOISE = 0.1

Floats = npt.NDArray[np.float32]


def activations(network: int, checkpoints: int, rows: int) -> tuple[list[Floats], Any]:
    """Layers (checkpoints, rows, width) of tanh networks, all different, and labels (rows,).

    The weights grow threefold over the checkpoints, from nearly linear to mostly saturated.
    """
    rng = np.random.default_rng([7, network])
    bits = np.arange(rows)[:, None] >> np.arange(INPUTS) & 1
    t, layers = (2 * bits - 1).astype(np.float32)[None], []
    gain = np.linspace(1, 3, checkpoints, dtype=np.float32)[:, None, None]
    for width in WIDTHS:
        fan_in = t.shape[2]
        weights = rng.standard_normal((checkpoints, fan_in, width), dtype=np.float32)
        t = np.tanh(t @ (weights * gain * np.float32(fan_in**-0.5)))
        layers.append(t)
    return layers, (layers[-1][-1, :, 0] > 0).astype(np.int64)


def binning(network: int, checkpoints: int, rows: int, bins: int) -> dict[str, Any]:
    """Seconds for each layer of one network, and the mean of its plane."""
    layers, labels = activations(network, checkpoints, rows)
    seconds, means, cpu = [], [], time.process_time()
    for t in layers:
        started = time.perf_counter()
        plane = layer_information(t, labels, bins=bins)
        seconds.append(time.perf_counter() - started)
        means.append([float(plane.inputs.mean()), float(plane.labels.mean())])
    return {
        "process": os.getpid(),
        "seconds": seconds,
        "cpu_seconds": time.process_time() - cpu,
        "means": means,
        "peak_mb": peak_megabytes(),
    }


def extra_megabytes(checkpoints: int, rows: int, bins: int) -> float:
    """What binning the widest layer allocates; a process's peak would not show so little."""
    layers, labels = activations(0, checkpoints, rows)
    tracemalloc.start()
    layer_information(layers[0], labels, bins=bins)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def exact(samples: int, checkpoints: int, rows: int) -> dict[str, Any]:
    """One network at a few checkpoints: seconds a cell, and the standard errors of its points."""
    torch.set_num_threads(1)
    layers, labels = activations(0, checkpoints, rows)
    before = peak_megabytes()
    informations_with_noise(layers[-1][0], labels, NOISE, samples=samples)  # not counted
    started, points = time.perf_counter(), []
    for t in layers:
        for at_checkpoint in t:
            points.append(informations_with_noise(at_checkpoint, labels, NOISE, samples=samples))
    seconds = time.perf_counter() - started
    errors = np.array([[x.std, y.std] for x, y in points])
    return {
        "samples": samples,
        "cells": len(points),
        "seconds_a_cell": seconds / len(points),
        "std": errors.mean(axis=0).tolist(),
        "largest_std": errors.max(axis=0).tolist(),
        "peak_mb": peak_megabytes(),
        "extra_mb": peak_megabytes() - before,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--networks", type=int, default=20)
    parser.add_argument("--checkpoints", type=int, default=100)
    parser.add_argument("--rows", type=int, default=4096, help="inputs, at most 4096 different")
    parser.add_argument("--bins", type=int, default=30)
    parser.add_argument("--samples", type=int, nargs="*", default=[1024, 4096], help="exact plane")
    parser.add_argument("--exact-checkpoints", type=int, default=3, help="timed, of one network")
    parser.add_argument("--jobs", type=int, default=joblib.cpu_count(), help="processes")
    parser.add_argument("--json", action="store_true", help="print JSON in place of the tables")
    args = parser.parse_args()
    size = (args.checkpoints, args.rows)
    with joblib.parallel_config(backend="loky", inner_max_num_threads=1):
        pool = joblib.Parallel(n_jobs=args.jobs)
        found = pool(joblib.delayed(binning)(i, *size, args.bins) for i in range(args.networks))
    noisy = []
    for samples in args.samples:
        with multiprocessing.get_context("spawn").Pool(1) as process:
            noisy.append(process.apply(exact, (samples, args.exact_checkpoints, args.rows)))
    busy: dict[int, float] = defaultdict(float)
    for r in found:
        busy[r["process"]] += sum(r["seconds"])
    members = args.networks * args.checkpoints
    per_layer = np.sum([r["seconds"] for r in found], axis=0) / members * 1e3
    cells = members * len(WIDTHS)
    result = {
        "networks": args.networks,
        "checkpoints": args.checkpoints,
        "rows": args.rows,
        "bins": args.bins,
        "processes": len(busy),
        "seconds": max(busy.values()),
        "ms_a_cell": float(per_layer.mean()),
        "cpu_ms_a_cell": sum(r["cpu_seconds"] for r in found) / cells * 1e3,
        "ms_by_layer": per_layer.tolist(),
        "means": np.mean([r["means"] for r in found], axis=0).tolist(),
        "peak_mb": max(r["peak_mb"] for r in found),
        "extra_mb": extra_megabytes(*size, args.bins),
        "exact": [
            {**r, "extrapolated_seconds": r["seconds_a_cell"] * cells / args.jobs} for r in noisy
        ],
    }
    if args.json:
        print(json.dumps(result, indent=2))
        return
    print(
        f"binning, {args.networks} networks x {args.checkpoints} checkpoints x {len(WIDTHS)} "
        f"layers x {args.rows} rows: {result['seconds']:.2f} s on {len(busy)} processes, "
        f"{result['ms_a_cell']:.3f} ms a cell ({result['cpu_ms_a_cell']:.3f} cpu ms), "
        f"peak {result['peak_mb']:.0f} MB a process, "
        f"extra {result['extra_mb']:.1f} MB"
    )
    print("layer  width  ms a cell   I(X;T)   I(T;Y)  nats, mean of the plane")
    for i, (width, ms, (x, y)) in enumerate(zip(WIDTHS, per_layer, result["means"], strict=True)):
        print(f"   T{i + 1} {width:>6} {ms:>10.3f} {x:>8.3f} {y:>8.3f}")
    if not result["exact"]:
        return
    print(f"\nexact, sigma = {NOISE}: measured on a few cells, the plane extrapolated")
    print("samples  cells  s a cell  plane s  std I(X;T)  largest  std I(T;Y)  largest  extra MB")
    for r in result["exact"]:
        (x, y), (most_x, most_y) = r["std"], r["largest_std"]
        print(
            f"{r['samples']:>7} {r['cells']:>6} {r['seconds_a_cell']:>9.3f} "
            f"{r['extrapolated_seconds']:>8.0f} {x:>11.4f} {most_x:>8.4f} {y:>11.4f} "
            f"{most_y:>8.4f} {r['extra_mb']:>9.0f}"
        )


if __name__ == "__main__":
    main()
