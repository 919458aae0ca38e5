"""Codes of autoencoders: a batch gives what single runs give, and what a record says of codes."""

import json
import math

import numpy as np
import pytest
import torch

from infoplane.chapters.autoencoder_entropy import codes as module
from infoplane.chapters.autoencoder_entropy.codes import (
    GAUGE,
    codes,
    reconstructions,
)
from infoplane.chapters.autoencoder_entropy.point_sets import Points, points_of
from infoplane.datasets import vision
from infoplane.dimension.correlation import correlation_dimension
from infoplane.estimators.density.codes import METHODS
from infoplane.estimators.density.gauges import GAUGES
from infoplane.models.autoencoders.networks import ConvAutoencoder
from infoplane.records.store import plain

CONFIG = {
    "dataset": "linear-3",
    "noise": 0.0,
    "n": 100,
    "seed": 0,
    "rows": 100,
    "code": 2,
    "code_activation": "none",
    "hidden": [16],
    "learning_rate": 1e-2,
    "epochs": 1,
}
DIGITS = CONFIG | {"dataset": "digits", "n": 200, "shown": 5, "codes": [1, 8], "epochs": 30}
SIZES = (1, 2, 3)


@pytest.fixture(scope="module")
def together():
    return codes([CONFIG | {"code": d} for d in SIZES])


def test_a_batch_gives_what_single_runs_give(together):
    for code, found in zip(SIZES, together, strict=True):
        alone = codes([CONFIG | {"code": code}])[0]
        assert set(alone) == set(found)
        assert found["live"] == alone["live"] == code
        for name in ("lost", "lost_held_out", "dimensions", "entropies"):
            a, b = (np.array(values[name], dtype=float) for values in (found, alone))
            # float32 sums in another order, one epoch long; log h is rounded to 1/512
            np.testing.assert_allclose(a, b, rtol=1e-3, atol=2e-3)


def test_runs_repeat_and_leave_the_global_stream_alone(together):
    torch.manual_seed(0)
    before = torch.get_rng_state()
    again = codes([CONFIG | {"code": d} for d in SIZES])
    assert torch.equal(torch.get_rng_state(), before)
    assert json.dumps(plain(again)) == json.dumps(plain(together))
    json.dumps(plain(together), allow_nan=False)


def test_seeds_draw_points_and_weights():
    one, other = (codes([CONFIG | {"seed": s}])[0] for s in (0, 1))
    assert one["lost"] != other["lost"]


def test_more_code_loses_less_until_there_is_nothing_to_lose():
    config = CONFIG | {"n": 400, "epochs": 60}
    found = codes([config | {"code": d} for d in (1, 3, 4)])
    lost = [values["lost_held_out"] for values in found]
    # of a cube of three dimensions, whose code of one keeps about a third
    assert lost[0] > 0.3 > 10 * lost[1]
    assert lost[2] < 0.03
    assert [values["lost"] < 0.9 for values in found] == [True] * 3


class Given:
    """In place of a trained model: its codes, whatever it is asked to encode."""

    def __init__(self, *given):
        self.given = [torch.as_tensor(rows, dtype=torch.float32) for rows in given]

    def encode(self, x):
        return self.given


@pytest.fixture
def described(monkeypatch):
    """What a record says of codes that are given, with labels or without."""

    def describe(*given, labels=None, rows=None):
        n = len(given[0])
        points = Points(np.zeros((n, 1), np.float32), np.zeros((1, 1)), labels, np.zeros(1), 1.0)
        monkeypatch.setattr(module, "points_of", lambda config: points)
        monkeypatch.setattr(module, "_trained", lambda configs, x: Given(*given))
        monkeypatch.setattr(module, "errors", lambda model, x: torch.zeros(len(given)))
        return codes([CONFIG | {"rows": rows or n}] * len(given))

    return describe


def test_entropies_are_by_gauge_and_by_method(described):
    stds = np.array([0.1, 3.0])
    rows = stds * np.random.default_rng(0).standard_normal((1500, 2))
    (found,) = described(rows)
    table = np.array(found["entropies"], dtype=float)
    assert table.shape == (len(GAUGES), len(METHODS))
    assert found["refused"] == {}
    unit = math.log(2 * math.pi * math.e)  # of two columns of variance 1
    scale = math.sqrt(np.mean(stds**2))
    exact = {
        "raw": unit + np.log(stds).sum(),
        "one scale": unit + np.log(stds / scale).sum(),
        "unit variance": unit,
        "whitened": unit,
    }
    for gauge, values in zip(GAUGES, table, strict=True):
        known = values[~np.isnan(values)]
        # every method; whitened codes, by the first alone; standard error of n = 1500 is .03,
        # and the plug-in entropy of two dimensions is below by some .1
        assert len(known) == (1 if gauge == "whitened" else len(METHODS))
        np.testing.assert_allclose(known, exact[gauge], atol=0.2)
    # exactly log volumes apart, whatever the estimate is
    spread = np.log(rows.astype(np.float32).std(axis=0, dtype=float)).sum()
    np.testing.assert_allclose(table[0] - table[2], spread, atol=1e-5)
    # loo is above plug-in, always: that one leaves nothing out
    assert table[2][METHODS.index("loo")] > table[2][METHODS.index("plug-in")]


