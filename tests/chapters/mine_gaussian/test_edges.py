"""What leaves the axes of chapter 03's figures is noticed on either side, and nothing else is."""

import pandas as pd
import pytest

from infoplane.chapters.mine_gaussian.edges import (
    MAP_ENDS,
    batches,
    leaves_map,
    leaves_stairs,
    mapped,
    stair_ends,
)


def errors(relative):
    """Two seeds around a relative error, on a fixed sample."""
    row = {"estimator": "ksg", "sample": "fixed", "d": 2, "truth": 1.0}
    return pd.DataFrame([row | {"seed": s, "relative": relative} for s in (0, 1)])


@pytest.mark.parametrize(("relative", "beyond"), [(-1.04, False), (-1.06, True), (0.6, True)])
def test_a_map_is_left_at_either_end(relative, beyond):
    assert MAP_ENDS == (-105, 59)
    assert leaves_map(errors(relative)) is beyond
    assert leaves_map(errors(relative).assign(sample="fresh")) is False
    assert leaves_map(errors(relative).assign(truth=0.0)) is False


def test_an_interval_leaves_the_map_too():
    table = errors(0.0)
    table["relative"] = [-0.2, 0.2]  # 12.7 times 0.2 on both sides
    assert leaves_map(table)


def test_the_map_is_in_per_cent():
    assert list(mapped(errors(-0.5))["percent"]) == [-50, -50]


def climbs(last, std=0.1):
    row = {"bound": "js", "information": 4.0}
    runs = [{"seed": s, "train": [-9.0, 1.0, last], "train_std": [9.0, 0.1, std]} for s in (0, 1)]
    return pd.DataFrame([row | run for run in runs])


@pytest.mark.parametrize(
    ("last", "std", "beyond"),
    [(4.0, 0.1, False), (6.1, 0.1, True), (-1.1, 0.1, True), (4.0, 2.1, True), (4.0, 5.1, True)],
)
def test_a_staircase_is_left_at_either_end(last, std, beyond):
    assert stair_ends(climbs(last)) == (-1.0, 6.0)
    assert leaves_stairs(climbs(last, std)) is beyond


def test_what_is_before_the_first_step_is_not_drawn():
    mean, low, high, std = batches(climbs(4.0))
    assert [list(each) for each in (mean, low, high)] == [[1.0, 4.0]] * 3
    assert list(std) == [0.1, 0.1]
