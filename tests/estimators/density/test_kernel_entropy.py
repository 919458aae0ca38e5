import math

import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.estimators import bandwidth, kde_entropy
from infoplane.estimators.density import kernels
from infoplane.estimators.density.kernel_entropy import METHODS
from tests.estimators.density.slow import slow_logs


@pytest.mark.parametrize("d", [1, 3])
def test_entropy_agrees_with_the_formula(d):
    rows = np.random.default_rng(0).normal(size=(40, d)) * 3 + 1
    for method, left_out in (("loo", True), ("plug-in", False)):
        e = kde_entropy(rows, method=method, h=0.4, truncate=False)
        logs = slow_logs(rows, 0.4, left_out)
        assert e.value == pytest.approx(-logs.mean(), abs=1e-12)
        assert e.std == pytest.approx(logs.std() / math.sqrt(40), abs=1e-12)


@pytest.mark.parametrize("d", [1, 3])
def test_bandwidth_has_the_largest_likelihood(d):
    rows = np.random.default_rng(1).normal(size=(60, d)) ** 3
    best = bandwidth(rows, truncate=False)
    grid = np.exp(np.linspace(-5, 1, 61))
    likelihoods = [slow_logs(rows, h, True).sum() for h in grid]
    # log h is rounded to 1/512; a likelihood of n terms with curvature below 4 d then loses
    # less than n (4 d / 2) / 512^2.
    assert slow_logs(rows, best, True).sum() > max(likelihoods) - 60 * 2 * d / 512**2


@pytest.mark.parametrize("shape", ["gaussian", "uniform"])
@pytest.mark.parametrize("d", [1, 2])
def test_entropy_closed_form(shape, d):
    rng = np.random.default_rng(3)
    n = 1000
    rows = rng.normal(size=(n, d)) if shape == "gaussian" else rng.random((n, d))
    truth = d / 2 * math.log(2 * math.pi * math.e) if shape == "gaussian" else 0.0
    h = bandwidth(rows)
    assert kde_entropy(rows).value == kde_entropy(rows, h=h).value
    # The bias of "monte-carlo" is the entropy lost to smoothing, at most (d/2) log(1 + h^2) for
    # a Gaussian; for the others that is far from reached.
    bias = d / 2 * math.log1p(h**2) if shape == "gaussian" else 0.02
    for method in METHODS:
        e = kde_entropy(rows, method=method, h=h)
        assert abs(e.value - truth) < 3.5 * e.std + bias


def test_edges_cost_little_only_with_truncated_kernels():
    rows = np.random.default_rng(4).random((1500, 2))
    # The densest square cannot be known better than to its spread, 0 for a uniform density.
    assert abs(kde_entropy(rows).value) < 0.02 < 0.06 < kde_entropy(rows, truncate=False).value


def test_shrunk_is_monte_carlo_without_the_widening():
    rows = np.random.default_rng(21).normal(size=(300, 3)) * [1, 5, 0.1]
    h = 0.6
    wide, shrunk = (
        kde_entropy(rows, method=m, h=h, truncate=False) for m in ("monte-carlo", "shrunk")
    )
    # Plain kernels add h^2 to a variance of 1.
    assert wide.value - shrunk.value == pytest.approx(1.5 * math.log1p(h**2), abs=1e-9)
    # Truncated and wide, on a flat density they widen nothing, and nothing is drawn apart.
    flat = np.random.default_rng(22).random((300, 2))
    wide, shrunk = (kde_entropy(flat, method=m, h=9.0) for m in ("monte-carlo", "shrunk"))
    assert shrunk.value <= wide.value < shrunk.value + 0.05


def test_standard_error_of_shrunk_is_the_spread():
    draws = np.random.default_rng(23).normal(size=(60, 200, 1))
    found = [
        kde_entropy(rows, method="shrunk", h=0.3, samples=300, seed=s)
        for s, rows in enumerate(draws)
    ]
    spread = np.std([e.value for e in found], ddof=1)
    # A standard deviation of 60 values is known to 1 / sqrt(120) = 9 %, thrice that is 27 %.
    assert np.mean([e.std for e in found]) == pytest.approx(spread, rel=0.3)


