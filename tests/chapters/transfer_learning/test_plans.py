"""Chapter 06: what is planned follows the parameters, each thing once, and needs no data."""

import json
import os
import subprocess
import sys
from importlib import import_module

import pytest

from infoplane.book.notebooks import chapter, profile
from infoplane.chapters.transfer_learning import data, names, plans
from infoplane.chapters.transfer_learning.embedded import KEYS
from infoplane.chapters.transfer_learning.settings import (
    MINIATURES,
    NETWORKS,
    SEEN,
    TRANSFERRED,
)
from infoplane.models import miniatures
from infoplane.records.plan import Parameters
from tests.chapters.transfer_learning.world import NAMES, PARAMETERS, planned

CHAPTER = "06_transfer_learning"
ALL = {"facts", "heads", "compactness", "critics", "labels", "ranks", "bent"}


def text(config):
    return json.dumps(config, allow_nan=False, sort_keys=True)


def texts(made):
    """Part -> its configs, as they are filed."""
    return {part: [text(config) for config in plan.configs] for part, plan in made.items()}


def given(name):
    found = chapter(CHAPTER)
    return found.science(profile(name, found))


@pytest.mark.parametrize("name", ["quick", "full"])
def test_nothing_is_planned_twice_and_all_of_it_can_be_filed(name):
    made = plans(given(name))
    assert set(made) == ALL
    filed = [(plan.name, text(config)) for plan in made.values() for config in plan.configs]
    assert len(set(filed)) == len(filed)
    for part, plan in made.items():
        module, function = plan.function
        assert callable(getattr(import_module(module), function)), part
        # all follows the training of networks in small; of others what trains itself
        assert plan.training == (name == "quick" or part in ("heads", "critics"))
        assert not any("device" in config for config in plan.configs)


@pytest.mark.parametrize("name", ["quick", "full"])
def test_every_part_is_about_the_same_networks_in_one_order(name):
    """By the same embedding: what it comes from stands in each config, and is one."""
    p = given(name)
    for part, plan in plans(p).items():
        own = [config["network"] for config in plan.configs]
        assert list(dict.fromkeys(own)) == list(names(p)), part
        assert len({own.count(network) for network in names(p)}) == 1
        assert set(KEYS) <= set(plan.configs[0])
        rest = {text({k: c[k] for k in KEYS if k != "network"}) for c in plan.configs}
        assert len(rest) == 1, part


def test_the_full_profile_has_what_its_claims_need():
    """Repetitions and families by data/claims.csv; and a noise at which there are exact values."""
    p = given("full")
    assert len(p.seeds) * len(p.orders) >= 5
    assert p.noise_std in p.noise_stds
    assert len(p.critic_seeds) >= 3
    assert (p.networks, p.images, p.n_images) == ("stored", "catsdogs", 0)


FULL = """
import json, sys
from infoplane.book.notebooks import chapter, profile
found = chapter("06_transfer_learning")
made = found.plans(profile("full", found))
print(json.dumps({part: len(plan.configs) for part, plan in made.items()}))
print([name for name in ("torch", "sklearn", "timm") if name in sys.modules])
"""


def test_the_full_profile_is_planned_without_data_and_without_torch(tmp_path):
    """A page that is rendered from records has neither images nor weights."""
    told = subprocess.run(
        [sys.executable, "-c", FULL], capture_output=True, text=True, check=False,
        env=os.environ | {"INFOPLANE_DATA": str(tmp_path / "nothing")},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    counts, loaded = told.stdout.splitlines()
    assert json.loads(counts) == {
        "facts": 15, "heads": 15 * 3, "compactness": 15, "critics": 15 * 5, "labels": 15 * 5,
        "ranks": 15, "bent": 15,
    }  # fmt: skip
    assert loaded == "[]"


def test_sets_of_networks_are_those_of_their_tables():
    sizes = {name: len(names(Parameters(networks=name, chosen=[]))) for name in NETWORKS}
    assert sizes == {"miniature": 8, "stored": 15, "torchvision": 14, "source": 6}
    for name in NETWORKS:
        found = names(Parameters(networks=name, chosen=[]))
        assert len(set(found)) == len(found)


def test_networks_in_small_are_of_all_families_twice():
    assert {family for family, _ in MINIATURES.values()} == set(miniatures.FAMILIES)
    for name, (family, blocks) in MINIATURES.items():
        assert name == f"{family}-{blocks}"
    assert len(MINIATURES) == 2 * len(miniatures.FAMILIES)
    assert not set(SEEN) & set(TRANSFERRED)
    assert list(SEEN) == sorted(SEEN)  # labels are counted in that order
    assert list(TRANSFERRED) == sorted(TRANSFERRED)


def test_the_banner_says_what_is_looked_at():
    assert data(given("quick")) == "digits 5 and 8, embedded by 8 networks (miniature)"
    assert data(given("full")) == "images of catsdogs, embedded by 15 networks (stored)"


def test_each_order_is_a_training_of_all_seeds_and_each_critic_a_run_of_its_own():
    made = planned()
    trained = [(c["network"], c["order"], tuple(c["seeds"])) for c in made["heads"].configs]
    assert trained == [
        (name, order, tuple(PARAMETERS["seeds"])) for name in NAMES for order in (4, 0)
    ]
    for part in ("critics", "labels"):
        assert [(c["network"], c["seed"]) for c in made[part].configs] == [
            (name, seed) for name in NAMES for seed in PARAMETERS["critic_seeds"]
        ]


def test_halves_and_bijections_are_the_same_for_all_networks():
    """They are drawn from the seed of the config."""
    made = planned()
    for part in ("ranks", "bent"):
        assert {c["seed"] for c in made[part].configs} == {0}


@pytest.mark.parametrize(
    ("name", "value", "parts"),
    [
        *[(name, value, ALL) for name, value in (
            ("networks", "source"), ("images", "catsdogs"), ("n_images", 5),
            ("pretrain_epochs", 3), ("pretrain_seed", 2), ("skip_unreadable", True),
            ("chosen", ["residual-1", "inception-1", "separable-1"]),
        )],
        *[(name, value, {"heads"}) for name, value in (
            ("seeds", [3, 5, 7]), ("orders", [4, 1]), ("epochs", 10), ("looks", 5), ("hidden", 8),
            ("batch", 8), ("rate", 0.02), ("prediction_steps", 12),
        )],
        ("noise_std", 0.1, {"critics", "ranks", "bent"}),
        ("noise_stds", [0.3, 1.0], {"compactness"}),
        ("samples", 65, {"compactness", "ranks", "bent"}),
        ("steps", 21, {"critics"}),
        ("critic_rate", 0.003, {"critics"}),
        ("critic_seeds", [9, 2], {"critics", "labels"}),
        ("folds", 5, {"labels"}),
        ("halves", 4, {"ranks"}),
        ("columns", 9, {"ranks"}),
        ("strength", 1.0, {"bent"}),
    ],
)  # fmt: skip
def test_a_parameter_changes_what_it_is_about_and_nothing_else(name, value, parts):
    before, after = texts(planned()), texts(planned(**{name: value}))
    assert {part for part in before if before[part] != after[part]} == parts


def test_every_parameter_of_the_page_changes_something():
    (mark,) = test_a_parameter_changes_what_it_is_about_and_nothing_else.pytestmark
    assert {name for name, *_ in mark.args[1]} == set(PARAMETERS) == set(vars(given("quick")))
