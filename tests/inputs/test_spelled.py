"""Numbers written as text are no labels, and labels that look like numbers are."""

import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.estimators import KSG, Binning, Classifier, Ross
from infoplane.inputs.spelled import refuse_spelled_numbers

RNG = np.random.default_rng(0)
X, Z = RNG.normal(size=(2, 100))
WAYS = {
    "plain": "{:.6f}",
    "percent": "{:.2f} %",
    "money": "$ {:.3f}",
    "unit": "{:.3f}kg",
    "exponent": "{:.3e}",
    "thousands": "{:,.3f}",
}


@pytest.mark.parametrize("way", WAYS)
def test_they_are_refused_by_every_estimator_in_the_same_words(way):
    spelled = np.array([WAYS[way].format(1e4 * v) for v in X])
    for estimator in (KSG(), Ross(), Binning(), Classifier()):
        for sides in ((spelled, Z), (Z, spelled), (spelled.astype(object), Z)):
            with pytest.raises(InputError, match="holds numbers written as text, such as"):
                estimator.estimate(*sides)


def test_labels_pass():
    classes = RNG.integers(0, 3, 100)
    for names in (classes.astype(str), np.array(["a1", "b2", "c3"])[classes]):
        assert np.isfinite(Ross().estimate(X, names).value)
    refuse_spelled_numbers(np.arange(100).astype(str)[:, None], "x")  # names of rows
    many = np.array([f"patient {i // 2}" for i in range(100)])
    refuse_spelled_numbers(many[:, None], "x")
    refuse_spelled_numbers(np.array(["0.5", "0.7"])[:, None], "x")
