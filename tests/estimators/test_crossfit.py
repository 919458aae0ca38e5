import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from infoplane.estimators.crossfit import INNER, cross_fit, deal, mixed
from infoplane.estimators.families import Given


class Memory(ClassifierMixin, BaseEstimator):
    """Sure of the class of every row that it has seen, and of none that it has not."""

    def fit(self, x, y):
        self.classes_ = np.unique(y)
        self.known_ = dict(zip(x[:, 0], y, strict=True))
        return self

    def predict_proba(self, x):
        own = [self.known_.get(value) for value in x[:, 0]]
        even = np.full(len(self.classes_), 1 / len(self.classes_))
        return np.array([even if c is None else np.equal(self.classes_, c) * 1.0 for c in own])


def test_no_row_is_predicted_by_what_has_seen_it():
    z = np.arange(60) % 2
    x = np.arange(60.0)[:, None]
    fit = cross_fit(x, z, [Given(Memory())], folds=5, seed=0)
    assert np.abs(fit.terms).max() < 1e-12  # 1/2 against 1/2
    assert np.nanmax(np.abs(fit.inner)) < 1e-12
    assert np.isnan(fit.inner[fit.fold, np.arange(60)]).all()
    assert np.isnan(fit.inner).sum() == 60
    # nor by what has seen its copy, where copies stay together
    copies = np.arange(60) // 4
    alone = cross_fit(copies[:, None] * 1.0, copies % 2, [Given(Memory())], folds=5, seed=0)
    assert alone.terms.min() > 0.5
    groups = cross_fit(
        copies[:, None] * 1.0, copies % 2, [Given(Memory())], folds=5, seed=0, groups=copies
    )
    assert groups.terms.max() < 0.05


def test_a_class_that_training_lacks_costs_no_infinity():
    z = np.repeat([0, 1], [40, 10])
    x = np.r_[np.arange(40.0), np.full(10, 99.0)][:, None]  # one group has all of a class
    groups = np.unique(x[:, 0], return_inverse=True)[1]
    fit = cross_fit(x, z, [Given(Memory())], folds=5, seed=0, groups=groups)
    assert np.isfinite(fit.terms).all()


@pytest.mark.parametrize("folds", [3, 5, 7])
def test_classes_are_dealt_evenly(folds):
    rng = np.random.default_rng(0)
    classes = rng.permutation(np.repeat([0, 1, 2], [folds, 31, 64]))
    dealt = deal(classes, None, rng)
    assert sorted(dealt) == list(range(len(classes)))
    fold = dealt % folds
    inner = (fold + dealt // folds) % INNER
    for counted in (np.bincount(fold), *(np.bincount(fold[classes == c]) for c in range(3))):
        assert len(counted) == folds
        assert np.ptp(counted) <= 1
    for c in (1, 2):  # the inner folds cut across the others
        both = np.bincount(fold[classes == c] * INNER + inner[classes == c], minlength=3 * folds)
        assert np.ptp(both) <= 1
    assert np.ptp(np.bincount(inner[classes == 0], minlength=INNER)) <= 2


def test_groups_are_not_parted():
    rng = np.random.default_rng(1)
    groups = rng.integers(0, 20, 100)
    groups = np.unique(groups, return_inverse=True)[1]
    dealt = deal(rng.integers(0, 2, 100), groups, rng)
    for group in np.unique(groups):
        assert len(set(dealt[groups == group])) == 1
    assert len(set(dealt)) == len(set(groups))
    # folds of groups of 1 to 8 rows: no larger than another by more than a group
    groups = np.repeat(np.arange(64), np.arange(64) // 8 + 1)
    sizes = np.bincount(deal(np.zeros(len(groups), int), groups, rng) % 5)
    assert np.ptp(sizes) <= 8


def test_weights_are_those_of_the_greatest_likelihood():
    rng = np.random.default_rng(2)
    ratios = np.column_stack([np.ones(200), rng.choice([0.0, 0.5, 2.0], 200, p=[0.1, 0.3, 0.6])])
    grid = np.linspace(1e-4, 1 - 1e-4, 9_999)
    of_each = [np.log(1 - w + w * ratios[:, 1]).sum() + np.log(w) + np.log(1 - w) for w in grid]
    assert mixed(ratios)[1] == pytest.approx(grid[np.argmax(of_each)], abs=1e-3)
    # what is always wrong keeps the one row that all have: 1 of n + 2
    assert mixed(np.column_stack([np.ones(98), np.zeros(98)]))[1] == pytest.approx(0.01)
