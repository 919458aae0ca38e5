import numpy as np
import pytest
from scipy.stats import kendalltau

from infoplane.errors import InputError
from infoplane.rankers.stability import rank_stability

SCORES = np.array([0.3, 0.1, 0.9, 0.5])


def test_tau_is_kendalls():
    rng = np.random.default_rng(0)
    resampled = rng.standard_normal((30, 7)) + np.arange(7)
    scores = np.arange(7.0)
    found = rank_stability(scores, resampled, level=0.8)
    taus = [kendalltau(scores, row).statistic for row in resampled]
    assert found.tau[0] == pytest.approx(np.mean(taus))
    assert found.tau[1:] == pytest.approx(np.percentile(taus, [10, 90]))
    # A pair that is kept adds 2 to the sum of signs over one that is not.
    above = np.triu_indices(7, 1)
    assert 2 * found.kept[above].mean() - 1 == pytest.approx(found.tau[0])


def test_the_same_order_is_kept_and_the_reverse_is_not():
    same = rank_stability(SCORES, [SCORES, 2 * SCORES + 1])
    assert (same.kept == 1).all()
    assert same.tau == (1, 1, 1)
    reverse = rank_stability(SCORES, [-SCORES, -SCORES])
    assert np.array_equal(reverse.kept, np.eye(4))
    assert reverse.tau == (-1, -1, -1)


def test_ties_keep_nothing_but_ties():
    found = rank_stability([1.0, 1.0, 2.0], [[1.0, 1.0, 1.0], [1.0, 2.0, 3.0]])
    assert found.kept.tolist() == [[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]]
    assert found.tau[0] == pytest.approx((0 + 2 / 3) / 2)


def test_networks_are_a_table_that_may_be_turned():
    rng = np.random.default_rng(1)
    resampled, order = rng.standard_normal((9, 4)), rng.permutation(4)
    one = rank_stability(SCORES, resampled)
    other = rank_stability(SCORES[order], resampled[:, order])
    assert np.array_equal(other.kept, one.kept[np.ix_(order, order)])
    assert np.array_equal(one.kept, one.kept.T)
    assert other.tau == pytest.approx(one.tau)


@pytest.mark.parametrize(
    ("scores", "resampled", "level", "match"),
    [
        ([1.0], [[1.0], [2.0]], 0.95, r"scores has shape \(1,\)"),
        (SCORES, SCORES, 0.95, r"resampled has shape \(4,\): \(resamples, 4\)"),
        (SCORES, [SCORES], 0.95, "at least 2 resamples"),
        (SCORES, [SCORES[:3]] * 2, 0.95, "a column for each of scores"),
        (SCORES, [SCORES, SCORES * np.nan], 0.95, "resampled has 4 values that are NaN"),
        (SCORES * np.inf, [SCORES] * 2, 0.95, "scores has 4 values"),
        (SCORES, [SCORES] * 2, 1.0, "level=1.0"),
    ],
)
def test_bad_input(scores, resampled, level, match):
    with pytest.raises(InputError, match=match):
        rank_stability(scores, resampled, level=level)
