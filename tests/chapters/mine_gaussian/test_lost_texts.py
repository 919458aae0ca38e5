"""What chapter 03 says of what is lost follows its records, in both directions."""

from infoplane.chapters.mine_gaussian import lost_texts, texts
from tests.chapters.mine_gaussian.world import world


def test_what_is_lost_in_few_dimensions_and_warned_of():
    told = lost_texts.strongest(world())
    assert "At 1.66 nats in 2 dimensions MINE and the bounds lose 0.0 % to 8 %" in told
    assert "and 4 of these 4 estimates carry no warning" in told
    assert "disagree" not in told  # MINE is as near as the nearest neighbours
    other = lost_texts.strongest(world({"mine": {2: 0.3, 20: 0.2}}, warnings=["low"]))
    assert "lose 8 % to 30 %" in other
    assert "and 0 of these 4 estimates carry no warning" in other
    assert "nearest neighbours are 0.0 % off there, nearer than all of them" in other


def test_on_which_side_errors_are_in_many_dimensions():
    told = lost_texts.direction(world())
    assert "In 20 dimensions 6 of 6 mean errors" in told
    assert "At 16.6 nats 20 % to 70 % are lost, at 2.9 nats 20 % to 70 %" in told
    high = lost_texts.direction(world({"mine": {2: 0.0, 20: -0.1}}, rhos=(0.5,)))
    assert "2 of 3 mean errors" in high
    assert high.endswith("At 2.9 nats -10 % to 70 % are lost.")


def test_what_a_sample_lacks_beyond_fresh_ones():
    told = lost_texts.weakest(world())
    assert "of 2.88 nats it lacks 20 % on a sample and 8 % on fresh ones" in told
    assert "Rows" not in told
    frames = world({"fresh": {2: 0.0, 20: 0.2}})
    mine = frames["mine"]
    mine.loc[(mine["n"] == 70) & (mine["rho"] == 0.5) & (mine["d"] == 20), "value"] = 1.0
    assert "Rows are what is missing where the dependence is weak" in lost_texts.weakest(frames)
    assert lost_texts.weakest(world(rhos=(0.5,))).count("nats") == 1


def test_a_correlation_and_its_negative_are_one_problem():
    frames = world(rhos=(-0.9, 0.9))
    mine = frames["mine"]
    negative = (mine["n"] == 70) & (mine["rho"] == -0.9) & (mine["d"] == 20)
    mine.loc[negative, "value"] *= 0.5  # lacks 60 %, and 20 % at 0.9
    assert "it lacks 40 % on a sample" in lost_texts.weakest(frames)
    assert "20 dimensions at independence only (it lacks 40 % beyond)" in texts.answer(frames)
    assert "and lacks 40 %" in lost_texts.remark(frames)


def test_independence_alone_has_nothing_to_lose():
    for text in (lost_texts.strongest, lost_texts.direction, lost_texts.weakest):
        assert text(world(rhos=(0.0,))) == ""


def test_the_published_edition_on_who_is_trusted():
    told = lost_texts.remark(world())
    assert told.startswith("In the published edition, which has the sources' own sizes, in 20 ")
    assert "dimensions, trusted over the whole range is CCA alone, and no bound, though" in told
    assert "MINE comes nearest to the truth and lacks 20 %, nearest neighbours lack 70 %" in told
    other = lost_texts.remark(world({"dv": {2: 0.0, 20: 0.0}}))
    assert "range is separable DV and CCA alone. At" in other
    none = lost_texts.remark(world({"cca": {2: 0.0, 20: 0.5}}))
    assert "range is nobody, and no bound" in none
