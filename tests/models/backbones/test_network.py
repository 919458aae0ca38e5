"""Embedding functions: widths, cuts, weights and seeds; the real ones where they are here."""

import dataclasses
import json

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn.functional import adaptive_avg_pool2d

from infoplane import paths
from infoplane.errors import InputError
from infoplane.models.backbones import listed, network, origins, parts, recipes
from infoplane.models.backbones.embedding import embed
from infoplane.models.backbones.families import SOURCE
from infoplane.models.backbones.network import backbone
from infoplane.models.backbones.stored import stored_embeddings
from infoplane.models.backbones.weights import Found
from tests.models.backbones.conftest import needs_timm

SIDE = 80  # Inception takes 75 and more


def noise(n=2, side=SIDE, seed=0):
    return torch.rand(n, 3, side, side, generator=torch.Generator().manual_seed(seed))


@needs_timm
@pytest.mark.parametrize("name", SOURCE)
def test_the_six_of_the_source_have_2048_columns(data, name):
    net = backbone(name, weights="random")
    found = net(noise())
    assert found.shape == (2, 2048)
    assert found.dtype == torch.float32
    assert not found.requires_grad
    assert net.classes == 1000
    assert net.layer == "penultimate"
    assert 2e7 < net.parameters < 5e7
    assert net.preprocess(Image.new("RGB", (400, 300))).shape == (3, net.size, net.size)
    assert net.size == (299 if name in ("inception_v3", "xception") else 224)
    json.dumps(net.provenance)


@pytest.mark.parametrize(
    ("name", "columns"),
    [("squeezenet1_0", 512), ("mobilenet_v3_small", 576), ("shufflenet_v2_x0_5", 1024),
     ("mnasnet0_5", 1280), ("regnet_y_400mf", 440), ("resnet18", 512), ("vgg11", 512)],
)  # fmt: skip
def test_columns_of_small_networks(data, name, columns):
    net = backbone(name, weights="random")
    assert net(noise(1, 64)).shape == (1, columns)
    if name != "vgg11":  # for a zero of 224 pixels it takes a second
        assert net.dim == columns


def test_the_penultimate_layer_is_what_the_classifier_takes(data):
    net = backbone("resnet18", weights="random", seed=4)
    model = recipes.recipe("resnet18").build().eval()
    model.load_state_dict(net._network.state_dict())
    x = noise()
    with torch.no_grad():
        h = model.maxpool(model.relu(model.bn1(model.conv1(x))))
        h = model.layer4(model.layer3(model.layer2(model.layer1(h))))
        expected = adaptive_avg_pool2d(h, 1).flatten(1)
    torch.testing.assert_close(net(x), expected)
    assert net.provenance["cut"] == "input of fc"


def test_a_named_layer_is_averaged_over_its_places(data):
    net = backbone("resnet18", weights="random", layer="layer2.0")
    whole = backbone("resnet18", weights="random")._network
    maps: list[torch.Tensor] = []
    whole.layer2[0].register_forward_hook(lambda _, given, came: maps.append(came))
    x = noise()
    with torch.no_grad():
        whole(x)
    found = net(x)
    assert net.layer == "layer2.0"
    assert net.dim == found.shape[1] == 128
    torch.testing.assert_close(found, maps[0].mean((2, 3)))


class Last(torch.nn.Module):
    """A classifier that takes maps with their channels last, as some of timm's do."""

    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(3, 5, 3)
        self.head = torch.nn.Linear(5, 7)

    def forward(self, x):
        return self.head(self.conv(x).permute(0, 2, 3, 1)).mean((1, 2))


def test_maps_with_channels_last_are_averaged_over_their_places(data):
    made = dataclasses.replace(recipes.recipe("resnet18"), build=Last)
    net = network.Backbone(made, made.build(), None, {})
    x = noise(2, 16)
    assert (net.classes, net.dim) == (7, 5)
    torch.testing.assert_close(net(x), net._network.conv(x).mean((2, 3)))


def test_what_is_behind_the_layer_is_not_computed(data):
    net = backbone("resnet18", weights="random", layer="layer1")
    reached = []
    net._network.layer2.register_forward_pre_hook(lambda *_: reached.append(True))
    net(noise(1))
    assert not reached
    assert not net._network.layer1._forward_hooks  # no hook is left


@pytest.mark.parametrize(
    ("layer", "near"), [("layer5", "layer4"), ("Layer1", "layer1"), ("layer2.0.conv9", "layer2.0")]
)
def test_an_unknown_layer_is_refused_with_the_nearest(data, layer, near):
    with pytest.raises(InputError, match=rf"layer='{layer}' is not in resnet18.*{near}"):
        backbone("resnet18", weights="random", layer=layer)


@needs_timm
def test_tokens_are_averaged_and_what_is_no_tensor_is_refused(data):
    net = backbone("test_vit", weights="random", layer="blocks.0")
    assert net(noise(2, 160)).shape == (2, 64)
    assert backbone("test_vit", weights="random")(noise(2, 160)).shape == (2, 64)
    flat = backbone("squeezenet1_1", weights="random", layer="features.3")
    flat._layer.register_forward_hook(lambda *_: (1, 2))
    with pytest.raises(InputError, match=r"layer='features\.3' of squeezenet1_1 gives tuple"):
        flat(noise())


