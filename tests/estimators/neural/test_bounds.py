"""Laws of the variational bounds and of their standard errors."""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from infoplane.estimators.neural.bounds import (
    STEEPEST,
    dv,
    dv_test,
    infonce,
    infonce_test,
    jensen_shannon,
    js,
    js_test,
    log_mean_exp,
    nwj,
    nwj_test,
    smile,
    smile_test,
)

Floats = npt.NDArray[np.float64]
Value = Callable[[Tensor, Tensor], Tensor]
Test = Callable[[Floats, Floats], tuple[float, float, float]]

TAU = 1.5
BOUNDS: dict[str, tuple[Value, Test]] = {
    "dv": (dv, dv_test),
    "nwj": (nwj, nwj_test),
    "infonce": (infonce, infonce_test),
    "smile": (lambda j, m: smile(j, m, TAU), lambda j, m: smile_test(j, m, TAU)),
    "js": (js, js_test),
}
every = pytest.mark.parametrize("name", BOUNDS)


def scores(seed: int, *shape: int, scale: float = 1.0) -> Tensor:
    g = torch.Generator().manual_seed(seed)
    return scale * torch.randn(*shape, generator=g, dtype=torch.float64)


def gaussian(n: int, rng: np.random.Generator, d: int = 2, rho: float = 0.8) -> tuple[Floats, ...]:
    x = rng.standard_normal((n, d))
    return x, rho * x + math.sqrt(1 - rho * rho) * rng.standard_normal((n, d))


def log_ratio(x: Floats, z: Floats, rho: float = 0.8) -> Floats:
    """log p(x, z) / p(x) p(z): the optimal critic of correlated Gaussians."""
    q = (rho * rho * (x * x + z * z) - 2 * rho * x * z) / (2 * (1 - rho * rho))
    return (-0.5 * math.log(1 - rho * rho) - q).sum(axis=-1)


def scored(x: Floats, z: Floats, shifts: int, factor: float = 1.0) -> tuple[Floats, Floats]:
    turned = [log_ratio(x, np.roll(z, -s, axis=0)) for s in range(1, shifts + 1)]
    return factor * log_ratio(x, z), factor * np.stack(turned)


I = -math.log(1 - 0.8**2)  # noqa: E741  of `gaussian`: 1.0217 nats


def test_dv_ignores_a_constant_and_survives_large_scores() -> None:
    joint, marginal = scores(0, 2, 9), scores(1, 2, 11)
    for c in (-1e4, 1e4):
        torch.testing.assert_close(dv(joint + c, marginal + c), dv(joint, marginal))
    assert torch.isfinite(dv(1e3 * joint, 1e3 * marginal)).all()
    torch.testing.assert_close(log_mean_exp(marginal), marginal.exp().mean(-1).log())


def test_constant_scores_have_closed_forms() -> None:
    c, e, k = 0.7, -0.4, 3
    joint, marginal = torch.full((2, 5), c).double(), torch.full((2, k, 5), e).double()
    expected = {
        "dv": c - e,
        "nwj": c - math.exp(e - 1),
        "infonce": c - math.log((math.exp(c) + k * math.exp(e)) / (k + 1)),
        "smile": c - e,
        "js": 1 + c - math.exp(e),
    }
    for name, (value, _) in BOUNDS.items():
        torch.testing.assert_close(
            value(joint, marginal), torch.full((2,), expected[name]).double()
        )
    far = torch.full((2, k, 5), -9.0).double()
    torch.testing.assert_close(smile(joint, far, TAU), torch.full((2,), c + TAU).double())
    told = -math.log(1 + math.exp(-c)) - math.log(1 + math.exp(e))
    torch.testing.assert_close(jensen_shannon(joint, marginal), torch.full((2,), told).double())


@pytest.mark.parametrize("factor", [1.0, 0.8])
def test_gaussian_scores_have_closed_forms(factor: float) -> None:
    """A critic of `factor` times the log density ratio of correlated Gaussians.

    Its scores are quadratic in (x, z), so that with M = [[rho², -rho], [-rho, rho²]] / (1 - rho²)

        E f = factor I,   E exp f' = ((1 - rho²)^(-factor / 2) det(1 + factor M)^(-1/2))^2
    """
    rho, n = 0.8, 100_000
    m = np.array([[rho * rho, -rho], [-rho, rho * rho]]) / (1 - rho * rho)
    mean_exp = (1 - rho * rho) ** -factor / np.linalg.det(np.eye(2) + factor * m)
    expected = {
        "dv": factor * I - math.log(mean_exp),
        "nwj": 1 + factor * I - mean_exp,  # of scores that are larger by 1
        "js": 1 + factor * I - mean_exp,
    }
    joint, marginal = scored(*gaussian(n, np.random.default_rng(0)), 2, factor)
    for name, value in expected.items():
        shift = 1.0 if name == "nwj" else 0.0
        found, std, relative = BOUNDS[name][1](joint + shift, marginal + shift)
        assert std < 0.02
        assert relative < 0.02
        # 3.5 of its own standard errors, and the optimum has the value of I itself
        assert found == pytest.approx(value, abs=3.5 * std)
        assert value <= I + 1e-12
        assert (factor != 1) or value == pytest.approx(I)


