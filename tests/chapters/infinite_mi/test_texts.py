"""Chapter 04: what its texts say is what the records hold, whichever way these go."""

import pandas as pd
import pytest

from infoplane.chapters.infinite_mi import caption_texts, texts
from tests.chapters.infinite_mi.told import agree, aware, diverges, fresh, layers, noisy


def test_the_answer_tells_growth_contrast_and_cure():
    growth, contrast, cure = texts.answer({"fresh": fresh(diverges)} | noisy(aware)).splitlines()
    assert "I(X; X) in 100 dimensions ends at 58 nats" in growth
    assert "in 2 of 3 seeds at most (learning rate 0.001)." in contrast
    assert "in all 2 comparisons, by 0.90 to 0.90 nats" in cure
    assert "in all 4 cases given T beside T + ε, and in all 4 given" in cure


def test_the_answer_tells_it_when_there_is_no_contrast_and_no_gain():
    worse = noisy(lambda form, critic, seed: -aware(form, critic, seed) if form == "input" else -2)
    _, contrast, cure = texts.answer({"fresh": fresh(agree)} | worse).splitlines()
    assert "in none of 6 pairs of runs" in contrast
    assert "in none of 2 comparisons, by -1.00 to -1.00" in cure
    assert "in none of 4 cases given T" in cure


def test_without_a_case_to_judge_the_cure_is_left_out():
    frames = {"fresh": fresh(agree)} | noisy(aware, exact=0.1)
    assert len(texts.answer(frames).splitlines()) == 2
    assert texts.comparison(frames) == texts.near(frames) == caption_texts.low(frames) == ""


def test_exact_values_are_in_their_bracket_or_not():
    frames = noisy(aware)
    told = texts.bracketed(frames)
    assert "in all 4 cases" in told
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
    told = texts.near(far)
    assert "worst at linear, d = 10, the form *difference*: off by 100 % of the exact" in told
    assert "No other error of its is larger" in told
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


def test_the_worst_error_need_not_be_the_largest():
    """What is asked differs by dimension: 10 % at d = 10, 25 % at d = 100."""
    frames = noisy(lambda *_: -1.0)
    for name in ("exact", "noisy"):
        twice = frames[name].assign(d=100)
        if name == "noisy":
            twice["value"] -= 0.5
        frames[name] = pd.concat([frames[name], twice], ignore_index=True)
    told = texts.near(frames)
    assert "off by 50 % of the exact value, where 10 % are allowed" in told
    assert "Its largest error is 75 %, at linear, d = 100" in told
    assert "where 25 % are allowed" in told


def test_estimates_without_a_warning_are_counted():
    warned = pd.DataFrame({"warnings": [["a: b"], []]})
    told = texts.doubted({"fresh": warned, "noisy": warned.iloc[:1]})
    assert "1 of 3 estimates carry no warning" in told
