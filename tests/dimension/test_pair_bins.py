"""Bins of squared distances agree with those of all differences, however they were found."""

import math

import numpy as np
import pytest
import torch

from infoplane.dimension import pair_bins, pairs
from infoplane.dimension.pairs import count_pairs, distinct_rows

GROUPS = 5


def in_bins(rows, squares):
    """Counts in bins with these upper edges, from differences of all rows."""
    one, other = np.triu_indices(len(rows), 1)
    found = np.concatenate(
        [
            np.square(rows[a] - rows[b]).sum(axis=1)
            for a, b in zip(np.array_split(one, 50), np.array_split(other, 50), strict=True)
        ]
    )
    slots = np.searchsorted(squares, found, side="right")
    counts = np.bincount(slots, minlength=len(squares))
    touching = [
        np.bincount(slots[(one % GROUPS == g) | (other % GROUPS == g)], minlength=len(squares))
        for g in range(GROUPS)
    ]
    return counts, np.array(touching)


def same_as_differences(rows):
    unit_rows, _, _ = distinct_rows(rows)
    found = count_pairs(torch.as_tensor(unit_rows), GROUPS)
    counts, touching = in_bins(unit_rows, found.squares)
    assert counts.sum() == len(unit_rows) * (len(unit_rows) - 1) // 2
    assert np.array_equal(found.counts, counts)
    assert np.array_equal(found.touching, touching)
    return found


def clusters(n, d, width):
    rng = np.random.default_rng(3)
    return rng.normal(size=(7, d))[rng.integers(0, 7, n)] + width * rng.normal(size=(n, d))


