"""Chapter 06: classifiers see training images only, and each regime is the epoch it says."""

import json
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from infoplane.chapters.transfer_learning import heads
from infoplane.chapters.transfer_learning.embedded import Embedded
from infoplane.chapters.transfer_learning.heads import normalised, train
from infoplane.chapters.transfer_learning.settings import REGIMES
from infoplane.estimators.neighbors.ross import Ross
from infoplane.models.heads import Heads, fit
from tests.chapters.transfer_learning.world import planned

SEEDS, EPOCHS = [3, 5, 6], 9
(CONFIG, OTHER_ORDER, *_) = planned(seeds=SEEDS, epochs=EPOCHS, looks=20)["heads"].configs
ALL = list(range(1, EPOCHS + 1))


def clouds(n=60, apart=1.5, seed=0):
    """Two classes on either side of 0, half of the rows to test on."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(2 * n) % 2)
    x = rng.standard_normal((2 * n, 5)) + apart * (y[:, None] - 0.5) * np.array([1, 1, 0, 0, 0])
    return Embedded(x, y, rng.permutation(np.arange(2 * n) % 2 == 0), {})


@pytest.fixture
def rows(monkeypatch):
    """Puts an embedding in the place of that of the config."""

    def put(found):
        monkeypatch.setattr(heads, "embedded", lambda config: found)
        return found

    put(clouds())
    return put


@pytest.fixture(scope="module")
def values():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(heads, "embedded", lambda config: clouds())
        return train(CONFIG)


@pytest.fixture
def fitted(monkeypatch):
    """What is trained on: rows and labels."""
    seen = []

    def looked_at(model, x, y, **options):
        seen.append((x.clone(), y.clone(), options))
        return fit(model, x, y, **options)

    monkeypatch.setattr(heads, "fit", looked_at)
    return seen


def test_four_fifths_of_the_training_images_are_trained_on(rows, fitted):
    """Neither a test image nor one that says which epoch is best."""
    found = rows(clouds())
    train(CONFIG)
    ((x, y, options),) = fitted
    unit = found.x / np.linalg.norm(found.x, axis=1, keepdims=True)
    at = [int(np.abs(unit - row).sum(axis=1).argmin()) for row in x.numpy()]
    np.testing.assert_allclose(unit[at], x.numpy(), atol=1e-6)
    np.testing.assert_array_equal(found.y[at], y.numpy())
    assert len(set(at)) == len(at) == 48
    assert not found.test[at].any()
    assert (options["epochs"], options["order"]) == (EPOCHS, CONFIG["order"])
    assert (options["batch_size"], options["learning_rate"]) == (CONFIG["batch"], CONFIG["rate"])


def logits_of(found, epoch, seed, order=CONFIG["order"]):
    """Of a classifier that was trained by itself for so many epochs: (test, held out)."""
    unit = found.x / np.linalg.norm(found.x, axis=1, keepdims=True)
    x, y = torch.as_tensor(unit, dtype=torch.float32), torch.as_tensor(found.y)
    train_rows = np.flatnonzero(~found.test)
    held = train_rows[::5]
    seen = np.setdiff1d(train_rows, held)
    model = Heads(5, [seed], hidden=CONFIG["hidden"])
    fit(model, x[seen], y[seen], epochs=epoch, batch_size=CONFIG["batch"],
        learning_rate=CONFIG["rate"], order=order)  # fmt: skip
    with torch.no_grad():
        both = model(x)[0].double().numpy()
    return both[found.test], both[held], found.y[found.test], found.y[held]


def entropy(logits, y):
    return float(np.log1p(np.exp(-np.where(y == 1, 1, -1) * logits)).mean())


@pytest.mark.parametrize("member", range(len(SEEDS)))
@pytest.mark.parametrize("epoch", [1, 4, EPOCHS])
def test_courses_are_of_the_member_and_the_epoch(values, member, epoch):
    """Each as it would be alone, to the rounding of a batched product; of test images."""
    logits, held, y, y_held = logits_of(clouds(), epoch, SEEDS[member])
    assert values["epoch"] == ALL
    at = ALL.index(epoch)
    assert values["loss"][at][member] == pytest.approx(entropy(logits, y), abs=1e-4)
    assert values["validation"][at][member] == pytest.approx(entropy(held, y_held), abs=1e-4)
    # one of sixty may cross the border by rounding
    accuracy = ((logits > 0) == (y == 1)).mean()
    assert values["accuracy"][at][member] == pytest.approx(accuracy, abs=1 / 60 + 1e-5)
    ross = Ross(errors="local").estimate(logits, y).value
    assert values["ross"][at][member] == pytest.approx(ross, abs=0.02)


def test_the_best_epoch_is_that_of_the_least_validation_loss(values):
    validation = np.array(values["validation"])  # all epochs were looked at
    assert values["best"] == [ALL[i] for i in validation.argmin(axis=0)]


@pytest.mark.parametrize("name", ["accuracy", "loss", "ross"])
def test_regimes_are_the_first_the_best_and_the_last_epoch(values, name):
    course = np.array(values[name])
    best = [ALL.index(epoch) for epoch in values["best"]]
    expected = (course[0], course[best, range(len(SEEDS))], course[-1])
    assert list(values["regimes"]) == list(REGIMES)
    for regime, told in zip(REGIMES, expected, strict=True):
        np.testing.assert_array_equal(values["regimes"][regime][name], told)


def test_members_have_a_best_epoch_of_their_own(rows):
    """On few rows that overlap and a rate that overshoots all of them end worse than they were."""
    rows(clouds(n=40, apart=0.5))
    values = train(CONFIG | {"rate": 0.2, "epochs": 30, "prediction_steps": 1, "batch": 4})
    assert max(values["best"]) < 30
    least, last = (np.array(values["regimes"][r]["loss"]) for r in ("optimal", "overfitted"))
    assert (least < last).all()


def test_epochs_that_are_not_looked_at_can_be_the_best(rows):
    few = train(CONFIG | {"looks": 3, "prediction_steps": 1})
    every = train(CONFIG | {"prediction_steps": 1})
    assert few["epoch"] == [1, EPOCHS]
    assert few["best"] == every["best"]
    for regime in REGIMES:
        for name in ("accuracy", "loss", "ross"):
            assert few["regimes"][regime][name] == every["regimes"][regime][name]


def test_another_order_is_another_training_of_the_same_members(values, rows):
    again = train(OTHER_ORDER)
    assert again["loss"] != values["loss"]
    logits, _, y, _ = logits_of(clouds(), EPOCHS, SEEDS[0], OTHER_ORDER["order"])
    assert again["loss"][-1][0] == pytest.approx(entropy(logits, y), abs=1e-4)


def test_shapes_and_what_can_be_filed(values):
    for name in ("accuracy", "loss", "validation", "ross"):
        assert np.shape(values[name]) == (len(ALL), len(SEEDS))
    for told in values["regimes"].values():
        assert set(told) == {"accuracy", "loss", "ross", "mine"}
        assert {len(members) for members in told.values()} == {len(SEEDS)}
    assert not set(values) & set(CONFIG)  # or a record had no place in a frame
    json.dumps(values, allow_nan=False)


def test_classes_apart_are_learned_and_their_information_is_log_two(rows):
    """H(Y) = log 2 for as many of each; Ross errs by some hundredths at 60 rows."""
    rows(clouds(apart=20.0))
    told = train(CONFIG | {"epochs": 40, "prediction_steps": 200})["regimes"]["overfitted"]
    assert told["accuracy"] == [1, 1, 1]
    np.testing.assert_allclose(told["ross"], math.log(2), atol=0.1)
    # on 60 rows MINE is low, and not above by more than noise
    assert all(0.2 < value < math.log(2) + 0.15 for value in told["mine"])


def test_labels_that_are_noise_leave_no_information(rows):
    found = clouds(apart=0.0)
    rows(Embedded(np.random.default_rng(5).standard_normal(found.x.shape), found.y, found.test, {}))
    told = train(CONFIG | {"prediction_steps": 50})["regimes"]["optimal"]
    assert np.abs(told["ross"]).max() < 0.25  # three standard errors of 60 rows
    assert np.abs(told["mine"]).max() < 0.3


def test_a_classifier_that_always_says_one_class_has_an_information(rows):
    """After an epoch it may: the likelier class is then 1 in every row, which MINE would refuse."""
    found = rows(clouds(n=100, apart=3.0))
    labels = found.y[found.test]
    logits = torch.as_tensor(np.where(labels == 1, -0.5, -3.0))  # class 0 throughout, but it tells
    logits = logits + 0.1 * torch.randn(3, 100, generator=torch.Generator().manual_seed(0))
    config = CONFIG | {"prediction_steps": 300}
    told = heads._by_mine(logits, labels, config, "cpu")
    assert all(value > 0.3 for value in told)
    # and the other way round: of a class that is always 1 nothing is left
    np.testing.assert_allclose(heads._by_mine(-logits, labels, config, "cpu"), told, atol=0.15)
    # of others in the batch nothing changes
    varied = logits.clone()
    varied[1:] += 1.7
    alone = heads._by_mine(varied[1:], labels, config | {"seeds": SEEDS[1:]}, "cpu")
    assert heads._by_mine(varied, labels, config, "cpu")[1:] == pytest.approx(alone, abs=1e-4)


@settings(deadline=None)
@given(st.lists(st.floats(-300, 300), min_size=1, max_size=20))
def test_from_what_is_normalised_the_probability_can_be_read_back(logits):
    """The larger of both is 1, and which it is says on which side of 1/2 p lies."""
    given_logits = torch.tensor(logits, dtype=torch.float64)
    pairs = normalised(given_logits)
    assert pairs.shape == (len(logits), 2)
    assert (pairs.amax(dim=1) == 1).all()
    assert (pairs > 0).all()
    odds = pairs[:, 1].log() - pairs[:, 0].log()
    torch.testing.assert_close(odds, given_logits, rtol=1e-9, atol=1e-9)


def test_a_batch_is_normalised_row_by_row():
    logits = torch.randn(2, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    for member in range(2):
        torch.testing.assert_close(normalised(logits)[member], normalised(logits[member]))
