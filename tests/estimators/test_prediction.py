import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infoplane.errors import InputError
from infoplane.estimators import entropy
from infoplane.estimators.prediction import Prediction


def distributions(seed, n=300, classes=4, sharp=1.0):
    rng = np.random.default_rng(seed)
    p = np.exp(sharp * rng.normal(size=(n, classes)))
    return p / p.sum(axis=1, keepdims=True), rng.integers(3, size=n)


def value(x, p):
    return Prediction().estimate(x, p).value


def test_a_certain_prediction_is_its_class():
    chosen = np.array([0, 1, 2, 2, 1, 0, 0, 0])
    p = np.eye(3)[chosen]
    assert value(np.arange(8.0), p) == pytest.approx(entropy(chosen))
    assert value(chosen, p) == pytest.approx(entropy(chosen))


def test_the_same_answer_to_all_says_nothing():
    p = np.tile([0.2, 0.3, 0.5], (10, 1))
    assert value(np.arange(10.0), p) == pytest.approx(0, abs=1e-12)


def test_a_binary_symmetric_channel():
    """Two inputs, each told with error 0.1: log 2 - H(0.1)."""
    x = np.array([0, 1] * 10)
    p = np.where(np.eye(2)[x] > 0, 0.9, 0.1)
    truth = math.log(2) + 0.9 * math.log(0.9) + 0.1 * math.log(0.1)
    assert value(x, p) == pytest.approx(truth)


def test_it_is_the_plug_in_of_drawn_predictions():
    """Counting 400 predictions for each of 50 rows; bias (50 - 1)(4 - 1) / 2n < 0.004."""
    p, _ = distributions(0, n=50)
    rng = np.random.default_rng(1)
    x = np.repeat(np.arange(50), 400)
    drawn = (p.cumsum(axis=1)[x] < rng.random((len(x), 1))).sum(axis=1)
    joint = np.zeros((50, 4))
    np.add.at(joint, (x, drawn), 1 / len(x))
    outer = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0)
    counted = float(np.sum(np.where(joint > 0, joint * np.log(joint / outer), 0)))
    assert value(np.arange(50.0), p) == pytest.approx(counted, abs=0.02)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), classes=st.integers(2, 6), sharp=st.floats(0, 20))
def test_ranges_and_data_processing(seed, classes, sharp):
    p, y = distributions(seed, classes=classes, sharp=sharp)
    on_x, on_y = value(np.arange(len(p)), p), value(y, p)
    assert -1e-12 <= on_y <= on_x + 1e-12
    assert on_x <= math.log(classes) + 1e-12
    merged = np.stack([p[:, 0] + p[:, 1], *p[:, 2:].T], axis=1)
    if merged.shape[1] > 1:
        assert value(y, merged) <= on_y + 1e-12


def test_order_of_rows_and_classes_changes_nothing():
    p, y = distributions(2)
    order = np.random.default_rng(0).permutation(len(p))
    assert value(y[order], p[order]) == pytest.approx(value(y, p))
    assert value(y, p[:, ::-1]) == pytest.approx(value(y, p))


def test_standard_error():
    found = [
        Prediction().estimate(y, p) for p, y in (distributions(s, sharp=3) for s in range(200))
    ]
    # independent labels: the value is a bias of (4 - 1)(3 - 1) / 2n, which has no part in it
    rows = [Prediction().estimate(np.arange(300), distributions(s, sharp=3)[0]) for s in range(200)]
    ratio = np.mean([e.std for e in rows]) / np.std([e.value for e in rows], ddof=1)
    assert 0.85 < ratio < 1.15  # 200 values tell their spread to 5 %
    assert np.mean([e.value for e in found]) < 3 * (4 - 1) * (3 - 1) / 600


@pytest.mark.parametrize("p", [[[0.5, 0.6], [0.5, 0.5]], [[1.5, -0.5], [0.5, 0.5]]])
def test_rows_that_are_no_distribution(p):
    with pytest.raises(InputError, match="after its softmax"):
        Prediction().estimate([0, 1], p)
