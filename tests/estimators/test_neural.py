"""Laws of MINE: closed forms, splits, checkpoints, members of a batch, and its doubts."""

import dataclasses
import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest
import torch

from infoplane.errors import InputError
from infoplane.estimators.base import Samples
from infoplane.estimators.bounds import DonskerVaradhan, dv, dv_test
from infoplane.estimators.critics import ConcatenatedCritic, initial_weights
from infoplane.estimators.neural import MINE
from infoplane.estimators.rows import Rows, generator, prepare, split_sizes
from infoplane.estimators.training import Run, Schedule, _AveragedAdam, _Batches, train

Floats = npt.NDArray[np.float64]
SMALL = MINE(hidden=(16, 16), batch_size=64, steps=60, check_every=20)


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Small problems gain nothing from a second thread, and wait for it where cores are shared."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def gaussian(d: int, rho: float, n: int, seed: int) -> tuple[Floats, Floats]:
    rng = np.random.default_rng([seed, d])
    x = rng.standard_normal((n, d))
    return x, rho * x + math.sqrt(1 - rho * rho) * rng.standard_normal((n, d))


def batch_of(d: int, rho: float, n: int, members: int) -> tuple[Floats, Floats]:
    pairs = [gaussian(d, rho, n, seed) for seed in range(members)]
    return np.stack([x for x, _ in pairs]), np.stack([z for _, z in pairs])


def rows_of(n: int, seeds: list[int]) -> Rows:
    samples = [Samples(*gaussian(2, 0.8, n, seed)) for seed in seeds]
    return prepare(samples, split_sizes(n, 0.6, 0.2), [generator(s) for s in seeds], "cpu")


@pytest.mark.parametrize("rho", [0.5, -0.8])
def test_correlated_gaussians(rho: float) -> None:
    x, z = batch_of(2, rho, 5_000, 3)
    estimates = MINE(steps=1_500).estimate_batch(x, z, seeds=[0, 1, 2])
    truth = -math.log(1 - rho * rho)
    mean = np.mean([e.value for e in estimates])
    error = math.sqrt(sum(e.std**2 for e in estimates)) / 3
    # a lower bound, so never more than 3 standard errors above; below, what a critic trained on
    # 3 000 rows lacks: half a nat a thousand rows would be far too much, 0.06 nats is allowed
    assert truth - 3 * error - 0.06 < mean < truth + 3 * error
    for e in estimates:
        assert 0 < e.std < 0.1


def test_independent_inputs_give_zero_and_nothing_is_clipped() -> None:
    x, z = batch_of(5, 0.0, 2_000, 8)
    values = [e.value for e in MINE(steps=300).estimate_batch(x, z, seeds=range(8))]
    assert abs(np.mean(values)) < 0.02
    assert min(values) < 0


@pytest.mark.parametrize("correction", [True, False])
def test_a_batch_is_its_members_alone(correction: bool) -> None:
    x, z = batch_of(3, 0.7, 400, 4)
    mine = MINE(hidden=(16, 8), batch_size=64, steps=45, check_every=10, bias_correction=correction)
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


def test_members_that_stop_leave_the_others_as_they_are() -> None:
    """In float64, where rounding does not grow to anything in two hundred steps."""
    schedule = Schedule(
        steps=200,
        batch_size=32,
        learning_rate=1e-2,
        weight_decay=0.0,
        average_decay=0.5,
        clip=1.0,
        check_every=5,
        patience=1,
    )

    def trained(seeds: list[int]) -> tuple[torch.Tensor, list[Run]]:
        rows = rows_of(200, seeds)
        rows = dataclasses.replace(rows, x=rows.x.double(), z=rows.z.double())
        weights = initial_weights(2, 2, (16,), [generator(s) for s in seeds]).double()
        critic = ConcatenatedCritic(weights, 2, 2, (16,))
        return train(critic, DonskerVaradhan(0.01), rows, schedule, [generator(s) for s in seeds])

    seeds = list(range(6))
    best, runs = trained(seeds)
    assert len({len(run.step) for run in runs}) > 2
    for i in seeds:
        alone, (run,) = trained([i])
        assert runs[i].step == run.step
        assert runs[i].best == run.best
        np.testing.assert_allclose(runs[i].train, run.train, atol=1e-8)
        np.testing.assert_allclose(runs[i].test, run.test, atol=1e-8)
        torch.testing.assert_close(best[i], alone[0], atol=1e-8, rtol=0)


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


