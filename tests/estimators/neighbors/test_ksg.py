import math

import numpy as np
import pytest
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


@pytest.mark.parametrize("d", [1, 2, 6])  # a line, trees, sets of bits
@pytest.mark.parametrize("k", [1, 3])
def test_ksg_agrees_with_the_formula(d, k):
    x, z = gaussian(0, 60, d, 0.8)
    fast = KSG(k=k, margins="raw").estimate(x, z)
    assert fast.value == pytest.approx(slow_ksg(x, z, k), abs=1e-12)


@pytest.mark.parametrize("ties", [False, True])
def test_all_pairs_on_a_device_agree_with_boxes(ties, monkeypatch):
    monkeypatch.setattr(neighbors, "DENSE_ELEMENTS", 7 * 200)  # several chunks
    x, z = gaussian(2, 200, 6, 0.5)
    if ties:
        x, z = np.round(x, 1), np.round(z, 1)
    eps, count_x, count_z = neighbors._dense(x, z, 3, "cpu")
    np.testing.assert_array_equal(eps, neighbors.Balls(np.hstack([x, z])).kth_distance(3))
    np.testing.assert_array_equal(count_x, neighbors.Balls(x).count_within(eps))
    np.testing.assert_array_equal(count_z, neighbors.Balls(z).count_within(eps))


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.6])
def test_ksg_closed_form(rho):
    values = np.array(
        [KSG(errors=None).estimate(*gaussian([3, s], 1000, 1, rho)).value for s in range(40)]
    )
    # 3.5 standard errors of the mean over the seeds, 0.012 to 0.016; at this n the bias is
    # below 0.003. Few seeds would not do: they misjudge their own spread.
    error = values.std(ddof=1) / math.sqrt(len(values))
    assert abs(values.mean() + 0.5 * math.log(1 - rho**2)) < 3.5 * error


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
    assert KSG().estimate(*gaussian(6, 300, 1, 0.5)).warnings == ()


def test_outliers_are_told_where_they_scale_distances():
    x, z = gaussian(11, 1000, 1, 0.9)
    x[0] = 1e6
    for a, b, name in ((x, z, "x"), (z, x, "z")):
        assert any(f"column 0 of {name} has outliers" in w for w in KSG().estimate(a, b).warnings)
    # in any units there is no one unit for all; ranks know of none
    assert any("outliers" in w for w in KSG(margins="raw").estimate(x, z).warnings)
    assert not any("outliers" in w for w in KSG(margins="normal-scores").estimate(x, z).warnings)
    assert any("column 0 of x has outliers" in w for w in Ross().estimate(x, z > 0).warnings)
    whole = np.rint(1000 * x).astype(int)
    assert any("outliers" in w for w in KSG().estimate(whole, z).warnings)


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
