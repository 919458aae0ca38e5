"""Groups and restarts, from the estimate's side."""

import dataclasses
import math
from typing import Any

import numpy as np
import pytest

from infoplane.datasets.gaussian import CorrelatedGaussian
from infoplane.errors import InputError
from infoplane.estimators import AAMINE, MINE, InfoNCE
from infoplane.estimators.neural import options as memory
from tests.estimators.correlated import batch_of, gaussian

TINY: dict[str, Any] = {"hidden": (8,), "batch_size": 64, "steps": 40, "check_every": 10}
# enough of a network to know 90 training rows by heart, in a moment
HEART: dict[str, Any] = {
    "hidden": (64,), "batch_size": 64, "learning_rate": 5e-3, "weight_decay": 0.0,
    "average_decay": 0.9, "steps": 300, "check_every": 25,
}  # fmt: skip
AGAIN = np.repeat(np.arange(150), 4)


@pytest.mark.parametrize("estimator", [MINE, InfoNCE])
def test_copies_of_independent_rows(estimator) -> None:
    """150 rows, each four times: in groups they are 150 rows, without they tell themselves."""
    x, z = gaussian(3, 0.0, 150, 0)
    x, z = x[AGAIN], z[AGAIN]
    told = "observations recorded several times"
    grouped = estimator(**HEART).estimate(x, z, groups=AGAIN)
    assert abs(grouped.value) < 3 * grouped.std
    assert not any(told in w for w in grouped.warnings)
    assert grouped.dof < 150
    loose = estimator(**HEART).estimate(x, z)
    assert loose.value > 5 * loose.std
    assert any(told in w and "groups=" in w for w in loose.warnings)


def test_groups_that_do_not_hold_copies_together_are_told() -> None:
    x, z = gaussian(1, 0.0, 150, 0)
    other = np.arange(600) % 50  # of no meaning
    e = MINE(**TINY, restarts=1).estimate(x[AGAIN], z[AGAIN], groups=other)
    assert any("recorded several times" in w for w in e.warnings)


def test_the_standard_error_is_that_of_the_distinct_rows() -> None:
    """On average over splits: of a fifth of 150 rows, whether each is there once or four times."""
    x, z = batch_of(1, 0.7, 150, 20)
    one = MINE(**TINY, restarts=1)
    once = one.estimate_batch(x, z, seeds=range(20))
    four = one.estimate_batch(x[:, AGAIN], z[:, AGAIN], seeds=range(20), groups=AGAIN)
    loose = one.estimate_batch(x[:, AGAIN], z[:, AGAIN], seeds=range(20))
    stds = [float(np.mean([e.std for e in some])) for some in (once, four, loose)]
    # 30 test rows know a standard deviation to 13 %, and 20 splits of them to 3 %; the critic of
    # four times as many rows trains a little differently
    assert stds[1] == pytest.approx(stds[0], rel=0.25)
    assert stds[2] < 0.7 * stds[1]
    assert {e.dof for e in four} == {29.0}


