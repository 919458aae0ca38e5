"""Chapter 04: what its texts say is what the records hold, whichever way these go."""

import math

import pandas as pd
import pytest

from infoplane.chapters.infinite_mi import caption_texts, texts
from infoplane.chapters.infinite_mi.divergence import CHECKS

FORMS = (("input", "separable"), ("pair", "separable"), ("input", "concatenated"),
         ("difference", "concatenated"))  # fmt: skip
SEEDS = (0, 1, 2)


def fresh(curve, *, rates=(1e-4, 1e-3), d=100, seeds=SEEDS):
    """Runs whose held-out and batch values are curve(matrix, rate, seed, share of the training)."""
    step = [float(10 * k) for k in range(CHECKS + 1)]
    rows = [
        {"d": d, "matrix": matrix, "rate": rate, "seed": s, "step": step, "steps": 1500}
        | {"held_out": [curve(matrix, rate, s, t / step[-1])[0] for t in step]}
        | {"batch_value": [curve(matrix, rate, s, t / step[-1])[1] for t in step]}
        | {"held_out_rows": 1000}
        for matrix in ("identity", "random")
        for rate in rates
        for s in seeds
    ]
    table = pd.DataFrame(rows)
    return table.assign(finite=[all(map(math.isfinite, row)) for row in table["batch_value"]])


def diverges(matrix, rate, seed, t):
    """Both grow at the small rate; at the large one AX ends near nothing in two of three seeds."""
    grown = 50 * t + 10
    if rate == 1e-3 and matrix == "random" and seed:
        return 1.0, grown
    return grown - 5 * (matrix == "random"), grown


def agree(matrix, rate, seed, t):
    return 50 * t + 10, 50 * t + 10


def noisy(value, *, exact=4.0, maps=("linear", "tanh")):
    """Frames of the second part: value(form, critic, seed) everywhere, of `exact` nats."""
    where = [{"map": name, "d": 10, "sigma": sigma, "n": 10_000} for name in maps
             for sigma in (0.5, 2.0)]  # fmt: skip
    of = {0.5: exact, 2.0: exact / 2}
    known = [
        w | {"seed": s, "exact": of[w["sigma"]], "exact_std": 1e-6} for w in where for s in SEEDS
    ]
    rows = [
        w | {"form": form, "critic": critic, "seed": s}
        | {"value": of[w["sigma"]] + value(form, critic, s)}
        for w in where for form, critic in FORMS for s in SEEDS
    ]  # fmt: skip
    bracket = [w | {"seed": 0, "low": 0.0, "high": 5.0} for w in where]
    return {
        "exact": pd.DataFrame(known),
        "noisy": pd.DataFrame(rows),
        "bracket": pd.DataFrame(bracket),
    }


def aware(form, critic, seed):
    """AA-MINE is a tenth of a nat off, MINE a whole one."""
    return -(0.1 if form in ("pair", "difference") else 1.0) - 0.001 * seed


def layers(value, longer):
    """The ablation, value(layer) of 4 nats; and with more steps, value by form."""
    rows = [
        {"d": 10, "critic": critic, "layer": k, "seed": s, "value": value(k), "steps": 100}
        for critic in ("separable", "concatenated") for k in range(4) for s in SEEDS
    ]  # fmt: skip
    more = [
        {"d": 10, "form": form, "seed": s, "value": found, "steps": 400}
        for form, found in longer.items() for s in SEEDS
    ]  # fmt: skip
    return {
        "layers": pd.DataFrame(rows),
        "longer": pd.DataFrame(more),
        "layer_exact": pd.DataFrame([{"d": 10, "seed": s, "exact": 4.0} for s in SEEDS]),
    }


def test_the_answer_tells_growth_contrast_and_cure():
    growth, contrast, cure = texts.answer({"fresh": fresh(diverges)} | noisy(aware)).splitlines()
    assert "I(X; X) in 100 dimensions comes out" in growth
    assert "after 1 500 steps, as 58 nats at learning rate 0.0001 and 58 nats" in growth
    assert "still grows in all 3 runs" in growth
    assert "in 2 of 3 seeds at most, at a learning rate of 0.001, and in none of 3 at" in contrast
    assert "in all 2 comparisons, by 0.90 to 0.90 nats" in cure
    assert "in all 4 cases where it is given T beside T + ε, and in all 4 where" in cure


def test_the_answer_tells_it_when_there_is_no_contrast_and_no_gain():
    worse = noisy(lambda form, critic, seed: -aware(form, critic, seed) if form == "input" else -2)
    _, contrast, cure = texts.answer({"fresh": fresh(agree)} | worse).splitlines()
    assert "in none of 6 pairs of runs" in contrast
    assert "in none of 2 comparisons, by -1.00 to -1.00" in cure
    assert "in none of 4 cases where it" in cure


