"""Stored embeddings: what the reader promises, on fake files and, where present, real ones."""

import numpy as np
import pytest

from infoplane import paths
from infoplane.errors import InputError
from infoplane.models.backbones.stored import stored_embeddings, stored_networks


def fields(n=4, d=3):
    rng = np.random.default_rng(0)
    return {
        "embedding": rng.standard_normal((n, d)).astype(np.float16),
        "label": (np.arange(n) % 2).astype(np.uint8),
        "split": np.array(["train", "test"] * (n // 2)),
        "path": np.array([f"train/cat/cat.{i}.jpg" for i in range(n)]),
        "layer": np.array("head"),
        "size": np.array(128),
    }


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("INFOPLANE_DATA", str(tmp_path))
    (tmp_path / "embeddings").mkdir()
    np.savez(tmp_path / "embeddings" / "resnet18.npz", **fields())
    np.savez(tmp_path / "embeddings" / "mobilenet_v1_0.25_128_qat.npz", **fields())
    return tmp_path / "embeddings"


def test_fields_are_those_of_the_file(folder):
    assert stored_networks() == ("mobilenet_v1_0.25_128_qat", "resnet18")
    found, expected = stored_embeddings("resnet18"), fields()
    assert found.embedding.dtype == np.float32
    assert np.array_equal(found.embedding, expected["embedding"])
    assert found.labels.tolist() == [0, 1, 0, 1]
    assert list(found.splits) == list(expected["split"])
    assert list(found.paths) == list(expected["path"])
    assert (found.name, found.family, found.layer, found.size) == (
        "resnet18", "residual", "head", 128,
    )  # fmt: skip
    assert len(found) == 4
    assert np.array_equal(stored_embeddings("resnet18", folder).embedding, found.embedding)


def test_what_is_missing_says_where_it_belongs(folder, tmp_path):
    with pytest.raises(InputError, match=r"'resnet'.*choose one of .*did you mean 'resnet18'"):
        stored_embeddings("resnet")
    for call in (stored_networks, lambda place: stored_embeddings("resnet18", place)):
        with pytest.raises(InputError, match=r"no stored embeddings at .*nowhere.*INFOPLANE_DATA"):
            call(tmp_path / "nowhere")


@pytest.mark.parametrize("key", ["embedding", "label", "split", "path", "layer", "size"])
def test_a_field_that_lacks_is_named(folder, key):
    np.savez(folder / "resnet18.npz", **{k: v for k, v in fields().items() if k != key})
    with pytest.raises(InputError, match=rf"resnet18\.npz lacks {key}: replace it"):
        stored_embeddings("resnet18")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"embedding": np.zeros(4, np.float16)}, r"embedding has shape \(4,\)"),
        ({"embedding": np.zeros((4, 3), int)}, "dtype int64"),
        ({"embedding": np.zeros((0, 3), np.float16)}, r"shape \(0, 3\)"),
        ({"embedding": np.full((4, 3), np.inf, np.float16)}, "not finite"),
        ({"label": np.zeros(3, np.uint8)}, r"label has shape \(3,\), and embedding 4 rows"),
        ({"path": np.array("a")}, r"path has shape \(\)"),
        ({"label": np.array(list("abcd"))}, "field of another kind"),
        ({"size": np.array("large")}, "field of another kind"),
    ],
)
def test_other_content_is_refused(folder, changed, sentence):
    np.savez(folder / "resnet18.npz", **(fields() | changed))
    with pytest.raises(InputError, match=sentence):
        stored_embeddings("resnet18")


def test_damaged_files_are_refused(folder):
    whole = (folder / "resnet18.npz").read_bytes()
    middle = len(whole) // 3
    holed = whole[:middle] + bytes(40) + whole[middle + 40 :]
    for content in (b"", b"text", whole[:-10], whole[: len(whole) // 2], holed):
        (folder / "resnet18.npz").write_bytes(content)
        with pytest.raises(InputError, match=r"resnet18\.npz"):
            stored_embeddings("resnet18")
    np.save(folder / "array.npy", np.zeros(3))
    (folder / "array.npy").replace(folder / "resnet18.npz")
    with pytest.raises(InputError, match=r"resnet18\.npz cannot be read"):
        stored_embeddings("resnet18")
    np.savez(folder / "resnet18.npz", **(fields() | {"path": np.array([object()] * 4)}))
    with pytest.raises(InputError, match=r"resnet18\.npz cannot be read"):
        stored_embeddings("resnet18")


def test_real_embeddings_tell_cats_from_dogs():
    """A least-squares line on the training rows is right on 90 of 100 test rows of each network,
    whose standard error, of 500 rows, is below .014."""
    if not (paths.data_dir() / "embeddings").is_dir():
        pytest.skip(f"no embeddings under {paths.data_dir()}")
    names = stored_networks()
    first = stored_embeddings(names[0])
    for name in names:
        each = stored_embeddings(name)
        assert np.array_equal(each.paths, first.paths), name
        train, test = each.splits == "train", each.splits == "test"
        x = each.embedding - each.embedding[train].mean(0)
        x /= each.embedding[train].std() + 1e-6
        y = 2.0 * each.labels - 1
        gram = x[train].T @ x[train] + 100 * np.eye(x.shape[1])
        scores = x[test] @ np.linalg.solve(gram, x[train].T @ y[train])
        assert ((scores > 0) == (y[test] > 0)).mean() > 0.9 - 3 * 0.014, name
