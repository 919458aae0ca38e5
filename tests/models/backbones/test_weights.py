"""Weights: the file that is taken, what it may hold, and what does not fit."""

import dataclasses
import hashlib

import pytest
import torch
from torchvision import models

from infoplane.errors import InputError
from infoplane.models.backbones import recipes, weights
from tests.models.backbones.conftest import needs_timm


def digest(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def state():
    """Of a small network as torchvision makes it."""
    return models.squeezenet1_1().state_dict()


def test_the_listed_file_is_compared_with_its_sha256(small, data):
    made = recipes.recipe("small")
    found = weights.find(made)
    assert found.file == data / "weights" / "small.pt"
    assert found.sha256 == digest(found.file)
    found.file.write_bytes(found.file.read_bytes() + b"\0")
    with pytest.raises(InputError, match=r"small\.pt is corrupt or another file: its sha256 is"):
        weights.find(made)
    found.file.unlink()
    with pytest.raises(InputError) as told:
        weights.find(made)
    assert all(word in str(told.value) for word in (made.listed.sha256, str(found.file), "small"))


@pytest.mark.parametrize("suffix", [".pt", ".pth"])
def test_a_file_of_the_users_comes_before_the_librarys(data, state, suffix):
    file = data / "weights" / f"squeezenet1_1{suffix}"
    torch.save(state, file)
    found = weights.find(recipes.recipe("squeezenet1_1"))
    assert (found.file, found.sha256, found.by_library) == (file, digest(file), False)


def test_the_cache_of_the_library_is_found_and_compared(data, tmp_path, state):
    file = tmp_path / "torch" / "hub" / "checkpoints" / "net-abc.pth"
    file.parent.mkdir(parents=True)
    torch.save(state, file)
    made = dataclasses.replace(
        recipes.recipe("squeezenet1_1"),
        url="https://example.org/net-abc.pth",
        hash_prefix=digest(file)[:8],
    )
    found = weights.find(made)
    assert (found.file, found.origin, found.by_library) == (file, made.url, True)
    with pytest.raises(InputError, match=r"net-abc\.pth is corrupt.*begins with 0123; remove it"):
        weights.find(dataclasses.replace(made, hash_prefix="0123"))


def test_weights_that_cannot_be_fetched_say_which_and_where(data):
    with pytest.raises(InputError) as told:
        weights.find(recipes.recipe("resnet50"))
    for words in ("resnet50-0676ba61.pth (sha256 0676ba61…)", "no connection",
                  str(data / "weights" / "resnet50.pth"), 'weights="random"'):  # fmt: skip
        assert words in str(told.value)


@needs_timm
def test_so_do_those_of_timm(data):
    with pytest.raises(InputError, match=r"resnetv2_50 .*huggingface\.co/timm/resnetv2_50\.a1h"):
        weights.find(recipes.recipe("resnetv2_50"))
    with pytest.raises(InputError, match="timm has no pre-trained weights of resnetv2_50d"):
        weights.find(recipes.recipe("resnetv2_50d"))


def test_half_precision_becomes_single_and_whole_numbers_stay(tmp_path):
    torch.save(
        {"w": torch.rand(3).half(), "n": torch.tensor(5), "d": torch.rand(2).double()},
        tmp_path / "s.pt",
    )
    found = weights.read(tmp_path / "s.pt", "s")
    assert [w.dtype for w in found.values()] == [torch.float32, torch.int64, torch.float32]


@pytest.mark.parametrize("key", ["state_dict", "model"])
def test_a_checkpoint_is_opened(tmp_path, key):
    torch.save({key: {"w": torch.ones(2)}, "epoch": 3}, tmp_path / "s.pt")
    assert weights.read(tmp_path / "s.pt", "s")["w"].tolist() == [1, 1]


@needs_timm
def test_safetensors_are_read(tmp_path):
    from safetensors.torch import save_file

    save_file({"w": torch.ones(2).half()}, tmp_path / "s.safetensors")
    assert weights.read(tmp_path / "s.safetensors", "s")["w"].dtype == torch.float32
    (tmp_path / "s.safetensors").write_bytes(b"no tensors")
    with pytest.raises(InputError, match=r"s\.safetensors, the weights of s, cannot be read"):
        weights.read(tmp_path / "s.safetensors", "s")


class Anything:
    """What only an unpickler that runs code makes."""


@pytest.mark.parametrize("content", [b"", b"no tensors\n", b"\x80\x02cposix\nsystem\nq\x00."])
def test_damaged_files_are_refused(tmp_path, content):
    (tmp_path / "s.pt").write_bytes(content)
    with pytest.raises(InputError, match=r"s\.pt, the weights of net, cannot be read"):
        weights.read(tmp_path / "s.pt", "net")


def test_code_is_not_unpickled_and_other_objects_are_no_state(tmp_path):
    torch.save(Anything(), tmp_path / "s.pt")
    with pytest.raises(InputError, match="cannot be read"):
        weights.read(tmp_path / "s.pt", "net")
    for other in ([torch.ones(2)], torch.ones(2), {"w": 3}):
        torch.save(other, tmp_path / "s.pt")
        with pytest.raises(InputError, match="and no state dict"):
            weights.read(tmp_path / "s.pt", "net")


def test_weights_that_fit_are_put_in_and_counts_of_batches_may_be_missing(data, tmp_path):
    made = recipes.recipe("mnasnet0_5")
    network, other = made.build(), made.build()
    state = {n: w for n, w in other.state_dict().items() if "num_batches" not in n}
    weights.fit(network, state, made, tmp_path / "f.pt")
    for name, w in network.state_dict().items():
        if name in state:
            assert torch.equal(w, state[name]), name


def test_heads_that_only_training_uses_are_left_out(data, tmp_path):
    made = recipes.recipe("googlenet")
    whole = models.googlenet(aux_logits=True, init_weights=False).state_dict()
    assert any(name.startswith("aux1.") for name in whole)
    weights.fit(made.build(), whole, made, tmp_path / "f.pt")


def test_old_names_of_dense_layers_are_translated(data, tmp_path):
    made = recipes.recipe("densenet121")
    network = made.build()
    old = {
        name.replace("norm1", "norm.1").replace("conv2", "conv.2") if "denselayer" in name else name
        : w + 1 for name, w in network.state_dict().items()
    }  # fmt: skip
    assert sum("norm.1.weight" in name for name in old) == 58
    before = network.state_dict()["features.denseblock1.denselayer1.norm1.weight"].clone()
    weights.fit(network, old, made, tmp_path / "f.pt")
    after = network.state_dict()["features.denseblock1.denselayer1.norm1.weight"]
    assert torch.equal(after, before + 1)


def test_what_does_not_fit_is_named_and_counted(data, state, tmp_path):
    made = recipes.recipe("squeezenet1_1")
    network = made.build()
    wrong = dict(state)
    for i in range(5):
        wrong[f"more.{i}"] = torch.ones(1)
    del wrong["features.0.weight"]
    wrong["classifier.1.bias"] = torch.zeros(1001)
    before = {name: w.clone() for name, w in network.state_dict().items()}
    with pytest.raises(InputError) as told:
        weights.fit(network, wrong, made, tmp_path / "f.pt")
    for words in (
        "1 missing (features.0.weight)",
        "5 not known (more.0, more.1, more.2, …)",
        "1 of another shape (classifier.1.bias (1001,) instead of (1000,))",
        "torchvision.models.squeezenet1_1()",
        str(tmp_path / "f.pt"),
    ):
        assert words in str(told.value)
    assert all(torch.equal(w, before[n]) for n, w in network.state_dict().items())
