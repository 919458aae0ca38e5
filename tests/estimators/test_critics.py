"""Laws of the concatenated critic: it is the network it claims to be, and so is its gradient."""

import pytest
import torch
from torch import Tensor

from infoplane.estimators.critics import ConcatenatedCritic, initial_weights


def critic_of(
    members: int, dx: int, dz: int, hidden: tuple[int, ...], seed: int = 0
) -> ConcatenatedCritic:
    generators = [torch.Generator().manual_seed(seed + i) for i in range(members)]
    weights = initial_weights(dx, dz, hidden, generators).double()
    return ConcatenatedCritic(weights, dx, dz, hidden)


def plain_score(weights: Tensor, x: Tensor, z: Tensor, hidden: tuple[int, ...]) -> Tensor:
    """One member's network, written as one says it: (m,) scores of row i of x with row i of z."""
    h, at = torch.cat([x, z], dim=1), 0
    for width in (*hidden, 1):
        size = h.shape[1] * width
        w = weights[at : at + size].view(h.shape[1], width)
        h = h @ w + weights[at + size : at + size + width]
        at += size + width
        if at < len(weights):
            h = h.relu()
    assert at == len(weights)
    return h.squeeze(1)


@pytest.mark.parametrize("hidden", [(7,), (8, 8), (5, 9, 6)])
@pytest.mark.parametrize("shift", [1, 4, 6])
def test_scores_and_gradient_are_those_of_the_plain_network(
    hidden: tuple[int, ...], shift: int
) -> None:
    members, m, dx, dz = 3, 6, 2, 3
    critic = critic_of(members, dx, dz, hidden)
    g = torch.Generator().manual_seed(9)
    x = torch.randn(members, m, dx, generator=g, dtype=torch.float64)
    z = torch.randn(members, m + shift, dz, generator=g, dtype=torch.float64)
    d_joint, d_marginal = torch.randn(2, members, m, generator=g, dtype=torch.float64)

    joint, marginal = (s.clone() for s in critic.scores(x, z))
    grad = critic.backward(d_joint, d_marginal)

    for i in range(members):
        w = critic.weights[i].clone().requires_grad_()
        plain_joint = plain_score(w, x[i], z[i, :m], hidden)
        plain_marginal = plain_score(w, x[i], z[i, shift:], hidden)
        torch.testing.assert_close(joint[i], plain_joint.detach())
        torch.testing.assert_close(marginal[i], plain_marginal.detach())
        ((plain_joint * d_joint[i]).sum() + (plain_marginal * d_marginal[i]).sum()).backward()
        assert w.grad is not None
        torch.testing.assert_close(grad[i], w.grad)


def test_gradient_is_not_added_to_the_last_one() -> None:
    critic = critic_of(1, 1, 1, (4, 4))
    x, z, d = torch.ones(1, 3, 1).double(), torch.ones(1, 4, 1).double(), torch.ones(1, 3).double()
    critic.scores(x, z)
    once = critic.backward(d, d).clone()
    critic.scores(x, z)
    assert torch.equal(once, critic.backward(d, d))
    with pytest.raises(RuntimeError, match="without scores"):
        critic.backward(d, d)


@pytest.mark.parametrize("chunk", [1, 40, 2**20])
def test_evaluation_pairs_row_i_with_row_i_plus_shift(
    chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infoplane.estimators.critics.CHUNK", chunk)
    members, n, hidden = 3, 7, (4, 5)
    critic = critic_of(members, 2, 1, hidden)
    g = torch.Generator().manual_seed(1)
    x = torch.randn(members, n, 2, generator=g, dtype=torch.float64)
    z = torch.randn(members, n, 1, generator=g, dtype=torch.float64)
    joint, marginal = critic.evaluate(x, z, shifts=n - 1)
    for i in range(members):
        w = critic.weights[i]
        torch.testing.assert_close(joint[i], plain_score(w, x[i], z[i], hidden))
        for s in range(1, n):
            expected = plain_score(w, x[i], z[i].roll(-s, 0), hidden)
            torch.testing.assert_close(marginal[i, s - 1], expected)


def test_each_member_starts_as_its_own_seed_says() -> None:
    together = critic_of(3, 2, 3, (6, 4), seed=5).weights
    for i in range(3):
        assert torch.equal(together[i], critic_of(1, 2, 3, (6, 4), seed=5 + i).weights[0])
    # the limits of torch.nn.Linear: 1 / sqrt(5) over 5 inputs, 1 / sqrt(6) over 6, then 1 / 2
    ends = torch.tensor([5 * 6 + 6, 6 * 4 + 4, 4 + 1]).cumsum(0).tolist()
    parts = critic_of(200, 2, 3, (6, 4)).weights.tensor_split(ends[:-1], dim=1)
    for part, fan_in in zip(parts, (5, 6, 4), strict=True):
        largest = part.abs().max()
        assert 0.99 * fan_in**-0.5 < largest <= fan_in**-0.5
