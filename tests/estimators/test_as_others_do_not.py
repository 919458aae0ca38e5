"""What packages of the field do on valid input, and these estimators must not.

Answers in bits that do not say so, pairs that occur again left out, noise of one size in whatever
unit the data are, values divided by something that grows with n. None here gives a p-value.
"""

import json
import math

import numpy as np
import pytest

from infoplane.estimators import KSG, WKL, Binning, Exact, Prediction, Ross
from tests.estimators.test_laws import CASES, DEALT, EVERY, pair


@pytest.mark.parametrize("name", EVERY)
def test_every_estimator_says_its_unit_at_first(name):
    """And the values are in it: closed forms in nats are among the laws."""
    assert "in nats" in (type(EVERY[name]).__doc__ or "").partition("\n\n")[0]


def test_every_form_of_a_record_says_its_unit():
    found = CASES["cca"].estimate(*pair("cca", 0))
    assert json.loads(json.dumps(found.to_dict()))["unit"] == "nats"
    assert " nats (" in str(found)


# Two pairs of symbols, one nine times as often as the other. Each once would be log 2 = 0.69.
OFTEN, RARE = 900, 100
CODES = np.repeat([0, 1], [OFTEN, RARE])
ENTROPY = -0.9 * math.log(0.9) - 0.1 * math.log(0.1)  # 0.33
NUMBERS = CODES.astype(np.float64)
SURE = np.stack([1 - NUMBERS, NUMBERS], axis=1)


@pytest.mark.parametrize(
    ("estimator", "x", "z"),
    [
        (Binning(), CODES, CODES),
        (Binning(bins=2), NUMBERS, NUMBERS),
        (KSG(errors=None), NUMBERS, NUMBERS),
        (Exact(noise_std=1e-6), CODES, NUMBERS),
        (Prediction(), CODES, SURE),
    ],
    ids=["binning codes", "binning numbers", "ksg", "exact", "prediction"],
)
def test_pairs_that_occur_again_count(estimator, x, z):
    # digamma in place of a logarithm: 1 / 2c for a symbol that occurs c times, here up to 1 / 200
    tolerance = 1 / RARE if estimator.name == "ksg" else 1e-9
    found = estimator.estimate(x, z)
    assert abs(found.value - ENTROPY) < tolerance
    again = estimator.estimate(np.repeat(x, 3, axis=0), np.repeat(z, 3, axis=0))
    assert again.n == 3 * found.n
    assert abs(again.value - ENTROPY) < tolerance


# What is rounded has no density for kernels and entropies; and equal rows share a fold, whose
# number is another draw in another unit.
ROUNDED = CASES.keys() - {"kde", "wkl", *DEALT}


@pytest.mark.parametrize("unit", [1e-12, 1e12])
@pytest.mark.parametrize(
    ("name", "decimals"),
    [*((name, 15) for name in CASES), *((name, 1) for name in sorted(ROUNDED))],
)
def test_nothing_has_a_size_of_its_own(name, unit, decimals):
    """Both sides in another unit, rounded ones too: what breaks ties by noise would show it."""
    x, z = (np.round(a, decimals) for a in pair(name, 0))
    value = CASES[name].estimate(x, z).value
    other = z if z.dtype.kind == "i" else unit * z
    assert CASES[name].estimate(unit * x, other).value == pytest.approx(value, abs=1e-9)


# Two nats: of Gaussians, of which no estimator of densities is far off, and of eight symbols.
TWO = 2.0


@pytest.mark.parametrize("estimator", [KSG(errors="local"), WKL(errors="local"), CASES["cca"]])
def test_more_rows_of_the_same_gaussians_tell_no_less(estimator):
    def error(n):
        x, noise = np.random.default_rng(n).normal(size=(2, n))
        z = math.sqrt(-math.expm1(-2 * TWO)) * x + math.exp(-TWO) * noise
        return estimator.estimate(x, z).value - TWO

    # the log ratio has a variance of rho^2 < 1, of which neighbours make up to 1.5^2, and their
    # bias is below 0.05 here; divided by log n, the second would be 0.5 below the first
    for n in (400, 3200):
        assert abs(error(n)) < 3 * 1.5 / math.sqrt(n) + 0.05


@pytest.mark.parametrize("estimator", [Binning(), Ross(errors="local")])
def test_more_rows_of_the_same_symbols_tell_no_less(estimator):
    for n in (400, 3200):
        labels = np.arange(n) % 8
        apart = labels + np.random.default_rng(n).uniform(-0.1, 0.1, n)
        x = labels if estimator.name == "binning" else apart
        # neighbours of one symbol alone: psi(n) - psi(n / 8), which is 7 / 2n above log 8
        assert estimator.estimate(x, labels).value == pytest.approx(math.log(8), abs=4 / n)
