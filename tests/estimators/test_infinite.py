"""A measurement on both sides, by every estimator that takes numbers on both."""

import dataclasses

import numpy as np
import pytest

from infoplane.datasets.image_pairs import ImagePairs
from infoplane.errors import InputError
from infoplane.estimators import (
    AAMINE,
    CCA,
    ESTIMATORS,
    KSG,
    MINE,
    Classifier,
    Exact,
    Flow,
    Prediction,
    get_estimator,
)
from infoplane.estimators.infinite import infinite

N = 400
RNG = np.random.default_rng(0)
A, B, C, D = RNG.normal(size=(4, N, 1))
COPIES = {
    "the same": A,
    "of the other sign": -A,
    "in another unit": 1.8 * A + 32,
    "in a tiny one": 1e-12 * A,
    "in a huge one": 1e300 * A,
    "of single precision": A.astype(np.float32).astype(np.float64),
    "far from zero": A + 1e6,
}
TRAINING = {"hidden": (4,), "steps": 2, "check_every": 1, "batch_size": 16, "test_shifts": 2}
TOLD = "the true value is infinite"


def told(x, z, estimator=None):
    """What is said of the pair, in either order: how often it is said that I is infinite."""
    pairs = (x, z), (z, x)
    if estimator is None:
        found = [infinite(*pair) for pair in pairs]
    else:
        found = [estimator.estimate(*pair).warnings for pair in pairs]
    counts = {sum(TOLD in w for w in warnings) for warnings in found}
    assert len(counts) == 1
    return counts.pop()


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_a_column_in_any_unit_is_the_same(copy):
    (sentence,) = infinite(np.hstack([B, A]), np.hstack([C, D, copy]))
    assert sentence.startswith("column 1 of x equals column 2 of z")
    assert ("but for its unit" in sentence) == (copy is not A)
    assert told(np.hstack([B, A]), np.hstack([C, D, copy])) == 1


def test_a_linear_function_that_both_sides_have():
    x, z = np.hstack([A, B]), np.hstack([C, D])
    for shared in (np.hstack([C, A - 2 * B]), np.hstack([C, A + C, B])):
        assert told(x, shared) == 1
    assert told(x, z) == told(np.hstack([A, B, A + B]), z) == 0  # of one side alone


@pytest.mark.parametrize(
    "z",
    [A**3, np.abs(A), A + 1e-6 * B, np.round(A, 3), np.roll(A, 1), B],
    ids=["cubed", "folded", "noisy", "rounded", "in another order", "independent"],
)
def test_what_is_no_linear_function_is_left_alone(z):
    assert told(A, z) == 0
    assert told(np.hstack([C, A]), np.hstack([D, z])) == 0


def test_discrete_values_have_a_finite_information():
    marks = RNG.integers(0, 5, (N, 1))
    keys = RNG.permutation(N)[:, None]
    for shared in (marks, marks.astype(float), marks / 10, keys):
        assert told(shared, shared) == 0
    some = np.eye(5)[marks[:, 0]]
    assert told(np.hstack([A, some]), np.hstack([B, some])) == 0
    assert told(np.hstack([A, some]), np.hstack([B, 1 - some[:, :3]])) == 0
    # half of it is zero, the other half has a density
    assert told(np.maximum(A, 0), np.maximum(A, 0)) == 1


@pytest.mark.parametrize("nats", [0.0, 2.0, 9.0])
@pytest.mark.parametrize("side", [6, 8, 11])
def test_smooth_images_are_functions_of_their_own_pixels(side, nats):
    """Each pixel of a bump is nearly a linear function of the others of its own image."""
    x, z = ImagePairs("bumps", nats, side).sample(1_000)
    assert told(x, z) == 0


@pytest.mark.parametrize("precision", [np.float32, np.float64])
@pytest.mark.parametrize("noise_std", [0.0, 0.01])
def test_means_and_linear_layers_of_images_are_told(precision, noise_std):
    x = ImagePairs("bumps", 0.0, 8, noise_std).sample(600)[0].astype(precision)
    weights = np.random.default_rng(1).standard_normal((64, 3)).astype(precision)
    for layer in (x.mean(axis=1, keepdims=True), x @ weights):
        assert told(x, layer) == 1


