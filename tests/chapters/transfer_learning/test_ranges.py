"""Chapter 06: bad parameters are named, each by the name it has on the page."""

import math

import pytest

from infoplane.book.notebooks import chapter, profile
from infoplane.chapters.transfer_learning.ranges import check
from infoplane.errors import InputError
from infoplane.records.plan import Parameters
from tests.chapters.transfer_learning.world import PARAMETERS

CHAPTER = "06_transfer_learning"
STORED = {"networks": "stored", "images": "catsdogs"}
FILES = {"networks": "torchvision", "images": "oxford-pets"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, value) for name in ("seeds", "critic_seeds")
          for value in ([], [0], [1, 1], [-1, 0])],
        *[("orders", value) for value in ([], [-1], [0, 0], [0.5])],
        *[("networks", value) for value in ("miniatures", "", "stored", "torchvision", "source")],
        *[("images", value) for value in ("mnist", "catsdogs", "oxford-pets")],
        *[("chosen", value) for value in (
            ["residual-2"], ["residual-1"] * 3, ["residual-1", "residual-3", "separable-1"],
        )],
        ("n_images", 1),  # digits are few
        ("n_images", -1),
        *[(name, least - 1) for name, least in (
            ("epochs", 3), ("looks", 3), ("hidden", 1), ("batch", 1), ("prediction_steps", 1),
            ("samples", 2), ("steps", 1), ("folds", 3), ("halves", 2), ("columns", 2),
            ("pretrain_epochs", 0), ("pretrain_seed", 0),
        )],
        *[(name, value) for name in ("rate", "critic_rate", "noise_std", "strength")
          for value in (0.0, -1.0, math.nan, math.inf)],
        ("critic_rate", 1.0),  # MINE takes none
        ("noise_std", 0.2),  # without an exact value
        *[("noise_stds", value) for value in (
            [], [0.0, 0.3], [-0.1, 0.3], [0.3, 0.1], [0.3, 0.3], [0.3, math.nan], [0.3, math.inf],
        )],
        ("columns", 33),  # of 32
        ("folds", 21),
    ],
)  # fmt: skip
def test_bad_parameters_are_named(name, value):
    with pytest.raises(InputError) as found:
        check(Parameters(**PARAMETERS | {name: value}))
    told = str(found.value)
    # digits go with networks in small: whichever of both is wrong, one of them is named
    both = ("networks", "images") if name in ("networks", "images") else (name,)
    assert told.startswith(tuple(f"{each}=" for each in both)), told
    assert "\n" not in told


def test_every_parameter_is_among_the_bad_ones():
    """But for one that is yes or no."""
    (mark,) = test_bad_parameters_are_named.pytestmark
    assert {name for name, _ in mark.args[1]} == set(PARAMETERS) - {"skip_unreadable"}


def test_networks_are_chosen_by_name():
    chosen = ["residual-1", "inception-3", "separable-1"]
    check(Parameters(**PARAMETERS | {"chosen": chosen}))
    wanted = {"networks": "torchvision", "images": "catsdogs"}
    check(Parameters(**PARAMETERS | wanted | {"chosen": ["resnet18", "vgg11", "mobilenet_v2"]}))
    with pytest.raises(InputError, match="did you mean 'resnet18'"):
        check(Parameters(**PARAMETERS | wanted | {"chosen": ["resnt18", "vgg11", "alexnet"]}))
    with pytest.raises(InputError, match="at least 3 families, here residual"):
        check(Parameters(**PARAMETERS | wanted | {"chosen": ["resnet18", "resnet34"]}))


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        (STORED | {"n_images": 100}, "networks"),
        ({"networks": "stored", "images": "oxford-pets"}, "networks"),
        ({"networks": "stored", "images": "digits"}, "images"),
        (STORED | {"columns": 257}, "columns"),
        (FILES | {"columns": 441}, "columns"),
        (FILES | {"n_images": 9}, "n_images"),  # half of the training images are too few
    ],
)
def test_what_does_not_go_together_is_refused(changes, name):
    with pytest.raises(InputError, match=rf"^{name}="):
        check(Parameters(**PARAMETERS | changes))


@pytest.mark.parametrize(
    "edge",
    [
        {"epochs": 3, "looks": 3},
        {"samples": 2, "steps": 1, "prediction_steps": 1},
        {"pretrain_epochs": 0},
        {"columns": 32, "folds": 20},
        {"noise_stds": [0.3]},
        STORED | {"columns": 256},
        FILES | {"columns": 440, "n_images": 10},
        {"networks": "source", "images": "catsdogs", "n_images": 100},
    ],
)
def test_the_edges_pass(edge):
    check(Parameters(**PARAMETERS | edge))


@pytest.mark.parametrize("name", ["quick", "full"])
def test_the_notebook_and_its_profiles_pass(name):
    found = chapter(CHAPTER)
    given = found.science(profile(name, found))
    assert set(vars(given)) == set(PARAMETERS)
    check(given)
