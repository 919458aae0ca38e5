"""What a line tells is never more than there is, and who finds less is told."""

import math

import numpy as np
import pytest
from scipy import stats

from infoplane.datasets.problems import problem
from infoplane.estimators import AAMINE, CCA, KSG, MINE, Binning, Ross
from infoplane.estimators.base import Samples
from infoplane.estimators.estimate import Estimate
from infoplane.estimators.floors import above_line, below_floor, floor

TOLD = "nats are too low: one line between the sides"
NEAR = problem("gaussian", d=1, rho=1 - 5e-13)  # 13.8 nats


def drawn(known, n, seed=0):
    return known.draw(n, np.random.default_rng(seed))


def told(found):
    return [sentence for sentence in found.warnings if TOLD in sentence]


@pytest.mark.parametrize("rho", [0.5, -0.9, 0.9999])
@pytest.mark.parametrize("d", [1, 3])
def test_of_gaussians_it_is_what_one_pair_of_columns_has(d, rho):
    of_a_pair = -0.5 * math.log(1 - rho**2)
    found = [floor(*drawn(problem("gaussian", d=d, rho=rho), 2000, s)) for s in range(12)]
    values = [one.least for one in found]
    error = np.std(values, ddof=1) / math.sqrt(len(values))
    assert np.mean(values) < of_a_pair + 3 * error
    # of 512 rows a contrast shows less: log 512 = 6.2 at most
    assert np.mean(values) > 0.95 * of_a_pair - 3 * error
    assert np.mean([one.std for one in found]) < 0.06


@pytest.mark.parametrize("f", [np.exp, lambda x: x**3, lambda x: -1e-6 * x + 1e3])
def test_of_increasing_maps_of_columns_it_is_the_same(f):
    x, z = drawn(problem("gaussian", d=1, rho=0.9), 2000)
    found = floor(f(x), f(z))
    assert found.least == pytest.approx(0.83, abs=0.15)


UNIFORM = 0.1  # half the width of the noise


def _boxes(rng, n):
    """A uniform column, and itself with uniform noise: h(Z) - log 2a, a trapezium's entropy."""
    x = rng.random((n, 1))
    return x, x + rng.uniform(-UNIFORM, UNIFORM, x.shape)


def _tails(rng, n):
    """Independent, of columns without a mean."""
    return rng.standard_cauchy((2, n, 2))


def _levels(levels, noise):
    """Whole numbers that both sides have, each with noise of its own: log of how many."""

    def draw(rng, n):
        return rng.integers(levels, size=(n, 1)) + noise * rng.standard_normal((2, n, 1))

    return draw


def _rounded(rng, n):
    """A normal column rounded to tenths, with a little noise on each side: their entropy."""
    return rng.standard_normal((n, 1)).round(1) + 1e-6 * rng.random((2, n, 1))


def _difference(rng, n):
    """A whole number that each side has as the difference of two columns."""
    shared, (u, v) = rng.integers(4, size=n), rng.standard_normal((2, n))
    return np.c_[u, u + shared], np.c_[v, v + shared]


def _labels(rng, n):
    """The same label on both sides, as codes."""
    codes = rng.integers(3, size=(n, 1))
    return codes, codes


TENTHS = np.diff(stats.norm.cdf(np.arange(-8, 8.05, 0.1) - 0.05))
KNOWN = {
    "boxes": (_boxes, -math.log(2 * UNIFORM) + UNIFORM),
    "tails": (_tails, 0.0),
    "two classes": (_levels(2, 1e-3), math.log(2)),
    "three classes": (_levels(3, 1e-2), math.log(3)),
    "sixty years": (_levels(60, 1e-2), math.log(60)),
    "two far apart": (_levels(2, 1e-9), math.log(2)),
    "rounded": (_rounded, stats.entropy(TENTHS)),
    "difference": (_difference, math.log(4)),
    "labels": (_labels, math.log(3)),
}


