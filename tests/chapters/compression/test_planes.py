"""Chapter 09: a point of the plane of every layer respects what holds of it."""

import json
import math

import numpy as np
import pytest
import torch

from infoplane.chapters.compression import planes
from infoplane.chapters.compression.planes import LAYERS
from infoplane.models import kept
from infoplane.models.noisy_cnn import NoisyCNNs
from infoplane.records.store import plain

PLANE = {
    "dataset": "digits", "noise": "multiplicative", "noise_std": 1e-3, "dropout": 0.1,
    "batch": 64, "rate": 1e-3, "epochs": 1, "epoch": 1, "rows": 200, "learn_rows": 200,
    "code_dim": 4, "encoder_rows": 300, "encoder_epochs": 1, "encoder_batch": 50,
    "encoder_rate": 3e-3, "shares": [0.25, 1.0, 4.0], "samples": 200, "seed": 0,
}  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "build_dir", lambda: tmp_path)
    return tmp_path


@pytest.fixture
def untrained(monkeypatch):
    monkeypatch.setattr(planes, "networks", lambda configs, epoch, device: NoisyCNNs([0]).eval())


@pytest.fixture
def found(untrained):
    return planes.plane(PLANE)


def test_it_is_a_record_of_every_layer(found):
    assert plain(found) == found
    json.dumps(found, allow_nan=False)
    assert found["n"] == 200
    assert not found["refused"]
    for name in ("rms", "lost", *planes.ESTIMATORS):
        assert len(found[name]) == len(LAYERS)
    assert np.shape(found["exact_x"]) == np.shape(found["exact_y_std"]) == (len(LAYERS), 3)
    assert found["lost_x"] > 0
    assert all(0 <= lost < 1 for lost in found["lost"])


def test_warnings_are_said_once_and_name_whom_they_are_of(found):
    places = [place for several in found["warnings"].values() for place in several]
    assert places  # 200 rows are few for eight columns, and for small noise
    for place in places:
        quantity, layer = place.split(".")
        assert quantity in found
        assert layer in LAYERS
    assert all(len(set(several)) == len(several) for several in found["warnings"].values())


def test_information_falls_with_noise_and_stays_below_log_n(found):
    for side, most in (("x", math.log(200)), ("y", math.log(10))):
        value, std = np.array(found[f"exact_{side}"]), np.array(found[f"exact_{side}_std"])
        assert (value <= most + 3 * std + 0.1).all()  # the row left out may err to either side
        assert (np.diff(value, axis=1) <= 3 * np.hypot(std[:, 1:], std[:, :-1]) + 1e-3).all()


def test_a_trained_network_tells_labels_and_codes_of_it_do_too():
    at = {**PLANE, "epochs": 6, "rate": 3e-3, "rows": 300, "learn_rows": 1000}
    before, after = (planes.plane({**at, "epoch": epoch}) for epoch in (0, 6))
    # thirty rows of a class are too few for the weights of WKL in four columns
    assert after["ksg_y"][-1] > before["ksg_y"][-1] + 0.3


def test_what_is_refused_says_why_and_the_other_layers_go_on(monkeypatch):
    class Dead(NoisyCNNs):
        def layers(self, x):
            return super().layers(x) | {"L4": torch.zeros(1, len(x), 32)}

    monkeypatch.setattr(planes, "networks", lambda configs, epoch, device: Dead([0]).eval())
    found = planes.plane(PLANE)
    dead = {f"{name}.L4" for name in (*planes.ESTIMATORS, "exact")}
    assert set(found["refused"]) == dead
    assert "constant" in found["refused"]["ksg_x.L4"]
    for name in planes.ESTIMATORS:
        assert [value is None for value in found[name]] == [False, False, True, False]
    assert found["exact_x"][2] == found["exact_y_std"][2] == [None] * 3
    assert found["lost"][2] == 0
    json.dumps(found, allow_nan=False)