def test_every_bound_finds_the_information_at_the_optimal_critic() -> None:
    n, k = 4_000, 500
    joint, marginal = scored(*gaussian(n, np.random.default_rng(1)), k)
    for name, (_, test) in BOUNDS.items():
        shift = 1.0 if name == "nwj" else 0.0
        value, std, _ = test(joint + shift, marginal + shift)
        # infonce lacks var(exp f') / 2k, all that a mean of k leaves to the curve of the logarithm:
        # E exp 2 f' = (1 - rho²)^-2 = 7.7. Of smile's mean, 1 without clipping, clipping adds at
        # most exp(-tau) and takes at most the share of joint pairs above tau
        lacks = {"infonce": (0.36**-2 - 1) / (2 * k), "smile": math.log1p(math.exp(-TAU))}
        gains = {"smile": -math.log1p(-np.mean(joint > TAU))}
        low, high = I - lacks.get(name, 0.0), I + gains.get(name, 0.0)
        assert low - 3.5 * std < value < high + 3.5 * std


def test_clipping_lifts_smile_above_the_information() -> None:
    """What is said of it: with a tau below the log density ratios it is no bound."""
    joint, marginal = scored(*gaussian(20_000, np.random.default_rng(2)), 4)
    value, std, _ = smile_test(joint, marginal, 0.5)
    assert value > I + 5 * std


finite = st.floats(-50, 50)


@st.composite
def pairs_of_scores(draw: st.DrawFn) -> tuple[Tensor, Tensor]:
    m = draw(st.integers(2, 6))
    k = draw(st.integers(1, m - 1))
    numbers = draw(st.lists(finite, min_size=m * (k + 1), max_size=m * (k + 1)))
    joint, marginal = torch.tensor(numbers, dtype=torch.float64).split([m, m * k])
    return joint, marginal.view(k, m)


@given(pairs_of_scores(), finite, st.floats(0.1, 60))
@settings(deadline=None, max_examples=200)
def test_orders_and_invariances(pair: tuple[Tensor, Tensor], c: float, tau: float) -> None:
    joint, marginal = pair
    rounding = 1e-9
    # the share of a pair among k + 1 is at most 1
    assert infonce(joint, marginal) <= math.log(len(marginal) + 1) + rounding
    # log t <= t - 1, at all scores, in all of the tangent too, and with any constant added
    assert nwj(joint + c, marginal + c) <= dv(joint, marginal) + rounding
    torch.testing.assert_close(js(joint, marginal), nwj(joint + 1, marginal + 1))
    torch.testing.assert_close(smile(joint, marginal, math.inf), dv(joint, marginal))
    # clipping puts the marginal term between -tau and tau
    assert abs(float(smile(joint, marginal, tau) - joint.mean())) <= tau + rounding
    # a function of x alone, which every pair of a row shares
    of_x = torch.linspace(-c, c, len(joint), dtype=torch.float64)
    torch.testing.assert_close(infonce(joint + of_x, marginal + of_x), infonce(joint, marginal))
    torch.testing.assert_close(dv(joint + c, marginal + c), dv(joint, marginal))
    assert jensen_shannon(joint, marginal) <= 0
    torch.testing.assert_close(
        jensen_shannon(joint, marginal),
        torch.sigmoid(joint).log().mean() + torch.sigmoid(-marginal).log().mean(),
    )


@given(pairs_of_scores())
@settings(deadline=None, max_examples=100)
def test_test_sets_have_the_value_of_the_bound(pair: tuple[Tensor, Tensor]) -> None:
    joint, marginal = pair
    for value, test in BOUNDS.values():
        found, std, relative = test(joint.numpy(), marginal.numpy())
        assert found == pytest.approx(float(value(joint, marginal)), rel=1e-9, abs=1e-9)
        assert math.isfinite(std)
        assert std >= 0
        assert 0 <= relative < math.inf