@pytest.mark.parametrize("n", [300, 2000])
@pytest.mark.parametrize("name", KNOWN)
def test_it_is_at_most_what_there_is(name, n):
    draw, most = KNOWN[name]
    found = [floor(*draw(np.random.default_rng(seed), n)) for seed in range(10)]
    for one in found:
        assert one.least < most + 4.3 * one.std + 1e-9
    if most > 0:  # and not much below
        assert np.mean([one.least for one in found]) > 0.75 * most


def test_what_no_line_tells_leaves_it_at_nothing():
    rng = np.random.default_rng(0)
    x, sign = rng.standard_normal((3000, 1)), rng.choice([-1, 1], (3000, 1))
    assert abs(floor(x, sign * x + 1e-3 * rng.standard_normal(x.shape)).least) < 0.1


@pytest.mark.parametrize("name", sorted(KNOWN.keys() - {"tails", "labels"}))
def test_neighbours_that_are_right_are_not_told(name):
    draw, most = KNOWN[name]
    for seed in range(3):
        found = KSG().estimate(*draw(np.random.default_rng(seed), 1000))
        assert told(found) == []
        # no bias is known of what does not resemble Gaussians
        low, high = found.interval(0.999)
        assert low - 0.1 < most < high + 0.1


@pytest.mark.parametrize("name", ["two classes", "three classes", "sixty years", "rounded"])
def test_correlations_of_clusters_are_doubted(name):
    draw, most = KNOWN[name]
    found = CCA().estimate(*draw(np.random.default_rng(0), 1000))
    assert found.value > most + 0.5
    (sentence,) = found.warnings
    assert sentence.startswith("by its correlation one line between the sides would show")
    assert "ask ksg" in sentence


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9, 0.9999, 1 - 5e-13])
def test_correlations_of_gaussians_are_not(rho):
    known = problem("gaussian", d=2, rho=rho)
    for seed in range(15):
        assert above_line(*drawn(known, 600, seed)) == []


def test_mine_on_near_copies_is_told_and_the_way_out_is_right():
    x, z = drawn(NEAR, 1000)
    quick = MINE(steps=100, check_every=50, restarts=1)
    one = quick.estimate(x, z)
    assert one.value < 10
    (sentence,) = told(one)
    assert "which can show 6.2" in sentence
    assert [told(e) for e in quick.estimate_batch([x], [z], seeds=[0])] == [[sentence]]
    right = CCA().estimate(x, z)
    assert right.value == pytest.approx(NEAR.information.value, abs=0.15)
    assert right.warnings == ()


@pytest.mark.parametrize("estimator", [KSG(), KSG(errors=None), Binning(bins=8)])
def test_so_are_neighbours_and_bins(estimator):
    assert told(estimator.estimate(*drawn(NEAR, 500)))


def test_of_normal_scores_the_way_out_is_their_own():
    x, z = drawn(problem("gaussian", d=1, rho=0.999), 2000)
    x, z = np.exp(3 * x), np.exp(3 * z)
    found = CCA().estimate(x, z)
    (sentence,) = told(found)
    assert "one line between the sides of their normal scores" in sentence
    right = CCA(margins="normal-scores").estimate(x, z)
    assert right.value == pytest.approx(-0.5 * math.log(1 - 0.999**2), abs=0.1)
    assert told(right) == []


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("estimator", [CCA(), CCA(margins="normal-scores"), KSG(errors="local")])
def test_who_is_right_is_not_told(estimator, rho):
    known = problem("gaussian", d=1, rho=rho)
    for seed in range(15):
        assert told(estimator.estimate(*drawn(known, 500, seed))) == []


def test_chance_and_known_bias_are_allowed_for():
    x, z = drawn(problem("gaussian", d=1, rho=0.9), 2000)
    low = {"value": 0.5, "n": 2000, "estimator": "any"}
    assert below_floor(Estimate(std=0.01, **low), x, z)
    assert below_floor(Estimate(std=math.nan, **low), x, z)
    assert not below_floor(Estimate(std=0.2, **low), x, z)
    assert not below_floor(Estimate(std=0.01, bias=-0.3, bias_std=0.01, **low), x, z)


