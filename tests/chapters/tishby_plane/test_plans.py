"""Chapter 05: bad parameters are named, and what is planned follows the good ones."""

import json
import math

import pytest

from infoplane.book.notebooks import chapter, profile
from infoplane.chapters.tishby_plane import plans
from infoplane.chapters.tishby_plane.ranges import check
from infoplane.chapters.tishby_plane.stopping_rules import DATASETS
from infoplane.errors import InputError
from infoplane.records.plan import Parameters

CHAPTER = "05_tishby_plane"
PARTS = {"planes", "exact", "neural", "neural_exact", "groups", "originals", "noisy", "stopping"}
PARAMETERS = {
    "seeds": [0, 1, 2],
    "activations": ["tanh", "relu"],
    "epochs": 20,
    "batch": 64,
    "rate": 0.1,
    "checkpoints": 4,
    "bins": 30,
    "finer": [5, 50],
    "sigmas": [0.1, 0.5],
    "samples": 16,
    "neural_seeds": [0, 1],
    "neural_epochs": [0, 20],
    "neural_sigma": 0.1,
    "neural_steps": 10,
    "datasets": ["simple", "complicated"],
    "group_seeds": [0, 1, 2, 3],
    "networks": 2,
    "n": 100,
    "group_epochs": 30,
    "image_epochs": 35,
    "noise_std": 0.1,
    "noisy_seeds": [3, 5, 8],
    "noisy_epochs": 40,
    "inputs": 8,
    "passes": 16,
    "stop_seeds": [0, 1, 2],
    "stop_epochs": 50,
    "label_noise": 0.2,
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[
            (name, value)
            for name in ("seeds", "neural_seeds", "group_seeds", "noisy_seeds", "stop_seeds")
            for value in ([], [0], [1, 1], [-1, 0])
        ],
        ("activations", []),
        ("activations", ["tanh", "tanh"]),
        ("activations", ["sigmoid"]),
        ("epochs", 9),
        ("batch", 0),
        ("rate", 0.0),
        ("rate", -0.1),
        ("rate", math.nan),
        ("checkpoints", 2),
        ("bins", 1),
        ("finer", []),
        ("finer", [50, 5]),
        ("finer", [5, 5]),
        ("finer", [0, 5]),
        ("sigmas", []),
        ("sigmas", [0.5, 0.1]),
        ("sigmas", [0.1, 0.1]),
        ("sigmas", [0.0, 0.1]),
        ("sigmas", [math.nan]),
        ("sigmas", [0.1, math.inf]),
        ("samples", 1),
        ("neural_epochs", []),
        ("neural_epochs", [0]),
        ("neural_epochs", [1, 20]),
        ("neural_epochs", [0, 21]),
        ("neural_epochs", [0, 20, 10]),
        ("neural_sigma", 0.0),
        ("neural_sigma", math.nan),
        ("neural_steps", 0),
        ("datasets", []),
        ("datasets", ["simple", "simple"]),
        ("datasets", ["simple", "cifar"]),
        ("networks", 1),
        ("n", 99),
        ("group_epochs", 9),
        ("image_epochs", 9),
        ("noise_std", 0.0),
        ("noise_std", math.inf),
        ("noisy_epochs", 9),
        ("inputs", 1),
        ("inputs", 4097),
        ("passes", 15),
        ("stop_epochs", 49),
        ("label_noise", -0.1),
        ("label_noise", 1.0),
        ("label_noise", math.nan),
    ],
)
def test_bad_parameters_are_named(name, value):
    with pytest.raises(InputError, match=rf"(^|\s){name}="):
        check(Parameters(**{**PARAMETERS, name: value}))


def test_every_parameter_is_among_the_bad_ones():
    (mark,) = test_bad_parameters_are_named.pytestmark
    assert {name for name, _ in mark.args[1]} == set(PARAMETERS)


@pytest.mark.parametrize("name", ["quick", "full"])
def test_the_notebook_and_its_profiles_pass(name):
    found = chapter(CHAPTER)
    given = found.science(profile(name, found))
    assert set(vars(given)) == set(PARAMETERS)
    made = plans(given)
    assert set(made) == PARTS


def test_what_is_planned():
    made = plans(Parameters(**PARAMETERS))
    counts = {name: len(plan.configs) for name, plan in made.items()}
    trained = {"planes": 2 * 3, "exact": 2 * 3, "neural": 2, "neural_exact": 2, "groups": 2 * 4}
    trained["originals"] = 2 * 4
    assert counts == trained | {"noisy": 3, "stopping": 2 * 3}
    for plan in made.values():
        json.dumps(plan.configs, allow_nan=False)
        assert len({json.dumps(config) for config in plan.configs}) == len(plan.configs)
    assert [c["seed"] for c in made["noisy"].configs] == [3, 5, 8]
    # each part has its own epochs; the neural planes are those of the same training
    patterns = [(name, 20) for name in ("planes", "exact", "neural", "neural_exact")]
    for name, epochs in (*patterns, ("groups", 30), ("originals", 30), ("noisy", 40)):
        assert {(c["epochs"], c["batch"], c["rate"]) for c in made[name].configs} == {
            (epochs, 64, 0.1)
        }
    assert {c["epochs"] for c in made["stopping"].configs} == {50}
    assert {c["dataset"] for c in made["stopping"].configs} == set(DATASETS)


def test_images_have_epochs_of_their_own():
    made = plans(
        Parameters(**PARAMETERS | {"datasets": ["simple", "digits", "complicated", "mnist"]})
    )
    epochs = {(c["dataset"], c["epochs"]) for c in made["groups"].configs}
    assert epochs == {("simple", 30), ("complicated", 30), ("digits", 35), ("mnist", 35)}


def test_what_a_batch_trains_together_differs_by_its_seed_only():
    for plan in plans(Parameters(**PARAMETERS)).values():
        assert plan.vary == ("seed",)
        for config in plan.configs:
            assert "device" not in config
