"""Chapter 09: networks are trained once, found again at every epoch, and as they were trained."""

import math

import pytest
import torch

from infoplane.chapters.compression import classifiers
from infoplane.datasets import vision
from infoplane.models import kept
from infoplane.models.images import loss_and_accuracy
from infoplane.models.noisy_cnn import LAYERS

NETWORK = {
    "dataset": "digits", "noise": "multiplicative", "noise_std": 1e-3, "dropout": 0.1,
    "batch": 64, "rate": 1e-3, "epochs": 2,
}  # fmt: skip


pytestmark = pytest.mark.usefixtures("few")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "build_dir", lambda: tmp_path)
    return tmp_path


def configs(*seeds, **changed):
    return [{**NETWORK, **changed, "seed": seed} for seed in seeds]


def test_what_was_trained_is_found_and_says_the_values_of_its_record(monkeypatch):
    values = classifiers.train(configs(0, 1))
    assert [len(v[name]) for v in values for name in v] == [3] * 6
    assert values[0] != values[1]
    monkeypatch.setattr(classifiers, "fit", None)  # whoever trains again fails
    for epoch in range(3):
        model = classifiers.networks(configs(1, 0), epoch)
        assert not model.training
        for split, names in (("test", ("test_loss", "accuracy")), ("train", ("train_loss",))):
            again = loss_and_accuracy(model, *vision.enlarged("digits", split))
            for name, found in zip(names, again, strict=False):
                told = [v[name][epoch] for v in reversed(values)]
                assert found.tolist() == pytest.approx(told, abs=6e-5)


def test_losses_start_at_chance_and_fall():
    (values,) = classifiers.train(configs(0, epochs=8, rate=3e-3))
    assert values["train_loss"][0] == pytest.approx(math.log(10), abs=0.2)
    assert values["train_loss"][-1] < values["train_loss"][0] - 0.3


def test_a_network_that_is_gone_is_trained_to_the_same_with_those_after_it(folder, monkeypatch):
    classifiers.train(configs(0, 1))
    x = vision.enlarged("digits", "test", 20)[0]
    before = [classifiers.networks(configs(0, 1), epoch).layers(x) for epoch in range(3)]
    for place in folder.rglob("*.pt"):
        place.unlink()
    classifiers.networks(configs(0, 1), 0)
    monkeypatch.setattr(classifiers, "fit", None)
    for epoch, layers in enumerate(before):
        again = classifiers.networks(configs(0, 1), epoch).layers(x)
        for name in LAYERS:
            torch.testing.assert_close(again[name], layers[name], rtol=0, atol=0)


def test_networks_of_one_training_come_alone_as_they_come_together():
    classifiers.train(configs(0, 1))
    x = vision.enlarged("digits", "test", 20)[0]
    together, alone = (classifiers.networks(c, 2) for c in (configs(0, 1), configs(1)))
    for name in LAYERS:
        torch.testing.assert_close(together.layers(x)[name][1], alone.layers(x)[name][0])


@pytest.mark.parametrize(
    "changed", [{"noise": "additive"}, {"noise_std": 0.5}, {"dropout": 0.5}, {"rate": 1e-2}]
)
def test_another_setting_is_another_network(changed):
    x = vision.enlarged("digits", "test", 20)[0]
    one, other = (classifiers.networks(c, 1).layers(x) for c in (configs(0), configs(0, **changed)))
    assert not torch.allclose(one["L5"], other["L5"])


def test_the_length_of_a_training_does_not_make_another_network(monkeypatch):
    classifiers.train(configs(0, epochs=2))
    monkeypatch.setattr(classifiers, "fit", None)
    classifiers.networks(configs(0, epochs=1), 2)
