"""Chapter 05 after its runs: violations by hand, spreads."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from infoplane.chapters.tishby_plane.tables import (
    ALIVE,
    ESTIMATES,
    alive,
    extended,
    gap_to_ceiling,
    neural_with_exact,
    noisy_violations,
    processing,
    stacked,
    violated,
    with_exact,
)


def test_violations_by_hand():
    values = np.array([[3.0, 2.0, 2.5, 2.5004], [3.0, 3.0, 1.0, 0.0]])
    # the last of the first row is rounding
    assert violated(values).tolist() == [[False, True, False], [False] * 3]
    assert violated(values[..., ::-1]).sum() == 3  # equal is no violation
    for room, found in ((0.49, True), (0.51, False)):  # 0.5 more
        assert violated(values, np.full((2, 3), room)).any() == found


@given(
    hnp.arrays(np.float64, (3, 2, 4), elements=st.integers(0, 3)),
    hnp.arrays(np.float64, (3, 2, 3), elements=st.floats(0, 2)),
)
def test_violations_one_by_one(values, room):
    found = violated(values, room)
    for i in np.ndindex(3, 2, 3):
        more = values[i[:2]][i[2] + 1] - values[i[:2]][i[2]]
        assert found[i] == (more > room[i] + 1e-3)
    assert (violated(values) >= found).all()


def groups(planes, dataset="simple"):
    """A frame whose readings have the given planes of I(X;T): (groups, checkpoints, layers).

    I(T;Y) is the same everywhere and falls; the second network of the simple estimator differs.
    """
    rows = []
    for seed in range(len(planes["simple"])):
        row = {"dataset": dataset, "seed": seed}
        for name, of_groups in planes.items():
            x = np.array(of_groups[seed], dtype=float)
            y = np.broadcast_to(-np.arange(x.shape[-1], dtype=float), x.shape)
            if name == "simple":
                x, y = np.stack([x, 1000 * seed - x]), np.stack([y, -y])
            row |= {f"{name}_x": x.tolist(), f"{name}_y": y.tolist()}
        rows.append(row)
    return pd.DataFrame(rows)


FALLING = [[3.0, 2.0, 1.0], [3.0, 2.0, 1.0]]


def test_spread_and_violations_by_hand():
    plane = np.array(FALLING)
    broken = plane + np.array(
        [[0, 0, 0], [0, 0, 5]]
    )  # one pair of eight: two checkpoints, two quantities
    planes = {
        "simple": [plane, plane],
        "told": [plane, plane + 3],
        "mixed": [broken, plane],
        "neurons": [plane, plane[:, ::-1]],
    }
    table = extended(groups(planes)).set_index(["reading", "seed"])
    assert len(table) == len(ESTIMATES) * 2
    assert list(table.loc["simple", "violations"]) == [0, 0]
    assert list(table.loc["simple", "spread"]) == [0, 0]
    assert list(table.loc["told", "violations"]) == [0, 0]
    # of x and y, only x differs, by 3 everywhere
    np.testing.assert_allclose(table.loc["told", "spread"], 3 / math.sqrt(2))
    assert list(table.loc["mixed", "violations"]) == [1 / 8, 0]
    np.testing.assert_allclose(table.loc["mixed", "spread"], math.sqrt(25 / 12))
    assert list(table.loc["neurons", "violations"]) == [0, 4 / 8]


def test_spread_is_the_distance_from_the_mean_of_the_others():
    shifts = [0.0, 0.0, 6.0, 2.0]
    planes = {name: [np.array(FALLING) + s for s in shifts] for name in ESTIMATES}
    table = extended(groups(planes)).set_index(["reading", "seed"])
    for name in ESTIMATES:
        np.testing.assert_allclose(
            table.loc[name, "spread"], np.abs([8, 8, -16, 0]) / 3 / math.sqrt(2), atol=1e-12
        )


def test_data_sets_are_told_apart():
    near, far = ([np.array(FALLING) + s for s in shifts] for shifts in ((0, 1), (0, 50)))
    frame = pd.concat(
        [groups(dict.fromkeys(ESTIMATES, near), "a"), groups(dict.fromkeys(ESTIMATES, far), "b")]
    )
    found = extended(frame).groupby("dataset")["spread"].mean()
    np.testing.assert_allclose([found["a"], found["b"]], np.array([1, 50]) / math.sqrt(2))


def test_gaps_are_to_the_logarithm_of_the_rows():
    frame = pd.DataFrame(
        [
            {"seed": 7, "finer_x": [[[9.0, 9.0], [1.0, 0.5]], [[9.0, 9.0], [2.0, 1.5]]]},
            {"seed": 8, "finer_x": [[[9.0, 9.0], [1.1, 0.6]], [[9.0, 9.0], [2.1, 1.6]]]},
        ]
    )
    table = gap_to_ceiling(frame, [10, 100], n=100).set_index(["seed", "bins", "layer"])
    assert len(table) == 8
    for (seed, bins, layer), value in {(7, 10, 1): 1.0, (7, 100, 2): 1.5, (8, 10, 2): 0.6}.items():
        assert table.loc[(seed, bins, layer), "value"] == value
        assert table.loc[(seed, bins, layer), "gap"] == pytest.approx(math.log(100) - value)


def test_dead_networks_are_left_out():
    reached = [[0.9, 0.5], [0.5, 0.9], [0.5, ALIVE], [0.5, 0.5]]
    frame = pd.DataFrame({"seed": range(4), "train_accuracy": reached})
    assert list(alive(frame)["seed"]) == [1, 2]  # what they end with counts


def test_stacked_has_runs_first_and_holes_as_nan():
    frame = pd.DataFrame({"a": [[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [0, None, 2]]]})
    found = stacked(frame, "a")
    assert found.shape == (2, 2, 3)
    assert np.isnan(found[1, 1, 1])
    assert found[1, 0, 2] == 9


DOWN, UP, TINY = [[3.0, 2.0, 1.0]], [[1.0, 2.0, 3.0]], [[0.0, 0.0, 0.0]]


def plane_record(activation, seed, **changes):
    made = {"activation": activation, "seed": seed}
    for name in ("binned", "fixed"):
        made |= {f"{name}_x": DOWN, f"{name}_y": DOWN}
    return made | changes


def exact_record(activation, seed, **changes):
    made = {"activation": activation, "seed": seed, "sigmas": [0.1, 0.5], "epoch": [0]}
    made["test_accuracy"] = [0.5]
    for quantity in "xy":
        made |= {f"exact_{quantity}": [DOWN, DOWN], f"exact_{quantity}_std": [TINY, TINY]}
    return made | changes


def test_exact_values_stand_beside_the_planes_of_the_same_networks():
    planes = pd.DataFrame([plane_record(a, s) for a in ("tanh", "relu") for s in (0, 1)])
    exact = pd.DataFrame(
        [exact_record(a, s, exact_x=[a, s]) for s in (1, 0) for a in ("relu", "tanh")]
    )
    found = with_exact({"planes": planes, "exact": exact})
    assert len(found) == 4
    for _, row in found.iterrows():
        assert row["exact_x"] == [row["activation"], row["seed"]]


def test_exact_values_of_the_one_noise_stand_beside_what_critics_found():
    neural = pd.DataFrame([{"seed": s, "mine_x": DOWN} for s in (0, 1)])
    exact = pd.DataFrame([exact_record("tanh", s, exact_y=[[[s]]]) for s in (1, 0)])
    found = neural_with_exact({"neural": neural, "neural_exact": exact})
    assert list(found["exact_y"]) == [[[0]], [[1]]]
    assert list(found["exact_x"]) == [DOWN, DOWN]


def test_layers_of_noisy_networks_are_compared_by_the_errors_of_their_differences():
    noisy = {"information_x": DOWN, "information_y": [[1.0, 1.5, 1.4]]}
    # one in a thousand of two looks is 3.29 standard errors
    noisy |= {"more_x_std": [[0.0, 0.0]], "more_y_std": [[0.15, 0.0]]}
    frame = pd.DataFrame([noisy, noisy | {"more_y_std": [[0.153, 0.0]]}])
    assert not noisy_violations(frame, "x").any()
    assert noisy_violations(frame, "y").tolist() == [[[True, False]], [[False, False]]]


def test_shares_of_violations_come_from_their_own_columns():
    half = [[3.0, 2.0, 9.0]]
    wide = [[9.0, 9.0, 9.0]]
    planes = pd.DataFrame(
        [
            plane_record("tanh", 0, binned_x=UP),
            plane_record("tanh", 1),
            plane_record("relu", 0, fixed_y=half),
        ]
    )
    exact = pd.DataFrame(
        [
            exact_record("tanh", 0, exact_x=[DOWN, UP], exact_y=[half, DOWN]),
            exact_record("tanh", 1, exact_x=[DOWN, UP], exact_y=[half, DOWN]),
            exact_record("relu", 0, exact_x=[UP, UP], exact_x_std=[wide, TINY]),
        ]
    )
    neural = {"aware_x": half, "mine_x": UP, "mine_y": UP}
    neural |= {"aware_x_std": TINY, "mine_x_std": TINY, "mine_y_std": wide}
    noisy = {"information_x": DOWN, "information_y": half}
    noisy |= {"more_x_std": [[0.0, 0.0]], "more_y_std": [[0.0, 0.0]]}
    frames = {"planes": planes, "exact": exact}
    frames |= {"neural": pd.DataFrame([neural]), "noisy": pd.DataFrame([noisy])}
    table = processing(frames).set_index("estimator")
    expected = {
        "tanh, own bins": (0.5, 0),
        "tanh, bins [-1, 1]": (0, 0),
        "tanh, σ = 0.1": (0, 0.5),
        "tanh, σ = 0.5": (1, 0),
        "relu, own bins": (0, 0),
        "relu, bins [-1, 1]": (0, 0.5),
        "relu, σ = 0.1": (0, 0),
        "relu, σ = 0.5": (1, 0),
        "tanh, AA-MINE": (0.5, math.nan),
        "tanh, MINE": (1, 0),
        "noisy network": (0, 0.5),
    }
    assert set(table.index) == set(expected)
    for name, shares in expected.items():
        np.testing.assert_array_equal(table.loc[name, ["I(X;T)", "I(T;Y)"]].tolist(), shares)
    # noise added to each layer on its own is no Markov chain; noise in the network is
    assert list(table.index[table["must hold"]]) == ["noisy network"]
