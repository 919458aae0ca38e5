"""The convolutional critic is a convolution of images, and the concatenated critic behind it."""

import pytest
import torch

from infoplane.estimators.neural.critics import ConvolutionalCritic
from infoplane.estimators.neural.critics.base import views
from infoplane.estimators.neural.critics.concatenated import ConcatenatedCritic
from infoplane.estimators.neural.critics.convolutional import MAPS, Shape
from tests.estimators.neural.critics.test_critics import generators, normal

MEMBERS, ROWS, HIDDEN = 2, 6, (5, 3)
FLAT = 7  # columns of a side that is no image


def columns(shape: Shape) -> int:
    return FLAT if shape is None else shape[0] * shape[1] * shape[2]


def critic_of(x: Shape, z: Shape) -> ConvolutionalCritic:
    kind = ConvolutionalCritic.of(x, z)
    critic = kind.initial(columns(x), columns(z), HIDDEN, generators(MEMBERS))
    return critic.like(critic.weights.double())


def by_torch(critic: ConvolutionalCritic, member: int, x, z, shifts: int):
    """Scores (1 + shifts, m) of one member by PyTorch's own layers, and its weights."""
    weights = critic.weights[member].clone().requires_grad_()
    layout = critic.layout(x.shape[1], z.shape[1], HIDDEN)
    kernels, seen = views(weights[None], layout), []
    for rows, shape in zip((x, z), critic.shapes, strict=True):
        if shape is None:
            seen.append(rows.relu())
            continue
        size = min(5, shape[1]), min(5, shape[2])
        convolution = torch.nn.Conv2d(shape[0], MAPS, size, bias=False, dtype=torch.float64)
        kernel = kernels.pop(0)[0].T.reshape(MAPS, shape[0], *size)
        images = rows.view(-1, *shape)
        seen.append(torch.func.functional_call(convolution, {"weight": kernel}, images).flatten(1))
    w_x, w_z, c, *rest = (m[0] for m in kernels)
    scores = []
    for s in range(1 + shifts):
        h = (torch.cat([seen[0], seen[1].roll(-s, 0)], 1) @ torch.cat([w_x, w_z]) + c).relu()
        for w, bias in zip(rest[:-2:2], rest[1:-2:2], strict=True):
            h = (h @ w + bias).relu()
        scores.append((h @ rest[-2] + rest[-1]).squeeze(1))
    return torch.stack(scores), weights


@pytest.mark.parametrize("shifts", [1, 5])
@pytest.mark.parametrize(
    ("of_x", "of_z"),
    [((1, 8, 8), None), (None, (3, 6, 7)), ((1, 9, 8), (2, 4, 3)), ((2, 1, 1), (1, 5, 5))],
)
def test_scores_and_gradient_are_those_of_torch(of_x: Shape, of_z: Shape, shifts: int) -> None:
    critic = critic_of(of_x, of_z)
    x = normal(MEMBERS, ROWS, columns(of_x))
    z = normal(MEMBERS, ROWS, columns(of_z), seed=8)
    d = normal(MEMBERS, 1 + shifts, ROWS, seed=7)
    joint, marginal = (s.clone() for s in critic.scores(x, z, shifts))
    grad = critic.backward(d[:, 0], d[:, 1:])
    torch.testing.assert_close(critic.evaluate(x, z, shifts), (joint, marginal))
    for i in range(MEMBERS):
        plain, weights = by_torch(critic, i, x[i], z[i], shifts)
        torch.testing.assert_close(torch.cat([joint[i : i + 1], marginal[i]]), plain.detach())
        (plain * d[i]).sum().backward()
        assert weights.grad is not None
        torch.testing.assert_close(grad[i], weights.grad)


@pytest.mark.parametrize("chunk", [1, 500])
def test_evaluation_takes_rows_in_parts(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    critic = critic_of((1, 8, 8), None)
    x, z = normal(MEMBERS, ROWS, 64), normal(MEMBERS, ROWS, FLAT, seed=8)
    expected = critic.evaluate(x, z, 2)
    monkeypatch.setattr("infoplane.estimators.neural.critics.base.CHUNK", chunk)
    torch.testing.assert_close(critic.evaluate(x, z, 2), expected)


def test_the_layers_behind_start_as_those_of_the_concatenated_critic() -> None:
    kind = ConvolutionalCritic.of((2, 6, 6), None)
    layout = kind.layout(72, FLAT, HIDDEN)
    assert layout[0] == (2 * 25, MAPS, 2 * 25)
    assert layout[1:] == ConcatenatedCritic.layout(MAPS * 4, FLAT, HIDDEN)
