import math

import numpy as np
import pytest

from infoplane.estimators import MINE, Binning, Ross
from infoplane.estimators.ceilings import above_ceiling, above_entropy, discrete_entropy
from infoplane.estimators.neural import solver


def test_entropy_of_what_repeats():
    a = np.repeat([[1.5, 2.0], [1.5, -2.0], [0.0, 1.0], [-0.0, 1.0]], 10, axis=0)
    entropy, most = discrete_entropy(a)  # shares 1/4, 1/4, 1/2
    assert entropy == pytest.approx(1.5 * math.log(2))
    assert most == pytest.approx(entropy + 2 / 40)


def test_what_occurs_once_has_no_ceiling():
    x = np.random.default_rng(0).standard_normal((100, 1))
    assert discrete_entropy(x) == (math.inf, math.inf)
    x[:90] = 0  # an atom of 90 % beside a density
    assert discrete_entropy(x) == (math.inf, math.inf)
    x[:96] = 0
    assert discrete_entropy(x)[0] < math.inf


def test_of_two_sides_the_one_that_is_exceeded_is_named():
    x, z = np.arange(100)[:, None] % 2, np.arange(100)[:, None] % 4
    assert above_entropy(0.69, x, z) == []
    (told,) = above_entropy(1.0, x, z)
    assert told.startswith("1.00 nats are more than the entropy of x, 0.69")
    assert len(above_entropy(1.5, x, z)) == 2


def test_chance_may_be_above_a_ceiling():
    assert above_ceiling(2.0, math.nan, 2.0) == above_ceiling(2.2, 0.1, 2.0) == []
    assert above_ceiling(math.nan, 0.1, 2.0) == []
    for std in (0.1, math.nan):
        (told,) = above_ceiling(2.3, std, 2.0)
        assert told.startswith("2.30 nats are above the ceiling, 2.00")


def test_no_estimator_says_so_of_labels_it_knows_all_about():
    y = np.random.default_rng(1).integers(0, 3, 300)
    x = y[:, None] * 50 + np.random.default_rng(2).standard_normal((300, 1))
    for e in (Ross(), Binning(correction="miller-madow")):
        assert not any("more than the entropy" in w for w in e.estimate(x, y).warnings)


def test_what_is_too_high_is_told_alone_and_in_a_batch(monkeypatch):
    y = np.arange(200) % 2
    x = np.random.default_rng(3).standard_normal((200, 1))
    tiny = MINE(steps=5, hidden=(4,), batch_size=32, restarts=1)
    tested = solver.tested

    def high(*args, **options):
        return tested(*args, **options)._replace(value=0.9)

    monkeypatch.setattr(solver, "tested", high)
    for e in (tiny.estimate(x, y), *tiny.estimate_batch([x, x], [y, y], seeds=[0, 1])):
        assert sum("more than the entropy of z, 0.69" in w for w in e.warnings) == 1
