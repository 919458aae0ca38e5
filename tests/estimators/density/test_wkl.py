import math

import numpy as np
import pytest
from scipy.special import digamma

from infoplane.errors import InputError
from infoplane.estimators import WKL, wkl_entropy
from infoplane.estimators.density import sides as densities
from infoplane.estimators.density import wkl
from infoplane.estimators.density.weighted import chosen_neighbours, weights


def gaussian(seed, n, d, rho):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d))
    return x, rho * x + math.sqrt(1 - rho**2) * rng.normal(size=(n, d))


def slow_entropy(rows, w):
    """Berrett, Samworth & Yuan (2019), eq. 1 and 3, as they are written."""
    n, d = rows.shape
    volume = math.pi ** (d / 2) / math.gamma(1 + d / 2)
    total = 0.0
    for i in range(n):
        distance = np.sort([math.dist(rows[i], rows[j]) for j in range(n) if j != i])
        for j, weight in enumerate(w, start=1):
            xi = distance[j - 1] ** d * volume * (n - 1) / math.exp(digamma(j))
            total += weight * math.log(xi)
    return total / n


def standard(rows):
    return (rows - rows.mean(axis=0)) / rows.std(axis=0)


@pytest.mark.parametrize(("d", "k"), [(1, 1), (2, 5), (4, 6), (8, 9), (12, 9)])
def test_entropy_agrees_with_the_formula(d, k):
    # Trees up to 10 columns, all pairs beyond.
    rows = np.random.default_rng(0).normal(size=(50, d)) * 3 + 1
    w, _ = weights(k, d, d // 4)
    truth = slow_entropy(standard(rows), w) + np.log(rows.std(axis=0)).sum()
    # Weights of norm up to 185 multiply the rounding, 1e-15.
    assert wkl_entropy(rows, k).value == pytest.approx(truth, abs=1e-10)


@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("shape", ["gaussian", "uniform"])
def test_entropy_closed_form(shape, d):
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(3000, d)) if shape == "gaussian" else rng.random((3000, d))
    truth = d / 2 * math.log(2 * math.pi * math.e) if shape == "gaussian" else 0.0
    e = wkl_entropy(rows)
    # Balls that cross an edge are empty there: of n, some 4 d (k/n)^(1/d) / 4 rows are at most
    # log 2 too thin.
    k, _ = chosen_neighbours(3000, d)
    edges = 0.0 if shape == "gaussian" else d * (k / 3000) ** (1 / d) * math.log(2)
    # The standard error is down to 0.6 of the spread: 3.5 of the latter.
    assert abs(e.value - truth) < 3.5 * e.std / 0.6 + edges


def test_entropy_of_other_units():
    rows = np.random.default_rng(4).normal(size=(200, 4))
    value = wkl_entropy(rows).value
    other = wkl_entropy(rows * [4, 0.5, 1, 1]).value
    assert other - value == pytest.approx(math.log(2), abs=1e-12)
    huge = wkl_entropy(rows * 2.0**900 + 2.0**890).value
    assert huge - value == pytest.approx(4 * 900 * math.log(2), abs=1e-9)


def test_information_is_a_sum_of_entropies():
    x, z = gaussian(5, 150, 3, 0.6)
    entropies = [wkl_entropy(a).value for a in (x, z, np.hstack([x, z]))]
    truth = entropies[0] + entropies[1] - entropies[2]
    assert WKL().estimate(x, z).value == pytest.approx(truth, abs=1e-12)
    labels = np.arange(150) % 3
    within = 0.0
    scaled = standard(x)
    for label in range(3):
        part = scaled[labels == label]
        within += slow_entropy(part, weights(3, 3, 0)[0]) / 3
    truth = slow_entropy(scaled, weights(3, 3, 0)[0]) - within
    assert WKL(k=3).estimate(x, labels).value == pytest.approx(truth, abs=1e-12)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_information_of_gaussians(rho):
    values = np.array([WKL().estimate(*gaussian([6, s], 500, 1, rho)).value for s in range(30)])
    error = values.std(ddof=1) / math.sqrt(len(values))
    # Stated: 0.02 to 0.03 too high at n = 500.
    assert abs(values.mean() + 0.5 * math.log(1 - rho**2) - 0.025) < 0.025 + 3.5 * error


