"""Chapter 10: an estimate is that of the pairs it is said to be of, and ICA undoes what it can."""

import json

import numpy as np
import pytest

from infoplane.chapters.flows.runs import COURSES, estimate, kept, unmixed
from infoplane.datasets.bent import Bent, mixing
from infoplane.errors import InputError
from infoplane.estimators import CCA, get_estimator

PAIRS = {"problem": "bent", "options": {"d": 3, "nats": 3.0}, "n": 500, "unmix": False, "seed": 2}
FLOW = {**PAIRS, "estimator": "flow", "set": {"steps": 5}}


def of_cca(**more):
    return estimate({**PAIRS, "estimator": "cca", "set": {}, **more})


def test_values_are_those_of_the_estimator():
    x, z = Bent(d=3, nats=3.0).draw(500, np.random.default_rng(2))
    values, e = of_cca(), CCA().estimate(x, z)
    assert (values["value"], values["std"]) == pytest.approx((e.value, e.std), abs=1e-5)
    assert (values["truth"], values["refused"]) == (3.0, "")
    assert "curves" not in values
    json.dumps(values, allow_nan=False)


def test_of_a_flow_the_course_is_kept_and_what_rho_says():
    values = estimate(FLOW)
    assert not set(FLOW) & set(values)  # or a record had no place in a frame
    assert set(values["curves"]) == set(COURSES)
    assert {len(curve) for curve in values["curves"].values()} == {6}
    # fitted again in closed form: rho says what its rows show, less the excess of both
    assert values["from_rho"] == pytest.approx(values["ratio"] + values["bias"], abs=0.01)
    json.dumps(values, allow_nan=False)


def test_a_mixture_has_no_rho():
    values = estimate({**FLOW, "set": {"steps": 5, "base": "mixture", "components": 2}})
    assert values["from_rho"] is None
    assert values["bias"] is None
    assert "from_rho" not in values["curves"]
    json.dumps(values, allow_nan=False)


def test_a_refusal_is_an_answer_and_a_mistake_is_none():
    values = estimate({**FLOW, "n": 150})
    assert "200" in values["refused"]
    assert "value" not in values
    with pytest.raises(InputError, match="'flo' is unknown"):
        estimate({**FLOW, "estimator": "flo"})


def test_infinite_numbers_are_none():
    x, z = Bent(d=2, nats=1.0).draw(300, np.random.default_rng(0))
    e = get_estimator("ksg", errors=None).estimate(x, z)
    assert not np.isfinite(e.bias)
    assert kept(e)["bias"] is None


def sources(rows=4_000, d=4):
    """Independent numbers, none of them Gaussian."""
    rng = np.random.default_rng(0)
    return np.sinh(rng.standard_normal((rows, d)))


def test_a_mixture_of_independent_numbers_is_undone():
    """Up to order, sign and scale: each component is one of the sources, to a correlation of
    .98: at 4 000 rows each angle of the rotation is off by some hundredths."""
    s = sources()
    found = unmixed(s @ mixing(4, 0), 1)
    apart = np.abs(np.corrcoef(found.T, s.T)[:4, 4:])
    assert sorted(apart.argmax(axis=1)) == [0, 1, 2, 3]
    assert (apart.max(axis=1) > 0.98).all()


def test_no_information_is_lost_by_it():
    """A linear map that can be undone, as canonical correlations say of it."""
    plain, after = of_cca(), of_cca(unmix=True, options={"d": 3, "nats": 3.0, "bend": "sinh"})
    before = of_cca(options={"d": 3, "nats": 3.0, "bend": "sinh"})
    assert after["value"] == pytest.approx(before["value"], abs=1e-4)
    assert plain["value"] > before["value"]


def test_the_same_seed_is_the_same_components():
    rows = sources() @ mixing(4, 0)
    np.testing.assert_array_equal(unmixed(rows, 3), unmixed(rows, 3))


def test_components_that_are_not_found_are_refused(monkeypatch):
    """A Gaussian has none: any rotation of it is as independent, and FastICA may turn for ever."""
    from sklearn import decomposition

    class Short(decomposition.FastICA):
        def __init__(self, **options):
            super().__init__(**options | {"max_iter": 1, "tol": 1e-12})

    monkeypatch.setattr(decomposition, "FastICA", Short)
    with pytest.raises(InputError, match="FastICA did not find the components"):
        unmixed(np.random.default_rng(0).standard_normal((500, 4)), 0)
