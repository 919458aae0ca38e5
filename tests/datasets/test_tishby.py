"""The 4096 patterns: the published labels, their information, and the symmetry behind them."""

import hashlib
import math

import numpy as np
import pytest

from infoplane.datasets import tishby
from infoplane.errors import InputError


def test_the_labels_are_those_published():
    labels = tishby.load().y.astype(np.uint8)
    assert (
        hashlib.sha256(labels.tobytes()).hexdigest()
        == "77732f16f85e91b49d3997196b56163b3bd362d8cf631468a8de3f986e88359f"
    )


def test_the_inputs_are_all_patterns_in_order():
    data = tishby.load()
    assert data.x.dtype == np.float32
    assert data.y.dtype == np.int64
    assert np.array_equal(data.x @ 2.0 ** np.arange(11, -1, -1), np.arange(4096))


def test_the_information_is_the_entropy_of_the_labels():
    p = 2118 / 4096
    entropy = -p * math.log(p) - (1 - p) * math.log(1 - p)
    assert pytest.approx(entropy, abs=1e-12) == tishby.INFORMATION
    assert pytest.approx(0.69256, abs=1e-5) == tishby.INFORMATION
    assert pytest.approx(0.99916, abs=1e-5) == tishby.INFORMATION / math.log(2)
    x = tishby.Patterns(np.eye(4, 12, dtype=np.float32), np.array([1, 1, 1, 1]))
    assert x.information.value == 0  # a constant label tells nothing


def symmetries():
    """Permutations of the twelve vertices that keep neighbours neighbours, by backtracking."""
    near = [set(row) for row in tishby.NEIGHBOURS]
    found, todo = [], [[]]
    while todo:
        part = todo.pop()
        if len(part) == 12:
            found.append(part)
            continue
        i = len(part)
        todo += [
            [*part, v]
            for v in range(12)
            if v not in part and all((v in near[w]) == (i in near[j]) for j, w in enumerate(part))
        ]
    return found


def test_the_labels_have_the_symmetry_of_the_icosahedron():
    data = tishby.load()
    group = symmetries()
    assert len(group) == 120
    for image in group:
        row = (data.x[:, image] @ 2.0 ** np.arange(11, -1, -1)).astype(int)
        assert np.array_equal(data.y[row], data.y)


def test_antipodes_have_no_common_neighbour():
    near = [set(row) for row in tishby.NEIGHBOURS]
    apart = {(i, j) for i in range(12) for j in range(i) if not near[i] & near[j]}
    assert apart == {(max(pair), min(pair)) for pair in tishby.ANTIPODES}


@pytest.mark.parametrize(("n", "fraction"), [(4096, 0.8), (2, 0.999), (7, 0.01), (10, 0.5)])
def test_split_is_a_partition(n, fraction):
    train, test = tishby.split(n, seed=3, train_fraction=fraction)
    assert np.array_equal(np.sort(np.concatenate([train, test])), np.arange(n))
    assert min(len(train), len(test)) >= 1
    assert abs(len(train) - fraction * n) < 1
    again, other = tishby.split(n, 3, fraction), tishby.split(4096, 4)
    assert np.array_equal(train, again[0])
    assert not np.array_equal(other[0], tishby.split(4096, 3)[0])


def test_four_fifths_of_the_patterns():
    assert [len(rows) for rows in tishby.split(4096, 0)] == [3277, 819]


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ((1, 0), "n=1 is not accepted"),
        ((10, -1), "seed=-1"),
        ((10, 0, 1.0), r"train_fraction=1\.0"),
        ((10, 0, 0), "train_fraction=0"),
    ],
)
def test_no_such_split(arguments, match):
    with pytest.raises(InputError, match=match):
        tishby.split(*arguments)
