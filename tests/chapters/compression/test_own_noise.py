"""The exact information behind a network's own noise: at log N where it is small, infinite at 0."""

import math

import pytest
import torch

from infoplane.chapters.compression import own_noise, tables
from infoplane.chapters.compression.settings import LAYERS
from infoplane.models import kept
from infoplane.models.noisy_cnn import NoisyCNNs
from tests.chapters.compression.test_planes import PLANE


@pytest.fixture(autouse=True)
def untrained(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "build_dir", lambda: tmp_path)
    monkeypatch.setattr(own_noise, "networks", lambda *_, device: NoisyCNNs([0]).eval())


def test_small_noise_tells_all_images_apart_and_large_noise_does_not():
    small, large = (own_noise.own_noise({**PLANE, "noise_std": std}) for std in (1e-3, 1.0))
    for i, layer in enumerate(LAYERS[:3]):
        assert small["exact"][i] == pytest.approx(math.log(200), abs=0.2), layer
    assert large["exact"][-1] < 1  # ten numbers near -log 10, and as much noise
    assert small["n"] == 200
    assert not small["refused"]


def test_a_unit_at_zero_has_no_noise_and_says_so(monkeypatch):
    class Dead(NoisyCNNs):
        def layers(self, x):
            return super().layers(x) | {"L3": torch.zeros(1, len(x), 32)}

    monkeypatch.setattr(own_noise, "networks", lambda *_, device: Dead([0]).eval())
    found = own_noise.own_noise(PLANE)
    assert found["exact"][1] is None
    assert set(found["refused"]) == {"L3"}


def test_as_a_table_it_stands_beside_its_ceiling():
    import pandas as pd

    frame = pd.DataFrame({"exact": [[1.0, 2.0, None, 4.0], [3.0, 2.0, 3.0, 4.0]], "n": [200, 200]})
    table = tables.own(frame)
    assert table["mean"].tolist()[:2] == [2.0, 2.0]
    assert math.isnan(table.loc["L4", "mean"])  # infinite for one is no mean of the others
    assert table["least"].tolist()[3] == 4.0
    assert table["log N"].iloc[0] == pytest.approx(math.log(200))
