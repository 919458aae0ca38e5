import math
from dataclasses import replace

import numpy as np
import pytest

from infoplane.estimators import AAMINE, KSG, MINE, Binning, InfoNCE, entropy
from infoplane.estimators.noise.exact import Exact
from infoplane.estimators.prediction import Prediction
from infoplane.plane.estimates import estimate_layers
from infoplane.plane.sides import Sides

N = 200
RNG = np.random.default_rng(0)
X = RNG.standard_normal((N, 3))
Y = (X[:, 0] > 0.4).astype(int)


def test_ceilings():
    sides = Sides.of(X, Y)
    assert sides.ceiling(KSG(), "I(X;T)", units=2) == pytest.approx(math.log(N))
    assert sides.ceiling(KSG(), "I(T;Y)", units=2) == pytest.approx(entropy(Y))
    assert Sides.of(X > 0, Y).ceiling(KSG(), "I(X;T)", units=2) <= math.log(8)
    nce = InfoNCE(batch_size=16)
    assert sides.ceiling(nce, "I(X;T)", units=2) == pytest.approx(math.log(16))
    # 40 test rows; the estimate of a layer that tells every row apart reaches it
    assert sides.ceiling(InfoNCE(batch_size=64), "I(X;T)", units=2) == pytest.approx(math.log(40))
    (found,), _ = estimate_layers(replace(nce, steps=300), X, 5 * X[None], None, seeds=[0])
    assert 0.5 * math.log(16) < found.value <= math.log(16)


def test_a_prediction_passes_on_no_more_than_the_name_of_a_class():
    p = np.eye(2)[Y]
    sides = Sides.of(X, Y)
    assert sides.ceiling(Prediction(), "I(X;T)", units=2) == pytest.approx(math.log(2))
    assert sides.ceiling(Prediction(), "I(X;T)", units=N + 1) == pytest.approx(math.log(N))
    assert sides.ceiling(Prediction(), "I(T;Y)", units=2) == pytest.approx(entropy(Y))
    (found,), _ = estimate_layers(Prediction(), X, p[None], Y, seeds=[0])
    assert found.value == pytest.approx(entropy(Y))


@pytest.mark.parametrize("options", [{}, {"negatives": 5}, {"test_shifts": 3}])
@pytest.mark.parametrize("critic", ["concatenated", "separable"])
def test_the_ceiling_of_a_contrastive_bound_is_the_one_it_doubts_itself_by(critic, options):
    """A critic that compares a row with one other cannot pass log 2, whatever the batch."""
    estimator = InfoNCE(critic=critic, batch_size=32, steps=200, check_every=50, **options)
    ceiling = Sides.of(X, Y).ceiling(estimator, "I(X;T)", units=3)
    others = {"concatenated": 1, "separable": 31}[critic]
    others = options.get("test_shifts", options.get("negatives", others))
    assert ceiling == pytest.approx(math.log(1 + others))
    (found,), _ = estimate_layers(estimator, X, 5 * X[None], None, seeds=[0])
    assert 0 < found.value <= ceiling
    for told in found.warnings:
        if "ceiling" in told:
            assert f"log {1 + others} = {ceiling:.3g}" in told


def test_an_estimator_without_a_ceiling_of_its_own_has_that_of_the_data():
    sides = Sides.of(X, Y)
    for estimator in (KSG(), Binning(), MINE(), Exact(0.1), AAMINE(noise_std=0.1)):
        assert sides.ceiling(estimator, "I(X;T)", units=1) == pytest.approx(math.log(N))


def test_labels_stay_as_they_were_given():
    for y in (["b", "a"] * 3, [7, -2] * 3):
        assert Sides.of(X[:6], y).labels.tolist() == y
    assert Sides.of(X[:6], [2.0, 1.0] * 3).labels.dtype == np.int64


def test_codes_are_those_of_the_other_side():
    sides = Sides.of(np.repeat(X[:2], 3, axis=0), ["b", "a"] * 3)
    assert sides.codes("I(T;Y)").tolist() == [1, 0] * 3
    first, *rest = sides.codes("I(X;T)").reshape(2, 3).tolist()
    assert len(set(first)) == 1
    assert set(first).isdisjoint(*rest)