def test_a_batch_with_groups_is_its_members_alone() -> None:
    rng = np.random.default_rng(0)
    x, z = batch_of(2, 0.7, 400, 3)
    one = MINE(**TINY, restarts=2)
    own = np.stack([rng.integers(0, 40, 400), rng.integers(0, 7, 400), np.arange(400) // 4])
    for groups in (own, own[0]):
        together = one.estimate_batch(x, z, seeds=[3, 4, 5], groups=groups)
        for i, e in enumerate(together):
            alone = one.estimate(
                x[i], z[i], seed=3 + i, groups=groups[i] if groups.ndim == 2 else groups
            )
            # 40 steps of float32, one after the other or side by side
            assert e.value == pytest.approx(alone.value, abs=1e-4)
            assert (e.std, e.dof) == pytest.approx((alone.std, alone.dof), rel=1e-2)


def test_names_of_groups_and_their_kind_do_not_matter() -> None:
    x, z = gaussian(2, 0.7, 400, 0)
    groups = np.arange(400) // 5
    one = MINE(**TINY, restarts=1)
    value = one.estimate(x, z, groups=groups).value
    assert one.estimate(x, z, groups=3 * groups - 7).value == value
    assert one.estimate(x, z, groups=[f"{g:03d}" for g in groups]).value == value
    assert one.estimate(x, z).value != value


def test_aware_mine_takes_groups() -> None:
    x, _ = gaussian(1, 0.0, 150, 0)
    e = AAMINE(noise_std=1.0, hidden=(16,), batch_size=64, steps=100).estimate(
        x[AGAIN], x[AGAIN], groups=AGAIN
    )
    assert e.value < 0.5 * math.log(2) + 3 * e.std
    assert math.isfinite(e.dof)


def test_options_that_groups_leave_no_room_for() -> None:
    x, z = gaussian(1, 0.5, 60, 0)
    groups = np.repeat(np.arange(5), [28, 8, 8, 8, 8])  # the largest can only be trained on
    with pytest.raises(InputError, match=r"test_shifts=\d+ is more than the \d+ derangements"):
        MINE(batch_size=16, test_shifts=11).estimate(x, z, groups=np.repeat(np.arange(10), 6))
    with pytest.raises(InputError, match=r"batch_size=36 is more than the 28 .* that groups leave"):
        MINE(batch_size=36, steps=2).estimate(x, z, groups=groups)


def test_one_restart_is_the_first_of_several() -> None:
    x, z = gaussian(2, 0.7, 400, 0)
    one, three = (MINE(**TINY, restarts=r).estimate(x, z, seed=3) for r in (1, 3))
    for name, curve in one.history.items():
        np.testing.assert_allclose(three.history[name], curve, atol=1e-4)
    assert three.value != one.value
    assert one.dof == math.inf > three.dof
    assert MINE().restarts == 3
    with pytest.raises(InputError, match="restarts=0"):
        MINE(restarts=0)


@pytest.mark.parametrize(
    "estimator", [MINE(**TINY), AAMINE(noise_std=0.5, **TINY), InfoNCE(**TINY)]
)
def test_restarts_of_a_member_are_the_same_alone_and_in_company(estimator, monkeypatch) -> None:
    x, z = batch_of(2, 0.7, 400, 2)
    together = estimator.estimate_batch(x, z, seeds=[0, 1])
    alone = estimator.estimate(x[1], z[1], seed=1)
    assert together[1].value == pytest.approx(alone.value, abs=1e-4)
    monkeypatch.setattr(memory, "MEMORY", 1)  # one critic after the other
    for e, other in zip(together, estimator.estimate_batch(x, z, seeds=[0, 1]), strict=True):
        assert other.value == pytest.approx(e.value, abs=1e-4)
        assert other.std == pytest.approx(e.std, rel=1e-2)


def test_restarts_on_fresh_draws() -> None:
    draw = CorrelatedGaussian(d=1, rho=0.9).draw
    one, three = (
        MINE(**TINY, restarts=r).estimate_fresh([draw] * 2, seeds=[0, 1], n=500) for r in (1, 3)
    )
    for a, b in zip(one, three, strict=True):
        np.testing.assert_allclose(a.history["test"], b.history["test"], atol=1e-4)
        assert b.n == 200 + 3 * 41 * 64  # held out once, and 41 batches for each critic
        assert math.isfinite(b.dof)
    (alone,) = MINE(**TINY, restarts=3).estimate_fresh([draw], seeds=[1], n=500)
    assert alone.value == pytest.approx(three[1].value, abs=1e-4)


def test_intervals_of_three_critics_cover_more_often_than_those_of_one() -> None:
    """A training that ends where chance has it: the error of one critic knows nothing of that.

    Both lie below the truth on average, by twice a standard error, as the training is short.
    """
    truth = -0.5 * math.log(1 - 0.8**2)
    x, z = batch_of(1, 0.8, 2_000, 60)
    short = MINE(
        hidden=(8,), batch_size=32, learning_rate=5e-2, weight_decay=0.0, average_decay=0.0,
        steps=60, check_every=20, test_shifts=8,
    )  # fmt: skip
    covered, scatter = {}, {}
    for restarts in (1, 3):
        some = dataclasses.replace(short, restarts=restarts).estimate_batch(x, z, seeds=range(60))
        covered[restarts] = np.mean([e.interval()[0] <= truth <= e.interval()[1] for e in some])
        error = math.sqrt(np.mean([e.std**2 for e in some]))
        scatter[restarts] = np.std([e.value for e in some]) / error
    assert covered[3] > covered[1]
    # values scatter by more than one critic says, and by as much as three say: a standard
    # deviation of 60 is known to 9 %
    assert scatter[1] > 1.15
    assert scatter[3] < 1.3
