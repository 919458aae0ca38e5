"""Chapter 06: rankers see training images only, halves are shared, and a bijection is one."""

import json

import numpy as np
import pytest
from scipy.stats import norm

from infoplane.chapters.transfer_learning import rankings
from infoplane.chapters.transfer_learning.embedded import Embedded
from infoplane.chapters.transfer_learning.rankings import bent, rank
from infoplane.rankers import effective_rank, linear_probe, logme, nearest_neighbours
from tests.chapters.transfer_learning.world import RANKS, planned

MADE = planned(halves=3, columns=4, samples=200, strength=1.0)
RANK, BENT = (MADE[part].configs[0] for part in ("ranks", "bent"))


def put(monkeypatch, x, y, test=None):
    found = Embedded(x, y, np.arange(len(y)) % 4 == 0 if test is None else test, {})
    monkeypatch.setattr(rankings, "embedded", lambda config: found)
    return found


def cloud(n=240, d=6, apart=2.0, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) % 2)
    return rng.standard_normal((n, d)) + apart * (y[:, None] - 0.5), y


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def test_all_is_of_training_images_with_rows_of_length_one(monkeypatch):
    x, y = cloud()
    found = put(monkeypatch, x, y)
    values = rank(RANK)
    assert set(values["all"]) == set(values["of_halves"]) == set(RANKS)
    rows, seen = unit(x), ~found.test
    expected = {
        "logme": logme(rows[seen], y[seen]),
        "neighbours": nearest_neighbours(rows[seen], y[seen]),
        "rank": effective_rank(rows[seen]),
        "probe": linear_probe(rows[seen], y[seen], rows[~seen], y[~seen]).accuracy,
    }
    for name, value in expected.items():
        assert values["all"][name] == pytest.approx(value, abs=1e-5), name
    assert values["all"]["projected"] <= RANK["columns"]
    assert not set(values) & set(RANK) - {"columns"}
    json.dumps(values, allow_nan=False)


def test_test_images_are_asked_by_the_probe_alone(monkeypatch):
    """Others of them change its accuracy and nothing else."""
    x, y = cloud()
    found = put(monkeypatch, x, y)
    before = rank(RANK)
    changed = x.copy()
    changed[found.test] *= -1
    put(monkeypatch, changed, y)
    after = rank(RANK)
    for name in RANKS:
        assert (before["all"][name] != after["all"][name]) == (name == "probe"), name
    assert before["of_halves"] == after["of_halves"]


@pytest.fixture
def sides(monkeypatch):
    """The rows that each call of the rankers has seen, and those that the probe was tested on."""
    seen = []
    measured = rankings._ranks

    def looked_at(rows, of, own, other, config):
        seen.append((own, other))
        return measured(rows, of, own, other, config)

    monkeypatch.setattr(rankings, "_ranks", looked_at)
    return seen


def test_halves_are_half_of_the_training_images_each_without_repetition(monkeypatch, sides):
    x, y = cloud()
    found = put(monkeypatch, x, y)
    values = rank(RANK)
    whole, *halves = sides
    np.testing.assert_array_equal(whole[0], np.flatnonzero(~found.test))
    np.testing.assert_array_equal(whole[1], np.flatnonzero(found.test))
    assert len(halves) == RANK["halves"]
    for half, other in halves:
        assert len(half) == len(other) == 90
        assert set(half) | set(other) == set(whole[0])
    assert len({frozenset(half) for half, _ in halves}) == len(halves)
    assert {len(told) for told in values["of_halves"].values()} == {RANK["halves"]}


def test_halves_are_the_same_for_all_networks(monkeypatch, sides):
    """Whose embeddings have other values and other columns, and the same split."""
    for d, seed in ((6, 0), (9, 1)):
        x, _ = cloud(d=d, seed=seed)
        put(monkeypatch, x, cloud()[1])
        rank(RANK)
    first, second = sides[:4], sides[4:]
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a[0], b[0])
        np.testing.assert_array_equal(a[1], b[1])


