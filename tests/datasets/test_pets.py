"""Cats and dogs: which files, in which order, with which labels; what is missing is told."""

import hashlib

import numpy as np
import pytest

from infoplane import paths
from infoplane.datasets import pets
from infoplane.errors import InputError

COUNTS = {("train", "cat"): 12, ("train", "dog"): 11, ("test", "cat"): 3, ("test", "dog"): 4}


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("INFOPLANE_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def catsdogs(data):
    """Files whose content is their name: no image is opened here."""
    for (split, kind), count in COUNTS.items():
        folder = data / "catsdogs" / split / kind
        folder.mkdir(parents=True)
        for i in range(count):
            (folder / f"{kind}.{i}.jpg").write_text(f"{split} {kind} {i}")
        (folder / "Thumbs.db").touch()
    return data / "catsdogs"


@pytest.fixture
def oxford(data):
    """Lists in the format of the data set: name, breed, species (1 cat, 2 dog), number."""
    folder = data / "oxford-iiit-pet"
    (folder / "images").mkdir(parents=True)
    (folder / "annotations").mkdir()
    for list_, dogs in (("trainval", 5), ("test", 2)):
        lines = [f"Abyssinian_{i} 1 1 1" for i in range(2)]
        lines += [f"american_bulldog_{i} 2 2 1" for i in range(dogs)]
        (folder / "annotations" / f"{list_}.txt").write_text("\n".join(lines) + "\n")
    return folder


def test_files_are_in_the_order_of_their_numbers_cats_first(catsdogs):
    found = pets.load()
    expected = [
        f"{split}/{kind}/{kind}.{i}.jpg"
        for (split, kind), count in COUNTS.items()
        for i in range(count)
    ]
    assert list(found.names) == expected  # 10 comes behind 9
    assert [file.relative_to(catsdogs).as_posix() for file in found.files] == expected
    assert found.labels.dtype == np.int64
    assert [pets.CLASSES[label] for label in found.labels] == [n.split("/")[1] for n in expected]
    assert list(found.splits) == [n.split("/")[0] for n in expected]
    assert len(found) == sum(COUNTS.values())


def test_one_split_is_its_part_of_both(catsdogs):
    whole, parts = pets.load(), [pets.load(split=split) for split in pets.SPLITS]
    assert whole.files == parts[0].files + parts[1].files
    assert set(parts[1].splits) == {"test"}


@pytest.mark.parametrize("seed", [0, 1])
def test_fewer_are_a_part_of_more_and_of_each_class_as_many(catsdogs, seed):
    before: set = set()
    for n in (1, 2, 3):
        found = pets.load(n=n, seed=seed)
        assert [
            sum((found.labels == label) & (found.splits == split))
            for split in pets.SPLITS
            for label in (0, 1)
        ] == [n] * 4
        assert before < set(found.files)
        assert [f for f in pets.load().files if f in found.files] == list(found.files)
        before = set(found.files)
    assert len({pets.load(n=3, seed=s, split="train").files for s in range(10)}) > 1


def test_the_digest_is_that_of_names_and_contents_in_their_order(catsdogs):
    found = pets.load(split="test", n=1)
    by_hand = hashlib.sha256()
    for file, name in zip(found.files, found.names, strict=True):
        by_hand.update(f"{hashlib.sha256(file.read_bytes()).hexdigest()} {name}\n".encode())
    assert found.digest == by_hand.hexdigest()
    assert pets.load(split="test", n=2).digest != found.digest
    found.files[0].write_text("another picture")
    assert pets.load(split="test", n=1).digest != by_hand.hexdigest()


def test_oxford_pets_has_the_same_labels_and_its_own_splits(oxford):
    found = pets.load("oxford-pets")
    assert found.labels.tolist() == [0, 0, 1, 1, 1, 1, 1, 0, 0, 1, 1]
    assert list(found.splits) == ["train"] * 7 + ["test"] * 4
    assert found.names[0] == "images/Abyssinian_0.jpg"
    assert found.files[-1] == oxford / "images" / "american_bulldog_1.jpg"
    assert pets.load("oxford-pets", "train", n=2).labels.tolist() == [0, 0, 1, 1]


def test_nothing_is_taken_in_place_of_what_is_missing(data, catsdogs):
    with pytest.raises(InputError, match=r"oxford-pets is not at .*oxford-iiit-pet.*download=True"):
        pets.load("oxford-pets")
    (data / "catsdogs").rename(data / "elsewhere")
    (data / "oxford-iiit-pet").mkdir()
    with pytest.raises(InputError) as told:
        pets.load()
    for words in (str(data / "catsdogs"), "INFOPLANE_DATA", "oxford-pets"):
        assert words in str(told.value)


def test_an_empty_class_is_named(catsdogs, oxford):
    for file in (catsdogs / "test" / "dog").glob("*.jpg"):
        file.unlink()
    with pytest.raises(InputError, match=r"test.dog has no \.jpg file"):
        pets.load()
    assert len(pets.load(split="train")) == 23
    (oxford / "annotations" / "test.txt").write_text("american_bulldog_0 2 2 1\n")
    with pytest.raises(InputError, match="lists no cat to test"):
        pets.load("oxford-pets")


def test_a_download_that_fails_says_why(data, monkeypatch):
    def fails(*arguments, **options):
        raise OSError("no connection")

    datasets = pytest.importorskip("torchvision.datasets.oxford_iiit_pet")
    monkeypatch.setattr(datasets, "download_and_extract_archive", fails)
    with pytest.raises(InputError, match="no connection"):
        pets.load("oxford-pets", download=True)
    with pytest.raises(InputError, match="catsdogs is not fetched"):
        pets.load(download=True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"name": "cats"}, "name='cats' .*catsdogs, oxford-pets"),
        ({"split": "valid"}, "split='valid'.*train, test or None"),
        ({"n": 0}, "n=0 "),
        ({"n": 5}, "n=5 files .*test split of catsdogs has 3 of cats"),
        ({"seed": -1}, "seed=-1"),
        ({"download": "no"}, "download='no'"),
    ],
)
def test_bad_input(catsdogs, arguments, sentence):
    with pytest.raises(InputError, match=sentence):
        pets.load(**arguments)


def test_real_files():
    """As many cats as dogs."""
    folder = paths.data_dir() / "catsdogs"
    if not folder.is_dir():
        pytest.skip(f"no images at {folder}")
    found = pets.load()
    assert found.labels.mean() == 0.5
    assert all(name.endswith(".jpg") for name in found.names)
