"""Chapter 09's encoders: those of all seeds as one batched model, and one after the other.

    python benchmarks/compression.py [--kind bumps] [--seeds 5] [--epochs 4]

Prints, of one run on this machine: the milliseconds of a gradient step of the autoencoders of each
seed (one of the images x, one of the images z), all as one batched model, and the sum of those of
each alone, with their ratio.
"""

import argparse
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from infoplane.datasets.image_pairs import KINDS, ImagePairs
from infoplane.models.autoencoders.compression import Coder
from infoplane.models.autoencoders.networks import Autoencoders
from infoplane.models.autoencoders.training import fit

ROWS = 2_048


def seconds(images: torch.Tensor, code_dim: int, seeds: Sequence[int], epochs: int) -> float:
    """Of training the autoencoders of these members on rows of their own."""
    coder = Coder()
    model = Autoencoders(
        images.shape[2], [code_dim] * len(seeds), seeds, hidden=coder.hidden, output="sigmoid"
    )
    options: dict[str, Any] = {
        "batch_size": coder.batch_size, "learning_rate": coder.learning_rate, "loss": "bce",
        "code_noise_std": coder.code_noise_std, "seeds": seeds,
    }  # fmt: skip
    started = time.perf_counter()
    fit(model, images, epochs=epochs, **options)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kind", choices=[*KINDS, "both"], default="both")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=4)
    asked = parser.parse_args()
    steps = asked.epochs * ROWS // Coder().batch_size
    for kind in KINDS if asked.kind == "both" else [asked.kind]:
        pairs = ImagePairs(kind, nats=0.0)
        sides = [side for seed in range(asked.seeds) for side in pairs.sample(ROWS, seed)]
        images, seeds = torch.as_tensor(np.stack(sides)), list(range(len(sides)))
        seconds(images[:1], pairs.latent_dim, seeds[:1], 1)  # warm
        together = seconds(images, pairs.latent_dim, seeds, asked.epochs)
        alone = sum(seconds(images[s : s + 1], pairs.latent_dim, [s], asked.epochs) for s in seeds)
        print(
            f"{kind}, {len(seeds)} encoders of {pairs.pixels} x {pairs.pixels} pixels, "
            f"{torch.get_num_threads()} threads: {1e3 * together / steps:.1f} ms a step together, "
            f"{1e3 * alone / steps:.1f} one by one, ratio {together / alone:.2f}"
        )


if __name__ == "__main__":
    main()
