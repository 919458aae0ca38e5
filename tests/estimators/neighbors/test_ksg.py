import math

import numpy as np
import pytest
from scipy import integrate, stats
from scipy.special import digamma

from infoplane.errors import InputError
from infoplane.estimators import KSG, Ross
from infoplane.estimators.neighbors import ksg as neighbors


def gaussian(seed, n, d, rho):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d))
    return x, rho * x + math.sqrt(1 - rho**2) * rng.normal(size=(n, d))


def slow_ksg(x, z, k):
    """Kraskov et al. (2004), eq. 8, as it is written."""
    n, total = len(x), 0.0
    for i in range(n):
        in_x = [max(abs(a - b) for a, b in zip(x[i], x[j], strict=True)) for j in range(n)]
        in_z = [max(abs(a - b) for a, b in zip(z[i], z[j], strict=True)) for j in range(n)]
        others = [j for j in range(n) if j != i]
        eps = sorted(max(in_x[j], in_z[j]) for j in others)[k - 1]
        n_x = sum(in_x[j] < eps for j in others)
        n_z = sum(in_z[j] < eps for j in others)
        total += digamma(n_x + 1) + digamma(n_z + 1)
    return digamma(k) + digamma(n) - total / n


def slow_ross(x, labels, k):
    """Ross (2014), eq. 2, as it is written, for one column."""
    n, total = len(x), 0.0
    for i in range(n):
        distance = np.abs(x - x[i])
        same = labels == labels[i]
        eps = np.sort(distance[same])[k]
        total += digamma(same.sum()) + digamma((distance < eps).sum())
    return digamma(n) + digamma(k) - total / n


@pytest.mark.parametrize("d", [1, 2, 6])  # intervals, tree and boxes, boxes only
@pytest.mark.parametrize("k", [1, 3])
def test_ksg_agrees_with_the_formula(d, k):
    x, z = gaussian(0, 60, d, 0.8)
    fast = KSG(k=k, standardize=False).estimate(x, z)
    assert fast.value == pytest.approx(slow_ksg(x, z, k), abs=1e-12)


@pytest.mark.parametrize("d", [1, 6])
def test_ksg_agrees_with_the_formula_on_a_grid(d):
    # Many equal distances, on a grid where no row has three copies of itself.
    x, z = (np.round(a, 1) for a in gaussian(1, 60, d, 0.3))
    fast = KSG(standardize=False).estimate(x, z)
    assert fast.value == pytest.approx(slow_ksg(x, z, 3), abs=1e-12)


@pytest.mark.parametrize("ties", [False, True])
def test_all_pairs_on_a_device_agree_with_boxes(ties, monkeypatch):
    monkeypatch.setattr(neighbors, "DENSE_ELEMENTS", 7 * 200)  # several chunks
    x, z = gaussian(2, 200, 6, 0.5)
    if ties:
        x, z = np.round(x, 1), np.round(z, 1)
    eps, count_x, count_z = neighbors._dense(x, z, 3, "cpu")
    np.testing.assert_array_equal(eps, neighbors.kth_distance(np.hstack([x, z]), 3))
    np.testing.assert_array_equal(count_x, neighbors.count_within(x, eps))
    np.testing.assert_array_equal(count_z, neighbors.count_within(z, eps))


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.6])
def test_ksg_closed_form(rho):
    values = np.array([KSG().estimate(*gaussian([3, s], 1000, 1, rho)).value for s in range(40)])
    # 3.5 standard errors of the mean over the seeds, 0.012 to 0.016; at this n the bias is
    # below 0.003. Few seeds would not do: they misjudge their own spread.
    error = values.std(ddof=1) / math.sqrt(len(values))
    assert abs(values.mean() + 0.5 * math.log(1 - rho**2)) < 3.5 * error


def test_ksg_standard_error_is_what_its_docstring_says():
    estimates = [KSG().estimate(*gaussian([4, s], 300, 1, 0.5)) for s in range(120)]
    spread = np.std([e.value for e in estimates], ddof=1)
    # Stated: 0.66 to 0.92 of the spread, which 120 seeds tell to 1 / sqrt(240) = 6.5 %, thrice.
    ratio = np.mean([e.std for e in estimates]) / spread
    assert 0.66 * 0.8 < ratio < 0.92 * 1.2


