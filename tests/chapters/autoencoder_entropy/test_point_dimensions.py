"""Dimensions of sets: truths, published estimators beside ours, digit by digit."""

import json
import math

import numpy as np
import pytest

from infoplane.chapters.autoencoder_entropy import SETS
from infoplane.chapters.autoencoder_entropy import point_dimensions as module
from infoplane.chapters.autoencoder_entropy.point_dimensions import KNOWN, PUBLISHED, data, known
from infoplane.chapters.autoencoder_entropy.point_sets import Points, points_of
from infoplane.datasets import vision
from infoplane.dimension.correlation import correlation_dimension
from infoplane.records.store import plain

TRUTHS = {"cube": float, "sphere": float, "swiss roll": lambda _: 2.0, "henon": lambda _: 1.22}
TRUTHS["cantor"] = lambda factors: factors * math.log(2) / math.log(3)
SET = {"dataset": "torus-2", "noise": 0.0, "n": 400, "seed": 0}


@pytest.mark.parametrize(("name", "parameter"), SETS)
def test_every_set_of_the_chapter_has_its_truth(name, parameter):
    found = known({"set": name, "parameter": parameter, "n": 600, "seed": 1})
    assert found["truth"] == pytest.approx(TRUTHS[name](parameter))
    json.dumps(plain(found), allow_nan=False)
    for value in (found["value"], found["twonn"], found["mle"]):
        # edges and few points bias all of them, downwards and by a quarter at most; the
        # ratios of neighbours are those of the set's digits on a Cantor set
        assert 0.7 * found["truth"] < value < 1.25 * found["truth"]
    assert 0 < found["std"] < 0.2 * found["truth"]


def test_all_sets_are_in_the_chapter():
    assert {name for name, _ in SETS} == set(KNOWN) == set(TRUTHS)
    assert len(set(SETS)) == len(SETS)


def test_ours_is_that_of_the_points_that_the_seed_draws():
    config = {"set": "cube", "parameter": 2, "n": 300, "seed": 5}
    found = known(config)
    own = correlation_dimension(np.random.default_rng(5).random((300, 2)))
    assert (found["value"], found["std"]) == (own.value, own.std)
    assert found["window"] == list(own.window)
    assert known(config) == found
    assert known(config | {"seed": 6})["value"] != found["value"]


def test_published_estimators_take_one_column():
    rows = np.random.default_rng(0).random((1000, 1))
    line = np.column_stack([0.6 * rows, 0.8 * rows])  # the same distances
    assert module._published(rows) == pytest.approx(module._published(line), rel=1e-6)
    for value in module._published(rows).values():
        # by TwoNN with a standard error of 1 / sqrt(n), the other has less
        assert value == pytest.approx(1, abs=4 / math.sqrt(1000))


@pytest.mark.parametrize("copies", [5, 200])
def test_published_estimators_see_no_copies(copies):
    rows = np.random.default_rng(0).random((600, 2))
    copied = np.vstack([rows, rows[:copies]])
    assert module._published(copied) == module._published(rows)
    assert all(1.7 < value < 2.3 for value in module._published(copied).values())


def test_published_estimators_have_their_names():
    from skdim.id import MLE, TwoNN

    rows = np.random.default_rng(1).random((300, 3))
    found = module._published(rows)
    assert set(found) == set(PUBLISHED) == {"twonn", "mle"}
    assert found["twonn"] == TwoNN().fit(rows).dimension_
    assert found["mle"] == MLE().fit(rows).dimension_
    assert found["twonn"] != found["mle"]


def test_data_with_and_without_the_published():
    full, bare = (data(SET | {"published": published}) for published in (True, False))
    assert [bare[name] for name in PUBLISHED] == [None, None]
    for name in PUBLISHED:
        assert full[name] == pytest.approx(2, abs=0.3)
    assert {k: v for k, v in plain(full).items() if k not in PUBLISHED} == {
        k: v for k, v in plain(bare).items() if k not in PUBLISHED
    }
    assert full["columns"] == 16
    assert full["dimensions"][0] == pytest.approx(2, abs=0.2)
    assert not any(name.startswith("class") for name in full)


def test_without_the_published_they_are_not_computed(monkeypatch):
    monkeypatch.setattr(module, "_published", lambda x: pytest.fail("computed"))
    points = classes()
    monkeypatch.setattr(module, "points_of", lambda config: points)
    found = data({"published": False})
    assert found["class_twonn"] == found["class_mle"] == [None] * 10


def classes():
    """70 points of each digit, shuffled: those of even digits on a line, of odd in a plane."""
    rng = np.random.default_rng(2)
    labels = rng.permutation(np.repeat(np.arange(10), 70))
    rows = rng.random((700, 3)) * np.where(labels % 2, 1.0, 0.0)[:, None]
    rows[:, 0] = rng.random(700)
    rows[:, 2] = labels
    return Points(rows.astype(np.float32), rows[:5], labels, rows.mean(axis=0), 1.0)


def test_digits_have_dimensions_of_their_own(monkeypatch):
    points = classes()
    monkeypatch.setattr(module, "points_of", lambda config: points)
    found = data({"published": True})
    for name in ("class_dimensions", "class_twonn", "class_mle"):
        lines, planes = np.array(found[name])[::2], np.array(found[name])[1::2]
        assert len(lines) == len(planes) == 5
        # 70 points: the error of TwoNN is 2 / sqrt(70) = .24 for a plane
        np.testing.assert_allclose(lines, 1, atol=0.5)
        np.testing.assert_allclose(planes, 2, atol=0.75)
        assert lines.mean() < 1.3 < 1.6 < planes.mean()
    own = correlation_dimension(points.x[points.labels == 3].astype(float))
    assert found["class_dimensions"][3] == own.value
    assert found["class_dimension_stds"][3] == own.std


def test_images_are_seen_as_autoencoders_see_them():
    config = {"dataset": "digits", "noise": 0.0, "n": vision.TRAIN_SIZES["digits"], "seed": 0}
    found = data(config | {"published": False})
    assert found["columns"] == 64
    own = correlation_dimension(points_of(config).x.astype(float))
    assert found["dimensions"][0] == own.value
    assert len(found["class_dimensions"]) == 10
