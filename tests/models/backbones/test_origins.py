"""The table of networks: complete, as its sources have it, and refused where it is damaged."""

import pytest
from torchvision import models

from infoplane import paths
from infoplane.errors import InputError
from infoplane.models.backbones import listed, origins
from infoplane.models.backbones.families import SOURCE, TORCHVISION
from infoplane.models.backbones.stored import stored_networks


def test_every_network_that_is_named_is_in_the_table():
    here = set(models.list_models(module=models))
    for name in (*SOURCE, *TORCHVISION):
        assert origins.of(name, "torchvision" if name in here else "timm").name == name


def test_numbers_of_torchvision_are_those_it_documents():
    for each in origins.listing():
        if each.library == "torchvision":
            weights = next(iter(models.get_model_weights(each.name)))
            assert each.origin == weights.url
            assert each.parameters == weights.meta["num_params"]
            assert each.accuracy == weights.meta["_metrics"]["ImageNet-1K"]["acc@1"]


def test_a_number_has_its_source_and_a_missing_one_its_reason():
    for each in origins.listing():
        assert each.origin.startswith("https://")
        assert 1e5 < each.parameters < 1e8
        if each.accuracy is None:
            assert each.note, each.name
        else:
            assert 30 < each.accuracy < 90
            assert each.accuracy_source or each.library == "torchvision", each.name
        if each.library == "stored":
            assert "@" in each.origin  # repository@commit
            assert each.licence or each.note
            assert each.parameters_source or each.weights


def test_networks_of_this_machine_are_in_the_table():
    entries = listed.entries()
    if not entries:
        pytest.skip(f"no networks.json in {listed.weights_folder()}")
    known = [origins.of_weights(name) for name in entries]
    assert None not in known
    assert {each.name for each in known} <= set(stored_networks())
    for each, entry in zip(known, entries.values(), strict=True):
        assert each.parameters == sum(p.numel() for p in entry.build().parameters())
    assert set(stored_networks()) == {o.name for o in origins.listing() if o.library == "stored"}


def test_an_unknown_network_is_refused_and_unknown_weights_are_none():
    with pytest.raises(InputError, match=r"'resnet_v2_50'.*did you mean 'resnet_v2_50_slim'"):
        origins.of("resnet_v2_50")
    assert origins.of_weights("no_such_weights") is None


@pytest.mark.parametrize("text", ["", "[1, 2]", "stored: {a: {}}", "a: [", "stored: 1"])
def test_a_damaged_table_is_refused(tmp_path, monkeypatch, text):
    place = tmp_path / "networks.yml"
    place.write_text(text)
    monkeypatch.setattr(paths, "networks_yml", lambda: place)
    with pytest.raises(InputError, match=r"cannot be read.*git checkout"):
        origins.listing()


def test_without_a_checkout_origins_are_unknown(monkeypatch):
    monkeypatch.setattr(paths, "has_checkout", lambda: False)
    assert origins.of_weights("mobilenetv1_100") is None
