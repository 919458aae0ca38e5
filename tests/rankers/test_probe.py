import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.rankers.probe import LOGISTIC_PENALTIES, RIDGE_PENALTIES, linear_probe
from tests.rankers.clouds import cloud

ROWS, LABELS = cloud(120, 4, apart=1.5)
TRAIN, TEST = (ROWS[:60], LABELS[:60]), (ROWS[60:], LABELS[60:])


def ridge(x, y, penalty):
    """Weights and constants (d + 1, C) by the normal equations; columns of x have any mean."""
    t = np.where(y[:, None] == np.unique(y), 1.0, -1.0)
    mean = x.mean(axis=0)
    w = np.linalg.solve(
        (x - mean).T @ (x - mean) + penalty * np.eye(x.shape[1]),
        (x - mean).T @ (t - t.mean(axis=0)),
    )
    return w, t.mean(axis=0) - mean @ w


def test_the_ridge_is_that_of_the_normal_equations_with_rows_left_out_one_by_one():
    x = (TRAIN[0] - TRAIN[0].mean(axis=0)) / TRAIN[0].std(axis=0)
    y, errors = TRAIN[1], []
    for penalty in 60 * RIDGE_PENALTIES:
        error = 0.0
        for i in range(60):
            w, constant = ridge(np.delete(x, i, axis=0), np.delete(y, i), penalty)
            error += np.square(x[i] @ w + constant - np.where(y[i] == np.arange(3), 1, -1)).sum()
        errors.append(error)
    found = linear_probe(*TRAIN, *TEST)
    best = RIDGE_PENALTIES[np.argmin(errors)]
    # Leaving a row out in closed form has the constant and the unit of all rows: a step at most.
    assert abs(np.log10(found.penalty / best)) < 0.51
    assert np.isclose(RIDGE_PENALTIES, found.penalty).sum() == 1
    w, constant = ridge(x, y, 60 * found.penalty)
    x_test = (TEST[0] - TRAIN[0].mean(axis=0)) / TRAIN[0].std(axis=0)
    right = (x_test @ w + constant).argmax(axis=1) == TEST[1]
    assert found.accuracy == right.mean()
    assert found.log_loss is None


def test_the_logistic_probe_is_at_a_minimum_with_its_penalty():
    found = linear_probe(*TRAIN, *TEST, kind="logistic")
    assert found.penalty in LOGISTIC_PENALTIES
    assert 0 < found.log_loss < np.log(3)
    assert found.accuracy > 0.6
    from scipy.optimize import minimize

    mean, std = TRAIN[0].mean(axis=0), TRAIN[0].std(axis=0)
    x, x_test = ((rows - mean) / std for rows, _ in (TRAIN, TEST))

    def losses(weights, rows, labels):
        scores = rows @ weights[:4] + weights[4]
        return np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(len(rows)), labels]

    def objective(flat):
        weights = flat.reshape(5, 3)
        penalty = found.penalty / 2 * np.square(weights[:4]).sum()
        return losses(weights, x, TRAIN[1]).mean() + penalty

    best = minimize(objective, np.zeros(15), tol=1e-12).x.reshape(5, 3)
    # Both stop where the gradient is some 1e-4 of its start.
    known = losses(best, x_test, TEST[1]).mean()
    assert found.log_loss == pytest.approx(known, abs=2e-3)


@pytest.mark.parametrize("kind", ["ridge", "logistic"])
def test_neither_unit_nor_place_of_a_column_matters(kind):
    known = linear_probe(*TRAIN, *TEST, kind=kind)
    factors, shifts = np.array([1.0, 10.0, 1e-3, -2.0]), np.array([0.0, 5.0, -1.0, 3.0])
    moved = ((rows * factors + shifts, labels) for rows, labels in (TRAIN, TEST))
    other = linear_probe(*next(moved), *next(moved), kind=kind)
    assert (other.accuracy, other.penalty) == (known.accuracy, known.penalty)
    if kind == "logistic":
        assert other.log_loss == pytest.approx(known.log_loss, abs=1e-3)


def test_columns_that_do_not_vary_in_training_are_left_out():
    train, test = (np.column_stack([rows, np.full(60, 0.1)]) for rows, _ in (TRAIN, TEST))
    test[:, 4] = 1e9
    assert linear_probe(train, TRAIN[1], test, TEST[1]) == linear_probe(*TRAIN, *TEST)


def test_test_rows_choose_nothing():
    known = linear_probe(*TRAIN, *TEST)
    few = linear_probe(*TRAIN, 1e6 * TEST[0][:5], TEST[1][:5])
    assert few.penalty == known.penalty
    single = [
        linear_probe(*TRAIN, TEST[0][i : i + 1], TEST[1][i : i + 1]).accuracy for i in range(60)
    ]
    assert np.mean(single) == pytest.approx(known.accuracy)


@pytest.mark.parametrize("kind", ["ridge", "logistic"])
def test_what_can_be_told_apart_is_and_noise_is_not(kind):
    rows, labels = cloud(400, 3, apart=40.0, seed=1)
    apart = linear_probe(rows[:200], labels[:200], rows[200:], labels[200:], kind=kind)
    # Of three classes in a plane or more, far apart, each has a side of its own.
    assert apart.accuracy > 0.98
    rng = np.random.default_rng(2)
    noise = rng.integers(2, size=400)
    found = linear_probe(rows[:200], noise[:200], rows[200:], noise[200:], kind=kind)
    # Chance, to three standard errors of 200 test rows.
    assert abs(found.accuracy - 0.5) < 3 * 0.5 / 200**0.5
    if kind == "logistic":
        assert found.log_loss == pytest.approx(np.log(2), abs=0.05)


def test_text_is_numbered_over_both_sides():
    # In test "b" is the first by the alphabet, in training the second.
    found = linear_probe([0.0, 1.0, 5.0, 6.0], list("aabb"), [5.5, 6.5], list("bb"))
    assert found.accuracy == 1
    with pytest.raises(InputError, match="text or numbers are accepted, and the same of both"):
        linear_probe([0.0, 1.0, 5.0, 6.0], list("aabb"), [5.5, 6.5], [1, 1])


def test_many_columns_and_few_rows():
    rows, labels = cloud(40, 300, apart=0.5)
    found = linear_probe(rows[:30], labels[:30], rows[30:], labels[30:])
    assert 0 <= found.accuracy <= 1
    assert found == linear_probe(rows[:30], labels[:30], rows[30:], labels[30:])


@pytest.mark.parametrize(
    ("test", "labels", "options", "match"),
    [
        (TEST[0][:, :3], TEST[1], {}, "test_embedding has 3 columns and embedding 4"),
        (TEST[0], TEST[1][:-1], {}, "test_labels has 59 rows and test_embedding 60"),
        (TEST[0], TEST[1] + 1, {}, "test_labels has the label 3, which no row of labels has"),
        (TEST[0] * np.nan, TEST[1], {}, "test_embedding has 240 values that are NaN"),
        (TEST[0][:0], TEST[1][:0], {}, "test_embedding has shape .* no rows"),
        (TEST[0], TEST[1], {"kind": "svm"}, "kind='svm' does not exist"),
    ],
)
def test_bad_input(test, labels, options, match):
    with pytest.raises(InputError, match=match):
        linear_probe(*TRAIN, test, labels, **options)


def test_a_class_of_one_row_is_for_the_ridge():
    rows, labels = [0.0, 1.0, 2.0], [0, 0, 1]
    with pytest.raises(InputError, match="a class of one row"):
        linear_probe(rows, labels, rows, labels, kind="logistic")
    assert linear_probe(rows, labels, rows, labels).accuracy >= 2 / 3
