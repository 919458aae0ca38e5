import gc
import json
import shutil
from collections import namedtuple

import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.plane.checkpoints import Checkpoints

SHAPES = {"a": (2, 5, 3), "b.c": (2, 5, 1)}
EACH = 2 * 5 * 4 * 4  # bytes an epoch


def layers(epoch):
    rng = np.random.default_rng(epoch)
    return {name: rng.standard_normal(shape).astype(np.float32) for name, shape in SHAPES.items()}


def store(memory=2**30, directory=None, expected=None):
    return Checkpoints(
        list(SHAPES), memory=memory, directory=directory, expected=expected, seeds=[7, 8]
    )


def holds(checkpoints, epochs):
    for name in SHAPES:
        expected = np.stack([layers(epoch)[name] for epoch in epochs], axis=1)
        np.testing.assert_array_equal(checkpoints.array(name), expected)


@pytest.fixture
def free(monkeypatch):
    """Set what a disk says it has free."""
    usage = namedtuple("usage", "free")
    return lambda count: monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(count))


@pytest.mark.parametrize("expected", [None, 30])
@pytest.mark.parametrize("memory", [0, 3 * EACH, 12 * EACH, 2**30])
def test_memory_and_disk_hold_the_same(memory, expected, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    checkpoints = store(memory, None, expected)
    epochs = np.random.default_rng(0).permutation(30)  # the numbers of epochs get longer on the way
    for i, epoch in enumerate(epochs):
        checkpoints.append(int(epoch), layers(epoch))
        if i in (0, 2, 3, 11, 12):
            holds(checkpoints, epochs[: i + 1])
    holds(checkpoints, epochs)
    assert bool(list(tmp_path.iterdir())) == (memory < 30 * EACH)


def test_a_directory_that_is_asked_for_is_used_whatever_the_memory(tmp_path):
    checkpoints = store(2**30, tmp_path / "new")
    checkpoints.append(5, layers(5))
    index = json.loads((tmp_path / "new" / "checkpoints.json").read_text())
    assert index["epochs"] == [5]
    for name, file in index["layers"].items():
        np.testing.assert_array_equal(np.load(tmp_path / "new" / file)[0], layers(5)[name])


def test_the_files_can_be_read_without_us_and_stay(tmp_path):
    checkpoints = store(0, tmp_path)
    for count, epoch in enumerate([4, 2, *range(10, 110)], start=1):
        checkpoints.append(epoch, layers(epoch))
        index = json.loads((tmp_path / "checkpoints.json").read_text())
        assert len(index["epochs"]) == count
        assert index["seeds"] == [7, 8]
    checkpoints.close()
    for name, file in index["layers"].items():
        read = np.load(tmp_path / file)
        np.testing.assert_array_equal(read, [layers(epoch)[name] for epoch in index["epochs"]])
    with pytest.raises(InputError, match="give an empty or a new one"):
        store(0, tmp_path)


@pytest.mark.parametrize("end", ["close", "collect"])
def test_a_temporary_directory_goes_with_its_recording(end, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    checkpoints = store(0)
    checkpoints.append(0, layers(0))
    view = checkpoints.array("a")
    assert list(tmp_path.iterdir())
    if end == "close":
        checkpoints.close()
    del checkpoints
    gc.collect()
    assert not list(tmp_path.iterdir())
    np.testing.assert_array_equal(view[:, 0], layers(0)["a"])  # a map in use stays readable


def test_what_is_known_not_to_fit_is_said_at_the_first_epoch(free, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    free(10 * EACH - 1)
    with pytest.raises(InputError, match=r"1\.6 kB free, and 1\.6 kB are needed for 10 epochs"):
        store(0, expected=10).append(0, layers(0))
    assert not list(tmp_path.iterdir())
    free(10 * EACH)
    store(0, expected=10).append(0, layers(0))


@pytest.mark.parametrize("memory", [0, 3 * EACH])
def test_a_full_disk_leaves_what_was_recorded(memory, free, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    checkpoints = store(memory)
    for epoch in range(3):
        checkpoints.append(epoch, layers(epoch))
    # from memory everything moves, and only then one more is written
    free(EACH - 1 if memory == 0 else 4 * EACH - 1)
    with pytest.raises(InputError, match="larger disk, fewer epochs or layers, or fewer rows"):
        checkpoints.append(3, layers(3))
    assert checkpoints.epochs == [0, 1, 2]
    holds(checkpoints, range(3))
    free(4 * EACH)
    checkpoints.append(3, layers(3))
    holds(checkpoints, range(4))


def test_a_write_that_fails_half_way_leaves_whole_files(tmp_path):
    resource = pytest.importorskip("resource")
    shape = (1, 1000, 10)
    checkpoints = Checkpoints(["a", "b"], memory=0, directory=tmp_path, expected=None, seeds=[0])
    for value in (0.0, 1.0):
        checkpoints.append(int(value), {name: np.full(shape, value) for name in "ab"})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))  # two and a half epochs
    try:
        with pytest.raises(InputError, match="what was recorded before is whole"):
            checkpoints.append(2, {name: np.full(shape, 2.0) for name in "ab"})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    for count, values in ((2, [0.0, 1.0]), (3, [0.0, 1.0, 3.0])):
        if count == 3:
            checkpoints.append(3, {name: np.full(shape, 3.0) for name in "ab"})
        for file in sorted(tmp_path.glob("*.npy")):
            read = np.load(file)
            assert read.shape == (count, *shape)
            assert [v for v in values if (read[values.index(v)] == v).all()] == values
        assert checkpoints.array("b").shape == (1, count, 1000, 10)


def test_layers_that_change_are_refused():
    checkpoints = store()
    checkpoints.append(0, layers(0))
    for change in (lambda a: a[:, :4], lambda a: a.astype(np.float64)):
        changed = layers(1) | {"a": change(layers(1)["a"])}
        with pytest.raises(InputError, match="layer 'a' gave float32"):
            checkpoints.append(1, changed)
    holds(checkpoints, [0])


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be made"):
        store(0, tmp_path / "file" / "below").append(0, layers(0))
