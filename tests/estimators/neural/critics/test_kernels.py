"""Compiled passes give what torch gives, in double precision too, and NaN where torch has NaN."""

import pytest
import torch
from torch import Tensor

from infoplane.estimators.neural.critics import ConcatenatedCritic, RectifiedCritic, layers

Hidden = tuple[int, ...]
Sizes = tuple[int, int, int]  # members, rows, shifts


@pytest.fixture(autouse=True)
def _wherever_they_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few the rows are, and however many the threads."""
    monkeypatch.setattr(layers, "MANY", 1)
    monkeypatch.setattr(layers, "MANY_THREADS", 10**6)


def critic_of(
    members: int, hidden: Hidden, kind: type[ConcatenatedCritic] = ConcatenatedCritic
) -> ConcatenatedCritic:
    generators = [torch.Generator().manual_seed(i) for i in range(members)]
    return kind.initial(3, 2, hidden, generators)


def batch(sizes: Sizes, seed: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """x, z, and derivatives by the scores (b, 1 + shifts, m)."""
    b, m, shifts = sizes
    g = torch.Generator().manual_seed(seed)
    return (
        torch.randn(b, m, 3, generator=g),
        torch.randn(b, m, 2, generator=g),
        torch.randn(b, 1 + shifts, m, generator=g),
    )


def step(
    critic: ConcatenatedCritic, x: Tensor, z: Tensor, d: Tensor, *, compiled: bool = True
) -> tuple[Tensor, Tensor]:
    """Scores (b, 1 + shifts, m) and gradient (b, p), in the type of the critic."""
    x, z, d = (a.to(critic.weights) for a in (x, z, d))
    joint, marginal = critic.scores(x, z, d.shape[1] - 1)
    scores = torch.cat([joint.unsqueeze(1), marginal], dim=1)
    assert critic._work is not None
    assert critic._work.layers.compiled == compiled
    return scores, critic.backward(d[:, 0], d[:, 1:]).clone()


def assert_near(found: Tensor, known: Tensor) -> None:
    """To rounding: sums of up to a thousand terms, each to 2^-24 of the largest."""
    scale = known.abs().max().item()
    torch.testing.assert_close(found.double(), known.double(), rtol=1e-5, atol=1e-5 * scale)


SIZES = [(1, 2, 1), (3, 6, 1), (3, 6, 5), (2, 40, 3), (1, 300, 1), (2, 31, 30)]


@pytest.mark.parametrize("kind", [ConcatenatedCritic, RectifiedCritic])
@pytest.mark.parametrize("hidden", [(1, 1), (8, 8), (33, 2), (5, 9, 6), (128, 128)])
@pytest.mark.parametrize("sizes", SIZES)
def test_a_step_is_that_of_double_precision(
    sizes: Sizes, hidden: Hidden, kind: type[ConcatenatedCritic]
) -> None:
    critic = critic_of(sizes[0], hidden, kind)
    double = critic.like(critic.weights.double())
    for seed in range(2):  # of the same arrays, which the step before has filled
        pairs = batch(sizes, seed)
        found, known = step(critic, *pairs), step(double, *pairs, compiled=False)
        assert_near(found[0], known[0])
        assert_near(found[1], known[1])


@pytest.mark.parametrize("scale", [0.0, 1e-30, 1e-12, 1e12, 1e30])
def test_numbers_of_any_size(scale: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of what torch makes of them in float32: zeros, denormal numbers, infinite ones, NaN."""
    x, z, d = batch((2, 40, 2))
    critic = critic_of(2, (8, 8))
    found = step(critic, scale * x, z, scale * d)
    monkeypatch.setattr(layers, "MANY", 2**40)
    other = critic.like(critic.weights)
    known = step(other, scale * x, z, scale * d, compiled=False)
    for a, b in zip(found, known, strict=True):
        assert torch.equal(a.isfinite(), b.isfinite())
        assert_near(a[a.isfinite()], b[b.isfinite()])


@pytest.mark.parametrize("poison", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("where", ["x", "z", "weights"])
def test_what_is_not_finite_is_seen(poison: float, where: str) -> None:
    """A member that blew up shows NaN, never a number, and no other member notices."""
    x, z, d = batch((3, 12, 2))
    critic = critic_of(3, (6, 4))
    clean = step(critic_of(3, (6, 4)), x, z, d)
    if where == "weights":
        critic.weights[1] = poison
    else:
        {"x": x, "z": z}[where][1, 0] = poison
    scores, grad = step(critic, x, z, d)
    assert not scores[1].isfinite().all()
    assert not grad[1].isfinite().all()
    for i in (0, 2):
        torch.testing.assert_close((scores[i], grad[i]), (clean[0][i], clean[1][i]))


def test_a_unit_at_zero_passes_nothing() -> None:
    """Of relu at 0 the derivative is 0, as torch has it: all weights at zero, all gradients."""
    critic = critic_of(2, (4, 3))
    critic.weights.zero_()
    x, z, d = batch((2, 9, 1))
    scores, grad = step(critic, x, z, d)
    assert not scores.any()
    # of the last bias alone: everything else goes through a unit at zero
    assert_near(grad[:, -1], d.sum(dim=(1, 2)))
    assert not grad[:, :-1].any()


def test_one_hidden_layer_and_double_precision_are_left_to_torch() -> None:
    x, z, d = batch((2, 6, 1))
    step(critic_of(2, (4,)), x, z, d, compiled=False)
    single = critic_of(2, (4, 4))
    step(single.like(single.weights.double()), x, z, d, compiled=False)


def test_few_rows_and_many_threads_are_left_to_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    x, z, d = batch((2, 6, 1))
    monkeypatch.setattr(layers, "MANY_THREADS", 1)
    step(critic_of(2, (4, 4)), x, z, d, compiled=False)
    monkeypatch.setattr(layers, "MANY_THREADS", 10**6)
    monkeypatch.setattr(layers, "MANY", 2 * 12 * 4)
    step(critic_of(2, (4, 4)), x, z, d)
    step(critic_of(1, (4, 4)), x[:1], z[:1], d[:1], compiled=False)