def test_nothing_is_known_of_few_rows_many_columns_and_what_does_not_vary():
    x, z = drawn(NEAR, 500)
    wide = np.random.default_rng(0).standard_normal((2, 500, 129))
    for sides in ((x[:99], z[:99]), wide, (np.zeros_like(x), z)):
        assert floor(*sides).least == -math.inf
        assert above_line(*sides) == []


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "z",
    [
        lambda x: x**3,  # its scores are those of x on one half, and nearly on the other
        lambda x: np.sign(x) * 1e150,
        lambda x: np.sign(x) * 1e-300,
        lambda x: np.exp(40 * x),
        lambda x: np.where(x > 0, 1e12, 0) + 1e-9 * x,
        lambda x: x + 1e300 * (x == x[3]),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_values_far_apart_overflow_nowhere(z, seed):
    x = np.random.default_rng(seed).standard_normal((1000, 1))
    for sides in ((x, z(x)), (z(x), x)):
        found = floor(*sides)
        assert not math.isnan(found.least)
        assert found.least <= math.log(512) + 1e-9
        assert all(isinstance(sentence, str) for sentence in above_line(*sides))


@pytest.mark.parametrize("far", [1e20, -1e200])
def test_one_value_beside_which_all_others_are_one_makes_no_floor(far):
    """Wherever it stands: of one half of the rows the others are then a constant."""
    z, noise = np.random.default_rng(4).standard_normal((2, 1000, 1))
    for row in range(8):
        x = z + noise
        x[row] = far
        assert floor(x, z).least <= 0.1
        (sentence,) = KSG(errors="local").estimate(x, z).warnings
        assert "column 0 of x has outliers" in sentence


def test_labels_are_numbers_and_words_are_not():
    """A line between a label's codes and a column holds as well; the alphabet is none."""
    x, y = drawn(problem("separated-by", separation=6.0), 500)
    assert floor(x, y[:, None]).least > 0.5
    assert told(Ross().estimate(x, y)) == []
    low = Estimate(value=0.0, std=0.01, n=500, estimator="any")
    for text in ((), ("z",)):
        doubts = Ross()._doubts_of(low, Samples(x, y[:, None], text))
        assert any(TOLD in sentence for sentence in doubts) == (not text)


def test_noise_that_an_estimator_adds_is_in_no_floor():
    x, z = drawn(problem("gaussian", d=1, rho=0.9999), 500)
    aware = AAMINE(noise_std=2.0, form="input", steps=2, check_every=1, restarts=1)
    assert floor(x, z).least > 3.5
    assert told(aware.estimate(x, z)) == []


def test_series_are_told_that_they_are_and_no_floor_is_taken_from_them():
    steps = np.random.default_rng(3).standard_normal((2, 1000, 1))
    x, z = np.cumsum(steps, axis=1)
    found = Binning(bins=2).estimate(x, z)
    assert told(found) == []
    assert any("follow each other" in sentence for sentence in found.warnings)


def test_copies_on_both_halves_and_groups_make_no_floor():
    """A line in many columns knows rows by heart that come again."""
    x, z = np.random.default_rng(1).standard_normal((2, 100, 20))
    often = np.tile(x, (6, 1)), np.tile(z, (6, 1))
    assert floor(*often).least > 0.2  # of independent ones
    low = Estimate(value=-0.5, std=0.01, n=600, estimator="any")
    assert below_floor(low, *often) == []
    assert below_floor(low, *drawn(NEAR, 600))
    near = drawn(NEAR, 600)
    tiny = MINE(steps=2, check_every=1, restarts=1, batch_size=32)
    assert told(tiny.estimate(*near))
    assert told(tiny.estimate(*near, groups=np.arange(600) // 2)) == []


def test_units_and_linear_maps_do_not_matter():
    x, z = drawn(problem("gaussian", d=2, rho=0.9), 1000)
    least = floor(x, z).least
    turned = x @ np.array([[3.0, 1e-3], [-1e5, 40.0]]) + 1e3
    assert floor(turned, -1e-8 * z).least == pytest.approx(least, abs=0.02)
    repeated = np.hstack([x, x]), np.hstack([z, z.sum(axis=1, keepdims=True)])
    assert floor(*repeated).least == pytest.approx(least, abs=0.02)
