import itertools
import math
import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from infoplane.errors import InputError
from infoplane.estimators import entropy, information_with_noise, kolchinsky_tracey
from infoplane.estimators.noise import mixture
from infoplane.estimators.noise.exact import Exact, informations_with_noise


def two_point_information(distance, noise_std):
    """log 2 minus the expected entropy of the posterior, by quadrature."""
    half = distance / (2 * noise_std)

    def integrand(v):
        return stats.norm.pdf(v, half) * np.logaddexp(0, -2 * half * v)

    lost, _ = integrate.quad(integrand, half - 12, half + 12, limit=200)
    return math.log(2) - lost


@pytest.mark.parametrize("distance", [0.1, 1.0, 3.0, 10.0])
@pytest.mark.parametrize("columns", [1, 5])
def test_two_points_by_quadrature(distance, columns):
    t = np.full((2, columns), 3.0)
    t[1, 0] += distance
    estimate = information_with_noise(t, 0.7, samples=2000)
    truth = two_point_information(distance, 0.7)
    # 3.5 standard errors, and rounding where these vanish.
    assert abs(estimate.value - truth) < 3.5 * estimate.std + 1e-12
    low, high = kolchinsky_tracey(t, 0.7)
    assert low - 1e-12 <= truth <= high + 1e-12


def test_identical_rows_say_nothing():
    t = np.tile(np.random.default_rng(0).normal(size=7), (20, 1))
    estimate = information_with_noise(t, 0.3, samples=100)
    assert (estimate.value, estimate.std) == pytest.approx((0, 0), abs=1e-12)
    assert kolchinsky_tracey(t, 0.3) == pytest.approx((0, 0), abs=1e-12)
    assert information_with_noise([[1.0, 2.0]], 1.0).value == 0


@pytest.mark.parametrize("offset", [0.0, 1e9])
def test_rows_far_apart_say_everything(offset):
    t = np.arange(50)[:, None] * 100.0 + offset
    estimate = information_with_noise(t, 1.0, samples=100)
    assert estimate.value == pytest.approx(math.log(50), abs=1e-9)
    assert any("ceiling log N" in w for w in estimate.warnings)
    assert kolchinsky_tracey(t, 1.0) == pytest.approx((math.log(50),) * 2, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(2, 80),
    d=st.integers(1, 6),
    noise_std=st.floats(0.05, 20),
)
def test_between_the_bounds(seed, n, d, noise_std):
    t = np.random.default_rng(seed).normal(size=(n, d)) ** 3
    estimate = information_with_noise(t, noise_std, seed=seed, samples=1000)
    low, high = kolchinsky_tracey(t, noise_std)
    # Cubes of normals are up to 100 apart: exponents reach (100 / 0.05)^2 / 2 = 2e6, and where
    # such numbers cancel, their rounding remains, 2e-16 of them.
    rounding = 1e-9
    assert low >= -rounding
    assert low <= high + rounding
    assert high <= math.log(n) + rounding
    # 25 examples on two sides: four standard errors are passed by chance once in 600 runs.
    assert low - 4 * estimate.std - 1e-9 <= estimate.value <= high + 4 * estimate.std + 1e-9
    assert estimate.value <= math.log(n) + rounding


def test_rotation_translation_and_order_change_nothing():
    rng = np.random.default_rng(1)
    t = rng.normal(size=(60, 4))
    rotation = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    for moved in (t @ rotation, t + 100, t[rng.permutation(60)]):
        a, b = (information_with_noise(v, 0.5, samples=6000) for v in (t, moved))
        assert abs(a.value - b.value) < 3.5 * math.hypot(a.std, b.std)
        assert kolchinsky_tracey(t, 0.5) == pytest.approx(kolchinsky_tracey(moved, 0.5), abs=1e-9)


def test_scale_and_noise_scale_together():
    t = np.random.default_rng(2).normal(size=(40, 3))
    a, b = information_with_noise(t, 0.5), information_with_noise(t * 8, 4.0)
    assert a.value == pytest.approx(b.value, abs=1e-12)


