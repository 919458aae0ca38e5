"""Images: what the loader promises, on embedded, fake and (where present) real data."""

import hashlib
import shutil

import numpy as np
import pytest
import torch
import yaml

from infoplane.datasets import registry, vision
from infoplane.errors import InputError


def idx(array):
    """The idx format of LeCun's files: magic, sizes, bytes."""
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">i4").tobytes()
    return header + array.astype(np.uint8).tobytes()


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Six and three images of 28 x 28 in MNIST's format, and a registry that knows them."""
    checkout, data = tmp_path / "checkout", tmp_path / "data"
    (checkout / "data").mkdir(parents=True)
    (checkout / "pyproject.toml").touch()
    generator = np.random.default_rng(0)
    files = []
    for part, n in (("train", 6), ("t10k", 3)):
        pixels = generator.integers(0, 256, (n, 28, 28))
        pixels[0, 0, :2] = 0, 255
        for name, array in (("images-idx3", pixels), ("labels-idx1", np.arange(n))):
            path, content = f"MNIST/raw/{part}-{name}-ubyte", idx(array)
            (data / path).parent.mkdir(parents=True, exist_ok=True)
            (data / path).write_bytes(content)
            sha256 = hashlib.sha256(content).hexdigest()
            files.append({"path": path, "url": "http://127.0.0.1:9/x.gz", "md5": "0" * 32})
            files[-1] |= {"sha256": sha256, "bytes": len(content)}
    entry = {"parameter": "mnist", "stand_in": "digits", "title": "", "licence": "", "citation": ""}
    (checkout / "data/registry.yml").write_text(yaml.safe_dump({"MNIST": entry | {"files": files}}))
    monkeypatch.setenv("INFOPLANE_ROOT", str(checkout))
    monkeypatch.setenv("INFOPLANE_DATA", str(data))
    return data


def test_digits_are_split_once_and_stratified():
    train, test = vision.load("digits"), vision.load("digits", "test")
    assert len(train) + len(test) == 1797
    for images, share in ((train, 0.8), (test, 0.2)):
        assert images.images.shape == (len(images), 8, 8)
        assert images.images.dtype == np.float32
        assert images.labels.dtype == np.int64
        assert images.images.min() == 0
        assert images.images.max() == 1
        # Every fifth of each class: within one image of the share, class by class.
        counts = np.bincount(images.labels, minlength=images.n_classes)
        total = np.bincount(np.concatenate([train.labels, test.labels]))
        assert np.abs(counts - share * total).max() <= 1


def test_digits_are_a_partition_of_scikit_learns():
    from sklearn.datasets import load_digits

    both = [vision.load("digits", split) for split in vision.SPLITS]
    ours = sorted(image.tobytes() for part in both for image in part.images)
    theirs = (load_digits().images / 16).astype(np.float32)
    assert ours == sorted(image.tobytes() for image in theirs)


def test_a_subset_is_drawn_by_the_seed_and_nested():
    all_of_it = vision.load("digits")
    small, large = vision.load("digits", n=50, seed=3), vision.load("digits", n=200, seed=3)
    assert np.array_equal(small.images, large.images[:50])
    assert np.array_equal(small.labels, large.labels[:50])
    assert not np.array_equal(small.images, vision.load("digits", n=50, seed=4).images)
    everything = vision.load("digits", n=len(all_of_it), seed=1)
    assert np.array_equal(np.sort(everything.labels), np.sort(all_of_it.labels))


def test_fake_mnist_is_read_through_torchvision(fake):
    train, test = vision.load("mnist"), vision.load("mnist", "test")
    assert train.images.shape == (6, 28, 28)
    assert test.images.shape == (3, 28, 28)
    assert train.images.dtype == np.float32
    assert list(train.labels) == list(range(6))
    assert list(train.images[0, 0, :2]) == [0.0, 1.0]


def test_truncated_mnist(fake):
    place = fake / "MNIST/raw/train-images-idx3-ubyte"
    whole = place.read_bytes()
    place.write_bytes(whole[:1000])
    with pytest.raises(InputError, match=f"{place} is truncated: 1000 bytes instead of 4720"):
        vision.load("mnist")


def test_corrupt_mnist(fake):
    place = fake / "MNIST/raw/t10k-labels-idx1-ubyte"
    whole = place.read_bytes()
    place.write_bytes(whole[:-1] + b"\x07")
    with pytest.raises(InputError, match=f"{place} is corrupt: sha256"):
        vision.load("mnist", "test")


def test_missing_mnist_without_a_network_is_never_replaced(fake):
    shutil.rmtree(fake / "MNIST")
    with pytest.raises(InputError, match=r'no connection.*sha256.*dataset="digits"'):
        vision.load("mnist")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"name": "minst"}, r"dataset='minst'.*digits, mnist, fashion; did you mean 'mnist'"),
        ({"name": "MNIST"}, r"dataset='MNIST'.*did you mean 'mnist'"),
        ({"name": "cifar"}, "choose one of digits, mnist, fashion"),
        ({"name": "digits", "split": "valid"}, "split='valid'.*train, test"),
        ({"name": "digits", "n": 0}, "n=0 "),
        ({"name": "digits", "n": -5}, "n=-5 "),
        ({"name": "digits", "n": 5000}, "n=5000 .*has 1442"),
    ],
)
def test_bad_input(arguments, sentence):
    with pytest.raises(InputError, match=sentence):
        vision.load(**arguments)


@pytest.mark.parametrize(
    ("name", "entry", "mean"), [("mnist", "MNIST", 0.1307), ("fashion", "FashionMNIST", 0.2860)]
)
def test_real_data(name, entry, mean):
    """The mean grey value of the training images that everyone normalises with."""
    found = registry.status(entry)
    if found.state == "missing":
        pytest.skip(f"{entry} is not under {found.folder}: infoplane data fetch {entry}")
    assert found.state == "present", found.reason
    train = vision.load(name)
    assert train.images.shape == (60_000, 28, 28)
    assert train.images.mean(dtype=np.float64) == pytest.approx(mean, abs=1e-4)
    assert len(vision.load(name, "test")) == 10_000


def test_digits_are_enlarged_and_rows_are_drawn_without_replacement():
    x, y = vision.enlarged("digits", "test")
    small = vision.load("digits", "test")
    assert x.shape == (len(small), vision.SIDE**2)
    assert x.dtype == torch.float32
    assert 0 <= float(x.min()) <= float(x.max()) <= 1
    # every pixel is 3.5 wide: the mean over an image stays nearly what it was
    np.testing.assert_allclose(x.mean(1), small.images.mean((1, 2)), atol=0.02)
    some, labels = vision.enlarged("digits", "test", 50)
    rows = {tuple(row) for row in some.tolist()}
    assert len(rows) == len(labels) == 50
    assert rows <= {tuple(row) for row in x.tolist()}
    assert len(vision.enlarged("digits", "test", 10**6)[1]) == len(y)


def test_the_sizes_are_those_of_the_data():
    assert len(vision.load("digits")) == vision.TRAIN_SIZES["digits"]