def test_numbers_that_are_known(monkeypatch):
    """Of six equal columns an effective rank of six; rows of length 1 lie on a sphere, which has a
    dimension less."""
    x, y = cloud(400, apart=0.0)
    put(monkeypatch, x, y)
    values = rank(RANK)["all"]
    assert 5.8 < values["rank"] <= 6
    assert 3.7 < values["projected"] <= 4
    assert values["dimension"] == pytest.approx(5, abs=1)
    assert abs(values["probe"] - 0.5) < 0.2
    put(monkeypatch, x[:, :2], y)
    assert rank(RANK | {"columns": 2})["all"]["dimension"] == pytest.approx(1, abs=0.2)
    apart, _ = cloud(400, apart=20.0)
    put(monkeypatch, apart, y)
    assert rank(RANK)["all"]["probe"] == rank(RANK)["all"]["neighbours"] == 1


def test_copies_have_no_dimension_of_their_own(monkeypatch):
    """Images that are there twice: the distance to the nearest other is 0 only without them."""
    x, y = cloud(200)
    twice = np.concatenate([x, x]), np.concatenate([y, y])
    put(monkeypatch, *twice, test=np.zeros(400, dtype=bool))
    once = rankings._dimension(unit(x))
    assert rankings._dimension(unit(twice[0])) == pytest.approx(once)


@pytest.mark.parametrize("d", [2, 3, 8, 33])
def test_the_bend_is_a_bijection(d):
    """Undone to rounding, of which 200 turns make 200 times as much; from either side."""
    rng = np.random.default_rng(d)
    x = rng.standard_normal((50, d)) / np.sqrt(d)
    there = rankings._bend(x, 1.0, 0)
    assert np.abs(there - x).mean() > 0.3
    np.testing.assert_allclose(rankings._bend(there, 1.0, 0, back=True), x, atol=1e-11)
    np.testing.assert_allclose(
        rankings._bend(rankings._bend(x, 1.0, 0, back=True), 1.0, 0), x, atol=1e-11
    )


def test_rows_do_not_depend_on_the_others_and_the_seed_is_the_direction():
    x = np.random.default_rng(0).standard_normal((20, 4))
    there = rankings._bend(x, 1.0, 0)
    np.testing.assert_array_equal(rankings._bend(x[5:9], 1.0, 0), there[5:9])
    assert not np.allclose(rankings._bend(x, 1.0, 1), there)
    np.testing.assert_array_equal(rankings._bend(x, 0.0, 0), x)
    before = x.copy()
    rankings._bend(x, 1.0, 0)
    np.testing.assert_array_equal(x, before)


def test_bent_rows_are_of_little_use_and_can_be_bent_back(monkeypatch):
    """Means of the classes stay where they were, and the sines add s^2 / 2 to each variance: in the
    one column that tells of 20, half a distance of 1.5 / 4.7 beside a deviation of 1 / 4.7, which
    becomes .74. So 93 % become at most 67 %, and of s = 5 54 %, within three standard errors."""
    x, y = cloud(400, d=20, apart=0.0)
    x[:, 0] += 3.0 * (y - 0.5)
    put(monkeypatch, x, y)
    values, more = bent(BENT), bent(BENT | {"strength": 5.0})
    assert values["straight"]["probe"] == pytest.approx(norm.cdf(1.5), abs=0.08)
    assert more["straight"] == values["straight"]
    unit = np.sqrt(20 + 1.5**2)
    for told, strength in ((values, 1.0), (more, 5.0)):
        most = norm.cdf(1.5 / unit / np.sqrt(unit**-2 + strength**2 / 2))
        assert 0.5 - 0.15 < told["bent"]["probe"] < most + 0.15
        assert 0.5 - 0.075 < told["bent"]["neighbours"] < most + 0.075
        assert told["undone"] < 1e-9
        # of directions that differ from each other in all columns
        assert values["straight"]["exact"] < told["bent"]["exact"] < np.log(400)
    assert more["bent"]["neighbours"] < values["straight"]["neighbours"] - 0.2
    assert not set(values) & set(BENT)
    json.dumps(values, allow_nan=False)


def test_without_strength_nothing_is_bent(monkeypatch):
    put(monkeypatch, *cloud())
    values = bent(BENT | {"strength": 1e-12})
    assert values["bent"] == values["straight"]
