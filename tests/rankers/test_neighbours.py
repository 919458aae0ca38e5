from collections import Counter

import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.rankers import neighbours
from infoplane.rankers.neighbours import nearest_neighbours
from tests.rankers.clouds import cloud


def by_loops(rows, labels, k, distance):
    right = 0
    for i, row in enumerate(rows):
        others = [(distance(row, other), j) for j, other in enumerate(rows) if j != i]
        near = [labels[j] for _, j in sorted(others)[:k]]
        votes = Counter(near)
        chosen = next(label for label in near if votes[label] == max(votes.values()))
        right += chosen == labels[i]
    return right / len(rows)


def squared(a, b):
    return float(np.square(a - b).sum())


def cosine(a, b):
    return 1 - float(a @ b) / float(np.linalg.norm(a) * np.linalg.norm(b))


@pytest.mark.parametrize("k", [1, 2, 5, 59])
def test_sums_agree_with_loops(k):
    rows, labels = cloud(seed=3)
    for metric, distance in (("euclidean", squared), ("cosine", cosine)):
        found = nearest_neighbours(rows, labels, k=k, metric=metric)
        assert found == by_loops(rows, labels, k, distance)


@pytest.mark.parametrize("k", [1, 3, 4, 10])
@pytest.mark.parametrize("pairs", [1, 200, 2**21])
def test_ties_go_to_the_earlier_row_in_blocks_of_any_size(k, pairs, monkeypatch):
    # Small integers, with copies: distances are exact, and most are tied.
    rng = np.random.default_rng(4)
    rows, labels = rng.integers(4, size=(80, 2)), rng.integers(3, size=80)
    monkeypatch.setattr(neighbours, "PAIRS", pairs)
    found = nearest_neighbours(rows, labels, k=k, metric="euclidean")
    assert found == by_loops(rows, labels, k, squared)


def test_clusters_are_right_and_all_others_are_wrong():
    rows, labels = cloud(40, classes=2, apart=100.0)
    labels = np.arange(40) % 2
    rows = np.random.default_rng(0).standard_normal((40, 3)) + 100.0 * labels[:, None]
    assert nearest_neighbours(rows, labels, metric="euclidean") == 1
    # With all others as neighbours, each row is outvoted by the 20 of the other class.
    assert nearest_neighbours(rows, labels, k=39, metric="euclidean") == 0


def test_a_row_is_no_neighbour_of_its_own_and_a_copy_is():
    rows, _ = cloud(30)
    pairs = np.arange(30)
    assert nearest_neighbours(rows, pairs, k=1) == 0
    for metric in neighbours.METRICS:
        twice = np.vstack([rows, rows]), np.concatenate([pairs, pairs])
        assert nearest_neighbours(*twice, k=1, metric=metric) == 1


def test_metrics_differ_in_what_they_see():
    rng = np.random.default_rng(5)
    lengths, labels = np.repeat([1.0, 10.0], 50), np.repeat([0, 1], 50)
    angles = rng.uniform(0, 2 * np.pi, size=100)
    rows = lengths[:, None] * np.column_stack([np.cos(angles), np.sin(angles)])
    assert nearest_neighbours(rows, labels, metric="euclidean") == 1
    # Directions say nothing: three standard errors of 100 are .15, and of neighbours somewhat more.
    assert nearest_neighbours(rows, labels, metric="cosine") < 0.75


def test_far_from_0_no_digits_are_lost():
    rows, labels = cloud()
    known = nearest_neighbours(rows, labels, metric="euclidean")
    assert nearest_neighbours(rows + 2.0**30, labels, metric="euclidean") == known


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"k": 0}, "k=0"),
        ({"k": 60}, "k=60 is not accepted: pass an integer >= 1 and <= 59"),
        ({"k": 2.0}, "k=2.0"),
        ({"metric": "cosin"}, "metric='cosin' does not exist.*did you mean 'cosine'"),
    ],
)
def test_bad_options(options, match):
    with pytest.raises(InputError, match=match):
        nearest_neighbours(*cloud(), **options)


def test_a_row_of_zeros_has_no_cosine():
    rows, labels = cloud()
    rows[4] = 0
    with pytest.raises(InputError, match=r"row 4 .*Euclidean"):
        nearest_neighbours(rows, labels)
    assert 0 <= nearest_neighbours(rows, labels, metric="euclidean") <= 1
