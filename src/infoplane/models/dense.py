"""Fully connected networks: drawn at random, and trained as classifiers."""

import itertools
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.utils import skip_init

from infoplane.errors import InputError
from infoplane.models.defaults import torch_defaults

__all__ = ["fit_classifier", "tanh_network"]


@torch_defaults()
def tanh_network(
    widths: Sequence[int], generator: torch.Generator, *, gain: float = 1.0
) -> nn.Sequential:
    """Layers x -> tanh(W x + c) of the given widths, the first being that of x; random.

    Weights are N(0, gain^2 / fan in) and biases 0, the usual scaling of a tanh network. float32.
    Raises InputError for fewer than two widths.
    Source: LeCun et al. (1998), Efficient BackProp, section 4.6,
    https://doi.org/10.1007/3-540-49430-8_2

    >>> network = tanh_network([3, 5, 2], torch.Generator().manual_seed(0))
    >>> network(torch.zeros(4, 3)).shape
    torch.Size([4, 2])
    """
    if len(widths) < 2:
        raise InputError(f"widths={list(widths)!r} has no layer: give the inputs and each layer")
    layers: list[nn.Module] = []
    for fan_in, fan_out in itertools.pairwise(widths):
        layer = skip_init(nn.Linear, fan_in, fan_out)  # leaves the global stream alone
        with torch.no_grad():
            draws = torch.randn(fan_out, fan_in, generator=generator)
            layer.weight.copy_(draws * gain * fan_in**-0.5)
            layer.bias.zero_()
        layers += [layer, nn.Tanh()]
    return nn.Sequential(*layers)


@torch_defaults()
def fit_classifier(
    network: nn.Sequential,
    x: Tensor,
    y: Tensor,
    generator: torch.Generator,
    *,
    steps: int = 1_000,
    batch_size: int = 256,
    learning_rate: float = 1e-3,
) -> float:
    """Train `network` in place, with a linear head of its own, to tell the labels of its inputs.

    x: (n, d); y: (n,) integers from 0. Adam on the cross-entropy; batches drawn with replacement.
    Returns the accuracy on x at the end, in [0, 1].
    """
    with torch.no_grad():
        width = network(x[:1]).shape[1]
    head = skip_init(nn.Linear, width, int(y.max()) + 1)
    with torch.no_grad():
        head.weight.copy_(torch.randn(head.weight.shape, generator=generator) * width**-0.5)
        head.bias.zero_()
    optimiser = torch.optim.Adam([*network.parameters(), *head.parameters()], lr=learning_rate)
    for _ in range(steps):
        rows = torch.randint(len(x), (batch_size,), generator=generator)
        loss = nn.functional.cross_entropy(head(network(x[rows])), y[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        return float((head(network(x)).argmax(dim=1) == y).float().mean())
