"""What chapter 02 says follows its records, in both directions."""

import pandas as pd
import pytest

from infoplane.chapters.mixture import texts

OFF = {"mine": -0.1, "ross": 0.001, "binning": 0.02}


def world(off=None, steps=(0.0, 0.2, 0.69), presets=("separated", "overlapping"), apart=1.0):
    """Two seeds, each estimator off by so much, the second seed by 0.004 nats more; an integral
    that takes those steps; Monte Carlo so many standard errors away."""
    off = OFF | (off or {})
    exact = [{"preset": name, "separation": None, "value": 0.5} for name in presets]
    exact += [{"preset": None, "separation": 2.0 * i, "value": v} for i, v in enumerate(steps)]
    known = {"prior": 0.5, "error": 2e-10, "label_entropy": 0.6931, "monte_carlo_std": 0.001}
    exact = [row | known | {"monte_carlo": row["value"] + 0.001 * apart} for row in exact]
    where = [(row["preset"], row["separation"], row["value"], s) for row in exact for s in (0, 1)]
    trained, classical = [], []
    for preset, separation, value, s in where:
        row = {"preset": preset, "separation": separation, "seed": s}
        late = ["still rising (60): pass more steps"] if s else []
        trained.append(row | {"value": value + off["mine"] + 0.004 * s, "warnings": late})
        rest = {name: value + off[name] + 0.004 * s for name in ("ross", "binning")}
        classical.append(row | rest | {"n": 700})
    frames = {"integral": exact, "training": trained, "classical": classical}
    return {part: pd.DataFrame(rows) for part, rows in frames.items()}


def test_the_answer_has_three_lines():
    mine, others, grows = texts.answer(world()).splitlines()
    # the interval of -0.1 and -0.096: 12.706 · 0.002 on both sides
    assert "-0.0980 [-0.1234, -0.0726] nats on *separated* and -0.0980" in mine
    assert "mean over 2 seeds" in mine
    assert "worst single run is off by 0.100" in mine
    assert "nearest neighbours (Ross), which trains nothing, with a mean error of at most" in others
    assert "0.0030 nats on these mixtures; MINE 0.0980 and binning 0.0220" in others
    assert "grows at every step, from 0.000 nats at distance 0 to 0.6900 at 4" in grows


def test_another_world_has_another_answer():
    near = {"mine": 0.0, "ross": 0.3}
    mine, others, grows = texts.answer(
        world(near, steps=(0.3, 0.2), presets=("overlapping",))
    ).splitlines()
    assert "separated" not in mine
    assert "+0.0020" in mine
    assert "is MINE, with a mean error of at most 0.0020" in others
    assert "does not grow at every step, from 0.300" in grows


@pytest.mark.parametrize(("apart", "word"), [(1.0, "agree"), (5.0, "do not agree")])
def test_two_ways_of_integrating_agree_or_do_not(apart, word):
    told = texts.agreement(world(apart=apart))
    assert told.startswith("On all 5 mixtures")
    assert f"the two {word}: at most {apart:.1f} standard errors" in told
    assert "good to 2e-10 nats" in told


def test_single_runs_beside_their_mean():
    told = texts.runs(world(presets=("separated",)))
    assert told.startswith("On *separated* single runs end between -0.100 and -0.096 nats")
    assert told.endswith("a mean of -0.0980 [-0.1234, -0.0726].")


def test_the_nearest_and_the_farthest_are_named_for_each_mixture():
    told = texts.comparison(world())
    assert told.count("nearest on average is nearest neighbours (Ross), +0.0030 nats off") == 2
    assert told.count("the farthest MINE, -0.0980") == 2
    assert "the farthest binning, +0.5020" in texts.comparison(world({"binning": 0.5}))


def test_the_caption_says_on_which_side_mine_ends():
    told = texts.error_caption(world())
    assert told.startswith("MINE ends on average below the integral on every mixture.")
    assert "700 samples" in told
    assert "mean over 2 seeds" in told
    assert "not below the integral" in texts.error_caption(world({"mine": 0.1}))
    frames = world()
    first = frames["training"]["preset"] == "separated"
    frames["training"].loc[first, "value"] += 1
    assert "below the integral on overlapping and not on the others" in texts.error_caption(frames)


def test_the_largest_errors_of_the_sweep():
    frames = world()
    frames["classical"].loc[frames["classical"]["separation"] == 2, "binning"] -= 0.2
    told = texts.sweep(frames)
    assert "MINE -0.098 nats at distance" in told
    assert "binning -0.178 nats at distance 2" in told


def test_doubts_are_counted_with_their_reasons():
    told = texts.doubts(world())
    assert told == "MINE itself doubts 5 of its 10 estimates: still rising (5)."
    frames = world()
    frames["training"]["warnings"] = [[]] * 10
    assert texts.doubts(frames) == "MINE doubts none of its 10 estimates."
