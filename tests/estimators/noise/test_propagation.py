import math

import numpy as np
import pytest
from scipy import integrate, stats

from infoplane.errors import InputError
from infoplane.estimators.noise.exact import information_with_noise, informations_with_noise
from infoplane.estimators.noise.propagation import sampled_propagation


def two_inputs(first, second):
    """I(X; T) for X = -1 or 1, T = X + N(0, first^2) + N(0, second^2), by quadrature."""
    std = math.hypot(first, second)

    def integrand(v):
        return stats.norm.pdf(v, 1, std) * np.logaddexp(0, -2 * v / std**2)

    lost, _ = integrate.quad(integrand, 1 - 12 * std, 1 + 12 * std, limit=200)
    return math.log(2) - lost


def of_inputs(few, many, rows, noise_std):
    """I(X; T), where labels do not matter."""
    return sampled_propagation(few, many, rows, np.zeros(len(few), int), noise_std)[0]


def layer(rng, inputs, first, *, r=2, m=None, k=400):
    """S = inputs + N(0, first^2): r passes of all, k more of m of them, and which these are."""
    inputs = np.asarray(inputs, float).reshape(len(inputs), 1, -1)
    rows = np.arange(len(inputs)) if m is None else rng.choice(len(inputs), m, replace=False)
    d = inputs.shape[2]
    few = inputs + first * rng.normal(size=(len(inputs), r, d))
    return few, inputs[rows] + first * rng.normal(size=(len(rows), k, d)), rows


@pytest.mark.parametrize(("first", "second"), [(0.5, 0.5), (1.0, 0.5), (0.3, 1.0)])
def test_a_channel_of_two_steps_by_quadrature(first, second):
    """40 inputs at -1 and 40 at 1: X is one of 80, and what T has of it is the sign."""
    inputs = np.repeat([-1.0, 1.0], 40)
    found = of_inputs(*layer(np.random.default_rng(0), inputs, first, r=20), second)
    truth = two_inputs(first, second)
    # three standard errors; the bias of 350 and of 20 · 39 passes in one dimension is of the
    # order of (volume of S / volume of the kernel) / passes = 0.02
    assert abs(found.value - truth) < 3 * found.std + 0.02
    assert found.std < 0.05
    assert not found.warnings


def test_without_noise_before_the_layer_it_is_the_exact_value():
    t = np.random.default_rng(1).normal(size=(300, 2))
    found = of_inputs(*layer(np.random.default_rng(0), t, 0.0, k=16), 0.5)
    exact = information_with_noise(t, 0.5)
    assert abs(found.value - exact.value) < 3.5 * math.hypot(found.std, exact.std)


def test_inputs_far_apart_are_all_told():
    found = of_inputs(*layer(np.random.default_rng(0), 1e3 * np.arange(50), 1.0), 1.0)
    assert found.value == pytest.approx(math.log(50), abs=1e-9)


def test_it_never_passes_log_n():
    """Where few passes fill a large volume the density is missed, but not the input's own."""
    rng = np.random.default_rng(3)
    found = of_inputs(*layer(rng, np.zeros((30, 8)), 1.0, k=64), 0.05)
    assert found.value <= math.log(30) + 1e-12
    assert found.warnings


def test_independent_of_the_input():
    found = of_inputs(*layer(np.random.default_rng(2), np.zeros((200, 2)), 1.0, m=60), 0.7)
    # densities of 350 and of 2 · 199 passes in two dimensions, each with a bias of the order of
    # (volume of S / volume of the kernel) / passes = (1 + 1 / 0.7^2) / 350 = 0.01
    assert abs(found.value) < 3.5 * found.std + 0.02


def test_scale_changes_nothing():
    few, many, rows = layer(np.random.default_rng(4), np.repeat([-1.0, 1.0], 20), 0.5)
    a = of_inputs(few, many, rows, 0.5)
    b = of_inputs(8 * few + 3, 8 * many + 3, rows, 4.0)
    assert b.value == pytest.approx(a.value, abs=1e-9)


@pytest.mark.parametrize(
    ("few", "many", "rows", "noise_std", "match"),
    [
        ((9, 2, 2), (3, 16, 2), [0, 1, 2], 0, "noise_std=0"),
        ((9, 2, 2), (3, 16, 1), [0, 1, 2], 1.0, r"\(3, 16, 1\)"),
        ((9, 2, 2), (3, 16, 2), [0, 1], 1.0, r"and \(2,\)"),
        ((9, 2, 2), (3, 16, 2), [0, 1, 9], 1.0, "integers from 0 to n - 1"),
        ((9, 1, 2), (3, 16, 2), [0, 1, 2], 1.0, r"centres has shape \(9, 1, 2\)"),
        ((9, 2, 2), (3, 15, 2), [0, 1, 2], 1.0, r"passes has shape \(3, 15, 2\)"),
        ((9, 2), (3, 16, 2), [0, 1, 2], 1.0, r"centres has shape \(9, 2\)"),
    ],
)
def test_bad_input(few, many, rows, noise_std, match):
    with pytest.raises(InputError, match=match):
        of_inputs(np.zeros(few), np.zeros(many), rows, noise_std)


def test_missing_values():
    with pytest.raises(InputError, match="passes has values that are NaN"):
        of_inputs(np.zeros((3, 2, 1)), np.full((2, 16, 1), np.nan), [0, 1], 1.0)


@pytest.mark.parametrize("wrong", [np.full((3, 2, 1), "a"), [[[0.0], [1.0]], [[0.0]]]])
def test_text_and_ragged_passes(wrong):
    with pytest.raises(InputError, match=r"centres (has .* pass numbers|is no array)"):
        of_inputs(wrong, np.zeros((2, 16, 1)), [0, 1], 1.0)
    with pytest.raises(InputError, match="rows is no array"):
        of_inputs(np.zeros((3, 2, 1)), np.zeros((2, 16, 1)), [[0], [1, 2]], 1.0)


def test_labels_without_noise_before_the_layer():
    """The exact values of both, where the layer is deterministic."""
    rng = np.random.default_rng(5)
    t = rng.normal(size=(300, 2))
    y = (t[:, 0] + rng.normal(size=300) > 0).astype(int)
    few, many, rows = layer(rng, t, 0.0, k=16)
    found = sampled_propagation(few, many, rows, y, 0.5)
    for estimate, exact in zip(found, informations_with_noise(t, y, 0.5), strict=True):
        assert abs(estimate.value - exact.value) < 3.5 * math.hypot(estimate.std, exact.std)


def test_the_label_of_a_channel_of_two_steps():
    """Y is the sign of X, and X has nothing else: both are the binary channel's information."""
    inputs = np.repeat([-1.0, 1.0], 40)
    few, many, rows = layer(np.random.default_rng(6), inputs, 0.5, r=20)
    names = np.where(inputs > 0, "up", "down")
    for estimate in sampled_propagation(few, many, rows, names, 0.5):  # tolerance as above
        assert abs(estimate.value - two_inputs(0.5, 0.5)) < 3 * estimate.std + 0.02
    # a coin that has nothing to do with X
    _, nothing = sampled_propagation(few, many, rows, np.tile([0, 1], 40), 0.5)
    assert abs(nothing.value) < 3 * nothing.std + 0.02


def test_labels_are_one_for_each_input():
    with pytest.raises(InputError, match="labels have 2 rows"):
        sampled_propagation(np.zeros((3, 2, 1)), np.zeros((2, 16, 1)), [0, 1], [0, 1], 1.0)
