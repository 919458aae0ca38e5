"""Compiled sums over pairs agree with the formula, and with PyTorch beside the largest term."""

import math

import numpy as np
import pytest
import torch

from infoplane.estimators.density import kernels, pair_sums


def all_squares(rows):
    """(n, n), as the formula is written; no row is another one of itself."""
    squares = np.square(rows[:, None] - rows).sum(axis=2)
    np.fill_diagonal(squares, np.inf)
    return squares


# Blocks are of 256 rows, of fewer beyond 128 columns; columns go by fours.
@pytest.mark.parametrize("n", [2, 3, 255, 256, 257, 600])
@pytest.mark.parametrize("d", [1, 3, 4, 9])
def test_sums_agree_with_the_formula(n, d):
    rng = np.random.default_rng([n, d])
    rows, widths = rng.normal(size=(n, d)), np.array([0.2, 1.0, 30.0])
    weights = rng.random((3, n))
    squares = all_squares(rows)
    found = pair_sums.kernel_sums(rows, widths, weights)
    for h, weight, sums in zip(widths, weights, found, strict=True):
        # An exponent is rounded to its share of 2^-52, and is at most 708 where it counts.
        assert sums == pytest.approx(np.exp(-0.5 * squares / h**2) @ weight, rel=1e-12, abs=1e-290)
    assert pair_sums.nearest_squares(rows) == pytest.approx(squares.min(axis=1), rel=1e-14)


@pytest.mark.parametrize("d", [130, 2000])
def test_blocks_of_many_columns_are_smaller(d):
    rows = np.random.default_rng(d).normal(size=(70, d))
    squares = all_squares(rows)
    found = pair_sums.kernel_sums(rows, np.array([math.sqrt(d)]), np.ones((1, 70)))[0]
    assert found == pytest.approx(np.exp(-0.5 * squares / d).sum(axis=1), rel=1e-12)
    assert pair_sums.nearest_squares(rows) == pytest.approx(squares.min(axis=1), rel=1e-12)


def test_threads_do_not_matter(monkeypatch):
    rows = np.random.default_rng(1).normal(size=(1100, 2))
    widths, weights = np.array([0.1, 1.0]), np.ones((2, 1100))
    monkeypatch.setattr(pair_sums, "MANY_ROWS", 1)
    found = []
    for threads in (1, 2, 3, 16):
        monkeypatch.setattr(torch, "get_num_threads", lambda threads=threads: threads)
        found.append(pair_sums.kernel_sums(rows, widths, weights))
        found.append(pair_sums.nearest_squares(rows)[None])
    for i in range(2, len(found)):
        assert np.array_equal(found[i], found[i % 2])


def test_powers_of_two():
    exponents = np.linspace(-1021, 0, 100_001)
    found = np.empty(len(exponents))
    pair_sums._powers(exponents, 1.0, found)
    # Two units in the last place: one of the polynomial, one of what it is compared with.
    assert found == pytest.approx(np.exp2(exponents), rel=2**-51)
    pair_sums._powers(np.array([1e300, 1022.0]), -1.0, found[:2])
    assert found[:2].tolist() == [2**pair_sums.LOWEST] * 2


def hard(kind):
    """Rows in standard units with what kernels may stumble over."""
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(400, 2))
    match kind:
        case "outlier":  # beside which the others are one point to 1e-6
            rows[0] = 1e6
        case "heavy tails":
            rows = rng.standard_cauchy(size=(400, 2)) ** 3
        case "two clusters":
            rows = np.sign(rows) + 1e-9 * rng.normal(size=(400, 2))
        case "near copies":
            rows[200:] = rows[:200] + 1e-12 * rng.normal(size=(200, 2))
        case "copies":
            rows[:9] = rows[20]
        case "far from the origin":
            rows += 1e8
        case "many columns":
            rows = rng.normal(size=(40, 1500))
        case "two rows":
            rows = rows[:2]
    return torch.as_tensor(rows / rows.std(axis=0))


@pytest.mark.parametrize("truncate", [False, True])
@pytest.mark.parametrize(
    "kind",
    [
        "plain",
        "outlier",
        "heavy tails",
        "two clusters",
        "near copies",
        "copies",
        "far from the origin",
        "many columns",
        "two rows",
    ],
)
def test_agrees_with_sums_beside_the_largest_term(kind, truncate):
    rows = hard(kind)
    edges = kernels.box(rows, truncate)
    # From kernels that see no other row, of which every term underflows, to flat ones.
    widths = [1e-9, 1e-6, 1e-3, 0.02, 0.3, 2.0, 1e3]
    own = torch.arange(len(rows))
    found = kernels._log_sums_of_others(rows, widths, edges)
    slow, _ = kernels._log_sums(rows, rows, widths, edges, own)
    # A logarithm is an exponent rounded to 2^-52 of its size, a few times over, and a sum.
    errors = (found - slow).abs() / slow.abs().clamp(min=1)
    assert float(errors.max()) < 1e-13
    _, tops = kernels._log_sums(rows, rows, [1.0], kernels.box(rows, False), own)
    nearest = kernels.nearest(rows)
    assert nearest.numpy() == pytest.approx(-2 * tops[0].numpy(), rel=1e-12, abs=1e-300)


def test_of_a_sum_of_denormal_weights_nothing_is_lost():
    # In a box of which a corner kernel has the share 2^-d, weights span 2^d.
    rows = torch.as_tensor(np.random.default_rng(3).random((30, 1200)))
    edges = (torch.zeros(1200, dtype=torch.float64), torch.ones(1200, dtype=torch.float64))
    rows[0], rows[1] = 0.0, 0.5
    found = kernels._log_sums_of_others(rows, [0.01, 1.0, 1000.0], edges)
    slow, _ = kernels._log_sums(rows, rows, [0.01, 1.0, 1000.0], edges, torch.arange(30))
    assert found.numpy() == pytest.approx(slow.numpy(), rel=1e-12)


def test_the_bandwidth_is_that_of_the_slow_sums(monkeypatch):
    rng = np.random.default_rng(4)
    scales = np.vstack([rng.normal(size=(150, 1)) * 1e-3, rng.normal(size=(150, 1))])
    for rows in (rng.normal(size=(300, 3)), scales, rng.standard_t(2, size=(300, 1))):
        a = torch.as_tensor((rows - rows.mean(axis=0)) / rows.std(axis=0))
        edges = kernels.box(a, truncate=True)
        found = kernels.likeliest([a, a[:50]], edges)
        with monkeypatch.context() as patch:
            patch.setattr(
                kernels,
                "_log_sums_of_others",
                lambda g, w, e: kernels._log_sums(g, g, w, e, torch.arange(len(g)))[0],
            )
            assert kernels.likeliest([a, a[:50]], edges) == found
