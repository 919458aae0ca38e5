"""What is said of MINE against infinity follows the records, whichever way these go."""

import math

import pandas as pd
import pytest

from infoplane.chapters.infinite_mi import growth_texts as texts
from tests.chapters.infinite_mi.told import agree, diverges, fresh


def test_where_it_ends_is_told_with_what_that_is_the_mean_of():
    told = texts.growth({"fresh": fresh(diverges)})
    assert "I(X; X) in 100 dimensions ends at 58 nats and 58 nats with learning rates" in told
    assert "0.0001 and 0.001 (held out, mean of the last 5 checks in 1 500 steps)" in told


def low_and_high(low, high):
    """Frames of 10 and 100 dimensions, each with curves of its own."""
    return {"fresh": pd.concat([fresh(low, d=10), fresh(high)], ignore_index=True)}


def test_the_contrast_may_be_commoner_in_low_dimension():
    def always(matrix, rate, seed, t):
        return (1.0 if matrix == "random" else 50 * t + 10), 50 * t + 10

    frames = low_and_high(always, diverges)
    told = texts.contrast(frames)
    assert "in 2 of 3 seeds at most (learning rate 0.001)" in told
    assert "in 10, where the source tells of none, in all 3" in told
    assert "it takes no high dimension" in texts.meaning(frames)
    frames = low_and_high(agree, diverges)
    assert texts.contrast(frames).endswith(", and in 10 in none of 3.")
    assert "takes no high dimension" not in texts.meaning(frames)


def test_the_rates_that_claims_are_judged_at_are_named():
    def faster(matrix, rate, seed, t):
        return diverges(matrix, rate, seed, t)[0], 100 * rate * t

    told = texts.judged({"fresh": fresh(faster)})
    assert "grows fastest at 0.001 at d = 100" in told
    assert "the contrast is commonest at 0.001 in 100 dimensions" in told

    def blows_up(matrix, rate, seed, t):
        value = math.nan if rate == 1e-3 and not seed else t
        return value, value

    told = texts.judged({"fresh": fresh(blows_up)})
    assert "fastest at 0.0001 at d = 100" in told


def test_the_condition_number_is_that_of_the_linear_map():
    maps = pd.DataFrame({"d": [10, 10], "map": ["linear", "tanh"], "condition": [23.4, None]})
    assert texts.conditions({"maps": maps}) == "The condition number of A is 23 at d = 10."
    assert texts.conditions({"maps": maps.iloc[1:]}) == ""


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
    assert "no finite number" in texts.growth(frames)
