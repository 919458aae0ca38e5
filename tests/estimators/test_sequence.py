import math
import re

import numpy as np
import pandas as pd
import pytest
from scipy.signal import lfilter
from scipy.stats import spearmanr

from infoplane.estimators import (
    AAMINE,
    CCA,
    KSG,
    Binning,
    Classifier,
    Exact,
    InfoNCE,
    Prediction,
    Ross,
    sequence,
)
from infoplane.estimators.base import Estimator
from infoplane.estimators.sequence import OPENING, follow_each_other

SMALL = {"steps": 20, "hidden": (8,), "batch_size": 64, "restarts": 1}


def series(a, n, seed, d=1):
    """d independent columns with x_i = a x_{i-1} + noise: autocorrelations a^k."""
    noise = np.random.default_rng([seed, n]).standard_normal((n + 500, d))
    return lfilter([1], [1, -a], noise, axis=0)[500:]


X, Z = series(0.95, 2000, 0), series(0.95, 2000, 1)
RNG = np.random.default_rng(0)
WHITE = RNG.standard_normal((2000, 1))


def ordered(warnings):
    return [told for told in warnings if told.startswith(OPENING)]


def number(pattern, told):
    return int(re.search(pattern, told)[1])


def test_what_is_seen_what_it_means_and_what_to_do():
    (told,) = follow_each_other(X, Z)
    assert "in column 0 of x and column 0 of z (rank correlations of neighbours 0.95 and" in told
    worth, every = number(r"worth about (\d+)", told), number(r"one row in every (\d+)", told)
    assert "the 2000 rows are worth" in told
    assert 2000 / (worth + 1) <= every <= 2000 / (worth - 1) + 1
    assert "groups=" not in told
    assert "or pass groups=" in follow_each_other(X, Z, uses_groups=True)[0]


@pytest.mark.parametrize(("a", "b"), [(0.95, 0.95), (0.9, 0.7), (0.99, 0.8)])
def test_the_number_of_independent_rows_is_that_of_the_formula(a, b):
    """n (1 - ab) / (1 + ab). Rank correlations of Gaussians are 3/pi to 1 of theirs, and factors
    less 1 so (3/pi)^2 to 1 of these; the sum of 5/2 factor lags has a relative standard error of
    sqrt((10 factor + 2) / n) (Madras & Sokal 1988), of which five are allowed."""
    n, factor = 40_000, (1 + a * b) / (1 - a * b)
    (told,) = follow_each_other(series(a, n, 2), series(b, n, 3))
    found = n / number(r"worth about (\d+)", told)
    error = 5 * math.sqrt((10 * factor + 2) / n)
    least = 1 + (3 / math.pi) ** 2 * (factor - 1)
    assert least * (1 - error) <= found <= factor * (1 + error)


def test_correlations_of_independent_series_vary_as_told():
    """n E r^2 is the factor: over 200 pairs its relative standard error is sqrt(2 / 200), of which
    four are allowed, and the median of what is told is low by some per cent at this n."""
    pairs = [(series(0.9, 2000, seed), series(0.9, 2000, 1000 + seed)) for seed in range(200)]
    varies = 2000 * np.mean([spearmanr(x, z).statistic ** 2 for x, z in pairs])
    told = [follow_each_other(*pair)[0] for pair in pairs[:20]]
    factor = np.median([2000 / number(r"worth about (\d+)", each) for each in told])
    assert 0.6 * factor < varies < 1.5 * factor


MARGINS = {
    "normal": lambda rng, n: rng.standard_normal((n, 3)),
    "cauchy": lambda rng, n: rng.standard_cauchy((n, 2)),
    "labels": lambda rng, n: rng.integers(0, 3, (n, 1)),
    "rare": lambda rng, n: (rng.random((n, 1)) < 6 / n).astype(np.int64),
    "zeros": lambda rng, n: np.maximum(0, rng.standard_normal((n, 2)) - 1),
}


@pytest.mark.parametrize("n", [30, 200])
@pytest.mark.parametrize("margin", MARGINS)
def test_independent_rows_are_hardly_ever_told(margin, n, monkeypatch):
    """Whatever their margins, and with all of one side in the other; even where any factor is
    enough. At one in a thousand, 200 samples have three with a chance of 1e-3."""
    monkeypatch.setattr(sequence, "WORTH_HALF", -math.inf)
    made = (MARGINS[margin](np.random.default_rng([seed, n]), n) for seed in range(200))
    assert sum(bool(follow_each_other(a, a)) for a in made) <= 2


