"""Chapter 08: LeNets are trained once, found again, and are the same however they came."""

import pytest
import torch

from infoplane.chapters.lenet_mine import networks
from infoplane.datasets import vision
from infoplane.models import kept
from infoplane.models.images import accuracy
from infoplane.models.lenet import LAYERS

NETWORK = {"dataset": "digits", "optimiser": "adam", "batch": 256, "rate": 1e-3, "epochs": 1}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "build_dir", lambda: tmp_path)
    return tmp_path


def configs(*seeds, **changed):
    return [{**NETWORK, **changed, "seed": seed} for seed in seeds]


def test_what_was_trained_is_found_and_says_the_accuracy_of_its_record(few, monkeypatch):
    values = networks.train(configs(0, 1))
    monkeypatch.setattr(networks, "fit", None)  # whoever trains again fails
    model = networks.networks(configs(1, 0), 0)
    again = accuracy(model, *vision.enlarged("digits", "test")).tolist()
    assert [v["accuracy"] for v in values] == [[round(a, 4)] for a in reversed(again)]


def test_a_network_that_is_gone_is_trained_to_the_same(few, folder):
    networks.train(configs(0, 1))
    x = vision.enlarged("digits", "test", 20)[0]
    before = {name: networks.layer_at(configs(0, 1), 0, name, x) for name in LAYERS}
    for place in folder.rglob("*.pt"):
        place.unlink()
    for name, layer in before.items():
        again = networks.layer_at(configs(0, 1), 0, name, x)
        torch.testing.assert_close(again, layer, rtol=0, atol=0)


def test_critics_share_networks_and_a_later_epoch_is_another(few):
    x = vision.enlarged("digits", "test", 20)[0]
    shared = [{**c, "network": 3} for c in configs(0, 1)]  # two critics, one network
    first = networks.layer_at(shared, 0, "relu3", x)
    torch.testing.assert_close(first[0], first[1], rtol=0, atol=0)
    own = networks.layer_at(configs(3), 0, "relu3", x)
    torch.testing.assert_close(first[0], own[0], rtol=0, atol=0)
    later = networks.layer_at(shared[:1], 4, "relu3", x)
    assert not torch.allclose(first[0], later[0])


def test_another_setting_is_another_network(few):
    x = vision.enlarged("digits", "test", 20)[0]
    one, other = (
        networks.layer_at(configs(0, optimiser=name), 0, "sm1", x) for name in ("adam", "sgd")
    )
    assert not torch.allclose(one, other)
