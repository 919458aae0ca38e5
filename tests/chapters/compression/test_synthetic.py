"""Chapter 09: estimates are those of the codes, latents or pixels they are said to be of."""

import json
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import ndtr

from infoplane.chapters.compression import synthetic
from infoplane.datasets.image_pairs import KINDS, ImagePairs
from infoplane.errors import InputError
from infoplane.estimators.neural.mine import MINE
from infoplane.models.autoencoders.compression import Coder

CODES = {
    "kind": "bumps", "code_dim": 2, "encoders": "two", "learn_rows": 100, "steps": 30,
    "hidden": [16], "nats": [0.0, 5.0], "n": [60, 100], "seed": 0,
}  # fmt: skip


class Watched:
    """In place of an estimator: keeps what it is given, and refuses the calls it is told to."""

    def __init__(self, *refused):
        self.given, self.refused = [], refused

    def estimate(self, x, z):
        self.given.append((x, z))
        if len(self.given) - 1 in self.refused:
            raise InputError("no")
        return SimpleNamespace(value=float(len(self.given)))


@pytest.fixture
def watched(monkeypatch):
    """The only estimator there is."""
    own = Watched()
    monkeypatch.setattr(synthetic, "ESTIMATORS", {"ksg": own})
    return own


@pytest.fixture
def learned(monkeypatch):
    """Each call of `learn`: the sets it got, the seeds, and the codes it gave."""
    calls, learn = [], synthetic.learn

    def kept(sets, code_dims, *, seeds, **rest):
        codes = learn(sets, code_dims, seeds=seeds, **rest)
        calls.append(SimpleNamespace(sets=sets, seeds=seeds, codes=codes, dims=list(code_dims)))
        return codes

    monkeypatch.setattr(synthetic, "learn", kept)
    return calls


@pytest.fixture
def _trained(monkeypatch):
    """Autoencoders, whatever principal components lose."""
    monkeypatch.setattr(synthetic, "Coder", partial(Coder, "autoencoder"))


def test_values_have_a_place_for_each_information_and_number_of_rows():
    (values,) = synthetic.codes([CODES])
    assert not set(CODES) & set(values)  # or a record had no place in a frame
    json.dumps(values, allow_nan=False)
    for name in ("wkl", "ksg", "kde", "cca"):
        assert np.shape(values[name]) == (2, 2)
    for name in ("lost", "pca", "coder"):
        assert len(values[name]) == 2  # encoders
    assert set(values["coder"]) <= {"autoencoder", "pca"}
    # at 5 nats and none: whatever is lost, what is left is seen
    weak, strong = np.array([values[name] for name in ("ksg", "cca")]).swapaxes(0, 1)
    assert (strong > weak + 1).all()


@pytest.mark.parametrize("kind", ["bumps", "rectangles"])
@pytest.mark.parametrize("encoders", ["one", "two"])
def test_each_side_goes_through_its_encoder(encoders, kind, watched, learned):
    """With one, x and z through the same."""
    (values,) = synthetic.codes([{**CODES, "kind": kind, "encoders": encoders, "seed": 3}])
    (call,) = learned
    assert len(call.codes) == {"one": 1, "two": 2}[encoders]
    of_x, of_z = call.codes[0], call.codes[-1]
    places = [(nats, n) for nats in CODES["nats"] for n in CODES["n"]]
    for (nats, n), (a, b) in zip(places, watched.given, strict=True):
        x, z = ImagePairs(kind, nats).sample(max(CODES["n"]), 3)
        assert a.shape == b.shape == (n, 2)
        np.testing.assert_array_equal(a, of_x.encode(x)[:n])
        np.testing.assert_array_equal(b, of_z.encode(z)[:n])
        other = of_x.encode(z)[:n]
        assert np.array_equal(b, other) == (encoders == "one")
    assert values["ksg"] == [[1.0, 2.0], [3.0, 4.0]]
    # a fifth of the rows of the training, new ones and independent of each other
    rows = ImagePairs(kind, 0.0).sample(20, 3)[: len(call.codes)]
    assert values["lost"] == [
        round(c.lost(r), 5) for c, r in zip(call.codes, rows, strict=True)
    ]  # fmt: skip


