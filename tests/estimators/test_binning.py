import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infoplane.errors import InputError
from infoplane.estimators import Binning, entropy, symbols

tables = st.integers(0, 10**6).map(
    lambda seed: np.random.default_rng(seed).integers(0, 4, size=(40, 3))
)


def counted_information(x, z):
    """The plug-in from dictionaries of tuples."""
    n = len(x)
    x, z = [tuple(r) for r in x], [tuple(r) for r in z]
    pairs = list(zip(x, z, strict=True))
    return sum(
        pairs.count(p) / n * math.log(n * pairs.count(p) / (x.count(p[0]) * z.count(p[1])))
        for p in set(pairs)
    )


@settings(max_examples=20, deadline=None)
@given(x=tables, z=tables)
def test_integers_are_their_own_symbols(x, z):
    value = Binning().estimate(x, z[:, :1]).value
    assert value == pytest.approx(counted_information(x, z[:, :1]), abs=1e-12)


@settings(max_examples=20, deadline=None)
@given(x=tables, z=tables)
def test_information_is_a_sum_of_entropies_within_its_bounds(x, z):
    h_x, h_z, h_xz = entropy(symbols(x)), entropy(symbols(z)), entropy(symbols(np.hstack([x, z])))
    value = Binning().estimate(x, z).value
    assert value == pytest.approx(h_x + h_z - h_xz, abs=1e-12)
    assert -1e-12 < value < min(h_x, h_z) + 1e-12


@pytest.mark.parametrize("correction", ["none", "miller-madow"])
def test_first_order_bias(correction):
    # At independence, with all cells full, the bias is (k - 1)^2 / 2n and what follows is of
    # order k^4 / n^2, a hundredth of it here.
    n, k, repeats = 2000, 5, 40
    estimator = Binning(bins=k, mode="mass", correction=correction)
    values = np.array(
        [
            estimator.estimate(*np.random.default_rng([1, s]).normal(size=(2, n))).value
            for s in range(repeats)
        ]
    )
    expected = (k - 1) ** 2 / (2 * n) if correction == "none" else 0.0
    error = values.std(ddof=1) / math.sqrt(repeats)
    assert abs(values.mean() - expected) < 3.5 * error


def test_standard_error():
    def pair(seed):
        rng = np.random.default_rng([2, seed])
        x = rng.integers(0, 2, 500)
        return x, np.where(rng.random(500) < 0.2, 1 - x, x)

    estimates = [Binning().estimate(*pair(s)) for s in range(200)]
    spread = np.std([e.value for e in estimates], ddof=1)
    # The spread of 200 values is known to 1 / sqrt(400) = 5 %; thrice that.
    assert np.mean([e.std for e in estimates]) == pytest.approx(spread, rel=0.15)
    # Symmetric channel: log 2 - H(0.2), biased by 1 / 2n = 0.001.
    truth = math.log(2) + 0.2 * math.log(0.2) + 0.8 * math.log(0.8)
    mean = np.mean([e.value for e in estimates])
    assert abs(mean - truth - 0.001) < 3.5 * spread / math.sqrt(200)


def warned(estimator, x, z, word):
    return any(word in w for w in estimator.estimate(x, z).warnings)


def test_warnings():
    rng = np.random.default_rng(3)
    x, z = rng.normal(size=(2, 200))
    assert warned(Binning(bins=5), x, z, "biased up by about")
    assert not warned(Binning(bins=2), x, z, "biased up")
    assert warned(Binning(), np.arange(200), np.arange(200), "ceiling log n")
    assert warned(Binning(), np.arange(200), x > 0, "a symbol of x to themselves")
    assert warned(Binning(limits=(-1, 1)), x, z, "of x lie outside limits=(-1, 1)")
    assert not warned(Binning(limits=(-9, 9)), x, z, "outside")
    # two bins are too few for what dependence there might be, which is all there is to say of them
    (told,) = Binning(bins=2).estimate(x, z).warnings
    assert told.startswith("estimates are biased low here")


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_what_bins_lose_is_their_bias(rho):
    truth, inside = -0.5 * math.log(1 - rho**2), 0
    for seed in range(20):
        rng = np.random.default_rng([9, seed])
        x, e = rng.standard_normal((2, 600))
        z = rho * x + math.sqrt(1 - rho**2) * e
        found = Binning(bins=8, correction="miller-madow").estimate(x, z)
        low, high = found.interval()
        inside += low < truth < high
    # 95 % of 20, but once in a thousand times
    assert inside >= 15
    if rho == 0.9:
        assert found.bias < -5 * found.bias_std
        assert any("biased low" in w for w in found.warnings)


