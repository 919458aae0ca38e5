import dataclasses
import math

import pytest

from infoplane.errors import InputError
from infoplane.estimators import ESTIMATORS, KSG, Binning, get_estimator


def test_get_estimator():
    assert get_estimator("ksg", k=5, margins="raw") == KSG(k=5, margins="raw")
    assert get_estimator("binning", limits=(-1, 1)) == Binning(limits=(-1, 1))
    assert get_estimator("binning", limits=None, mode="mass") == Binning(mode="mass")
    for name, cls in ESTIMATORS.items():
        assert get_estimator(name) == cls()


@pytest.mark.parametrize(
    ("name", "options", "match"),
    [
        ("kgs", {}, r"'kgs' is unknown: binning, kde.* are accepted; did you mean 'ksg'\?$"),
        ("KGS", {}, r"did you mean 'ksg'\?"),
        ("MINE", {}, r"did you mean 'mine'\?"),
        (3, {}, "estimator 3 is unknown: binning, kde"),
        ([], {}, r"estimator \[\] is unknown"),
        ("", {}, "'' is unknown: binning, kde"),
        ("ksg", {"K": 3}, r"K=3 is unknown to ksg: k, margins, errors are.*; did you mean 'k'\?$"),
        ("ksg", {"standardise": True}, r"did you mean 'standardize'\?"),
        ("ksg", {"name": "x"}, "option name='x' is unknown"),
        ("ksg", {"k": "3"}, "k='3' "),
        ("ksg", {"k": 3.0}, r"k=3\.0 "),
        ("ksg", {"k": True}, "k=True "),
        ("ksg", {"standardize": 1}, "standardize=1 .*True or False"),
        ("ksg", {"margins": "ranks"}, "margins='ranks' does not exist: choose one of raw, "),
        ("mine", {"margins": "asin"}, "did you mean 'asinh'"),
        ("ksg", {"k": 0}, "k=0 .*>= 1"),
        ("kde", {"h": "wide"}, "h='wide' "),
        ("kde", {"bandwidth": 1.0}, "option bandwidth=1.0 is unknown to kde: h, truncate"),
        ("wkl", {"k": 2.5}, r"k=2\.5 .*integer"),
        ("wkl", {"k": 0}, "k=0 is not accepted"),
        ("wlk", {}, "did you mean 'wkl'"),
        ("binning", {"mode": "log"}, "mode='log' .*'width' and 'mass' are accepted"),
        ("binning", {"limits": 3}, "limits=3: two finite numbers"),
        ("binning", {"limits": (0, "a")}, "limits="),
    ],
)
def test_get_estimator_refuses(name, options, match):
    with pytest.raises(InputError, match=match):
        get_estimator(name, **options)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_every_class_checks_all_of_its_options(name):
    """The registry does not, and Python users come without it."""
    for field in dataclasses.fields(ESTIMATORS[name]):
        for nonsense in (object(), "three", b"3", 1j, math.nan, [], {}):
            with pytest.raises(InputError, match=field.name):
                get_estimator(name, **{field.name: nonsense})
