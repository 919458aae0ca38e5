import math

import numpy as np
import pytest
from scipy import stats
from scipy.special import logsumexp

from infoplane.errors import InputError
from infoplane.estimators import KDE, bandwidth, kde_entropy
from infoplane.estimators.density import kde, kernels

METHODS = ("loo", "monte-carlo", "shrunk", "plug-in")


def slow_logs(rows, h, left_out):
    """Log densities of the rows by plain Gaussian kernels, as the formula is written."""
    standard = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    n, d = rows.shape
    logs = np.empty(n)
    for i in range(n):
        others = np.delete(standard, i, axis=0) if left_out else standard
        kernel = stats.multivariate_normal(standard[i], h**2 * np.eye(d)).logpdf(others)
        logs[i] = logsumexp(kernel) - math.log(len(others))
    return logs - np.log(rows.std(axis=0)).sum()


def gaussian(seed, n, d, rho):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d))
    return x, rho * x + math.sqrt(1 - rho**2) * rng.normal(size=(n, d))


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


@pytest.mark.parametrize("truncate", [False, True])
def test_information_agrees_with_the_formula(truncate):
    x, z = gaussian(8, 60, 2, 0.7)
    h = 0.5
    joint, mx, mz = (
        kde_entropy(a, h=h, truncate=truncate).value for a in (np.hstack([x, z]), x, z)
    )
    e = KDE(h=h, truncate=truncate).estimate(x, z)
    assert e.value == pytest.approx(mx + mz - joint, abs=1e-12)
    labels = np.arange(60) % 3 > 0
    e = KDE(h=h, truncate=False).estimate(x, labels)
    whole = -slow_logs(x, h, True).mean()
    standard = x / x.std(axis=0)
    within = 0.0
    for value in (False, True):
        part = standard[labels == value]
        # the formula standardises within the class, whose units are then put back
        widths = h / part.std(axis=0)
        log = [
            logsumexp(stats.norm.logpdf(np.delete(part, i, 0), p, h).sum(axis=1))
            for i, p in enumerate(part)
        ]
        assert np.isfinite(widths).all()
        within -= sum(log) - len(part) * math.log(len(part) - 1)
    truth = whole - (within / 60 + np.log(x.std(axis=0)).sum())
    assert e.value == pytest.approx(truth, abs=1e-12)


def test_information_of_gaussians():
    for rho in (0.0, 0.5):
        values = np.array([KDE().estimate(*gaussian([9, s], 500, 1, rho)).value for s in range(20)])
        bias = values.mean() + 0.5 * math.log(1 - rho**2)
        # Stated: low by 0.007 and 0.010 at n = 500; thrice the error of the mean is 0.015.
        assert -0.025 < bias < 0.015


def test_wide_kernels_see_a_wide_gaussian():
    x, z = gaussian(10, 300, 1, 0.95)
    values = [KDE(h=h, truncate=False).estimate(x, z).value for h in (0.2, 0.5, 1.0, 3.0)]
    assert values == sorted(values, reverse=True)
    # Kernels of 3 standard deviations make of both nearly N(0, 1 + 9), and of rho r = rho / 10;
    # the mean of that log ratio over rows of variance 1 and correlation rho:
    rho = float(np.corrcoef(x[:, 0], z[:, 0])[0, 1])
    r = rho / 10
    truth = -0.5 * math.log(1 - r * r) + (r * rho - r * r) / (1 - r * r) / 10
    # The shape of the sample is left, of the relative order of 1 / 9 and smaller.
    assert values[-1] == pytest.approx(truth, rel=0.11)


def test_ceiling():
    x = np.random.default_rng(11).normal(size=100)
    e = KDE(h=1e-6).estimate(x, x)
    # The nearest row alone is left in every sum, and joint = x times z at a smaller distance.
    assert e.value <= math.log(99) + 1e-12
    z = np.repeat([0, 1], 50)
    far = KDE().estimate(x + 1000 * z, z)
    assert far.value == pytest.approx(math.log(99 / 49), abs=1e-9)


def test_labels_in_any_dress_and_place():
    rng = np.random.default_rng(12)
    z = rng.integers(0, 3, 90)
    x = rng.normal(size=(90, 2)) + z[:, None]
    expected = KDE().estimate(x, z).value
    for labels in (5 - z, np.array(["a", "b", "c"])[z], z[:, None]):
        assert KDE().estimate(x, labels).value == pytest.approx(expected, abs=1e-12)
        assert KDE().estimate(labels, x).value == pytest.approx(expected, abs=1e-12)
    assert 0.2 < expected < math.log(3)


def test_copies():
    x, z = gaussian(13, 200, 1, 0.5)
    x[:4] = x[0]
    told = KDE().estimate(x, z).warnings[0]
    assert told.startswith("2 % of the rows of x have an exact copy")
    assert kde_entropy(x).warnings[0] == told.replace("the rows of x", "rows")
    x[:40] = x[0]
    for call in (lambda: KDE().estimate(z, x), lambda: kde_entropy(x), lambda: bandwidth(x)):
        with pytest.raises(
            InputError, match=r"20 % of (the rows of z|rows) have .* at most 5 % are accepted"
        ):
            call()
    # Beside 1e30 the others are one value to all digits.
    x = np.random.default_rng(0).normal(size=200)
    x[0] = 1e30
    with pytest.raises(InputError, match=r"99.5 % of rows have an exact copy"):
        kde_entropy(x)