def test_without_a_case_to_judge_the_cure_is_left_out():
    frames = {"fresh": fresh(agree)} | noisy(aware, exact=0.1)
    assert len(texts.answer(frames).splitlines()) == 2
    assert texts.comparison(frames) == texts.near(frames) == caption_texts.low(frames) == ""


def test_the_ceiling_is_the_logarithm_of_the_pairs():
    assert "For the 1 000 pairs kept aside here log n is 6.9 nats" in texts.ceiling(
        {"fresh": fresh(agree)}
    )


def test_what_diverges_means_follows_the_runs():
    told = texts.meaning({"fresh": fresh(diverges)})
    assert "none of 12 runs blew up" in told
    assert "Learning rate 0.001: I(X; X) ends at 58 nats" in told
    assert "I(X; AX) ends at 18 nats. The contrast is seen in 2 of 3 seeds" in told
    assert "at best in 2 of 3 seeds" in told
    assert "too rare to say" in told  # of three seeds nothing can be said
    assert "the matrix costs speed and nothing else" in told
    told = texts.meaning({"fresh": fresh(agree)})
    assert "The source's contrast is not seen in these runs" in told
    assert "costs speed" not in told


@pytest.mark.parametrize(("share", "words"), [(20, "in most runs"), (3, "is the exception")])
def test_how_often_is_often(share, words):
    def curve(matrix, rate, seed, t):
        grown = 50 * t + 10
        return (1.0 if matrix == "random" and seed < share else grown), grown

    assert words in texts.meaning({"fresh": fresh(curve, rates=(1e-3,), seeds=range(24))})


def test_a_run_that_blew_up_is_told_and_crashes_nothing():
    def curve(matrix, rate, seed, t):
        value = math.nan if t > 0.5 and rate == 1e-3 else 50 * t
        return value, value

    frames = {"fresh": fresh(curve)}
    told = texts.meaning(frames)
    assert "Values that overflow it is sometimes: 6 of 12 runs blew up" in told
    assert "no finite number" in told
    assert "no finite number at learning rate 0.001" in texts.answer(frames | noisy(aware))


def test_exact_values_are_in_their_bracket_or_not():
    frames = noisy(aware)
    told = texts.bracketed(frames)
    assert "in all of 4 cases" in told
    assert "falls as the noise grows" in told
    frames["exact"]["exact"] = [6.0, *[1.0] * (len(frames["exact"]) - 1)]
    assert "in 3 of 4 cases" in texts.bracketed(frames)
    rising = noisy(aware)
    rising["exact"]["exact"] = rising["exact"]["sigma"]
    assert "does not always fall" in texts.bracketed(rising)


def test_errors_are_told_by_critic_and_by_what_was_asked():
    frames = noisy(aware)
    told = texts.comparison(frames)
    assert "for the separable critic from 1.00 to 0.10 nats at d = 10" in told
    told = texts.near(frames)
    assert "the form *pair* reaches it in all 4 cases, MINE in none of 4" in told
    assert "in every case" in told
    assert caption_texts.low(frames) == (
        "Where claims are judged 100 % of the estimates are too low."
    )
    assert caption_texts.reached(frames) == "8 of 16 means over seeds come as near as was asked."
    far = noisy(lambda *_: 2.0)
    assert "AA-MINE is off by 100 % of the exact value (linear, d = 10" in texts.near(far)
    assert "judged 0 %" in caption_texts.low(far)


@pytest.mark.parametrize(
    ("value", "words", "caption"),
    [
        (lambda k: 2.0 + 0.5 * k, "It does, with every layer", "The later the layer"),
        (lambda k: 2.0, "It does not:", "A later layer does not always"),
    ],
)
def test_the_layers_that_critics_are_given(value, words, caption):
    frames = layers(value, {"input": 2.0, "pair": 3.9})
    told = texts.given(frames)
    assert words in told
    assert f"2.00 given X and {value(3):.2f} given T of 4.00 nats at d = 10" in told
    assert caption_texts.layers(frames).startswith(caption)
    assert "The noise leaves 4.0 nats at d = 10;" in texts.noise(frames)


@pytest.mark.parametrize(
    ("longer", "words"), [(2.4, "Time does not make up for it"), (3.9, "Time makes up for it.")]
)
def test_whether_time_makes_up(longer, words):
    frames = layers(lambda k: 2.0 + 0.5 * k, {"input": longer, "pair": 3.9})
    told = texts.time(frames)
    assert told.startswith(words)
    assert f"from 50 to {25 * longer:.0f} % of the exact value" in told
    assert "88 % after 100 steps" in told


def test_fates_are_counted():
    told = caption_texts.became({"fresh": fresh(diverges)})
    assert told == "Of 12 runs 10 still grow in the last half of training, held out, and 0 fall."
