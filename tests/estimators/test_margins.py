"""Heavy tails: what is doubted, and that the advice works when it is followed."""

import math
import re

import numpy as np
import pytest
from scipy import integrate, stats

from infoplane.errors import InputError
from infoplane.estimators import AAMINE, CCA, KDE, KSG, MINE, WKL, Ross, code_entropies, kde_entropy
from infoplane.estimators.density.wkl import wkl_entropy
from infoplane.inputs.margins import MARGINS

RHO, N = 0.8, 2000
TRUTH = -0.5 * math.log(1 - RHO**2)  # of two numbers; monotone maps of either leave it
MAPS = {
    "cubes": lambda g: g**3,
    "t of 2 degrees": lambda g: stats.t.ppf(stats.norm.cdf(g), 2),
    "log-normal": np.exp,
}


def gaussian(seed, n=N, rho=RHO):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(n)
    return x, rho * x + math.sqrt(1 - rho**2) * rng.standard_normal(n)


def of_sign():
    """I(X; sign Z) for correlated Gaussians: log 2 less the mean entropy of the sign given x."""

    def missing(x):
        p = stats.norm.cdf(RHO * x / math.sqrt(1 - RHO**2))
        return stats.norm.pdf(x) * stats.entropy([p, 1 - p])

    return math.log(2) - integrate.quad(missing, -9, 9)[0]


def shapes(e):
    return [w for w in e.warnings if "heavy tails" in w or "outliers" in w]


def advised(e):
    (way,) = {re.search(r"pass margins='([a-z-]+)'", w)[1] for w in shapes(e)}
    return way


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("estimator", [KSG, Ross, WKL, KDE, CCA])
def test_advice_that_is_followed_works(estimator, name):
    n = N // 2 if estimator is KDE else N  # whose time is n^2
    x, z = (MAPS[name](g) for g in gaussian(0, n))
    truth = TRUTH
    if estimator is Ross:
        z, truth = gaussian(0)[1] > 0, of_sign()
    for margins in ("raw", "standardized"):
        quick = {} if estimator is CCA else {"errors": None}
        doubted = estimator(margins=margins, **quick).estimate(x, z)
        assert shapes(doubted)
    found = estimator(margins=advised(doubted)).estimate(x, z)
    assert all("biased low" in w and estimator is KDE for w in found.warnings)
    # An interval misses once in twenty; one of 99.9 % does not.
    low, high = found.interval(0.999)
    assert low < truth < high


@pytest.mark.parametrize("margins", MARGINS)
@pytest.mark.parametrize("estimator", [KSG, WKL, KDE, CCA])
def test_every_map_leaves_independence_and_gaussians(estimator, margins):
    for rho in (0.0, RHO):
        found = estimator(margins=margins).estimate(*gaussian(3, 800, rho))
        low, high = found.interval(0.999)
        assert low < -0.5 * math.log(1 - rho**2) < high
        assert not shapes(found)


@pytest.mark.parametrize("estimator", [KSG(errors=None), WKL(errors=None), KDE()])
def test_normal_scores_do_not_know_the_margins(estimator):
    scores = type(estimator)(margins="normal-scores", **estimator_options(estimator))
    x, z = gaussian(4, 500)
    plain = scores.estimate(x, z).value
    assert scores.estimate(np.exp(x), z**3).value == pytest.approx(plain, abs=1e-12)
    assert estimator.estimate(np.exp(x), z**3).value != pytest.approx(plain, abs=1e-3)


def estimator_options(estimator):
    return {} if isinstance(estimator, KDE) else {"errors": None}


@pytest.mark.parametrize("estimator", [KSG(margins="raw"), WKL(margins="raw"), KDE(margins="raw")])
def test_raw_margins_count_one_unit_for_all(estimator):
    x, z = gaussian(5, 400)
    one = estimator.estimate(x, z).value
    assert estimator.estimate(2.0**700 * x, 2.0**700 * z).value == pytest.approx(one, abs=1e-9)
    assert estimator.estimate(x, 64 * z).value != pytest.approx(one, abs=1e-3)


@pytest.mark.parametrize("margins", MARGINS)
def test_labels_are_never_transformed(margins):
    x, z = gaussian(6, 600)
    labels = np.where(z > 1, 1000, np.where(z > 0, 3, -7))
    for estimator in (
        Ross(margins=margins, errors=None),
        WKL(margins=margins),
        KDE(margins=margins),
    ):
        other = np.searchsorted([-7, 3, 1000], labels)
        a, b = (estimator.estimate(x, codes).value for codes in (labels, other))
        assert a == b


SMALL = {"hidden": (32,), "batch_size": 128, "steps": 150, "check_every": 50, "learning_rate": 5e-3}


def test_a_neural_bound_follows_the_advice():
    x, z = (g**3 for g in gaussian(7))
    doubted = MINE(**SMALL).estimate(x, z)
    found = MINE(**SMALL, margins=advised(doubted)).estimate(x, z)
    assert shapes(doubted)
    assert not shapes(found)
    assert abs(found.value - TRUTH) < abs(doubted.value - TRUTH)
    assert shapes(MINE(**SMALL, margins="raw").estimate(x, z))
    # cubes of Gaussians and Gaussians have the same ranks
    plain = MINE(**SMALL, margins="normal-scores").estimate(*gaussian(7))
    assert found.value == plain.value
    assert [e.value for e in MINE(**SMALL, margins="asinh").estimate_batch([x], [z], seeds=[0])]


def test_neural_margins_that_cannot_be_are_refused():
    x, z = gaussian(8, 400)
    with pytest.raises(InputError, match=r"margins='raw' leaves 1e\+20 in z, .*change the units"):
        MINE(**SMALL, margins="raw").estimate(x, np.append(z[1:], 1e20))
    codes = np.arange(400) % 2 * 10**17  # of labels, which become indicators
    assert math.isfinite(MINE(**SMALL, margins="raw").estimate(x, codes).value)
    with pytest.raises(InputError, match=r"margins='asinh' .*transform them in draw"):
        MINE(margins="asinh").estimate_fresh([lambda n, g: (None, None)], seeds=[0])
    with pytest.raises(InputError, match=r"margins='raw' would change the noise"):
        AAMINE(noise_std=1.0, margins="raw")


@pytest.mark.parametrize("entropy", [kde_entropy, wkl_entropy])
def test_the_advice_for_entropies_is_true(entropy):
    y = np.exp(1 + 1.5 * gaussian(9)[0])
    doubted = entropy(y)
    (told,) = shapes(doubted)
    assert "margins=" not in told
    assert "mean(-log f'(column))" in told
    # f = log, f' = 1 / y: h(Y) = h(log Y) + E log Y, log Y of standard deviation 1.5 around 1
    followed = entropy(np.log(y))
    assert not shapes(followed)
    value = followed.value + np.mean(-np.log(1 / y))
    truth = 1 + math.log(1.5) + 0.5 * math.log(2 * math.pi * math.e)
    # standard errors of both parts, as if they added up, and a bias of .01 (docstrings)
    assert abs(value - truth) < 3 * (followed.std + 1.5 / math.sqrt(N)) + 0.01


def test_codes_have_no_margins_and_no_such_advice():
    rows = np.random.default_rng(10).standard_normal((400, 2)) ** 3
    told = [w for w in code_entropies(rows, methods=["loo"]).warnings if "heavy tails" in w]
    assert len(told) == 2
    assert not any("margins=" in w for w in told)
    assert "mean(-log f'(column))" in told[0]
    assert told[1].startswith("column 0 of the whitened")
