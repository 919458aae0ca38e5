"""What all parts of chapter 09 share, without torch: images, estimators, layers."""

from infoplane.datasets import image_pairs

__all__ = ["KDE_ROWS", "KINDS", "LATENTS", "LAYERS", "NAMES", "NOISE_SEED", "WEIGHTS_STD", "K"]

LATENTS = {kind: latents for kind, (_, latents, _) in image_pairs.KINDS.items()}
KINDS = tuple(LATENTS)
NAMES = {"bumps": "Gaussian bumps", "rectangles": "rectangles"}

K = 5  # neighbours of KSG and of Ross, as published
WEIGHTS_STD = 0.05  # nats of standard error that the weights of WKL may add: the rule for its k
KDE_ROWS = 5_000  # of which kernels are looked at: bandwidths of more take ten seconds each

LAYERS = ("L2", "L3", "L4", "L5")

NOISE_SEED = 1_000_000  # of exact values' draws: a stream that no network starts