def test_one_encoder_is_the_first_of_two_in_data_and_seed(watched, learned):
    for encoders in ("one", "two"):
        synthetic.codes([{**CODES, "encoders": encoders}])
    one, two = learned
    np.testing.assert_array_equal(one.sets[0], two.sets[0])
    assert one.seeds == two.seeds[:1]


@pytest.mark.usefixtures("watched")
def test_images_to_learn_from_are_used_for_nothing_else(watched, learned, monkeypatch):
    """Nor by two encoders, nor for two seeds."""
    estimated, encoded = [], synthetic._encoded

    def seen(own, images):
        estimated.extend(images)
        return encoded(own, images)

    monkeypatch.setattr(synthetic, "_encoded", seen)
    held_out = [rows for s in (0, 1) for rows in ImagePairs("bumps", 0.0).sample(20, s)]
    synthetic.codes([{**CODES, "seed": s} for s in (0, 1)])
    (call,) = learned
    assert [rows.shape for rows in call.sets] == [(100, 256)] * 4
    assert len(set(call.seeds)) == 4
    used = {row.tobytes() for rows in (*estimated, *held_out) for row in rows}
    own = [row.tobytes() for rows in call.sets for row in rows]
    assert len(set(own)) == 400
    assert not used & set(own)
    # x and z of one seed tell nothing of each other: the correlation of the places, which are
    # two means of each image by columns and by rows, is 0 within 1 / sqrt(100), three times
    first, second = (rows.reshape(-1, 16, 16) for rows in call.sets[:2])
    for axis in (1, 2):
        a, b = (r.sum(axis) @ np.arange(16) / r.sum((1, 2)) for r in (first, second))
        assert abs(np.corrcoef(a, b)[0, 1]) < 0.3


@pytest.mark.usefixtures("_trained")
def test_a_seed_is_in_any_batch_what_it_is_alone(monkeypatch):
    """Codes differ by thirty steps of float32 in another order of sums, 1e-5 or so, which swaps
    neighbours of few rows: of two of a hundred, whose terms change by at most 1 each."""
    of_few = {name: synthetic.ESTIMATORS[name] for name in ("ksg", "cca")}
    monkeypatch.setattr(synthetic, "ESTIMATORS", of_few)
    configs = [{**CODES, "n": [100], "seed": s} for s in (5, 2)]
    together, turned = synthetic.codes(configs), synthetic.codes(configs[::-1])[::-1]
    alone = [synthetic.codes([config])[0] for config in configs]
    assert together[0]["coder"] == ["autoencoder"] * 2

    def numbers(found):
        return np.array([[*np.ravel(v["ksg"]), *np.ravel(v["cca"]), *v["lost"]] for v in found])

    for other in (turned, alone):
        np.testing.assert_allclose(numbers(other), numbers(together), atol=0.02)
        assert [v["pca"] for v in other] == [v["pca"] for v in together]
    assert np.abs(numbers(together)[0] - numbers(together)[1]).max() > 0.05  # two seeds are two


def test_a_code_that_is_constant_is_refused_by_all(monkeypatch):
    constant = SimpleNamespace(
        encode=lambda rows: np.zeros((len(rows), 2)), lost=lambda rows: 1.0,
        kind="autoencoder", tried={"pca": 0.5},
    )  # fmt: skip
    monkeypatch.setattr(synthetic, "learn", lambda sets, *_, **__: [constant] * len(sets))
    (values,) = synthetic.codes([CODES])
    for name in ("wkl", "ksg", "kde", "cca"):
        assert values[name] == [[None, None], [None, None]]
    assert (values["lost"], values["pca"]) == ([1.0, 1.0], [0.5, 0.5])


def test_an_estimator_that_refuses_once_has_its_other_values(watched):
    watched.refused = (2,)
    found = synthetic.latents({"kind": "bumps", "nats": [0.0, 5.0], "n": [60, 100], "seed": 0})
    assert found == {"ksg": [[1.0, 2.0], [None, 4.0]]}


