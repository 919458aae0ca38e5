"""Networks for images of 28 x 28 pixels: their weights, the rows they take, and training.

Each is b networks as one batched model, with its layers in a file of its own.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from infoplane.errors import InputError
from infoplane.inputs.options import listed, one_of, whole, within
from infoplane.inputs.tensors import as_tensor, refuse_infinite
from infoplane.models.defaults import torch_defaults
from infoplane.models.descent import OPTIMISERS, optimiser_of
from infoplane.models.members import check_seeds, orders

__all__ = ["CLASSES", "SIDE", "ImageNetworks", "Weights", "accuracy", "fit", "loss_and_accuracy"]

SIDE, CLASSES = 28, 10
PART = 500  # rows at once where no gradient is needed: 30 MB a LeNet


class Weights(nn.Module):
    """Weight (b, *shape) and bias (b, maps or units), uniform in ±1/sqrt(fan in)."""

    @torch_defaults()
    def __init__(
        self, shape: Sequence[int], fan_in: int, out: int, streams: Sequence[torch.Generator]
    ) -> None:
        super().__init__()
        limit = fan_in**-0.5
        weights, biases = (
            torch.stack([(2 * torch.rand(size, generator=g) - 1) * limit for g in streams])
            for size in (tuple(shape), (out,))
        )
        self.weight, self.bias = nn.Parameter(weights), nn.Parameter(biases)

    def affine(self, h: Tensor) -> Tensor:
        return torch.baddbmm(self.bias.unsqueeze(1), h, self.weight)


class ImageNetworks(nn.Module):
    """`members` independent networks, logits (b, n, 10) of x: what all such models share.

    seeds: one for each member, whose weights are its own whatever the others are.
    x: (n, 784) pixels row by row, or (n, 28, 28), the same for all members; (b, n, 784) where
    each has its own.
    """

    def __init__(self, seeds: Sequence[int]) -> None:
        super().__init__()
        self.members = len(listed("seeds", seeds))
        check_seeds(seeds, self.members)

    def rows(self, x: Any) -> Tensor:
        """Checked x (1 or b, n, 784), as the weights are."""
        given = as_tensor(x, "x")
        rows = given.to(next(self.parameters()))
        if rows.ndim == 3 and rows.shape[1:] == (SIDE, SIDE):
            rows = rows.flatten(1)
        if rows.ndim == 2:
            rows = rows[None]
        if rows.ndim != 3 or rows.shape[2] != SIDE**2 or len(rows) not in (1, self.members):
            raise InputError(
                f"x has shape {tuple(given.shape)}: (n, {SIDE**2}), (n, {SIDE}, {SIDE}), or "
                f"({self.members}, n, {SIDE**2}) with rows of each member's own, is accepted"
            )
        return rows

    def parts(self, rows: Tensor) -> Iterator[Tensor]:
        """The rows (1 or b, n, 784), some at a time."""
        return iter(rows.split(PART, dim=1))


@torch_defaults()
def fit(
    model: ImageNetworks,
    x: Any,
    y: Any,
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    optimiser: Literal["sgd", "momentum", "adam"] = "sgd",
    seeds: Sequence[int],
    on_epoch: Callable[[int], object] | None = None,
) -> int:
    """Train all members in place on the cross-entropy of minibatches; the epochs done.

        minimise, for each member, mean_i -log softmax(logits(x_i))[y_i]

    The sum over members is minimised, so that each has its own gradient and steps, and each epoch
    visits every row once in an order of its own seed: a member becomes what it becomes alone, up
    to rounding. optimiser: "sgd"; "momentum", SGD with a momentum of .9; "adam", with its usual
    constants. x: (n, 784) or (n, 28, 28), the same rows for all; y: (n,) labels 0 … 9. The last
    batch of an epoch may be smaller, and its rows then weigh more.
    on_epoch(epoch): called with 0 before the first epoch and with e after the e-th; returning
    True stops. Global random numbers are left alone.
    Raises InputError for shapes and labels that do not fit, values that are not finite, and
    options out of range.

    >>> from infoplane.models.lenet import LeNets
    >>> model = LeNets(seeds=[0])
    >>> x, y = torch.rand(8, 784, generator=torch.Generator().manual_seed(0)), [0, 1] * 4
    >>> fit(model, x, y, epochs=30, batch_size=8, learning_rate=1e-3, optimiser="adam", seeds=[0])
    30
    >>> accuracy(model, x, y)
    tensor([1.], dtype=torch.float64)
    """
    whole("epochs", epochs, at_least=0)
    whole("batch_size", batch_size, at_least=1)
    within("learning_rate", learning_rate, above=0)
    one_of("optimiser", optimiser, OPTIMISERS)
    check_seeds(seeds, model.members)
    rows = model.rows(x)[0].detach()
    refuse_infinite(rows, "x")
    labels = _labels(y, len(rows)).to(rows.device)
    parameters = list(model.parameters())
    descend = optimiser_of(optimiser, [[p.detach() for p in parameters]], learning_rate)
    done = 0
    for order in orders(len(rows), epochs, seeds, on_epoch):
        for batch in order.to(rows.device).split(batch_size, dim=1):
            logits = model(rows[batch])
            loss = cross_entropy(logits.flatten(0, 1), labels[batch].flatten(), reduction="sum")
            descend(list(torch.autograd.grad(loss / batch.shape[1], parameters)))
        done += 1
    return done


def accuracy(model: ImageNetworks, x: Any, y: Any) -> Tensor:
    """The share of rows whose largest logit is that of their label, for each member: (b,).

    x and y as in :func:`fit`; float64 in [0, 1].
    """
    rows = model.rows(x)
    labels = _labels(y, rows.shape[1]).to(rows.device)
    with torch.no_grad():
        chosen = torch.cat([model(part).argmax(dim=-1) for part in model.parts(rows)], dim=1)
    share: Tensor = (chosen == labels).double().mean(dim=1)
    return share


def loss_and_accuracy(model: ImageNetworks, x: Any, y: Any) -> tuple[Tensor, Tensor]:
    """Mean cross-entropy in nats, and :func:`accuracy`, of each member: (b,) float64 both.

        mean_i -log softmax(logits(x_i))[y_i]

    From one pass, without gradients, in the model's mode: `model.eval()` is the caller's. x and y
    as in :func:`fit`. Of a model without weights the first is log 10.
    Raises InputError for shapes and labels that do not fit.

    >>> from infoplane.models.lenet import LeNets
    >>> model = LeNets(seeds=[0])
    >>> for p in model.parameters():
    ...     _ = p.detach().zero_()
    >>> loss_and_accuracy(model, torch.rand(4, 784), [0, 0, 0, 1])
    (tensor([2.3026], dtype=torch.float64), tensor([0.7500], dtype=torch.float64))
    """
    rows = model.rows(x)
    labels = _labels(y, rows.shape[1]).to(rows.device)
    with torch.no_grad():
        logits = torch.cat([model(part) for part in model.parts(rows)], dim=1).double()
    each = labels.expand(model.members, -1)  # (b, n)
    loss = cross_entropy(logits.flatten(0, 1), each.flatten(), reduction="none").view_as(each)
    return loss.mean(dim=1), (logits.argmax(dim=-1) == each).double().mean(dim=1)


def _labels(y: Any, n: int) -> Tensor:
    """Checked labels (n,), int64."""
    labels = as_tensor(y, "y")
    if labels.shape != (n,) or labels.is_floating_point():
        raise InputError(
            f"y has shape {tuple(labels.shape)} and dtype {labels.dtype}: one whole number from 0 "
            f"to {CLASSES - 1} for each of the {n} rows of x is accepted"
        )
    labels = labels.long()
    if n and not 0 <= int(labels.min()) <= int(labels.max()) < CLASSES:
        raise InputError(
            f"y has labels from {int(labels.min())} to {int(labels.max())}: 0 to {CLASSES - 1} are "
            "accepted"
        )
    return labels
