"""The training loop: checkpoints, stopping, clipping, and what a trained critic is worth."""

import dataclasses

import numpy as np
import pytest
import torch

from infoplane.estimators.neural.batches import SampleRows
from infoplane.estimators.neural.bounds import dv, dv_test
from infoplane.estimators.neural.critics.concatenated import ConcatenatedCritic
from infoplane.estimators.neural.objectives import DonskerVaradhan
from infoplane.estimators.neural.training import Run, Schedule, _AveragedAdam, train
from infoplane.estimators.rows import Rows
from infoplane.streams import stream
from tests.estimators.correlated import batch_of, gaussian
from tests.estimators.test_rows import rows_of


def critic_of(seeds: list[int], *hidden: int) -> ConcatenatedCritic:
    return ConcatenatedCritic.initial(2, 2, hidden, [stream(s) for s in seeds])


def source_of(rows: Rows, size: int, seeds: list[int]) -> SampleRows:
    return SampleRows(rows, size, [stream(s) for s in seeds])


def test_members_that_stop_leave_the_others_as_they_are() -> None:
    """In float64, where rounding does not grow to anything in two hundred steps."""
    schedule = Schedule(
        steps=200,
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
        critic = critic_of(seeds, 16)
        critic = critic.like(critic.weights.double())
        return train(critic, DonskerVaradhan(0.01), source_of(rows, 32, seeds), schedule)

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


def test_every_weight_is_trained_and_the_best_checkpoint_is_a_copy() -> None:
    rows, seeds = rows_of(500, [0, 1]), [0, 1]
    critic = critic_of(seeds, 8, 8)
    start = critic.weights.clone()
    schedule = Schedule(
        steps=40,
        learning_rate=1e-3,
        weight_decay=0.0,  # so that only a gradient moves a weight
        average_decay=0.0,
        clip=1.0,
        check_every=10,
        patience=100,
    )
    best, runs = train(critic, DonskerVaradhan(0.01), source_of(rows, 100, [7, 7]), schedule)
    assert (critic.weights != start).any(dim=1).all()
    # what comes back gives the best validation bound noted, and moves with no later step
    joint, marginal = critic.like(best).evaluate(*rows.take(rows.validation), 4)
    for i, value in enumerate(dv(joint, marginal).tolist()):
        assert runs[i].best > 0
        assert value == pytest.approx(max(runs[i].validation), abs=1e-6)
    kept = best.clone()
    critic.weights.zero_()
    assert torch.equal(best, kept)


def test_a_gradient_reaches_every_layer() -> None:
    x, z = batch_of(2, 0.8, 64, 2)
    critic = critic_of([0, 1], 8, 8)
    bound = DonskerVaradhan(0.01)
    for scale in (1, 2):
        # the second batch differs from the average, which gives the last bias its gradient
        xs, zs = torch.tensor(scale * x).float(), torch.tensor(z).float()
        _, d_joint, d_marginal = bound.step(*critic.scores(xs, zs, 1))
        critic.backward(d_joint, d_marginal)
    for grad in critic._grads:
        assert (grad != 0).flatten(1).any(dim=1).all()


def test_one_members_outlier_is_clipped_and_moves_no_other_member() -> None:
    schedule = Schedule(
        steps=1,
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
    critic = critic_of([0], 16, 16)
    schedule = Schedule(
        steps=300,
        learning_rate=3e-3,
        weight_decay=0.0,
        average_decay=0.9,
        clip=1.0,
        check_every=50,
        patience=10,
    )
    best, _ = train(critic, DonskerVaradhan(0.01), source_of(rows, 128, [0]), schedule)
    critic = critic.like(best)

    def fresh(n: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
        x, z = gaussian(2, 0.8, n, seed)
        return torch.tensor(x[None]).float(), torch.tensor(z[None]).float()

    joint, marginal = critic.evaluate(*fresh(100_000, 10**6), 8)
    population = float(dv(joint.double(), marginal.double()))
    assert population > 0.5  # the critic has learned something to be uncertain about
    covered, repeats = 0, 300
    for r in range(repeats):
        joint, marginal = critic.evaluate(*fresh(400, 1000 + r), 16)
        value, std, _ = dv_test(joint[0].double().numpy(), marginal[0].double().numpy())
        covered += abs(value - population) < 1.96 * std
    # 300 repeats of 0.95: standard error 0.013
    assert 0.90 <= covered / repeats <= 0.99
