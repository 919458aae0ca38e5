"""Chapter 09: what is planned follows the parameters, each thing once."""

import json

import pytest

from infoplane.book.notebooks import chapter, profile
from infoplane.chapters.compression import plans
from infoplane.chapters.compression.settings import KINDS, LATENTS
from infoplane.records.plan import Parameters
from tests.chapters.compression.world import PARAMETERS

CHAPTER = "09_compression"


def planned(**changes):
    return plans(Parameters(**PARAMETERS | changes))


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
    """Not in another part either, where parts share a name."""
    made = plans(given(name))
    filed = [(plan.name, text(config)) for plan in made.values() for config in plan.configs]
    assert len(set(filed)) == len(filed)
    for part, plan in made.items():
        assert plan.configs, part
        assert not any("device" in config for config in plan.configs)


def test_the_full_profile_has_what_its_claims_need():
    """Repetitions by the criteria in data/claims.csv, and information in 0 to 10."""
    p = given("full")
    assert len(p.seeds) >= 5
    assert len(p.cnn_seeds) >= 3
    assert (p.nats[0], p.nats[-1]) == (0, 10)


@pytest.mark.parametrize("name", ["quick", "full"])
def test_pixels_have_a_number_of_rows_that_codes_have(name):
    p = given(name)
    made = plans(p)
    for part in ("pixels", "mine"):
        assert {c["n"] for c in made[part].configs} == {p.pixel_n}
    assert all(p.pixel_n in c["n"] for c in made["codes"].configs)
    # and the seeds, kinds and informations are theirs, so that differences are paired
    keys = ("kind", "seed")
    of = {part: {tuple(c[k] for k in keys) for c in made[part].configs} for part in made
          if part in ("codes", "latents", "pixels", "mine")}  # fmt: skip
    assert set(map(frozenset, of.values())) == {
        frozenset((kind, s) for kind in KINDS for s in p.seeds)
    }
    assert {tuple(c["nats"]) for part in ("codes", "pixels") for c in made[part].configs} == {
        tuple(p.nats)
    }
    assert {c["nats"] for c in made["mine"].configs} == set(p.nats)


@pytest.mark.parametrize("more", [[-1, 0, 2], [0], [], [-1, 1]])
def test_other_sizes_of_a_code_are_never_that_of_the_latents(more):
    """That one is among `codes` already."""
    made = planned(more_columns=more)
    found = {(c["kind"], c["code_dim"]) for c in made["sizes"].configs}
    assert found == {(kind, LATENTS[kind] + m) for kind in KINDS for m in more if m}
    for part in ("codes", "single"):
        assert all(c["code_dim"] == LATENTS[c["kind"]] for c in made[part].configs)


def test_one_encoder_or_two():
    made = planned()
    for part, encoders in (("codes", "two"), ("sizes", "two"), ("single", "one")):
        assert {c["encoders"] for c in made[part].configs} == {encoders}, part


def test_other_codes_are_looked_at_where_their_like_are():
    """At some of the informations and the most rows, which `codes` has too."""
    made = planned()
    for part in ("single", "sizes"):
        assert {(*c["nats"], *c["n"]) for c in made[part].configs} == {(2.5, 10.0, 1000)}
    same = {text({**c, "encoders": "", "nats": 0, "n": 0}) for c in made["single"].configs}
    assert same == {text({**c, "encoders": "", "nats": 0, "n": 0}) for c in made["codes"].configs}


def test_every_epoch_of_every_network_is_looked_at_once():
    found = [(c["seed"], c["epoch"]) for c in planned()["planes"].configs]
    assert sorted(found) == [(s, e) for s in PARAMETERS["cnn_seeds"] for e in range(62)]


def test_exact_values_are_asked_for_at_their_epochs_only():
    shares = {c["epoch"]: c["shares"] for c in planned()["planes"].configs}
    assert {epoch for epoch, asked in shares.items() if asked} == {0, 10, 61}
    assert {tuple(asked) for asked in shares.values()} == {(), (1.0, 4.0)}


def test_networks_of_the_planes_are_those_that_are_trained():
    made = planned()
    keys = set(made["training"].configs[0])
    trained = {text(c) for c in made["training"].configs}
    assert {text({k: c[k] for k in keys}) for c in made["planes"].configs} == trained
    assert len(trained) == 3


def test_what_trains_together_differs_by_its_seed_only():
    for part, plan in planned().items():
        assert bool(plan.many) == (part in ("codes", "single", "sizes", "mine", "training")), part
        assert plan.vary == ("seed",)
    trained = {part for part, plan in planned().items() if plan.training}
    assert trained == set(planned()) - {"latents", "pixels"}


IMAGES = {"codes", "single", "sizes", "latents", "pixels", "mine"}
CODERS = {"codes", "single", "sizes"}
NETWORKS = {"training", "planes", "own"}


@pytest.mark.parametrize(
    ("name", "value", "parts"),
    [
        ("seeds", [2, 4], IMAGES),
        ("nats", [0.0, 2.5, 7.5, 10.0], {"codes", "latents", "pixels", "mine"}),
        ("few_nats", [10.0], {"single", "sizes"}),
        ("n", [500, 2000], CODERS | {"latents"}),
        ("n", [200, 500, 1000], {"codes", "latents"}),  # the most are the same
        ("learn_rows", 2000, CODERS),
        ("coder_steps", 700, CODERS),
        ("hidden", [32], CODERS),
        ("more_columns", [-1, 1], {"sizes"}),
        ("more_columns", [-1, 2], set()),  # the latents' own number is no other
        ("pixel_n", 1000, {"pixels", "mine"}),
        ("mine_steps", 151, {"mine"}),
        ("dataset", "mnist", NETWORKS),
        ("cnn_seeds", [4, 7, 9], NETWORKS),
        ("epochs", 62, NETWORKS),
        ("batch", 64, NETWORKS),
        ("rate", 1e-3, NETWORKS),
        ("noise_std", 0.0, NETWORKS),
        ("dropout", 0.2, NETWORKS),
        *[
            (name, PARAMETERS[name] + 1, {"planes"})
            for name in (
                "pca_rows", "code_dim", "encoder_rows", "encoder_epochs", "encoder_batch",
                "encoder_rate",
            )
        ],
        ("rows", 999, {"planes", "own"}),
        ("samples", 129, {"planes", "own"}),
        ("shares", [2.0], {"planes"}),
        ("exact_epochs", [0], {"planes"}),
    ],
)  # fmt: skip
def test_a_parameter_changes_what_it_is_about_and_nothing_else(name, value, parts):
    before, after = texts(planned()), texts(planned(**{name: value}))
    assert {part for part in before if before[part] != after[part]} == parts


def test_every_parameter_changes_something():
    (mark,) = test_a_parameter_changes_what_it_is_about_and_nothing_else.pytestmark
    assert {name for name, *_ in mark.args[1]} == set(PARAMETERS)


def test_more_shares_change_the_epochs_that_have_exact_values():
    before, after = (texts(planned(shares=s))["planes"] for s in ([1.0], [2.0]))
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 3 * 3  # networks, epochs
