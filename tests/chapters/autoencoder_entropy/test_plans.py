"""Chapter 07: what is planned, and bad parameters named."""

import json
import math

import pytest

from infoplane.book.notebooks import chapter, profile
from infoplane.chapters.autoencoder_entropy import PUBLISHED_N, plans
from infoplane.chapters.autoencoder_entropy.ranges import check
from infoplane.datasets import manifolds, vision
from infoplane.errors import InputError
from infoplane.records.plan import Parameters

CHAPTER = "07_autoencoder_entropy"
PARAMETERS = {
    "datasets": ["linear-3", "curved-4", "spectrum"],
    "noisy": ["linear-3"],
    "noise_std": 0.1,
    "tanh": ["curved-4", "torus-2"],
    "n": 200,
    "rows": 150,
    "largest_code": 6,
    "epochs": 3,
    "seeds": [0, 1, 2],
    "looked_at": "curved-4",
    "resolutions": [100, 200],
    "images": ["digits", "mnist"],
    "image_n": [1442, 20_000],
    "image_rows": 700,
    "image_codes": [1, 2, 3, 4, 8],
    "image_epochs": [4, 5],
    "image_seeds": [7, 8],
    "conv_codes": [2, 8],
    "conv_epochs": [1, 2],
    "pictured": [1, 4],
    "known_n": [100, 300],
    "bias_dims": [1, 2],
    "bias_n": [50, 100],
    "bias_seeds": [0, 1],
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[
            (name, value)
            for name in ("seeds", "image_seeds", "bias_seeds")
            for value in ([], [0], [1, 1], [-1, 0])
        ],
        *[(name, ["linear-3"] * 2) for name in ("datasets", "noisy", "tanh")],
        *[(name, ["mnist"]) for name in ("datasets", "noisy", "tanh")],
        ("datasets", []),
        ("images", []),
        ("images", ["digits", "linear-3"]),
        ("images", ["digits", "digits"]),
        *[("noise_std", value) for value in (0.0, -0.1, math.nan, math.inf)],
        ("n", 99),
        ("rows", 99),
        ("rows", 201),
        ("looked_at", "torus-2"),
        ("looked_at", ""),
        ("resolutions", [100, 201]),
        ("largest_code", 5),
        ("epochs", 0),
        *[(name, value) for name in ("image_n", "image_epochs", "conv_epochs")
          for value in ([], [1442], [1442, 20_000, 500], [0, 20_000])],
        ("image_n", [499, 20_000]),
        ("image_n", [1443, 20_000]),
        ("image_n", [1442, 60_001]),
        ("image_rows", 99),
        *[(name, value) for name, low in (("image_codes", 1), ("conv_codes", 1), ("pictured", 1),
                                          ("known_n", 100), ("resolutions", 100), ("bias_dims", 1),
                                          ("bias_n", 20))
          for value in ([low + i for i in (-1, 1, 2, 3, 4, 5)],
                        [low + i for i in (1, 1, 2, 3, 4, 5)],
                        [low + i for i in (5, 1, 2, 3, 4)])],
        ("image_codes", [1, 2, 3, 4]),
        *[(name, []) for name in ("resolutions", "pictured", "known_n", "bias_dims", "bias_n")],
    ],
)  # fmt: skip
def test_bad_parameters_are_named(name, value):
    with pytest.raises(InputError, match=rf"^{name}=") as found:
        check(Parameters(**{**PARAMETERS, name: value}))
    assert "\n" not in str(found.value)
    assert "is not accepted: " in str(found.value)


def test_every_parameter_is_among_the_bad_ones():
    (mark,) = test_bad_parameters_are_named.pytestmark
    assert {name for name, _ in mark.args[1]} == set(PARAMETERS)


def test_what_may_be_empty():
    made = plans(Parameters(**PARAMETERS | {"noisy": [], "tanh": [], "conv_codes": []}))
    assert made["convolutions"].configs == []
    assert {(c["noise"], c["code_activation"]) for c in made["codes"].configs} == {(0.0, "none")}