def hard(kind):
    """Rows whose squares are hard to know from products, in float32 or at all."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(240, 70))
    match kind:
        case "pixels":
            return rng.integers(0, 256, (240, 784)).astype(float)
        case "zeros and ones":  # equal products, whose sums are rounded the same way each time
            return (rng.random((240, 784)) < 0.3).astype(float)
        case "whole numbers":  # squares that are edges, as 3 / 64 is: the unit is 8, the mean 0
            rows = rng.integers(-8, 9, (120, 40)).astype(float)
            return np.vstack([rows, -rows])
        case "grid":
            return np.stack(np.meshgrid(*[np.arange(-8.0, 9.0)] * 2), axis=-1).reshape(-1, 2)
        case "manifold":
            z = rng.random((240, 20))
            return np.tanh(z @ rng.normal(size=(20, 784)) / 3) + 0.01 * rng.normal(size=(240, 784))
        case "far from zero":
            return rows + 1e9
        case "tiny":
            return np.ldexp(rows, -1000)
        case "heavy tails":
            return rng.standard_cauchy((240, 300))
        case "heavy tails of rows":
            return rows * rng.standard_cauchy((240, 1)) ** 5
        case "half of them tiny":
            rows[::2] *= 1e-30
        case "some tiny":
            rows[80:120] *= 1e-19
            return np.vstack([rows[:120], -rows[:120]])  # whose median is 0
        case "near copies":
            rows[::2] = rows[1::2] + 1e-9 * rng.normal(size=(120, 70))
        case "two clusters":
            rows = np.sign(rows[:, :1]) + 1e-9 * rows
        case "float32":
            return rows.astype(np.float32)
        case far if far.startswith("outlier"):
            rows[0] = float(far.split()[1])
    return rows


@pytest.mark.parametrize("n", [5, 23, 150])
@pytest.mark.parametrize("d", [1, 3, 31, 32, 256, 257, 600])
def test_shapes(n, d):
    same_as_differences(np.random.default_rng([n, d]).normal(size=(n, d)) * 3 + 100)


@pytest.mark.parametrize(
    "kind",
    [
        "pixels",
        "zeros and ones",
        "whole numbers",
        "grid",
        "manifold",
        "far from zero",
        "tiny",
        "heavy tails",
        "heavy tails of rows",
        "half of them tiny",
        "some tiny",
        "near copies",
        "two clusters",
        "float32",
        *(f"outlier {far}" for far in ("1e5", "1e20", "1e25", "1e140")),
    ],
)
@pytest.mark.parametrize("single", [None, False, True])
@pytest.mark.filterwarnings("error")
def test_hard_rows(monkeypatch, kind, single):
    if single is not None:  # also where the other one would be faster
        monkeypatch.setattr(pair_bins, "_single_pays", lambda *_: single)
    same_as_differences(hard(kind))


@pytest.mark.parametrize("width", [0.3, 0.03, 1e-3, 1e-6])
@pytest.mark.parametrize("single", [False, True])
def test_in_either_format(monkeypatch, width, single):
    # Also where the other one is faster.
    monkeypatch.setattr(pair_bins, "_single_pays", lambda *_: single)
    same_as_differences(clusters(200, 80, width))


def test_float32_where_it_pays():
    def pays(rows):
        unit_rows, _, _ = distinct_rows(rows)
        exponent = round(math.log2(np.median(np.linalg.norm(unit_rows, axis=1))))
        share = (unit_rows.shape[1] + 10) * 2.0**-24
        return pair_bins._single_pays(unit_rows, exponent, share, 6)

    assert pays(hard("plain"))
    assert pays(hard("pixels"))
    assert pays(hard("outlier 1e25"))
    assert pays(clusters(200, 80, 0.3))
    assert not pays(clusters(200, 80, 1e-4))
    assert not pays(hard("two clusters"))
    assert not pays(hard("half of them tiny"))
    assert not pays(hard("plain")[:, :31])


def test_products_that_may_be_rounded_more():
    before = torch.get_float32_matmul_precision()
    rows = hard("manifold")[:, :700]
    same = same_as_differences(rows)
    assert pair_bins._single_is_whole(48, 256)
    try:
        torch.set_float32_matmul_precision("medium")  # bfloat16, where a CPU multiplies in it
        other = same_as_differences(rows)
    finally:
        torch.set_float32_matmul_precision(before)
    assert np.array_equal(same.counts, other.counts)


@pytest.mark.parametrize("kind", ["plain", "pixels", "zeros and ones", "manifold", "heavy tails"])
def test_squares_are_off_by_less_than_stated(kind):
    rows, _, _ = distinct_rows(hard(kind))
    d = rows.shape[1]
    (block,) = pair_bins._blocks(rows, np.arange(len(rows)), 240, pair_bins.SINGLE, 0)
    parts = math.ceil(d / 256)
    room = torch.empty((2, len(rows) ** 2), dtype=torch.float32)
    dots = pair_bins._dots(block.copies, block.copies, parts, room)
    both = block.lengths[:, None] + block.lengths
    squares = both - (dots + dots)
    exact = np.square(rows[:, None, :] - rows[None]).sum(axis=2)
    bound = (math.ceil(d / parts) + parts + 9) * 2.0**-24 * both.astype(float)
    assert (np.abs(squares - exact) < bound).all()


@pytest.mark.parametrize("d", [3, 50])
def test_blocks_and_threads_do_not_matter(monkeypatch, d):
    rows = np.random.default_rng(2).normal(size=(250, d))
    whole = same_as_differences(rows)
    monkeypatch.setattr(pair_bins, "MANY_PAIRS", 1)
    for most, threads in ((2**20, 3), (49, 1), (400, 2), (1, 1)):
        monkeypatch.setattr(pair_bins, "MOST_PAIRS", most)
        monkeypatch.setattr(torch, "get_num_threads", lambda threads=threads: threads)
        some = same_as_differences(rows)
        assert np.array_equal(whole.counts, some.counts)
        assert np.array_equal(whole.touching, some.touching)


@pytest.mark.parametrize("d", [1, 3, 50])
def test_the_way_of_a_gpu_agrees(d):
    rows, _, _ = distinct_rows(np.random.default_rng(4).normal(size=(301, d)))
    a = torch.as_tensor(rows)
    lengths = a.square().sum(dim=1)
    largest, usual = float(lengths.max()), float(lengths.median())
    first = pairs._key(2.0**pairs.LOWEST * usual)
    bins = pairs._key(4 * largest * (1 + 2.0**-6)) - first + 1
    found = pair_bins.between_groups(rows, GROUPS, usual, first, bins, 6)
    other = pairs._between_groups(a, GROUPS, largest, first, bins)
    for (g, h, ours), (k, m, theirs) in zip(found, other, strict=True):
        assert (g, h) == (k, m)
        # Theirs are known to 2^-13, and no square here is as close to an edge.
        assert np.array_equal(ours, theirs)