def test_standard_error_of_shrunk_with_hardly_a_kernel():
    rows = np.random.default_rng(24).normal(size=100)
    found = [kde_entropy(rows, method="shrunk", h=h, truncate=False) for h in (1e-9, 1e-6)]
    # n bumps apart, log n + h(N(0, h^2)) whatever the rows are: drawn within one bump, with the
    # variance 1/2 of a log density; the columns' variances, 1 in both, add what x^2 - x^2 does.
    share = 1 / 4096
    for e, h in zip(found, (1e-9, 1e-6), strict=True):
        exact = math.log(100) + 0.5 * math.log(2 * math.pi * math.e * h**2 * rows.var())
        # The sample variance of 4096 squared normals is known to 1 / sqrt(4096 / 7) = 4 %.
        assert e.std == pytest.approx(math.sqrt(share / 2), rel=0.1)
        assert abs(e.value - exact) < 4 * e.std


def test_plug_in_is_below_leave_one_out():
    rows = np.random.default_rng(5).normal(size=(300, 4))
    values = [kde_entropy(rows, method=m, h=0.5).value for m in ("plug-in", "loo")]
    assert values[0] < values[1]
    # Monte Carlo of the density itself lies between neither, but its error falls as stated.
    few, many = (kde_entropy(rows, method="monte-carlo", h=0.5, samples=s) for s in (100, 9000))
    assert abs(few.value - many.value) < 3.5 * few.std
    assert few.std > many.std


def test_entropy_of_other_units():
    rows = np.random.default_rng(6).normal(size=(200, 2))
    for method in METHODS:
        e, other = kde_entropy(rows, method=method), kde_entropy(rows * [4, 0.5], method=method)
        assert other.value - e.value == pytest.approx(math.log(2), abs=1e-12)
        huge = kde_entropy(rows * 2.0**900 + 2.0**890, method=method)
        assert huge.value - e.value == pytest.approx(2 * 900 * math.log(2), abs=1e-9)


def test_chunks_do_not_matter(monkeypatch):
    rows = np.random.default_rng(7).normal(size=(150, 2))
    before = [kde_entropy(rows, method=m).value for m in METHODS]
    monkeypatch.setattr(kernels, "CPU_ELEMENTS", 7 * 150)
    after = [kde_entropy(rows, method=m).value for m in METHODS]
    assert after == pytest.approx(before, abs=1e-12)


@pytest.mark.parametrize("function", [bandwidth, kde_entropy])
@pytest.mark.parametrize(
    ("rows", "match"),
    [
        (np.eye(5), "rows has 5 rows of 5 columns"),
        ([1.0, 2.0, 3.0], "rows has 3 rows: at least 4"),
        (np.column_stack([np.arange(9.0), np.ones(9)]), "column 1 of rows is constant"),
        ([0.0, 1.0, math.nan, 2.0], "rows has 1 values that are NaN"),
        (np.zeros((2, 2, 2)), "rows has shape"),
        (list("abcde"), "rows holds text, which .* cannot measure"),
        (np.array(list("abcde"), dtype=object), "rows holds text"),
        (np.arange(18.0).reshape(9, 2) ** 2 @ [[1, 1, 2], [0, 1, 1]], "column 2 of .* combination"),
    ],
)
def test_rows_without_a_density(function, rows, match):
    with pytest.raises(InputError, match=match):
        function(rows)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"method": "LOO"}, "method='LOO' does not exist"),
        ({"h": 0}, "h=0 is not accepted: pass a number >= 1e-09 and <= 1000"),
        ({"h": math.inf}, "h=inf"),
        ({"truncate": 1}, "truncate=1 is not accepted"),
        ({"samples": 1}, "samples=1 is not accepted"),
        ({"seed": -1}, "seed=-1"),
        ({"device": "gpu"}, "device='gpu' is not on this machine"),
    ],
)
def test_options_out_of_range(options, match):
    with pytest.raises(InputError, match=match):
        kde_entropy(np.arange(9.0), **options)
