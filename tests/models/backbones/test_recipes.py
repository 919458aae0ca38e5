"""What names stand for: the six of the source, the libraries, and what is not known."""

import sys

import pytest
from torchvision import models

from infoplane.errors import InputError
from infoplane.models.backbones import recipes
from infoplane.models.backbones.families import SOURCE, TORCHVISION
from tests.models.backbones.conftest import needs_timm

LIBRARY = {
    "resnet50": ("torchvision", 224, 256),
    "resnetv2_50": ("timm", 224, 235),
    "resnet101": ("torchvision", 224, 256),
    "resnetv2_101": ("timm", 224, 235),
    "inception_v3": ("torchvision", 299, 342),
    "xception": ("timm", 299, 333),
}  # int(size / crop_pct) for timm: 224 / .95, 299 / .8975


@needs_timm
def test_the_six_of_the_source(data):
    assert tuple(LIBRARY) == SOURCE
    for name, (library, size, resize) in LIBRARY.items():
        found = recipes.recipe(name)
        assert (found.name, found.library) == (name, library)
        assert (found.preprocessing.size, found.preprocessing.resize) == (size, resize)
        assert found.url or found.hub
    assert "legacy_xception" in recipes.recipe("xception").constructor


def test_small_networks_that_all_can_download(data):
    assert len(TORCHVISION) == len(set(TORCHVISION)) >= 10
    for name in TORCHVISION:
        found = recipes.recipe(name)
        assert found.library == "torchvision"
        assert found.url.startswith("https://download.pytorch.org/models/")
        assert len(found.hash_prefix) >= 8
        assert found.hash_prefix in found.url
        assert found.weights_name == "IMAGENET1K_V1"


def test_preprocessing_is_that_of_the_weights(data):
    for name in TORCHVISION:
        see = next(iter(models.get_model_weights(name))).transforms()
        found = recipes.recipe(name).preprocessing
        assert [found.size, found.resize] == [*see.crop_size, *see.resize_size]
        assert [found.mean, found.std] == [tuple(see.mean), tuple(see.std)]
        assert found.interpolation == see.interpolation.value
        assert (found.channels, found.scale) == ("RGB", "0..1")


def test_a_network_of_this_machine_comes_first(lists):
    lists(resnet18={"sha256": ""}, my_own={"sha256": ""})
    assert recipes.recipe("resnet18").listed
    assert recipes.recipe("resnet18").preprocessing.size == 48
    assert recipes.recipe("resnet34").listed is None
    assert {"my_own", "resnet34", *SOURCE} <= set(recipes.names())


@needs_timm
def test_networks_of_timm_with_and_without_the_tag_of_a_training(data):
    plain, tagged = recipes.recipe("test_resnet"), recipes.recipe("resnet50.a1_in1k")
    assert plain.library == tagged.library == "timm"
    assert tagged.hub == "timm/resnet50.a1_in1k"
    assert recipes.recipe("resnet50").library == "torchvision"


@needs_timm
@pytest.mark.parametrize(
    ("name", "near"),
    [("resnet5O", "resnet50"), ("Xception", "xception"), ("my_onw", "my_own"),
     ("mobilenetv1_10", "mobilenetv1_100")],
)  # fmt: skip
def test_the_nearest_name_is_told(lists, name, near):
    lists(my_own={"sha256": ""})
    with pytest.raises(InputError, match=f"'{name}' is not in .*did you mean '{near}'"):
        recipes.recipe(name)


@pytest.mark.parametrize("name", ["", "../weights/small", "no such network at all", "os.system"])
def test_names_that_nothing_is_like(data, name):
    with pytest.raises(InputError, match="choose one of resnet50, resnetv2_50"):
        recipes.recipe(name)


def test_without_timm_its_networks_say_how_to_have_it(data, monkeypatch):
    monkeypatch.setitem(sys.modules, "timm", None)
    assert recipes.recipe("resnet50").library == "torchvision"
    for name in ("xception", "resnetv2_101"):
        with pytest.raises(InputError, match=r"built by timm.*pip install 'infoplane\[vision\]'"):
            recipes.recipe(name)
    with pytest.raises(InputError, match=r"not in torchvision [\d.]+: .*infoplane\[vision\]"):
        recipes.recipe("ghostnet_100")
