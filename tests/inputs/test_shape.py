"""Where a standard deviation says little: heavy tails, narrow peaks, outliers; not elsewhere."""

import numpy as np
import pytest
from scipy import stats

from infoplane.inputs.margins import transformed
from infoplane.inputs.shape import CHANCE, MOST_STD, MOST_TAILS, doubts_of_margins, outliers

LOG_CONCAVE = [
    stats.norm(), stats.uniform(), stats.laplace(), stats.expon(), stats.logistic(),
    stats.gamma(1.5), stats.beta(2, 5), stats.gumbel_r(), stats.weibull_min(1.2),
]  # fmt: skip
HEAVY = {
    "cubes": lambda g: g**3,
    "t of 2 degrees": lambda g: stats.t.ppf(stats.norm.cdf(g), 2),
    "log-normal": np.exp,
}


@pytest.mark.parametrize("law", LOG_CONCAVE, ids=lambda law: law.dist.name)
def test_every_log_concave_density_keeps_within_the_bounds(law):
    q1, q25, q75, q99 = law.ppf([0.01, 0.25, 0.75, 0.99])
    assert q99 - q1 <= MOST_TAILS * (q75 - q25) * (1 + 1e-12)
    assert law.std() <= MOST_STD * (q75 - q25)


def test_two_sided_exponentials_reach_the_bound_and_are_called_out_once_in_a_hundred():
    q1, q25, q75, q99 = stats.laplace.ppf([0.01, 0.25, 0.75, 0.99])
    assert (q99 - q1) / (q75 - q25) == pytest.approx(MOST_TAILS)
    x = np.random.default_rng(0).laplace(size=(400, 800))
    q1, q25, q75, q99 = np.percentile(x, [1, 25, 75, 99], axis=1)
    spread = np.log((q99 - q1) / (q75 - q25)).std() * np.sqrt(800)
    assert spread == pytest.approx(CHANCE, rel=0.15)  # 4 standard errors, of 400 samples
    told = sum(bool(outliers(row[:, None], "x", "")) for row in x)
    assert told <= 4 + 4 * 2  # 4 expected, at most, and four standard errors


@pytest.mark.parametrize("name", HEAVY)
def test_tails_are_told_in_any_units(name):
    x = HEAVY[name](np.random.default_rng(1).standard_normal((4000, 1)))
    (told,) = outliers(x, "x", "advice")
    assert told.startswith("column 0 of x has heavy tails (from the 1st")
    assert told.endswith("advice")
    for unit in (2.0**-900, -(2.0**600)):
        assert outliers(unit * x, "x", "advice") == [told]


def test_outliers():
    a = np.random.default_rng(0).normal(size=(1000, 3))
    assert outliers(a, "x", "advice") == []
    # 25 % ones: a range between a 0 and a 1 would be an interpolation
    assert outliers((np.arange(1001) < 251).astype(float)[:, None], "x", "advice") == []
    a[5, 1] = 1e6
    (told,) = outliers(a, "x", "advice")
    # one value v of n has the standard deviation v / sqrt(n); the quartiles are at 0.674
    assert told.startswith("column 1 of x has outliers (standard deviation 316")
    assert told.endswith("against an interquartile range of 1.3): advice")
    a[6, 2] = 1e6
    assert "column 1 of x (and 1 more)" in outliers(a, "x", "advice")[0]


def test_a_frequent_value_is_no_tail_and_hides_none():
    g = np.random.default_rng(2).standard_normal((2000, 1))
    relu = np.maximum(g - 0.5, 0)  # seven in ten are zero
    assert outliers(relu, "x", "") == []
    assert outliers(np.minimum(relu, 0.8), "x", "") == []
    assert outliers(np.random.default_rng(3).poisson(0.8, (2000, 1)), "x", "") == []
    missing = np.where(np.arange(2000)[:, None] % 2, g, -999.0)  # a code in half of the rows
    assert "has outliers" in outliers(missing, "x", "")[0]


@pytest.mark.parametrize("margins", ["raw", "standardized"])
@pytest.mark.parametrize("name", HEAVY)
def test_the_map_that_is_advised_leaves_nothing_to_doubt(name, margins):
    x = HEAVY[name](np.random.default_rng(4).standard_normal((3000, 2)))
    (told,) = doubts_of_margins(x, "x", margins)
    advised = "normal-scores" if name == "cubes" else "asinh"  # asinh leaves a peak as it is
    assert told.endswith(f"pass margins={advised!r}")
    assert doubts_of_margins(x, "x", advised) == []
    assert outliers(transformed(x, advised), "x", "") == []


def test_a_far_cluster_is_brought_in_by_ranks_alone():
    g = np.random.default_rng(5).standard_normal((1000, 1))
    g[:100] += 1e6
    (told,) = doubts_of_margins(g, "x", "standardized")
    assert told.endswith("pass margins='normal-scores'")
    assert doubts_of_margins(g, "x", "normal-scores") == []
