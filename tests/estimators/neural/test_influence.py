"""Standard errors where rows belong together."""

import math

import numpy as np
import pytest
from scipy.special import stdtrit

from infoplane.estimators.groups import shifts_apart, spread_out
from infoplane.estimators.neural.bounds import (
    dv_test,
    infonce_test,
    js_test,
    nwj_test,
    smile_test,
)
from infoplane.estimators.neural.influence import Together

TESTS = {
    "dv": dv_test,
    "nwj": nwj_test,
    "js": js_test,
    "infonce": infonce_test,
    "smile": lambda joint, marginal, together=None: smile_test(joint, marginal, 1.0, together),
}
every = pytest.mark.parametrize("test", TESTS.values(), ids=TESTS.keys())


def products(x, z, shifts):
    """Scores f = x z / 2 of joint pairs, and of marginal pairs with these shifts."""
    return 0.5 * x * z, np.stack([0.5 * x * np.roll(z, -s) for s in shifts])


def pairs(seed, n, rho=0.6):
    x, e = np.random.default_rng(seed).standard_normal((2, n))
    return x, rho * x + math.sqrt(1 - rho * rho) * e


@every
def test_groups_of_one_row_are_rows(test):
    shifts = np.arange(1, 9)
    joint, marginal = products(*pairs(0, 50), shifts)
    groups = np.random.default_rng(0).permutation(50)
    alone = test(joint, marginal)
    assert test(joint, marginal, Together(groups, shifts)) == pytest.approx(alone, rel=1e-12)


@every
def test_copies_of_rows_add_nothing(test):
    """Four rounds of the same rows, with the same partners, are those rows: to the last digit."""
    x, z = pairs(1, 60)
    shifts = np.arange(1, 17)
    once = test(*products(x, z, shifts))
    joint, marginal = products(np.tile(x, 4), np.tile(z, 4), shifts)
    value, std, relative = test(joint, marginal, Together(np.tile(np.arange(60), 4), shifts))
    assert (value, std, relative) == pytest.approx(once, rel=1e-10)
    # and without groups they pass for four times as many rows, with half the error
    assert test(joint, marginal)[1] == pytest.approx(std / 2, rel=0.1)


def test_intervals_cover_where_rows_of_a_group_are_alike():
    """x and z of a row are those of its group but for a tenth of their variance.

    f = a x z on standard normal x, z of correlation rho: E f = a rho over joint pairs, and
    E exp f(x, z') = (1 - a^2)^(-1/2) over pairs of different groups.
    """
    a, rho, repeats, rng = 0.4, 0.6, 300, np.random.default_rng(2)
    population = a * rho + 0.5 * math.log(1 - a * a)
    sizes = np.repeat([2, 5, 8], 20)  # 300 rows in 60 groups
    groups = np.repeat(np.arange(60), sizes)
    covered = {"groups": 0.0, "rows": 0.0}
    for _ in range(repeats):
        order = spread_out(groups, rng.permutation(60))
        own = groups[order]
        shifts = shifts_apart(own, 16)
        both = rng.standard_normal((2, 60))[:, own] * math.sqrt(0.9)
        x, e = both + rng.standard_normal((2, 300)) * math.sqrt(0.1)
        z = rho * x + math.sqrt(1 - rho * rho) * e
        marginal = np.stack([a * x * np.roll(z, -s) for s in shifts])
        value, std, _ = dv_test(a * x * z, marginal, Together(own, shifts))
        covered["groups"] += abs(value - population) < stdtrit(59, 0.975) * std
        covered["rows"] += abs(value - population) < 1.96 * dv_test(a * x * z, marginal)[1]
    # 300 repeats of 0.95: standard error 0.013; 60 groups, in rare large ones, may cost 0.03
    assert 0.88 <= covered["groups"] / repeats <= 0.99
    assert covered["rows"] / repeats < 0.75
