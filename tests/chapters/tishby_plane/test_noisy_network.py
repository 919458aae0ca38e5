"""Chapter 05: a noisy network agrees with closed forms where its layers have no noise before."""

import json
import math

import numpy as np
import pytest

from infoplane.chapters.tishby_plane import noisy_network
from infoplane.chapters.tishby_plane.noisy_network import (
    DISTANCES,
    ROWS,
    _distances,
    cluster,
)
from infoplane.datasets import tishby
from infoplane.estimators.noise.exact import Exact
from infoplane.models.perceptrons import Perceptrons
from infoplane.plane.activations import outputs_of
from infoplane.records.store import plain
from tests.toy import alone

NOISY = {"noise_std": 0.3, "inputs": 16, "passes": 16, "finer": [2, 4, 8], "epochs": 2}
NOISY |= {"checkpoints": 3, "batch": 512, "rate": 0.1}
WIDTHS = (4, 3)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Two hidden layers."""
    monkeypatch.setattr(noisy_network, "HIDDEN", WIDTHS)


def array(record, name):
    return np.array(record[name], dtype=float)


def test_a_batch_gives_what_single_runs_give():
    configs = [{**NOISY, "seed": seed} for seed in (0, 4, 2)]
    together = cluster(configs)
    for a, b in zip(together, alone(cluster, configs), strict=True):
        assert set(a) == set(b)
        for name in a:
            # weights rounded otherwise may put a few pairs of half a million into another bin
            room = 20 if name.endswith("_counts") else 5e-3
            np.testing.assert_allclose(array(a, name), array(b, name), atol=room, err_msg=name)
    assert together[0]["information_x"] != together[1]["information_x"]


def test_a_record_is_finite_and_below_its_ceilings():
    found = cluster([{**NOISY, "seed": 0}])[0]
    assert plain(found) == found
    json.dumps(found, allow_nan=False)
    assert found["epoch"] == [0, 1, 2]
    for name in ("information_x", "information_y", "doubts", "rms", "within", "between"):
        assert array(found, name).shape == (3, len(WIDTHS)), name
    assert array(found, "binned_x").shape == (3, len(WIDTHS))  # numbers of bins, not checkpoints
    rounding = 1e-4
    x, y = array(found, "information_x"), array(found, "information_y")
    # each term is at most log n, of labels at most -log of the share of the rarer one
    assert (x <= math.log(4096) + rounding).all()
    assert (y <= -math.log(tishby.load().y.mean()) + 0.1).all()
    assert (y <= x + 4 * array(found, "information_x_std") + rounding).all()
    reached = array(found, "accuracy")
    assert ((reached >= 0) & (reached <= 1)).all()


def test_the_first_layer_is_one_with_noise_added_to_it():
    """Before it there is no noise: sampled propagation and the exact estimator must agree."""
    found = cluster([{**NOISY, "seed": 3, "inputs": 256}])[0]
    data = tishby.load()
    model = Perceptrons([12, *WIDTHS, 2], [3])
    rows = outputs_of(model, ["layer1"], data.x)["layer1"][0].numpy()
    for name, other in (("x", data.x), ("y", data.y)):
        known = Exact(noise_std=0.3).estimate(other, rows, seed=1)
        sampled, std = (found[f"information_{name}{end}"][0][0] for end in ("", "_std"))
        assert 0 < std < 0.2
        assert abs(sampled - known.value) < 4 * math.hypot(std, known.std)
    assert found["rms"][0][0] == pytest.approx(math.sqrt((rows**2).mean()), abs=1e-4)


def test_information_falls_with_the_noise_from_its_ceiling_to_nothing():
    found = [cluster([{**NOISY, "noise_std": s, "seed": 0}])[0] for s in (1e-6, 0.3, 1e3)]
    x, std = (np.array([array(f, f"information_x{e}") for f in found]) for e in ("", "_std"))
    np.testing.assert_allclose(x[0], math.log(4096), atol=1e-3)
    assert (x[1] < math.log(4096) - 1).all()
    assert (x[1] > 4 * std[1]).any()
    assert (np.abs(x[2]) < 4 * std[2] + 1e-3).all()


def test_a_later_layer_has_no_more():
    found = cluster([{**NOISY, "seed": 1, "inputs": 128, "noise_std": 0.1}])[0]
    for name in "xy":
        more = np.diff(array(found, f"information_{name}"))
        assert (more < 4 * array(found, f"more_{name}_std") + 1e-3).all()
    assert (np.diff(array(found, "information_x")) < 0).all()


def test_layers_are_compared_more_surely_than_their_own_errors_say():
    """Over the same inputs and passes: a good input for one layer is good for the next."""
    found = cluster([{**NOISY, "seed": 1, "inputs": 128, "noise_std": 0.1}])[0]
    for name in "xy":
        std = array(found, f"information_{name}_std")
        paired, apart = array(found, f"more_{name}_std"), np.hypot(std[:, 1:], std[:, :-1])
        assert paired.shape == apart.shape
        assert (paired > 0).all()
        assert paired.mean() < 0.9 * apart.mean()


def test_bins_that_divide_bins_lose_nothing():
    binned = array(cluster([{**NOISY, "seed": 1}])[0], "binned_x")
    assert (np.diff(binned, axis=0) > 0).all()
    assert (binned[0] <= np.array(WIDTHS) * math.log(2) + 1e-4).all()


def test_distances_by_hand():
    t = np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0], [6.0, 8.0]])
    found = _distances(t, np.array([0, 0, 1, 1]))
    np.testing.assert_allclose(sorted(found["within"]), [5, math.hypot(6, 7)])
    between = [1, 10, math.hypot(3, 3), 5]
    np.testing.assert_allclose(sorted(found["between"]), sorted(between))


def test_histograms_are_of_all_pairs_and_in_units_of_the_widest_distance():
    found = cluster([{**NOISY, "seed": 0, "noise_std": 0.05}])[0]
    assert (DISTANCES[0], DISTANCES[-1]) == (0, 1)
    counts = {name: array(found, f"{name}_counts") for name in ("within", "between")}
    assert counts["within"].shape == (3, len(WIDTHS), len(DISTANCES) - 1)
    pairs = sum(c.sum(axis=-1) for c in counts.values())
    assert (pairs == ROWS * (ROWS - 1) / 2).all()
    ones = tishby.load().y.mean()
    same = counts["within"].sum(axis=-1) / pairs
    # three standard errors of the square of a share of a thousand rows
    assert (np.abs(same - ones**2 - (1 - ones) ** 2) < 3 / math.sqrt(ROWS)).all()
    for name, count in counts.items():
        mean = array(found, name) / (2 * np.sqrt(WIDTHS))  # (checkpoints, layers)
        shares = count / count.sum(axis=-1, keepdims=True)
        # a mean lies between those of the lower and of the upper edges
        assert (shares @ DISTANCES[:-1] <= mean + 1e-4).all()
        assert (shares @ DISTANCES[1:] >= mean - 1e-4).all()


def test_no_pair_is_lost_beyond_the_end_of_the_axis():
    found = cluster([{**NOISY, "seed": 0, "noise_std": 10.0}])[0]
    counts = sum(array(found, f"{name}_counts") for name in ("within", "between"))
    assert (counts.sum(axis=-1) == ROWS * (ROWS - 1) / 2).all()
    assert (counts[..., -1] > 0.5 * counts.sum(axis=-1)).all()


def test_networks_are_trained_on_their_own_four_fifths(monkeypatch):
    seen = []
    real = noisy_network.fit

    def watch(model, x, y, **options):
        seen.append(np.asarray(x))
        return real(model, x, y, **options)

    monkeypatch.setattr(noisy_network, "fit", watch)
    cluster([{**NOISY, "seed": seed} for seed in (0, 1)])
    data = tishby.load()
    for rows, seed in zip(seen[0], (0, 1), strict=True):
        np.testing.assert_array_equal(rows, data.x[tishby.split(4096, seed)[0]])
