"""`standardize`, which is deprecated: it means margins, says so, and contradicts nothing."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.estimators import KSG, Ross, get_estimator

both = pytest.mark.parametrize("estimator", [KSG, Ross])


@both
@pytest.mark.parametrize(("old", "new"), [(True, "standardized"), (False, "raw")])
def test_the_old_option_is_the_new_one(estimator, old, new):
    with pytest.warns(DeprecationWarning, match=rf"standardize={old} .*margins='{new}'") as told:
        found = estimator(standardize=old)
    assert told[0].filename == __file__
    assert found == estimator(margins=new)
    assert hash(found) == hash(estimator(margins=new))
    assert repr(found) == repr(estimator(margins=new))
    assert "standardize=" not in repr(found)
    with pytest.warns(DeprecationWarning, match="margins="):
        assert get_estimator(estimator.name, standardize=old) == found
    with pytest.warns(DeprecationWarning, match="margins="):
        assert estimator(standardize=old, margins=new) == found
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert replace(found, k=5) == estimator(k=5, margins=new)
        rng = np.random.default_rng(0)
        x, z = rng.standard_normal((60, 2)) * [1, 100], np.arange(60) % 3
        z = z if estimator is Ross else x[:, 0] + rng.standard_normal(60)
        value = estimator(margins=new, errors=None).estimate(x, z).value
        assert replace(found, errors=None).estimate(x, z).value == value


@both
def test_a_default_may_be_replaced_by_the_old_option(estimator):
    with pytest.warns(DeprecationWarning, match="margins="):
        assert replace(estimator(), standardize=False) == estimator(margins="raw")


@both
@pytest.mark.parametrize(
    ("old", "new"), [(True, "raw"), (False, "standardized"), (False, "asinh"), (True, "asinh")]
)
def test_contradictions_are_refused(estimator, old, new):
    told = rf"standardize={old} and margins='{new}' contradict .*pass margins alone"
    with pytest.raises(InputError, match=told):
        estimator(standardize=old, margins=new)


@both
@pytest.mark.parametrize("standardize", [0, 1, "no", []])
def test_standardize_is_true_or_false(estimator, standardize):
    with pytest.raises(InputError, match=r"standardize=.*True or False"):
        estimator(standardize=standardize)