def test_random_weights_are_those_of_the_seed_and_nobody_notices(data):
    x = noise()
    torch.manual_seed(11)
    before = torch.random.get_rng_state()
    found = [backbone("squeezenet1_1", weights="random", seed=s)(x) for s in (0, 0, 1)]
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.equal(found[0], found[1])
    assert not torch.allclose(found[0], found[2])


def test_evaluation_not_training(data):
    """Rows do not depend on their batch, as they would with batch statistics or dropout."""
    net = backbone("mobilenet_v2", weights="random")
    x = noise(4, 64)
    torch.testing.assert_close(net(x)[:1], net(x[:1]), atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(net(x), net(x))


def test_weights_of_networks_json_are_taken(small, data):
    net = backbone("small")
    for name, w in net._network.state_dict().items():
        assert w.dtype == torch.float32
        assert torch.equal(w, small[name])
    assert net.classes == 11
    assert net(torch.zeros(1, 3, 48, 48)).shape == (1, 512)
    assert net.provenance["sha256"] == recipes.recipe("small").listed.sha256
    assert net.provenance["file"] == "small.pt"
    assert str(data) not in json.dumps(net.provenance)  # no path of one machine


def test_random_and_pretrained_see_the_same(small):
    trained, drawn = backbone("small"), backbone("small", weights="random")
    assert trained.preprocessing == drawn.preprocessing
    assert trained.dim == drawn.dim == 512
    x = noise(1, 48)
    assert not torch.allclose(trained(x), drawn(x))


def test_a_file_of_the_users_own_is_taken(data):
    other = recipes.recipe("squeezenet1_1").build()
    torch.save(other.state_dict(), data / "weights" / "squeezenet1_1.pth")
    net = backbone("squeezenet1_1")
    assert net.provenance["origin"] == "INFOPLANE_DATA/weights"
    torch.testing.assert_close(net._network.state_dict(), other.state_dict())
    torch.save({"w": torch.ones(1)}, data / "weights" / "squeezenet1_1.pth")
    with pytest.raises(InputError, match=r"does not fit squeezenet1_1.*52 missing.*1 not known"):
        backbone("squeezenet1_1")


@needs_timm
def test_a_file_of_timms_own_is_built_by_timm(data, tmp_path):
    made = recipes.recipe("test_resnet")
    other = made.build()
    file = tmp_path / "model.pth"
    torch.save(other.state_dict(), file)
    found = network._trained(made, Found(file, "", "", by_library=True))
    torch.testing.assert_close(found.state_dict(), other.state_dict())
    torch.save({"w": torch.ones(1)}, file)
    with pytest.raises(InputError, match=r"model\.pth does not fit test_resnet"):
        network._trained(made, Found(file, "", "", by_library=True))


@pytest.mark.parametrize("shape", [(3, 64, 64), (1, 1, 64, 64), (1, 64, 64, 3), (2, 3)])
def test_other_shapes_are_refused(data, shape):
    net = backbone("squeezenet1_1", weights="random")
    with pytest.raises(InputError, match=r"batch has shape .*\(n, 3, height, width\) is accepted"):
        net(torch.zeros(shape))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [({"weights": "trained"}, "weights='trained'.*pretrained, random"), ({"seed": -1}, "seed=-1")],
)
def test_bad_input(data, arguments, sentence):
    with pytest.raises(InputError, match=sentence):
        backbone("squeezenet1_1", **arguments)


def test_a_network_without_a_classifier_is_refused(data):
    made = dataclasses.replace(recipes.recipe("resnet18"), build=lambda: torch.nn.Flatten())
    with pytest.raises(InputError, match="has no classifier to cut before"):
        network.Backbone(made, made.build(), None, {})


# Of each kind of preprocessing, and of both libraries, one.
REAL = ["mobilenetv1_025_128", "mobilenetv1_025", "squeezenet1_1", "squeezenet1_1_caffe"]


@needs_timm
@pytest.mark.parametrize("name", REAL)
def test_real_networks_give_the_embeddings_that_others_computed(name, tmp_path, monkeypatch):
    """Correlation above .99 over six images; float16 alone leaves it above .9999."""
    if name not in listed.entries() or not (paths.data_dir() / "embeddings").is_dir():
        pytest.skip(f"{name} or stored embeddings are not under {paths.data_dir()}")
    monkeypatch.setattr(parts, "build_dir", lambda: tmp_path)
    stored = stored_embeddings(origins.of_weights(name).name)
    rows = range(0, len(stored), len(stored) // 6)
    files = [paths.data_dir() / "catsdogs" / str(stored.paths[i]) for i in rows]
    if not all(file.is_file() for file in files):
        pytest.skip(f"the images are not under {paths.data_dir()}")
    net = backbone(name)
    found = embed(net, files, progress=False).embedding
    assert (net.size, net.dim) == (stored.size, stored.embedding.shape[1])
    expected = stored.embedding[list(rows)]
    assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.999
    centred = [each - each.mean(0) for each in (found, expected)]  # what tells images apart
    assert np.corrcoef(centred[0].ravel(), centred[1].ravel())[0, 1] > 0.99


def test_what_is_no_batch_of_numbers_is_refused(data):
    net = backbone("squeezenet1_1", weights="random")
    with pytest.raises(InputError, match=r"batch has ndarray: a tensor \(n, 3, height, width\)"):
        net(np.zeros((1, 3, 64, 64)))
    with pytest.raises(InputError, match=r"batch has dtype torch.uint8"):
        net(torch.zeros(1, 3, 64, 64, dtype=torch.uint8))