@pytest.mark.parametrize("name", ["quick", "full"])
def test_the_notebook_and_its_profiles_pass(name):
    found = chapter(CHAPTER)
    given = found.science(profile(name, found))
    assert set(vars(given)) == set(PARAMETERS)
    check(given)
    # the number of rows per digit that a code of this size needs to have a density
    assert max(given.image_codes) < 0.7 * given.image_rows / 10
    width = {name: manifolds.Manifold(name).width for name in given.datasets}
    assert given.largest_code <= min(width.values())


def test_what_is_planned():
    made = plans(Parameters(**PARAMETERS))
    assert {name: len(plan.configs) for name, plan in made.items()} == {
        "codes": (3 + 1 + 2) * 3 * 6,
        "resolution": 2 * 3 * 6,
        "images": 2 * 2 * 5,
        "convolutions": 2 * 2 * 2,
        # three sets, one of them noisy, and one that is only encoded by tanh; digits, a part of
        # the other images, and all of these
        "points": (3 + 1 + 1) * 3 + 2 + 2 + 2,
        "closest": 2 * 2,
        "known": 16 * 2 * 3,
        "bias": 2 * 2 * 2 * 2,
        "pictures": 1,
    }
    for plan in made.values():
        json.dumps(plan.configs, allow_nan=False)
        assert len({json.dumps(config) for config in plan.configs}) == len(plan.configs)
        assert not any("device" in config for config in plan.configs)


def test_published_estimators_see_no_more_than_they_can():
    made = plans(Parameters(**PARAMETERS))["points"].configs
    of = {name: [c for c in made if c["dataset"] == name] for name in ("digits", "mnist")}
    assert {(c["n"], c["published"]) for c in of["digits"]} == {(1442, True)}
    assert {(c["n"], c["published"]) for c in of["mnist"]} == {(PUBLISHED_N, True), (20_000, False)}
    assert all(c["published"] for c in made if c["dataset"] in manifolds.NAMES)
    assert all(c["n"] <= PUBLISHED_N for c in made if c["published"])
    at_most = plans(Parameters(**PARAMETERS | {"image_n": [1442, PUBLISHED_N]}))["points"].configs
    assert [c["published"] for c in at_most if c["dataset"] == "mnist"] == [True, True]


def test_codes_have_the_points_they_are_compared_with():
    made = plans(Parameters(**PARAMETERS))
    points = {(c["dataset"], c["noise"], c["n"], c["seed"]) for c in made["points"].configs}
    for part in ("codes", "resolution", "images", "convolutions"):
        for c in made[part].configs:
            assert (c["dataset"], c["noise"], c["n"], c["seed"]) in points


def test_what_a_batch_trains_together_differs_by_its_code_only():
    made = plans(Parameters(**PARAMETERS))
    for part in ("codes", "resolution", "images"):
        assert made[part].vary == ("code",)
        assert made[part].vary == ("code",)
    assert made["convolutions"].vary == ()  # one after another


def test_resolutions_are_of_the_same_codes():
    made = plans(Parameters(**PARAMETERS))
    own = [c for c in made["codes"].configs if c["dataset"] == "curved-4" and not c["noise"]]
    of = {json.dumps({**c, "rows": 0}) for c in own if c["code_activation"] == "none"}
    for rows in PARAMETERS["resolutions"]:
        found = [c for c in made["resolution"].configs if c["rows"] == rows]
        assert {json.dumps({**c, "rows": 0}) for c in found} == of


def test_each_part_has_its_own_epochs():
    made = plans(Parameters(**PARAMETERS))
    assert {c["epochs"] for c in made["codes"].configs} == {3}
    for part, epochs in (("images", (4, 5)), ("convolutions", (1, 2))):
        found = {(c["dataset"], c["epochs"]) for c in made[part].configs}
        assert found == set(zip(("digits", "mnist"), epochs, strict=True))
        kinds = {c["hidden"] == "convolutions" for c in made[part].configs}
        assert kinds == {part == "convolutions"}
    assert {c["n"] for c in made["pictures"].configs} == {vision.TRAIN_SIZES["digits"]}
