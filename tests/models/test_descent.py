"""The gradient written out is that of autograd, and the steps are those of torch.optim."""

import itertools
from functools import partial

import pytest
import torch

from infoplane.models.descent import gradients, optimiser_of


def problem(seed=0, b=3, widths=(4, 6, 5, 3), n=17):
    """Layers, rows (b, d, n), labels (b, n) and noise of the hidden layers, all random."""
    g = torch.Generator().manual_seed(seed)

    def draw(*shape):
        return torch.randn(shape, generator=g, dtype=torch.float64)

    layers = [(draw(b, i, o), draw(b, 1, o)) for i, o in itertools.pairwise(widths)]
    noise = [0.3 * draw(b, width, n) for width in widths[1:-1]]
    return layers, draw(b, widths[0], n), torch.randint(widths[-1], (b, n), generator=g), noise


def by_autograd(layers, activation, x, labels, noise):
    parameters = [p.clone().requires_grad_() for layer in layers for p in layer]
    h = x.mT
    for w, c, eps in zip(parameters[:-2:2], parameters[1:-2:2], noise, strict=True):
        h = getattr(torch, activation)(h @ w + c)
        if eps is not None:
            h = h + eps.mT
    logits = h @ parameters[-2] + parameters[-1]
    for member, y in zip(logits, labels, strict=True):
        torch.nn.functional.cross_entropy(member, y).backward(retain_graph=True)
    return [p.grad for p in parameters]


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("noisy", [False, True])
@pytest.mark.parametrize("widths", [(4, 6, 5, 3), (1, 1, 2), (12, 10, 7, 5, 4, 3, 2)])
def test_gradients_are_those_of_autograd(activation, noisy, widths):
    layers, x, labels, noise = problem(widths=widths)
    if not noisy:
        noise = [None] * len(noise)
    target = torch.nn.functional.one_hot(labels, widths[-1]).mT.double()
    found = gradients(layers, activation, x, target, noise)
    for ours, theirs in zip(found, by_autograd(layers, activation, x, labels, noise), strict=True):
        # sums of at most 17 x 12 float64 terms near 1
        torch.testing.assert_close(ours, theirs, rtol=1e-10, atol=1e-12)


def test_gradients_leave_their_arguments_alone():
    layers, x, labels, noise = problem()
    target = torch.nn.functional.one_hot(labels, 3).mT.double()
    given = [*itertools.chain(*layers), x, target, *noise]
    before = [tensor.clone() for tensor in given]
    gradients(layers, "tanh", x, target, noise)
    assert all(torch.equal(a, b) for a, b in zip(given, before, strict=True))


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("sgd", torch.optim.SGD),
        ("momentum", partial(torch.optim.SGD, momentum=0.9)),
        ("adam", torch.optim.Adam),
    ],
)
def test_steps_are_those_of_torch(name, theirs):
    layers = problem()[0]
    copies = [tensor.clone().requires_grad_() for layer in layers for tensor in layer]
    step, other = optimiser_of(name, layers, 0.03), theirs(copies, lr=0.03)
    g = torch.Generator().manual_seed(1)
    for _ in range(20):
        grads = [torch.randn(c.shape, generator=g, dtype=torch.float64) for c in copies]
        for copy, grad in zip(copies, grads, strict=True):
            copy.grad = grad.clone()
        step(grads)
        other.step()
    for ours, copy in zip(itertools.chain(*layers), copies, strict=True):
        torch.testing.assert_close(ours, copy.detach(), rtol=1e-10, atol=1e-12)


def laid(values, how):
    """The same square matrix, with its rows or its columns next to each other in memory."""
    return values.clone() if how == "rows" else values.mT.contiguous().mT


@pytest.mark.parametrize("name", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("parameter", ["rows", "columns"])
@pytest.mark.parametrize("gradient", ["rows", "columns"])
def test_steps_do_not_depend_on_the_order_of_entries_in_memory(name, parameter, gradient):
    """A fused step goes through memory; square, so that no shape gives it away."""
    g = torch.Generator().manual_seed(2)
    start = torch.randn((4, 4), generator=g)
    grads = [torch.randn((4, 4), generator=g) for _ in range(5)]
    found, plain = laid(start, parameter), start.clone()
    step, other = (optimiser_of(name, [(w,)], 0.03) for w in (found, plain))
    for grad in grads:
        given = laid(grad, gradient)
        step([given])
        other([grad.clone()])
        assert torch.equal(given, grad)  # it is not turned in place
    # the same arithmetic for each entry, in another order of entries
    torch.testing.assert_close(found, plain, rtol=1e-6, atol=1e-7)
    assert not torch.allclose(plain, start, atol=0.01)


def test_a_gradient_that_autograd_returns_is_laid_out_in_columns():
    """What the test above is about occurs: that of log |det w|, the transposed inverse."""
    w = torch.randn((5, 5), generator=torch.Generator().manual_seed(3), requires_grad=True)
    (grad,) = torch.autograd.grad(torch.linalg.slogdet(w)[1], [w])
    assert not grad.is_contiguous()
    stepped = w.detach().clone()
    optimiser_of("adam", [(stepped,)], 0.1)([grad])
    # the first step of Adam goes by the learning rate, against the sign of each entry
    torch.testing.assert_close(stepped, w.detach() - 0.1 * grad.sign(), rtol=0, atol=1e-5)
