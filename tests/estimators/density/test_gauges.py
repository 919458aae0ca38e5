"""Gauges of a code: moments of the rows in each, and what is no code."""

import re

import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.estimators.density.gauges import GAUGES, live, normalised

MIX = np.array([[2.0, 0.3, 0.0], [0.0, 1.0, -0.4], [0.5, 0.0, 0.7]])

NOT_CODES = [
    (list("abcdef"), "codes holds text, which has no density: give numbers"),
    ([["a", "b"]] * 6, "codes holds text, which has no density: give numbers"),
    ([], r"codes has shape \(0, 1\), and so no rows"),
    (np.zeros((0, 3), dtype=int), r"codes has shape \(0, 3\), and so no rows"),
]


def code(seed, n=300, d=3):
    """Correlated columns of different scales, not Gaussian, off centre."""
    z = np.random.default_rng(seed).random((n, d))
    return (z**1.5) @ MIX[:d, :d] + 4


def test_normalised_rows_have_the_moments_of_their_gauge():
    rows = code(2)
    covariances = {g: np.cov(normalised(rows, g), rowvar=False, bias=True) for g in GAUGES}
    assert (normalised(rows, "raw") == rows).all()
    assert covariances["whitened"] == pytest.approx(np.eye(3), abs=1e-9)
    assert np.diag(covariances["unit variance"]) == pytest.approx(np.ones(3), abs=1e-12)
    assert np.trace(covariances["one scale"]) == pytest.approx(3, abs=1e-12)
    # One scale is a similarity: the ratios of all distances stay.
    ratio = covariances["one scale"] / np.cov(rows, rowvar=False)
    assert ratio == pytest.approx(np.full((3, 3), ratio[0, 0]), rel=1e-9)
    for gauge in GAUGES[1:]:
        assert normalised(rows, gauge).mean(axis=0) == pytest.approx(np.zeros(3), abs=1e-12)


@pytest.mark.parametrize(("codes", "match"), NOT_CODES)
@pytest.mark.parametrize("function", [live, lambda codes: normalised(codes, "raw")])
def test_what_is_no_code(function, codes, match):
    with pytest.raises(InputError, match=match):
        function(codes)


@pytest.mark.parametrize("gauge", ["rescaled", ["raw"], None])
def test_unknown_gauge(gauge):
    told = re.escape(f"gauge={gauge!r} does not exist: choose one of raw, one scale")
    with pytest.raises(InputError, match=told):
        normalised(code(12), gauge)
