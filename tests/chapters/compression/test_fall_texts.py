"""Chapter 09: what it says of falls, of how sure they are and of whose, is what records hold."""

import math

from infoplane.chapters.compression import fall_texts
from infoplane.chapters.compression.courses import dips
from infoplane.chapters.compression.settings import LAYERS
from tests.chapters.compression.test_plane_texts import (
    by_wkl_alone,
    course,
    planes,
    rising,
    turning,
    world,
)


def looked_at(made, value):
    """The same with exact values by layer, epoch and network, at epochs 0, 2 and 60."""
    rows = []
    for row in made.to_dict("records"):
        shares = [1.0] if row["epoch"] in (0, 2, 60) else []
        exact = [[value(layer, row["epoch"], row["seed"]) for _ in shares] for layer in LAYERS]
        stds = [[0.01 for _ in shares] for _ in LAYERS]
        rows.append(
            row
            | {"shares": shares}
            | {
                f"exact_{name}": exact if name in "xy" else stds
                for name in ("x", "y", "x_std", "y_std")
            }
        )
    return type(made)(rows)


def dipping(layer, epoch, seed):
    """L2 falls by half a nat up to epoch 2 and rises by a whole one; the others only rise."""
    if layer != LAYERS[0]:
        return 1.0 + epoch / 60
    return {0: 3.0, 2: 2.5, 60: 3.5}[epoch] + 0.02 * seed * (epoch == 2)


def waves(quantity, layer, epoch, seed):
    """Ten falls of a nat where noise is small."""
    return math.sin(2 * math.pi * epoch / 6) * (layer == LAYERS[0]) + rising("", layer, epoch, 0)


def test_more_falls_than_noise_has_are_named():
    assert fall_texts.swings({"planes": planes()}).startswith("No layer has more falls")
    assert fall_texts.swings({"planes": planes(waves)}).startswith("Only L2 has more falls")


def test_sure_falls_are_named():
    told = fall_texts.sure({"planes": planes(turning)})
    assert "L5 has a fall on the way that is sure over networks" in told
    assert "L5 has a fall from the peak to the end that is" in told
    told = fall_texts.sure({"planes": planes()})
    assert "no layer has a fall from the peak to the end" in told
    assert "Of 2 networks" in fall_texts.sure({"planes": planes(networks=2)})


def test_a_fall_belongs_to_whoever_sees_it():
    told = fall_texts.falls({"planes": planes(by_wkl_alone)})
    assert "WKL sees L5 fall most, in every network, by 1.50 to 1.50 nats" in told
    assert "never fall from one look" in told
    assert told.endswith("For the most part this fall is the estimator's.")
    told = fall_texts.falls({"planes": planes(turning)})
    assert "sees 100 % of that" in told
    assert told.endswith("The fall is seen by both.")


def test_exact_values_that_fall_leave_it_open():
    made = planes(by_wkl_alone)
    exact = [
        [[1.0 - epoch / 10 for _ in shares] for _ in LAYERS]
        for epoch, shares in zip(made["epoch"], made["shares"], strict=True)
    ]
    told = fall_texts.falls({"planes": made.assign(exact_x=exact)})
    assert "fall somewhere as well" in told
    assert told.endswith("The two do not agree on whose it is.")


def test_what_is_lost_after_the_peak_and_what_the_losses_do():
    told = fall_texts.after(world())
    assert told.startswith("No layer loses more after the peak")
    assert "rises behind no peak" in told
    assert "neither compress at the end nor overfit" in told
    told = fall_texts.after(world(turning, test=course(2, 0.5, 1)))
    assert told.startswith("L5 alone loses more after the peak")
    assert "rises behind the peak of L5" in told
    assert "neither" not in told


def test_values_that_never_move_are_no_fall_and_no_rise():
    told = fall_texts.exact({"planes": planes()})
    assert told.startswith("With σ = 1 rms no layer surely falls at first;")
    assert told.endswith("the rise of no layer is sure, and a fall of no layer.")
    unknown = planes(exact=lambda i, share: None)
    assert fall_texts.exact({"planes": unknown}) == ""


def test_one_look_at_exact_values_says_nothing_of_their_course():
    made = planes(by_wkl_alone)
    first = made["epoch"] == 0
    nothing = {"shares": [], **{f"exact_{name}": [[]] * 4 for name in ("x", "y", "x_std", "y_std")}}
    once = made.assign(
        **{
            name: [of if here else none for of, here in zip(made[name], first, strict=True)]
            for name, none in nothing.items()
        }
    )
    assert fall_texts.exact({"planes": once}) == ""
    assert "exact" not in fall_texts.falls({"planes": once})


def test_a_fall_that_some_networks_lack_is_not_said_of_all():
    def some(quantity, layer, epoch, seed):
        return by_wkl_alone(quantity, layer, epoch, seed) if seed else epoch / 10

    assert "L5 fall most, in some networks and not in others, by 0.00 to 1.50" in fall_texts.falls(
        {"planes": planes(some)}
    )
    never = fall_texts.falls({"planes": planes(lambda quantity, layer, epoch, seed: epoch / 10)})
    assert never == "No layer ever falls in any network, by WKL."


def both(quantity, layer, epoch, seed):
    """The first layer falls a little by both; the last one, and more, by WKL alone."""
    if layer == LAYERS[0]:
        return 3 - 0.1 * min(epoch, 2) + 0.01 * epoch
    return by_wkl_alone(quantity, layer, epoch, seed)


def test_an_early_fall_of_exact_values_is_told_with_what_estimators_see():
    made = looked_at(planes(both), dipping)
    told = fall_texts.early({"planes": made})
    assert told.startswith("The exact value of L2 itself")
    assert "falls early, by 0.47 [0.43, 0.51] nats up to epoch 2, in 4 of 4 networks" in told
    assert "rises by 0.97 [0.93, 1.01] from there to the end" in told
    assert "The two estimators of its codes fall alike" in told
    assert "picked from the same networks" in told
    assert "up to that epoch they change by -0.18 and -0.18." in told
    assert told in fall_texts.falls({"planes": made})
    alone = looked_at(planes(by_wkl_alone), dipping)
    assert "do not fall alike" in fall_texts.early({"planes": alone})


def test_a_fall_that_is_not_sure_over_networks_is_none():
    def unsure(layer, epoch, seed):
        return dipping(layer, epoch, seed) + (epoch == 2) * seed

    made = looked_at(planes(), unsure)
    assert dips(made).loc["L2", "fallen"] < 4
    assert fall_texts.early({"planes": made}) == ""
    assert "no layer surely falls at first;" in fall_texts.exact({"planes": made})


def test_the_caption_of_exact_values_has_their_dip_and_their_ends():
    told = fall_texts.exact({"planes": looked_at(planes(), dipping)})
    assert "L2 falls by 0.47 nats up to epoch 2 and then rises by 0.97 (the epoch is" in told
    assert "the rise of L2, L3, L4 and L5 is sure, and a fall of no layer." in told


def test_deepest_falls_by_both_are_held_against_each_other():
    told = fall_texts.deepest({"planes": planes(turning)})
    assert "100 % in L5" in told
    never = planes(lambda quantity, layer, epoch, seed: epoch / 10)
    assert fall_texts.deepest({"planes": never}) == ""


def test_what_filters_take_out_stands_beside_how_far_a_course_moves():
    told = fall_texts.courses({"planes": planes()})
    assert "where it moves by 3.0 to 3.0 in all" in told
    assert told.startswith("The filters change a course by at most 0.0")
