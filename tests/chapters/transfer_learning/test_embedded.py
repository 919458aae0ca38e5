"""Chapter 06: embeddings have their labels and their split, in one order for all networks."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from infoplane.chapters.transfer_learning import embedded as module
from infoplane.chapters.transfer_learning.embedded import embedded, facts, scaled_as
from infoplane.chapters.transfer_learning.settings import (
    COLUMNS,
    MINIATURES,
    NORMS,
    SEEN,
    TRANSFERRED,
)
from infoplane.datasets import vision
from infoplane.errors import InputError
from infoplane.models import kept
from infoplane.models.backbones.origins import listing, of
from infoplane.models.backbones.stored import StoredEmbeddings
from infoplane.models.miniatures import EMBEDDING, Miniature, pretrain
from tests.chapters.transfer_learning.world import planned

CONFIGS = {c["network"]: c for c in planned(pretrain_epochs=1)["facts"].configs}
NAME = "inception-1"
CONFIG = CONFIGS[NAME]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Weights lie in a folder of the test's own, and nothing is remembered of other tests."""
    monkeypatch.setattr(kept, "build_dir", lambda: tmp_path)
    module._embedded.cache_clear()
    yield tmp_path / "networks"
    module._embedded.cache_clear()


@pytest.fixture
def trained(monkeypatch):
    """What networks in small are trained on: a list of (images, labels)."""
    seen = []

    def looked_at(model, x, y, **options):
        seen.append((x, y, options))
        return pretrain(model, x, y, **options)

    monkeypatch.setattr(module, "pretrain", looked_at)
    return seen


def rows_of(images):
    """Images as a set of their bytes."""
    return {np.asarray(image, dtype=np.float32).tobytes() for image in images}


def test_networks_in_small_are_trained_on_training_images_of_the_digits_seen(trained):
    """Neither on what embeddings are to tell apart, nor on what their accuracy is of."""
    embedded(CONFIG)
    ((x, y, options),) = trained
    digits = vision.load("digits", "train")
    own = digits.images[np.isin(digits.labels, SEEN)]
    assert rows_of(x) == rows_of(own)
    assert x.shape == (len(own), 1, 8, 8)
    assert sorted(set(y.tolist())) == list(range(len(SEEN)))
    for image, label in zip(x[:50], y[:50], strict=True):
        at = np.flatnonzero((digits.images == image.numpy()[0]).all(axis=(1, 2)))[0]
        assert SEEN[int(label)] == digits.labels[at]
    assert (options["epochs"], options["seed"]) == (1, CONFIG["pretrain_seed"])


def test_rows_are_embeddings_of_the_digits_to_tell_apart_with_label_and_split():
    """Row by row: what the network gives of an image stands with that image's digit and split."""
    found = embedded(CONFIG)
    family, blocks = MINIATURES[NAME]
    model = Miniature(family, blocks=blocks, classes=len(SEEN), seed=CONFIG["pretrain_seed"])
    (state,) = list((kept.build_dir() / "networks").glob("*/*.pt"))
    model.load_state_dict(torch.load(state, weights_only=True))
    model.eval()
    count = 0
    for split in vision.SPLITS:
        digits = vision.load("digits", split)
        for label, digit in enumerate(TRANSFERRED):
            images = torch.as_tensor(digits.images[digits.labels == digit])[:, None]
            with torch.no_grad():
                expected = model.embed(images).numpy()
            own = found.x[(found.y == label) & (found.test == (split == "test"))]
            assert len(own) == len(expected)
            # another batch, another last digit
            distances = np.abs(expected[:, None] - own).max(axis=2)
            np.testing.assert_allclose(distances.min(axis=1), 0, atol=1e-5)
            np.testing.assert_allclose(distances.min(axis=0), 0, atol=1e-5)
            count += len(own)
    assert count == len(found.x) == len(found.y) == len(found.test)


def test_rows_come_in_an_order_that_all_networks_share():
    """And not class by class, split by split, as in the files."""
    first, second = embedded(CONFIG), embedded(CONFIGS["separable-1"])
    np.testing.assert_array_equal(first.y, second.y)
    np.testing.assert_array_equal(first.test, second.test)
    assert not np.array_equal(first.x, second.x)
    for column in (first.y, first.test.astype(int)):
        changes = int((np.diff(column) != 0).sum())
        share = column.mean()
        expected = 2 * share * (1 - share) * len(column)
        # runs of a random order: their number has a variance below their mean
        assert abs(changes - expected) < 4 * np.sqrt(expected)


