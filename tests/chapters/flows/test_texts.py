"""Chapter 10: the answer says what the records hold."""

import math

from infoplane.chapters.flows.texts import answer, trusted
from tests.chapters.flows.world import found, world


def test_the_answer_is_of_the_records():
    told = answer(world()).splitlines()
    assert len(told) == 3
    assert all(line.startswith("- ") for line in told)
    assert "Of 25 nats the source's model finds 24.8, whether sides are rotated" in told[0]
    assert "but 12.0 of unequal correlations, where a ρ for each pair finds 24.8" in told[0]
    assert "and 16.0 of sides mixed again, where that finds 24.8 behind an ICA." in told[0]
    # rows of random starts end at 10 and the logarithm of the rate to ten, and .1 of a seed, and
    # begin at a third of that
    assert "rows show 24.8 before the first step; with a random A 2." in told[1]
    low, high = (f"{10.47 + math.log10(rate):.1f}" for rate in (5e-4, 0.01))
    assert f"and {low} to {high} after 20 steps." in told[1]
    assert "canonical correlations alone find 25.1." in told[1]
    assert "Of 10 nats between images flows find 6.0 to 9.7, weighted neighbours 9.5" in told[2]
    assert "and KSG 6.0" in told[2]
    assert "with ν = 1 they find 1.65, and with a mixture of Gaussians 2.45" in told[2]


def test_bends_that_differ_have_a_range():
    def value(case, model, seed):
        return 23.0 if case == "cubic" else found(case, model, seed)

    assert "finds 23.0 to 24.8, whether" in answer(world(gauss=value))


def test_warnings_are_counted_where_values_are_far_off_and_where_they_are_not():
    frames = world()
    told = trusted(frames)
    gauss = frames["gauss"]
    assert "more than a nat off 0 came with a warning" in told
    gauss["warnings"] = [["doubt"]] * len(gauss)
    frames["images"]["found"] = [
        [one | {"warnings": ["doubt"]} for one in found] for found in frames["images"]["found"]
    ]
    told = trusted(frames)
    assert "more than a nat off all came with a warning" in told
    few = trusted(world(gauss=lambda *_: 25.5))
    assert "to one, 0." not in told
    assert few != told
