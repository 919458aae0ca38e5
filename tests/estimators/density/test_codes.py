"""Gauges: known volumes between them, invariances, closed forms, and codes without a density."""

import math

import numpy as np
import pytest
import torch

from infoplane.errors import InputError
from infoplane.estimators.density.codes import METHODS, code_entropies
from infoplane.estimators.density.gauges import GAUGES, live, normalised
from tests.estimators.density.test_gauges import MIX, NOT_CODES, code


def test_gauges_differ_by_their_volumes():
    rows = code(0)
    found = code_entropies(rows, methods=METHODS)
    std = rows.std(axis=0)
    assert found.column_stds == pytest.approx(std, rel=1e-12)
    rms = math.sqrt((std**2).mean())
    for method in METHODS:
        raw, one, unit = (found.values[gauge][method] for gauge in GAUGES[:3])
        assert raw - unit == pytest.approx(np.log(std).sum(), abs=1e-12)
        assert one - unit == pytest.approx(np.log(std / rms).sum(), abs=1e-12)
        assert found.stds["raw"][method] == found.stds["one scale"][method] > 0


@pytest.mark.parametrize("gauge", GAUGES)
def test_each_value_is_that_of_the_normalised_code(gauge):
    rows = code(1)
    whole = code_entropies(rows, methods=METHODS)
    # No gauge changes the cloud in another's eyes but the whitened one.
    of_gauge = code_entropies(normalised(rows, gauge), gauges=["raw"], methods=METHODS)
    if gauge == "whitened":
        alone = code_entropies(rows, gauges=[gauge], methods=METHODS)
        assert alone.values[gauge] == whole.values[gauge]
        assert list(alone.bandwidths) == ["whitened"]
        assert of_gauge.values["raw"]["wkl"] == pytest.approx(whole.values[gauge]["wkl"], abs=1e-9)
    else:
        assert of_gauge.values["raw"] == pytest.approx(whole.values[gauge], abs=1e-9)


def test_invariances():
    rows = code(3)
    methods = ("loo", "plug-in", "wkl")  # whose answers have no draws, which do not turn along
    before = code_entropies(rows, methods=methods).values
    changed = {
        "raw": rows + 7,
        "one scale": 5 * rows - 1,
        "unit variance": rows * [3, 0.1, 40],
        "whitened": rows @ np.array([[1.0, 2.0, 0.0], [0.0, -1.0, 3.0], [0.3, 0.0, 0.2]]),
    }
    for gauge, other in changed.items():
        after = code_entropies(other, gauges=[gauge], methods=methods).values[gauge]
        assert after == pytest.approx(before[gauge], abs=1e-8)
    # And what a gauge does not forgive, the others do not hide.
    assert code_entropies(changed["whitened"], methods=["wkl"]).values["one scale"][
        "wkl"
    ] != pytest.approx(before["one scale"]["wkl"], abs=0.1)


def test_gaussian_closed_forms():
    d, n, seeds = 2, 1000, 3
    covariance = np.array([[4.0, 0.9], [0.9, 0.5]])
    unit = covariance / np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
    ball = d / 2 * math.log(2 * math.pi * math.e)
    truth = {
        "raw": ball + 0.5 * math.log(np.linalg.det(covariance)),
        "one scale": ball + 0.5 * math.log(np.linalg.det(covariance / (4.5 / 2))),
        "unit variance": ball + 0.5 * math.log(np.linalg.det(unit)),
        "whitened": ball,
    }
    root = np.linalg.cholesky(covariance).T
    draws = [np.random.default_rng(s).normal(size=(n, d)) @ root for s in range(seeds)]
    found = [code_entropies(rows, methods=["loo"]) for rows in draws]
    for gauge, h in truth.items():
        mean = np.mean([f.values[gauge]["loo"] for f in found])
        std = math.sqrt(sum(f.stds[gauge]["loo"] ** 2 for f in found)) / seeds
        # kde_entropy states a bias of .02 at n = 500 for round clouds; the correlation of .64
        # makes the narrow axis .6, on which the kernels are 1.7 times wider than the best.
        assert abs(mean - h) < 3.5 * std + 0.05
    assert np.mean([f.half_log_det for f in found]) == pytest.approx(
        0.5 * math.log(np.linalg.det(unit)),
        # log(1 - rho^2) / 2 has a standard error of rho / sqrt(n)
        abs=3.5 * 0.64 / math.sqrt(n * seeds),
    )


def test_correlated_columns_are_better_known_whitened_and_said_to_be():
    z = np.random.default_rng(4).normal(size=(400, 2))
    rows = np.column_stack([z[:, 0], z[:, 0] + 0.01 * z[:, 1]])
    found = code_entropies(rows, methods=["loo"])
    (told,) = [w for w in found.warnings if "shape of the covariance" in w]
    gap = (
        found.values["unit variance"]["loo"] - found.values["whitened"]["loo"] - found.half_log_det
    )
    assert f"by {gap:.3g} nats" in told
    assert not code_entropies(z, methods=["loo"]).warnings