def test_entropies_are_of_the_first_rows_and_dimensions_of_all(described):
    rng = np.random.default_rng(1)
    rows = rng.standard_normal((600, 2))
    rows[200:, 1] = rows[200:, 0] * 1e-6  # a line
    (found,) = described(rows, rows=200)
    (first,) = described(rows[:200], rows=200)
    assert found["entropies"] == first["entropies"]
    assert found["dimensions"][0] < 1.2 < first["dimensions"][0]


def test_whitened_codes_are_left_one_out(described):
    (found,) = described(np.random.default_rng(10).standard_normal((200, 1)))
    table = np.array(found["entropies"], dtype=float)
    assert np.isfinite(table[GAUGES.index("whitened"), METHODS.index("loo")])
    assert np.isfinite(table).sum() == 3 * len(METHODS) + 1


def test_what_is_lost_is_of_the_rows_seen_and_of_those_kept_apart(together):
    for code, found in zip(SIZES, together, strict=True):
        data = points_of(CONFIG)
        model = module._trained([CONFIG | {"code": code}], torch.as_tensor(data.x))
        for name, rows in (("lost", data.x), ("lost_held_out", data.held_out)):
            answer = model(torch.as_tensor(rows))[0].detach().numpy()
            lost = np.square(rows - answer).sum() / np.square(rows - rows.mean(axis=0)).sum()
            assert found[name] == pytest.approx(lost, rel=1e-3)


def test_weights_have_the_seed_of_their_config():
    x = torch.as_tensor(points_of(CONFIG).x)
    one, other = (module._trained([CONFIG | {"seed": s}], x)(x) for s in (0, 1))
    assert not torch.allclose(one, other)


def test_dimensions_are_in_the_stated_gauge(described):
    rows = np.random.default_rng(2).random((800, 2)) * [1.0, 1e-4]
    (found,) = described(rows)
    assert GAUGE == "unit variance"
    # raw, it is a line
    assert correlation_dimension(rows).value < 1.2
    assert found["dimensions"][0] == pytest.approx(2, abs=0.15)


def test_dependent_codes_are_a_finding(described):
    a, b = np.random.default_rng(3).integers(-1000, 1000, (2, 300)).astype(float)
    good, flat = described(np.column_stack([a, b]), np.column_stack([a, b, a + b]))
    assert good["refused"] == {}
    assert flat["entropies"] is None
    assert set(flat["refused"]) == {"entropies"}
    assert "3 columns that lie in 2 dimensions" in flat["refused"]["entropies"]
    # what can be said is said
    assert flat["live"] == 3
    assert flat["dimensions"][0] == pytest.approx(2, abs=0.3)
    assert good["dimensions"][0] == pytest.approx(2, abs=0.3)


def test_saturated_codes_are_a_finding(described):
    rows = np.linspace(-0.9, 0.9, 300)[:, None]
    rows[:30] = -1
    good, tied = described(np.linspace(-0.9, 0.9, 300)[:, None], rows)
    assert good["refused"] == {}
    assert set(tied["refused"]) == {"entropies", "dimensions"}
    assert all("copy" in why for why in tied["refused"].values())
    assert tied["entropies"] is None
    assert "dimensions" not in tied
    assert (tied["live"], tied["lost"]) == (1, 0)


def test_dead_units_are_not_counted(described):
    rows = np.random.default_rng(5).standard_normal((300, 3))
    rows[:, 1] = 0.7
    (found,) = described(rows)
    assert found["live"] == 2
    assert found["dimensions"][0] == pytest.approx(2, abs=0.4)


@pytest.mark.parametrize(("bad", "why"), [(0.5, "all are constant"), (math.nan, "NaN or infinite")])
def test_a_dead_or_broken_code_leaves_the_others_of_its_batch(described, bad, why):
    rows, labels = of_digits(1.0 + np.arange(10))
    (alone,) = described(rows, labels=labels)
    good, broken = described(rows, np.full((700, 3), bad), labels=labels)
    assert json.dumps(plain(good)) == json.dumps(plain(alone))
    assert set(broken["refused"]) == {"entropies", "dimensions", "classes"}
    assert all(why in told for told in broken["refused"].values())
    assert (broken["live"], broken["entropies"], broken["warnings"]) == (0, None, [])
    (unlabelled,) = described(np.full((700, 3), bad))
    assert set(unlabelled["refused"]) == {"entropies", "dimensions"}


