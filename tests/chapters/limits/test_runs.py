"""Chapter 12: rows come as the hurdle says, a refusal is an answer, and what is tried is known."""

import math

import numpy as np
import pytest

from infoplane.chapters.limits.runs import MEMORY, coverage, hurdle, rows_of
from infoplane.chapters.limits.settings import HURDLES
from infoplane.datasets.problems import problem
from infoplane.estimators import CCA, get_estimator

GAUSSIAN = {"problem": "gaussian", "options": {"d": 1, "rho": 0.6}, "n": 2000, "seed": 0}
CASE = {**GAUSSIAN, "rows": "independent", "every": 1, "estimator": "cca", "set": {}}


@pytest.mark.parametrize("name", HURDLES)
def test_every_hurdle_is_known_and_has_a_way_around(name):
    h = HURDLES[name]
    assert math.isfinite(problem(h.problem, **h.options).information.value)
    get_estimator(h.way.estimator, **h.way.options)
    for estimator in h.estimators:
        get_estimator(estimator)


def test_rows_come_twice():
    x, z = rows_of({**CASE, "rows": "twice"})
    assert len(x) == len(z) == 2000
    for side in (x, z):
        assert np.array_equal(side[::2], side[1::2])
        assert len(np.unique(side)) == 1000
    once = rows_of({**CASE, "rows": "twice", "every": 2})
    assert np.array_equal(once[0], x[::2])


def test_a_recording_remembers_and_keeps_its_information():
    x, z = rows_of({**CASE, "rows": "recording", "n": 40_000})
    # worth n (1 - m^2) / (1 + m^2) rows, 2 051, to a correlation of columns; fewer to a variance
    effective = 40_000 * (1 - MEMORY**2) / (1 + MEMORY**2)
    for side in (x, z):
        assert abs(np.corrcoef(side[1:, 0], side[:-1, 0])[0, 1] - MEMORY) < 0.01
        assert abs(side.var() - 1) < 4 * math.sqrt(2 / effective)
    assert abs(np.corrcoef(x[:, 0], z[:, 0])[0, 1] - 0.6) < 4 / math.sqrt(effective)


def test_values_are_those_of_the_estimator():
    x, z = rows_of(CASE)
    found, e = hurdle(CASE), CCA().estimate(x, z)
    assert (found["value"], found["std"]) == (e.value, e.std)
    assert (found["low"], found["high"]) == e.interval()
    assert found["bias"] is None
    assert found["truth"] == pytest.approx(-0.5 * math.log(1 - 0.36))
    assert (found["refused"], found["warnings"], found["rows_seen"]) == ("", [], 2000)


def test_a_refusal_is_an_answer():
    found = hurdle({**CASE, "n": 3})
    assert found["refused"].startswith("x and z have")
    assert "value" not in found
    with pytest.raises(ValueError, match="unknown"):  # a mistake of the plan is none
        hurdle({**CASE, "estimator": "kgs"})


def test_intervals_are_counted_on_new_data_sets():
    found = coverage({**GAUSSIAN, "estimator": "cca", "set": {}, "repetitions": 60})
    assert len(found["low"]) == len(set(found["low"])) == 60
    covers = [
        low <= found["truth"] <= high for low, high in zip(found["low"], found["high"], strict=True)
    ]
    # 95 % of 60: fewer than 50 once in 10^4 times, and all of them once in 20
    assert sum(covers) >= 50
    wrong = coverage({**GAUSSIAN, "estimator": "binning", "set": {}, "repetitions": 4})
    assert wrong["warned"] == [True] * 4
