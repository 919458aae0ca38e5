"""Chapter 08: bad parameters are named, and what is planned follows the good ones."""

import json
import math

import pytest
import torch

from infoplane.book.notebooks import chapter, profile
from infoplane.chapters.lenet_mine import ascents, plans
from infoplane.chapters.lenet_mine.ascents import ascent, transfer
from infoplane.chapters.lenet_mine.ranges import check
from infoplane.chapters.lenet_mine.settings import (
    ARCHITECTURES,
    LAYERS,
    NOISE_SHARES,
    WIDTHS,
    trained_by,
)
from infoplane.errors import InputError
from infoplane.records.plan import Parameters

CHAPTER = "08_lenet_mine"
PARAMETERS = {
    "dataset": "digits",
    "seeds": [3, 5, 8],
    "epochs": 9,
    "optimiser": "adam",
    "batch": 32,
    "rate": 3e-4,
    "batches": [32, 512],
    "grid_seeds": [0, 1],
    "rows": 1000,
    "passes": 20,
    "mine_batch": 100,
    "mine_rate": 1e-3,
    "marginals": "permutation",
    "critic_seeds": [0, 1, 2, 4],
    "table_layers": ["relu3", "maxpool1"],
    "noise": [8.0, 1.0, 2.0, 0.5],
    "hidden": 20,
    "wide": 100,
    "wide_epochs": [0, 8],
    "curve_rows": 500,
    "curve_passes": 10,
    "label_steps": 50,
    "exact_rows": 1797,
    "samples": 64,
    "finer": [0.25, 4.0],
    "dropout": 0.25,
    "cnn_seeds": [0, 1, 2, 3],
    "cnn_networks": 2,
    "cnn_n": 500,
    "cnn_epochs": 60,
    "cnn_batch": 64,
    "cnn_rate": 0.05,
    "cnn_checkpoints": 10,
    "bins": 30,
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dataset", "cifar"),
        *[
            (name, value)
            for name in ("seeds", "grid_seeds", "critic_seeds", "cnn_seeds")
            for value in ([], [0], [1, 1, 2, 3], [-1, 0, 1, 2])
        ],
        ("cnn_seeds", [0, 1, 2]),
        ("epochs", 4),
        ("optimiser", "rmsprop"),
        ("batches", []),
        ("batches", [512, 32]),
        ("batches", [32, 32]),
        ("batches", [0, 32]),
        *[
            (name, least - 1)
            for name, least in (
                ("batch", 1), ("rows", 427), ("passes", 2), ("mine_batch", 2), ("hidden", 1),
                ("wide", 1), ("curve_rows", 100), ("curve_passes", 2), ("label_steps", 1),
                ("exact_rows", 100),
                ("samples", 2), ("cnn_networks", 2), ("cnn_n", 100), ("cnn_epochs", 10),
                ("cnn_batch", 1), ("cnn_checkpoints", 3), ("bins", 2),
            )
        ],
        *[
            (name, value)
            for name in ("rate", "mine_rate", "dropout", "cnn_rate")
            for value in (0.0, -0.1, math.nan, math.inf)
        ],
        ("marginals", "shuffle"),
        ("table_layers", []),
        ("table_layers", ["relu3", "relu3"]),
        ("table_layers", ["relu3", "fc1"]),
        ("noise", []),
        ("noise", [1.0, 1.0, 1.0]),
        ("noise", [1.0] * 5),
        ("noise", [1.0, 1.0, 1.0, 0.0]),
        ("noise", [1.0, 1.0, 1.0, math.nan]),
        ("noise", [1.0, math.inf, 1.0, 1.0]),
        ("wide", 20),  # the critics are told apart by their units,
        ("wide", 19),  # of which the wide ones have more
        ("wide_epochs", []),
        ("wide_epochs", [8, 0]),
        ("wide_epochs", [0, 0]),
        ("wide_epochs", [2]),
        ("wide_epochs", [12]),
        ("finer", []),
        ("finer", [4.0, 0.25]),
        ("finer", [0.25, 0.25]),
        ("finer", [0.0, 0.25]),
        ("finer", [0.25, math.inf]),
        ("finer", [0.25, 2.0]),  # tried at all checkpoints
        ("finer", [1.0, 4.0]),  # the noise of a layer
    ],
)  # fmt: skip
def test_bad_parameters_are_named(name, value):
    with pytest.raises(InputError, match=rf"(^|\s){name}="):
        check(Parameters(**{**PARAMETERS, name: value}))


