"""Chapter 09's encoders: those of all seeds as one batched model, and one after the other.

    python benchmarks/compression.py [--kind bumps] [--seeds 5] [--steps 300]

Prints, of one run on this machine: the seconds of learning two codes for each seed (one of the
images x, one of the images z) from 10 000 images each, all as one batched model and each alone,
and their ratio; in both the principal components that are tried first count, too.
"""

import argparse
import time

from infoplane.datasets.image_pairs import KINDS, ImagePairs
from infoplane.models.autoencoders.compression import Coder, learn

ROWS = 10_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kind", choices=[*KINDS, "both"], default="both")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=300)
    asked = parser.parse_args()
    coder = Coder("autoencoder", steps=asked.steps)
    for kind in KINDS if asked.kind == "both" else [asked.kind]:
        pairs = ImagePairs(kind, nats=0.0)
        sets = [side for seed in range(asked.seeds) for side in pairs.sample(ROWS, seed)]
        dims, seeds = [pairs.latent_dim] * len(sets), list(range(len(sets)))
        learn(sets[:1], dims[:1], seeds=[0], coder=Coder("autoencoder", steps=5))  # warm
        started = time.perf_counter()
        learn(sets, dims, seeds=seeds, coder=coder)
        together = time.perf_counter() - started
        started = time.perf_counter()
        for one, dim, seed in zip(sets, dims, seeds, strict=True):
            learn([one], [dim], seeds=[seed], coder=coder)
        alone = time.perf_counter() - started
        print(
            f"{kind}, {len(sets)} encoders of {pairs.pixels} x {pairs.pixels} pixels, "
            f"{asked.steps} steps: {together:.1f} s together, {alone:.1f} s one by one, "
            f"ratio {together / alone:.2f}"
        )


if __name__ == "__main__":
    main()