def test_the_same_network_is_trained_once(trained, folder):
    first = embedded(CONFIG)
    assert embedded(dict(CONFIG)) is first
    module._embedded.cache_clear()  # another process
    second = embedded(CONFIG)
    assert len(trained) == 1
    np.testing.assert_array_equal(first.x, second.x)
    assert first.told == second.told
    embedded(CONFIG | {"pretrain_seed": 2})
    embedded(CONFIG | {"pretrain_epochs": 0})
    assert len(trained) == 3
    assert len(list(folder.glob("*/*.pt"))) == 3


def test_facts_are_those_of_the_embedding():
    values, found = facts(CONFIG), embedded(CONFIG)
    assert (values["n"], values["test"]) == (356, int(found.test.sum()))
    digits = np.concatenate([vision.load("digits", split).labels for split in vision.SPLITS])
    assert values["ones"] == (digits == TRANSFERRED[1]).sum()
    assert values["columns"] == found.x.shape[1] == EMBEDDING == COLUMNS["miniature"]
    assert values["rms"] ** 2 == pytest.approx(np.linalg.norm(found.x, axis=1) @
                                               np.linalg.norm(found.x, axis=1) / 356)  # fmt: skip
    assert values["family"] == "inception"
    model = Miniature("inception", blocks=1, classes=len(SEEN), seed=0)
    assert values["parameters"] == sum(p.numel() for p in model.parameters())
    json.dumps(values, allow_nan=False)
    assert not set(values) & set(CONFIG)  # or a record had no place in a frame


def test_accuracy_where_it_was_trained_is_that_of_other_images_of_the_digits_seen():
    """A share: chance, a fifth, before any training, and much more after six epochs."""
    before = facts(CONFIG | {"pretrain_epochs": 0})["accuracy"]
    after = facts(CONFIG | {"pretrain_epochs": 6})["accuracy"]
    assert before < 0.5 < after <= 1


def test_rows_of_length_one_and_one_factor_for_all():
    x = np.random.default_rng(0).standard_normal((50, 7)) * np.arange(1, 8) + 3
    rows, variance, raw = (scaled_as(x, norm) for norm in NORMS)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1)
    np.testing.assert_allclose(rows * np.linalg.norm(x, axis=1, keepdims=True), x)
    assert variance.var(axis=0).sum() == pytest.approx(1)
    assert np.ptp(variance / x) < 1e-12
    np.testing.assert_array_equal(raw, x)
    for norm in ("rows", "variance"):  # a factor changes neither
        np.testing.assert_allclose(scaled_as(1e3 * x, norm), scaled_as(x, norm))


def test_a_scale_that_is_none_and_a_row_without_direction_are_refused():
    with pytest.raises(InputError, match=r"^norm="):
        scaled_as(np.ones((2, 2)), "row")
    with pytest.raises(InputError, match="row 1 of the embedding is 0"):
        scaled_as(np.array([[1.0, 0.0], [0.0, 0.0]]), "rows")


@pytest.fixture
def others(monkeypatch):
    """Embeddings computed by others, class by class, those to train on first."""

    def made(name):
        y = np.repeat([0, 1, 0, 1], 5)
        splits = np.repeat(["train", "test"], 10)
        x = np.arange(20, dtype=np.float32)[:, None] + [0.0, 100.0]
        return StoredEmbeddings(name, "residual", x.astype(np.float32), y, splits, splits, "l", 8)

    monkeypatch.setattr(module, "stored_embeddings", made)
    return made


STORED = next(o.name for o in listing() if o.library == "stored" and not o.weights)


def stored(**changes):
    (config,) = [
        c for c in planned(networks="stored", images="catsdogs", **changes)["facts"].configs
        if c["network"] == STORED
    ]  # fmt: skip
    return config


