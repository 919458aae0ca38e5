"""Mixed and bent pairs: what was done can be undone, and is hidden from those it should be."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoplane.datasets.bent import BENDS, CORRELATIONS, Bent, mixing
from infoplane.errors import InputError
from infoplane.estimators import CCA
from infoplane.estimators.cca import canonical_correlations

N = 20_000


def root(y):
    """The t with t^3 + t = y: sinh 3u = 3 sinh u + 4 sinh^3 u, with t = 2 sinh(u) / sqrt 3."""
    return 2 / math.sqrt(3) * np.sinh(np.arcsinh(1.5 * math.sqrt(3) * y) / 3)


INVERSES = {"none": np.positive, "sinh": np.arcsinh, "cubic": root, "asinh": np.sinh}


def correlations(bent):
    return np.sqrt(-np.expm1(-2 * bent.shares))


def test_every_bend_has_an_inverse_and_increases():
    at = np.linspace(-6, 6, 1001)
    assert set(INVERSES) == set(BENDS)
    for bend, inverse in INVERSES.items():
        assert (np.diff(BENDS[bend](at)) > 0).all()
        np.testing.assert_allclose(inverse(BENDS[bend](at)), at, atol=1e-12)


def test_no_bijection_changes_the_information():
    choices = itertools.product(CORRELATIONS, (False, True), BENDS, (False, True))
    assert {Bent(7, 3.5, *choice).information.value for choice in choices} == {3.5}
    assert Bent().information.value == 25


@given(d=st.integers(1, 60), share=st.floats(0, 6), spread=st.sampled_from(list(CORRELATIONS)))
def test_shares_add_up(d, share, spread):
    bent = Bent(d, share * d, spread)
    assert bent.shares.shape == (d,)
    assert bent.shares.sum() == pytest.approx(share * d, rel=1e-12, abs=1e-300)
    expected = np.arange(1, d + 1) ** 2 if spread == "unequal" else np.ones(d)
    parts = bent.shares[-1] * expected / expected[-1]
    np.testing.assert_allclose(bent.shares, parts, rtol=1e-12, atol=1e-300)
    # d^3 / sum of j^2 is below 3
    assert bent.shares[-1] <= (3 if spread == "unequal" else 1) * share + 1e-12


@pytest.mark.parametrize("spread", CORRELATIONS)
@pytest.mark.parametrize("d", [1, 6])
def test_canonical_correlations_are_those_of_the_pairs(spread, d):
    """Turned or not: squared ones by their sum, the information by its standard error."""
    for rotated in (False, True):
        bent = Bent(d, 0.6 * d, spread, rotated)
        x, z = bent.sample(N, seed=1)
        assert x.shape == z.shape == (N, d)
        assert x.dtype == z.dtype == np.float64
        found = np.sort(canonical_correlations(x, z))
        # each by chance within 4 (1 - rho^2) / sqrt(n), neighbours push each other apart by about
        # as much, and the squares are too high by d / n
        np.testing.assert_allclose(found, np.sort(correlations(bent)), atol=0.06)
        estimate = CCA().estimate(x, z)
        assert abs(estimate.value - 0.6 * d) < 4 * estimate.std


def test_moments_are_those_of_pairs_once_turned_back():
    bent = Bent(4, 3.0, "unequal")
    x, z = bent.sample(N, seed=2)
    joint = np.hstack([x @ mixing(4, 0).T, z @ mixing(4, 1).T])
    cross = np.diag(correlations(bent))
    expected = np.block([[np.eye(4), cross], [cross, np.eye(4)]])
    # the standard error of a covariance is at most sqrt(2 / n): five of them over 36 entries
    assert np.abs(np.cov(joint.T) - expected).max() < 5 * math.sqrt(2 / N)
    assert np.abs(joint.mean(axis=0)).max() < 5 / math.sqrt(N)


@pytest.mark.parametrize("bend", BENDS)
def test_what_was_bent_and_mixed_comes_back(bend):
    straight = Bent(5, 4.0).sample(300, seed=3)
    bent = Bent(5, 4.0, bend=bend).sample(300, seed=3)
    mixed = Bent(5, 4.0, bend=bend, mixed=True).sample(300, seed=3)
    for side in (0, 1):
        back = mixed[side] @ mixing(5, side, after=True).T
        np.testing.assert_allclose(back, bent[side], atol=1e-12 * np.abs(bent[side]).max())
        np.testing.assert_allclose(INVERSES[bend](bent[side]), straight[side], atol=1e-12)
        assert bend == "none" or not np.allclose(bent[side], straight[side])
        assert not np.allclose(mixed[side], bent[side])


def test_matrices_belong_to_the_problem_and_not_to_the_sample():
    """Found by least squares, from samples of several seeds: the same of every seed."""
    turns = []
    for seed in (0, 1, 2):
        rows = zip(Bent(4, rotated=False).sample(50, seed), Bent(4).sample(50, seed), strict=True)
        turns.append([np.linalg.lstsq(plain, turned, rcond=None)[0] for plain, turned in rows])
    np.testing.assert_allclose(turns[1], turns[0], atol=1e-12)
    np.testing.assert_allclose(turns[2], turns[0], atol=1e-12)
    assert np.abs(turns[0][0] - turns[0][1]).max() > 0.1  # each side has its own


@pytest.mark.parametrize("d", [1, 2, 3, 50])
def test_matrices_are_orthogonal_and_kept(d):
    found = [mixing(d, side, after=after) for side in (0, 1) for after in (False, True)]
    for turn in found:
        np.testing.assert_allclose(turn @ turn.T, np.eye(d), atol=1e-13)
        with pytest.raises(ValueError, match="read-only"):
            turn[0, 0] = 0
    for a, b in itertools.combinations(found, 2):
        assert d == 1 or not np.allclose(a, b)


def test_matrices_are_uniform():
    """In a factor of LAPACK's the first entry is never positive; here it is half of the time."""
    first = np.array([mixing(d, side)[0, 0] for d in range(2, 60) for side in (0, 1)])
    assert abs((first > 0).mean() - 0.5) < 4 * 0.5 / math.sqrt(len(first))
    # of d entries whose squares add up to 1 the first has its share: d times it is near chi^2
    scaled = np.array([d * mixing(d, side)[0, 0] ** 2 for d in range(2, 60) for side in (0, 1)])
    assert abs(scaled.mean() - 1) < 4 * math.sqrt(2 / len(scaled))


