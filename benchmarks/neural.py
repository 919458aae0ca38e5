"""Seconds per 1 000 training steps of a critic, alone and in an ensemble, beside the matmul peak.

Batch 256, two hidden layers of 128, d = 20 + 20, checks and early stopping out of the way. Members
are trained as `estimate_batch` trains them: side by side, where that is faster.

    python benchmarks/neural.py [COMMIT] [--device cuda] [--members 1 32] [--repeats 5] [--json]

COMMIT is checked out into a temporary folder, beside this checkout, and both take turns, so that
what else a machine does falls on both: the best of each, and their ratio.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import torch
from checkout import ROOT, checkout, environment

from infoplane.estimators.neural.batches import SampleRows
from infoplane.estimators.neural.critics import CRITICS
from infoplane.estimators.neural.mine import MINE
from infoplane.estimators.rows import Rows
from infoplane.streams import stream

D, N, BATCH, HIDDEN = 20, 10_000, 256, (128, 128)


def flops(critic: str) -> int:
    """Multiplications and additions that a member's step cannot do without.

    Forwards and backwards a layer takes three products, the first layer two, since nobody asks for
    the derivative by x and z. Concatenated: the first layer sees each row once, the others each of
    2 · 256 pairs. Separable: all layers see rows, and all pairs are one product of width e.
    """
    h, e = HIDDEN
    if critic == "concatenated":
        return 2 * BATCH * 2 * D * h * 2 + 2 * (2 * BATCH) * (h * e + e) * 3
    if critic == "separable":
        rows = 2 * BATCH * (D * (h + e) * 2 + (h * e + e * (e + 1)) * 3)
        return 2 * rows + 2 * BATCH * BATCH * (e + 2) * 3
    return 2 * BATCH * D * D * 2 + 2 * BATCH * BATCH * D * 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("commit", nargs="?", help="the commit to compare with")
    parser.add_argument("--device", default="cpu", help="where tensors live (default: cpu)")
    parser.add_argument("--critic", choices=sorted(CRITICS), default="concatenated")
    parser.add_argument("--members", type=int, nargs="+", default=[1, 32], help="ensemble sizes")
    parser.add_argument("--steps", type=int, default=1_000, help="steps of one timing, shared out")
    parser.add_argument("--repeats", type=int, default=5, help="timings of each; the median counts")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    args = parser.parse_args()
    if args.commit:
        compare(args)
        return
    peak = matmul_peak(args.device)
    table = []
    for members in args.members:
        times = timings(
            args.critic, members, max(100, args.steps // members), args.repeats, args.device
        )
        middle = times[len(times) // 2]
        table.append(
            {
                "members": members,
                "seconds_per_1000_steps_per_member": round(middle, 4),
                "fastest": round(times[0], 4),
                "slowest": round(times[-1], 4),
                "fraction_of_matmul_peak": round(flops(args.critic) * 1e3 / middle / peak, 3),
            }
        )
    if args.json:
        print(
            json.dumps(
                {
                    "device": args.device,
                    "critic": args.critic,
                    "peak_flops": round(peak),
                    "timings": table,
                }
            )
        )
        return
    print(f"float32 matmul peak of {args.device}: {peak / 1e9:.0f} GFLOP/s")
    print("members  s / 1000 steps / member  (fastest, slowest)  fraction of peak")
    for row in table:
        members, middle, fastest, slowest, fraction = row.values()
        print(f"{members:7}  {middle:24.3f}  ({fastest:7.3f}, {slowest:7.3f})  {fraction:16.2f}")


def compare(args: argparse.Namespace) -> None:
    """Print the best of each checkout's runs, which take turns in processes of their own."""
    asked = [__file__, "--json", "--device", args.device, "--critic", args.critic, "--repeats", "1"]
    asked += ["--steps", str(args.steps), "--members", *map(str, args.members)]

    def seconds(root: Path) -> list[float]:
        done = subprocess.run(
            [sys.executable, *asked], env=environment(root), capture_output=True, check=True
        )
        return [row["fastest"] for row in json.loads(done.stdout)["timings"]]

    with checkout(args.commit) as before:
        roots = {"before": before, "now": ROOT}
        turns = [[seconds(root) for root in roots.values()] for _ in range(args.repeats)]
    rows: list[dict[str, Any]] = []
    for i, members in enumerate(args.members):
        best = {name: min(turn[j][i] for turn in turns) for j, name in enumerate(roots)}
        rows.append({"members": members, **best, "ratio": round(best["now"] / best["before"], 3)})
    if args.json:
        print(json.dumps(rows))
        return
    print("members  s / 1000 steps / member: before       now     ratio")
    for row in rows:
        print("{:7}  {:31.3f} {:9.3f} {:9.2f}".format(*row.values()))


def timings(name: str, members: int, steps: int, repeats: int, device: str) -> list[float]:
    """Sorted seconds per 1 000 steps and member, of `repeats` runs after one to warm up."""
    estimator = MINE(
        critic=name, hidden=HIDDEN, batch_size=BATCH, steps=steps, check_every=10 * steps
    )
    generators = [stream(seed) for seed in range(members)]
    x = torch.randn(members * N, D, generator=generators[0])
    z = (0.5 * x + 0.75**0.5 * torch.randn(members * N, D, generator=generators[0])).to(device)
    order = torch.arange(members * N, device=device).view(members, N)
    # eight validation and test rows: what is timed is training, not the two checks at its ends
    rows = Rows(x.to(device), z, *order.split([N - 16, 8, 8], dim=1))
    times = []
    for _ in range(repeats + 1):
        source = SampleRows(rows, BATCH, generators)
        started = time.perf_counter()
        estimator._train(source, generators, device=device)  # what estimate_batch calls
        synchronise(device)
        times.append((time.perf_counter() - started) / steps / members * 1e3)
    return sorted(times[1:])


def matmul_peak(device: str, n: int = 2_048) -> float:
    """Floating-point operations a second of the best of ten n × n float32 products."""
    a = torch.randn(n, n, device=device)
    best = float("inf")
    for _ in range(10):
        synchronise(device)
        started = time.perf_counter()
        a @ a
        synchronise(device)
        best = min(best, time.perf_counter() - started)
    return 2 * n**3 / best


def synchronise(device: str) -> None:
    if device.startswith("cuda"):
        torch.cuda.synchronize(device)


if __name__ == "__main__":
    main()
