"""What neighbours, pairs paired anew and an ICA say of latents: where due, and nothing else."""

import math
import re

import numpy as np
import pytest

from infoplane.estimators.latents.correlation import correlation_layer
from infoplane.estimators.latents.model import TwoFlows
from infoplane.estimators.latents.opinions import mixed, paired_anew, second_opinion
from tests.estimators.latents.world import Nothing, latents_of, of_latents, pairs


def opinion_on(u, v):
    model = of_latents(u, v)[1]
    return second_opinion(model, [latents_of(u, v)])


@pytest.mark.parametrize("rho", [0.0, 0.9, 0.9999])
def test_neighbours_have_no_other_opinion_of_gaussians(rho):
    for seed in range(5):
        assert opinion_on(*pairs(rho, 2, seed, n=600)) == []


def test_neighbours_see_what_is_no_correlation():
    """z = |x| and noise: by symmetry nothing for a Gaussian, one and a half nats for KSG."""
    rng = np.random.default_rng(5)
    u, noise = rng.normal(size=(2, 1_000, 1))
    (sentence,) = opinion_on(u, np.abs(u) + 0.1 * noise)
    found, std, value = map(float, re.findall(r"-?\d\.\d\d", sentence))
    # h(|x| + noise) - h(noise), at least log(5 sqrt(2 pi e) / sqrt(2 pi e)) = log 5, and less than
    # .1 more since noise blurs the fold at 0
    assert abs(found - math.log(5) - 0.05) < 0.05 + 4 * std
    assert abs(value) < 0.05
    assert "take ksg" in sentence


def test_neighbours_are_not_asked_in_many_columns():
    u, v = np.random.default_rng(6).normal(size=(2, 600, 11))
    v = np.abs(u) + 0.1 * v
    assert opinion_on(u, v) == []
    assert opinion_on(u[:, :10], v[:, :10]) != []


def anew(u, v):
    return paired_anew(of_latents(u, v)[1], [latents_of(u, v)])


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9, 0.9999])
@pytest.mark.parametrize("d", [1, 5, 20])
def test_gaussian_sides_paired_anew_tell_nothing(rho, d):
    for seed in range(3):
        assert anew(*pairs(rho, d, seed, n=900)) == []


def test_sides_that_are_not_gaussian_are_told_by_pairs_that_do_not_belong_together():
    """Two values a column, sums of ten of which look Gaussian one by one."""
    rng = np.random.default_rng(9)
    g, noise = rng.normal(size=(2, 2_000, 10))
    h = 0.93 * g + math.sqrt(1 - 0.93**2) * noise
    turns = [np.linalg.qr(rng.normal(size=(10, 10)))[0] for _ in range(2)]
    u, v = ((side + 2 * np.sign(side)) @ turn for side, turn in zip((g, h), turns, strict=True))
    (sentence,) = anew(u, v)
    ratio, nats = map(
        float, re.search(r"of (\S+) on average.*off by (\S+) nats", sentence).groups()
    )
    assert nats == pytest.approx(math.log(ratio), abs=0.06)  # two digits of one, one of the other
    assert nats > 1


def test_the_mean_over_pairs_paired_anew_is_the_plain_one():
    """Of a model with too large a rho: E exp over N(0, 1) x N(0, 1), here of each pair in turn."""
    rng = np.random.default_rng(10)
    u, v = 1.6 * rng.normal(size=(2, 60, 1))
    model = TwoFlows(Nothing(), Nothing(), shared=False).double()
    model.set(correlation_layer(*pairs(0.9, 1), rho="canonical", by="likelihood"))
    (sentence,) = paired_anew(model, [latents_of(u, v)])
    terms = [
        math.exp(float(model.log_ratio(latents_of(u[i : i + 1], v[j : j + 1])).detach()))
        for i in range(60)
        for j in range(60)
        if i != j
    ]
    assert float(re.search(r"of (\S+) on average", sentence)[1]) == pytest.approx(
        np.mean(terms), rel=0.05
    )


def test_neighbours_are_asked_of_all_rows_not_of_the_few_that_are_held_out():
    """x + uniform noise: two tenths of a nat, in 200 rows within 4 standard errors of nothing."""
    rng = np.random.default_rng(11)
    u = rng.uniform(size=(2_000, 1))
    v = u + 0.5 * rng.uniform(size=(2_000, 1))
    model = of_latents(u, v)[1]
    few, rest = latents_of(u[:150], v[:150]), latents_of(u[150:], v[150:])
    assert second_opinion(model, [few]) == []
    (sentence,) = second_opinion(model, [few, rest])
    assert "in the latents of 2000 rows" in sentence


def sums(columns, seed=0, n=2_000):
    """Both sides of columns with a little noise of their own, turned."""
    rng = np.random.default_rng([seed, 12])
    d = columns.shape[1]
    turns = [np.linalg.qr(rng.normal(size=(d, d)))[0] for _ in range(2)]
    return columns @ turns[0], (columns + 0.3 * rng.normal(size=columns.shape)) @ turns[1]


def mixed_in(u, v):
    seen, others = (latents_of(u[part], v[part]) for part in (slice(0, 1_400), slice(1_400, None)))
    return mixed(of_latents(u, v)[1], seen, others)


def test_sums_of_columns_that_are_not_gaussian_are_told_where_the_radius_is_a_gaussians():
    """Excess kurtoses of -1.2 and 3, ten of one and four of the other: on average none."""
    rng = np.random.default_rng(13)
    flat = rng.uniform(-math.sqrt(3), math.sqrt(3), size=(2_000, 10))
    steep = rng.laplace(size=(2_000, 4)) / math.sqrt(2)
    told = mixed_in(*sums(np.hstack([flat, steep])))
    assert [sentence[:18] for sentence in told] == [f"the latents of {name} a" for name in "xz"]
    for sentence in told:
        found, gaussian = map(
            float, re.search(r"is (\S+), and of a Gaussian (\S+)\)", sentence).groups()
        )
        assert gaussian == 2.6  # 3 * 14 / 16
        assert found < 2.2 or found > 3.1


@pytest.mark.parametrize("d", [1, 2, 3, 10, 30])
def test_gaussian_sides_are_no_sums_of_others(d):
    """Directions that look most unlike a Gaussian among the rows seen do not among the others."""
    for seed in range(4):
        assert mixed_in(*pairs(0.8, d, seed, n=2_000)) == []


def test_a_radius_that_all_columns_share_is_no_sum_of_columns():
    """Student's t of eight degrees of freedom: the same law whichever way one looks."""
    u, v = pairs(0.8, 5, n=2_000)
    radius = np.sqrt(8 / np.random.default_rng(15).chisquare(8, size=(2_000, 1)))
    assert mixed_in(u * radius, v * radius) == []


def test_a_mixture_is_not_asked_for_gaussian_sides():
    rng = np.random.default_rng(13)
    u, v = sums(rng.uniform(size=(2_000, 6)))
    model = of_latents(u, v)[1]
    assert mixed(model, latents_of(u, v), latents_of(u, v))
    model.mix(latents_of(u, v), 2)
    assert mixed(model, latents_of(u, v), latents_of(u, v)) == []


def test_one_column_is_no_sum():
    u, v = np.random.default_rng(14).uniform(size=(2, 2_000, 1))
    assert mixed_in(u, v) == []
