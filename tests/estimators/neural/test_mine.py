"""Laws of neural estimators: closed forms, members of a batch, labels, units, and bad input."""

import dataclasses
import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
import pytest
import torch

from infoplane.datasets.gaussian import CorrelatedGaussian
from infoplane.errors import InputError
from infoplane.estimators.neural import options as variational
from infoplane.estimators.neural.mine import (
    JS,
    MINE,
    NWJ,
    SMILE,
    InfoNCE,
    NeuralEstimator,
    by_bound,
)
from infoplane.streams import stream
from tests.estimators.correlated import batch_of, gaussian
from tests.surroundings import around, settings

SMALL = MINE(hidden=(16, 16), batch_size=64, steps=60, check_every=20, restarts=1)
EVERY = [
    SMALL,
    MINE(hidden=(16, 16), batch_size=64, steps=60, check_every=20, restarts=1, critic="separable"),
    MINE(
        hidden=(16, 16),
        batch_size=64,
        steps=60,
        check_every=20,
        restarts=1,
        critic="bilinear",
        negatives=3,
    ),
    *(
        estimator(hidden=(16, 16), batch_size=64, steps=60, check_every=20, restarts=1)
        for estimator in (NWJ, InfoNCE, SMILE, JS)
    ),
]
# As good in 400 steps as the defaults in 1 500: smaller networks at a larger learning rate, and
# weights averaged over 50 steps.
BRISK: dict[str, Any] = {
    "hidden": (64, 64),
    "learning_rate": 2e-3,
    "average_decay": 0.98,
    "steps": 400,
    "restarts": 1,
}
every = pytest.mark.parametrize("estimator", EVERY, ids=lambda e: f"{e.name}-{e.critic}")


@pytest.mark.parametrize("rho", [0.5, -0.8])
def test_correlated_gaussians(rho: float) -> None:
    x, z = batch_of(2, rho, 3_000, 3)
    estimates = MINE(**BRISK).estimate_batch(x, z, seeds=[0, 1, 2])
    truth = -math.log(1 - rho * rho)
    mean = np.mean([e.value for e in estimates])
    error = math.sqrt(sum(e.std**2 for e in estimates)) / 3
    # a lower bound, so never more than 3 standard errors above; below, what a critic trained on
    # 1 800 rows lacks: half a nat a thousand rows would be far too much, 0.06 nats is allowed
    assert truth - 3 * error - 0.06 < mean < truth + 3 * error
    for e in estimates:
        assert 0 < e.std < 0.1


def test_independent_inputs_give_zero_and_nothing_is_clipped() -> None:
    x, z = batch_of(20, 0.0, 3_000, 8)
    mine = MINE(steps=150, hidden=(32, 32), restarts=1)
    values = [e.value for e in mine.estimate_batch(x, z, seeds=range(8))]
    assert abs(np.mean(values)) < 0.02
    assert min(values) < 0


@every
def test_a_batch_is_its_members_alone(estimator: NeuralEstimator) -> None:
    x, z = batch_of(3, 0.7, 400, 4)
    mine = dataclasses.replace(estimator, steps=45, check_every=10)
    seeds = [3, 1, 4, 1]
    together = mine.estimate_batch(x, z, seeds=seeds)
    for xi, zi, seed, member in zip(x, z, seeds, together, strict=True):
        alone = mine.estimate(xi, zi, seed=seed)
        # 45 steps of float32: rounding of 1e-7 has grown by no more than a factor of 1 000
        assert member.value == pytest.approx(alone.value, abs=1e-4)
        assert member.std == pytest.approx(alone.std, abs=1e-4)
        assert (member.n, member.seed) == (400, seed)
        assert list(member.history["step"]) == [0, 10, 20, 30, 40, 45]
        for name, curve in member.history.items():
            np.testing.assert_allclose(curve, alone.history[name], atol=1e-4)


def test_members_with_different_numbers_of_labels() -> None:
    rng = np.random.default_rng(0)
    labels = np.stack([rng.integers(2, size=300), rng.integers(5, size=300)])
    x = labels[..., None] + 0.1 * rng.standard_normal((2, 300, 1))
    two, five = SMALL.estimate_batch(x, labels, seeds=[0, 0])
    assert five.value == pytest.approx(SMALL.estimate(x[1], labels[1]).value, abs=1e-4)
    assert two.value == pytest.approx(SMALL.estimate(x[0], labels[0]).value, abs=1e-4)


