"""networks.json: what it may call, and what is wrong with it."""

import json

import pytest
import torch

from infoplane.errors import InputError
from infoplane.models.backbones import listed
from tests.models.backbones.conftest import ENTRY, needs_timm


def test_no_file_is_no_network(data):
    assert listed.entries() == {}


def test_an_entry_is_what_it_says(small, data):
    entry = listed.entries()["small"]
    assert entry.file == data / "weights" / "small.pt"
    assert entry.told == "torchvision.models.squeezenet1_1(num_classes=11)"
    assert entry.preprocessing.size == entry.preprocessing.resize == 48
    assert (entry.preprocessing.channels, entry.preprocessing.scale) == ("BGR", "0..255")
    assert entry.preprocessing.mean == (104, 117, 123)
    assert entry.build()(torch.zeros(1, 3, 48, 48)).shape == (1, 11)


@needs_timm
def test_networks_of_timm_and_the_generators_behind_them(lists):
    lists(
        one={"constructor": "timm.create_model", "args": ["test_resnet"], "sha256": ""},
        two={"constructor": "timm.models._gen", "sha256": ""},
    )
    with pytest.raises(InputError, match=r"'two'.*'timm\.models\._gen' is not called"):
        listed.entries()
    wide = {"channel_multiplier": 0.25, "num_classes": 7}
    lists(
        one={"constructor": "timm.create_model", "args": ["test_resnet"], "sha256": ""},
        two={
            "constructor": "timm.models.efficientnet._gen_mobilenet_v1",
            "args": ["mobilenetv1_100"], "kwargs": wide, "sha256": "",
        },
    )  # fmt: skip
    found = listed.entries()
    assert found["one"].build()(torch.zeros(1, 3, 64, 64)).shape == (1, 11)
    assert found["two"].build()(torch.zeros(1, 3, 64, 64)).shape == (1, 7)
    assert found["two"].library == "timm"


@pytest.mark.parametrize(
    "constructor",
    [
        "os.system", "torch.load", "torchvision.models", "torchvision.models.os.system",
        "torchvision.modelsX.resnet18", "timm.models._hub.load_state_dict_from_hf",
        "timm.models.load_checkpoint", "timm", "torchvision.datasets.MNIST", "",
        "torchvision.models.resnet18()", "torchvision.models.resnet18\n", 3,
    ],
)  # fmt: skip
def test_nothing_else_is_called(lists, constructor):
    lists(one={"constructor": constructor, "sha256": ""})
    with pytest.raises(InputError, match=r"'one'.*is not called: name a function of torchvision"):
        listed.entries()


@pytest.mark.parametrize(
    "constructor",
    [
        "torchvision.models.get_model", "torchvision.models.get_weight",
        "torchvision.models.no_such_network",
        pytest.param("timm.models.helpers.load_checkpoint", marks=needs_timm),
        pytest.param("timm.models.no_such_module.network", marks=needs_timm),
    ],
)  # fmt: skip
def test_tools_of_the_libraries_are_not_called_either(lists, constructor):
    lists(one={"constructor": constructor, "args": ["resnet18"], "kwargs": {}, "sha256": ""})
    with pytest.raises(InputError, match=r"'one'.*(fails|cannot be imported)"):
        listed.entries()["one"].build()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kwargs": {"weights": "DEFAULT"}}, "kwargs weights is not accepted"),
        ({"kwargs": {"pretrained": True}}, "kwargs pretrained is not accepted"),
        ({"kwargs": {"checkpoint_path": "x"}}, "kwargs checkpoint_path"),
        ({"kwargs": {"layers": [1, 2]}}, "args are to be words and numbers"),
        ({"args": [True]}, "args are to be words and numbers"),
        ({"args": ["hf-hub:someone/model"]}, "name a place"),
        ({"args": ["../x"]}, "name a place"),
        ({"args": "resnet18"}, "args is to be a list"),
        ({"file": "../small.pt"}, r"file '\.\./small\.pt'"),
        ({"file": None}, "file None"),
        ({"channels": "GBR"}, "what it sees cannot be read"),
        ({"mean": 3}, "what it sees cannot be read"),
        ({"input_size": "large"}, "what it sees cannot be read"),
        ({"std": [1, 1]}, "what it sees cannot be read"),
    ],
)
def test_bad_entries(lists, fields, sentence):
    lists(one={"sha256": ""} | fields)
    with pytest.raises(InputError, match=f"network 'one' of .*{sentence}"):
        listed.entries()


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"one": 3}', '{"one": {}}'])
def test_a_damaged_file_is_refused(data, text):
    (data / "weights" / "networks.json").write_text(text)
    with pytest.raises(InputError, match=r"cannot be read|lacks library, constructor"):
        listed.entries()


def test_what_lacks_is_named(data):
    fields = {key: value for key, value in ENTRY.items() if key != "mean"}
    (data / "weights" / "networks.json").write_text(json.dumps({"one": fields}))
    with pytest.raises(InputError, match="lacks mean, sha256: add them"):
        listed.entries()
