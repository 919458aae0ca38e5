"""A data folder of a test's own, with one network, and images to embed."""

import hashlib
import importlib.util
import json

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision import models

from infoplane.models.backbones import parts

needs_timm = pytest.mark.skipif(
    importlib.util.find_spec("timm") is None, reason="timm is not installed: infoplane[vision]"
)

ENTRY = {
    "library": "torchvision",
    "constructor": "torchvision.models.squeezenet1_1",
    "args": [],
    "kwargs": {"num_classes": 11},
    "input_size": 48,
    "mean": [104, 117, 123],
    "std": [1, 1, 1],
    "channels": "BGR",
    "scale": "0..255",
    "file": "small.pt",
    "dtype": "float16",
}


@pytest.fixture
def data(tmp_path, monkeypatch):
    """INFOPLANE_DATA, empty; the caches of the libraries are, too, and there is no network."""
    folder = tmp_path / "data"
    (folder / "weights").mkdir(parents=True)
    monkeypatch.setenv("INFOPLANE_DATA", str(folder))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setattr(parts, "build_dir", lambda: tmp_path / "build")

    def no_network(*arguments, **options):
        raise OSError("no connection")

    monkeypatch.setattr(torch.hub, "download_url_to_file", no_network)
    if importlib.util.find_spec("huggingface_hub"):
        monkeypatch.setattr("huggingface_hub.hf_hub_download", no_network)
    return folder


@pytest.fixture
def lists(data):
    """Write networks.json: names and what differs from ENTRY."""

    def write(**networks):
        found = {name: ENTRY | fields for name, fields in networks.items()}
        (data / "weights" / "networks.json").write_text(json.dumps(found))

    return write


@pytest.fixture
def small(data, lists):
    """The network "small" in networks.json, its weights in float16; its state dict."""
    torch.manual_seed(3)
    state = models.squeezenet1_1(num_classes=11).state_dict()
    file = data / "weights" / "small.pt"
    torch.save({name: w.half() for name, w in state.items()}, file)
    lists(small={"sha256": hashlib.sha256(file.read_bytes()).hexdigest()})
    return {name: w.half().float() for name, w in state.items()}


@pytest.fixture
def images(tmp_path):
    """Eight pictures of noise of different shapes, as files."""
    rng = np.random.default_rng(0)
    folder = tmp_path / "images"
    folder.mkdir()
    files = []
    for i in range(8):
        pixels = rng.integers(0, 256, (60 + i, 75 - i, 3), dtype=np.uint8)
        files.append(folder / f"{i}.png")
        Image.fromarray(pixels).save(files[-1])
    return files
