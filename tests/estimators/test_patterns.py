import itertools
import math
import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from infoplane.errors import InputError
from infoplane.estimators import Binning, entropy, symbols
from infoplane.estimators.patterns import layer_information

# Sums of n <= 4096 terms c/n log(n/c), in whatever order: rounding is below n times 1e-16.
ROUNDING = 1e-12


def slow(t, labels, bins, limits):
    """One member by `symbols`, `entropy` and `Binning`: both coordinates, each with its error."""
    if limits == "layer" and t.dtype.kind == "f":
        limits = (float(t.min()), float(t.max()))
        t = t if limits[0] < limits[1] else np.zeros(t.shape, dtype=int)
    codes = symbols(t, bins=bins, limits=limits if isinstance(limits, tuple) else None)
    estimate = Binning().estimate(codes, labels)
    alone = Binning().estimate(codes, np.arange(len(codes)))
    assert alone.value == pytest.approx(entropy(codes), abs=ROUNDING)
    return entropy(codes), alone.std, estimate.value, estimate.std


def assert_slow(t, labels, bins=30, limits="layer"):
    fast = layer_information(t, labels, bins=bins, limits=limits)
    a = np.asarray(t)
    lead = a.shape[:-2]
    each = np.broadcast_to(labels, (*lead, a.shape[-2]))
    for index in np.ndindex(lead):
        found = [float(values[index]) for values in fast]
        expected = slow(a[index], each[index], bins, limits)
        assert found[0::2] == pytest.approx(expected[0::2], abs=ROUNDING)
        # An error that is 0 is the root of squared rounding on one side or the other.
        assert found[1::2] == pytest.approx(expected[1::2], abs=1e-9)


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    lead=st.sampled_from([(), (1,), (5,), (2, 3), (0, 2)]),
    n=st.integers(4, 60),
    d=st.integers(1, 15),
    dtype=st.sampled_from([np.float32, np.float64, np.float16, np.int64, np.int8]),
    bins=st.sampled_from([2, 3, 10, 30, 2**31 - 1]),
    limits=st.sampled_from(["layer", "unit", (-1.0, 1.0), (-0.3, 2.0)]),
    own=st.booleans(),
)
def test_slow_and_fast_agree(seed, lead, n, d, dtype, bins, limits, own):
    rng = np.random.default_rng(seed)
    # Rounded to steps of a fifth, so that values repeat and fall on edges of bins.
    t = np.round(rng.normal(size=(*lead, n, d)) * 5) / 5 * (1 if dtype().dtype.kind == "f" else 5)
    labels = rng.integers(-3, 4, size=(*lead, n) if own else n)
    assert_slow(t.astype(dtype), labels, bins, limits)


@pytest.mark.parametrize("limits", ["layer", "unit", (0.0, 1.0)])
def test_every_edge_lies_in_the_same_bin_as_in_binning(limits):
    # k / bins and its two neighbours, in both precisions: floor may go either way on each of them.
    for bins, dtype in itertools.product((3, 7, 30), (np.float32, np.float64)):
        edges = np.linspace(0, 1, bins + 1).astype(dtype)
        ends = np.array([-np.inf, np.inf], dtype=dtype)
        t = np.concatenate([edges, *(np.nextafter(edges, end) for end in ends)])[:, None]
        assert_slow(t, np.arange(len(t)) % 3, bins, limits)


def test_wide_layers_are_renumbered():
    rng = np.random.default_rng(0)
    t = rng.integers(0, 3, size=(7, 300, 40)).astype(np.float32)
    t[:, 150:] = t[:, :150]  # so that patterns repeat, in spite of 40 columns
    t[3, :, 20:] = 0.5
    rows = np.arange(300)
    for labels in (rows % 4, rows):
        assert_slow(t, labels, bins=30)
        assert_slow(t, labels, bins=2**31 - 1, limits="unit")
    found = layer_information(t[:3]).inputs
    assert found == pytest.approx(np.full(3, math.log(150)), abs=ROUNDING)


@pytest.mark.parametrize("d", [11, 12, 13, 25, 40])
def test_the_first_unit_counts_however_many_follow(d):
    # 32^d is 2^(5 d): an overflow, of patterns from 13 columns on and together with the 7 bits of
    # the label from 12 on, drops the first column and nothing else.
    t = np.zeros((2, 100, d))
    t[:, :, 0] = np.arange(100) % 32
    t[:, 0, 1:] = 31
    for labels in (np.arange(100), np.arange(100) % 5):
        assert_slow(t, labels, bins=32)
    assert layer_information(t, np.arange(100), bins=32).inputs[0] > math.log(30)


def test_chunks_change_nothing(monkeypatch):
    rng = np.random.default_rng(1)
    t, labels = rng.normal(size=(4, 5, 50, 3)), rng.integers(3, size=(4, 5, 50))
    whole = layer_information(t, labels, bins=4)
    for rows in (1, 50, 149, 150):
        monkeypatch.setattr("infoplane.estimators.patterns.ROWS", rows)
        parts = layer_information(t, labels, bins=4)
        assert np.array_equal(whole, parts)


@pytest.mark.parametrize("n", [1, 2, 64, 1000])
def test_layers_whose_answer_is_known(n):
    rows = np.arange(n)
    y = rows % 2
    h_y = entropy(y)
    identity = np.stack([rows, rows[::-1]], axis=1) / n
    constant = np.full((n, 2), 0.1)
    sign = np.where(y == 1, 1.0, -1.0)[:, None] * [1.0, -1.0]
    result = layer_information(np.stack([identity, constant, sign]), y, bins=n + 2)
    assert result.inputs == pytest.approx([math.log(n), 0, h_y], abs=ROUNDING)
    assert result.labels == pytest.approx([h_y, 0, h_y], abs=ROUNDING)
    # Every row and every symbol is as surprising as any other, for even n.
    assert result.inputs_std == pytest.approx(np.zeros(3), abs=1e-9)
    assert not np.signbit(result.inputs).any()