def test_same_seed_same_numbers_and_another_seed_others() -> None:
    x, z = gaussian(2, 0.7, 400, 0)
    state = torch.random.get_rng_state()
    a, b, c = (SMALL.estimate(x, z, seed=seed) for seed in (5, 5, 6))
    assert a.value == b.value != c.value
    assert torch.equal(state, torch.random.get_rng_state())


@every
@around
def test_what_torch_is_set_to_around_it_is_of_no_matter(
    estimator: NeuralEstimator, around: Callable[[], AbstractContextManager[object]]
) -> None:
    x, z = gaussian(2, 0.7, 400, 0)
    mine = dataclasses.replace(estimator, steps=10, check_every=5, restarts=2)
    expected = mine.estimate(x, z)
    with around():
        before = settings()
        found = mine.estimate(x, z)
        kept = mine.estimate(x, z, keep_critic=True)
        warm = mine.estimate(x, z, init=kept)
        assert settings() == before
    assert found.value == pytest.approx(expected.value, abs=1e-6)
    assert warm.value == pytest.approx(mine.estimate(x, z, init=kept).value, abs=1e-6)
    for name, curve in expected.history.items():
        np.testing.assert_allclose(found.history[name], curve, atol=1e-6)


@around
def test_and_stays_as_it_was_where_groups_leave_too_few_rows(
    around: Callable[[], AbstractContextManager[object]],
) -> None:
    x, z = gaussian(2, 0.7, 400, 0)
    mine = dataclasses.replace(SMALL, batch_size=240)
    with around():
        before = settings()
        with pytest.raises(InputError, match="batch_size=240 is more than the 238 training rows"):
            mine.estimate(x, z, groups=np.arange(400) // 9)  # 26 nines and four
        assert settings() == before


def test_scale_shift_and_precision_of_the_input_do_not_matter() -> None:
    x, z = gaussian(2, 0.7, 400, 0)
    plain = SMALL.estimate(x, z).value
    assert SMALL.estimate(1e4 * x - 7, 1e-4 * z).value == pytest.approx(plain, abs=1e-4)
    single = SMALL.estimate(x.astype(np.float32), torch.tensor(z, dtype=torch.float32))
    assert single.value == pytest.approx(plain, abs=1e-4)


def test_labels_are_categories_not_numbers() -> None:
    rng = np.random.default_rng(0)
    y = rng.integers(3, size=600)
    x = y[:, None] + 0.3 * rng.standard_normal((600, 1))
    value = SMALL.estimate(x, y).value
    # the names of the labels are of no consequence, only their order fixes the columns
    assert SMALL.estimate(x, np.array([-5, 100, 7_000])[y]).value == value
    assert SMALL.estimate(x, np.array(["a", "b", "c"])[y]).value == value
    assert SMALL.estimate(x, y.astype(float)).value != value
    assert SMALL.check(x, y).z.shape == (600, 3)


def test_warns_when_still_rising_and_when_it_learns_by_heart() -> None:
    x, z = gaussian(2, 0.9, 1_000, 0)
    short = MINE(steps=20, check_every=10, restarts=1).estimate(x, z)
    assert any("still rising at the last step" in w for w in short.warnings)
    x, z = gaussian(20, 0.9, 300, 0)
    brisk = {**BRISK, "learning_rate": 1e-3, "average_decay": 0.99, "steps": 300}
    small = MINE(batch_size=64, weight_decay=0.0, **brisk).estimate(x, z)
    told = " ".join(small.warnings)
    assert "training and held-out bounds differ by" in told
    assert "few pairs carry the marginal term" in told


def test_history_has_one_entry_a_check_and_the_test_bound_decides_nothing() -> None:
    x, z = gaussian(2, 0.8, 600, 0)
    e = SMALL.estimate(x, z, seed=3)
    assert set(e.history) == {"step", "train", "train_std", "validation", "test"}
    assert list(e.history["step"]) == [0, 20, 40, 60]
    for curve in e.history.values():
        assert np.isfinite(curve).all()
        assert curve.dtype == np.float64
    # other test rows, same training and validation rows: the path to the checkpoint is the same
    test = torch.randperm(600, generator=stream(3))[480:].numpy()
    x[test], z[test] = x[test[::-1]], -z[test]
    other = SMALL.estimate(x, z, seed=3)
    for name in ("train", "validation"):
        np.testing.assert_array_equal(other.history[name], e.history[name])
    assert other.value != e.value


@pytest.mark.parametrize("unit", [2.0**700, 2.0**-700, 1e200, 1e-200])
@pytest.mark.filterwarnings("error")
def test_huge_and_tiny_units_do_not_matter(unit: float) -> None:
    x, z = gaussian(2, 0.7, 400, 0)
    plain = SMALL.estimate(x, z).value
    # powers of two scale exactly; others round once, which float32 forgets but for a last digit
    assert SMALL.estimate(unit * x, z / unit).value == pytest.approx(plain, abs=1e-4)


def test_warns_of_outliers_but_not_of_rare_labels() -> None:
    x, z = gaussian(2, 0.7, 400, 0)
    assert not any("outliers" in w for w in SMALL.estimate(x, z).warnings)
    x[3, 1] = 1e6
    batch = SMALL.estimate_batch([z, x], [x, z], seeds=[0, 1])
    for e, name in zip(batch, "zx", strict=True):
        assert any(f"column 1 of {name} has outliers" in w for w in e.warnings)
    rare = (np.arange(400) < 101).astype(int)
    assert not any("outliers" in w for w in SMALL.estimate(z, rare).warnings)


def test_bad_input_is_named() -> None:
    x, z = gaussian(2, 0.5, 200, 0)
    with pytest.raises(InputError, match=r"batch_size=256 is more than the 120 training rows"):
        MINE().estimate(x, z)
    with pytest.raises(InputError, match="test_shifts=40 is more than the 39 other rows"):
        MINE(batch_size=64, test_shifts=40).estimate(x, z)
    with pytest.raises(InputError, match="column 1 of x is constant"):
        SMALL.estimate(np.stack([x[:, 0], np.ones(200)], axis=1), z)
    with pytest.raises(InputError, match="z has 200 distinct integers"):
        SMALL.estimate(x, np.arange(200))
    with pytest.raises(InputError, match="seed=-1"):
        SMALL.estimate(x, z, seed=-1)
    with pytest.raises(InputError, match="device='gpu' is not on this machine"):
        SMALL.estimate_batch([x], [z], seeds=[0], device="gpu")
    with pytest.raises(InputError, match="seed=-1"):
        SMALL.estimate_batch([x], [z], seeds=[-1])
    with pytest.raises(InputError, match="2, 1 and 2 members"):
        SMALL.estimate_batch([x, x], [z], seeds=[0, 1])


@pytest.mark.parametrize("estimator", [NWJ, InfoNCE, SMILE, JS])
def test_every_bound_comes_near_a_moderate_truth(estimator: type[NeuralEstimator]) -> None:
    x, z = batch_of(2, 0.7, 3_000, 3)
    brisk = {**BRISK, "hidden": (32, 32), "batch_size": 128, "steps": 300}
    estimates = estimator(**brisk).estimate_batch(x, z, seeds=[0, 1, 2])
    truth = -math.log(1 - 0.7**2)  # 0.67
    error = math.sqrt(sum(e.std**2 for e in estimates)) / 3
    mean = np.mean([e.value for e in estimates])
    # as for MINE above; at 0.67 nats no ratio of note exceeds e^5, so SMILE is as good as a bound
    assert truth - 3 * error - 0.06 < mean < truth + 3 * error
    assert all(e.estimator == estimator.name for e in estimates)


def test_infonce_stays_below_the_log_of_its_batch_and_says_so() -> None:
    x, z = gaussian(10, 0.99, 2_000, 0)
    e = InfoNCE(batch_size=16, steps=400, restarts=1).estimate(x, z)
    assert e.value <= math.log(16)
    assert any("ceiling log 16" in w for w in e.warnings)


def test_without_correction_the_gradient_is_another() -> None:
    x, z = gaussian(3, 0.7, 400, 0)
    plain = dataclasses.replace(SMALL, bias_correction=False)
    assert plain.estimate(x, z).value != SMALL.estimate(x, z).value


def test_members_that_do_not_fit_together_go_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    x, z = batch_of(2, 0.7, 400, 3)
    together = SMALL.estimate_batch(x, z, seeds=[0, 1, 2])
    monkeypatch.setattr(variational, "MEMORY", 1)
    for a, b in zip(together, SMALL.estimate_batch(x, z, seeds=[0, 1, 2]), strict=True):
        assert a.value == pytest.approx(b.value, abs=1e-4)


def test_strong_dependence_in_many_dimensions_is_doubted() -> None:
    x, z = gaussian(20, 0.9, 3_000, 0)  # 16.6 nats, far beyond what so many rows can show
    e = MINE(**{**BRISK, "steps": 300}).estimate(x, z)
    assert any("too uncertain to trust" in w or "ceiling" in w for w in e.warnings)


def test_what_fits_no_machine_is_refused() -> None:
    x, z = gaussian(2, 0.5, 200_000, 0)
    with pytest.raises(InputError, match=r"batch_size=100000 .* GiB in training"):
        MINE(critic="separable", batch_size=100_000).estimate(x, z)


def test_a_device_may_be_a_torch_device() -> None:
    x, z = gaussian(2, 0.7, 400, 0)
    cpu = SMALL.estimate(x, z, device=torch.device("cpu"))  # type: ignore[arg-type]
    assert cpu.value == SMALL.estimate(x, z).value


def test_fresh_draws() -> None:
    gaussian_pair = CorrelatedGaussian(d=1, rho=0.9)
    mine = MINE(**{**BRISK, "hidden": (32, 32), "steps": 500})
    estimates = mine.estimate_fresh([gaussian_pair.draw] * 3, seeds=[0, 1, 2], n=5_000)
    error = math.sqrt(sum(e.std**2 for e in estimates)) / 3
    mean = np.mean([e.value for e in estimates])
    assert gaussian_pair.information.value - 3 * error - 0.04 < mean
    assert mean < gaussian_pair.information.value + 3 * error
    steps = int(estimates[0].history["step"][-1])
    assert estimates[0].n == 2_000 + 256 * (steps + 1)
    assert not any("by heart" in w for e in estimates for w in e.warnings)
    together = SMALL.estimate_fresh([gaussian_pair.draw] * 3, seeds=[0, 1, 2], n=500)
    (alone,) = SMALL.estimate_fresh([gaussian_pair.draw], seeds=[1], n=500)
    assert alone.value == pytest.approx(together[1].value, abs=1e-4)


def test_fresh_draws_refuse_what_a_sample_would() -> None:
    draw = CorrelatedGaussian(d=1, rho=0.9).draw
    with pytest.raises(InputError, match="n=5 leaves 1 rows for validation"):
        MINE().estimate_fresh([draw], seeds=[0], n=5)
    with pytest.raises(InputError, match="draws has 3, which is no function"):
        MINE().estimate_fresh([3], seeds=[0])  # type: ignore[list-item]
    with pytest.raises(InputError, match="1, 1 and 2 members"):
        MINE().estimate_fresh([draw], seeds=[0, 1])


def test_bounds_by_name() -> None:
    assert by_bound("dv", steps=7) == MINE(steps=7)
    assert by_bound("smile(2.5)") == SMILE(tau=2.5)
    assert by_bound("smile") == SMILE()
    assert by_bound("smile(inf)").tau == math.inf  # type: ignore[attr-defined]
    for name, told in (
        ("mi", "bound='mi' is unknown: dv, nwj, infonce, smile"),
        (["dv"], r"bound=\['dv'\] is unknown"),
        ("smile(x)", r"bound='smile\(x\)' is not accepted: its tau is a number > 0"),
        ("smile(0)", r"bound='smile\(0\)' is not accepted"),
        ("smile(nan)", r"bound='smile\(nan\)' is not accepted"),
        ("smile(1e300)", r"bound='smile\(1e300\)' is not accepted"),
    ):
        with pytest.raises(InputError, match=told):
            by_bound(name)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="steps=-1"):
        by_bound("smile(5)", steps=-1)
