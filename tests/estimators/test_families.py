import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from infoplane.estimators.families import Boosting, Given, Logistic, Part

RNG = np.random.default_rng(0)
Z = np.arange(120) % 3
X = RNG.normal(size=(120, 2)) + Z[:, None]
TRAIN, HELD_OUT = Part(X[:90], Z[:90]), Part(X[90:], Z[90:])


@pytest.mark.parametrize("family", [Logistic(), Boosting(), Given(LogisticRegression())])
def test_one_setting_is_a_row_of_all(family):
    every = family.probabilities(TRAIN, HELD_OUT, None, 0)
    assert every.shape == (family.settings, 30)
    assert (every > 0).all()
    assert (every < 1).all()
    last = family.settings - 1
    one = family.probabilities(TRAIN, HELD_OUT, last, 0)
    # logistic regression starts elsewhere, and ends within its tolerance
    assert one == pytest.approx(every[last:], abs=1e-2)


@pytest.mark.parametrize("family", [Logistic(), Boosting(), Given(LogisticRegression())])
def test_a_class_that_training_lacks_has_probability_zero(family):
    for missing in range(3):
        some = TRAIN.classes != missing
        found = family.probabilities(Part(TRAIN.x[some], TRAIN.classes[some]), HELD_OUT, 0, 0)[0]
        assert ((found == 0) == (HELD_OUT.classes == missing)).all()


def test_probabilities_of_the_true_class_are_those_of_scikit_learn():
    model = LogisticRegression().fit(*TRAIN)
    own = model.predict_proba(HELD_OUT.x)[np.arange(30), HELD_OUT.classes]
    assert Given(LogisticRegression()).probabilities(TRAIN, HELD_OUT, None, 0)[0] == pytest.approx(
        own, abs=1e-12
    )
