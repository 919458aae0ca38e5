"""The training of autoencoders, and how much of the data they lose."""

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal

import torch
from torch import Tensor, nn

from infoplane.errors import InputError
from infoplane.inputs.options import one_of, whole, within
from infoplane.models.autoencoders.base import Autoencoder
from infoplane.models.defaults import torch_defaults
from infoplane.models.descent import optimiser_of
from infoplane.models.members import TRAINING_NOISE, check_seeds, orders
from infoplane.streams import stream

__all__ = ["errors", "fit"]

LOSSES = ("mse", "bce")

LEAST_BATCH = 16  # rows whose mean and variance codes are scaled by
TINY = 1e-12  # added to the variance of a column of codes, which may be dead


@torch_defaults()
def fit(
    model: Autoencoder,
    x: Any,
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    loss: Literal["mse", "bce"] = "mse",
    code_noise_std: float = 0.0,
    seeds: Sequence[int],
    on_epoch: Callable[[int], object] | None = None,
) -> Tensor:
    """Train all members in place; the mean training loss of each epoch, (epochs done, b).

        "mse": mean_i |x_i - x'_i|^2        "bce": mean_i sum_j BCE(x'_ij, x_ij), in nats

    The sum over members is minimised by Adam, so that each has its own gradient and steps. Its
    learning rate falls from `learning_rate` to 0 along half a cosine, over all steps of all
    epochs. Each epoch visits every row once, in an order of each member's own seed: a member
    becomes what it becomes alone, up to rounding.
    x: (n, D), or (b, n, D) where each member has its own rows; scaled as the model's `output`
    expects. "bce" needs output="sigmoid" and x in [0, 1]. The last batch of an epoch may be
    smaller, and its rows then weigh more. The returned loss, float64 and on the processor, is
    that before each step, so that it lags behind :func:`errors`.
    code_noise_std: of Gaussian noise that is added to the code in training, whose columns are
    first brought to mean 0 and variance 1, over each batch; after training the last layer of the
    encoder is scaled so that the codes of all of x are that, too. With noise, what lies close
    together in the code must look alike: no part of the data is squeezed or folded, and distances
    of codes mean something, for a little more loss. Mean and variance of a batch have to mean
    something, too: batches are of 16 rows at least, and a rest of less than half a batch is shared
    among the others. 0: the codes are left as they come.
    on_epoch(epoch): called with 0 before the first epoch and with e after the e-th; returning
    True stops. Global random numbers are left alone.
    A start for 5 000 rows of 16 to 64 columns and hidden (128, 64): 100 to 200 epochs, batches
    of 128, rate 1e-2. Among batches of 64 to 256 and rates of 3e-3 and 1e-2 it lost least of
    held-out rows of a curved set of dimension 4 in 32, and within a factor of 2 of the least of a
    Swiss roll in 16, over codes of 1 to 8.
    Wrong when: a code as narrow as the data's own dimension is the hardest to train, and may be
    caught folded (a Swiss roll with a code of 2 loses 2e-4 to 3e-2, seed by seed, and 5e-6 with
    3): train several seeds. A tanh code of too few dimensions saturates at -1 and 1.
    A rate too high lets the loss of a member grow until it is inf or NaN, as is its history from
    there on; the other members are as they would be alone.
    Raises InputError for x that does not fit the model or holds NaN, options out of range, noise
    for a tanh code, and after an epoch in which no member is left with a finite loss.
    Source: Kingma & Ba (2015), https://arxiv.org/abs/1412.6980; Loshchilov & Hutter (2017),
    eq. 5 without restarts, https://arxiv.org/abs/1608.03983

    >>> from infoplane.models.autoencoders.networks import Autoencoders
    >>> t = torch.linspace(-1, 1, 100)[:, None]
    >>> x, model = torch.cat([t, t**2 - 1 / 3], dim=1), Autoencoders(2, codes=[1], seeds=[0])
    >>> history = fit(model, x, epochs=50, batch_size=10, learning_rate=3e-3, seeds=[0])
    >>> history.shape, bool(errors(model, x) < 0.01)  # a curve has one dimension
    (torch.Size([50, 1]), True)
    """
    whole("epochs", epochs, at_least=0)
    whole("batch_size", batch_size, at_least=1)
    within("learning_rate", learning_rate, above=0)
    one_of("loss", loss, LOSSES)
    within("code_noise_std", code_noise_std, low=0)
    if code_noise_std and model.code_activation != "none":
        raise InputError(
            f"code_noise_std={code_noise_std!r} needs code_activation='none', whose scale is free, "
            f"got {model.code_activation!r}: make such a model, or pass 0"
        )
    if code_noise_std and batch_size < LEAST_BATCH:
        raise InputError(
            f"batch_size={batch_size!r} is too small for code_noise_std={code_noise_std!r}, which "
            f"scales codes by each batch: pass {LEAST_BATCH} or more, or no noise"
        )
    check_seeds(seeds, model.members)
    if on_epoch is not None and not callable(on_epoch):
        raise InputError(f"on_epoch={on_epoch!r} is not accepted: pass a function of the epoch")
    x = model.rows(x, finite=True)
    _check_range(model, x, loss)
    b, (n, width) = model.members, x.shape[1:]
    parameters = list(model.parameters())
    sizes = _batches(n, batch_size, even=code_noise_std > 0)
    steps = epochs * len(sizes)
    descend = optimiser_of(
        "adam",
        [parameters],
        lambda step: learning_rate * (1 + math.cos(math.pi * step / steps)) / 2,
    )
    first = n * torch.arange(b)[:, None] if len(x) > 1 else 0  # in `flat`, of each member
    flat, history = x.reshape(-1, width), []
    noise = _CodeNoise(code_noise_std, seeds) if code_noise_std else None
    for order in orders(n, epochs, seeds, on_epoch):
        total = torch.zeros(b, dtype=torch.float64, device=x.device)
        for batch in (order + first).to(x.device).split(sizes, dim=1):
            rows = flat.index_select(0, batch.flatten()).view(b, -1, width)
            found, by_logits, logits = _loss(model, rows, loss, noise)
            grads = torch.autograd.grad(logits, parameters, by_logits)
            descend(list(grads))
            total += found
        history.append((total / n).cpu())
        if not history[-1].isfinite().any():
            raise InputError(
                f"learning_rate={learning_rate!r} let the loss grow beyond all bounds in epoch "
                f"{len(history)}: pass a smaller one, or scale x"
            )
    if noise is not None:
        model.standardise(x)
    return torch.stack(history) if history else torch.zeros(0, b, dtype=torch.float64)


