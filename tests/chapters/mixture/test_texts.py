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


def test_the_answer_has_three_points():
    mine, others, grows = texts.answer(world()).splitlines()
    assert "-0.0980 nats on *separated* and -0.0980 nats on *overlapping* (mean over 2" in mine
    assert "2 of these 4 runs were still rising at their last step" in mine
    assert "at most 0.0030 nats, are those of nearest neighbours (Ross), without training" in others
    assert "MINE 0.0980 and binning 0.0220" in others
    assert "grows at every step, from 0.000 to 0.6900 of at most 0.6931 nats." in grows


def test_another_world_has_another_answer():
    near = {"mine": 0.0, "ross": 0.3}
    mine, others, grows = texts.answer(
        world(near, steps=(0.3, 0.2), presets=("overlapping",))
    ).splitlines()
    assert "separated" not in mine
    assert "+0.0020" in mine
    assert "at most 0.0020 nats, are those of MINE; nearest" in others
    assert "does not grow at every step, from 0.300" in grows
    frames = world()
    frames["training"]["warnings"] = [["few pairs carry it"]] * 10
    assert "0 of these 4 runs were still rising" in texts.answer(frames)


@pytest.mark.parametrize(("apart", "word"), [(1.0, "agree"), (5.0, "do not agree")])
def test_two_ways_of_integrating_agree_or_do_not(apart, word):
    told = texts.agreement(world(apart=apart))
    assert told.startswith("On all 5 mixtures")
    assert f"the two {word}: at most {apart:.1f} standard errors" in told
    assert "good to 2 × 10⁻¹⁰ nats" in told


def test_single_runs_beside_their_mean():
    told = texts.runs(world(presets=("separated",)))
    assert told.startswith("On *separated* single estimates lie between -0.100 and -0.096 nats")
    # the interval of -0.1 and -0.096: 12.706 · 0.002 on both sides
    assert told.endswith("a mean of -0.0980 [-0.1234, -0.0726].")


def test_the_nearest_and_the_farthest_are_named_for_each_mixture():
    told = texts.comparison(world())
    least = "the least mean error is that of nearest neighbours (Ross), +0.0030 nats"
    assert told.count(f"{least}, and the largest that of MINE, -0.0980 nats") == 2
    assert "the largest that of binning, +0.5020" in texts.comparison(world({"binning": 0.5}))
    assert "binning, less than 0.0001 nats," in texts.comparison(world({"binning": -0.002}))


def test_the_caption_says_on_which_side_mine_ends():
    told = texts.error_caption(world())
    assert told.startswith("MINE ends on average below the integral on both mixtures.")
    alone = texts.error_caption(world(presets=("separated",)))
    assert alone.startswith("MINE ends on average below the integral on the one mixture.")
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


def test_a_mean_above_the_integral_is_counted_and_may_be_sure():
    assert "none of the 3 distances of the sweep is its mean above" in texts.above(world())
    # 0.003 and 0.007: their interval reaches from below -0.02
    told = texts.above(world({"mine": 0.003}))
    assert "At 3 of the 3 distances of the sweep its mean is above the integral, by 0.0050" in told
    assert told.endswith("surely (95 % interval) at none of them.")
    assert texts.above(world({"mine": 0.1})).endswith("surely (95 % interval) at 3 of them.")


def test_doubts_are_counted_with_their_reasons():
    told = texts.doubts(world())
    assert told == "MINE itself doubts 5 of its 10 estimates: still rising."
    frames = world()
    frames["training"].at[0, "warnings"] = ["few pairs: pass more"]
    assert "6 of its 10 estimates: still rising (5); few pairs (1)." in texts.doubts(frames)
    frames = world()
    frames["training"]["warnings"] = [[]] * 10
    assert texts.doubts(frames) == "MINE doubts none of its 10 estimates."
