"""Training: what it keeps, when it ends, what it draws; and that closed forms stay closed forms."""

import math
from copy import deepcopy

import pytest
import torch

from infoplane.estimators.latents import training
from infoplane.estimators.latents.correlation import correlation_layer
from infoplane.estimators.latents.model import TwoFlows, as_doubles
from infoplane.estimators.latents.training import CHECKS, GAIN, PATIENCE, Course, train
from tests.estimators.latents.models import bent_rows, model_of, tensors

ROWS = bent_rows(2, 2, n=700)
SEEN, OTHERS = (tensors(*(a[part] for a in ROWS)) for part in (slice(500), slice(500, None)))


def canonical(latents):
    return correlation_layer(*as_doubles(latents), rho="canonical", by="likelihood")


def trained(model=None, *, seen=SEEN, **options):
    model = model or model_of(*ROWS, blocks=1)
    asked = {"steps": 24, "batch_size": 100, "learning_rate": 5e-3, "fitted": canonical}
    generator = torch.Generator().manual_seed(options.pop("seed", 0))
    return model, train(model, seen, OTHERS, **asked | options, generator=generator)


def loss_of(model, rows=OTHERS):
    return -model.log_density(model.at(*rows)).mean().item()


@pytest.mark.parametrize("fitted", [canonical, None])
def test_the_likelihood_of_other_rows_rises_and_the_best_state_is_kept(fitted):
    before = loss_of(model_of(*ROWS, blocks=1))
    model, course = trained(fitted=fitted)
    assert course.loss[0] == pytest.approx(before, abs=1e-5)
    assert min(course.loss) < before - 0.02
    assert loss_of(model) == pytest.approx(min(course.loss), abs=1e-5)
    assert course.loss[course.best] == min(course.loss)
    # the curves are of that state as well
    found = {name: model.log_ratio(model.at(*rows)).mean().item()
             for name, rows in (("train", SEEN), ("validation", OTHERS))}  # fmt: skip
    for name, value in found.items():
        assert getattr(course, name)[course.best] == pytest.approx(value, abs=1e-5)
    assert course.from_rho[course.best] == pytest.approx(model.base.information(), abs=1e-6)
    assert course.rho[course.best] == pytest.approx(model.base.rho().mean(), abs=1e-6)


def test_what_is_learned_by_heart_is_not_kept():
    """Of thirty rows flows learn all there is; the best check is long before the last."""
    model, course = trained(seen=tuple(a[:30] for a in SEEN), steps=200, learning_rate=2e-2)
    assert course.loss[-1] > min(course.loss) + 1
    assert loss_of(model) == pytest.approx(min(course.loss), abs=1e-5)


def test_of_closed_forms_rho_says_what_the_rows_say():
    """Exactly: the mean ratio of rows is a function of their second moments, which are R."""
    _, course = trained()
    assert course.train[1:] == pytest.approx(course.from_rho[1:], abs=1e-5)
    _, course = trained(fitted=None)
    assert course.train[-1] != pytest.approx(course.from_rho[-1], abs=1e-4)


@pytest.mark.parametrize("steps", [0, 1, 7, 20, 21, 50])
def test_there_are_at_most_twenty_looks_and_the_last_is_at_the_end(steps, monkeypatch):
    monkeypatch.setattr(training, "PATIENCE", 1_000)  # it never stands
    _, course = trained(steps=steps)
    assert course.step[0] == 0
    assert course.step[-1] == steps
    assert len(course.step) <= CHECKS + 1
    assert course.step == sorted(set(course.step))
    lengths = {len(getattr(course, name)) for name in ("train", "validation", "loss", "rho")}
    assert lengths == {len(course.step)}
    assert not course.ended


def test_no_step_leaves_the_model_as_it_was():
    model = model_of(*ROWS, blocks=1)
    before = deepcopy(model.state_dict())
    trained(model, steps=0)
    assert all(torch.equal(v, before[k]) for k, v in model.state_dict().items())


def test_it_ends_where_nothing_is_gained_any_more():
    _, course = trained(learning_rate=1e-6, fitted=None)
    assert course.ended
    assert len(course.step) == PATIENCE + 1


