"""Chapter 10: what is planned follows the parameters, each thing once."""

import json

import pytest

from infoplane.book.notebooks import chapter, profile
from infoplane.chapters.flows import plans
from infoplane.chapters.flows.settings import MODELS, WANTED
from infoplane.estimators.flow import Flow
from tests.chapters.flows.world import PARAMETERS, planned

CHAPTER = "10_flows"
PAIRS = {"gauss", "starts", "rivals", "student", "matrices"}
IMAGES = {"images"}


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
    filed = [(plan.name, text(config)) for plan in made.values() for config in plan.configs]
    assert len(set(filed)) == len(filed)
    for part, plan in made.items():
        assert plan.configs, part
        assert not any("device" in config for config in plan.configs)
        assert plan.training == (part != "matrices")


def test_the_full_profile_is_what_the_source_shows_and_its_claims_need():
    p = given("full")
    assert (p.d, p.nats) == (50, WANTED)
    assert len(p.seeds) >= 5
    assert len(p.image_seeds) >= 3
    assert 10 in p.few_nats
    assert (p.image_nats[0], p.image_nats[-1]) == (0, 10)


def test_the_source_s_model_has_one_rho_and_closed_forms_at_the_start_alone():
    own = Flow(**MODELS["source"])
    assert (own.rho, own.refit, own.start) == ("shared", None, "likelihood")
    made = planned()
    assert {c["set"]["rho"] for c in made["starts"].configs} == {"shared"}
    assert {c["set"]["refit"] for c in made["starts"].configs} == {None}
    (few,) = {text(c["few_models"]["source"]) for c in made["images"].configs}
    assert few == text({**MODELS["source"], "steps": PARAMETERS["source_steps"]})


def test_every_flow_of_the_plans_is_one():
    """Options that the estimator does not have would be refused after hours."""
    made = planned()
    for part in ("gauss", "starts", "student"):
        for config in made[part].configs:
            if config["estimator"] == "flow":
                Flow(**config["set"])
    for config in made["images"].configs:
        for options in (*config["models"].values(), *config["few_models"].values()):
            Flow(**options)


@pytest.mark.parametrize(
    ("name", "value", "parts"),
    [
        ("seeds", [3, 7, 8], PAIRS),
        ("d", 5, {"gauss", "starts", "rivals", "matrices"}),
        ("nats", 20.0, {"gauss", "starts", "rivals", "matrices"}),
        ("n", 900, PAIRS),
        ("steps", 11, {"gauss", "student", "images"}),
        ("start_steps", 21, {"starts"}),
        ("rates", [0.02], {"starts"}),
        ("mine_steps", 31, {"rivals"}),
        ("student_d", 3, {"student"}),
        ("student_nats", 2.5, {"student"}),
        ("dofs", [1.0, 4.0], {"student"}),
        ("student_rivals", ["cca", "wkl"], {"student"}),
        ("student_rivals", [], {"student"}),
        ("far_steps", 13, {"student", "images"}),
        *[(name, value, IMAGES) for name, value in (
            ("image_seeds", [1, 2]), ("image_nats", [5.0]), ("few_nats", [5.0]), ("image_n", 501),
            ("learn_rows", 401), ("tries", 1), ("coder_steps", 31), ("hidden", [8]),
            ("source_steps", 15),
        )],
    ],
)  # fmt: skip
def test_a_parameter_changes_what_it_is_about_and_nothing_else(name, value, parts):
    before, after = texts(planned()), texts(planned(**{name: value}))
    assert {part for part in before if before[part] != after[part]} == parts


def test_every_parameter_changes_something():
    (mark,) = test_a_parameter_changes_what_it_is_about_and_nothing_else.pytestmark
    assert {name for name, *_ in mark.args[1]} == set(PARAMETERS)
