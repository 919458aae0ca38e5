"""b classifiers of two classes on one embedding, trained as one batched model."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, linear

from infoplane.errors import InputError
from infoplane.inputs.options import listed, whole, within
from infoplane.inputs.tensors import as_tensor, refuse_infinite
from infoplane.models.defaults import torch_defaults
from infoplane.models.descent import optimiser_of
from infoplane.models.members import ORDER, WEIGHTS, check_seeds
from infoplane.streams import stream

__all__ = ["Heads", "fit"]


class Heads(nn.Module):
    """`members` classifiers of one shape on the same embedding: logits (b, n) of its rows (n, d).

        logit_k = v_k . ReLU(W_k e + c_k) + s_k,    P(y = 1 | e) = 1 / (1 + exp(-logit))

    seeds: one for each member, whose weights are N(0, 2 / d) and N(0, 1 / hidden), its own whatever
    the others are, and biases 0. float32. The first layers of all members are one matrix, since
    all look at the same rows: one product in place of b.
    Raises InputError for sizes and seeds that are none.

    >>> Heads(3, seeds=[0, 1])(torch.zeros(4, 3))  # there is no bias yet
    tensor([[0., 0., 0., 0.],
            [0., 0., 0., 0.]], grad_fn=<...>)
    """

    @torch_defaults()
    def __init__(self, dim: int, seeds: Sequence[int], *, hidden: int = 16) -> None:
        super().__init__()
        whole("dim", dim, at_least=1)
        whole("hidden", hidden, at_least=1)
        self.members, self.hidden, self.dim = len(listed("seeds", seeds)), hidden, dim
        check_seeds(seeds, self.members)
        streams = [stream(seed, WEIGHTS) for seed in seeds]
        first = [torch.randn(hidden, dim, generator=g) * (2 / dim) ** 0.5 for g in streams]
        last = [torch.randn(hidden, generator=g) * hidden**-0.5 for g in streams]
        self.first = nn.Parameter(torch.cat(first))  # (b hidden, d)
        self.bias = nn.Parameter(torch.zeros(self.members * hidden))
        self.last = nn.Parameter(torch.stack(last))  # (b, hidden)
        self.shift = nn.Parameter(torch.zeros(self.members))

    def forward(self, rows: Tensor) -> Tensor:
        h = linear(rows, self.first, self.bias).relu().unflatten(1, self.last.shape)
        logits: Tensor = (h * self.last).sum(dim=2) + self.shift  # h: (n, b, hidden)
        return logits.mT


@torch_defaults()
def fit(
    model: Heads,
    x: Any,
    y: Any,
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    order: int = 0,
    on_epoch: Callable[[int], object] | None = None,
) -> int:
    """Train all members in place on the binary cross-entropy of minibatches; the epochs done.

        minimise, for each member, mean_i log(1 + exp(-(2 y_i - 1) logit_i))

    by Adam. Each member has its own weights and steps, and all visit the rows in one order, drawn
    anew each epoch from the seed `order`: with orders of their own they could not share products,
    and five would take .4 to 1 of the time of five runs in place of .3 to .4. What order does is
    seen by training again with another.
    x: (n, d) numbers; y: (n,) zeros and ones. The last batch of an epoch may be smaller, and its
    rows then weigh more. on_epoch(epoch): called with 0 before the first epoch and with e after
    the e-th; returning True stops. Global random numbers are left alone.
    Raises InputError for shapes and labels that do not fit, values that are not finite, and
    options out of range.

    >>> model = Heads(1, seeds=[0, 1])
    >>> x, y = torch.linspace(-1, 1, 20)[:, None], torch.arange(20) >= 10
    >>> fit(model, x, y, epochs=100, batch_size=5, learning_rate=0.1)
    100
    >>> ((model(x) > 0) == y).double().mean(dim=1)
    tensor([1., 1.], dtype=torch.float64)
    """
    whole("epochs", epochs, at_least=0)
    whole("batch_size", batch_size, at_least=1)
    whole("order", order, at_least=0)
    within("learning_rate", learning_rate, above=0)
    rows, labels = _rows(model, x, y)
    parameters = list(model.parameters())
    descend = optimiser_of("adam", [[p.detach() for p in parameters]], learning_rate)
    generator = stream(order, ORDER)
    for epoch in range(epochs + 1):
        if epoch:
            for batch in torch.randperm(len(rows), generator=generator).split(batch_size):
                part = labels[batch].expand(model.members, -1)
                logits = model(rows[batch])
                loss = binary_cross_entropy_with_logits(logits, part, reduction="sum")
                descend(list(torch.autograd.grad(loss / len(batch), parameters)))
        if on_epoch is not None and on_epoch(epoch) is True:
            return epoch
    return epochs


def _rows(model: Heads, x: Any, y: Any) -> tuple[Tensor, Tensor]:
    """Checked x (n, d) and y (n,), both as the weights are."""
    rows, labels = as_tensor(x, "x"), as_tensor(y, "y")
    if rows.ndim != 2 or rows.shape[1] != model.dim or not len(rows):
        raise InputError(f"x has shape {tuple(rows.shape)}: (n, {model.dim}) is accepted")
    if labels.shape != (len(rows),):
        raise InputError(
            f"y has shape {tuple(labels.shape)} for {len(rows)} rows of x: one 0 or 1 for each row "
            "is accepted"
        )
    others = labels[(labels != 0) & (labels != 1)]
    if len(others):
        raise InputError(
            f"y has {len(others)} labels that are neither 0 nor 1, {float(others[0]):g} the first: "
            "one 0 or 1 for each row of x is accepted"
        )
    rows = rows.detach().to(model.first)
    refuse_infinite(rows, "x")
    return rows, labels.to(model.first)