def test_more_noise_less_information():
    t = np.random.default_rng(3).normal(size=(100, 3))
    levels = [0.05, 0.2, 0.5, 1.0, 3.0]
    estimates = [information_with_noise(t, s, samples=4000) for s in levels]
    for a, b in itertools.pairwise(estimates):
        assert a.value - b.value > 3 * math.hypot(a.std, b.std)


def test_repeating_every_row_changes_nothing():
    t = np.random.default_rng(4).normal(size=(30, 2))
    a = information_with_noise(t, 0.4, samples=9000)
    b = information_with_noise(np.repeat(t, 3, axis=0), 0.4, samples=9000)
    assert abs(a.value - b.value) < 3.5 * math.hypot(a.std, b.std)


@pytest.mark.parametrize("samples", [64, 500, 1000])
def test_chunks_and_the_way_to_distances_do_not_matter(samples, monkeypatch):
    t = np.random.default_rng(5).normal(size=(130, 3))
    a = information_with_noise(t, 0.3, samples=samples, seed=7)
    b = information_with_noise(t, 0.3, samples=samples, seed=7, chunk=17)
    assert a.value == pytest.approx(b.value, abs=1e-12)
    assert a.std == pytest.approx(b.std, abs=1e-12)
    bounds = kolchinsky_tracey(t, 0.3)
    assert kolchinsky_tracey(t, 0.3, chunk=17) == pytest.approx(bounds, abs=1e-12)
    monkeypatch.setattr(mixture, "EXPANDABLE", 0.0)
    c = information_with_noise(t, 0.3, samples=samples, seed=7)
    assert a.value == pytest.approx(c.value, abs=1e-10)
    assert kolchinsky_tracey(t, 0.3) == pytest.approx(bounds, abs=1e-10)


def test_pairs_of_clusters_very_far_apart():
    # |t|^2 / sigma^2 = 1e20 leaves no digit of the distance 1 to an expanded square.
    t = np.array([[0.0], [1.0], [1e10], [1e10 + 1]])
    estimate = information_with_noise(t, 1.0, samples=8000)
    truth = math.log(2) + two_point_information(1.0, 1.0)
    # Values near 1e10 are spaced 2e-6 apart.
    assert abs(estimate.value - truth) < 3.5 * estimate.std + 1e-5


@pytest.mark.parametrize(("rows", "samples"), [(10, 200), (300, 100)])
def test_standard_error(rows, samples):
    t = np.random.default_rng(6).normal(size=(rows, 2))
    estimates = [information_with_noise(t, 0.7, seed=s, samples=samples) for s in range(100)]
    ratio = np.mean([e.std for e in estimates]) / np.std([e.value for e in estimates], ddof=1)
    # 100 values tell their spread to 1 / sqrt(200) = 7 %, thrice that is 21 %; with fewer
    # samples than rows the error stated is an upper limit.
    assert 0.79 < ratio < (1.21 if samples > rows else 2)


def test_same_seed_same_number_and_any_kind_of_input():
    t = np.random.default_rng(8).normal(size=(20, 2)).astype(np.float32)
    value = information_with_noise(t, 0.5).value
    assert information_with_noise(torch.tensor(t), 0.5).value == value
    assert information_with_noise(t.astype(np.float64), 0.5).value == value
    assert information_with_noise(t, 0.5, seed=1).value != value
    assert information_with_noise(np.arange(5), 0.5).n == 5


@pytest.mark.parametrize("function", [information_with_noise, kolchinsky_tracey])
@pytest.mark.parametrize(
    ("t", "noise_std", "match"),
    [
        ([0.0, 1.0], 0, "noise_std=0: I is infinite .*give noise_std > 0"),
        ([0.0, 1.0], -1.0, r"noise_std=-1\.0"),
        ([0.0, 1.0], math.nan, "noise_std=nan"),
        ([0.0, 1e300], 1e-300, "noise_std=1e-300 is too small"),
        ([0.0, math.inf], 1.0, "t has 1 values that are NaN or infinite"),
        (np.zeros((2, 2, 2)), 1.0, "t has shape"),
        (np.zeros((0, 2)), 1.0, "t has no rows"),
    ],
)
def test_input_without_an_answer(function, t, noise_std, match):
    with pytest.raises(InputError, match=match):
        function(t, noise_std)


