"""What chapter 03 says follows its records, in both directions."""

from infoplane.chapters.mine_gaussian import texts
from tests.chapters.mine_gaussian.world import world

ALL = {2: 0.0, 20: 0.0}


def test_the_answer_has_three_lines():
    mine, others, bias = texts.answer(world()).splitlines()
    assert "In 2 dimensions MINE is to be trusted up to 1.66 nats, as far as it was tried." in mine
    assert "In 20 dimensions MINE is to be trusted nowhere but at independence" in mine
    assert "it lacks 20 % of 2.88 and 20 % of 16.61 nats" in mine
    assert "in 2 dimensions, nobody; and in 20 dimensions, CCA to 16.61 nats" in others
    assert "nearer to the truth in 5 of 5 settings, if nothing clips" in bias
    assert "in 0 of 5 if something does; with it 0.10 to 0.10 nats" in bias


def test_another_world_has_another_answer():
    lacks = {"mine": {2: 0.5, 20: 0.0}, "dv": ALL}
    mine, others, bias = texts.answer(world(lacks, corrected=-0.6, clipped=0.1)).splitlines()
    assert "In 2 dimensions MINE is to be trusted nowhere" in mine
    assert "20 dimensions MINE is to be trusted up to 16.61 nats, as far as it was tried" in mine
    assert "2 dimensions, separable DV, KSG and CCA to 1.66 nats" in others
    assert "20 dimensions, nobody" in others
    assert "in 0 of 5 settings" in bias
    assert "in 5 of 5 if something does" in bias


def test_one_dimension_is_enough():
    frames = world(dims=(20,))
    assert "2 dimensions" not in texts.answer(frames).replace("20 dimensions", "")
    assert texts.trust(frames).count("dimensions") == 1


def test_independence_alone_is_enough():
    frames = world(rhos=(0.0,))
    assert "nowhere but at independence, as far as it was tried" in texts.answer(frames)
    assert texts.trust(frames).endswith("KSG and CCA nowhere but at independence.")


def test_the_caption_says_on_which_side_errors_are():
    assert texts.caption(world()).startswith("Where estimators are wrong on a sample, they are")
    assert "samples of 70 rows" in texts.caption(world())
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
    assert "mean over 2 seeds" in texts.missing(world())


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
