import math

import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.estimators import KSG, WKL, Ross


def correlated(seed, n, d, rho):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, d))
    return x, rho * x + math.sqrt(1 - rho**2) * rng.standard_normal((n, d))


def labelled(seed, n, noise, shift=6.0):
    """One column that tells two classes apart, among `noise` that do not."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    x = rng.standard_normal((n, 1 + noise))
    x[:, 0] += shift * y
    return x, y


BIASED = "estimates are biased {} here"


@pytest.mark.parametrize(("d", "rho"), [(1, 0.0), (1, 0.9), (2, 0.9)])
def test_intervals_cover(d, rho):
    truth = -0.5 * d * math.log(1 - rho**2)
    inside, without = 0, 0
    for seed in range(30):
        e = KSG().estimate(*correlated([1, seed], 400, d, rho), seed=seed)
        low, high = e.interval()
        inside += low < truth < high
        without += abs(e.value - truth) < 1.96 * e.std
    # of 95 % at least so many of 30, but once in a thousand times
    assert inside >= 24
    if (d, rho) == (2, 0.9):  # a bias of -.1 in an error of .06
        assert without < inside


@pytest.mark.parametrize("noise", [10, 50, 200])
def test_columns_of_noise_are_told_whatever_the_value(noise):
    x, y = labelled(0, 1000, noise)
    e = Ross().estimate(x, y)
    assert any(BIASED.format("low") in w for w in e.warnings)
    # the value is a tenth or nothing of what one column tells, log 2 up to 1e-3
    low, high = e.interval()
    assert low < math.log(2) < high + 0.05
    assert e.value - e.bias == pytest.approx(math.log(2), abs=0.1)


@pytest.mark.parametrize("noise", [10, 50])
def test_columns_of_noise_alone_have_no_bias_and_are_told(noise):
    x, y = labelled(0, 1000, noise)
    nothing = Ross().estimate(x[:, 1:], y)
    if noise >= 50:  # ten lose .04 of half the entropy, in an error of .02
        assert any(BIASED.format("low") in w for w in nothing.warnings)
    assert abs(nothing.bias) < 0.05


def test_one_column_among_sixty_is_told():
    rng = np.random.default_rng(1)
    x = rng.standard_normal((800, 60))
    z = x[:, :1] + 0.5 * rng.standard_normal((800, 1))
    assert any(BIASED.format("low") in w for w in KSG().estimate(x, z).warnings)


def test_the_sign_of_a_bias_is_told():
    # weighted nearest neighbours err to either side, by the number of columns
    for d, sign in ((4, "high"), (8, "low")):
        e = WKL().estimate(*correlated(2, 1000, d, 0.0))
        assert any(BIASED.format(sign) in w for w in e.warnings)
        low, high = e.interval()
        assert low < 0 < high


def test_tails_are_part_of_the_bias():
    x, z = correlated(3, 1500, 1, 0.8)
    e = WKL().estimate(x**3, z**3)
    truth = -0.5 * math.log(1 - 0.64)
    assert e.value < truth - 0.1
    assert any(BIASED.format("low") in w for w in e.warnings)
    low, high = e.interval()
    assert low < truth < high


def test_few_columns_and_enough_rows_give_no_doubt():
    warned = [bool(KSG().estimate(*correlated([4, s], 800, 1, 0.5)).warnings) for s in range(20)]
    assert sum(warned) <= 3  # one in a hundred by chance, and a bias of .005 in an error of .03
    assert Ross().estimate(*labelled(5, 800, 0, shift=1.0)).warnings == ()


@pytest.mark.parametrize("estimator", [KSG, WKL, Ross])
def test_what_is_not_asked_for_is_not_there(estimator):
    x, z = correlated(6, 200, 1, 0.5)
    z = (z[:, 0] > 0) if estimator is Ross else z
    half, local, none = (
        estimator(errors=how).estimate(x, z) for how in ("half-samples", "local", None)
    )
    assert half.value == local.value == none.value
    assert half.std > 0 < local.std
    assert math.isnan(none.std)
    assert math.isfinite(half.bias)
    assert math.isnan(local.bias)
    assert math.isnan(none.bias)
    assert (half.dof, local.dof) == (9, math.inf)
    assert half == estimator().estimate(x, z)  # by default, and again the same
    assert half.std != estimator().estimate(x, z, seed=1).std


def test_local_errors_are_what_the_docstring_says():
    estimates = [KSG(errors="local").estimate(*correlated([7, s], 300, 1, 0.5)) for s in range(120)]
    spread = np.std([e.value for e in estimates], ddof=1)
    # Stated: 0.66 to 0.92 of the spread, which 120 seeds tell to 1 / sqrt(240) = 6.5 %, thrice.
    assert 0.66 * 0.8 < np.mean([e.std for e in estimates]) / spread < 0.92 * 1.2


@pytest.mark.parametrize("errors", ["bootstrap", "", 1, True])
def test_unknown_errors(errors):
    with pytest.raises(InputError, match=r"errors=.*half-samples, local"):
        KSG(errors=errors)


def test_too_few_rows_have_no_error_and_say_so():
    e = KSG(k=1).estimate([0.0, 1.0, 3.0], [0.0, 1.0, 3.0])
    assert math.isnan(e.std)
    assert any("too few for a standard error" in w for w in e.warnings)


@pytest.mark.parametrize(
    ("estimator", "x", "z", "truth"),
    [
        (Ross(), np.arange(600) % 2, np.arange(600) % 2, math.log(2)),
        (Ross(), np.eye(4)[np.arange(600) % 4], np.arange(600) % 4, math.log(4)),
        (KSG(), np.arange(600) % 6 // 2, np.arange(600) % 6 % 2 * 1.0, 0.0),
    ],
)
def test_no_bias_is_known_on_a_grid(estimator, x, z, truth):
    e = estimator.estimate(x, z)
    assert math.isnan(e.bias)
    assert e.value == pytest.approx(truth, abs=0.01)
    low, high = e.interval()
    assert low - 0.01 < truth < high + 0.01


def test_marks_that_are_independent_give_no_alarm():
    inside = warned = 0
    for seed in range(12):
        rng = np.random.default_rng([8, seed])
        e = KSG().estimate(*rng.integers(1, 6, (2, 400)).astype(float))
        low, high = e.interval()
        inside, warned = inside + (low < 0 < high), warned + bool(e.warnings)
    assert inside >= 9
    assert warned <= 2  # what is planted in place of marks, by chance


@pytest.mark.parametrize("noise", [5, 20, 50])
def test_columns_of_noise_hide_no_correlation(noise):
    rng = np.random.default_rng(noise)
    x, e = rng.standard_normal((2, 1000))
    noisy = np.column_stack([x, rng.standard_normal((1000, noise))])
    found = KSG().estimate(noisy, 0.8 * x + 0.6 * e)
    assert any(BIASED.format("low") in w for w in found.warnings)
    low, high = found.interval(0.999)
    assert low < -math.log(0.6) < high