def _batches(n: int, size: int, *, even: bool) -> list[int]:
    """The rows of each batch; even: a rest of less than half a batch is shared among the others.

    >>> _batches(130, 64, even=False), _batches(130, 64, even=True), _batches(100, 64, even=True)
    ([64, 64, 2], [65, 65], [64, 36])
    """
    rest = n % size
    if even and 0 < rest < size / 2 and n > size:
        count = n // size
        return [n // count + (i < n % count) for i in range(count)]
    return [size] * (n // size) + [rest] * (rest > 0)


class _CodeNoise:
    """What `code_noise_std` does to codes (b, n, max(codes)) of a batch; columns beyond a member's
    own stay 0. seeds: one a member, whose noise is its own."""

    def __init__(self, std: float, seeds: Sequence[int]) -> None:
        self.std, self.streams = std, [stream(seed, TRAINING_NOISE) for seed in seeds]

    def __call__(self, code: Tensor, codes: Sequence[int]) -> Tensor:
        centred = code - code.mean(dim=1, keepdim=True)
        unit = centred * (centred.square().mean(dim=1, keepdim=True) + TINY).rsqrt()
        eps = torch.zeros(code.shape)
        for member, own, generator in zip(eps, codes, self.streams, strict=True):
            member[:, :own] = torch.randn(len(member), own, generator=generator)
        noisy: Tensor = unit + self.std * eps.to(code)
        return noisy


def errors(model: Autoencoder, x: Any) -> Tensor:
    """The share of the variance of x that each member loses, (b,) float64.

        sum_i |x_i - x'_i|^2 / sum_i |x_i - mean(x)|^2

    0 for perfect reconstructions; 1 for a constant one at the mean, and above for worse. Give
    held-out rows where members are to be compared. x: as in :func:`fit`; in parts, so that the
    memory does not grow with n.
    Raises InputError for x that does not fit the model, holds NaN, or has no variance.

    >>> from infoplane.models.autoencoders.networks import Autoencoders
    >>> model = Autoencoders(2, codes=[1], seeds=[0])
    >>> for p in model.parameters():
    ...     _ = p.detach().zero_()
    >>> errors(model, torch.tensor([[-1.0, 2.0], [1.0, -2.0]]))  # all at 0, the mean
    tensor([1.], dtype=torch.float64)
    """
    x = model.rows(x, finite=True)
    lost = torch.zeros(model.members, dtype=torch.float64, device=x.device)
    sums = [part.sum(dim=1, keepdim=True, dtype=torch.float64) for part in model.chunks(x)]
    mean = torch.stack(sums).sum(dim=0) / x.shape[1]  # (1 or b, 1, D)
    variance = torch.zeros(len(x), dtype=torch.float64, device=x.device)
    with torch.no_grad():
        for part in model.chunks(x):
            lost += (model(part) - part).square().sum(dim=(1, 2), dtype=torch.float64)
            variance += (part - mean).square().sum(dim=(1, 2))
    if not variance.all():
        raise InputError("x has equal rows only, and so no variance to lose: give other data")
    return lost / variance


def _loss(
    model: Autoencoder, rows: Tensor, loss: str, noise: _CodeNoise | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """The loss summed over the rows, (b,); its mean by the logits, (b, n, D); and the logits.

    Both losses are written by the logits: the cross-entropy stays finite, and its derivative is
    sigmoid - x.
    """
    code = model.code(rows)
    logits = model.logits(code if noise is None else noise(code, model.codes))
    with torch.no_grad():
        answer = torch.sigmoid(logits) if model.output == "sigmoid" else logits
        slope = (answer - rows) / rows.shape[1]
        if loss == "bce":
            each = nn.functional.binary_cross_entropy_with_logits(logits, rows, reduction="none")
            return each.sum(dim=(1, 2)), slope, logits
        found = torch.linalg.vector_norm(slope, dim=(1, 2)).square() * rows.shape[1] ** 2
        slope *= 2
        if model.output == "sigmoid":
            slope *= answer * (1 - answer)
        return found, slope, logits


def _check_range(model: Autoencoder, x: Tensor, loss: str) -> None:
    if loss != "bce":
        return
    if model.output != "sigmoid":
        raise InputError(
            f"loss='bce' needs output='sigmoid', got output={model.output!r}: make such a model, "
            "or use loss='mse'"
        )
    if x.min() < 0 or x.max() > 1:
        raise InputError(
            f"x has values from {float(x.min()):g} to {float(x.max()):g}: loss='bce' needs them "
            "in [0, 1]; scale them, or use loss='mse'"
        )