def test_every_parameter_is_among_the_bad_ones():
    (mark,) = test_bad_parameters_are_named.pytestmark
    assert {name for name, _ in mark.args[1]} == set(PARAMETERS)


def planned(**changes):
    return plans(Parameters(**PARAMETERS | changes))


def text(config):
    return json.dumps(config, allow_nan=False, sort_keys=True)


@pytest.mark.parametrize("name", ["quick", "full"])
def test_the_notebook_and_its_profiles_pass(name):
    found = chapter(CHAPTER)
    given = found.science(profile(name, found))
    assert set(vars(given)) == set(PARAMETERS)
    check(given)
    made = plans(given)
    assert set(made) == set(planned())
    for plan in made.values():
        assert len({text(config) for config in plan.configs}) == len(plan.configs) > 0


def test_the_full_profile_has_what_its_claims_need():
    """Repetitions by the criteria in data/claims.csv; the peak of small networks takes half."""
    found = chapter(CHAPTER)
    given = found.science(profile("full", found))
    assert len(given.seeds) >= 5
    assert len(given.critic_seeds) >= 8
    assert len(given.cnn_seeds) - len(given.cnn_seeds) // 2 >= 5
    assert {"relu3", "maxpool1"} <= set(given.table_layers)
    assert given.epochs == 21
    wide = len(given.wide_epochs) * len(LAYERS) * 2 * len(given.seeds)
    assert wide >= 20


def test_what_is_planned():
    check(Parameters(**PARAMETERS))
    made = planned()
    rows = len(ARCHITECTURES) + 1  # one that is reported without noise is judged with it, too
    assert {name: len(plan.configs) for name, plan in made.items()} == {
        "grid": 3 * 2 * 2,
        "training": 3,
        "exact": 3 * 3,
        "finer": 3,
        "table": 2 * rows * 4,
        "deranged": 4,
        "planes": (3 + 2) * 4 * 2 * 3,
        "transfer": 2 * 3,
        "labelled": 2 * 3,
        "cnn": 4,
    }
    for plan in made.values():
        assert len({text(config) for config in plan.configs}) == len(plan.configs)
        assert not any("device" in config for config in plan.configs)


@pytest.mark.parametrize(("part", "run"), [("planes", ascent), ("transfer", transfer)])
def test_a_record_of_a_critic_has_a_place_in_a_frame(monkeypatch, part, run):
    """No name of its config is one of its values, of layers made up here."""
    g = torch.Generator().manual_seed(0)

    def made_up(configs, epoch, layer, *_, device):
        return torch.rand(len(configs), 100, WIDTHS[layer], generator=g)

    monkeypatch.setattr(ascents, "layer_at", made_up)
    monkeypatch.setattr(
        ascents, "enlarged", lambda *_: (torch.rand(100, 784, generator=g), torch.arange(100) % 10)
    )
    config = planned(rows=100, curve_rows=100, passes=2, curve_passes=2)[part].configs[-1]
    (values,) = run([config])
    assert not set(config) & set(values)
    json.dumps(values, allow_nan=False)


def test_the_noise_of_a_layer_reaches_all_that_asks_for_it():
    made, own = planned(), dict(zip(LAYERS, PARAMETERS["noise"], strict=True))
    for name in ("planes", "labelled", "transfer"):
        assert all(c["noise"] == own[c["layer"]] for c in made[name].configs), name
    assert {(c["layer"], c["noise"]) for c in made["table"].configs} == {
        (layer, noise) for layer in ("relu3", "maxpool1") for noise in (0.0, own[layer])
    }
    for config in made["exact"].configs:
        assert config["shares"] == [0.5, 1.0, 2.0, 8.0]  # those tried on all, and the second's own
    usual = planned(noise=[8.0, 2.0, 2.0, 0.5], finer=[0.25, 1.0])["exact"]
    assert {tuple(c["shares"]) for c in usual.configs} == {NOISE_SHARES}
    assert {tuple(c["shares"]) for c in made["finer"].configs} == {(0.25, 4.0)}


