"""The Swiss roll: lists as arrays, and what is no point of the square. Its shape is a law of
:mod:`tests.datasets.test_fractals`."""

import numpy as np
import pytest

from infoplane.datasets.roll import roll
from infoplane.errors import InputError


def test_a_roll_of_lists_is_that_of_arrays():
    corners = [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert (roll(corners) == roll(np.array(corners, dtype=float))).all()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: roll([[0.5] * 3]), r"u has shape \(1, 3\): \(n, 2\) is accepted"),
        (lambda: roll([0.5, 0.5]), r"u has shape \(2,\)"),
        (lambda: roll([["a", "b"]]), "u has shape .* dtype <U1: pass numbers"),
    ],
)
def test_bad_input(call, sentence):
    with pytest.raises(InputError, match=sentence):
        call()
