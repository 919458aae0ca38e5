"""Fixed maps x -> T of chapter 04: a random matrix, a random network, a trained one.

They are the same whatever the seeds of the runs are, so that a seed changes rows, noise and
critic, and never what is to be estimated.
"""

import math
from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from infoplane.models.dense import fit_classifier, tanh_network

__all__ = ["CLASSES", "GAIN", "MAPS", "layers_of", "matrix", "network"]

MAPS = ("linear", "tanh", "trained")
# Seeds of what is drawn once: the matrix A, the network before training, its teacher and inputs.
MATRIX, NETWORK, TEACHER = 4, 5, 6
GAIN = 1.25  # of the networks' random weights: at 1 three layers of tanh would be nearly linear
CLASSES = 10  # that the teacher of the trained network tells apart


def matrix(d: int) -> Tensor:
    """The fixed A of I(X; AX): (d, d) with independent N(0, 1/d) entries, always the same."""
    generator = torch.Generator().manual_seed(MATRIX)
    return torch.randn(d, d, generator=generator) / math.sqrt(d)


@cache
def network(name: str, d: int) -> tuple[Callable[[Tensor], list[Tensor]], float | None]:
    """A fixed map as x -> [x, T_1, ..., T]; and the accuracy it was trained to, if it was."""
    if name == "linear":
        a = matrix(d)
        return lambda x: [x, x @ a.T], None
    layers = tanh_network([d] * 4, torch.Generator().manual_seed(NETWORK), gain=GAIN)
    accuracy = None
    if name == "trained":
        teacher = torch.Generator().manual_seed(TEACHER)
        x = torch.randn(10_000, d, generator=teacher)
        y = (x @ torch.randn(d, CLASSES, generator=teacher)).argmax(dim=1)
        accuracy = fit_classifier(layers, x, y, teacher)

    def outputs(x: Tensor) -> list[Tensor]:
        found = [x]
        with torch.no_grad():
            for linear, tanh in zip(layers[0::2], layers[1::2], strict=True):
                found.append(tanh(linear(found[-1])))
        return found

    return outputs, accuracy


def layers_of(name: str, d: int, n: int, seed: int) -> list[npt.NDArray[np.float32]]:
    """n rows of x ~ N(0, I_d) that the seed draws, and each layer of the map on them; T last."""
    # NumPy's stream: torch's of the same seed splits the rows and draws the critic
    x = np.random.default_rng(seed).standard_normal((n, d), dtype=np.float32)
    outputs, _ = network(name, d)
    return [layer.numpy() for layer in outputs(torch.from_numpy(x))]