@pytest.mark.parametrize("bend", ["sinh", "cubic", "asinh"])
def test_maps_of_columns_undo_a_bend_and_not_a_mixed_one(bend):
    """Normal scores by rank are the inverse of every bend, where each column has one of its own."""
    by_column = CCA(margins="normal-scores")
    for rotated in (False, True):
        found = by_column.estimate(*Bent(2, 3.0, rotated=rotated, bend=bend).sample(N, seed=4))
        # ranks cost little: their own scatter is that of the scores, 1 / n for each
        assert abs(found.value - 3) < 4 * found.std
    found = by_column.estimate(*Bent(2, 3.0, bend=bend, mixed=True).sample(N, seed=4))
    assert found.value < 3 - 4 * found.std


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"d": 0}, "d=0 is not accepted: pass an integer >= 1"),
        ({"d": "2"}, "d='2' is not accepted: pass an integer >= 1"),
        ({"nats": -1}, "nats=-1 is not accepted: pass a number >= 0 and <= 900"),
        ({"nats": 40, "d": 2}, "nats=40 is not accepted: pass a number >= 0 and <= 36"),
        (
            {"nats": 40, "d": 3, "correlations": "unequal"},
            "nats=40 is not accepted: pass a number >= 0 and <= 28",
        ),
        ({"nats": math.inf}, "nats=inf is not accepted"),
        (
            {"correlations": "uneqal"},
            "correlations='uneqal' does not exist: choose one of equal, unequal; did .*'unequal'",
        ),
        ({"rotated": 1}, "rotated=1 is not accepted: pass True or False"),
        ({"bend": "cube"}, "bend='cube' does not exist: choose one of none, sinh, cubic, asinh"),
        ({"bend": None}, "bend=None does not exist"),
        ({"mixed": "no"}, "mixed='no' is not accepted: pass True or False"),
    ],
)
def test_bad_options(options, sentence):
    with pytest.raises(InputError, match=sentence):
        Bent(**options)


@pytest.mark.parametrize("spread", CORRELATIONS)
def test_the_largest_information_that_is_accepted_can_be_drawn(spread):
    most = 18 * (14 / 9 if spread == "unequal" else 3)  # 1 + 4 + 9 over 9
    bent = Bent(3, most, spread, rotated=False)
    x, z = bent.sample(100_000, seed=5)
    # what is new in the last of z is exp(-18) normal, its size has a median of .6745; from the
    # rounded correlation it would be a fiftieth smaller
    new = np.abs(z - correlations(bent) * x)[:, -1] / math.exp(-18)
    assert np.median(new) == pytest.approx(0.6745, abs=4 * 0.79 / math.sqrt(100_000))
