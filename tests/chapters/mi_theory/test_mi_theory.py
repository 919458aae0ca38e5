"""Chapter 01's runs against what is known by hand, and its verdicts against made-up records."""

import math

import numpy as np
import pandas as pd
import pytest

from infoplane.chapters import mi_theory
from infoplane.chapters.mi_theory.closed_forms import SCALES, circle_information, exact_bound
from infoplane.chapters.mi_theory.runs import RANDOM, bound, identity, noise


@pytest.mark.parametrize(
    "config", [{"joint": "discrete", "seed": 3}, {"joint": "gaussian", "rho": 0.8}]
)
def test_the_two_forms_agree(config):
    values = identity(config)
    assert values["entropies"] == pytest.approx(values["divergence"], abs=1e-8)
    if "exact" in values:
        assert values["divergence"] == pytest.approx(values["exact"], abs=1e-8)


def test_the_exact_bound_is_the_information_at_its_top_only():
    information = -0.5 * math.log(1 - mi_theory.RHO**2)
    assert exact_bound(1.0) == pytest.approx(information, abs=1e-12)
    assert exact_bound(0.0) == pytest.approx(0.0, abs=1e-12)
    for c in (0.3, 0.9, 1.1, 1.9):
        assert exact_bound(c) < information


def test_the_sampled_bound_scatters_around_the_exact_one():
    values = bound({"n": 20_000, "seed": 0})
    # critics up to c = 1, where e^F has a finite variance under Q; 4 standard errors of 10 values
    for c, value, std in zip(values["scale"], values["value"], values["std"], strict=True):
        if c <= 1:
            assert abs(value - exact_bound(c)) < 4 * std


def test_the_circle_has_the_information_of_a_line_when_noise_is_small():
    """I = log 2 pi - log(2 pi e sigma^2)/2 + O(sigma^2): straightened, it is uniform on 2 pi."""
    for sigma in (0.01, 0.05):
        flat = math.log(2 * math.pi) - 0.5 * math.log(2 * math.pi * math.e * sigma**2)
        assert circle_information(sigma) == pytest.approx(flat, abs=sigma**2)


def test_many_inputs_look_continuous():
    config = {"dim": 1, "sigma": 0.2, "rows": 4096, "draws": 4096, "seed": 1}
    values = noise(config)
    assert values["value"] == pytest.approx(values["continuous"], abs=4 * values["std"])


def test_random_critics_are_bounded_fixed_and_below_the_information():
    values, again = (bound({"n": 20_000, "seed": seed}) for seed in (0, 1))
    known = exact_bound(1.0)
    assert len(values["random"]) == len(values["random_std"]) == 2 * RANDOM
    for found in (values, again):
        # four standard errors of 16 values
        assert (found["random"] < known + 4 * np.array(found["random_std"])).all()
    # alone none comes near it
    assert values["random"][::2].max() < 0.5 * known
    # the critics are those of every seed: only the sample differs
    room = 4 * np.hypot(values["random_std"], again["random_std"])
    assert (abs(values["random"] - again["random"]) < room).all()


def frames(slope=1.0, optimum=0.0, gap=0.0, luck=-9.0):
    """Records of a made-up world with a given slope, excess at the optimum, and gap of forms.

    luck: excess of a random critic.
    """
    sigmas = np.array(mi_theory.SIGMAS)
    rows = [
        {"dim": d, "seed": s, "sigma": sigma, "rows": 10**6, "value": -slope * d * math.log(sigma)}
        for d in (1, 2)
        for s in range(5)
        for sigma in sigmas
    ]
    exact = np.array([exact_bound(c) for c in SCALES])
    std = np.full_like(exact, 1e-3)
    at = np.isclose(SCALES, 1.0) * optimum * 1e-3
    return {
        "noise": pd.DataFrame(rows),
        "bound": pd.DataFrame(
            [
                {"value": exact + at, "std": std, "random_std": [1e-3, 1e-3]}
                | {"random": exact_bound(1.0) + np.array([-9.0, luck]) * 1e-3}
            ]
        ),
        "identity": pd.DataFrame(
            [
                {"joint": joint, "entropies": 1.0 + gap, "divergence": 1.0, "error": 0.0}
                for joint in ("discrete", "gaussian")
            ]
        ),
    }


@pytest.mark.parametrize(
    ("world", "claim", "word"),
    [
        ({}, "theory.infinite", "reproduced"),
        ({"slope": 0.9}, "theory.infinite", "differs"),
        ({}, "theory.dv", "reproduced"),
        ({"optimum": 5.0}, "theory.dv", "differs"),
        ({"optimum": -5.0}, "theory.dv", "differs"),
        ({"luck": 5.0}, "theory.dv", "differs"),
        ({"luck": 2.0}, "theory.dv", "reproduced"),
        ({}, "theory.kl", "reproduced"),
        ({"gap": 1e-3}, "theory.kl", "differs"),
    ],
)
def test_verdicts_follow_the_records(world, claim, word):
    from infoplane.claims import judge, ledger

    checks = mi_theory.measure(frames(**world))[claim]
    assert judge(ledger()[claim], checks).word == word