def test_layers_wider_than_there_are_rows():
    """All is a linear function of so many columns: columns are compared one by one."""
    x, z = RNG.normal(size=(2, 50, 300))
    assert told(x, z) == 0
    z[:, 7] = 3 - x[:, 200]
    assert infinite(x, z)[0].startswith("column 200 of x equals column 7 of z")


def test_few_rows_are_no_proof():
    """Two points are always on a line; of whole numbers three are now and then."""
    assert told(A[:2], B[:2]) == 0
    assert told(A[:3], A[:3]) == 1
    # single precision: 1e-5 apart or less by chance once in as many pairs, and there are so many
    wide = RNG.normal(size=(2, 3, 1000)).astype(np.float32).astype(np.float64)
    assert told(*wide) == 0


def test_what_does_not_vary_in_most_rows():
    """Columns that are zero where they were looked at first are no copies of each other."""
    x, z = np.zeros((2, 5000, 3))
    x[1::2], z[1::2] = RNG.normal(size=(2, 2500, 3))
    assert told(x, z) == 0
    z[:, 1] = -x[:, 2]
    assert told(x, z) == 1


def test_one_column_that_is_all_rounding_hides_no_other():
    flat = 1e17 + 16 * RNG.integers(0, 2, (N, 1))
    assert told(np.hstack([flat, A]), np.hstack([B, A])) == 1


def every():
    """Estimators of numbers on both sides, with little training."""
    for name, kind in ESTIMATORS.items():
        if name not in ("cca", "flow", "classifier", "ross"):  # which refuse, or take labels
            trained = "check_every" in {f.name for f in dataclasses.fields(kind)}
            coded = {"code_dim": 1, "coder": "pca"} if name == "compressed" else {}
            yield get_estimator(name, **TRAINING if trained else coded)


@pytest.mark.parametrize("estimator", list(every()), ids=lambda e: e.name)
def test_every_estimator_says_it_once(estimator):
    x = np.hstack([B, A])
    assert told(x, 1.8 * A + 32, estimator) == 1
    assert told(x, C, estimator) == 0
    batch = estimator.estimate_batch([x, x], [A, C], seeds=[0, 0])
    assert [sum(TOLD in w for w in e.warnings) for e in batch] == [1, 0]


@pytest.mark.parametrize("estimator", [CCA(), Flow(steps=2)])
def test_what_needs_a_density_of_both_sides_refuses(estimator):
    with pytest.raises(InputError, match=r"(linear function|column 1) of x equals .* of z .*infin"):
        estimator.estimate(np.hstack([B, A]), 1.8 * A + 32)
    with pytest.raises(InputError, match=r"a linear function of x equals one of z.* infinite"):
        estimator.estimate(np.hstack([B, A]), np.hstack([C, A - 2 * B]))
    assert np.isfinite(estimator.estimate(np.hstack([B, A]), C).value)


def test_labels_and_noise_leave_it_finite():
    y = (A > 0)[:, 0].astype(int)
    share = 1 / (1 + np.exp(-A))
    p = np.hstack([share, 1 - share])
    found = [
        KSG().estimate(y, y.astype(float)),
        MINE(**TRAINING).estimate(y, y),
        Classifier(model="logistic").estimate(y.astype(float), y),
        Exact(noise_std=1.0, samples=N).estimate(A, A),
        Prediction().estimate(p, p),
        *AAMINE(noise_std=1.0, **TRAINING).estimate_batch([A], [A], seeds=[0]),
    ]
    assert not any(TOLD in w for e in found for w in e.warnings)


def test_a_shared_label_in_a_difference_is_finite():
    """Total and part that differ by a whole number: log 4, and no column is on both sides."""
    rng = np.random.default_rng(0)
    shared, (u, v, w) = rng.integers(0, 4, 1000), rng.standard_normal((3, 1000))
    x, z = np.c_[u, u + shared], np.c_[v, v + shared]
    assert infinite(x, z) == infinite(z, x) == []
    assert infinite(1e6 * x, np.c_[w, z]) == []
    measured = np.c_[v, v + w]
    assert any(TOLD in sentence for sentence in infinite(np.c_[u, u + w], measured))
