"""Laws of the Donsker–Varadhan bound, its gradient and its standard error."""

import math

import numpy as np
import pytest
import torch

from infoplane.estimators.bounds import DonskerVaradhan, dv, dv_test, log_mean_exp


def scores(seed: int, *shape: int, scale: float = 1.0) -> torch.Tensor:
    g = torch.Generator().manual_seed(seed)
    return scale * torch.randn(*shape, generator=g, dtype=torch.float64)


def test_dv_ignores_a_constant_and_survives_large_scores() -> None:
    joint, marginal = scores(0, 2, 9), scores(1, 2, 11)
    for c in (-1e4, 1e4):
        torch.testing.assert_close(dv(joint + c, marginal + c), dv(joint, marginal))
    assert torch.isfinite(dv(1e3 * joint, 1e3 * marginal)).all()
    torch.testing.assert_close(log_mean_exp(marginal), marginal.exp().mean(-1).log())


def test_without_correction_the_step_is_the_gradient_of_minus_dv() -> None:
    joint, marginal = scores(0, 3, 8).requires_grad_(), scores(1, 3, 8).requires_grad_()
    value, d_joint, d_marginal = DonskerVaradhan(None).step(joint.detach(), marginal.detach())
    (-dv(joint, marginal).sum()).backward()
    torch.testing.assert_close(value, dv(joint, marginal).detach())
    torch.testing.assert_close(d_joint, joint.grad)
    torch.testing.assert_close(d_marginal, marginal.grad)


def test_log_average_equals_the_raw_moving_average() -> None:
    bound, raw, rate = DonskerVaradhan(0.1), None, 0.1
    for seed in range(20):
        joint, marginal = scores(seed, 2, 6), scores(100 + seed, 2, 6)
        mean = marginal.exp().mean(-1)
        raw = mean if raw is None else (1 - rate) * raw + rate * mean
        _, _, d_marginal = bound.step(joint, marginal)
        # d/df of mean exp f / average, the average held fixed
        torch.testing.assert_close(d_marginal, marginal.exp() / 6 / raw[:, None])


@pytest.mark.parametrize("rate", [0.01, 1.0, None])
@pytest.mark.parametrize("level", [-1000.0, 1000.0])
def test_scores_of_a_thousand_overflow_nothing(rate: float | None, level: float) -> None:
    bound = DonskerVaradhan(rate)
    for seed, at in enumerate((0.0, level, 0.0)):
        value, *derivatives = bound.step(scores(seed, 2, 5) + at, scores(9 + seed, 2, 5) + at)
        assert torch.isfinite(value).all()
        for d in derivatives:
            assert torch.isfinite(d).all()
        # the average has taken the batch in, so the ratio is at most 1 / rate
        assert (derivatives[1].sum(-1) <= 1 / (rate or 1.0) + 1e-9).all()


def test_rate_one_is_the_plain_gradient() -> None:
    one, plain = DonskerVaradhan(1.0), DonskerVaradhan(None)
    for seed in range(3):
        args = scores(seed, 2, 5), scores(50 + seed, 2, 5, scale=4)
        for a, b in zip(one.step(*args), plain.step(*args), strict=True):
            assert torch.equal(a, b)


def test_value_of_the_test_set_is_dv_over_all_pairs_at_once() -> None:
    joint, marginal = scores(0, 30), scores(1, 4, 30, scale=3)
    value, _, _ = dv_test(joint.numpy(), marginal.numpy())
    assert value == pytest.approx(float(dv(joint, marginal.flatten())), abs=1e-12)


@pytest.mark.parametrize("shifts", [1, 4, 32])
@pytest.mark.parametrize("a", [0.3, -0.4])
def test_intervals_cover_the_population_value(shifts: int, a: float) -> None:
    """f = a x z on standard normal x, z of correlation rho has a bound in closed form:
    E f = a rho and E exp f(x, z') = (1 - a²)^(-1/2)."""
    rho, n, repeats = 0.6, 500, 600
    population = a * rho + 0.5 * math.log(1 - a * a)
    rng = np.random.default_rng(shifts)
    errors, stds = np.empty(repeats), np.empty(repeats)
    for r in range(repeats):
        x = rng.standard_normal(n)
        z = rho * x + math.sqrt(1 - rho * rho) * rng.standard_normal(n)
        marginal = np.stack([a * x * np.roll(z, -s) for s in range(1, shifts + 1)])
        value, stds[r], _ = dv_test(a * x * z, marginal)
        errors[r] = value - population
    covered = np.mean(np.abs(errors) < 1.96 * stds)
    # 600 repeats of 0.95: standard error 0.009, so 0.90 and 0.99 are four of them away
    assert 0.90 <= covered <= 0.99
    # and the standard error is that of the estimates, whose own is 1 / sqrt(2 · 600) = 3 %
    assert np.sqrt(np.mean(stds**2)) == pytest.approx(errors.std(), rel=0.12)


def test_few_pairs_that_carry_the_sum_show() -> None:
    marginal = np.zeros((4, 100))
    marginal[2, 7] = 20.0
    assert dv_test(np.zeros(100), marginal)[2] > 0.3
    assert dv_test(np.zeros(100), np.zeros((4, 100)))[2] == 0
