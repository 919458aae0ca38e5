"""Groups of rows: codes, splits that keep them whole, and pairs of different groups."""

import numpy as np
import pytest
import torch

from infoplane.errors import InputError
from infoplane.estimators import ESTIMATORS, KSG, MINE, Exact
from infoplane.estimators.base import Samples
from infoplane.estimators.groups import (
    as_groups,
    groups_of_batch,
    shifts_apart,
    spread_out,
    three_ways,
)
from infoplane.estimators.rows import split_rows, split_sizes
from infoplane.streams import stream

RNG = np.random.default_rng(0)
X = RNG.standard_normal((60, 1))


def samples(groups):
    n = len(groups)
    x = RNG.standard_normal((n, 1))
    return Samples(x, x, groups=np.asarray(groups))


def split(groups, seed=0):
    sizes = split_sizes(len(groups), 0.6, 0.2)
    return split_rows(samples(groups), sizes, stream(seed), shifts=(4, 32))


def test_codes_of_numbers_text_and_objects():
    expected = [1, 0, 1, 2]
    for groups in ([5, -1, 5, 9], ["b", "a", "b", "c"], [5.0, -1.0, 5.0, 9.0]):
        for given in (groups, np.array(groups), np.array(groups, dtype=object)):
            assert as_groups(given, 4).tolist() == expected
    assert as_groups(torch.tensor([5, -1, 5, 9]), 4).tolist() == expected
    assert as_groups(np.array([[5], [-1], [5], [9]]), 4).tolist() == expected


@pytest.mark.parametrize(
    ("groups", "told"),
    [
        (np.zeros(59), "groups has 59 values and x has 60 rows"),
        (np.zeros((60, 2)), r"groups has shape \(60, 2\): \(60,\) is accepted"),
        (np.where(np.arange(60) == 3, np.nan, 1.0), "missing .* nan at row 3"),
        (np.arange(60) + 0.5, "no whole numbers, the first 0.5 at row 0"),
        (np.array([None, *["a"] * 59], dtype=object), "groups has 1 values that are NaN"),
        (np.arange(60) * 1j, "groups has dtype complex128"),
        (np.arange(60) % 4, "groups has 4 distinct values: at least 5 are needed"),
        (np.maximum(np.arange(60) - 30, 0), "one value in 31 of 60 rows"),
        (np.repeat(np.arange(5), [3, 5, 10, 19, 23]), "none of the ways tried"),
    ],
)
def test_what_cannot_be_split_is_named(groups, told):
    with pytest.raises(InputError, match=told):
        MINE(batch_size=16, restarts=1, steps=5).estimate(X, X**2, groups=groups)


def test_estimators_that_do_not_split_refuse_groups_and_name_those_that_do():
    for name in ("ksg", "ross", "binning", "cca", "kde", "wkl"):
        estimator = ESTIMATORS[name]()
        told = f"groups is not used by {name}, .*infonce.*mine.* do"
        with pytest.raises(InputError, match=told):
            estimator.estimate(X, np.arange(60) % 2, groups=np.arange(60))
    with pytest.raises(InputError, match="groups is not used by ksg"):
        KSG().estimate_batch(X[None], X[None], seeds=[0], groups=np.arange(60))
    with pytest.raises(InputError, match="groups is not used by exact"):
        Exact(noise_std=1.0).estimate(X, X, groups=np.arange(60))


def test_groups_of_a_batch_are_shared_or_each_members_own():
    one, other = np.arange(4), np.arange(4)[::-1]
    assert groups_of_batch(None, 2) == [None, None]
    assert [g.tolist() for g in groups_of_batch(one, 2)] == [one.tolist()] * 2
    assert [g.tolist() for g in groups_of_batch([one, other], 2)] == [[0, 1, 2, 3], [3, 2, 1, 0]]
    with pytest.raises(InputError, match=r"groups has shape \(3, 4\): .* or \(2, n\)"):
        groups_of_batch(np.zeros((3, 4)), 2)


@pytest.mark.parametrize(
    "groups",
    [
        np.repeat(np.arange(150), 4),
        np.arange(600) % 30,
        np.repeat(np.arange(40), RNG.integers(1, 30, 40)),
        np.arange(70) % 7,
        np.repeat(np.arange(7), [46, 50, 52, 55, 60, 64, 67]),
        RNG.permutation(np.repeat(np.arange(9), [40, *[7] * 8])),
        np.arange(50),
    ],
)
def test_every_group_lies_in_one_split_and_pairs_are_of_two(groups):
    n = len(groups)
    sizes = split_sizes(n, 0.6, 0.2)
    for seed in range(5):
        parts = split(groups, seed)
        rows = [part.numpy() for part in parts[:3]]
        assert sorted(np.concatenate(rows)) == list(range(n))
        of_parts = [set(groups[part]) for part in rows]
        assert not of_parts[0] & of_parts[1]
        assert not of_parts[1] & of_parts[2]
        assert not of_parts[0] & of_parts[2]
        # each cut is at most half a group away, but where validation and test need more groups
        largest = np.bincount(groups).max()
        for part, size in zip(rows, sizes, strict=True):
            assert abs(len(part) - size) <= largest * (1 if len(np.unique(groups)) > 10 else 4)
        for part, shifts in zip(rows[1:], parts.apart[1:], strict=True):
            assert len(shifts) >= 1
            for s in shifts:
                assert (groups[part] != groups[np.roll(part, -s)]).all()


def test_groups_of_one_size_are_split_as_rows_are():
    for seed in range(20):
        parts = split(np.repeat(np.arange(150), 4), seed)
        assert [len(part) for part in parts[:3]] == [360, 120, 120]
        # 30 groups in rounds: all shifts but 30, 60 and 90
        assert parts.apart.test.tolist() == [*range(1, 30), 31, 32, 33]


def test_the_splits_follow_the_seed_and_every_group_may_come_into_the_test():
    groups = np.repeat(np.arange(10), 6)
    tested = [frozenset(groups[split(groups, seed).test.numpy()]) for seed in range(60)]
    assert tested[0] == frozenset(groups[split(groups, 0).test.numpy()])
    # 2 of 10 groups: a group is missed 60 times once in 0.8^-60 = 600 000 times
    assert set().union(*tested) == set(range(10))


def test_rows_of_a_group_are_as_far_apart_as_its_share_allows():
    for sizes in ([3, 2, 1], [5, 5, 5], [4, 1, 1, 1, 1], [10, 9, 3, 2]):
        groups = np.repeat(np.arange(len(sizes)), sizes)
        order = spread_out(groups, RNG.permutation(len(sizes)))
        assert sorted(order) == list(range(len(groups)))
        gap = len(groups) // max(sizes)
        assert shifts_apart(groups[order], 100)[: gap - 1].tolist() == list(range(1, gap))


def test_the_nearest_of_several_orders_is_taken():
    groups = np.repeat(np.arange(6), [8, 4, 3, 3, 2, 2])
    far, near = np.array([4, 5, 3, 2, 1, 0]), np.array([1, 0, 3, 2, 4, 5])
    train, validation, test = three_ways(groups, (12, 6, 4), [far, near])
    assert (len(train), len(validation), len(test)) == (12, 6, 4)
