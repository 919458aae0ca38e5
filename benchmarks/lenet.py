"""Chapter 08's work: critics of one layer as one ensemble, and exact values of all layers.

    python benchmarks/lenet.py [--dataset mnist] [--members 5]

Prints, of one run on this machine: the seconds of MINE as printed for I(Y; relu3 + eps) and
I(X; relu3 + eps), all members as one ensemble and one after the other, and their ratio; and the
seconds of a checkpoint's exact values, four layers with three sizes of noise, with the largest
standard error. MNIST is looked for under INFOPLANE_DATA.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch.nn.functional import one_hot

from infoplane.chapters.lenet_mine.settings import LAYERS, NOISE_SHARES
from infoplane.datasets.vision import enlarged
from infoplane.estimators.neural.printed import ascend
from infoplane.estimators.noise.exact import informations_with_noise
from infoplane.models.images import fit
from infoplane.models.lenet import LeNets


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def critics(side: torch.Tensor, layer: torch.Tensor, seeds: Sequence[int]) -> None:
    members = (len(seeds), -1, -1)
    options: dict[str, Any] = {"steps": 200, "batch_size": 256, "learning_rate": 1e-3}
    options |= {"hidden": (20,), "noise_std": 2 * float(layer.square().mean().sqrt())}
    ascend(side.expand(members), layer.expand(members), seeds=seeds, **options)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="digits", choices=["digits", "mnist", "fashion"])
    parser.add_argument("--members", type=int, default=5)
    asked = parser.parse_args()
    seeds = list(range(asked.members))
    x, y = enlarged(asked.dataset, "train", 10_000)
    model = LeNets([0])
    options: dict[str, Any] = {"epochs": 1, "batch_size": 64, "learning_rate": 1e-3, "seeds": [0]}
    fit(model, x, y, optimiser="adam", **options)
    layer = model.layers(x)["relu3"]
    for name, side in (("Y", one_hot(y, 10).float()), ("X", x)):
        critics(side, layer, seeds[:1])  # warm
        together = seconds(partial(critics, side, layer, seeds))
        alone = sum(seconds(partial(critics, side, layer, [s])) for s in seeds)
        print(
            f"I({name}; relu3 + eps), {len(seeds)} critics, 200 steps: {together:.2f} s together, "
            f"{alone:.2f} s one by one, ratio {together / alone:.2f}"
        )
    x, y = enlarged(asked.dataset, "test", 10_000)
    layers, worst, total = model.layers(x), 0.0, 0.0
    for name in LAYERS:
        t = layers[name][0].numpy()
        for share in NOISE_SHARES:
            sigma = share * float((t**2).mean() ** 0.5)
            started = time.perf_counter()
            both = informations_with_noise(t, y.numpy(), sigma, samples=2500, leave_out=True)
            total += time.perf_counter() - started
            worst = max(worst, both[0].std)
    print(
        f"exact values of a checkpoint, {len(y)} images, {len(LAYERS)} layers, "
        f"{len(NOISE_SHARES)} sizes of noise: {total:.1f} s, standard error of I(X; L + eps) at "
        f"most {worst:.3f}"
    )


if __name__ == "__main__":
    main()
