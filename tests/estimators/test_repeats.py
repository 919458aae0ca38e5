import numpy as np
import pytest

from infoplane.estimators import KSG, MINE, InfoNCE, Ross
from infoplane.estimators.repeats import recorded_twice

RNG = np.random.default_rng(1)
X, Y, Z = RNG.standard_normal((400, 1)), RNG.integers(0, 2, (400, 1)), RNG.standard_normal((400, 1))


@pytest.mark.parametrize("z", [Y, Z, np.hstack([Z, Z**2])])
@pytest.mark.parametrize("times", [2, 4])
def test_data_recorded_several_times_are_told(z, times):
    (told,) = recorded_twice(np.tile(X, (times, 1)), np.tile(z, (times, 1)))
    assert told.startswith("100 % of the rows have equals in x, which agree in z in 400 of 400")
    assert recorded_twice(np.tile(z, (times, 1)), np.tile(X, (times, 1)))


def test_some_rows_are_enough():
    some = RNG.choice(400, 40, replace=False)
    (told,) = recorded_twice(np.r_[X, X[some]], np.r_[Y, Y[some]])
    assert told.startswith("18.2 % of the rows")


@pytest.mark.parametrize("step", [1e-3, 0.03, 0.3])
def test_a_grid_is_no_copy(step):
    x = np.rint(X / step) * step
    for z in (Y, Z, np.rint(Z / step), (X > 0).astype(int), np.rint((X + Z) / step)):
        assert recorded_twice(x, z) == []


def test_atoms_and_codes_of_many_rows_are_no_copies():
    counts, bits = RNG.poisson(30, (400, 1)), RNG.integers(0, 2, (400, 4))
    zeros = np.maximum(X, 0)
    for x in (counts, bits, zeros, Y):
        for z in (Y, Z, counts, bits[:, :1], zeros):
            assert recorded_twice(x, z) == []


def test_estimators_say_so():
    x, y, z = (np.r_[a, a] for a in (X, Y[:, 0], Z))
    told = "observations recorded several times"
    # the value is .6 of independent data, for a label that has .69
    assert any(told in w for w in Ross().estimate(x, y).warnings)
    assert any(told in w for w in Ross().estimate(y, x).warnings)
    assert any(told in w for w in KSG().estimate(x, z).warnings)
    assert not any(told in w for w in KSG().estimate(X, Z).warnings)
    small = {"steps": 20, "hidden": (8,), "batch_size": 64, "restarts": 1}
    assert any(told in w for w in InfoNCE(**small).estimate(x, z).warnings)
    (one, _) = MINE(**small).estimate_batch([x, X.repeat(2, 0) + 0], [z, x], seeds=[0, 1])
    assert any(told in w for w in one.warnings)


def test_copies_within_a_group_are_accounted_for():
    twice = np.arange(800) // 2
    x, z = X.repeat(2, axis=0), Z.repeat(2, axis=0)
    assert recorded_twice(x, z, twice) == []
    assert recorded_twice(x, z, twice // 10) == []
    apart = np.arange(800) % 2 + 2 * (np.arange(800) // 40)  # copies in groups next to each other
    (told,) = recorded_twice(x, z, apart, remedy="mend it")
    assert "is too high, which its standard error does not show: mend it; if x is a code" in told


@pytest.mark.parametrize("estimator", [KSG(), Ross()])
def test_no_standard_error_shows_what_copies_add(estimator):
    """Of nothing, each row twice: many standard errors of it, and so the sentence has to say it."""
    x, z = (np.r_[a, a] for a in (X[:, 0], (Y if estimator.name == "ross" else Z)[:, 0]))
    found = estimator.estimate(x, z)
    assert found.value > 5 * found.std  # the truth is 0, and chance beyond 5 is one in a million
    assert any(
        "which its standard error does not show: drop the copies" in w for w in found.warnings
    )