def test_the_range_is_the_layers_the_units_or_given():
    # The second unit moves by a hundredth of the first one's range.
    t = np.array([[0.0, 0.0], [0.0, 0.01], [1.0, 0.0], [1.0, 0.01]])
    assert layer_information(t).inputs == pytest.approx(math.log(2))
    assert layer_information(t, limits="unit").inputs == pytest.approx(math.log(4))
    assert layer_information(t, limits=(0, 0.01)).inputs == pytest.approx(math.log(4))
    assert layer_information(t, limits=[2, 3]).inputs == 0
    # A range belongs to a member: the same layer a hundred times larger has the same patterns.
    both = layer_information(np.stack([t, 100 * t]), [0, 0, 1, 1])
    assert both.inputs[0] == both.inputs[1]
    fixed = layer_information(np.stack([t, 100 * t]), limits=(-1, 1))
    assert fixed.inputs == pytest.approx([math.log(2), math.log(4)])


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 50), d=st.integers(1, 4))
def test_bounds_and_invariance(seed, n, d):
    rng = np.random.default_rng(seed)
    t, y = rng.normal(size=(3, n, d)), rng.integers(3, size=n)
    result = layer_information(t, y, bins=5)
    assert (result.inputs <= math.log(n) + ROUNDING).all()
    assert (result.labels >= -ROUNDING).all()
    assert (result.labels <= np.minimum(result.inputs, entropy(y)) + ROUNDING).all()
    rows, units = rng.permutation(n), rng.permutation(d)
    moved = layer_information(t[:, rows][..., units] * 4, 7 - 2 * y[rows], bins=5)
    assert np.allclose(moved, result, rtol=0, atol=1e-9)
    # Halving every bin can only add information about anything.
    finer = layer_information(t, y, bins=10)
    assert (finer.inputs >= result.inputs - ROUNDING).all()
    assert (finer.labels >= result.labels - ROUNDING).all()


def test_any_kind_of_array():
    rng = np.random.default_rng(2)
    t = rng.normal(size=(6, 2, 40, 3)).astype(np.float32)
    y = rng.integers(2, size=40)
    expected = np.array(layer_information(t, y))
    swapped = np.ascontiguousarray(t.transpose(2, 0, 1, 3)).transpose(1, 2, 0, 3)
    tensor = torch.tensor(t, requires_grad=True)
    for same in (swapped, t.astype(np.float64), tensor, t.tolist()):
        assert np.array_equal(layer_information(same, torch.tensor(y)), expected)
    half = torch.tensor(t).bfloat16()
    assert np.array_equal(layer_information(half, y), layer_information(half.double(), y))
    assert np.array_equal(layer_information(t > 0, y), layer_information((t > 0) * 1.0, y))
    assert np.isnan(layer_information(t).labels).all()
    assert np.array_equal(layer_information(t).inputs, expected[0])


def test_memory_does_not_grow_with_the_plane():
    t = np.random.default_rng(3).normal(size=(2, 50, 4096, 10)).astype(np.float32)
    y = np.arange(4096) % 2
    tracemalloc.start()
    layer_information(t, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # 100 bytes and two copies of ten float32 for each of 16 384 rows are 2.9 MB, and half as
    # much again for what else there is; the plane in float64 would be 33 MB.
    assert peak < 4.4e6


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"bins": 1}, "bins=1"),
        ({"limits": "units"}, "limits='units'"),
        ({"limits": None}, "limits=None"),
        ({"limits": (1.0, 1.0)}, r"limits=\(1\.0, 1\.0\)"),
        ({"limits": (0.0, math.nan)}, "limits="),
    ],
)
def test_options_out_of_range(options, match):
    t = np.zeros((2, 4, 1))
    with pytest.raises(InputError, match=match):
        layer_information(t, np.zeros(4, dtype=int), **options)


@pytest.mark.parametrize(
    ("t", "labels", "match"),
    [
        (np.zeros(4), None, r"t has shape \(4,\).*t\[:, None\]"),
        (np.zeros((0, 3)), None, r"t has shape \(0, 3\)"),
        (np.zeros((3, 0)), None, r"t has shape \(3, 0\)"),
        ([[1.0], [1.0, 2.0]], None, "t is no array"),
        ([["a"], ["b"]], None, "dtype <U1: pass numbers"),
        (np.ma.masked_array(np.zeros((2, 1)), [[0], [1]]), None, "t is a masked array"),
        (np.zeros((2, 4, 1)), np.full(4, 0.5), "labels has values between integers"),
        (np.zeros((2, 4, 1)), [0, 1, 0], r"labels has shape \(3,\): \(4,\) or \(2, 4\)"),
        (np.zeros((4, 1)), [0, 1, 0], r"labels has shape \(3,\): \(4,\) is accepted"),
    ],
)
def test_input_without_an_answer(t, labels, match):
    with pytest.raises(InputError, match=match):
        layer_information(t, labels)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("limits", ["layer", "unit", (-1.0, 1.0)])
def test_missing_values_are_named(bad, limits):
    t = np.random.default_rng(4).normal(size=(3, 20, 1000, 2)).astype(np.float32)
    t[2, 17, 5, 1] = bad
    with pytest.raises(InputError, match=r"^t\[2, 17\] has 1 values .* row 5, column 1"):
        layer_information(t, limits=limits)
    with pytest.raises(InputError, match=r"^t has 1 values"):
        layer_information(t[2, 17], limits=limits)