def test_labels_in_any_dress_and_place():
    rng = np.random.default_rng(7)
    z = rng.integers(0, 3, 150)
    x = rng.normal(size=(150, 2)) + 2 * z[:, None]
    expected = WKL().estimate(x, z)
    for labels in (5 - z, np.array(["a", "b", "c"])[z], z[:, None]):
        for e in (WKL().estimate(x, labels), WKL().estimate(labels, x)):
            assert e.value == pytest.approx(expected.value, abs=1e-12)
    far = WKL().estimate(x + 1e4 * z[:, None], z).value
    # Nothing but the label matters: its entropy, but for the chance of other neighbours, k ones
    # of 150 rows or of 50, whose psi(k) cancel only where k is the same.
    sizes = np.bincount(z)
    entropy = -(sizes / 150) @ np.log(sizes / 150)
    assert abs(far - entropy) < 3.5 * expected.std / 0.6 + 0.02


def test_copies():
    x, z = gaussian(8, 200, 2, 0.5)
    x[:4], z[:4] = x[0], z[0]
    e = WKL(k=3).estimate(x, z)
    assert math.isfinite(e.value)
    assert any("2 % of the rows coincide with neighbours" in w for w in e.warnings)
    assert any("2 % of the rows of x have an exact copy" in w for w in e.warnings)
    assert math.isfinite(wkl_entropy(x, 3).value)
    assert not any("coincide" in w for w in wkl_entropy(x, 4).warnings)
    x[:40] = x[0]
    for call in (lambda: WKL().estimate(z, x), lambda: wkl_entropy(x)):
        with pytest.raises(
            InputError, match=r"20 % of (the rows of z|rows) have .* at most 5 % are accepted"
        ):
            call()


def test_warnings():
    assert WKL().estimate(*gaussian(9, 300, 1, 0.5)).warnings == ()
    x, z = gaussian(9, 300, 1, 0.99999)
    assert any("exp(I)" in w for w in WKL().estimate(x, z).warnings)
    x, z = gaussian(9, 300, 4, 0.5)
    assert any("too few to cancel 2 terms" in w for w in WKL().estimate(x, z).warnings)
    assert any("weights of norm" in w for w in WKL(k=5).estimate(x, z).warnings)
    x[0] = 1e4
    assert any("outliers" in w for w in WKL().estimate(x, z).warnings)


@pytest.mark.parametrize(
    ("rows", "k", "match"),
    [
        (np.eye(5), None, "rows has 5 rows of 5 columns"),
        (np.arange(9.0), 9, "k=9 needs at least 10 samples, got 9 of rows: pass k<=8"),
        (np.arange(9.0), 0, "k=0 is not accepted"),
        (np.arange(9.0), 2.5, r"k=2\.5 is not accepted"),
        (np.random.default_rng(0).normal(size=(30, 8)), 2, "k=2 has too few .*pass k>=3"),
        (np.column_stack([np.arange(9.0), np.ones(9)]), 1, "column 1 of rows is constant"),
        (np.column_stack([np.arange(9.0), 3 - np.arange(9)]), 1, "column 1 .*linear combination"),
        (list("abcde"), 1, "rows holds text, which wkl_entropy cannot measure"),
    ],
)
def test_rows_without_an_answer(rows, k, match):
    with pytest.raises(InputError, match=match):
        wkl_entropy(rows, k)


def test_dependent_columns_add_nothing():
    x, z = gaussian(11, 300, 2, 0.5)
    y = z[:, 0] > 0
    mixed = x @ [[1, 0.5, 3], [0, 2, -1]]
    p = np.exp(x - np.logaddexp(0, x))[:, :1].astype(np.float32)
    cases = [(np.hstack([x, 2 * x]), x), (mixed, mixed[:, :2]), (np.hstack([p, 1 - p]), p)]
    for side, first in cases:
        for other in (z, y):
            expected = WKL().estimate(first, other)
            for e in (WKL().estimate(side, other), WKL().estimate(other, side)):
                assert e.value == pytest.approx(expected.value, abs=1e-12)
                assert any("was left out: it adds no information" in w for w in e.warnings)
    # Told by their own number, and not taken for dependent where only close.
    told = WKL().estimate(x[:, [0, 0, 1]], z).warnings
    assert any(w.startswith("column 1 of x is a linear") for w in told)
    close = x[:, :1] + 1e-6 * x[:, 1:]
    assert densities.independent(np.hstack([x[:, :1], close])).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("offset", [0, 100])
def test_as_many_columns_as_the_data_have_dimensions(dtype, offset):
    rng = np.random.default_rng(12)
    low, w = rng.normal(size=(400, 7)).astype(dtype), rng.normal(size=(7, 40)).astype(dtype)
    # Seven hidden factors, and five columns of their own; a wide layer of chance beside.
    a = np.hstack([low @ w + dtype(offset), rng.normal(size=(400, 5)).astype(dtype)])
    assert np.flatnonzero(densities.independent(a)).tolist() == [*range(7), *range(40, 45)]
    assert densities.independent(rng.normal(size=(400, 300)).astype(dtype)).all()


