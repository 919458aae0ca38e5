"""The record of an estimate: how it is told, compared and stored."""

import json
import math

import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.estimators.estimate import Estimate


def record(**changes) -> Estimate:
    return Estimate(**{"value": 0.6912, "std": 0.0301, "n": 1000, "estimator": "ksg", **changes})


def test_text():
    assert str(record()) == "0.691 ± 0.030 nats (ksg, n=1000)"
    assert str(record(std=math.nan)) == "0.691 nats (ksg, n=1000)"
    told = str(record(warnings=("too low", "ties")))
    assert told == "0.691 ± 0.030 nats (ksg, n=1000); warning: too low; warning: ties"


def test_format_applies_to_the_value():
    e = record()
    assert (f"{e:.2f}", f"{e:+8.1e}") == ("0.69", "+6.9e-01")
    assert f"{e}" == str(e)
    with pytest.raises(ValueError, match="format"):
        f"{e:d}"


def test_equal_and_hashable_whatever_the_history():
    a, b = (record(history={"train": np.full(2, s)}, seconds=s) for s in (1.0, 2.0))
    assert a == b
    assert len({a, b, record(value=0.7)}) == 2


@pytest.mark.parametrize("seed", [7, np.int64(7), np.uint8(7)])
def test_seed_is_plain(seed):
    e = record(seed=seed)
    assert type(e.seed) is int
    assert json.loads(json.dumps(e.to_dict()))["seed"] == 7


def test_interval():
    # two standard errors cover 95.45 %
    level = 0.9544997361036416
    low, high = record(value=1.0, std=0.5).interval(level)
    assert (low, high) == (pytest.approx(0.0), pytest.approx(2.0))
    # one degree of freedom: tan(.45 pi) = 6.31 for 90 %
    low, high = record(value=1.0, std=0.5, dof=1).interval(0.9)
    assert high == pytest.approx(1 + 0.5 * math.tan(0.45 * math.pi))
    # a known bias is taken out, and its error joins
    low, high = record(value=1.0, std=0.3, bias=0.5, bias_std=0.4).interval(level)
    assert (low, high) == (pytest.approx(-0.5), pytest.approx(1.5))
    assert all(math.isnan(end) for end in record(std=math.nan).interval())


@pytest.mark.parametrize("level", [0, 1, 95, -0.5])
def test_a_level_is_a_share(level):
    with pytest.raises(InputError, match=f"level={level} .*> 0 and < 1"):
        record().interval(level)
