"""What chapter 03 says follows its records, in both directions."""

import pandas as pd

from infoplane.chapters.mine_gaussian import texts
from tests.chapters.mine_gaussian.world import world

ALL = {2: 0.0, 20: 0.0}


def test_the_answer_has_three_points():
    mine, others, bias = texts.answer(world()).splitlines()
    assert "in 2 dimensions up to 1.66 nats (as far as it was tried)" in mine
    assert "in 20 dimensions at independence only (it lacks 20 % beyond)" in mine
    assert "in 2 dimensions nobody; in 20 dimensions CCA" in others
    assert "nearer to the truth in 5 of 5 settings, and in 0 of 5 if gradients are clipped" in bias
    assert "lacks 10 % to 20 % beyond" in texts.answer(weak())


def weak():
    """A world in which MINE lacks less of much in 20 dimensions than of little."""
    frames = world()
    mine = frames["mine"]
    mine.loc[(mine["d"] == 20) & (mine["rho"] == 0.9), "value"] *= 0.9 / 0.8
    return frames


def test_another_world_has_another_answer():
    lacks = {"mine": {2: 0.5, 20: 0.0}, "dv": ALL}
    mine, others, bias = texts.answer(world(lacks, corrected=-0.6, clipped=0.1)).splitlines()
    assert "in 2 dimensions at independence only (it lacks 50 % beyond)" in mine
    assert "in 20 dimensions up to 16.61 nats (as far as it was tried)" in mine
    assert "in 2 dimensions separable DV, KSG and CCA; in 20 dimensions nobody" in others
    assert "in 0 of 5 settings, and in 5 of 5 if gradients are clipped" in bias


def test_one_dimension_is_enough():
    frames = world(dims=(20,))
    assert "2 dimensions" not in texts.answer(frames).replace("20 dimensions", "")
    assert texts.trust(frames).count("dimensions") == 1


def test_independence_alone_is_enough():
    frames = world(rhos=(0.0,))
    assert texts.answer(frames).count("at independence only (as far as it was tried)") == 2
    assert texts.trust(frames).endswith("KSG and CCA nowhere but at independence.")


def test_the_caption_says_on_which_side_errors_are():
    assert texts.caption(world()).startswith("Where estimators are wrong on a sample, they are")
    assert "samples of 70 rows" in texts.caption(world())
    assert "Mean over 2 seeds, ρ" in texts.caption(world())
    frames = world()
    frames["mine"]["seed"] *= 3
    frames["mine"] = pd.concat([frames["mine"], frames["mine"].assign(seed=9)])
    assert "Mean over 3 seeds (2 with a separable critic), ρ" in texts.caption(frames)
    both = texts.caption(world({"ksg": {2: -0.5, 20: 0.7}}))
    # DV once and KSG twice at d = 2, and MINE, DV and KSG twice at d = 20
    assert both.startswith("Of 9 mean errors that are too large 7 are on the low side")


def test_who_is_trusted_how_far():
    told = texts.trust(world())
    assert "in 2 dimensions, MINE, KSG and CCA to 1.66 nats; separable DV to 0.29 nats" in told
    assert "in 20 dimensions, CCA to 16.61 nats; MINE, separable DV and KSG nowhere" in told


def test_what_is_found_where_there_is_nothing():
    frames = world()
    assert texts.independent(frames).startswith("Nothing is found where there is nothing")
    here = (frames["classical"]["rho"] == 0) & (frames["classical"]["d"] == 2)
    frames["classical"].loc[here, "ksg"] = 0.2
    told = texts.independent(frames)
    assert told.startswith("Something is found")
    assert "+0.2000 nats (KSG, *d* = 2)" in told
    assert texts.independent(world(rhos=(0.5,))) == ""


def test_values_of_batches_with_and_without_the_correction():
    told = texts.correction(world(batch=-1.5))
    assert told.count("off by -1.50 to -1.50 nats with the correction and by -1.50 to") == 2
    assert "unclipped, 0.10 to 0.10 nats are still missing with it" in told
    frames = world(batch=-1.5)
    frames["correction"]["batch_value"] += frames["correction"]["seed"] - 0.5
    assert texts.correction(frames) == told  # means, whatever single runs do
    assert "mean over 2 seeds" in texts.missing(world())


def test_captions_speak_of_edges_where_something_leaves_them():
    frames = world({"ksg": {2: -0.9, 20: 0.7}})
    assert texts.map_caption(frames).endswith("Points beyond the axes sit on their edge.")
    assert texts.map_caption(world()).endswith("bars: its 95 % interval.")
    assert "within 0.05 nats or 5 %; light: biased, up to 50 %" in texts.map_caption(frames)
    frames["staircase"]["train_std"] = [[0.0, 0.1, 99.0]] * len(frames["staircase"])
    assert texts.stair_value_caption(frames).endswith("What leaves the axes is cut off.")
    assert texts.stair_value_caption(world()).endswith("dashed: the truth.")


def test_the_bias_grows_with_the_truth_or_does_not():
    frames = world()  # one and the same bias on both steps
    told = texts.stair_map_caption(frames)
    assert told.startswith("From 2 to 6 nats the bias of 0 of 2 bounds grows;")
    assert "the largest is then -2.0 nats (InfoNCE)" in told
    high = frames["staircase"]["information"] == 6
    frames["staircase"].loc[high, "train"] = pd.Series([[0.0, 1.0, 2.5]] * 8)
    assert "bias of 2 of 2 bounds grows; the largest is then -3.5" in texts.stair_map_caption(
        frames
    )


def test_the_last_step_of_the_staircase():
    frames = world()
    told = texts.staircase(frames)
    assert "At a truth of 6 nats" in told
    assert "separable DV -1.00 (0.50), InfoNCE -2.00 (0.10)" in told
    assert "least bias is that of separable DV and the least spread that of InfoNCE" in (
        texts.stair_caption(frames)
    )
    frames["staircase"]["train"] = [[0.0, 1.0, None]] * 4 + [[0.0, 1.0, 4.0]] * 4  # DV first
    assert "separable DV not finite" in texts.staircase(frames)
    assert "both the least bias and the least spread are those of InfoNCE" in (
        texts.stair_caption(frames)
    )
