"""What chapter 05 accepts of its parameters."""

import numpy as np

from infoplane.chapters.tishby_plane.settings import INPUTS, OWN
from infoplane.estimators.patterns import layer_information
from infoplane.inputs.options import require
from infoplane.records.plan import Parameters

__all__ = ["check"]


def check(p: Parameters) -> None:
    """InputError where a parameter is out of range."""
    for name, value in (
        ("seeds", p.seeds), ("neural_seeds", p.neural_seeds), ("noisy_seeds", p.noisy_seeds),
        ("group_seeds", p.group_seeds), ("stop_seeds", p.stop_seeds),
    ):  # fmt: skip
        # half of the networks say where a peak is, and two more are needed for an interval
        least = 3 if name in ("seeds", "group_seeds", "noisy_seeds") else 2
        different = len(set(value)) == len(value) >= least and min(value) >= 0
        require(different, name, value, f"at least {least} different whole numbers from 0")
    known = 0 < len(set(p.activations)) == len(p.activations) and set(p.activations) <= {
        "tanh",
        "relu",
    }
    require(known, "activations", p.activations, "each once: tanh, relu")
    for name, count, least in (
        ("epochs", p.epochs, 10), ("batch", p.batch, 1), ("checkpoints", p.checkpoints, 3),
        ("networks", p.networks, 2), ("n", p.n, 100), ("group_epochs", p.group_epochs, 10),
        ("image_epochs", p.image_epochs, 10),
        ("noisy_epochs", p.noisy_epochs, 10), ("stop_epochs", p.stop_epochs, 50),
        ("samples", p.samples, 2), ("passes", p.passes, 16),
    ):  # fmt: skip
        require(count >= least, name, count, f"an integer >= {least}")
    require(2 <= p.inputs <= INPUTS, "inputs", p.inputs, f"2 to {INPUTS}")
    positive = "finite, > 0"
    require(0 < p.rate < np.inf, "rate", p.rate, positive)
    require(0 < p.noise_std < np.inf, "noise_std", p.noise_std, "> 0: without noise I is infinite")
    require(0 < p.neural_sigma < np.inf, "neural_sigma", p.neural_sigma, positive)
    require(p.neural_steps >= 1, "neural_steps", p.neural_steps, "an integer >= 1")
    require(0 <= p.label_noise < 1, "label_noise", p.label_noise, "0 to 1, without 1")
    layer_information(np.zeros((1, 1)), bins=p.bins)  # says what is wrong
    rising = len(p.finer) >= 1 and p.finer[0] >= 2 and sorted(set(p.finer)) == list(p.finer)
    require(rising, "finer", p.finer, "give at least one, from 2, in increasing order")
    rising = (
        sorted(set(p.sigmas)) == list(p.sigmas) != [] and p.sigmas[0] > 0 and p.sigmas[-1] < np.inf
    )
    require(rising, "sigmas", p.sigmas, "give at least one, > 0, finite, in increasing order")
    rising = sorted(set(p.neural_epochs)) == list(p.neural_epochs) and len(p.neural_epochs) >= 2
    require(
        rising and p.neural_epochs[0] == 0 and p.neural_epochs[-1] <= p.epochs,
        "neural_epochs", p.neural_epochs, f"0 and later ones, rising, up to epochs={p.epochs}",
    )  # fmt: skip
    once = 0 < len(set(p.datasets)) == len(p.datasets) and set(p.datasets) <= set(OWN)
    require(once, "datasets", p.datasets, f"each once: {', '.join(OWN)}")
