"""Flows beside a critic on the same rows: error, seconds, and where the seconds go.

    python benchmarks/flow.py [--n 10000] [--d 50] [--nats 25] [--steps 1000]

Prints, of one run on this machine, for normal pairs as they are, rotated, and bent: what `flow`
finds by one rho and by one each, held out, from rho and in the mean of both ratios, and what MINE
finds with so many steps of one critic, with the seconds of each and their ratio; then what a
gradient step costs, the splines alone, and both sides of it.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
import torch

from infoplane.datasets.bent import Bent
from infoplane.estimators import MINE, Flow
from infoplane.models.flows import SplineFlow

BATCH = 256


def milliseconds(call: Callable[[], object], repetitions: int = 30) -> float:
    """Of the median call."""
    found = []
    for _ in range(repetitions):
        started = time.perf_counter()
        call()
        found.append(time.perf_counter() - started)
    return 1e3 * float(np.median(found))


def step(flow: SplineFlow, rows: torch.Tensor) -> None:
    """One gradient of the likelihood of a standard normal behind the flow."""
    latents, ladj = flow(rows)
    loss = 0.5 * latents.square().sum() - ladj.sum()
    torch.autograd.grad(loss, list(flow.parameters()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--d", type=int, default=50)
    parser.add_argument("--nats", type=float, default=25.0)
    parser.add_argument("--steps", type=int, default=1_000)
    asked = parser.parse_args()
    print(f"{torch.get_num_threads()} threads, {asked.n} rows, {asked.nats:g} nats")
    for name, rotated, bend in (
        ("as they are", False, "none"), ("rotated", True, "none"), ("cubes of", True, "cubic"),
    ):  # fmt: skip
        x, z = Bent(asked.d, asked.nats, rotated=rotated, bend=bend).sample(asked.n, 0)
        mine = MINE(steps=asked.steps, restarts=1).estimate(x, z)
        print(f"{name}: MINE {mine.value:.2f} in {mine.seconds:.1f} s")
        for rho in ("shared", "canonical"):
            e = Flow(rho=rho).estimate(x, z)
            both, of_rho = e.history["ratios"].mean(), e.history["information_of_rho"][0]
            print(
                f"    {rho:9} {e.value:.2f} ± {e.std:.2f} held out, {of_rho:.2f} from rho, "
                f"{both:.2f} both ratios, in {e.seconds:.1f} s, {e.seconds / mine.seconds:.2f} of "
                "MINE's"
            )
    generator = torch.Generator().manual_seed(0)
    for d, blocks in ((asked.d, 0), (2, 2), (5, 2)):
        u = np.random.default_rng(0).standard_normal((2_000, d))
        flow = SplineFlow(u, bins=12, blocks=blocks, hidden=(64, 64), generator=generator)
        rows = torch.tensor(u[:BATCH], dtype=torch.float32)
        took = milliseconds(lambda flow=flow, rows=rows: step(flow, rows))  # type: ignore[misc]
        print(f"a step of one side, {d} columns, {blocks} blocks, {BATCH} rows: {took:.1f} ms")


if __name__ == "__main__":
    main()