def test_the_bound_is_not_far_from_what_it_bounds(monkeypatch):
    """A bound that nothing exceeds would find nothing either: in 100 rows a = 0.8 is seen."""
    assert follow_each_other(series(0.8, 100, 0), series(0.8, 100, 1))


def test_one_side_alone_is_no_harm():
    assert follow_each_other(X, WHITE) == follow_each_other(WHITE, Z) == []
    assert follow_each_other(series(0.5, 2000, 0), series(0.5, 2000, 1)) == []  # worth 1200


def test_neither_units_nor_increasing_maps_nor_sides_matter():
    (told,) = follow_each_other(X, Z)
    assert follow_each_other(np.sinh(4 * X) * 1e-300, -np.exp(Z) * 1e300) == [told]
    assert follow_each_other(X.astype(np.float32), np.argsort(np.argsort(Z, 0), 0)) == [told]
    (turned,) = follow_each_other(Z, X)
    assert re.findall(r"worth about \d+", told) == re.findall(r"worth about \d+", turned)


@pytest.mark.parametrize("n", [2000, 20_000])
def test_of_many_columns_the_slowest_pair_is_named(n):
    x, z = np.random.default_rng(1).standard_normal((2, n, 200))
    assert follow_each_other(x, z) == []
    x[:, [150]], x[:, [20]], z[:, [7]] = (series(a, n, 2) for a in (0.95, 0.9, 0.95))
    z[:, [7]] = series(0.95, n, 3)
    (told,) = follow_each_other(x, z)
    assert "in column 150 of x and column 7 of z" in told


def test_a_long_memory_behind_noise_is_slower_than_a_short_one_without():
    """Neighbours of the second column are more alike, and its factor is 2 at most."""
    n = 20_000
    slow, quick = series(0.995, n, 0), series(0.6, n, 1)
    x = np.hstack([quick, slow / slow.std() + RNG.standard_normal((n, 1))])
    z = np.hstack([series(0.6, n, 2), series(0.995, n, 3) / 10 + RNG.standard_normal((n, 1))])
    (told,) = follow_each_other(x, z)
    assert "in column 1 of x and column 1 of z" in told