def test_what_to_doubt_is_kept_and_told_once(described):
    rows = np.random.default_rng(11).standard_normal((300, 2))
    assert described(rows)[0]["warnings"] == []
    rows[0, 1] = 1e4
    (found,) = described(np.insert(rows, 0, 0.7, axis=1))
    dead, outliers = found["warnings"][:2]
    assert dead.startswith("code unit 0 is constant")
    assert outliers.startswith("column 2 of codes has outliers")
    assert len(set(found["warnings"])) == len(found["warnings"])


def of_digits(spread):
    """70 rows of each digit, the same but for their scale; shuffled, with their labels."""
    base = np.random.default_rng(6).standard_normal((70, 2))
    rows = np.concatenate([base * s for s in spread])
    labels = np.repeat(np.arange(10), 70)
    order = np.random.default_rng(7).permutation(700)
    return rows[order], labels[order]


def test_digits_have_entropies_and_dimensions_of_their_own(described):
    spread = 1.0 + np.arange(10)
    rows, labels = of_digits(spread)
    (found,) = described(rows, labels=labels)
    entropies = np.array(found["class_entropies"])
    # h(a Y) = h(Y) + 2 log a, for the same points but for float32
    np.testing.assert_allclose(entropies - entropies[0], 2 * np.log(spread), atol=5e-3)
    # in units of all of the codes, not of their own
    assert entropies[0] < entropies[9] - 4
    whole = np.log(rows.std(axis=0)).sum()
    unit = math.log(2 * math.pi * math.e) + 2 * math.log(spread[9]) - whole
    assert entropies[9] == pytest.approx(unit, abs=0.4)
    np.testing.assert_allclose(found["class_dimensions"], found["class_dimensions"][0], rtol=0.01)


def test_digits_have_dimensions_of_their_own_rows(described):
    rows, labels = of_digits(np.ones(10))
    flat = labels == 4
    rows[flat, 1] = rows[flat, 0]
    rows += 1e-5 * np.random.default_rng(8).standard_normal(rows.shape)
    (found,) = described(rows, labels=labels)
    dimensions = np.array(found["class_dimensions"])
    assert dimensions[4] < 1.3 < np.delete(dimensions, 4).min()


def test_entropies_of_digits_are_of_the_first_rows_too(described):
    rows, labels = of_digits(np.ones(10))
    (part,), (all_rows,) = (described(rows, labels=labels, rows=n) for n in (500, 700))
    assert all_rows["class_entropies"] != part["class_entropies"]
    assert all_rows["class_dimensions"] == part["class_dimensions"]


def test_a_refused_digit_leaves_the_rest_of_the_record(described):
    rng = np.random.default_rng(9)
    rows, labels = rng.standard_normal((700, 2)), np.repeat(np.arange(10), 70)
    rows[labels == 6, 1] = 0.5  # dead, for one digit
    rows = np.column_stack([rows, rng.standard_normal(700)])
    rows[labels == 6, 2] = rows[labels == 6, 0]
    (found,) = described(rows, labels=labels)
    assert np.isfinite(np.array(found["entropies"][0], dtype=float)).all()
    assert found["dimensions"][0] > 2
    assert set(found["refused"]) == {"classes"}
    assert not {"class_entropies", "class_dimensions"} & set(found)


def test_what_is_asked_for_is_what_is_trained():
    x = torch.zeros(5, 64)
    made = module._trained([CONFIG | {"epochs": 0, "code": d, "seed": d} for d in (1, 4)], x)
    assert (made.codes, made.hidden, made.code_activation) == ((1, 4), (16,), "none")
    bounded = module._trained([CONFIG | {"epochs": 0, "code_activation": "tanh"}], x)
    assert bounded.code_activation == "tanh"
    images = module._trained([CONFIG | {"epochs": 0, "hidden": "convolutions"}], x)
    assert isinstance(images, ConvAutoencoder)
    assert (images.side, images.codes) == (8, (2,))


def test_reconstructions_are_of_held_out_images_in_their_unit():
    found = reconstructions(DIGITS)
    originals, kept = np.array(found["originals"]), np.array(found["reconstructed"])
    test = vision.load("digits", "test").images[:5].reshape(5, -1)
    np.testing.assert_allclose(originals, test, atol=5.1e-4)  # rounded to three digits
    assert kept.shape == (2, 5, 64)
    few, many = (np.square(part - originals).mean() for part in kept)
    mean = np.square(originals - originals.mean(axis=0)).mean()
    assert many < few < 2 * mean
    again = reconstructions(DIGITS)
    np.testing.assert_array_equal(again["reconstructed"], kept)
