"""Student vectors with a common radius: the closed form, and the law of what is drawn."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import digamma, gammaln

from infoplane.datasets.gaussian import CorrelatedGaussian, rho_for
from infoplane.datasets.student import Student
from infoplane.errors import InputError

EPS = np.finfo(float).eps


def known(d, nats, dof):
    return Student(d, nats, dof).information.value


@pytest.mark.parametrize(
    ("d", "nats", "dof", "information"),
    [
        *((5, 5.0, 1, 5.8013), (5, 5.0, 2, 5.4482), (5, 5.0, 3, 5.2985), (5, 5.0, 5, 5.1655)),
        *((5, 5.0, 10, 5.0644), (1, 0.0, 1, 0.2242), (2, 0.0, 1, 0.4319), (2, 0.0, 2, 0.1931)),
        *((3, 0.0, 2, 0.2909), (3, 0.0, 3, 0.1787), (5, 0.0, 2, 0.4482), (5, 0.0, 3, 0.2985)),
    ],
)
def test_known_values(d, nats, dof, information):
    assert known(d, nats, dof) == pytest.approx(information, abs=5e-5)


def test_values_of_elementary_functions():
    assert known(1, 0.0, 1.0) == pytest.approx(math.log(8 * math.pi) - 3, abs=1e-14)
    assert known(2, 0.0, 2.0) == pytest.approx(math.log(2) - 0.5, abs=1e-14)


@given(d=st.integers(1, 50), nats=st.floats(0, 10), dof=st.floats(0.5, 2000))
def test_the_closed_form_as_it_is_printed(d, nats, dof):
    def f(a):
        return gammaln(a / 2) - a / 2 * digamma(a / 2)

    c = f(dof) + f(dof + 2 * d) - 2 * f(dof + d)
    # Terms of size b log b, twice four of them, each rounded: at b = 1050, 7300.
    slack = 8 * EPS * (10 + (dof / 2 + d) * math.log(dof / 2 + d))
    assert known(d, nats, dof) == pytest.approx(nats + c, abs=slack + 4 * EPS * nats)


@pytest.mark.parametrize("d", [1, 5, 50])
@pytest.mark.parametrize("dof", [1e4, 1e6, 1e8, 1e10])
def test_what_the_radius_tells_vanishes_as_it_should(d, dof):
    """c = d^2 / 2 (dof + d)^2, up to terms relatively of 4 / 3 dof and d^2 / 2 (dof + d)^2."""
    told = known(d, 0.0, dof) / (d**2 / 2 / (dof + d) ** 2)
    # and rounding: of rests of size 1 / 3 dof, of which c is a part of dof / d^2
    assert told == pytest.approx(1, rel=2 / dof + (d / dof) ** 2 + 4 * EPS * dof)


def test_the_limit_is_the_gaussian():
    for dof in (1e12, 1e100, 1e308):
        assert known(5, 5.0, dof) == 5
    rows = Student(3, 2.0, dof=1e12).sample(1000, seed=4)
    same = CorrelatedGaussian(3, rho_for(2.0, 3)).sample(1000, seed=4)
    for student, gaussian in zip(rows, same, strict=True):
        # the radius scatters by sqrt(1 / 2 dof) about 1
        np.testing.assert_allclose(student, gaussian, rtol=6 * math.sqrt(0.5e-12))


@given(d=st.integers(1, 50), nats=st.floats(0, 10), dof=st.floats(0.5, 1e3), more=st.floats(0.1, 9))
def test_heavier_tails_and_more_columns_tell_more(d, nats, dof, more):
    assert known(d, nats, dof) > known(d, nats, dof + more * dof) > nats
    assert known(d + 1, 0.0, dof) > known(d, 0.0, dof)


@pytest.mark.parametrize("dof", [0.5, 1.0, 4.0, 50.0])
def test_the_law_of_rows(dof):
    """Columns are Student's t, the squared length of a row F: p below .001 is as good as never."""
    student = Student(d=3, nats=2.0, dof=dof)
    x, z = student.sample(4000, seed=1)
    assert x.shape == z.shape == (4000, 3)
    assert x.dtype == z.dtype == np.float64
    for column in np.hstack([x, z]).T:
        assert stats.kstest(column, stats.t(dof).cdf).pvalue > 1e-3
    rho = rho_for(2.0, 3)
    length = (x**2 + (z - rho * x) ** 2 / (1 - rho**2)).sum(axis=1) / 6
    assert stats.kstest(length, stats.f(6, dof).cdf).pvalue > 1e-3


def test_both_sides_of_a_row_share_one_radius():
    """Ratios within a row are those of the Gaussian pair, whatever the degrees of freedom."""
    heavy, light = (np.hstack(Student(dof=dof).sample(500, seed=2)) for dof in (0.5, 80.0))
    np.testing.assert_allclose(heavy / heavy[:, :1], light / light[:, :1], rtol=1e-12)
    assert not np.allclose(heavy, light)


def test_rows_are_finite_in_single_precision():
    """At the least dof: the largest of 10^6 values is near 10^12 times the usual, not 10^38."""
    for rows in Student(d=1, nats=0.0, dof=0.5).sample(500_000, seed=3):
        assert np.isfinite(rows.astype(np.float32)).all()


def test_what_is_new_in_the_second_is_exact_where_the_correlation_rounds_to_one():
    x, z = Student(d=2, nats=36.0, dof=3.0).sample(100_000, seed=5)
    # exp(-18) times a Cauchy variable, the median of whose size is 1: four standard errors; from
    # the rounded correlation it would be a fiftieth smaller
    found = np.median(np.abs(z / x - 1)) / math.exp(-18)
    assert found == pytest.approx(1, abs=4 * (math.pi / 2) / math.sqrt(200_000))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"d": 0}, "d=0 is not accepted: pass an integer >= 1"),
        ({"d": 2.0}, "d=2.0 is not accepted: pass an integer >= 1"),
        ({"nats": -0.1}, "nats=-0.1 is not accepted: pass a number >= 0 and <= 90"),
        ({"nats": 19, "d": 1}, "nats=19 is not accepted: pass a number >= 0 and <= 18"),
        ({"nats": math.nan}, "nats=nan is not accepted"),
        ({"dof": 0}, "dof=0 is not accepted: pass a number >= 0.5"),
        ({"dof": -1.0}, "dof=-1.0 is not accepted: pass a number >= 0.5"),
        ({"dof": math.inf}, "dof=inf is not accepted"),
        ({"dof": math.nan}, "dof=nan is not accepted"),
        ({"dof": "many"}, "dof='many' is not accepted"),
    ],
)
def test_bad_options(options, sentence):
    with pytest.raises(InputError, match=sentence):
        Student(**options)
