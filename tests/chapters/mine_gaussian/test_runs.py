"""Chapter 03: batches give what single runs give, and parameters are checked."""

import math

import numpy as np
import pytest

from infoplane.chapters.mine_gaussian import BOUND_SEEDS, RATES, SETTINGS, STAIR_BATCH, plans
from infoplane.chapters.mine_gaussian.ranges import check
from infoplane.chapters.mine_gaussian.runs import (
    PLAIN,
    _model,
    bound,
    classical,
    climb,
    correct,
    mine,
)
from infoplane.datasets.gaussian import CorrelatedGaussian
from infoplane.errors import InputError
from infoplane.estimators.neural.mine import MINE
from infoplane.records.plan import Parameters

MODEL = {"steps": 60, "batch": 32, "hidden": 8}
GIVEN = {
    "dims": [2, 20],
    "rhos": [-0.5, 0.0, 0.5],
    "n": 400,
    **MODEL,
    "seeds": list(range(7)),
    "bounds": ["dv", "smile(5)"],
    "truths": [2.0, 4.0],
    "stair_steps": 200,
}


@pytest.mark.parametrize(
    ("run", "shared", "varied", "values"),
    [
        (mine, {"d": 2, "n": 300, **MODEL}, {"rho": (0.5, -0.9)}, ("value",)),
        (mine, {"d": 2, "n": 0, **MODEL}, {"rho": (0.5, -0.9)}, ("value",)),
        (
            bound,
            {"bound": "nwj", "d": 2, "n": 300, **MODEL},
            {"rho": (0.5, 0.9)},
            ("value",),
        ),
        (
            correct,
            {"d": 2, "rate": 0.01, "clipped": True, **MODEL},
            {"rho": (0.5, 0.9)},
            ("value", "batch_value"),
        ),
        (
            climb,
            {"bound": "smile(5)", "d": 4, **MODEL},
            {"information": (1.0, 2.0)},
            ("train", "train_std"),
        ),
    ],
)
def test_a_batch_gives_what_single_runs_give(run, shared, varied, values):
    ((name, (first, second)),) = varied.items()
    configs = [{**shared, name: first, "seed": 0}, {**shared, name: second, "seed": 1}]
    for config, found in zip(configs, run(configs), strict=True):
        (single,) = run([config])
        for value in values:
            # sums in float32 in another order, sixty steps long
            np.testing.assert_allclose(found[value], single[value], atol=2e-3)


def test_each_rate_is_another_gradient_and_one_is_the_plain_one():
    # enough of a critic for gradients longer than 1, which the clip cuts
    config = {"d": 2, "rho": 0.99, "steps": 300, "batch": 8, "hidden": 32, "seed": 0}
    arms = [{"rate": rate, "clipped": clipped} for clipped in (False, True) for rate in RATES]
    found = [correct([config | arm])[0]["value"] for arm in arms]
    assert len(set(found)) == 4
    plain = MINE(bias_correction=False, **PLAIN, **_model(config))
    (alone,) = plain.estimate_fresh([CorrelatedGaussian(2, 0.99).draw], seeds=[0], n=10_000)
    assert alone.value == found[arms.index({"rate": 1.0, "clipped": False})]


def test_infonce_stays_below_the_log_of_the_batch():
    config = {"bound": "infonce", "d": 4, "information": 9.0, "seed": 0, "hidden": 64}
    found = climb([config | {"steps": 200, "batch": 8}])[0]
    assert found["finite"]
    assert 0.5 * math.log(8) < found["train"][-1] <= math.log(8)
    assert found["step"][-1] == 200  # never stopped


def test_classical_estimators_see_the_sample():
    found = classical({"d": 2, "rho": 0.5, "n": 2000, "seed": 0})
    for name in ("ksg", "cca"):
        assert abs(found[name] - 0.2877) < 5 * found[f"{name}_std"]


def test_what_is_planned():
    made = plans(Parameters(**GIVEN))
    assert len(made["mine"].configs) == 2 * 2 * 3 * 7  # fixed and fresh
    assert len(made["bounds"].configs) == 2 * 2 * 2 * BOUND_SEEDS  # two correlations are >= 0
    assert len(made["correction"].configs) == len(SETTINGS) * 4 * 7
    assert {(c["d"], c["rho"], c["batch"]) for c in made["correction"].configs} == set(SETTINGS)
    assert {c["batch"] for c in made["staircase"].configs} == {STAIR_BATCH}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"seeds": [1]}, "seeds="),
        ({"dims": []}, "dims="),
        ({"dims": [20, 2]}, "dims="),
        ({"dims": [0]}, "d=0"),
        ({"rhos": [0.5]}, "rhos="),
        ({"rhos": [0.5, 0.1]}, "rhos="),
        ({"rhos": [-0.5, -0.1]}, "rhos=.*>= 0"),
        ({"rhos": [0.5, 1.0]}, r"rho=1.0 is no number in"),
        ({"n": 40}, "n=40"),
        ({"batch": 300}, "batch=300.*240 rows"),
        ({"batch": 6001, "n": 20_000}, "batch=6001.*6000"),
        ({"steps": 0}, "steps=0"),
        ({"hidden": 0}, "hidden=0"),
        ({"bounds": []}, "bounds="),
        ({"bounds": ["dv", "dv"]}, "bounds="),
        ({"bounds": ["cpc"]}, "bound='cpc'"),
        ({"truths": [4.0, 2.0]}, "truths="),
        ({"truths": [0.0, 2.0]}, "truths="),
        ({"truths": [1000.0]}, "information=1000.0"),
        ({"stair_steps": 100}, "stair_steps=100.*200"),
    ],
)
def test_bad_parameters_are_named(given, words):
    with pytest.raises(InputError, match=words):
        check(Parameters(**GIVEN | given))