@every
def test_leading_axes_and_the_shape_of_the_pairs(name: str) -> None:
    value, _ = BOUNDS[name]
    joint, marginal = scores(0, 2, 3, 5), scores(1, 2, 3, 4, 5)
    together = value(joint, marginal)
    assert together.shape == (2, 3)
    torch.testing.assert_close(together[1, 2], value(joint[1, 2], marginal[1, 2]))
    if name != "infonce":
        torch.testing.assert_close(value(joint, marginal.flatten(2)), together)
    # views of any strides
    turned = marginal.transpose(2, 3).contiguous().transpose(2, 3)
    assert not turned.is_contiguous()
    torch.testing.assert_close(value(joint, turned), together)


@every
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("a", "b"), [(1e3, -1e3), (-1e3, 1e3), (1e3, 1e3), (-1e3, -1e3)])
def test_scores_of_a_thousand_overflow_nothing(
    name: str, dtype: torch.dtype, a: float, b: float
) -> None:
    value, test = BOUNDS[name]
    joint = (scores(0, 6) + a).to(dtype)
    marginal = (scores(1, 2, 6) + b).to(dtype)
    found = float(value(joint, marginal))
    assert math.isfinite(found)
    tested = test(joint.double().numpy(), marginal.double().numpy())
    assert all(map(math.isfinite, tested))
    assert tested[0] == pytest.approx(found, rel=1e-5, abs=1e-3)


def test_the_exponential_of_nwj_goes_on_as_its_tangent() -> None:
    joint = torch.zeros(1).double()
    for below in (STEEPEST - 1, STEEPEST):
        assert float(nwj(joint, torch.tensor([[below + 1]]).double())) == -math.exp(below)
    value = float(nwj(joint, torch.tensor([[STEEPEST + 3]]).double()))
    assert value == pytest.approx(-3 * math.exp(STEEPEST))


@every
@pytest.mark.parametrize("shifts", [1, 4, 32])
@pytest.mark.parametrize("factor", [1.0, 0.8])
def test_intervals_cover_the_population_value(name: str, shifts: int, factor: float) -> None:
    """Of the optimal critic of two correlated Gaussians, and of one that is mistuned."""
    _, test = BOUNDS[name]
    n, repeats = 300, 250
    rng = np.random.default_rng(shifts)
    large = scored(*gaussian(400_000 // shifts, rng), shifts, factor)
    population, error, _ = test(*large)
    errors, stds = np.empty(repeats), np.empty(repeats)
    for r in range(repeats):
        value, stds[r], _ = test(*scored(*gaussian(n, rng), shifts, factor))
        errors[r] = value - population
    assert error < 0.2 * stds.mean()
    covered = np.mean(np.abs(errors) < 1.96 * stds)
    # 250 repeats of 0.95: standard error 0.014, so 0.90 and 0.99 are three of them away
    assert 0.90 <= covered <= 0.99
    # and the standard error is that of the estimates: their own is 1 / sqrt(2 · 250) = 4.5 % for
    # a Gaussian and twice that for the heavy tail of exp(f'), and n = 300 adds some
    assert np.sqrt(np.mean(stds**2)) == pytest.approx(errors.std(), rel=0.25)


@pytest.mark.parametrize("shifts", [1, 4, 32])
@pytest.mark.parametrize("a", [0.3, -0.4])
def test_intervals_of_dv_cover_a_closed_form(shifts: int, a: float) -> None:
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


@pytest.mark.parametrize("scale", [1.0, 40.0])
def test_the_standard_error_of_infonce_by_its_definition(scale: float) -> None:
    """1 - p is the sum of all others, also where p is 1 to the last digit."""
    joint, marginal = scores(0, 7, scale=scale).numpy(), scores(1, 3, 7, scale=scale).numpy()
    every_pair = np.concatenate([joint[None], marginal])
    log_sum = np.logaddexp.reduce(every_pair)
    q = np.zeros(7)
    pairs = np.empty((3, 7))
    for s in range(1, 4):
        pairs[s - 1] = np.logaddexp.reduce(np.delete(every_pair, s, axis=0)) - log_sum
        for j in range(7):
            q[j] += pairs[s - 1, j - s]
    variance = (joint - log_sum + q).var()
    excess = min(3 * pairs.var(), variance / 2)
    assert infonce_test(joint, marginal)[1] == pytest.approx(math.sqrt((variance - excess) / 6))


def test_few_pairs_that_carry_the_sum_show() -> None:
    marginal = np.zeros((4, 100))
    marginal[2, 7] = 20.0
    for name, (_, test) in BOUNDS.items():
        # what smile clips and infonce keeps in a share cannot carry the sum
        carried = name not in ("smile", "infonce")
        assert (test(np.zeros(100), marginal)[2] > 0.3) == carried
        assert test(np.zeros(100), np.zeros((4, 100)))[2] == 0
