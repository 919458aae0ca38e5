"""Chapter 12: what its texts say is what the records hold, whichever way these go."""

import pandas as pd
import pytest

from infoplane.chapters.limits import texts
from tests.chapters.limits.world import covered, refused, tried


def frames(hurdles, coverage=None, ways=None):
    return {
        "hurdles": pd.DataFrame(hurdles),
        "ways": pd.DataFrame(ways or tried("ties", "ksg")),
        "coverage": pd.DataFrame(coverage or [covered("ksg", 0.95)]),
    }


HURDLES = [
    *tried("none", "ksg"), *tried("none", "cca"),
    *tried("ties", "ksg"), *tried("ties", "cca", 0.7), *refused("ties", "wkl"),
    *tried("strong", "ksg", 0.1), *tried("strong", "cca"),
]  # fmt: skip


def test_the_answer_counts_what_holds_breaks_and_refuses():
    first, second, third = texts.answer(frames(HURDLES)).splitlines()
    assert (
        "put to a hurdle, 5 times in all, hold 2 times, break 2 times and refuse 1 times" in first
    )
    assert "None of those that break does so without a warning. Without a hurdle all 2" in first
    assert "None takes all." in second
    assert "Of several hurdles each takes: CCA 1 of 2 and KSG 1 of 2." in second
    assert "For all 1 hurdles there is a way around." in third
    assert "Of 1 counts of how often intervals cover 1 are what they promise" in third
    assert "the least is KSG's, 95 %" in third


def test_the_answer_tells_silence_and_what_fails_without_a_hurdle():
    made = [*tried("none", "ksg", 0.7), *tried("none", "cca"), *tried("ties", "ksg", warned=False),
            *tried("ties", "mine", 0.9, warned=False)]  # fmt: skip
    bad = [covered("ksg", 0.5), covered("cca", 0.95)]
    told = texts.answer(frames(made, bad, tried("ties", "ksg", 0.9)))
    assert "Of those that break 1 did so without a warning on a seed: MINE." in told
    assert "Without a hurdle 1 of 2 hold." in told
    quiet = tried("none", "kde", 0.7, warned=False)
    told = texts.answer(frames([*made, *quiet]))
    assert "Without a hurdle 1 of 3 hold, and KDE missed there without a warning." in told
    told = texts.answer(frames(made, bad, tried("ties", "ksg", 0.9)))
    assert "None is for all data" in told
    assert "For 0 of 1 hurdles" in told
    assert "Of 2 counts of how often intervals cover 1 are" in told


def test_all_may_take_all_and_no_hurdle_may_be_asked_for():
    told = texts.answer(frames(tried("ties", "ksg")))
    assert "All take all." in told
    assert "Without a hurdle" not in told
    alone = frames(tried("none", "ksg"), ways=tried("none", "ksg"))
    first, second = texts.answer(alone).splitlines()
    assert first == "- Without a hurdle all 1 hold."
    assert second.startswith("- Of 1 counts")
    assert texts.breaking(alone) == texts.biases(alone) == texts.strong(alone) == ""


def test_a_bias_is_the_larger_part_or_not():
    told = texts.biases(frames(tried("columns", "ksg", 0.3, bias=-0.4)))
    assert "there are 0.50 nats" in told
    assert "KSG 0.00 as it comes and 0.40 without its bias. The bias is the larger" in told
    assert "cover the truth on so many seeds: that of KSG on 2 of 2." in told
    assert "not always the larger" in texts.biases(frames(tried("columns", "ksg", 0.3, bias=-0.1)))


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ([*tried("strong", "cca"), *tried("strong", "ksg", 0.9)],
         "Here only CCA gets there, by the formula of Gaussians, which these are."),
        ([*tried("strong", "cca"), *tried("strong", "ksg")], "Here CCA and KSG get there."),
        ([*tried("strong", "cca"), *tried("near-copies", "cca", 0.9)], "Here none gets there."),
    ],
)  # fmt: skip
def test_who_gets_to_a_strong_dependence(made, words):
    assert texts.strong(frames(made)) == words


def test_what_is_farthest_off_is_named():
    told = texts.farthest(frames(HURDLES))
    assert (
        told
        == "Farthest from the truth is KSG at strong dependence: 0.2 nats, where there are 0.5."
    )
    assert texts.farthest(frames(refused("ties", "wkl"))) == ""


def test_shares_are_told_by_estimator():
    table = [covered("ksg", 0.9), covered("ksg", 1.0, problem=0.9), covered("cca", 0.5)]
    assert "KSG 90 to 100 % and CCA 50 % of the data sets" in texts.promised(frames([], table))


def test_misses_without_a_warning_are_told():
    table = [
        covered("ksg", 0.9, warned=False), covered("mine", 0.7, warned=False, n=10),
        covered("binning", 0.0),
    ]  # fmt: skip
    told = texts.silent(frames([], table))
    assert (
        "MINE 30 %, KSG 10 % and binning 0 %, counted on 20 data sets each, of MINE on 10;" in told
    )
    assert "warns of each of its estimates: without a warning it never misses" in told
    table[2] = covered("binning", 0.0, warned=False)
    told = texts.silent(frames([], table))
    assert "warns of 0 % at least of its estimates: without a warning it misses, too" in told
    assert "Binning" not in texts.silent(frames([], table[:2]))


def test_words_of_the_first_figure_are_those_that_it_has():
    told = texts.read(frames(HURDLES))
    assert "at least half of the 2 seeds" in told
    assert "silently" not in told
    told = texts.read(frames([*HURDLES, *tried("tails", "cca", 0.9, warned=False)]))
    assert "*silently* if at least one of these missed without a warning" in told


def test_equal_counts_are_told_once():
    told = texts.silent(frames([], [covered("ksg", 0.9), covered("cca", 1.0)]))
    assert "counted on 20 data sets each;" in told


def test_what_is_said_of_warnings_and_claims_has_no_numbers():
    for text in (texts.said, texts.owed):
        assert not any(sign.isdigit() for sign in text(frames(HURDLES)))


def test_a_caption_counts_shares_as_the_answer_does():
    told = texts.covering(frames([], [covered("ksg", 0.5), covered("cca", 0.95)]))
    assert "Counted 2 times, by estimator, problem and number of rows" in told
    assert "or more, 1 times" in told