def test_dead_units_are_named_and_left_out():
    rows = code(5, d=2)
    noise = 1 + np.float32(1e-7) * np.random.default_rng(0).integers(0, 2, 300)  # rounding
    both = np.column_stack([np.full(300, 0.3), rows, noise]).astype(np.float32)
    alive, warnings = live(both)
    assert alive.tolist() == [False, True, True, False]
    assert warnings == [
        "code units 0, 3 are constant (dead units): they are left out, and the dimension counted "
        "without"
    ]
    found = code_entropies(both, methods=["loo"])
    expected = code_entropies(both[:, 1:3], methods=["loo"])
    assert found.values == expected.values
    assert found.dimension == 2
    assert found.warnings == (*warnings, *expected.warnings)
    assert found.column_stds[0] == 0
    assert normalised(both, "whitened").shape == (300, 2)
    _, one = live(both[:, :2])
    assert one[0].startswith("code unit 0 is constant (a dead unit): it is left out")


def test_tensors_and_extreme_units():
    rows = code(6)
    before = code_entropies(rows, methods=["loo"]).values
    tensor = code_entropies(torch.as_tensor(rows), methods=["loo"]).values
    assert tensor == before
    huge = code_entropies(rows * 2.0**900, methods=["loo"]).values
    for gauge in GAUGES[1:]:
        assert huge[gauge] == pytest.approx(before[gauge], abs=1e-8)
    change = huge["raw"]["loo"] - before["raw"]["loo"]
    assert change == pytest.approx(3 * 900 * math.log(2), abs=1e-8)


def test_one_column_is_the_same_whitened_but_for_its_edges():
    rows = np.random.default_rng(7).normal(size=200)
    found = code_entropies(rows, methods=["wkl"])
    assert found.values["whitened"] == pytest.approx(found.values["one scale"], abs=1e-9)
    assert found.half_log_det == pytest.approx(0, abs=1e-12)
    assert found.bandwidths == {}


def saturated():
    # more than half at +1 or -1 in both columns
    return np.tanh(20 * np.random.default_rng(8).normal(size=(200, 2))).astype(np.float32)


@pytest.mark.parametrize(
    ("codes", "match"),
    [
        (np.full((9, 2), 3.0), "codes has 2 columns, and all are constant"),
        (np.eye(5), "codes has 5 rows of 5 columns that are not constant"),
        (np.arange(3.0), "codes has 3 rows of 1 columns"),
        (saturated(), r"% of the rows of codes have an exact copy.* at most 5 % are accepted"),
        (code(9) @ np.diag([1, 1, 0]) @ MIX, "codes has 3 columns that lie in 2 dimensions"),
        (np.array([[0.0], [math.nan], [1.0], [2.0]]), "codes has 1 values that are NaN"),
        (np.zeros((2, 2, 2)), "codes has shape"),
        *NOT_CODES,
    ],
)
def test_codes_without_a_density(codes, match):
    with pytest.raises(InputError, match=match):
        code_entropies(codes)


def test_few_copies_and_outliers_are_told_of_codes_and_once():
    rows = code(10)
    rows[:3] = rows[0]
    rows[9, 1] = 1e4
    dead = np.column_stack([np.ones(300), rows])
    told = code_entropies(dead, methods=["loo", "wkl"]).warnings
    assert sum("1 % of the rows of codes have an exact copy" in w for w in told) == 1
    assert sum("column 2 of codes has outliers" in w for w in told) == 1
    assert not any("of rows" in w for w in told)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        (
            {"gauges": ["white"]},
            "gauges='white' does not exist: choose one of raw, one scale, unit variance, white",
        ),
        ({"gauges": "raw"}, "gauges='raw' is not accepted: pass a list"),
        ({"gauges": []}, r"gauges=\[\] is not accepted"),
        ({"gauges": None}, "gauges=None is not accepted: pass a list"),
        ({"gauges": 5}, "gauges=5 is not accepted: pass a list"),
        ({"methods": [[1]]}, r"methods=\[1\] does not exist: choose one of loo, monte-carlo"),
        ({"methods": ["loo", "loo"]}, "methods=.* different names"),
        ({"methods": ["mc"]}, "methods='mc' does not exist: choose one of loo, monte-carlo"),
        ({"seed": -1}, "seed=-1"),
        ({"device": "gpu"}, "device='gpu'"),
    ],
)
def test_options_out_of_range(options, match):
    with pytest.raises(InputError, match=match):
        code_entropies(code(11), **options)
