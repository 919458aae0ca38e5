"""Chapter 10: what is said of pairs follows what was found, either way."""

import pytest

from infoplane.chapters.flows import pair_texts
from tests.chapters.flows.world import found, of_gauss, others, planned, world

OPTIONS = pair_texts.ONE_RHO, pair_texts.NOT_GAUSSIAN


@pytest.fixture(scope="module")
def frames():
    return world()


def warned(words):
    """Estimates of pairs that all warn with these words."""
    table = of_gauss(planned()["gauss"].configs)
    return world() | {"gauss": table.assign(warnings=[[f"so many {words} ..."]] * len(table))}


def test_forms_are_held_against_both_conditions(frames):
    told = pair_texts.conditions(frames)
    assert "to 10⁻¹³, and neither meets the other's, by 0.2 and more" in told
    assert "what ρ says is 0.3 nats, and with the other form 1.3; its likelihood is 1" in told
    assert "of 25 nats" in told


def test_a_random_start_arrives_or_does_not(frames):
    told = pair_texts.starts(frames)
    assert told.startswith("A random A does not arrive: at learning rate 0.0005")
    assert "not within a nat of the truth in 20 steps, and ends at 7.2" in told
    starts = frames["starts"].copy()
    closed = next(c for c, s in zip(starts["curves"], starts["set"], strict=True)
                  if s["start"] != "random")  # fmt: skip
    starts["curves"] = [closed] * len(starts)
    told = pair_texts.starts({"starts": starts})
    assert told.startswith("A random A arrives as well")
    assert "within a nat of the truth after 0 steps, and ends at 24.9" in told
    assert "0.0 nats a row behind" in told


def test_what_is_said_early(frames):
    told = pair_texts.early(frames)
    assert "the formula says 0.9 nats" in told  # 6 / 2 log 4 / 3
    assert "less than nothing" not in told
    assert "falls at first" not in told
    starts = frames["starts"].copy()
    starts["curves"] = [
        {**curves, "validation": [-2.0, 3.0, 9.0], "from_rho": [5.0, 1.0, 8.0], "step": [0, 1, 2]}
        for curves in starts["curves"]
    ]
    told = pair_texts.early({"starts": starts})
    assert "validation rows show −2.0, less than nothing" in told
    assert "ρ falls at first, to 1.0 nats, before it rises" in told


def test_the_truth_lies_between_training_rows_and_held_out_ones_or_not(frames):
    told = pair_texts.undone(frames)
    assert "the three models find 24.8 of 25 nats" in told
    assert "show 25.2: the truth lies between" in told
    low = world(gauss=lambda case, model, seed: found(case, model, seed) - 3)
    assert "the truth does not always lie between" in pair_texts.undone(low)


def test_one_rho_is_beside_theory(frames):
    told = pair_texts.unequal(frames)
    assert "finds 11.0 nats, where theory has 6.4" in told
    assert "for something better" in told
    assert "ends with 12.0 nats, in this training short of" in told
    assert "comes on 0 of 3 seeds" in told
    assert "24.8 of 25 nats are found" in told
    best = world(gauss=lambda case, model, seed: 20.5)
    told = pair_texts.unequal(best)
    assert "finds nothing better" in told
    assert "20.5 nats, near the most likely model that there is with one ρ, which has 20.7" in told
    assert "comes on all 3 seeds" in pair_texts.unequal(warned(pair_texts.ONE_RHO))


def test_what_is_mixed_is_found_in_part(frames):
    told = pair_texts.mixed(frames)
    assert "find the same part of the information, 16.0 nats, and 0 of 9 of their" in told
    assert "for each pair find 24.8, where without the mixing they find 24.8" in told
    assert "all 9 of their estimates" in pair_texts.mixed(warned(pair_texts.NOT_GAUSSIAN))
    apart = world(gauss=lambda case, model, seed: {"source": 3.0, "shared": 9.0}.get(model, 16.0))
    assert "different parts of the information, 3.0 to 16.0" in pair_texts.mixed(apart)


def test_a_flow_is_needed_where_it_is_nearer(frames):
    told = pair_texts.rivals(frames)
    assert "canonical correlations are off by 0.15 nats at most" in told
    assert "the better of the flows by 0.20 at least" in told
    assert "for none of these is a flow needed" in told
    assert "takes 15.0 nats from the one and 15.0 from the other. What then helps is" in told
    assert "behind which flows are off by 0.2" in told

    def low(case, model, seed):
        return 10.0 if case in ("sinh", "rotated") else others(case, model, seed)

    worse = world(
        rivals=low,
        gauss=lambda case, model, seed: 5.0 if case == "unmixed" else found(case, model, seed),
    )
    told = pair_texts.rivals(worse)
    assert "for 2 of these 6 a flow is nearer than all others" in told
    assert "What then fails, too, is ICA" in told


def test_neighbours_and_critics_find_what_they_find(frames):
    told = pair_texts.neighbours(frames)
    assert "of 25 nats in pairs as drawn KSG finds 10.0" in told
    assert "more than the logarithm of the number of rows, 6.7, and less than half" in told
    few = pair_texts.neighbours(world(rivals=lambda *_: -1.0))
    assert "large entropies, −1.0. MINE shows −1.0 on rows that it has not seen, less than" in few
    assert "more than half" in pair_texts.neighbours(world(rivals=lambda *_: 20.0))


def test_without_further_rates_there_is_one_random_start():
    told = pair_texts.starts(world(rates=[]))
    assert told.count("learning rate") == 2  # the flow's own, and that it hangs on


def test_seconds_are_told_with_what_they_differ_by_where_work_does_not():
    frames = world()
    gauss = frames["gauss"]
    mixed = gauss["options"].map(lambda options: bool(options.get("mixed")))
    gauss["took"] = [7.2 if own else 2.9 for own in mixed]
    assert "takes 3 in one case and 7 in another" in pair_texts.seconds(frames)
