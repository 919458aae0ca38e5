"""What every estimator must satisfy; a new one needs a row in CASES."""

import math

import numpy as np
import pytest
import torch

from infoplane.errors import InputError
from infoplane.estimators import CCA, ESTIMATORS, KDE, KSG, WKL, Binning, Ross

# The plug-in is biased by (bins - 1)^2 / 2n at independence, which the correction removes.
CASES = {
    "binning": Binning(bins=4, mode="mass", correction="miller-madow"),
    "kde": KDE(),
    "ksg": KSG(),
    "wkl": WKL(),
    "ross": Ross(),
    "cca": CCA(),
}
# Trained, hence slow and with laws of their own: tested in their own files.
TRAINED = {"mine", "nwj", "infonce", "smile"}

# Smoothing biases it low, by more than chance at independence: tested in its own file.
SMOOTHED = {"kde"}

every = pytest.mark.parametrize("name", CASES)


def pair(name, seed, n=200, dependent=True):
    """Samples (n, 2) and (n,) of the kinds the estimator takes."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2))
    z = dependent * x[:, 0] + rng.normal(size=n)
    return x, (z > 0).astype(np.int64) if name == "ross" else z


def test_every_estimator_has_a_row():
    assert set(CASES) | TRAINED == set(ESTIMATORS)
    assert all(cls.name == name for name, cls in ESTIMATORS.items())


@every
def test_symmetric(name):
    x, z = pair(name, 0)
    a, b = CASES[name].estimate(x, z), CASES[name].estimate(z, x)
    assert (a.value, a.std) == pytest.approx((b.value, b.std), abs=1e-12)


@every
def test_order_of_samples_is_irrelevant(name):
    x, z = pair(name, 1)
    order = np.random.default_rng(1).permutation(len(x))
    a, b = CASES[name].estimate(x, z), CASES[name].estimate(x[order], z[order])
    assert (a.value, a.std) == pytest.approx((b.value, b.std), abs=1e-12)


@every
def test_pairing_is_relevant(name):
    x, z = pair(name, 2)
    paired, unpaired = CASES[name].estimate(x, z), CASES[name].estimate(x, np.roll(z, 1))
    assert paired.value - unpaired.value > 3 * math.hypot(paired.std, unpaired.std)


@pytest.mark.parametrize("name", sorted(CASES.keys() - SMOOTHED))
def test_independent_gives_zero_on_average(name):
    estimates = [CASES[name].estimate(*pair(name, [3, s], dependent=False)) for s in range(30)]
    values = np.array([e.value for e in estimates])
    # 3.5 standard errors of the mean over 30 seeds, from their own spread.
    assert abs(values.mean()) < 3.5 * values.std(ddof=1) / math.sqrt(len(values))
    # Signed: chance goes both ways, and nothing clips it.
    assert values.min() < 0 < values.max()


@every
def test_float32_tensors_and_lists_give_the_same_number(name):
    x, z = pair(name, 4)
    x = x.astype(np.float32)
    z = z.astype(np.float32) if z.dtype.kind == "f" else z
    value = CASES[name].estimate(x, z).value
    assert CASES[name].estimate(x.astype(np.float64), z).value == value
    assert CASES[name].estimate(torch.tensor(x, requires_grad=True), torch.tensor(z)).value == value
    assert CASES[name].estimate(x.tolist(), z.tolist()).value == value


@every
def test_one_column_in_either_shape(name):
    x, z = pair(name, 5)
    flat = CASES[name].estimate(x[:, 0], z).value
    assert CASES[name].estimate(x[:, :1], z[:, None]).value == flat


@every
@pytest.mark.parametrize("scale", [2.0**900, 2.0**-900])
def test_units_are_irrelevant_even_huge_and_tiny(name, scale):
    x, z = pair(name, 6)
    value = CASES[name].estimate(x, z).value
    assert CASES[name].estimate(x * scale, z).value == pytest.approx(value, abs=1e-10)


@pytest.mark.parametrize("name", ["kde", "wkl"])
def test_a_copied_column_adds_nothing(name):
    x, z = pair(name, 11)
    twice = np.column_stack([x, 1 - 3 * x])
    value = CASES[name].estimate(x, z).value
    assert CASES[name].estimate(twice, z).value == pytest.approx(value, abs=1e-12)
    assert CASES[name].estimate(x, np.column_stack([z, z])).value == pytest.approx(value, abs=1e-12)


@every
def test_input_stays_as_it_was(name):
    x, z = pair(name, 7)
    before = x.copy(), z.copy()
    CASES[name].estimate(x, z)
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(z, before[1])


@every
def test_batch_is_the_single_problems(name):
    problems = [pair(name, [8, s], n=60) for s in range(3)]
    x, z = (np.stack(a) for a in zip(*problems, strict=True))
    batch = CASES[name].estimate_batch(x, z, seeds=[0, 1, 2])
    assert [e.value for e in batch] == [CASES[name].estimate(a, b).value for a, b in problems]
    assert [e.seed for e in batch] == [0, 1, 2]


@every
def test_record(name):
    x, z = pair(name, 9)
    e = CASES[name].estimate(x, z, seed=5)
    assert (e.n, e.estimator, e.seed) == (200, name, 5)
    assert math.isfinite(e.value)
    assert e.std > 0
    assert e.seconds > 0


GOOD = np.random.default_rng(10).normal(size=(30, 2))
LABELS = np.arange(30) % 2
TEXT = np.array([["a", "b"]] * 30)


def broken(value):
    a = GOOD.copy()
    a[3, 1] = value
    return a


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize(
    ("x", "z", "match"),
    [
        (broken(np.nan), LABELS, "x has 1 values that are NaN or infinite, .* row 3, column 1"),
        (LABELS, broken(-np.inf), "z has 1 values that are NaN or infinite"),
        (GOOD[:-1], LABELS, "x has 29 rows and z has 30"),
        (GOOD[:1], LABELS[:1], "x and z have 1 rows"),
        (GOOD[:0], LABELS[:0], "x and z have 0 rows"),
        (GOOD[:, :0], LABELS, "x has shape"),
        (LABELS, GOOD[:, :0], "z has shape"),
        (GOOD[:, :, None], LABELS, "x has shape"),
        (LABELS, GOOD[None], "z has shape"),
        (np.float64(1), LABELS, "x has shape"),
        (TEXT, LABELS, "x has dtype"),
        (LABELS, TEXT, "z has dtype"),
        (GOOD + 1j, LABELS, "x has dtype complex128"),
    ],
)
def test_bad_input_names_the_argument(name, x, z, match):
    with pytest.raises(InputError, match=match):
        ESTIMATORS[name]().estimate(x, z)
