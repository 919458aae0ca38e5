"""Chapter 06: exact values, critics and classifiers of an embedding whose values are known."""

import json
import math

import numpy as np
import pytest

from infoplane.chapters.transfer_learning import statics
from infoplane.chapters.transfer_learning.embedded import Embedded
from infoplane.chapters.transfer_learning.settings import NORMS
from infoplane.chapters.transfer_learning.statics import compactness, critics, labels
from tests.chapters.transfer_learning.world import planned

MADE = planned(noise_std=0.5, noise_stds=[0.05, 0.5, 1.0], samples=400, steps=150)
STATIC, CRITIC, LABEL = (MADE[part].configs[0] for part in ("compactness", "critics", "labels"))


def put(monkeypatch, x, y):
    found = Embedded(x, y, np.arange(len(y)) % 5 == 0, {})
    monkeypatch.setattr(statics, "embedded", lambda config: found)


def cloud(n=200, d=3, apart=0.0, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) % 2)
    return rng.standard_normal((n, d)) + apart * (y[:, None] - 0.5), y


def test_points_far_apart_at_each_scale_by_hand(monkeypatch):
    """Four points on the axes, of lengths 5 and 50. At noise .05 all scales tell them apart, log 4.
    With rows of length 1 they are 1.4 to 2 apart, at their own scale 70 to 100: at noise 1 the
    second still tells all, the first hardly any."""
    x = np.array([[5.0, 0.0], [0.0, 5.0], [-50.0, 0.0], [0.0, -50.0]])
    put(monkeypatch, x, np.array([0, 1, 0, 1]))
    values = compactness(STATIC)
    assert values["n"] == 4
    assert list(values["exact"]) == list(NORMS)
    for norm in ("rows", "raw"):
        assert values["exact"][norm][0] == pytest.approx(math.log(4), abs=1e-4)
    assert values["exact"]["raw"] == pytest.approx([math.log(4)] * 3, abs=1e-3)
    assert values["exact"]["rows"][2] < 0.8
    json.dumps(values, allow_nan=False)
    # a factor is seen by noise at the network's own scale, and by no other
    put(monkeypatch, x / 50, np.array([0, 1, 0, 1]))
    smaller = compactness(STATIC)["exact"]
    assert smaller["rows"] == values["exact"]["rows"]
    assert smaller["variance"] == pytest.approx(values["exact"]["variance"], abs=1e-4)
    assert smaller["raw"][2] < 0.5 * values["exact"]["raw"][2]


def test_exact_values_are_below_log_n_and_fall_as_the_noise_grows(monkeypatch):
    x, y = cloud()
    put(monkeypatch, x, y)
    values = compactness(STATIC)
    for norm in NORMS:
        exact, std = (np.array(values[name][norm]) for name in ("exact", "exact_std"))
        assert exact.shape == std.shape == (3,)
        assert (exact <= math.log(200) + 1e-4).all()
        assert (np.diff(exact) < -3 * std[1:]).all()


def test_a_linear_channel_has_the_information_of_a_gaussian(monkeypatch):
    """d/2 log(1 + 1/(d s^2)) of many Gaussian rows of total variance 1: of 3 columns at s = .5
    1.27 nats, and of 1 000 rows, far below log 1000, a few hundredths off."""
    x, y = cloud(1000)
    put(monkeypatch, x, y)
    found = compactness(STATIC)["exact"]["variance"][1]
    assert found == pytest.approx(1.5 * math.log(1 + 1 / 0.75), abs=0.1)


def test_rows_that_are_equal_share_nothing(monkeypatch):
    put(monkeypatch, np.ones((30, 2)), np.arange(30) % 2)
    monkeypatch.setattr(statics, "NORMS", ("rows", "raw"))  # no variance to divide by
    assert compactness(STATIC)["exact"] == {"rows": [0, 0, 0], "raw": [0, 0, 0]}


def test_aa_mine_finds_a_part_of_the_exact_value(monkeypatch):
    x, y = cloud(400)
    put(monkeypatch, x, y)
    exact = compactness(STATIC)["exact"]["rows"][1]
    values = critics(CRITIC)
    aware = values["aware"]
    assert 0.3 * exact < aware["value"] < exact + 0.3
    assert isinstance(aware["warnings"], list)
    assert not set(values) & set(CRITIC)
    json.dumps(values, allow_nan=False)


def test_noise_takes_from_aa_mine_and_not_from_labels(monkeypatch):
    x, y = cloud(400, apart=3.0)
    put(monkeypatch, x, y)
    little, much = (critics(CRITIC | {"noise_std": s}) for s in (0.1, 2.0))
    assert little["aware"]["value"] > much["aware"]["value"] + 0.5
    assert little["mine"] == much["mine"]


def test_labels_told_by_rows_have_the_information_of_labels(monkeypatch):
    """log 2 of two classes far apart, and nothing of labels that are drawn."""
    x, y = cloud(400, apart=12.0)
    put(monkeypatch, x, y)
    assert labels(LABEL)["value"] == pytest.approx(math.log(2), abs=0.05)
    mine = critics(CRITIC)["mine"]["value"]
    assert 0.4 < mine < math.log(2) + 0.1
    put(monkeypatch, *cloud(400, apart=0.0))
    assert abs(labels(LABEL)["value"]) < 0.03
    assert abs(critics(CRITIC)["mine"]["value"]) < 0.2  # of a hundred rows held out


def test_a_seed_is_another_run_and_the_same_seed_the_same(monkeypatch):
    x, y = cloud(200, apart=1.0)
    put(monkeypatch, x, y)
    short = CRITIC | {"steps": 20}
    assert critics(short) == critics(short)
    other = critics(short | {"seed": 77})
    for name in ("aware", "mine"):
        assert other[name]["value"] != critics(short)[name]["value"]
    assert labels(LABEL) == labels(LABEL)
    assert labels(LABEL | {"seed": 77})["value"] != labels(LABEL)["value"]
    assert labels(LABEL | {"folds": 6})["value"] != labels(LABEL)["value"]


def test_the_learning_rate_is_that_of_aa_mine(monkeypatch):
    x, y = cloud(200, apart=1.0)
    put(monkeypatch, x, y)
    short = CRITIC | {"steps": 20}
    slow = critics(short | {"rate": short["rate"] / 10})
    assert slow["aware"]["value"] < critics(short)["aware"]["value"]
    assert slow["mine"] == critics(short)["mine"]


def test_what_is_no_number_can_be_filed():
    class Found:
        value, std, warnings = 1.0000049, float("nan"), ("low",)

    assert statics._kept(Found) == {"value": 1.0, "std": None, "warnings": ["low"]}
