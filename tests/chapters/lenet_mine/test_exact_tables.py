"""Chapter 08: exact values, the rule for the noise, and formulas beside them."""

import math

import numpy as np
import pandas as pd
import pytest

from infoplane.chapters.lenet_mine import exact_tables
from infoplane.chapters.lenet_mine.settings import LAYERS
from tests.chapters.lenet_mine.world import SHARES, shown


def exact(x, shares=SHARES, n=10_000):
    """Exact values: x[network][epoch][layer][share]."""
    x = np.array(x, dtype=float)
    rows = [
        {"seed": s, "epoch": 4 * k, "n": n, "shares": shares, "rms": [1.0, 2.0, 3.0, 4.0]}
        | {f"exact_{name}": (x[s, k] * scale).tolist() for name, scale in
           (("x", 1.0), ("x_std", 0.01), ("y", 0.1), ("y_std", 0.001))}
        for s, k in np.ndindex(x.shape[:2])
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_every_exact_value_has_a_row_of_its_own():
    x = np.arange(2 * 3 * 4 * 3).reshape(2, 3, 4, 3) / 8
    cells = exact_tables.exact_cells(exact(x)).set_index(["network", "epoch", "layer", "share"])
    assert len(cells) == x.size
    for (s, k, i, j), value in np.ndenumerate(x):
        cell = cells.loc[(s, 4 * k, LAYERS[i], SHARES[j])]
        assert cell[["x", "x_std", "y", "y_std"]].astype(float).tolist() == pytest.approx(
            [value, 0.01 * value, 0.1 * value, 0.001 * value]
        )
        assert cell["rms"] == i + 1
        assert cell["population"] == (value < math.log(10_000) - 2)


def test_the_least_noise_is_chosen_that_is_below_the_ceiling_always():
    limit = math.log(10_000) - 2
    low, high = limit - 0.1, limit + 0.1
    layers = [
        [low, low, low],  # the least
        [high, low, low],
        [high, high, low],
        [high, high, high],  # none: the greatest
    ]
    x = np.tile(layers, (2, 3, 1, 1))
    assert exact_tables.chosen_noise(exact(x)) == [0.5, 2.0, 8.0, 8.0]
    once = x.copy()
    once[:, 1, 0, 0] = high  # at one checkpoint
    assert exact_tables.chosen_noise(exact(once)) == [2.0, 2.0, 8.0, 8.0]
    for others, share in ((-0.3, 0.5), (-0.1, 2.0)):  # the mean over networks decides
        one = x.copy()
        one[0, 1, 0, 0], one[1, 1, 0, 0] = limit + 0.2, limit + others
        assert exact_tables.chosen_noise(exact(one))[0] == share
    # in whatever order the sizes were tried
    turned = exact(x[..., ::-1], shares=SHARES[::-1])
    assert exact_tables.chosen_noise(turned) == [0.5, 2.0, 8.0, 8.0]
    assert exact_tables.chosen_noise(exact(x, n=10**6)) == [0.5] * 4


def test_published_and_soft_numbers_are_those_of_the_last_checkpoint():
    rows = [
        {"epoch": epoch, "seed": s, "n": 100, "dropout_x": 4.0 + epoch}
        | {"published": {"published": 50.0 + epoch, "covariance": 3.0 + epoch}}
        | {name: [k + 0.1 * i + epoch for i in range(4)] for k, name in
           enumerate(("soft", "soft_shifted", "soft_y"))}
        for epoch in (0, 4) for s in range(3)
    ]  # fmt: skip
    column = shown(exact_tables.published)(pd.DataFrame(rows)).iloc[:, 0]
    assert column.tolist() == [
        "4.61",
        "8.00 ± 0.00",
        "54.00 ± 0.00",
        "7.00 ± 0.00",
    ]
    table = shown(exact_tables.soft)(pd.DataFrame(rows))
    assert list(table.columns) == list(LAYERS)
    assert table.loc["soft entropy"].tolist() == [f"4.{i}0 ± 0.00" for i in range(4)]
    assert table.loc["after a shift", "sm1"] == "5.30 ± 0.00"
    assert table.loc["told by the labels", "maxpool1"] == "6.00 ± 0.00"


def test_a_size_is_low_enough_where_every_checkpoint_is():
    """log N - 2 is 7.21; the second checkpoint is above it with the least noise."""
    checkpoints = [[[[7.0, 1.0, 0.1]] * 4, [[7.5, 1.0, 0.1]] * 4]]
    found = [exact_tables.low_enough(exact(checkpoints), "relu3", share) for share in SHARES]
    assert found == [False, True, True]