def test_labels_are_not_cut_and_have_no_such_bias():
    y = np.arange(300) % 3
    # counting alone: (3 - 3 - 2 + 1) / 2n, and nothing where that is subtracted
    assert Binning().estimate(y, y // 2).bias == pytest.approx(-1 / 600)
    assert math.isnan(Binning(correction="miller-madow").estimate(y, y // 2).bias)
    # a column beside a label: classes
    x = np.random.default_rng(5).standard_normal(300) + 2 * y
    assert Binning(bins=5).estimate(x, y).bias < 0


@pytest.mark.parametrize("correction", ["none", "miller-madow"])
def test_warns_of_a_bias_of_no_known_order(correction):
    x, z = np.random.default_rng(3).normal(size=(2, 300))
    (told,) = [w for w in Binning(correction=correction).estimate(x, z).warnings if "biased" in w]
    cells = len(set(zip(symbols(x).tolist(), symbols(z).tolist(), strict=True)))
    assert told.startswith(f"n=300 samples fall in {cells} joint cells")
    assert "unknown amount" in told
    # 300 / 25 = 12 samples a cell: the first order may be told
    assert not warned(Binning(bins=5, correction=correction), x, z, "unknown amount")
    # one symbol of z: H(Z) = 0 holds I to 0, nothing is biased up
    assert not warned(Binning(), x, np.zeros(300, int), "unknown amount")


def test_warns_of_a_column_in_one_bin():
    x, z = np.random.default_rng(3).normal(size=(2, 300))
    assert not warned(Binning(bins=5), x, z, "in one of its")
    outlier = np.stack([z, x], axis=1)
    outlier[7, 1] = 1e6
    told = Binning(bins=5).estimate(outlier, z).warnings
    assert any("column 1 of x has 99.7 % of the rows in one of its 5 bins" in w for w in told)
    spike = np.where(np.arange(300) < 280, 0.0, z)
    assert warned(Binning(bins=5, limits=(-5, 5)), x, spike, "column 0 of z has")
    assert not warned(Binning(bins=5, mode="mass"), x, outlier, "in one of its")
    assert not warned(Binning(), x > -9, (np.arange(300) < 1).astype(int), "in one of its")


def test_limits_may_be_a_list_or_numpy_scalars():
    plain = Binning(limits=(0, 1))
    for limits in ([0, 1], (np.int64(0), np.float32(1)), list(np.array([0.0, 1.0]))):
        assert Binning(limits=limits) == plain
        assert hash(Binning(limits=limits)) == hash(plain)
        assert repr(Binning(limits=limits)).count("np.") == 0
    assert symbols([0.2, 0.8], bins=2, limits=(np.float32(0), np.int64(1))).tolist() == [0, 1]


def test_constant_columns():
    x = np.random.default_rng(4).normal(size=(50, 2))
    assert Binning().estimate(x, np.full(50, 3)).value == 0
    assert Binning(limits=(-4, 4)).estimate(x, np.full(50, 0.5)).value == 0
    x[:, 1] = 0.5
    for mode in ("width", "mass"):
        with pytest.raises(InputError, match=r"column 1 of x is constant.*zero width"):
            Binning(mode=mode).estimate(x, x[:, 0])


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"bins": 1}, "bins=1"),
        ({"bins": 2.0}, r"bins=2\.0"),
        ({"bins": True}, "bins=True"),
        ({"mode": "equal"}, "mode='equal'"),
        ({"limits": (1, 0)}, "limits="),
        ({"limits": (0, math.inf)}, "limits="),
        ({"limits": 3}, "limits=3"),
        ({"limits": (False, True)}, "limits="),
        ({"limits": (0, 1), "mode": "mass"}, "limits=.*mode='mass'"),
        ({"correction": "jackknife"}, "correction='jackknife'"),
    ],
)
def test_options_out_of_range(options, match):
    with pytest.raises(InputError, match=match):
        Binning(**options)


def test_layers_that_tell_every_row_apart_know_nothing_of_labels():
    """What one call warns of, all layers at once do: labels that mean nothing look determined."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 300)
    wide, narrow, coarse = rng.standard_normal((300, 6)), rng.standard_normal((300, 2)), y % 2
    layers = np.zeros((3, 300, 6))
    layers[0], layers[1, :, :2], layers[2, :, 0] = wide, narrow, coarse
    _, found = Binning().estimate_layers(layers, np.arange(300), y, seeds=[0, 0, 0], device="cpu")
    full, biased, right = found
    assert full.value > 0.65
    assert any("nothing is known of I(T;Y)" in told for told in full.warnings)
    (told,) = biased.warnings
    least = float(re.search(r"biased up by about (\S+) nats or more", told)[1])
    assert 0.05 < least <= biased.value  # of which all is invented
    assert right.warnings == ()
    assert right.value == pytest.approx(math.log(2), abs=0.01)