def test_the_table_has_the_rows_of_the_source_and_those_judged_with_noise():
    made = planned(table_layers=["sm1"])["table"].configs
    rows = [(c["target"], c["critic"], c["hidden"], c["noise"] > 0) for c in made]
    for a in ARCHITECTURES:
        assert rows.count((a.target, a.critic, a.hidden, a.noise)) == 4
    assert rows.count(("x", "convolutional", 10, True)) == 4
    # critics take turns on the networks
    assert {(c["seed"], c["network"]) for c in made} == {(0, 3), (1, 5), (2, 8), (4, 5)}


@pytest.mark.parametrize(
    ("name", "value"), [("noise", [1.0, 1.0, 1.0]), ("table_layers", ["fc1"]), ("table_layers", [])]
)
def test_what_cannot_be_planned_with_is_named_before(name, value):
    with pytest.raises(InputError, match=rf"{name}="):
        planned(**{name: value})


@pytest.mark.parametrize(
    ("own", "other"), [("permutation", "derangement"), ("derangement", "permutation")]
)
def test_the_first_architecture_is_trained_with_the_other_marginals_too(own, other):
    made = planned(marginals=own)
    others = [{**c, "marginals": own} for c in made["deranged"].configs]
    assert all(c["marginals"] == other for c in made["deranged"].configs)
    assert all(c in made["table"].configs for c in others)
    assert {(c["layer"], c["target"], c["hidden"], c["noise"]) for c in others} == {
        ("relu3", "x", 10, 0.0)
    }


def test_each_part_looks_at_networks_that_are_trained():
    """Of the same setting and the same seeds, at epochs whose weights are kept."""
    made = planned(optimiser="momentum", batch=7, rate=0.02)
    trained = {text(trained_by(config)) for config in made["training"].configs}
    assert len(trained) == 3
    for name in ("exact", "finer", "table", "deranged", "planes", "transfer", "labelled"):
        assert {text(trained_by(config)) for config in made[name].configs} == trained, name
    epochs = {name: sorted({c["epoch"] for c in made[name].configs}) for name in
              ("exact", "finer", "table", "labelled")}  # fmt: skip
    assert epochs == {"exact": [0, 4, 8], "finer": [8], "table": [8], "labelled": [8]}
    of_planes = {h: {c["epoch"] for c in made["planes"].configs if c["hidden"] == h}
                 for h in (20, 100)}  # fmt: skip
    assert of_planes == {20: {0, 4, 8}, 100: {0, 8}}


def test_the_grid_trains_one_pass_of_every_setting():
    made = planned()["grid"].configs
    assert {c["epochs"] for c in made} == {1}
    assert {(c["optimiser"], c["batch"]) for c in made} == {
        (optimiser, batch) for optimiser in ("sgd", "momentum", "adam") for batch in (32, 512)
    }


def test_what_a_batch_trains_together_differs_by_what_its_plan_varies_only():
    critics = dict.fromkeys(("table", "deranged", "planes", "labelled"), ("seed", "network"))
    critics["transfer"] = ("seed", "network", "transfer")
    for name, plan in planned().items():
        assert plan.vary == critics.get(name, ("seed",)), name


def test_curves_have_rows_and_passes_of_their_own():
    made = planned()
    assert {(c["rows"], c["passes"]) for c in made["transfer"].configs} == {(500, 10)}
    for name in ("table", "planes"):
        assert {(c["rows"], c["passes"]) for c in made[name].configs} == {(1000, 20)}
    assert {c["transfer"] for c in made["transfer"].configs} == {False, True}
    assert {(c["rows"], c["steps"]) for c in made["labelled"].configs} == {(1000, 50)}