def test_options_out_of_range():
    with pytest.raises(InputError, match="samples=1"):
        information_with_noise([0.0, 1.0], 1.0, samples=1)
    with pytest.raises(InputError, match="chunk=0"):
        information_with_noise([0.0, 1.0], 1.0, chunk=0)


def test_seed_and_device_are_checked():
    t = np.arange(4.0)
    with pytest.raises(InputError, match="seed=-1"):
        information_with_noise(t, 1.0, seed=-1)
    for compute in (information_with_noise, kolchinsky_tracey):
        with pytest.raises(InputError, match="device='gpu' is not on this machine"):
            compute(t, 1.0, device="gpu")


def spread(n=200, seed=9):
    """Rows (n, 3) on the scale of the noise 0.3, and three labels that follow them in part."""
    rng = np.random.default_rng(seed)
    t = rng.normal(size=(n, 3))
    return t, np.digitize(t[:, 0] + 0.3 * rng.normal(size=n), [-0.5, 0.5])


def test_information_about_labels_by_the_chain_rule():
    """I(Y; T + eps) = I(X; T + eps) - sum_y p(y) I(X; T + eps | Y = y), for Y a function of X."""
    t, y = spread()
    of_rows, of_labels = informations_with_noise(t, y, 0.3, samples=20_000)
    assert of_rows == information_with_noise(t, 0.3, samples=20_000)
    parts = [information_with_noise(t[y == c], 0.3, samples=20_000, seed=1) for c in range(3)]
    share = np.bincount(y) / len(y)
    inside = float(share @ [part.value for part in parts])
    room = math.hypot(of_rows.std, of_labels.std, *(share * [part.std for part in parts]))
    assert abs(of_labels.value - (of_rows.value - inside)) < 3.5 * room
    assert 0.1 < of_labels.value < of_rows.value


def test_labels_of_two_points_by_quadrature():
    _, found = informations_with_noise([0.0, 2.0], ["a", "b"], 0.7, samples=4000)
    assert abs(found.value - two_point_information(2.0, 0.7)) < 3.5 * found.std


def test_names_and_order_of_labels_do_not_matter():
    t, y = spread()
    _, found = informations_with_noise(t, y, 0.3)
    _, renamed = informations_with_noise(t, np.array(["b", "c", "a"])[y], 0.3)
    assert found.value == pytest.approx(renamed.value, abs=1e-12)
    _, chunked = informations_with_noise(t, y, 0.3, chunk=7)
    assert found.value == pytest.approx(chunked.value, abs=1e-12)


def test_one_label_has_no_information_and_far_rows_all():
    t, y = spread(50)
    assert informations_with_noise(t, np.zeros(50, int), 0.3)[1].value == pytest.approx(0)
    far = 1e3 * np.arange(50)
    found = informations_with_noise(far, y, 1.0, samples=500)[1]
    assert found.value == pytest.approx(entropy(y), abs=3.5 * found.std + 1e-9)


def test_a_label_that_no_draw_hits():
    """Two draws of a hundred rows with four labels of their own."""
    y = np.repeat(np.arange(4), [97, 1, 1, 1])
    assert math.isfinite(informations_with_noise(np.arange(100.0), y, 1.0, samples=2)[1].value)


def test_large_exponents_are_not_lost():
    """|eps|^2 / 2 of 1500 columns is about 750, whose exponential overflows."""
    t = np.zeros((1500, 1500))  # as many rows, or it would be turned into fewer columns
    t[::2, 0] = 2.0
    found = information_with_noise(t, 0.7, samples=1500)
    assert abs(found.value - two_point_information(2.0, 0.7)) < 3.5 * found.std


@pytest.mark.parametrize("n", [1, 2, 30])
def test_columns_beyond_the_number_of_rows_change_nothing(n):
    """Rows (n, 3) put into 500 dimensions by an isometry, and moved."""
    rng = np.random.default_rng(0)
    t, y = rng.normal(size=(n, 3)), np.arange(n) % 3
    wide = t @ np.linalg.qr(rng.normal(size=(500, 3)))[0].T + rng.normal(size=500)
    few, many = (informations_with_noise(v, y, 0.5, samples=6000) for v in (t, wide))
    for a, b in zip(few, many, strict=True):
        assert abs(a.value - b.value) <= 3.5 * math.hypot(a.std, b.std) + 1e-12
    assert kolchinsky_tracey(wide, 0.5) == pytest.approx(kolchinsky_tracey(t, 0.5), abs=1e-12)