def test_splits_are_disjoint_cover_everything_and_follow_the_seed() -> None:
    rows = rows_of(50, [0, 1])
    assert rows.train.shape == (2, 30)
    assert rows.validation.shape == rows.test.shape == (2, 10)
    for i in range(2):
        parts = torch.cat([rows.train[i], rows.validation[i], rows.test[i]])
        assert sorted(parts.tolist()) == list(range(50 * i, 50 * i + 50))
    assert not torch.equal(rows.train[0], rows.train[1] - 50)
    seen = rows.take(rows.train)[0]
    torch.testing.assert_close(seen.mean(1), torch.zeros(2, 2), atol=1e-6, rtol=0)
    torch.testing.assert_close(seen.std(1, correction=0), torch.ones(2, 2))


def test_marginal_pairs_never_pair_a_row_with_itself() -> None:
    rows = rows_of(100, [0, 1, 2])  # 60 training rows: 3 batches of 16 an epoch
    numbers = torch.arange(300.0)[:, None]
    rows = Rows(numbers, numbers, rows.train, rows.validation, rows.test)
    batches = _Batches(rows, 16, [generator(s) for s in range(3)])
    for _ in range(4):
        epoch = []
        for _ in range(3):
            x, z = batches.next()
            assert torch.equal(x, z[:, :-1])
            assert not (x == z[:, 1:]).any()
            assert torch.equal(x.sort(1).values, z[:, 1:].sort(1).values)
            epoch.append(x)
        for i, drawn in enumerate(torch.cat(epoch, dim=1)[..., 0].long().tolist()):
            assert len(set(drawn)) == 48
            assert set(drawn) <= set(rows.train[i].tolist())


def test_every_weight_is_trained_and_the_best_checkpoint_is_a_copy() -> None:
    rows, seeds = rows_of(500, [0, 1]), [0, 1]
    start = initial_weights(2, 2, (8, 8), [generator(s) for s in seeds])
    critic = ConcatenatedCritic(start.clone(), 2, 2, (8, 8))
    schedule = Schedule(
        steps=40,
        batch_size=100,
        learning_rate=1e-3,
        weight_decay=0.0,  # so that only a gradient moves a weight
        average_decay=0.0,
        clip=1.0,
        check_every=10,
        patience=100,
    )
    best, runs = train(critic, DonskerVaradhan(0.01), rows, schedule, [generator(7)] * 2)
    assert (critic.weights != start).any(dim=1).all()
    # what comes back gives the best validation bound noted, and moves with no later step
    joint, marginal = critic.like(best).evaluate(*rows.take(rows.validation), 4)
    for i, value in enumerate(dv(joint, marginal.flatten(1)).tolist()):
        assert runs[i].best > 0
        assert value == pytest.approx(max(runs[i].validation), abs=1e-6)
    kept = best.clone()
    critic.weights.zero_()
    assert torch.equal(best, kept)


def test_a_gradient_reaches_every_layer() -> None:
    x, z = batch_of(2, 0.8, 65, 2)
    critic = ConcatenatedCritic(
        initial_weights(2, 2, (8, 8), [generator(s) for s in range(2)]), 2, 2, (8, 8)
    )
    bound = DonskerVaradhan(0.01)
    for scale in (1, 2):
        # the second batch differs from the average, which gives the last bias its gradient
        xs, zs = torch.tensor(scale * x).float(), torch.tensor(z).float()
        _, d_joint, d_marginal = bound.step(*critic.scores(xs[:, :64], zs))
        critic.backward(d_joint, d_marginal)
    for grad in critic._grads:
        assert (grad != 0).flatten(1).any(dim=1).all()


