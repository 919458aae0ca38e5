"""Hill's estimate: the power by which tails fall, where there is one, and what is said of it."""

import math

import numpy as np
import pytest
from scipy import stats

from infoplane.inputs.tails import LEAST, SHARE, heaviest_tail, tail_indices

N = 10_000
HEAVY = {
    "cauchy": (stats.cauchy(), 1.0),
    "student of 1.5": (stats.t(1.5), 1.5),
    "pareto of .7": (stats.pareto(0.7), 0.7),
}
LIGHT = [stats.norm(), stats.laplace(), stats.uniform(), stats.expon(), stats.t(5), stats.t(10)]


def drawn(law, seed, n=N):
    return law.rvs(size=(n, 1), random_state=np.random.default_rng(seed))


@pytest.mark.parametrize("name", HEAVY)
def test_the_index_is_that_of_the_law(name):
    law, index = HEAVY[name]
    (found,), error = tail_indices(drawn(law, 0))
    assert error == pytest.approx(1 / math.sqrt(SHARE * N))
    # chance, and 5 % since tails of 2 % are powers only in the limit (the second term of Student's
    # is as large as the first at x^2 = dof, its share of the logarithm that of 1 / x^2 there)
    assert abs(found / index - 1) < 4 * error + 0.05
    told = heaviest_tail(drawn(law, 0))
    assert told.column == 0
    assert told.power == found
    assert told.std == pytest.approx(found * error)


def test_of_pareto_it_is_the_closed_form_of_its_tail():
    """k quantiles of x^-power above the (k + 1)-th are those of a Pareto variable again."""
    k = int(SHARE * N)
    u = (np.arange(N) + 0.5) / N
    x = np.where(u > 0.5, 1, -1) * np.where(u > 0.5, 2 * u - 1, 1 - 2 * u)  # a median of 0
    far = np.argsort(np.abs(x))[-k - 1 :]
    x[far] = np.sign(x[far]) * 2.0 ** np.arange(1, k + 2)  # each twice as far as the one before
    (found,), _ = tail_indices(x[:, None])
    # mean over j = 1 ... k of log 2^j = (k + 1) / 2 log 2
    assert found == pytest.approx(2 / ((k + 1) * math.log(2)), rel=1e-9)


def test_its_error_is_what_samples_scatter_by():
    found, error = zip(*(tail_indices(drawn(stats.cauchy(), [1, s], 2_000)) for s in range(60)),
                       strict=True)  # fmt: skip
    # 60 values tell their spread to 1 / sqrt(120), 9 %, thrice that is 27 %
    assert np.std(found, ddof=1) / np.mean(found) == pytest.approx(error[0], rel=0.3)


@pytest.mark.parametrize("law", LIGHT, ids=lambda law: f"{law.dist.name}{law.args}")
def test_a_column_with_a_variance_is_not_called_one_without(law):
    for seed in range(5):
        assert heaviest_tail(drawn(law, seed, 3_000)) is None


def test_the_heaviest_of_the_columns_is_named():
    columns = [drawn(law, 2) for law in (stats.norm(), stats.t(1.5), stats.cauchy(), stats.t(1.9))]
    assert heaviest_tail(np.hstack(columns)).column == 2
    assert heaviest_tail(columns[0]) is None


@pytest.mark.parametrize("unit", [2.0**-900, -(2.0**900), 3.0])
@pytest.mark.parametrize("place", [0.0, 5.0])
def test_units_and_places_are_irrelevant(unit, place):
    a = drawn(stats.cauchy(), 3, 2_000)
    moved = unit * (a + place)
    assert tail_indices(moved)[0] == pytest.approx(tail_indices(a)[0], rel=1e-9)


def test_what_has_no_tail_to_be_judged_by_has_no_index():
    few = drawn(stats.cauchy(), 4, int(LEAST / SHARE) - 1)
    assert np.isnan(tail_indices(few)[0]).all()
    assert heaviest_tail(few) is None
    more = drawn(stats.cauchy(), 4, int(LEAST / SHARE))
    assert np.isfinite(tail_indices(more)[0]).all()
    signs = np.sign(drawn(stats.norm(), 5, 2_000))  # all are equally far
    zeros = np.zeros((2_000, 1))
    both = np.hstack([signs, zeros, drawn(stats.cauchy(), 6, 2_000)])
    assert np.isnan(tail_indices(both)[0]).tolist() == [True, True, False]
    assert heaviest_tail(both).column == 2
    assert heaviest_tail(np.hstack([signs, zeros])) is None


def test_a_few_rows_far_away_are_no_tail():
    """One in a hundred at a distance: less than half of those by which a tail is judged."""
    a = drawn(stats.norm(), 7, 2_000)
    a[:5] *= 1e3
    assert heaviest_tail(a) is None