def test_memory_of_a_wide_layer_is_that_of_a_few_copies():
    """Noise in all columns would be 500 draws of 50 000 float64, fifty times the layer."""
    t = np.random.default_rng(0).normal(size=(10, 50_000))
    tracemalloc.start()
    information_with_noise(t, 1.0, samples=500)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6 * t.nbytes


def test_exact_as_an_estimator():
    t, y = spread()
    x = np.arange(200.0)
    of_rows, of_labels = informations_with_noise(t, y, 0.3, seed=3, samples=1000)
    channel = Exact(noise_std=0.3, samples=1000)
    assert channel.estimate(x, t, seed=3) == of_rows
    assert channel.estimate(y, t, seed=3) == of_labels
    # equal rows of x are one symbol, whatever they look like
    twice = np.stack([y, y], axis=1) * 0.5
    assert channel.estimate(twice, t, seed=3) == of_labels
    # order of the samples: other draws of the same quantity
    order = np.random.default_rng(0).permutation(200)
    moved = channel.estimate(y[order], t[order], seed=3)
    assert abs(moved.value - of_labels.value) < 3.5 * math.hypot(moved.std, of_labels.std)


@pytest.mark.parametrize("noise_std", [0, -1.0, math.nan, "1"])
def test_exact_refuses_noise(noise_std):
    with pytest.raises(InputError, match="noise_std="):
        Exact(noise_std=noise_std)


def test_labels_are_checked():
    refused = {
        "labels have 2 rows: .* each of the 3 rows": [0, 1],
        "labels has values between integers": [0.5, 1.5, 2.5],
        r"labels has shape \(3, 2\)": np.zeros((3, 2), int),
    }
    for told, labels in refused.items():
        with pytest.raises(InputError, match=told):
            informations_with_noise(np.arange(3.0), labels, 1.0)


def test_relative_noise_is_a_share_of_the_layers_root_mean_square():
    t = np.random.default_rng(3).normal(size=(60, 4)) + 2.0
    rms = math.sqrt(np.square(t).mean())
    relative, plain = Exact(0.3, relative=True), Exact(0.3 * rms)
    for x in (np.arange(60), np.arange(60) % 3):
        assert relative.estimate(x, t).value == pytest.approx(plain.estimate(x, t).value, abs=1e-9)
    assert Exact(0.3).relative is False
    # and it could have been different
    assert abs(Exact(0.3).estimate(np.arange(60), t).value - plain.estimate(x, t).value) > 0.1


@pytest.mark.parametrize("unit", [2.0**-900, 1e-9, 1e9, 2.0**900])
def test_relative_noise_has_the_unit_of_the_layer(unit):
    t = np.random.default_rng(4).normal(size=(40, 3))
    value = Exact(0.2, relative=True).estimate(np.arange(40), t).value
    moved = Exact(0.2, relative=True).estimate(np.arange(40), t * unit).value
    assert moved == pytest.approx(value, abs=1e-9)
    assert 0.5 < value < math.log(40)


def test_each_layer_has_noise_of_its_own_size_and_zeros_say_nothing():
    rng = np.random.default_rng(5)
    layers = np.stack([rng.normal(size=(30, 2)), np.zeros((30, 2)), 1e3 * rng.normal(size=(30, 2))])
    x, y = np.arange(30), np.arange(30) % 2
    relative = Exact(0.2, relative=True)
    of_x, of_y = relative.estimate_layers(layers, x, y, seeds=[0, 0, 0], device="cpu")
    alone = [relative.estimate(x, t).value for t in layers]
    assert [e.value for e in of_x] == pytest.approx(alone, rel=1e-12)  # sums in another order
    assert [e.value for e in of_y] == pytest.approx(
        [relative.estimate(y, t).value for t in layers], abs=1e-12
    )
    assert (of_x[1].value, of_y[1].value) == pytest.approx((0, 0), abs=1e-12)
    with pytest.raises(InputError, match="relative=1 "):
        Exact(0.2, relative=1)
