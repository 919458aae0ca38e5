"""Numbers in prose: one value, several, and none that is sure."""

import numpy as np
import pytest

from infoplane.chapters.tishby_plane.words import counted, listed, mean_of, sure, told


def test_one_value_has_no_interval_and_nothing_is_sure_of_it():
    assert told(np.array([1.234])) == "1.23"
    assert sure(np.array([1.234])) == 0


def test_a_zero_has_no_sign():
    assert told(np.full(3, -0.001)) == "0.00 [0.00, 0.00]"
    assert mean_of(np.full(3, -0.001)) == "0.00"


@pytest.mark.parametrize(("values", "word"), [([1, 1.1], 1), ([-1, -1.1], -1), ([1, -1], 0)])
def test_sure_is_an_interval_without_zero(values, word):
    # half an interval of two that differ by 0.1: 12.7 * 0.05 = 0.64
    assert sure(np.array(values, float)) == word


def test_what_is_written_as_zero_is_never_sure():
    assert sure(np.full(4, 0.004)) == 0


def test_lists_and_counts():
    assert [listed(words) for words in ([], ["a"], ["a", 2])] == ["", "a", "a and 2"]
    assert [counted(n, "row") for n in (0, 1, 12_345)] == ["0 rows", "1 row", "12 345 rows"]