def test_one_side_that_determines_the_other_is_told():
    for n in (30, 100, 1000):
        x, z = gaussian(13, n, 1, 0.5)
        for other in (x, 1 - 3 * x, np.hstack([z, x - z])):
            told = WKL().estimate(x, other).warnings
            assert sum("the true value is infinite" in w for w in told) == 1
    # log n - 2 is the mean for a curve, with a spread of 0.1.
    x, _ = gaussian(13, 100, 1, 0)
    assert any("exp(I)" in w for w in WKL().estimate(x, x + 0.01 * x**2).warnings)


def test_classes_need_more_rows_than_columns():
    rng = np.random.default_rng(14)
    x, z = rng.normal(size=(200, 30)), np.arange(200) % 10
    match = r"class 0 of z has 20 rows: a density in 30 dimensions needs at least 31 in each"
    with pytest.raises(InputError, match=match):
        WKL().estimate(x, z)
    # 20 rows of 19 columns are enough for a density, if not for a good one.
    assert math.isfinite(WKL().estimate(x[:, :19], z).value)
    with pytest.raises(InputError, match="30 rows of 31 columns"):
        WKL().estimate(x[:30], z[:30] + rng.normal(size=30))
    cross = np.column_stack([x[:, 0], np.where(z % 2, x[:, 0], -x[:, 0])])
    with pytest.raises(InputError, match="rows of x in class 1 of z lie in 1 of 2 dimensions"):
        WKL().estimate(cross, z % 2 + 1)


def test_warnings_of_classes_name_them():
    x, z = np.random.default_rng(15).normal(size=(200, 8)), np.arange(200) % 10 + 3
    (told,) = (w for w in WKL().estimate(x, z).warnings if "too few" in w)
    assert told.startswith("in class 3 of z: 20 rows are too few to cancel 2 terms of the bias")
    assert told.endswith("(and 9 more of such classes)")
    (told,) = (w for w in WKL(k=5).estimate(x, z).warnings if "weights of norm" in w)
    assert told.startswith("in class 3 of z: k=5 gives")
    # Nobody who gave no k is told to give None.
    told = WKL().estimate(x[:, 0], np.arange(200) // 5).warnings
    assert any("5 rows are few" in w for w in told)
    assert not any("or None" in w for w in told)


@pytest.mark.parametrize(("d", "rho"), [(1, 0.0), (2, 0.0), (2, 0.9)])
def test_standard_error_is_as_far_from_the_spread_as_stated(d, rho):
    local = WKL(errors="local")
    found = [local.estimate(*gaussian([16, s], 500, d, rho)) for s in range(200)]
    spread = np.std([e.value for e in found], ddof=1)
    # 200 seeds give the spread to 5 %; the smallest and largest over 300 were 0.73 and 0.84.
    assert 0.6 < np.mean([e.std for e in found]) / spread < 0.9


def test_information_refuses():
    x, z = gaussian(10, 30, 1, 0.5)
    with pytest.raises(InputError, match=r"both labels, and wkl .*binning"):
        WKL().estimate(np.arange(30) % 2, np.arange(30) % 3)
    with pytest.raises(InputError, match=r"class 1 of z has 5 rows: k=5 needs at least 6"):
        WKL(k=5).estimate(x, np.arange(30) < 5)
    with pytest.raises(InputError, match="k=30 needs at least 31 samples, got 30 of x and z"):
        WKL(k=30).estimate(x, z)
    with pytest.raises(InputError, match=r"x has 30 distinct integers, .*pass x\.astype\(float\)"):
        WKL().estimate(np.arange(30), x)
    with pytest.raises(InputError, match="column 0 of x is constant"):
        WKL().estimate(0 * x, z)
    with pytest.raises(InputError, match="k=True"):
        WKL(k=True)
    with pytest.raises(InputError, match="device='gpu'"):
        wkl_entropy(x, device="gpu")


def test_sides_are_told_apart_once(monkeypatch):
    calls = []
    once = wkl.sides
    monkeypatch.setattr(wkl, "sides", lambda *given: calls.append(given) or once(*given))
    x, z = gaussian(17, 60, 1, 0.5)
    for other in (z, z[:, 0] > 0):
        calls.clear()
        WKL().estimate(x, other)
        assert len(calls) == 1
    checked = WKL().check(np.hstack([x, x]), z)  # with a warning, which must not pile up
    told = [len(WKL()._estimate(checked, 0, "cpu")[2]) for _ in range(2)]
    assert told[0] == told[1] > 0
