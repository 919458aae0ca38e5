"""What chapter 01 says follows its records, in both directions."""

import math

import numpy as np
import pandas as pd
import pytest

from infoplane.chapters.mi_theory import texts
from infoplane.chapters.mi_theory.closed_forms import SCALES, SIGMAS, exact_bound


def world(slope=1.0, gap=0.0, best=1.0, excess=0.0, recovered=True, hidden=0.001, dims=(1, 2)):
    """Records of a made-up world: each number says itself what it should say.

    slope: of the information, by dimension; best: the critic with the highest bound; excess: of a
    random critic over the truth, in standard errors; hidden: nats of the best scrambled pixel.
    """
    noise = [
        {
            "dim": d,
            "seed": s,
            "sigma": sigma,
            "rows": 10**4,
            "continuous": 0.5 - d * math.log(sigma),
        }
        | {"value": min(0.4 - slope * d * math.log(sigma), math.log(10**4))}
        for d in dims
        for s in range(3)
        for sigma in SIGMAS
    ]
    bound = np.array([exact_bound(1.0) - 0.1 * abs(c - best) for c in SCALES])
    same = {"value": bound, "std": np.full(len(SCALES), 2e-3)}
    same |= {"random": [-1.0, exact_bound(1.0) + excess * 1e-3 / math.sqrt(2)]}
    same |= {"random_std": [1e-3, 1e-3]}
    pixels = [
        {"scrambled": scrambled, "seed": s, "images": 500, "steps": 2, "label_entropy": math.log(4)}
        | {"map": [0.0, hidden if scrambled else 0.4], "recovered": recovered or not scrambled}
        | {"plugin": [0.3, 1.3 if scrambled else 1.2], "held_out": [0.3, -0.1 if scrambled else 1]}
        for scrambled in (False, True)
        for s in range(2)
    ]
    return {
        "identity": pd.DataFrame(
            [
                {"joint": joint, "entropies": 1.0 + gap, "divergence": 1.0, "error": 2e-9}
                for joint in ("discrete", "discrete", "gaussian")
            ]
        ),
        "bound": pd.DataFrame([same, same]),
        "noise": pd.DataFrame(noise),
        "pixels": pd.DataFrame(pixels),
    }


def test_the_answer_has_three_points():
    bound, slope, pixels = texts.answer(world()).splitlines()
    assert "agree to 2 × 10⁻⁹ nats" in bound  # no nearer than the integrals are good to
    assert "The log density ratio, as a critic, reaches the bound: 0.3367 of 0.3367" in bound
    assert "adds 1.00 and 2.00 nats a nat of −log σ, its dimension, up to log N" in slope
    assert "here 9.2 nats" in slope
    assert "tells 0.40 of 1.39 nats about the digit" in pixels
    assert "which loses nothing, 0.0010." in pixels


def test_the_answer_of_another_world_is_another():
    bound, slope, pixels = texts.answer(world(slope=0.9, gap=1e-3, recovered=False)).splitlines()
    assert "differ by 10⁻³ nats" in bound
    assert "which is not its dimension" in slope
    assert "which lost something" in pixels
    far = world()
    far["bound"]["value"] = [far["bound"]["value"][0] - 0.1] * 2
    assert "does not reach" in texts.answer(far)


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (0.0, ["agree to rounding: at most 0", "they agree, too: at most 0"]),
        (2**-26, ["do not agree: up to 10⁻⁸", "they agree, too"]),
        (2**-10, ["do not agree", "they do not: at most 10⁻³ nats"]),
    ],
)
def test_two_forms_agree_or_do_not(gap, words):
    told = texts.forms(world(gap=gap))
    assert told.startswith("On 2 random tables")
    assert "On 1 Gaussian pairs" in told
    assert "good to 2 × 10⁻⁹" in told
    assert all(word in told for word in words)


def test_the_unit_moves_the_entropy_and_not_the_information():
    told = texts.units({}, rho=0.0)
    assert "with 0.1 m h(Z) is -0.884 nats" in told  # log(0.1) + log(2 pi e)/2
    assert "with 100 mm h(Z) is +6.024 nats" in told
    assert told.count("I(X; Z) 0.000") == 2
    assert texts.units({}).count("I(X; Z) 0.830") == 2  # -log(1 - 0.81)/2


def test_the_best_critic_is_the_highest_and_passes_or_does_not():
    told = texts.best_critic(world())
    assert "has c = 1.0" in told
    assert "0.3367 ± 0.0042 nats (3 standard errors)" in told  # 3 · 0.002/√2
    assert "none of the 15 critics of the family, and none of 1 random networks" in told
    assert "has c = 1.2" in texts.best_critic(world(best=1.2))
    assert "passes it by 5.0 standard errors" in texts.best_critic(world(excess=5.0))


def test_slopes_and_what_is_missing_at_the_least_noise():
    told = texts.limits(world())
    assert "1.000 [1.000, 1.000] for dimension 1 and 2.000 [2.000, 2.000] for dimension 2" in told
    # 0.1 nats below continuous X, and 0.5 + 2 log 100 against log 10 000
    assert "lacks 0.10 nats in dimension 1 and 0.50 nats in dimension 2" in told
    assert "dimension 2 has come to 9.21 of the 9.21 nats" in told
    alone = texts.limits(world(dims=(1,)))
    assert "dimension 2" not in alone
    assert "dimension 1 has come to 5.01 of the 9.21" in alone
    assert "N is 10000" in texts.samples(world())


def test_pixels_before_and_after_scrambling():
    told = texts.single(world())
    assert "has 0.40 nats about the label, out of 1.39" in told
    assert "has 0.0010: a small part of that" in told
    assert "about 0.0030 to each" in told  # (4 - 1)/(2 · 500)
    assert "brought back every image, with each of 2 matrices" in told
    lost = texts.single(world(recovered=False, hidden=0.3))
    assert "0.3000: a part of that" in lost
    assert "failed to bring back the images with 2 of 2 matrices" in lost


def test_the_caption_of_the_maps_has_their_highest_values():
    told = texts.pixel_caption(world(), "digits")
    assert told.startswith("A single pixel (digits) tells up to 0.40 nats")
    assert "up to 0.0010." in told


def test_both_estimates_of_the_greedy_order():
    told = texts.greedy(world())
    assert "2 pixels the plug-in says 1.20 nats for images as they are and 1.30 for" in told
    assert "it no longer sees a difference" in told
    assert "1.00 and -0.10 nats, so that a predictor which counts finds nothing" in told
    seen = world()
    seen["pixels"]["plugin"] = [[0.1, 0.2]] * 4
    seen["pixels"]["held_out"] = [[0.1, 0.2]] * 4
    assert "difference" not in texts.greedy(seen)
    assert "finds nothing" not in texts.greedy(seen)