def test_ksg_never_exceeds_its_ceiling():
    x = np.random.default_rng(0).normal(size=50)
    for k in (1, 5):
        # Of the k neighbours all but the last are strictly nearer, hence n_x, n_z >= k - 1.
        assert KSG(k=k).estimate(x, x).value <= digamma(50) - digamma(k) + 1e-12


def test_ksg_standardizing_removes_units():
    x, z = gaussian(5, 200, 2, 0.7)
    a = KSG().estimate(x, z).value
    # Powers of two scale exactly; the shift costs a few last digits, which decide no count.
    b = KSG().estimate(x * [2.0**40, 2.0**-40] + [0.0, 2.0**-41], -z).value
    assert a == pytest.approx(b, abs=1e-12)


def test_ksg_warns_of_strong_dependence():
    x, z = gaussian(6, 100, 1, 0.9999)
    assert any("exp(I)" in w for w in KSG().estimate(x, z).warnings)
    x, z = gaussian(6, 300, 8, 0.9)
    assert any("dimension" in w for w in KSG().estimate(x, z).warnings)
    assert KSG().estimate(*gaussian(6, 300, 1, 0.5)).warnings == ()


def test_ksg_ties():
    x, z = gaussian(7, 400, 1, 0.5)
    x[:8], z[:8] = x[0], z[0]  # 2 % of the rows
    assert any("2 %" in w for w in KSG().estimate(x, z).warnings)
    x[:40], z[:40] = x[0], z[0]
    with pytest.raises(InputError, match=r"10 % of the rows of x and z together.*binning"):
        KSG().estimate(x, z)


@pytest.mark.parametrize("name", ["x", "z"])
def test_ksg_warns_of_repeats_on_one_side(name):
    x, z = gaussian(9, 300, 2, 0.5)
    side = x if name == "x" else z
    side[:15] = side[0]  # 5 %: accepted
    assert not any("repeats" in w for w in KSG().estimate(x, z).warnings)
    side[15:30] = side[15]
    (told,) = [w for w in KSG().estimate(x, z).warnings if "repeats" in w]
    assert told.startswith(f"{name} repeats: 10 % of its rows")
    # a copy in one column of two is none
    side[:, 0] = np.arange(300)
    assert not any("repeats" in w for w in KSG().estimate(x, z).warnings)
    # a label, of which all rows are copies, in whole numbers; and zeros of either sign
    label = (np.arange(300) % 2).astype(int)
    assert any("z repeats: 100 %" in w for w in KSG().estimate(x, label).warnings)
    zeros = np.where(np.arange(300) < 2, [0.0, -0.0] * 150, np.arange(300.0))
    zeros[2:40] = -0.0
    assert any("z repeats: 13.3 %" in w for w in KSG().estimate(x, zeros).warnings)


def test_ksg_warns_of_dimension_at_any_value():
    told = "biased low in {} dimensions"
    x, z = gaussian(10, 1000, 5, 0.4)
    e = KSG().estimate(x, z)
    assert 3 * e.std < e.value < 1  # below what the other rule asks for
    assert any(told.format(10) in w for w in e.warnings)
    x, z = gaussian(10, 1000, 2, 0.4)
    assert not any("dimensions" in w for w in KSG().estimate(x, z).warnings)
    x, z = gaussian(10, 1000, 5, 0.0)  # nothing found, nothing to be low
    assert not any("dimensions" in w for w in KSG().estimate(x, z).warnings)


def test_outliers_are_told_where_they_scale_distances():
    x, z = gaussian(11, 1000, 1, 0.9)
    x[0] = 1e6
    for a, b, name in ((x, z, "x"), (z, x, "z")):
        assert any(f"column 0 of {name} has outliers" in w for w in KSG().estimate(a, b).warnings)
    assert not any("outliers" in w for w in KSG(standardize=False).estimate(x, z).warnings)
    assert any("column 0 of x has outliers" in w for w in Ross().estimate(x, z > 0).warnings)
    whole = np.rint(1000 * x).astype(int)
    assert any("outliers" in w for w in KSG().estimate(whole, z).warnings)


