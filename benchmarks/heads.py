"""Chapter 06's work: classifiers of one embedding as one model, and images through backbones.

    python benchmarks/heads.py [--members 5] [--columns 256 1280] [--images 32]

Prints, of one run on this machine: the seconds of classifiers on random embeddings, all members as
one batched model and one after the other, and their ratio; and of each backbone the images a
second from JPEG files (read, scaled, embedded) and through the network alone: of networks of
torchvision with random weights, and of those of INFOPLANE_DATA/weights where it is there.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from infoplane.models.backbones.listed import entries
from infoplane.models.backbones.network import Backbone, backbone
from infoplane.models.backbones.preprocessing import decode
from infoplane.models.heads import Heads, fit

N, BATCH, HIDDEN, EPOCHS, REPEATS = 1_600, 32, 32, 10, 3
NETWORKS = ("squeezenet1_1", "shufflenet_v2_x1_0", "mobilenet_v2", "efficientnet_b0", "resnet18",
            "resnet50")  # fmt: skip
WIDTH, HEIGHT, GRAIN = 500, 375, 16  # of the images, as of photographs; pixels a patch


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def train(x: torch.Tensor, y: torch.Tensor, seeds: Sequence[int]) -> None:
    options: dict[str, Any] = {"epochs": EPOCHS, "batch_size": BATCH, "learning_rate": 1e-3}
    fit(Heads(x.shape[1], seeds, hidden=HIDDEN), x, y, **options)


def classifiers(columns: int, members: int) -> str:
    """Both ways in turn, so that what else the machine does falls on both; the median of each."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(N, columns, generator=generator)
    y = torch.randint(2, (N,), generator=generator)
    seeds = list(range(members))
    train(x, y, seeds)  # warm
    both = [
        (
            seconds(partial(train, x, y, seeds)),
            sum(seconds(partial(train, x, y, [s])) for s in seeds),
        )
        for _ in range(REPEATS)
    ]
    together, alone = np.median(both, axis=0)
    return (
        f"{members} classifiers, {columns} columns: {together:.2f} s together, {alone:.2f} s one "
        f"by one, ratio {together / alone:.2f}"
    )


def written(folder: Path, count: int) -> list[Path]:
    """JPEG files of coloured patches with some noise."""
    rng, files = np.random.default_rng(0), []
    for i in range(count):
        patches = rng.integers(256, size=(-(-HEIGHT // GRAIN), -(-WIDTH // GRAIN), 3))
        large = patches.repeat(GRAIN, axis=0).repeat(GRAIN, axis=1)[:HEIGHT, :WIDTH]
        pixels = large + rng.normal(0, 8, large.shape)
        files.append(folder / f"{i}.jpg")
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(files[-1], quality=90)
    return files


def throughput(net: Backbone, files: Sequence[Path]) -> str:
    def read() -> torch.Tensor:
        return torch.stack([net.preprocess(decode(file)) for file in files])

    net(read()[:2])  # warm
    reading = seconds(read)
    embedding = seconds(partial(net, read()))
    whole, alone = (len(files) / s for s in (reading + embedding, embedding))
    return (
        f"{net.provenance['weights'].split(',')[0]:11} {net.name:20} {net.parameters / 1e6:5.1f} "
        f"million weights, {net.size} pixels: {whole:6.1f} images/s from files, {alone:6.1f} "
        "through the network"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--members", type=int, default=5)
    parser.add_argument("--columns", type=int, nargs="+", default=[256, 1_280])
    parser.add_argument("--images", type=int, default=32, help="files, one batch of a backbone")
    asked = parser.parse_args()
    print(f"{torch.get_num_threads()} threads, {N} rows, hidden {HIDDEN}, {EPOCHS} epochs")
    for columns in asked.columns:
        print(classifiers(columns, asked.members))
    print(f"{asked.images} images of {WIDTH} x {HEIGHT}")
    trained = [name for name, entry in entries().items() if entry.file.is_file()]
    with tempfile.TemporaryDirectory() as folder:
        files = written(Path(folder), asked.images)
        for name in NETWORKS:
            print(throughput(backbone(name, weights="random"), files))
        for name in trained:
            print(throughput(backbone(name), files))


if __name__ == "__main__":
    main()
