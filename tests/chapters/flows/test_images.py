"""Chapter 10: of several autoencoders the one that loses least is taken, and looked through."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from infoplane.chapters.flows import images as module
from infoplane.chapters.flows.images import images
from infoplane.datasets.image_pairs import ImagePairs

CONFIG = {
    "nats": [0.0, 5.0], "models": {"canonical": {"steps": 5, "hidden": [4]}},
    "few_nats": [5.0], "few_models": {"columns": {"blocks": 0, "steps": 5}},
    "n": 430, "code_dim": 2, "learn_rows": 400, "tries": 2, "coder_steps": 20, "hidden": [8],
    "seed": 3,
}  # fmt: skip


@pytest.fixture(scope="module")
def values():
    return images(CONFIG)


def test_every_model_is_there_at_its_informations(values):
    assert not set(CONFIG) & set(values)
    json.dumps(values, allow_nan=False)
    found = [(one["model"], one["truth"]) for one in values["found"]]
    assert found == [("canonical", 0.0), ("canonical", 5.0), ("columns", 5.0)]
    others = [(one["model"], one["truth"]) for one in values["others"]]
    assert others == [(name, nats) for nats in (0.0, 5.0) for name in ("wkl", "ksg", "cca")]
    assert [len(tried) for tried in values["tried"]] == [2, 2]
    assert all(0 < lost < 1 for lost in values["lost"])


class Fake:
    """A code that keeps the mean of an image and of its upper half, and says what it loses."""

    kind = "fake"

    def __init__(self, loss):
        self.tried, self.seen = {"fake": loss}, []

    def encode(self, rows):
        self.seen.append(rows)
        rng = np.random.default_rng(int(1e6 * self.tried["fake"]))
        return np.column_stack([rows.mean(axis=1), rows[:, :128].mean(axis=1)]) + 1e-3 * (
            rng.standard_normal((len(rows), 2))
        )

    def lost(self, rows):
        return self.tried["fake"] + 0.5


@pytest.fixture
def learned(monkeypatch):
    """Four codes, of which the second is the best of x, and the third that of z."""
    codes = [Fake(loss) for loss in (0.3, 0.1, 0.2, 0.25)]
    call = SimpleNamespace(codes=codes)

    def learn(sets, code_dims, *, seeds, coder, device):
        call.sets, call.dims, call.seeds, call.coder = sets, code_dims, seeds, coder
        return codes

    monkeypatch.setattr(module, "learn", learn)
    return call


def test_the_code_that_loses_least_is_taken_for_each_side(learned):
    values = images(CONFIG)
    assert [bool(code.seen) for code in learned.codes] == [False, True, True, False]
    assert values["tried"] == [[0.3, 0.1], [0.2, 0.25]]
    assert values["lost"] == [0.6, 0.7]
    pairs = [ImagePairs("bumps", nats).sample(430, 3) for nats in (0.0, 5.0)]
    for side, code in enumerate(learned.codes[1:3]):
        assert len(code.seen) == 2
        for seen, of in zip(code.seen, pairs, strict=True):
            np.testing.assert_array_equal(seen, of[side])


def test_codes_are_learned_from_images_that_are_used_for_nothing_else(learned):
    images(CONFIG)
    assert learned.dims == [2] * 4
    assert len(set(learned.seeds)) == 4
    # tries of a side see the same images, the sides others
    np.testing.assert_array_equal(learned.sets[0], learned.sets[1])
    used = {row.tobytes() for code in learned.codes for rows in code.seen for row in rows}
    own = {row.tobytes() for rows in learned.sets for row in rows}
    assert len(own) == 2 * 400
    assert not used & own


def test_no_two_seeds_begin_with_the_same_network(learned):
    begun = set()
    for seed in range(4):
        images({**CONFIG, "seed": seed, "nats": [], "few_nats": []})
        assert not begun & set(learned.seeds)
        begun |= set(learned.seeds)
