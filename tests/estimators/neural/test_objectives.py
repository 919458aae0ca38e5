"""Laws of the training side of the bounds: derivatives, members, large scores."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from infoplane.errors import InputError
from infoplane.estimators.neural.bounds import dv, infonce, jensen_shannon, js, nwj, smile
from infoplane.estimators.neural.objectives import (
    NWJ,
    Bound,
    DonskerVaradhan,
    InfoNCE,
    JensenShannon,
    Smile,
)

Value = Callable[[Tensor, Tensor], Tensor]

# how each is made, what it is judged by, and what it raises
CASES: dict[str, tuple[Callable[[], Bound], Value, Value]] = {
    "dv": (lambda: DonskerVaradhan(None), dv, dv),
    "dv, averaged": (lambda: DonskerVaradhan(0.01), dv, dv),  # the first step is the plain one
    "nwj": (NWJ, nwj, nwj),
    "infonce": (InfoNCE, infonce, infonce),
    "smile": (lambda: Smile(1.0), lambda j, m: smile(j, m, 1.0), jensen_shannon),
    "js": (JensenShannon, js, jensen_shannon),
}
every = pytest.mark.parametrize("name", CASES)
M = 6


def scores(seed: int, *shape: int, scale: float = 1.0) -> Tensor:
    g = torch.Generator().manual_seed(seed)
    return scale * torch.randn(*shape, generator=g, dtype=torch.float64)


@every
@pytest.mark.parametrize("k", [1, 3, M - 1])
@pytest.mark.parametrize("scale", [1.0, 30.0])
def test_a_step_is_the_gradient_of_minus_the_objective(name: str, k: int, scale: float) -> None:
    make, value, raised = CASES[name]
    joint = scores(0, 4, M, scale=scale).requires_grad_()
    marginal = scores(1, 4, k, M, scale=scale).requires_grad_()
    found, d_joint, d_marginal = make().step(joint.detach(), marginal.detach())
    (-raised(joint, marginal).sum()).backward()
    torch.testing.assert_close(found, value(joint, marginal).detach())
    torch.testing.assert_close(d_joint, joint.grad)
    torch.testing.assert_close(d_marginal, marginal.grad)
    torch.testing.assert_close(make().value(joint, marginal), value(joint, marginal))


@every
def test_views_are_taken_and_not_written_to(name: str) -> None:
    make, _, _ = CASES[name]
    joint, wide = scores(0, 3, M), scores(1, 3, M, 2 * M)
    for k in (1, 4):
        marginal = wide[:, :k, ::2]
        before = wide.clone()
        found = make().step(joint, marginal)
        for a, b in zip(found, make().step(joint, marginal.contiguous()), strict=True):
            torch.testing.assert_close(a, b)
        assert found[2].shape == marginal.shape
        assert torch.equal(wide, before)


@every
@pytest.mark.parametrize("k", [1, 3])
def test_members_do_not_influence_each_other(name: str, k: int) -> None:
    make, _, _ = CASES[name]
    together, rows = make(), torch.tensor([0, 2])
    alone = {i: make() for i in range(3)}
    for step in range(4):
        joint, marginal = scores(step, 3, M), scores(50 + step, 3, k, M, scale=3)
        if step == 3:
            together.keep(rows)
            joint, marginal = joint[rows], marginal[rows]
            alone = {0: alone[0], 1: alone[2]}
        found = together.step(joint, marginal)
        for i, bound in alone.items():
            for a, b in zip(found, bound.step(joint[i : i + 1], marginal[i : i + 1]), strict=True):
                torch.testing.assert_close(a[i], b[0])
        # another score of one member moves that member only
        if step == 0:
            marginal[1] += 1e3
            for a, b in zip(found, make().step(joint, marginal), strict=True):
                assert torch.equal(a[[0, 2]], b[[0, 2]])


@every
@pytest.mark.parametrize("at", [(1e3, -1e3), (-1e3, 1e3), (1e3, 1e3), (-1e3, -1e3)])
@pytest.mark.parametrize("k", [1, 3])
def test_scores_of_a_thousand_overflow_nothing(name: str, at: tuple[float, float], k: int) -> None:
    make, _, _ = CASES[name]
    bound = make()
    for seed, on in enumerate((0.0, 1.0, 0.0)):  # from the ordinary there and back
        joint = (scores(seed, 2, M) + on * at[0]).float()
        marginal = (scores(9 + seed, 2, k, M) + on * at[1]).float()
        value, *derivatives = bound.step(joint, marginal)
        assert torch.isfinite(value).all()
        assert torch.isfinite(bound.value(joint, marginal)).all()
        for d in derivatives:
            # the norm of a gradient is to be finite too, its square in float32
            assert torch.isfinite(d.square().sum())


@every
def test_no_share_of_a_gradient_is_too_small_for_fast_arithmetic(name: str) -> None:
    """Scores far apart: what is below the smallest normal number has to be 0."""
    marginal = torch.linspace(-103, 0, 50).view(1, 1, 50)  # exp(-103) is the smallest of all
    _, _, d_marginal = CASES[name][0]().step(torch.zeros(1, 50), marginal)
    tiny = torch.finfo(torch.float32).tiny
    assert ((d_marginal == 0) | (d_marginal >= tiny)).all()
    assert (d_marginal == 0).any()


def test_nwj_goes_on_pushing_down_what_is_far_too_high() -> None:
    _, _, d_marginal = NWJ().step(torch.zeros(1, 2), torch.tensor([[[500.0, 1.0]]]))
    assert d_marginal[0, 0, 0] > 1e12
    assert d_marginal[0, 0, 1] == 0.5


def test_log_average_equals_the_raw_moving_average() -> None:
    bound, raw, rate, k = DonskerVaradhan(0.1), None, 0.1, 3
    for seed in range(20):
        joint, marginal = scores(seed, 2, M), scores(100 + seed, 2, k, M)
        mean = marginal.exp().mean((1, 2))
        raw = mean if raw is None else (1 - rate) * raw + rate * mean
        _, _, d_marginal = bound.step(joint, marginal)
        # d/df of mean exp f / average, the average held fixed
        torch.testing.assert_close(d_marginal, marginal.exp() / (k * M) / raw[:, None, None])


@pytest.mark.parametrize("rate", [0.01, 1.0, None])
@pytest.mark.parametrize("level", [-1000.0, 1000.0])
def test_the_ratio_to_the_average_is_limited(rate: float | None, level: float) -> None:
    bound = DonskerVaradhan(rate)
    for seed, at in enumerate((0.0, level, 0.0)):
        _, _, d_marginal = bound.step(scores(seed, 2, M) + at, scores(9 + seed, 2, 2, M) + at)
        # the average has taken the batch in
        assert (d_marginal.sum((1, 2)) <= 1 / (rate or 1.0) + 1e-9).all()


def test_rate_one_is_the_plain_gradient() -> None:
    one, plain = DonskerVaradhan(1.0), DonskerVaradhan(None)
    for seed in range(3):
        args = scores(seed, 2, M), scores(50 + seed, 2, 1, M, scale=4)
        for a, b in zip(one.step(*args), plain.step(*args), strict=True):
            assert torch.equal(a, b)


@every
def test_the_test_set_is_judged_by_the_bound_itself(name: str) -> None:
    make, value, _ = CASES[name]
    joint, marginal = scores(0, 30), scores(1, 4, 30)
    found, std, relative = make().test(joint.numpy(), marginal.numpy())
    assert found == pytest.approx(float(value(joint, marginal)), abs=1e-12)
    assert std > 0
    assert (relative > 0) == (name != "infonce")


def test_ceilings() -> None:
    assert DonskerVaradhan(None).ceiling(4, 50) == (math.log(200), "log 200")
    assert InfoNCE().ceiling(255, 256) == (math.log(256), "log 256")
    for bound in (NWJ(), JensenShannon(), Smile(5.0)):
        assert bound.ceiling(4, 50) == (math.inf, "infinity")
    # exp(6) = 403 pairs would tell what 200 cannot
    assert Smile(6.0).ceiling(4, 50) == Smile(math.inf).ceiling(4, 50) == (math.log(200), "log 200")


def test_no_value_of_infonce_exceeds_its_ceiling() -> None:
    bound = InfoNCE()
    for k in (1, 3, M - 1):
        top, _ = bound.ceiling(k, M)
        value, _, _ = bound.step(torch.full((1, M), 1e3), torch.full((1, k, M), -1e3))
        assert float(value) == pytest.approx(top)


@pytest.mark.parametrize("tau", [0, -1.0, math.nan, "5", True, None])
def test_a_bad_tau_of_the_class_is_named(tau: object) -> None:
    with pytest.raises(InputError, match=r"tau=.* is not accepted: pass a number > 0"):
        Smile(tau)  # type: ignore[arg-type]
