import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.estimators.base import as_samples
from infoplane.estimators.labels import label_side

NUMBERS, CODES = np.array([0.5, 1.5, 2.25]), np.array([2, 0, 2])


@pytest.mark.parametrize(
    ("x", "z", "name", "codes"),
    [
        (NUMBERS, CODES, "z", [2, 0, 2]),
        (CODES, NUMBERS, "x", [2, 0, 2]),
        (NUMBERS, ["b", "a", "b"], "z", [1, 0, 1]),
        (NUMBERS, [True, False, True], "z", [1, 0, 1]),
        (CODES.astype(float), NUMBERS, "x", [2, 0, 2]),
        # where both could be labels: z; but whole floats are numbers beside integers
        (CODES, 3 - CODES, "z", [1, 3, 1]),
        (CODES, CODES.astype(float), "x", [2, 0, 2]),
    ],
)
def test_the_side_that_holds_labels(x, z, name, codes):
    side, found = label_side(as_samples(x, z))
    assert (side, found.tolist()) == (name, codes)


def test_neither_side_holds_labels():
    with pytest.raises(InputError, match=r"z has shape \(3, 1\) and no labels.*use ksg"):
        label_side(as_samples(NUMBERS, NUMBERS))
    with pytest.raises(InputError, match="no labels"):
        label_side(as_samples(NUMBERS, np.stack([CODES, CODES], axis=1)))
