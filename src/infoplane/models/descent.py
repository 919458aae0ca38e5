"""The gradient of b perceptrons at once, written out, and the steps of an optimiser along it."""

import itertools
from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.optim.adam import adam

__all__ = ["OPTIMISERS", "Layer", "gradients", "optimiser_of"]

Layer = tuple[Tensor, Tensor]
"""Weight (b, fan in, fan out) and bias (b, 1, fan out), without their autograd history."""

OPTIMISERS = ("sgd", "momentum", "adam")
MOMENTUM = 0.9


def gradients(
    layers: Sequence[Layer],
    activation: str,
    x: Tensor,
    target: Tensor,
    noise: Sequence[Tensor | None],
) -> list[Tensor]:
    """Derivatives of each member's mean cross-entropy, in the order W_1, c_1, …, W_L, c_L.

        S_k = f(T_{k-1} W_k + c_k),  T_k = S_k + noise_k,  loss = mean_i -log softmax(logits_i)[y_i]

    layers: W_k and c_k; activation: f, "tanh" or "relu"; x: (b, d, n); target: (b, classes, n),
    1 at the label and 0 elsewhere; noise: (b, width, n) or None for each hidden layer.
    The rows stand last, where narrow layers still give long vectors: with the derivatives
    written out, two to three times as fast as autograd with the rows first.

    >>> layers = [(torch.zeros(1, 1, 1), torch.zeros(1, 1, 1)),
    ...           (torch.zeros(1, 1, 2), torch.zeros(1, 1, 2))]
    >>> x, target = torch.ones(1, 1, 1), torch.tensor([[[1.0], [0.0]]])
    >>> gradients(layers, "tanh", x, target, [None])[-1]  # softmax - target
    tensor([[[-0.5000,  0.5000]]])
    """
    inputs, clean = [x], []  # T_0 … T_{L-1} and S_1 … S_{L-1}, (b, width, n)
    for (weight, bias), eps in zip(layers[:-1], noise, strict=True):
        h = torch.baddbmm(bias.mT, weight.mT, inputs[-1])
        clean.append(h.tanh_() if activation == "tanh" else h.relu_())
        inputs.append(h if eps is None else h + eps)
    weight, bias = layers[-1]
    logits = torch.baddbmm(bias.mT, weight.mT, inputs[-1])
    d = torch.softmax(logits, dim=1).sub_(target).div_(x.shape[-1])  # by the logits
    found: list[Tensor] = []  # last layer first, bias before weight
    for k in reversed(range(len(layers))):
        found += [d.sum(dim=2).unsqueeze(1), torch.bmm(inputs[k], d.mT)]
        if k:
            back = torch.bmm(layers[k][0], d)  # by T_k, and so by S_k
            if activation == "tanh":
                d = torch.ops.aten.tanh_backward(back, clean[k - 1])
            else:
                d = torch.ops.aten.threshold_backward(back, clean[k - 1], 0)
    return found[::-1]


def optimiser_of(
    name: str,
    layers: Sequence[Sequence[Tensor]],
    learning_rate: float | Callable[[int], float],
) -> Callable[[list[Tensor]], None]:
    """What takes the :func:`gradients` and makes one step, in place, on all tensors of all layers.

    learning_rate: a number, or a function of the number of steps already made.

    "sgd": without momentum; "momentum": with one of .9, v <- .9 v + gradient; "adam": beta 0.9 and
    0.999, epsilon 1e-8. In functional form, since to make a torch.optim.Optimizer imports a
    compiler, which takes a second.
    Source: Kingma & Ba (2015), algorithm 1, https://arxiv.org/abs/1412.6980

    >>> w, c = torch.zeros(1, 1, 2), torch.ones(1, 1, 2)
    >>> optimiser_of("sgd", [(w, c)], 0.1)([torch.ones_like(w), torch.ones_like(c)])
    >>> w, c
    (tensor([[[-0.1000, -0.1000]]]), tensor([[[0.9000, 0.9000]]]))
    """
    tensors = [tensor for layer in layers for tensor in layer]
    means, squares = ([torch.zeros_like(w) for w in tensors] for _ in range(2))
    counts = [torch.zeros((), device=w.device) for w in tensors]
    steps = itertools.count()

    def rate() -> float:
        return learning_rate(next(steps)) if callable(learning_rate) else learning_rate

    def sgd_step(grads: list[Tensor]) -> None:
        torch._foreach_add_(tensors, grads, alpha=-rate())

    def momentum_step(grads: list[Tensor]) -> None:
        torch._foreach_mul_(means, MOMENTUM)
        torch._foreach_add_(means, grads)
        torch._foreach_add_(tensors, means, alpha=-rate())

    def adam_step(grads: list[Tensor]) -> None:
        adam(
            tensors,
            [_laid_out(g, w) for g, w in zip(grads, tensors, strict=True)],
            means,
            squares,
            [],
            counts,
            fused=True,
            amsgrad=False,
            beta1=0.9,
            beta2=0.999,
            lr=rate(),
            weight_decay=0.0,
            eps=1e-8,
            maximize=False,
        )

    return {"sgd": sgd_step, "momentum": momentum_step, "adam": adam_step}[name]


def _laid_out(gradient: Tensor, like: Tensor) -> Tensor:
    """The gradient in the memory order of its tensor, which the fused step takes for granted.

    What autograd adds to `.grad` is so; what it returns, and what is written out, need not be: of a
    transposed gradient the step would silently take other entries.
    """
    if gradient.stride() == like.stride():
        return gradient
    return torch.empty_like(like).copy_(gradient)