@pytest.mark.parametrize("kind", ["bumps", "rectangles"])
def test_latents_are_those_behind_the_images(kind):
    """As uniform numbers, which the images are drawn from."""
    config = {"kind": kind, "nats": [2.5], "n": [60, 100], "seed": 4}
    found = synthetic.latents(config)
    pairs = ImagePairs(kind, 2.5)
    g, h = map(ndtr, pairs.latents(100, 4))
    for name, estimator in synthetic.ESTIMATORS.items():
        direct = [round(estimator.estimate(g[:n], h[:n]).value, 4) for n in (60, 100)]
        assert found[name] == [direct], name
    # and these images are those whose codes are looked at
    drawn, _, side = KINDS[kind]
    for latents, images in zip((g, h), pairs.sample(100, 4), strict=True):
        np.testing.assert_array_equal(drawn(latents, side=side).reshape(100, -1), images)


def test_kernels_are_not_looked_at_beyond_their_number_of_rows(monkeypatch):
    monkeypatch.setattr(synthetic, "KDE_ROWS", 60)
    found = synthetic.latents({"kind": "bumps", "nats": [1.0], "n": [60, 61], "seed": 0})
    (kde,) = found["kde"]
    assert kde[0] is not None
    assert kde[1] is None
    assert all(None not in found[name][0] for name in ("wkl", "ksg", "cca"))


def few_vary(x):
    """Pixels of which some differ, in order."""
    return x[:, [j for j in range(x.shape[1]) if len(set(x[:, j].tolist())) > 1]]


def test_pixels_that_never_vary_are_left_out_of_each_side(monkeypatch):
    own = {"ksg": Watched(), "wkl": Watched(1)}
    monkeypatch.setattr(synthetic, "ESTIMATORS", own)
    config = {"kind": "rectangles", "nats": [0.0, 5.0], "n": 30, "seed": 1}
    values = synthetic.pixels(config)
    for place, nats in enumerate(config["nats"]):
        sides = ImagePairs("rectangles", nats).sample(30, 1)
        assert any(few_vary(side).shape[1] < 1024 for side in sides)
        for watch in own.values():
            for given, side in zip(watch.given[place], sides, strict=True):
                np.testing.assert_array_equal(given, few_vary(side))
    # refusals are by the place in nats, as JSON has it
    assert values == {"ksg": [1.0, 2.0], "wkl": [1.0, None], "refused": {"1": "no"}}


def test_pixels_of_rectangles_are_no_sample_from_a_density():
    """Their corners take two values: what entropies are for, weighted Kozachenko-Leonenko, says
    so, and neighbours are counted."""
    values = synthetic.pixels({"kind": "rectangles", "nats": [5.0], "n": 20, "seed": 0})
    assert values["wkl"] == [None]
    assert "no sample from a density" in values["refused"]["0"]
    assert isinstance(values["ksg"][0], float)
    json.dumps(values, allow_nan=False)


def test_mine_in_a_batch_is_what_it_is_alone(monkeypatch):
    """Though pixels that vary are others for each seed. A few steps of float32, to 1e-3."""
    monkeypatch.setattr(synthetic, "MINE", partial(MINE, batch_size=32))
    configs = [
        {"kind": "rectangles", "nats": 5.0, "n": 80, "steps": 4, "seed": s} for s in (0, 1)
    ]  # fmt: skip
    widths = {few_vary(ImagePairs("rectangles", 5.0).sample(80, s)[0]).shape[1] for s in (0, 1)}
    assert len(widths) == 2
    together = synthetic.mine(configs)
    alone = [synthetic.mine([config])[0] for config in configs]
    for a, b in zip(together, alone, strict=True):
        assert set(a) == {"value", "std", "warnings"}
        json.dumps(a, allow_nan=False)
        assert (a["value"], a["std"]) == pytest.approx((b["value"], b["std"]), abs=1e-3)
    assert together[0]["value"] != together[1]["value"]