def test_one_members_outlier_is_clipped_and_moves_no_other_member() -> None:
    schedule = Schedule(
        steps=1,
        batch_size=1,
        learning_rate=0.1,
        weight_decay=0.0,
        average_decay=0.0,
        clip=2.0,
        check_every=1,
        patience=1,
    )
    moved = []
    for outlier in (1.0, 1e6):
        weights = torch.zeros(2, 4)
        optimiser = _AveragedAdam(weights, schedule)
        grad = torch.tensor([[0.1, -0.1, 0.2, 0.3], [outlier, 0.0, 0.0, outlier]])
        optimiser.step(grad)
        assert (grad.norm(dim=1) <= 2.0 + 1e-5).all()
        moved.append(weights[0])
        torch.testing.assert_close(optimiser.average, weights)
    assert torch.equal(moved[0], moved[1])


def test_standard_error_covers_what_a_trained_critic_is_worth() -> None:
    """Train once, then let fresh test sets of the same law judge the intervals."""
    rows = rows_of(2_000, [0])
    critic = ConcatenatedCritic(initial_weights(2, 2, (16, 16), [generator(0)]), 2, 2, (16, 16))
    schedule = Schedule(
        steps=300,
        batch_size=128,
        learning_rate=3e-3,
        weight_decay=0.0,
        average_decay=0.9,
        clip=1.0,
        check_every=50,
        patience=10,
    )
    best, _ = train(critic, DonskerVaradhan(0.01), rows, schedule, [generator(0)])
    critic = critic.like(best)

    def fresh(n: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
        x, z = gaussian(2, 0.8, n, seed)
        return torch.tensor(x[None]).float(), torch.tensor(z[None]).float()

    joint, marginal = critic.evaluate(*fresh(100_000, 10**6), 8)
    population = float(dv(joint.double(), marginal.double().flatten(1)))
    assert population > 0.5  # the critic has learned something to be uncertain about
    covered, repeats = 0, 300
    for r in range(repeats):
        joint, marginal = critic.evaluate(*fresh(400, 1000 + r), 16)
        value, std, _ = dv_test(joint[0].double().numpy(), marginal[0].double().numpy())
        covered += abs(value - population) < 1.96 * std
    # 300 repeats of 0.95: standard error 0.013
    assert 0.90 <= covered / repeats <= 0.99


def test_warns_when_still_rising_and_when_it_learns_by_heart() -> None:
    x, z = gaussian(2, 0.9, 1_000, 0)
    short = MINE(steps=20, check_every=10).estimate(x, z)
    assert any("still rising at the last step" in w for w in short.warnings)
    x, z = gaussian(20, 0.9, 300, 0)
    small = MINE(batch_size=64, steps=600, weight_decay=0.0).estimate(x, z)
    told = " ".join(small.warnings)
    assert "training and held-out bounds differ by" in told
    assert "few pairs carry the marginal term" in told


def test_warns_at_the_ceiling_and_of_a_dead_critic() -> None:
    run = Run(step=[0, 20], train=[0.0, 9.0], validation=[0.0, 9.0], test=[0.0, 9.0], best=1)
    joint, marginal = np.full(20, 9.0), np.zeros((32, 20))
    joint[0] = 9.1
    _, _, warnings, _ = SMALL._answer(run, joint, marginal, 9.0)
    assert any("ceiling log 640" in w for w in warnings)
    _, _, warnings, _ = SMALL._answer(run, 0 * joint, marginal, 0.0)
    assert any("dead" in w for w in warnings)


def test_history_has_one_entry_a_check_and_the_test_bound_decides_nothing() -> None:
    x, z = gaussian(2, 0.8, 600, 0)
    e = SMALL.estimate(x, z, seed=3)
    assert set(e.history) == {"step", "train", "validation", "test"}
    assert list(e.history["step"]) == [0, 20, 40, 60]
    for curve in e.history.values():
        assert np.isfinite(curve).all()
        assert curve.dtype == np.float64
    # other test rows, same training and validation rows: the path to the checkpoint is the same
    test = torch.randperm(600, generator=generator(3))[480:].numpy()
    x[test], z[test] = x[test[::-1]], -z[test]
    other = SMALL.estimate(x, z, seed=3)
    for name in ("train", "validation"):
        np.testing.assert_array_equal(other.history[name], e.history[name])
    assert other.value != e.value


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"steps": -1}, "steps=-1"),
        ({"steps": 2.5}, "steps=2.5"),
        ({"hidden": ()}, r"hidden=\(\)"),
        ({"hidden": (8, 0)}, "hidden=0"),
        ({"hidden": 64}, r"hidden=64 .*\(64,\)"),
        ({"hidden": (8, 10**6)}, "hidden=1000000 .*<= 65536"),
        ({"bias_correction": 1}, "bias_correction=1 .*True or False"),
        ({"batch_size": 1}, "batch_size=1"),
        ({"learning_rate": 0.0}, "learning_rate=0.0"),
        ({"learning_rate": math.nan}, "learning_rate=nan"),
        ({"weight_decay": -1.0}, "weight_decay=-1.0"),
        ({"average_decay": 1.0}, "average_decay=1.0"),
        ({"clip": 0.0}, "clip=0.0"),
        ({"ema_rate": 1.5}, "ema_rate=1.5"),
        ({"patience": 0}, "patience=0"),
        ({"check_every": 0}, "check_every=0"),
        ({"test_shifts": 0}, "test_shifts=0"),
        ({"train_fraction": 0.8, "validation_fraction": 0.2}, "train_fraction=0.8"),
    ],
)
def test_bad_options_are_named(options: dict[str, object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        MINE(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize("unit", [2.0**700, 2.0**-700, 1e200, 1e-200])
@pytest.mark.filterwarnings("error")
def test_huge_and_tiny_units_do_not_matter(unit: float) -> None:
    x, z = gaussian(2, 0.7, 400, 0)
    plain = SMALL.estimate(x, z).value
    # powers of two scale exactly; others round once, which float32 forgets but for a last digit
    assert SMALL.estimate(unit * x, z / unit).value == pytest.approx(plain, abs=1e-4)


@pytest.mark.filterwarnings("error")
def test_subnormal_columns_are_standardised() -> None:
    x = gaussian(1, 0.7, 50, 0)[0] * 1e-320
    rows = prepare([Samples(x, x)], (30, 10, 10), [generator(0)], "cpu")
    seen = rows.take(rows.train)[0]
    torch.testing.assert_close(seen.std(1, correction=0), torch.ones(1, 1))


def test_a_column_that_varies_only_outside_training_keeps_its_unit() -> None:
    order = torch.randperm(50, generator=generator(0)).numpy()
    x = np.full((50, 1), 24.0)
    x[order[-1]] = 28.0
    rows = prepare([Samples(x, x)], (30, 10, 10), [generator(0)], "cpu")
    assert rows.x.max() == 4


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


@pytest.mark.parametrize("options", [{"ema_rate": 1.0}, {"hidden": [8]}, {"average_decay": 0.0}])
def test_limits_of_the_options_work(options: dict[str, object]) -> None:
    x, z = gaussian(1, 0.9, 300, 0)
    mine = MINE(**{"batch_size": 64, "steps": 20, **options})  # type: ignore[arg-type]
    assert math.isfinite(mine.estimate(x[:, 0], z[:, 0]).value)
    assert hash(mine) == hash(mine)