N = 1200
BITS = np.array([[i >> j & 1 for j in range(12)] for i in range(4096)])
BLOCKS = np.repeat([2, 0, 1], N // 3)[:, None]
TURNS = (np.arange(N) % 10)[:, None]
GRID = np.stack(np.meshgrid(range(30), range(40), indexing="ij"), axis=-1).reshape(-1, 2)
NOISE = np.random.default_rng(5).standard_normal((N, 2))

ARRANGED = {
    "sorted by class": (BLOCKS + NOISE, np.sort(BLOCKS, axis=0)),
    "by class in any order": (3 * BLOCKS + NOISE, BLOCKS),
    "the same as floats": (3 * BLOCKS + NOISE, BLOCKS.astype(float)),
    "the same as indicators": (3 * BLOCKS + NOISE, (np.arange(3) == BLOCKS).astype(np.int64)),
    "one class and the rest": (3 * BLOCKS + NOISE, (np.sort(BLOCKS, axis=0) == 1).astype(int)),
    "sorted by a column, falling": (np.c_[NOISE[:, 1], -np.sort(NOISE[:, 0])], GRID[:, :1]),
    "a curve over time": (np.arange(N)[:, None], np.sin(np.arange(N) / 50)[:, None]),
    "a grid": (GRID, GRID[:, :1] ** 2 + NOISE[:, :1]),
    "inputs counted up": (BITS, BITS.sum(axis=1, keepdims=True) // 3),
    "classes in turn": (TURNS + NOISE / 9, TURNS),
    "a design repeated": (TURNS // 2 + NOISE / 9, np.c_[TURNS // 2, -(TURNS // 4)]),
}


@pytest.mark.parametrize("case", ARRANGED)
def test_an_order_that_was_made_says_nothing_of_time(case):
    x, z = ARRANGED[case]
    assert follow_each_other(x, z) == follow_each_other(z, x) == []
    # the order it is, and not the values: the same columns out of step are told, if they are slow
    some = np.r_[len(x) // 2 : len(x), : len(x) // 2 - 7]
    if case in ("sorted by class", "inputs counted up", "a grid"):
        again = [np.r_[a[some], a[::-1], a] for a in (x, z)]
        assert follow_each_other(*again)


def test_labels_in_many_blocks_are_told_by_numbers_words_and_indicators():
    codes = np.repeat(np.random.default_rng(2).integers(0, 3, 100), 20)[:, None]
    (told,) = follow_each_other(X, codes)
    assert "column 0 of z" in told
    words = {follow_each_other(X, other, text=["z"])[0] for other in (codes, codes * 2 % 3)}
    indicators = (np.arange(3) == codes).astype(np.int64)
    assert words == {follow_each_other(X, indicators)[0]}
    assert "and the labels of z" in words.pop()
    # words that are dealt in turn, or that all differ, are not alike, whatever the alphabet says
    assert follow_each_other(X, np.arange(2000)[:, None] // 2 % 1000, text=["z"]) == []


def test_every_estimator_of_samples_says_so_once():
    label = (Z[:, 0] > 0).astype(np.int64)
    nce = InfoNCE(**SMALL)
    for found in (
        CCA().estimate(X, Z),
        KSG(errors="local").estimate(X, Z),
        Binning(bins=5).estimate(X, Z),
        Ross(errors="local").estimate(X, label),
        Ross(errors="local").estimate(X, np.array(["no", "yes"])[label]),
        nce.estimate(X, Z),
        *nce.estimate_batch([X, X], [Z, Z[::-1]], seeds=[0, 1]),
        *CCA().estimate_batch([X, X], [Z, Z[::-1]], seeds=[0, 1]),
    ):
        assert len(ordered(found.warnings)) == 1
    assert ordered(nce.estimate_batch([X, WHITE], [Z, Z], seeds=[0, 1])[1].warnings) == []


def test_names_of_a_table_are_said():
    x, z = pd.DataFrame({"price": X[:, 0]}), pd.Series(Z[:, 0], name="rain")
    (told,) = ordered(CCA().estimate(x, z).warnings)
    assert "in column 'price' of x and column 'rain' of z" in told


def test_an_estimator_within_another_says_it_once():
    class Signs(Estimator):
        name = "signs"

        def _estimate(self, samples, seed, device):
            found = CCA().estimate(samples.x, samples.z)
            return found.value, found.std, found.warnings, {}

    class_warnings = Signs().estimate(X, Z).warnings
    del Signs  # a class of a test is no estimator of the package
    assert len(ordered(class_warnings)) == 1


def test_what_is_computed_from_a_layer_takes_no_chance_for_dependence():
    noisy, p = AAMINE(noise_std=1.0, **SMALL), 1 / (1 + np.exp(-Z))
    for found in (
        Exact(noise_std=1.0).estimate(X, Z),
        Prediction().estimate(X, np.hstack([p, 1 - p])),
        noisy.estimate(X, Z),
    ):
        assert ordered(found.warnings) == []
    assert ordered(noisy.for_labels().estimate(X, Z).warnings)


def test_rows_left_out_as_told_take_the_false_information_away():
    """60 pairs of independent series: of 95 % intervals 10 or more miss the truth, 0, with a chance
    of 5e-4. As told is once, or twice where a doubt stays."""
    missed = {False: 0, True: 0}
    for seed in range(60):
        x, z = series(0.95, 2000, seed), series(0.95, 2000, 500 + seed)
        for thinned in (False, True):
            found = CCA().estimate(x, z)
            while thinned and (told := ordered(found.warnings)):
                step = number(r"one row in every (\d+)", told[0])
                assert step > 1
                x, z = x[::step], z[::step]
                found = CCA().estimate(x, z)
            low, high = found.interval()
            missed[thinned] += not low <= 0 <= high
    assert missed[False] >= 10 > missed[True]


def test_groups_as_told_take_the_false_information_away():
    """Rows that a fit has seen stand beside those that it is tested on; stretches do not."""
    n = 600
    x, label = series(0.98, n, 0, d=10), (series(0.98, n, 9)[:, 0] > 0).astype(int)
    e = Classifier(model="logistic")
    alone, grouped = (e.estimate(x, label, groups=g) for g in (None, np.arange(n) // 60))
    (told,) = ordered(alone.warnings)
    assert "or pass groups=" in told
    assert alone.interval()[0] > 0  # of nothing
    low, high = grouped.interval()
    assert low <= 0 or high <= 0
    assert ordered(grouped.warnings) == []


def test_groups_that_follow_each_other_as_rows_do_are_too_short():
    options = {"uses_groups": True}
    (told,) = follow_each_other(X, Z, groups=np.arange(2000) // 5, **options)
    assert "the 400 groups are worth about" in told
    every = number(r"make one group of every (\d+)", told)
    assert follow_each_other(X, Z, groups=np.arange(2000) // (5 * every), **options) == []
    alone, each = (follow_each_other(X, Z, groups=g, **options) for g in (None, np.arange(2000)))
    assert alone[0].split(":")[0] == each[0].split(":")[0]


def test_shuffled_rows_have_no_order():
    order = np.random.default_rng(3).permutation(2000)
    assert follow_each_other(X[order], Z[order]) == []
