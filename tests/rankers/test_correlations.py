"""Correlations over a few networks: closed forms, exact counts, and coverage."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from infoplane.errors import InputError
from infoplane.rankers import correlations
from infoplane.rankers.correlations import (
    bca_interval,
    correlation_pairs,
    partial_correlation,
    pearson,
    permutation_p,
    spearman,
)

X = np.array([0.3, 1.1, 0.2, 2.0, 1.4, 0.9])
Y = np.array([0.1, 0.8, 0.5, 1.7, 0.7, 1.2])


def test_pearson_and_spearman_are_those_of_scipy():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 40, 7))
    y[5:] = np.round(y[5:])  # ties
    found = pearson(x, y), spearman(x, y)
    for i in range(40):
        assert found[0][i] == pytest.approx(stats.pearsonr(x[i], y[i]).statistic)
        assert found[1][i] == pytest.approx(stats.spearmanr(x[i], y[i]).statistic)


def test_r_is_an_invariant_of_units():
    r = pearson(X, Y)
    assert pearson(Y, X) == pytest.approx(r)
    assert pearson(3 - 2 * X, 1e6 + 5 * Y) == pytest.approx(-r)
    assert spearman(np.exp(X), Y**3) == spearman(X, Y)
    assert pearson(X, 3 * X - 1) == pytest.approx(1)


def test_r_of_what_is_constant_is_not_a_number_even_to_rounding():
    assert np.isnan(pearson(X, np.full(6, 0.1)))
    assert np.isnan(pearson([X, X], [Y, 0 * Y])).tolist() == [False, True]
    assert np.isnan(pearson(X, 0.1 * 3 + np.array([0, 1, 0, 0, 1, 0]) * 1e-17))
    assert np.isnan(spearman(X, np.ones(6)))


def test_partial_correlation_is_that_of_residuals():
    rng = np.random.default_rng(1)
    x, y, a, b = rng.normal(size=(4, 9)) + rng.normal(size=9)
    for given in ([a], [a, b]):
        basis = np.column_stack([np.ones(9), *given])
        left, right = (v - basis @ np.linalg.lstsq(basis, v)[0] for v in (x, y))
        known = stats.pearsonr(left, right).statistic
        assert partial_correlation(x, y, *given) == pytest.approx(known)
        assert partial_correlation([x, y], [y, x], *given) == pytest.approx([known, known])
    # Three correlations have it in closed form, too.
    r, r_x, r_y = pearson(x, y), pearson(x, a), pearson(y, a)
    known = (r - r_x * r_y) / np.sqrt((1 - r_x**2) * (1 - r_y**2))
    assert partial_correlation(x, y, a) == pytest.approx(known)
    assert partial_correlation(x, y, a, 5 - a) == pytest.approx(known)  # says nothing new
    assert partial_correlation(x, y, np.ones(9)) == pytest.approx(r)


def test_of_what_the_given_determine_nothing_is_left():
    assert np.isnan(partial_correlation(2 * X + 1, Y, X))
    with pytest.raises(InputError, match=r"quantities have \[5, 6\] values"):
        partial_correlation(X, Y[:5])


def test_six_networks_have_720_orders():
    up = np.arange(6.0)
    assert permutation_p(up, up, alternative="greater") == 1 / 720
    assert permutation_p(up, up) == 2 / 720
    assert permutation_p(up, -up, alternative="less") == 1 / 720
    assert permutation_p(up, -up, alternative="greater") == 1
    # No two orders of these have the same r as the one they came in.
    assert permutation_p(X, np.sort(Y)[np.argsort(np.argsort(X))]) == 2 / 720


def test_exact_p_counts_orders_as_scipy_does():
    for n in (3, 5, 7):
        x, y = np.random.default_rng(n).normal(size=(2, n))
        r = [stats.pearsonr(x, y[list(o)]).statistic for o in itertools.permutations(range(n))]
        value = stats.pearsonr(x, y).statistic
        greater, less = np.mean(r >= value - 1e-12), np.mean(r <= value + 1e-12)
        assert permutation_p(x, y, alternative="greater") == pytest.approx(greater)
        assert permutation_p(x, y, alternative="less") == pytest.approx(less)
        assert permutation_p(x, y) == pytest.approx(min(1, 2 * min(greater, less)))
        assert permutation_p(x, y) == permutation_p(y, x)


def test_ties_make_the_smallest_p_larger():
    x, y = [0.0, 0.0, 1.0, 2.0, 3.0], [0.0, 0.5, 1.0, 2.0, 3.0]
    # Two orders of the tied pair give one r.
    assert permutation_p(x, y, alternative="greater") == 2 / 120
    # One of five is apart: 1 in 5 of the orders puts it right.
    assert permutation_p([0, 0, 0, 0, 1], [1, 2, 3, 4, 9], alternative="greater") == 24 / 120


def test_beyond_eight_random_orders_estimate_the_exact_p():
    x = np.arange(9.0)
    y = np.array([3.0, 1.0, 0.0, 6.0, 2.0, 5.0, 4.0, 8.0, 7.0])
    orders = np.array(list(itertools.permutations(range(9))))
    exact = np.mean(pearson(x, y[orders]) >= pearson(x, y) - 1e-12)
    found = permutation_p(x, y, alternative="greater", seed=1)
    # Binomial: three standard errors of 9999 orders, and the 1 that is added.
    assert abs(found - exact) < 3 * math.sqrt(exact / 9999) + 1e-4
    assert permutation_p(x, x, alternative="greater", resamples=999) >= 1 / 1000
    assert found == permutation_p(x, y, alternative="greater", seed=1)
    assert found != permutation_p(x, y, alternative="greater", seed=2)


def test_under_the_null_p_is_as_rare_as_it_says():
    rng = np.random.default_rng(2)
    p = np.array(
        [permutation_p(*rng.normal(size=(2, 5)), alternative="greater") for _ in range(400)]
    )
    # Exact: P(p <= k/120) = k/120; three standard errors of 400.
    for level in (12 / 120, 60 / 120):
        assert abs(np.mean(p <= level + 1e-9) - level) < 3 * math.sqrt(level * (1 - level) / 400)


@pytest.mark.parametrize(("n", "rho"), [(6, 0.0), (6, 0.8), (10, 0.5)])
def test_intervals_cover_r_as_stated(n, rho):
    stated = {(6, 0.0): 0.967, (6, 0.8): 0.936, (10, 0.5): 0.937}[n, rho]
    rng = np.random.default_rng(3)
    covered = 0
    for i in range(200):
        x, noise = rng.normal(size=(2, n))
        y = rho * x + math.sqrt(1 - rho**2) * noise
        found = bca_interval(pearson, x, y, resamples=400, seed=i)
        assert -1 <= found.low <= found.high <= 1
        covered += found.low <= rho <= found.high
    # Three standard errors of 200, and .01 for 400 resamples in place of 1000.
    assert abs(covered / 200 - stated) < 3 * math.sqrt(stated * (1 - stated) / 200) + 0.01


def test_an_interval_is_of_its_value_and_level():
    narrow, wide = (bca_interval(pearson, X, Y, level=level, seed=4) for level in (0.5, 0.95))
    assert narrow.value == wide.value == pytest.approx(stats.pearsonr(X, Y).statistic)
    assert wide.low < narrow.low < narrow.value < narrow.high < wide.high
    assert (wide.networks, wide.families) == (6, 6)
    moved = bca_interval(pearson, 1 + 2 * X, 3 - Y, level=0.95, seed=4)
    # The mirror image, but that inverted quantiles round to the next resample on one side.
    assert (-moved.high, -moved.low) == pytest.approx((wide.low, wide.high), abs=0.02)


def test_copies_of_a_network_are_one_family_and_tell_nothing_new():
    one = bca_interval(pearson, X, Y, seed=5)
    three = bca_interval(
        pearson, np.tile(X, 3), np.tile(Y, 3), families=np.tile(np.arange(6), 3), seed=5
    )
    assert (three.low, three.value, three.high) == pytest.approx((one.low, one.value, one.high))
    assert (three.networks, three.families) == (18, 6)
    assert three.degenerate == one.degenerate
    ignored = bca_interval(pearson, np.tile(X, 3), np.tile(Y, 3), seed=5)
    assert ignored.high - ignored.low < one.high - one.low


def test_families_may_have_names_and_sizes():
    x, y = np.random.default_rng(6).normal(size=(2, 9))
    names = ["resnet", "resnet", "vit", "vgg", "vgg", "vgg", "dense", "swin", "swin"]
    found = bca_interval(pearson, x, y, families=names)
    assert (found.networks, found.families) == (9, 5)
    order = np.random.default_rng(7).permutation(9)
    turned = bca_interval(pearson, x[order], y[order], families=[names[i] for i in order])
    assert (turned.low, turned.high) == pytest.approx((found.low, found.high))


def test_of_seeds_the_mean_counts():
    seeds = np.random.default_rng(9).normal(size=(6, 3))
    one = bca_interval(pearson, (X[:, None] + seeds).mean(axis=1), Y, seed=8)
    assert bca_interval(pearson, X[:, None] + seeds, Y[:, None], seed=8) == one


def test_seeds_are_drawn_where_asked_for():
    same = bca_interval(pearson, np.column_stack([X] * 4), Y, draw_seeds=True, seed=8)
    one = bca_interval(pearson, X, Y, seed=8)
    # The streams differ by the draws of seeds: quantiles of 10 000 resamples, to .02 of 2.
    assert (same.low, same.high) == pytest.approx((one.low, one.high), abs=0.04)
    x = np.linspace(0, 1, 12)
    noise = np.random.default_rng(9).normal(size=(12, 3))
    noise -= noise.mean(axis=1, keepdims=True)  # so that means are x, whatever the noise
    y = x + 0.1 * np.cos(9 * x)
    drawn = bca_interval(pearson, x[:, None] + 0.1 * noise, y, draw_seeds=True)
    assert drawn.value == pytest.approx(pearson(x, y))
    # What is drawn again pulls r down until it is beyond all resamples, and that is no interval.
    with pytest.raises(InputError, match="lies outside of all 10000 resamples"):
        bca_interval(pearson, x[:, None] + 3 * noise, x, draw_seeds=True)


def test_resamples_without_a_value_are_counted():
    found = bca_interval(pearson, [0.0, 1.0, 2.0], [0.0, 2.0, 1.0], resamples=10_000)
    # 3 of 27 draws of three networks are of one: three standard errors of 10 000.
    assert abs(found.degenerate / 10_000 - 1 / 9) < 3 * math.sqrt(8 / 81 / 10_000)
    assert found.resamples + found.degenerate == 10_000
    assert (found.low, found.high) == (-1, 1)  # two networks have r = 1 or -1
    # At six, 6 of 6^6 = 46 656: next to none.
    assert bca_interval(pearson, X, Y).degenerate < 10


def test_a_perfect_correlation_has_no_width():
    found = bca_interval(pearson, X, 2 * X - 1)
    assert (found.low, found.value, found.high) == pytest.approx((1, 1, 1))


def test_other_statistics_have_intervals_too():
    x, y, given = np.random.default_rng(10).normal(size=(3, 12))
    found = bca_interval(partial_correlation, x, y, given)
    assert found.low < found.value < found.high
    assert found.value == partial_correlation(x, y, given)
    ranks = bca_interval(spearman, x, y)
    assert ranks == bca_interval(spearman, x**3, np.exp(y))
    mean = bca_interval(lambda a: a.mean(axis=-1), x)
    assert mean.low < x.mean() < mean.high


def test_the_stream_is_an_argument():
    before = np.random.get_state()[1].tolist()
    assert bca_interval(pearson, X, Y, seed=1) == bca_interval(pearson, X, Y, seed=1)
    assert bca_interval(pearson, X, Y, seed=1) != bca_interval(pearson, X, Y, seed=2)
    permutation_p(np.arange(10.0), np.arange(10.0), resamples=100)
    assert np.random.get_state()[1].tolist() == before


def test_pairs_are_those_of_each_two():
    named = {"logme": X, "accuracy": Y, "rank": X + Y}
    found = correlation_pairs(named, seed=3, resamples=500)
    assert list(found) == [("logme", "accuracy"), ("logme", "rank"), ("accuracy", "rank")]
    assert found["logme", "rank"] == bca_interval(pearson, X, X + Y, seed=3, resamples=500)


@pytest.mark.parametrize(
    ("quantities", "options", "match"),
    [
        ([X[:2], Y[:2]], {}, "quantities have 2 networks: at least 3 are needed"),
        ([X, Y[:5]], {}, "quantities have 5 and 6 networks"),
        ([X, Y * np.nan], {}, "quantity 1 has 6 values that are NaN"),
        ([X, 0 * Y], {}, "not defined: a quantity is constant"),
        ([X, [0, 0, 0, 0, 0, 1]], {}, r"not defined without networks \[5\]"),
        ([X, Y.reshape(6, 1, 1)], {}, r"quantity 1 has shape \(6, 1, 1\)"),
        ([X, Y], {"families": [0, 0, 0, 1, 1, 1]}, "6 labels of 2 families .* at least 3 families"),
        ([X, Y], {"families": [0, 1, 2]}, "3 labels of 3 families for 6 networks"),
        ([X, Y], {"families": [0, 1, 2, 3, 4, 4.5]}, "between integers"),
        ([X, Y], {"draw_seeds": 1}, "draw_seeds=1"),
        ([X, Y], {"level": 1}, "level=1"),
        ([X, Y], {"resamples": 10}, "resamples=10"),
        ([X, Y], {"seed": -1}, "seed=-1"),
    ],
)
def test_bad_input(quantities, options, match):
    with pytest.raises(InputError, match=match):
        bca_interval(pearson, *quantities, **options)


@pytest.mark.parametrize(
    ("x", "y", "options", "match"),
    [
        (X[:2], Y[:2], {}, "at least 3"),
        (X, 0 * Y, {}, "x or y is constant"),
        (X, Y[:5], {}, "5 and 6 networks"),
        (X, ["a"] * 6, {}, "pass numbers"),
        (X, Y, {"alternative": "both"}, "alternative='both' does not exist"),
        (X, Y, {"resamples": 0}, "resamples=0"),
    ],
)
def test_bad_permutations(x, y, options, match):
    with pytest.raises(InputError, match=match):
        permutation_p(x, y, **options)


def one_by_one(statistic, values, members, resamples, seed):
    """Resamples put together one after the other, and the seeds of each network in turn."""
    rng = np.random.default_rng(seed)
    drawn = rng.integers(len(members), size=(resamples, len(members)))
    rows = [np.concatenate([members[family] for family in families]) for families in drawn]
    found = np.empty(resamples)
    for size in sorted({len(row) for row in rows}):
        same = [i for i, row in enumerate(rows) if len(row) == size]
        networks = np.array([rows[i] for i in same])
        sides = []
        for a in values:
            seeds = rng.integers(a.shape[1], size=(*networks.shape, a.shape[1]))
            sides.append(a[networks[..., None], seeds].mean(axis=-1))
        found[same] = statistic(*sides)
    return found


@pytest.mark.parametrize("seeds", [(1, 1), (3, 1), (1, 4), (2, 3)])
def test_resamples_are_those_drawn_one_by_one(seeds):
    values = [np.random.default_rng(11).normal(size=(9, k)) for k in seeds]
    for members in (np.arange(9)[:, None], [[0, 4, 8], [1], [2, 3, 5, 6], [7]]):
        members = [np.array(rows) for rows in members]
        found = correlations._resampled(pearson, values, members, 300, np.random.default_rng(1))
        np.testing.assert_array_equal(found, one_by_one(pearson, values, members, 300, seed=1))


def by_norms(x, y):
    """r by lengths, each of its own pass."""
    left, right = (a - a.mean(axis=-1, keepdims=True) for a in (x, y))
    lengths = [np.linalg.norm(a, axis=-1, keepdims=True) for a in (left, right)]
    return (left / lengths[0] * (right / lengths[1])).sum(axis=-1)


@pytest.mark.parametrize("offset", [0, 1e3])
@pytest.mark.parametrize("scale", [1e-150, 1e-20, 1, 1e20, 1e150])
def test_r_of_far_and_tiny_numbers(scale, offset):
    x, y = np.random.default_rng(12).normal(size=(2, 50, 8)) + offset
    # rounding of the offset is 1e-13 of the spread
    np.testing.assert_allclose(pearson(scale * x, scale * y), by_norms(x, y), atol=1e-12)
    assert np.isnan(pearson(scale * x, np.full_like(y, scale * 0.1))).all()
    assert np.abs(pearson(x, x)).max() <= 1