@pytest.mark.parametrize("standardize", [0, 1, "no", None])
@pytest.mark.parametrize("estimator", [KSG, Ross])
def test_standardize_is_true_or_false(estimator, standardize):
    with pytest.raises(InputError, match=r"standardize=.*True or False"):
        estimator(standardize=standardize)


@pytest.mark.parametrize("k", [0, -1, 2.5, True, "3", None])
@pytest.mark.parametrize("estimator", [KSG, Ross])
def test_k_is_a_positive_integer(estimator, k):
    with pytest.raises(InputError, match=r"k=.*>= 1"):
        estimator(k=k)


def test_ksg_too_few_samples_for_k():
    x = [0.0, 1.0, 2.0, 3.0]
    with pytest.raises(InputError) as error:
        KSG(k=5).estimate(x, x)
    assert str(error.value) == "k=5 needs at least 6 samples, got 4: pass k<=3 or more data"


@pytest.mark.parametrize("name", ["x", "z"])
def test_ksg_refuses_constant_columns(name):
    x, z = gaussian(8, 50, 2, 0.5)
    (x if name == "x" else z)[:, 1] = 7
    with pytest.raises(InputError, match=f"column 1 of {name} is constant"):
        KSG().estimate(x, z)


def labelled(seed, n, shift, d=1):
    rng = np.random.default_rng(seed)
    z = rng.integers(0, 2, n)
    return rng.normal(size=(n, d)) + shift * (2 * z[:, None] - 1), z


def two_class_information(shift):
    def integrand(v):
        density = 0.5 * (stats.norm.pdf(v, -shift) + stats.norm.pdf(v, shift))
        return -density * math.log(density) if density > 0 else 0.0

    entropy, _ = integrate.quad(integrand, -12, 12, limit=200)
    return entropy - 0.5 * math.log(2 * math.pi * math.e)


@pytest.mark.parametrize("k", [1, 4])
def test_ross_agrees_with_the_formula(k):
    x, z = labelled(0, 80, 0.5)
    fast = Ross(k=k, standardize=False).estimate(x, z)
    assert fast.value == pytest.approx(slow_ross(x[:, 0], z, k), abs=1e-12)


@pytest.mark.parametrize("d", [1, 12])
def test_ross_is_ksg_with_labels_far_apart(d):
    # No neighbour of eq. 8 then has another label, and n_z is the size of the class.
    x, z = labelled(1, 150, 0.4, d)
    ross = Ross(standardize=False).estimate(x, z)
    ksg = KSG(standardize=False).estimate(x, z * 1e6)
    assert ross.value == pytest.approx(ksg.value, abs=1e-12)


@pytest.mark.parametrize("shift", [0.0, 0.5, 1.0])
def test_ross_by_quadrature(shift):
    values = np.array([Ross().estimate(*labelled([2, s], 500, shift)).value for s in range(12)])
    error = values.std(ddof=1) / math.sqrt(len(values))
    assert abs(values.mean() - two_class_information(shift)) < 3.5 * error


def test_ross_sees_the_same_labels_in_any_dress():
    x, z = labelled(3, 100, 1.0)
    expected = Ross().estimate(x, z).value
    for labels in (z.astype(bool), z.astype(float), np.array(["cat", "dog"])[z], 5 - z, z[:, None]):
        assert Ross().estimate(x, labels).value == expected
        assert Ross().estimate(labels, x).value == expected


def test_floats_so_large_that_all_are_whole_are_no_labels():
    x, z = 1e20 * np.random.default_rng(0).normal(size=(2, 50))
    with pytest.raises(InputError, match="no labels, and neither has x"):
        Ross().estimate(x, z)


def test_ross_errors():
    x, z = labelled(4, 60, 1.0)
    with pytest.raises(InputError, match="z has a single class"):
        Ross().estimate(x, np.zeros(60, int))
    z[:3] = 9
    with pytest.raises(InputError, match=r"k=3 .*got 3 in class 9 of z: pass k<=2"):
        Ross().estimate(x, z)
    with pytest.raises(InputError, match=r"no labels.*ksg"):
        Ross().estimate(x, x)
    with pytest.raises(InputError, match="column 0 of x is constant"):
        Ross().estimate(np.ones(60), z % 2)
    with pytest.raises(InputError, match=r"x within a class.*binning"):
        Ross().estimate(np.arange(60) % 3 + 0.5, np.arange(60) % 2)