def test_warnings():
    assert KDE().estimate(*gaussian(14, 300, 1, 0.5)).warnings == ()
    many = np.random.default_rng(14).normal(size=(60, 12))
    assert any("rows are few in 12" in w for w in kde_entropy(many).warnings)
    assert any("rows are few in 13" in w for w in KDE().estimate(many, many[:, :1] ** 3).warnings)
    x = np.random.default_rng(15).normal(size=100)
    assert any("ceiling log n" in w for w in KDE(h=1e-4).estimate(x, x + 1e-9).warnings)
    x[0] = 1e4
    assert any("outliers" in w for w in kde_entropy(x).warnings)


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


def test_dependent_columns_add_nothing():
    x, z = gaussian(17, 200, 1, 0.5)
    y = z[:, 0] > 0
    p = (1 / (1 + np.exp(-x))).astype(np.float32)
    for side, one in ((np.hstack([x, 2 * x]), x), (np.hstack([p, 1 - p]), p)):
        for other in (z, y):
            expected = KDE().estimate(one, other)
            for e in (KDE().estimate(side, other), KDE().estimate(other, side)):
                assert e.value == pytest.approx(expected.value, abs=1e-12)
                assert any("column 1 of" in w and "was left out" in w for w in e.warnings)
            assert not any("combination" in w for w in expected.warnings)


def test_rows_too_few_for_their_columns_are_no_linear_dependence():
    # 40 rows span 39 dimensions, whatever the columns are.
    wide = np.random.default_rng(18).normal(size=(40, 60))
    with pytest.raises(InputError, match="x has 40 rows of 60 columns, 39 of them independent"):
        KDE().estimate(wide, np.arange(40) % 2)
    assert math.isfinite(KDE().estimate(wide[:, :38], np.arange(40) % 2).value)


def test_a_class_on_a_line_has_no_density():
    x = np.random.default_rng(19).normal(size=60)
    z = np.arange(60) % 2
    cross = np.column_stack([x, np.where(z, x, -x)])
    with pytest.raises(InputError, match="rows of x in class 0 of z lie in 1 of 2 dimensions"):
        KDE().estimate(cross, z)
    # Copies, of which a few are accepted, make no line.
    plane = np.random.default_rng(19).normal(size=(60, 2))
    plane[:3] = plane[0]
    assert math.isfinite(KDE().estimate(plane, np.arange(60) < 3).value)


def test_kernels_far_narrower_than_the_gaps():
    x, z = gaussian(20, 300, 1, 0.5)
    e = KDE(h=1e-9).estimate(x, z)
    assert len(e.warnings) == 1
    assert e.warnings[0].startswith("h=1e-09 is far below the distance to the nearest row")
    assert "h=1e-09 is far below" in KDE(h=1e-9).estimate(x, z > 0).warnings[0]
    assert "h=1e-09 is far below" in kde_entropy(x, h=1e-9).warnings[0]
    # The kernels told to be wide enough are.
    wide = float(e.warnings[0].split("pass h>=")[1].split(",")[0])
    assert not any("far below" in w for w in KDE(h=wide).estimate(x, z).warnings)
    # In doubtful cases in between, a number one can read.
    gap = next(w for w in KDE(h=wide / 5).estimate(x, z).warnings if "rows are few" in w)
    assert len(gap.split("entropy is ")[1].split(" nats")[0]) <= 4


@pytest.mark.parametrize(("d", "rho"), [(1, 0.0), (2, 0.9)])
def test_standard_error_is_as_far_from_the_spread_as_stated(d, rho):
    found = [KDE().estimate(*gaussian([21, s], 500, d, rho)) for s in range(60)]
    spread = np.std([e.value for e in found], ddof=1)
    # 60 seeds give the spread to 9 %; the smallest and largest over 400 were 0.68 and 1.17.
    assert 0.6 < np.mean([e.std for e in found]) / spread < 1.3


def test_information_refuses():
    x, z = gaussian(16, 30, 1, 0.5)
    with pytest.raises(InputError, match=r"both labels, and kde .*binning"):
        KDE().estimate(np.arange(30) % 2, np.arange(30) % 3)
    with pytest.raises(InputError, match="single class"):
        KDE().estimate(x, np.zeros(30, int))
    with pytest.raises(InputError, match="class 1 of z has 1 row: leaving one out needs"):
        KDE().estimate(x, np.arange(30) == 3)
    with pytest.raises(InputError, match=r"z has a single class: at least 2"):
        KDE().estimate(x, ["a"] * 30)
    with pytest.raises(InputError, match=r"x has 30 distinct integers, .*pass x\.astype\(float\)"):
        KDE().estimate(np.arange(30), x)
    with pytest.raises(InputError, match=r"class 1 \(by the alphabet, from 0\) of z has 1 row"):
        KDE().estimate(x, ["a"] * 14 + ["b"] + ["c"] * 15)
    with pytest.raises(InputError, match="column 0 of z is constant"):
        KDE().estimate(x, 0 * z)
    with pytest.raises(InputError, match="30 rows of 31 columns"):
        KDE().estimate(np.random.default_rng(0).normal(size=(30, 30)), z)
    with pytest.raises(InputError, match="h=-1"):
        KDE(h=-1)
    with pytest.raises(InputError, match="truncate='no'"):
        KDE(truncate="no")


def test_sides_are_told_apart_once(monkeypatch):
    calls = []
    once = kde.sides
    monkeypatch.setattr(kde, "sides", lambda *given: calls.append(given) or once(*given))
    x, z = gaussian(22, 60, 1, 0.5)
    for other in (z, z[:, 0] > 0):
        calls.clear()
        KDE().estimate(x, other)
        assert len(calls) == 1
    checked = KDE().check(np.hstack([x, x]), z)  # with a warning, which must not pile up
    told = [len(KDE()._estimate(checked, 0, "cpu")[2]) for _ in range(2)]
    assert told[0] == told[1] > 0
