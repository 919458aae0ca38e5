"""What chapter 03 says of its warnings follows its records, in both directions."""

from infoplane.chapters.mine_gaussian import alarm_texts
from tests.chapters.mine_gaussian.world import world

NONE = {2: 0.0, 20: 0.0}
PERFECT = dict.fromkeys(("mine", "fresh", "dv", "ksg", "cca"), NONE)


def test_failures_are_warned_of_or_silent():
    # two seeds at two correlations each: MINE, DV and KSG at d = 20; 8 % are no failure
    quiet = alarm_texts.warned(world())
    assert quiet.startswith("Of 12 failures 0 were warned of and 12 came in silence")
    assert "(MINE 4, separable DV 4, KSG 4)" in quiet
    assert "0 of the other 48 estimates" in quiet
    loud = alarm_texts.warned(world(warnings=["low"]))
    assert loud.startswith("Of 12 failures 12 were warned of and 0 came in silence;")
    assert "48 of the other 48 estimates" in loud
    assert alarm_texts.warned(world(PERFECT)) == "None of the estimates is a failure."


def test_warnings_are_counted_of_failures_and_of_all_else():
    table = alarm_texts.caught(world(warnings=["low"]))
    assert list(table.columns) == ["failures warned of", "others warned of"]
    # two seeds, three correlations, two dimensions: MINE fails at 0.5 and 0.9 of d = 20
    assert list(table.loc["MINE"]) == ["4 of 4", "8 of 8"]
    assert list(table.loc["MINE, fresh"]) == ["0 of 0", "12 of 12"]
    assert list(alarm_texts.caught(world()).loc["separable DV"]) == ["0 of 4", "0 of 8"]


def test_where_the_silence_is():
    told = alarm_texts.silence(world({"mine": {2: 0.0, 20: 0.0}}, rhos=(0.0, 0.5)))
    assert "4 of 4, is at *d* = 20, |ρ| = 0.5" in told
    assert alarm_texts.silence(world(warnings=["low"])) == ""


def test_how_many_runs_were_cut_off():
    assert "0 of 12 in 2 dimensions and 0 of 12 in 20 dimensions" in alarm_texts.finished(world())
    assert "12 of 12 in 2 dimensions" in alarm_texts.finished(world(stopped=500))
    assert "500 steps" in alarm_texts.finished(world())
