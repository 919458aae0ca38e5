"""Chapter 10: what one rho can say, from formulas, is what it says of many rows."""

import numpy as np
import pytest

from infoplane.chapters.flows.theory import expected, one_rho
from infoplane.datasets.bent import Bent
from infoplane.estimators.latents.correlation import correlation_layer


def correlations(d=4, nats=3.0):
    shares = Bent(d=d, nats=nats, correlations="unequal").shares
    return np.sqrt(-np.expm1(-2 * shares))


@pytest.mark.parametrize("s", [0.0, 0.3, 0.9, 0.999])
def test_of_equal_pairs_it_tells_the_truth(s):
    """To the root of the least number of which 1 is more than 1: near a maximum values are flat."""
    for said in one_rho(np.full(5, s)):
        assert said == pytest.approx(-2.5 * np.log(1 - s**2), abs=1e-6, rel=1e-6)


def test_of_unequal_pairs_it_tells_less_and_more_with_both_scales_free():
    white, free = one_rho(correlations())
    assert 0.5 < white < free < 3.0


def test_the_closed_form_says_it_of_many_rows():
    """Correlations of 200 000 rows are off by .002, and what they say by a little more."""
    rows = Bent(d=4, nats=3.0, correlations="unequal").draw(200_000, np.random.default_rng(0))
    layer = correlation_layer(*rows, rho="shared", by="likelihood")
    assert layer.information == pytest.approx(one_rho(correlations())[0], abs=0.02)


def test_no_scale_of_both_sides_is_more_likely():
    """Against a search over all scales of one pair at some rho."""
    s, rho = 0.7, 0.4
    w = np.linspace(0.05, 3, 20_000)
    each = 2 * np.log(w) - 0.5 * np.log(1 - rho**2) - w**2 * (1 - rho * s) / (1 - rho**2)
    assert w[each.argmax()] ** 2 == pytest.approx((1 - rho**2) / (1 - rho * s), abs=1e-3)


def test_of_the_chapter_s_own_pairs_the_free_model_finds_more():
    white, free = expected(50, 25.0)
    assert white == pytest.approx(15.2, abs=0.05)
    assert free == pytest.approx(20.5, abs=0.05)
