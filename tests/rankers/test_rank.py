import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.rankers.rank import effective_rank
from tests.rankers.clouds import rotation


def with_singular(values, n, d):
    k = len(values)
    return rotation(n)[:, :k] * values @ rotation(d, seed=2)[:k]


@pytest.mark.parametrize(("n", "d"), [(20, 6), (6, 20), (6, 6)])
def test_equal_singular_values_count(n, d):
    for k in (1, 2, 6):
        # Rounding of the others: 1e-16 each, times its log.
        assert effective_rank(with_singular(np.ones(k), n, d)) == pytest.approx(k, rel=1e-12)


def test_it_is_the_entropy_of_shares():
    known = 2**2 / 3**0.75  # exp H of (1/4, 3/4)
    assert effective_rank(with_singular([3.0, 1.0], 9, 4)) == pytest.approx(known, rel=1e-12)


def test_it_is_between_1_and_the_smaller_side():
    rng = np.random.default_rng(0)
    for n, d in [(1, 5), (5, 1), (30, 8), (8, 30)]:
        assert 1 <= effective_rank(rng.standard_normal((n, d))) <= min(n, d)
    assert effective_rank(np.full((9, 4), -2.5)) == pytest.approx(1)  # a collapse


def test_neither_rotation_nor_unit_matters_and_the_mean_does():
    rows = np.random.default_rng(1).standard_normal((40, 7))
    known = effective_rank(rows)
    assert effective_rank(rotation(40) @ rows @ rotation(7)) == pytest.approx(known)
    assert effective_rank(2.0**-900 * rows) == known
    assert effective_rank(rows + 100.0) < 0.5 * known


def test_a_common_number_of_rows_and_columns():
    rows = np.random.default_rng(2).standard_normal((50, 12))
    known = effective_rank(rows)
    assert effective_rank(rows, rows=50) == known
    # A whole frame of directions is a rotation.
    assert effective_rank(rows, columns=12) == pytest.approx(known)
    assert effective_rank(rows, columns=1) == pytest.approx(1)
    for seed in range(3):
        assert effective_rank(rows, rows=8, seed=seed) <= 8
        assert effective_rank(rows, columns=5, seed=seed) <= 5
    one, again, other = (effective_rank(rows, rows=20, columns=5, seed=s) for s in (0, 0, 1))
    assert one == again != other


def test_rows_are_drawn_without_repetition():
    rows = with_singular(np.ones(30), 30, 30)
    # Of an orthonormal frame any 20 are one; with a row twice 19 would be left, and fewer.
    assert effective_rank(rows, rows=20, seed=3) == pytest.approx(20, rel=1e-9)


def test_the_stream_is_an_argument():
    before = np.random.get_state()[1].tolist()
    effective_rank(np.eye(5), rows=3, columns=2)
    assert np.random.get_state()[1].tolist() == before


@pytest.mark.parametrize(
    ("rows", "options", "match"),
    [
        (np.zeros((4, 3)), {}, "embedding is 0 in all of 4 rows"),
        (np.array([[1.0, np.nan]]), {}, "NaN"),
        (np.empty((0, 3)), {}, "no rows"),
        ([["a", "b"]], {}, "text"),
        (np.eye(3), {"rows": 4}, "rows=4 is not accepted: pass an integer >= 1 and <= 3 or None"),
        (np.eye(3), {"columns": 0}, "columns=0"),
        (np.eye(3), {"columns": 4}, "columns=4"),
        (np.eye(3), {"seed": -1}, "seed=-1"),
    ],
)
def test_bad_input(rows, options, match):
    with pytest.raises(InputError, match=match):
        effective_rank(rows, **options)
