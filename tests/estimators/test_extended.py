import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infoplane.errors import InputError
from infoplane.estimators import entropy
from infoplane.estimators.extended import extended_information
from infoplane.estimators.patterns import layer_information

# Sums of n <= 4096 terms c/n log(n/c), in whatever order: rounding is below n times 1e-16.
ROUNDING = 1e-12

LIMITS = ["layer", "unit", (-1.0, 1.0)]


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("networks", [1, 4])
@pytest.mark.parametrize("d", [1, 3, 20])
def test_identical_networks_are_one(limits, networks, d):
    rng = np.random.default_rng(5)
    one, y = rng.normal(size=(100, d)), rng.integers(3, size=100)
    simple = layer_information(one, y, bins=3, limits=limits)
    readings = extended_information(np.stack([one] * networks), y, bins=3, limits=limits)
    for reading in readings:
        assert reading == pytest.approx((simple.inputs, simple.labels), abs=ROUNDING)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    networks=st.integers(2, 6),
    n=st.integers(1, 40),
    d=st.integers(1, 16),
    limits=st.sampled_from(LIMITS),
)
def test_laws_of_the_extended_estimator(seed, networks, n, d, limits):
    rng = np.random.default_rng(seed)
    # Networks that have something in common, and are on different scales.
    t = rng.normal(size=(n, d)) + 0.3 * rng.normal(size=(networks, n, d))
    t *= 1 + rng.random((networks, 1, 1))
    y = rng.integers(2, size=n)
    mixed, told, neurons = extended_information(t, y, bins=4, limits=limits, seed=seed)
    for a, b in zip(mixed, told, strict=True):
        assert b - math.log(networks) - ROUNDING <= a <= b + ROUNDING
        assert a >= -ROUNDING
    assert told.inputs <= math.log(n) + ROUNDING
    assert neurons.inputs <= math.log(n) + ROUNDING
    assert neurons.labels <= entropy(y) + ROUNDING
    permuted = extended_information(t[rng.permutation(networks)], y, bins=4, limits=limits)
    assert permuted.mixed == pytest.approx(mixed, abs=ROUNDING)
    assert permuted.told == pytest.approx(told, abs=ROUNDING)
    # Each network twice is the same distribution over networks.
    doubled = extended_information(np.concatenate([t, t]), y, bins=4, limits=limits)
    assert doubled.mixed == pytest.approx(mixed, abs=ROUNDING)
    assert doubled.told == pytest.approx(told, abs=ROUNDING)


def test_mixed_by_brute_force():
    rng = np.random.default_rng(6)
    t, y = rng.integers(0, 3, size=(3, 30, 2)) / 2, rng.integers(2, size=30)
    joint = {}
    for network, row in np.ndindex(3, 30):
        pattern = tuple(t[network, row])
        joint[row, pattern] = joint.get((row, pattern), 0) + 1 / 90

    def information(pairs):
        p_a, p_b = {}, {}
        for (a, b), p in pairs.items():
            p_a[a], p_b[b] = p_a.get(a, 0) + p, p_b.get(b, 0) + p
        return sum(p * math.log(p / p_a[a] / p_b[b]) for (a, b), p in pairs.items())

    of_label = {}
    for (row, pattern), p in joint.items():
        of_label[y[row], pattern] = of_label.get((y[row], pattern), 0) + p
    mixed = extended_information(t, y, bins=3).mixed
    assert mixed == pytest.approx((information(joint), information(of_label)), abs=ROUNDING)


def test_two_networks_by_hand():
    # The first network copies the label, the second is constant: given T = 1 (a quarter), X is
    # the last row; given T = 0, the odds are 2 to 1. I(X;T) = log 2 - 3/4 H(2/3, 1/3).
    t = np.array([[[0.0], [1.0]], [[0.0], [0.0]]])
    mixed, told, _ = extended_information(t, [0, 1])
    by_hand = math.log(2) - 0.75 * (math.log(3) - 2 / 3 * math.log(2))
    assert mixed == pytest.approx((by_hand, by_hand), abs=ROUNDING)
    assert told == pytest.approx((math.log(2) / 2,) * 2, abs=ROUNDING)


def test_networks_share_their_bins():
    # The second network's activations are a hundredth of the first one's: one bin of the shared.
    one = np.array([[0.0], [1.0]])
    t, y = np.stack([one, one / 100]), [0, 1]
    assert extended_information(t, y).told.inputs == pytest.approx(math.log(2) / 2)
    assert layer_information(t).inputs == pytest.approx([math.log(2)] * 2)


def test_neurons_count_the_draw():
    # Every network's layer is the same whatever X is, so nothing is known about X or Y; a draw
    # for each of 8 neurons from two networks is then 8 coins, and that is what is counted.
    n, d = 4096, 8
    t = np.stack([np.zeros((n, d)), np.ones((n, d))])
    y = np.arange(n) % 2
    mixed, told, neurons = extended_information(t, y, seed=1)
    assert mixed == pytest.approx((0, 0), abs=ROUNDING)
    assert told == pytest.approx((0, 0), abs=ROUNDING)
    # 256 symbols equally likely: below log 256 by chi-squared_255 / 2n, that is .031 +- .003 and
    # three standard deviations of it; I(T;Y) is above 0 by the same.
    bias, spread = 255 / (2 * n), 3 * math.sqrt(2 * 255) / (2 * n)
    # The next order of both, with 8 (I(T;Y)) and 16 rows a cell: a sixteenth, and an eighth.
    assert d * math.log(2) - neurons.inputs == pytest.approx(bias, abs=spread + bias / 16)
    assert neurons.labels == pytest.approx(bias, abs=spread + bias / 8)
    # 40 coins make all rows unique: everything is then "known" of both.
    wide = np.stack([np.zeros((n, 40)), np.ones((n, 40))])
    inflated = extended_information(wide, y).neurons
    assert inflated == pytest.approx((math.log(n), math.log(2)), abs=ROUNDING)


def test_the_draw_follows_the_seed():
    t = np.random.default_rng(7).normal(size=(5, 200, 2))
    y = np.arange(200) % 3
    a, b, c = (extended_information(t, y, bins=5, seed=s) for s in (0, 0, 1))
    assert a == b
    assert a.neurons != c.neurons
    assert a[:2] == c[:2]


@pytest.mark.parametrize("t", [np.zeros((4, 1)), np.zeros((2, 2, 4, 1)), np.zeros((0, 4, 1))])
def test_the_extended_estimator_takes_networks_of_one_layer(t):
    with pytest.raises(InputError, match=r"t has shape .*\(J, n, d\)"):
        extended_information(t, np.zeros(4, dtype=int))


def test_the_extended_estimator_takes_labels_of_rows_and_a_seed():
    t = np.zeros((2, 4, 1))
    with pytest.raises(InputError, match=r"labels has shape \(2, 4\)"):
        extended_information(t, np.zeros((2, 4), dtype=int))
    with pytest.raises(InputError, match="seed=-1"):
        extended_information(t, np.zeros(4, dtype=int), seed=-1)


def test_what_is_refused_is_named():
    t, y = np.zeros((2, 4, 1)), np.zeros(4, dtype=int)
    for options, match in (({"bins": 1}, "bins=1"), ({"limits": "units"}, "limits='units'")):
        with pytest.raises(InputError, match=match):
            extended_information(t, y, **options)
    t[1, 2] = math.nan
    with pytest.raises(InputError, match=r"^t\[1\] has 1 values .* row 2, column 0"):
        extended_information(t, y)
