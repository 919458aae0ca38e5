"""Chapter 10: every record finds its name again, and tables are means of the right rows."""

import numpy as np
import pytest

from infoplane.book.notebooks import chapter, profile
from infoplane.chapters.flows import tables
from infoplane.chapters.flows.settings import CASES, MODELS, RIVALS
from infoplane.estimators import get_estimator
from infoplane.records.plan import Parameters
from tests.chapters.flows.world import PARAMETERS, found, planned, world


def given(name):
    if name == "made up":
        return Parameters(**PARAMETERS)
    of = chapter("10_flows")
    return of.science(profile(name, of))


@pytest.mark.parametrize("name", ["quick", "full", "made up"])
def test_every_config_of_every_plan_has_its_name(name):
    made = planned(**vars(given(name)))
    seeds = len(given(name).seeds)
    named = [
        (tables.case_of(c["options"]), tables.model_of(c["set"]), c["unmix"])
        for c in made["gauss"].configs
    ]
    once = {(case, model, False) for case in CASES for model in MODELS}
    once |= {("mixed", "canonical", True)}
    assert set(named) == once
    assert len(named) == len(once) * seeds
    named = [(tables.case_of(c["options"]), tables.rival_of(c)) for c in made["rivals"].configs]
    assert set(named) == {(case, rival) for case in CASES for rival in RIVALS}
    assert len(set(named)) * seeds == len(named)
    for c in made["student"].configs:
        if c["estimator"] != "flow":
            assert tables.rival_of(c) in given(name).student_rivals


def test_names_of_the_page_are_whole():
    assert set(tables.CASE_NAMES) == {*CASES, "unmixed"}
    assert set(tables.MODEL_NAMES) >= set(MODELS)
    assert set(tables.RIVAL_NAMES) == set(RIVALS)
    for estimator, options in RIVALS.values():
        get_estimator(estimator, **options)


def test_cases_are_means_of_held_out_rows():
    table = tables.cases(world()["gauss"])
    assert list(table.index) == list(tables.CASE_NAMES.values())
    for case, name in tables.CASE_NAMES.items():
        for model, title in tables.MODEL_NAMES.items():
            if (case, model) in ((c, m) for c in CASES for m in MODELS):
                mean = np.mean([found(case, model, seed) for seed in PARAMETERS["seeds"]])
                assert table.loc[name, ("held out", title)] == pytest.approx(mean)
    own = table[[("held out", "source's model"), ("training", "source's model")]].loc["rotated"]
    assert own.diff().iloc[1] == pytest.approx(0.4)
    # behind ICA there is one model alone
    assert table.loc["the same, ICA first"].notna().sum() == 1


def test_what_was_refused_is_left_out():
    def value(case, model, seed):
        return None if case == "sinh" else found(case, model, seed)

    frames = world(gauss=value, rivals=lambda *_: None)
    every = tables.gaussians(frames["gauss"])
    assert "sinh" not in set(every["case"])
    assert "rotated, sinh" not in tables.cases(frames["gauss"]).index
    assert tables.rivals(frames["rivals"]).empty
    assert set(tables.beside(frames)["model"]) == {"source", "canonical", "unmixed"}


def test_conditions_are_the_worst_over_seeds_of_each_kind():
    table = tables.conditions(world()["matrices"])
    assert list(table.index) == [
        (kind, form) for kind in ("equal", "unequal") for form in ("covariance", "likelihood")
    ]
    assert table.loc[("equal", "likelihood"), "|slope|"] == pytest.approx(6e-14)
    assert table.loc[("unequal", "covariance"), "ρ"] == 0.3
    assert table.loc[("unequal", "likelihood"), "I from ρ"] == pytest.approx(-3 * np.log(0.64))


def test_others_stand_beside_flows_of_the_same_pairs():
    table = tables.rivals_table(world())
    assert list(table.columns) == [
        "CCA", "copula CCA", "KSG", "WKL", "MINE", "source's model", "a ρ for each pair",
        "that behind ICA",
    ]  # fmt: skip
    assert table.loc["rotated, sinh", "CCA"] == pytest.approx(15 - 0.01 * 14 / 3)
    assert table.loc["rotated, unequal", "source's model"] == pytest.approx(13.0)
    assert table["that behind ICA"].notna().sum() == 2  # the case that it unmixes, and seconds
    assert table.loc["seconds", ["CCA", "WKL", "source's model"]].tolist() == [0.01, 5.0, 2.0]


def test_an_estimator_stands_by_case_and_seed():
    table = tables.by_case(world()["rivals"], "cca")
    assert table.index.tolist() == PARAMETERS["seeds"]
    assert set(table.columns) == set(CASES)
    assert table.loc[5, ["rotated", "sinh"]].tolist() == pytest.approx([25.15, 10.05])


def test_errors_are_absolute():
    """A mean of errors of both signs would be none."""
    frames = world(gauss=lambda case, model, seed: 25.0 + (1 if seed > 4 else -1))
    own = tables.beside(frames)
    assert (own[own["model"] == "source"]["error"] == 1).all()


def test_images_have_a_row_for_each_estimate():
    frame = world()["images"]
    every = tables.images(frame)
    assert len(every) == 3 * (3 * 1 + 1 * 4 + 3 * 3)
    table = tables.images_at(frame)
    assert table.loc["a ρ for each pair", "found"] == pytest.approx(9.7)
    assert table.loc["a ρ for each pair", "training"] == pytest.approx(10.1)
    assert table.loc["WKL", "found"] == pytest.approx(9.5)
    assert np.isnan(table.loc["WKL", "from rho"])
    assert list(table.index)[:2] == ["source's model", "one ρ, closed form"]


def test_codes_that_were_tried_stand_beside_the_one_that_was_taken():
    table = tables.codes(world()["images"])
    assert len(table) == 6
    assert table.loc[(1, "x")].tolist() == [0.01, 0.3, 0.01]
    assert table.loc[(4, "z")].tolist() == [0.02, 0.03, 0.02]
