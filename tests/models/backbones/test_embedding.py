"""Embeddings of files: as of tensors, computed once, in parts that a kill leaves whole."""

import shutil
import sys

import numpy as np
import pytest
import torch
from PIL import Image

from infoplane.errors import InputError
from infoplane.models.backbones import embedding, network
from infoplane.models.backbones.embedding import embed
from infoplane.models.backbones.network import backbone
from infoplane.models.backbones.preprocessing import decode


@pytest.fixture
def net(small):
    return backbone("small")


@pytest.fixture
def calls(monkeypatch):
    """How many rows went through a network, batch by batch."""
    seen: list[int] = []
    whole = network.Backbone.__call__

    def counted(self, batch):
        seen.append(len(batch))
        return whole(self, batch)

    monkeypatch.setattr(network.Backbone, "__call__", counted)
    return seen


@pytest.fixture
def threes(monkeypatch):
    """Parts of three images."""
    monkeypatch.setattr(embedding, "PART", 3)


def broken(folder, count):
    files = [folder / f"broken{i}.jpg" for i in range(count)]
    for i, file in enumerate(files):
        file.write_bytes(b"\xff\xd8\xff" + bytes([i]))
    return files


def test_embeddings_are_those_of_the_images_in_their_order(net, images):
    found = embed(net, images, batch_size=3, progress=False)
    with torch.no_grad():
        expected = net(torch.stack([net.preprocess(decode(file)) for file in images]))
    np.testing.assert_allclose(found.embedding, expected.numpy(), rtol=1e-4, atol=1e-4)
    assert found.embedding.dtype == np.float32
    assert found.kept.tolist() == list(range(8))
    assert (found.skipped, len(found)) == ((), 8)
    assert found.images_per_second > 0
    assert found.provenance["sha256"] == net.provenance["sha256"]
    assert len(found.provenance["files"]) == 64


