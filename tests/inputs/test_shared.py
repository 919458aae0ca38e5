"""What both sides know of a row without measuring it."""

import numpy as np
import pandas as pd
import pytest

from infoplane.estimators import KSG
from infoplane.inputs.shared import counts_rows, doubts_of

N = 50
NORMAL = np.random.default_rng(0).normal(size=(N, 2))


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        (np.arange(5), True),
        (np.arange(1.0, 6), True),
        (np.arange(2, 7), False),
        (np.arange(5)[::-1], False),
        ([0, 2, 1, 3], False),
        ([0, 1], False),  # two rows are no order
        (["0", "1", "2"], False),
        (np.eye(3), False),
        ([True, False, True], False),
        (np.arange(256, dtype=np.uint8), True),
        (np.zeros(600, dtype=np.uint8), False),  # more rows than a byte can number
        (np.ones(600, dtype=np.int8), False),
        (np.array([0, 255, 1], dtype=np.uint8), False),
    ],
)
def test_counting_rows(values, counts):
    assert counts_rows(values) is counts


@pytest.mark.parametrize("start", [0, 1])
@pytest.mark.parametrize("kind", [np.asarray, pd.DataFrame])
def test_numbers_of_rows_on_both_sides(start, kind):
    numbered = kind(np.column_stack([NORMAL, np.arange(start, N + start)]))
    (told,) = doubts_of(numbered, np.arange(N))
    assert told.startswith("column 2 of x and column 0 of z count the rows")
    (told,) = doubts_of(numbered, NORMAL + 1)
    assert told.startswith("column 2 of x counts the rows")


def test_time_alone_on_one_side_is_no_doubt():
    assert doubts_of(np.arange(N), NORMAL) == []


def test_a_column_that_both_sides_have():
    """Such as a shuffled index. Labels may well agree: not each row has its own."""
    keys = np.random.default_rng(1).permutation(N)
    x = pd.DataFrame({"key": keys, "a": NORMAL[:, 0]})
    z = pd.DataFrame({"b": NORMAL[:, 1], "id": keys})
    for one, other in ((x, z.id), (x.key, z)):
        (told,) = doubts_of(one, other)
        assert told.startswith("column 'key' of x and column 'id' of z are the same")
    assert doubts_of(x.a, z) == []
    assert doubts_of(x, z) == []  # where both sides have fractions, estimators say it:
    assert any("'key' of x equals column 'id' of z" in w for w in KSG().estimate(x, z).warnings)
    assert doubts_of(keys % 2, keys % 2) == []


def test_what_has_no_columns_of_numbers_has_no_doubts():
    words = np.array(["a", "b", "c"])
    assert doubts_of(words, words) == []
    assert doubts_of(np.zeros((0, 2)), np.zeros((0, 2))) == []
    assert doubts_of(np.zeros(()), np.zeros((3, 2, 2))) == []