@pytest.mark.parametrize(
    ("loss", "stands"),
    [
        ([5.0] * PATIENCE, False),  # too few to tell
        ([5.0] * (PATIENCE + 1), True),
        ([5.0] * PATIENCE + [5.0 - 2 * GAIN], False),
        ([5.0] + [5.0 - 0.5 * GAIN] * PATIENCE, True),
        ([5.0 - 0.1 * i for i in range(20)], False),
        ([5.0, 3.0] + [4.0] * PATIENCE, True),  # worse is no gain
        ([5.0, 3.0] + [4.0] * (PATIENCE - 1), False),
        ([5.0, 4.0] + [5.0] * (PATIENCE - 1), False),  # gained, and lost again
        ([3.0, 5.0] + [4.0] * PATIENCE, True),  # gained on what was worse than the best
        ([5.0] + [math.inf] * PATIENCE, True),
    ],
)
def test_eight_looks_that_gain_little_together_are_the_end(loss, stands):
    assert Course(loss=loss).stands == stands


def test_every_row_is_seen_once_before_any_is_seen_again(monkeypatch):
    """But for the rest of a round that fills no batch."""
    batches = []
    real = TwoFlows.latents

    def spy(self, x, z):
        if torch.is_grad_enabled():
            batches.append(x)
        return real(self, x, z)

    monkeypatch.setattr(TwoFlows, "latents", spy)
    monkeypatch.setattr(training, "PATIENCE", 1_000)  # it never stands
    trained(steps=10, batch_size=120)  # 4 of 500 rows
    assert [len(batch) for batch in batches] == [120] * 10
    rounds = [torch.cat(batches[i : i + 4]) for i in (0, 4)]
    assert all(len(torch.unique(rows, dim=0)) == 480 for rows in rounds)
    assert not torch.equal(*rounds)
    batches.clear()
    trained(steps=3, batch_size=500)
    assert [len(batch) for batch in batches] == [500] * 3


def test_its_generator_is_all_that_it_draws_from():
    before = torch.get_rng_state()
    one, again, other = (trained(seed=seed)[1].loss for seed in (0, 0, 1))
    assert torch.equal(torch.get_rng_state(), before)
    assert one == again
    assert one != other


def test_the_learning_rate_falls_to_nothing_along_half_a_cosine(monkeypatch):
    rates = []

    def spy(name, layers, rate):
        rates.extend(map(rate, range(40)))
        return lambda grads: None

    monkeypatch.setattr(training, "optimiser_of", spy)
    trained(steps=40, learning_rate=0.01)
    assert rates[0] == 0.01
    assert rates[20] == pytest.approx(0.005)
    assert rates[10] + rates[30] == pytest.approx(0.01)
    assert 0 < rates[39] < 0.01 * math.pi**2 / 4 / 40**2 * 1.01


@pytest.mark.parametrize("side", ["flow_x", "flow_z"])
@pytest.mark.parametrize("fitted", [canonical, None])
def test_latents_that_are_no_numbers_are_the_end_and_what_was_best_is_kept(
    side, fitted, monkeypatch
):
    """One column of one side is enough."""
    made, model = training.optimiser_of, model_of(*ROWS, blocks=0)
    place = [name for name, _ in model.named_parameters()].index(f"{side}.widths")

    def lost(name, layers, rate):
        step, count = made(name, layers, rate), iter(range(1_000))

        def one(grads):
            if next(count) == 13:  # one more, and nothing would be a number
                grads[place][1] = math.nan
            step(grads)

        return one

    monkeypatch.setattr(training, "optimiser_of", lost)
    _, course = trained(model, fitted=fitted, learning_rate=1e-3)
    assert course.lost == 14  # looks are at even steps
    assert course.step[-1] == 12
    assert loss_of(model) == pytest.approx(min(course.loss), abs=1e-5)
    assert all(torch.isfinite(p).all() for p in model.parameters())


def test_latents_without_a_closed_form_are_the_end_as_well():
    """Columns that have become one another, where the learning rate is much too high."""
    asked = iter(range(10))

    def singular(latents):
        if next(asked) == 3:
            latents.u[:, 0] = latents.u[:, 1]
        return canonical(latents)

    model, course = trained(fitted=singular)
    assert course.lost == 8  # the fourth time after the start, at even steps
    assert course.step == [0, 2, 4, 6]
    assert loss_of(model) == pytest.approx(min(course.loss), abs=1e-5)