def test_stored_embeddings_keep_label_and_split_row_by_row(others):
    found = embedded(stored())
    np.testing.assert_array_equal(found.x[:, 0] // 5 % 2, found.y)
    np.testing.assert_array_equal(found.x[:, 0] >= 10, found.test)
    assert not np.array_equal(found.x[:, 0], np.sort(found.x[:, 0]))
    assert found.x.dtype == np.float64
    known, told = of(STORED), facts(stored())
    expected = None if known.accuracy is None else known.accuracy / 100
    assert (told["accuracy"], told["parameters"]) == (expected, known.parameters)
    assert told["family"] == known.family


def test_accuracies_of_all_known_networks_are_shares_or_unknown():
    """data/networks.yml has per cent."""
    accuracies = [module._told(known)["accuracy"] for known in listing()]
    known = [a for a in accuracies if a is not None]
    assert len(known) > 20
    assert all(0.2 < a < 0.95 for a in known)


@pytest.mark.parametrize("changes", [{"n_images": 10}, {"images": "oxford-pets"}])
def test_stored_embeddings_are_of_all_their_images(others, changes):
    config = stored() | changes
    with pytest.raises(InputError, match="choose images='catsdogs' and n_images=0"):
        embedded(config)


@pytest.fixture
def files(monkeypatch):
    """Images in files, and a network that sees the number in their names; what was asked for."""
    asked = {}

    pets = SimpleNamespace(
        files=tuple(range(12)),
        labels=np.array([0, 0, 0, 1, 1, 1] * 2),
        splits=np.repeat(["train", "test"], 6),
    )
    whole = np.arange(12.0, dtype=np.float32)[:, None] + 1
    rows = SimpleNamespace(
        embedding=whole,
        kept=np.arange(12),
        skipped=(),
        provenance={"sha256": "of weights"},
        images_per_second=3.21,
    )

    def load(name, *, n, download):
        asked["images"] = (name, n, download)
        return pets

    def backbone(name):
        asked["weights"] = name
        return SimpleNamespace(name=name, library="torchvision", layer="penultimate")

    def embed(network, files, *, skip_unreadable):
        if not skip_unreadable:
            return rows
        some = np.array([0, 1, 3, 4, 5, 6, 8, 9, 11])
        lost = (("2", "damaged"), ("7", "empty"), ("10", "empty"))
        return SimpleNamespace(
            **vars(rows) | {"embedding": whole[some], "kept": some, "skipped": lost}
        )

    monkeypatch.setattr(module.pets, "load", load)
    monkeypatch.setattr(module, "backbone", backbone)
    monkeypatch.setattr(module, "embed", embed)
    return asked


def test_files_are_embedded_with_their_labels(files):
    (config, *_) = planned(networks="torchvision", images="oxford-pets", n_images=3)[
        "facts"
    ].configs
    found = embedded(config)
    assert files == {"weights": config["network"], "images": ("oxford-pets", 3, True)}
    np.testing.assert_array_equal((found.x[:, 0] - 1) // 3 % 2, found.y)
    np.testing.assert_array_equal(found.x[:, 0] > 6, found.test)
    values = facts(config)
    assert (values["weights"], values["layer"]) == ("of weights", "penultimate")
    assert values["family"] == of(config["network"], "torchvision").family
    assert values["skipped"] == 0


def test_images_that_cannot_be_read_leave_with_their_labels(files):
    wanted = {"networks": "torchvision", "images": "oxford-pets", "skip_unreadable": True}
    (config, *_) = planned(**wanted)["facts"].configs
    found = embedded(config)
    assert sorted(found.x[:, 0]) == [1, 2, 4, 5, 6, 7, 9, 10, 12]
    np.testing.assert_array_equal((found.x[:, 0] - 1) // 3 % 2, found.y)
    np.testing.assert_array_equal(found.x[:, 0] > 6, found.test)
    assert facts(config)["skipped"] == 3


def test_weights_that_networks_json_has_under_a_librarys_name_are_not_the_librarys(monkeypatch):
    """With that file squeezenet1_1 is another training, of another accuracy."""
    network = SimpleNamespace(name="squeezenet1_1", library="torchvision", provenance={})
    monkeypatch.setattr(module, "entries", dict)
    assert module._listed(network) == of("squeezenet1_1", "torchvision")
    monkeypatch.setattr(module, "entries", lambda: {"squeezenet1_1": None})
    found = module._listed(network)
    assert (found.library, found.weights) == ("stored", "squeezenet1_1")


def test_a_network_of_no_table_is_known_by_what_it_says_of_itself():
    told = {"origin": "timm/some.in1k", "licence": "MIT"}
    network = SimpleNamespace(name="some", library="timm", provenance=told, parameters=7)
    found = module._listed(network)
    assert (found.name, found.origin, found.licence) == ("some", "timm/some.in1k", "MIT")
    assert (found.parameters, found.accuracy) == (7, None)


def test_weights_of_this_machine_stand_in_for_stored_embeddings(files):
    """By the name that they have there; what is known of them is that of the stored network."""
    known = next(o for o in listing() if o.library == "stored" and o.weights)
    config = stored() | {"network": known.name}
    assert facts(config)["parameters"] == known.parameters
    assert files == {"weights": known.weights, "images": ("catsdogs", None, False)}