def test_the_size_of_batches_changes_rounding_only(net, images, monkeypatch, tmp_path):
    found = []
    for i, batch_size in enumerate((1, 5, 100)):
        monkeypatch.setattr(
            "infoplane.models.backbones.parts.build_dir", lambda i=i: tmp_path / str(i)
        )
        found.append(embed(net, images, batch_size=batch_size, progress=False).embedding)
    np.testing.assert_allclose(found[1], found[0], rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(found[2], found[0], rtol=1e-4, atol=1e-4)


def test_a_second_call_computes_nothing_wherever_the_images_are(net, images, calls, tmp_path):
    first = embed(net, images, progress=False)
    before = len(calls)
    again = embed(backbone("small"), [str(file) for file in images], progress=False)
    shutil.copytree(images[0].parent, tmp_path / "moved")
    moved = embed(net, [tmp_path / "moved" / file.name for file in images], progress=False)
    assert len(calls) == before
    for found in (again, moved):
        assert np.array_equal(found.embedding, first.embedding)
        assert found.provenance == first.provenance
        assert found.images_per_second == first.images_per_second  # when it was done


def test_another_image_layer_or_network_is_computed(net, images, calls, small):
    first = embed(net, images, progress=False)
    Image.new("RGB", (50, 50), (1, 2, 3)).save(images[2])
    changed = embed(net, images, progress=False)
    assert sum(calls) == 16
    rows = np.abs(changed.embedding - first.embedding).max(1) > 1e-3
    assert rows.tolist() == [i == 2 for i in range(8)]
    assert changed.provenance["files"] != first.provenance["files"]
    embed(net, images[::-1], progress=False)
    assert embed(backbone("small", layer="features.3"), images, progress=False).embedding.shape == (
        8,
        128,
    )
    embed(backbone("small", weights="random"), images, progress=False)
    embed(backbone("small", weights="random", seed=1), images, progress=False)
    assert sum(calls) == 48


def test_other_versions_of_a_library_are_computed_anew(net, images, calls, monkeypatch):
    embed(net, images, progress=False)
    monkeypatch.setattr(embedding, "version", lambda name: "99")
    embed(net, images, progress=False)
    assert sum(calls) == 16


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_kill_loses_one_part_at_most(net, images, calls, threes, monkeypatch, after):
    """Killed in the part behind `after` whole ones, eight images in parts of three."""
    whole = network.Backbone.__call__

    def killed(self, batch):
        if len(calls) == after:
            raise KeyboardInterrupt
        return whole(self, batch)

    with monkeypatch.context() as patched:
        patched.setattr(network.Backbone, "__call__", killed)
        with pytest.raises(KeyboardInterrupt):
            embed(net, images, progress=False)
    assert sum(calls) == 3 * after
    found = embed(net, images, progress=False)
    assert sum(calls) == 8  # none was computed twice
    assert found.kept.tolist() == list(range(8))
    with torch.no_grad():
        expected = net(torch.stack([net.preprocess(decode(file)) for file in images]))
    np.testing.assert_allclose(found.embedding, expected.numpy(), rtol=1e-4, atol=1e-4)


def test_a_damaged_part_is_made_again_and_no_other(net, images, calls, threes, tmp_path):
    first = embed(net, images, progress=False)
    kept = sorted((tmp_path / "build").rglob("*.npz"))
    assert len(kept) == 3
    content = kept[0].read_bytes()
    kept[0].write_bytes(content[: len(content) // 2])
    calls.clear()
    again = embed(net, images, progress=False)
    assert sum(calls) in (2, 3)
    np.testing.assert_allclose(again.embedding, first.embedding, rtol=1e-4, atol=1e-4)


def test_images_in_parts_are_found_in_a_longer_list(net, images, calls, threes):
    first = embed(net, images[:6], progress=False)
    longer = embed(net, images, progress=False)
    assert sum(calls) == 8
    assert np.array_equal(longer.embedding[:6], first.embedding)


def test_unreadable_files_are_named_and_counted_before_anything_is_computed(
    net, images, calls, threes
):
    bad = broken(images[0].parent, 7)
    with pytest.raises(InputError) as told:
        embed(net, [*images, *bad], progress=False)
    assert not calls
    assert "7 of 15 files cannot be read as images" in str(told.value)
    assert all(str(file) in str(told.value) for file in bad[:5])
    assert "and 2 more" in str(told.value)
    assert "skip_unreadable=True" in str(told.value)


def test_unreadable_files_are_skipped_where_that_is_asked_for(net, images, calls, threes):
    bad = broken(images[0].parent, 4)
    files = [bad[0], *images[:4], *bad[1:], *images[4:]]  # a part without any image, too
    found = embed(net, files, skip_unreadable=True, progress=False)
    whole = embed(net, images, progress=False)
    np.testing.assert_allclose(found.embedding, whole.embedding, rtol=1e-4, atol=1e-4)
    assert found.kept.tolist() == [1, 2, 3, 4, 8, 9, 10, 11]
    assert [path for path, _ in found.skipped] == bad
    assert all(reason for _, reason in found.skipped)
    calls.clear()
    again = embed(net, files, skip_unreadable=True, progress=False)
    assert not calls
    assert again.skipped == found.skipped
    with pytest.raises(InputError, match="4 of 12 files"):
        embed(net, files, progress=False)  # kept or not, they are refused


def test_no_image_at_all_is_refused(net, images):
    with pytest.raises(InputError, match="none of the 2 files can be read"):
        embed(net, broken(images[0].parent, 2), skip_unreadable=True, progress=False)


def test_a_folder_that_cannot_be_written_to_is_told(net, images, tmp_path):
    (tmp_path / "build").write_text("a file where the folder belongs")
    with pytest.raises(InputError, match=r"cannot write to .*build"):
        embed(net, images, progress=False)


def test_the_bar_is_shown_on_a_terminal_only(net, images, monkeypatch, capsys):
    embed(net, images)
    assert capsys.readouterr().err == ""
    shown = []
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(embedding, "tqdm", lambda **options: shown.append(options) or Bar())
    embed(net, images)
    embed(net, images, progress=False)
    assert [options["disable"] for options in shown] == [False, True]
    assert (shown[0]["total"], shown[0]["desc"]) == (8, "small")


class Bar:
    def __enter__(self):
        return self

    def __exit__(self, *arguments):
        pass

    def update(self, count):
        pass


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"files": []}, r"files=\[\]"),
        ({"files": "a.jpg"}, "files='a.jpg' is not accepted: pass a list"),
        ({"files": ["none.jpg"]}, r"none\.jpg cannot be read \(No such file"),
        ({"batch_size": 0}, "batch_size=0"),
        ({"device": "cuda:99"}, "device='cuda:99' is not on this machine"),
        ({"skip_unreadable": 1}, "skip_unreadable=1"),
        ({"progress": "yes"}, "progress='yes'"),
    ],
)
def test_bad_input(net, images, options, sentence):
    with pytest.raises(InputError, match=sentence):
        embed(net, **({"files": images} | options))
