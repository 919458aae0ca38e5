"""What is said of gauges and methods follows the records, in both directions."""

import pytest

from infoplane.chapters.autoencoder_entropy import gauge_texts as texts
from tests.chapters.autoencoder_entropy.told import codes, frames


def test_gauges_are_held_against_unit_variance():
    said = texts.gauges(frames(codes=codes(raw=3.0)))
    assert "both have a break on 1 sets, at most 0.0 columns apart" in said
    assert "of 1 sets with more than two dimensions the break is too low for 1" in said
    assert "none for 0" in said
    assert "veto fires on no set where" in said
    # a bend beyond all codes is none
    said = texts.gauges(frames(codes=codes(whitened=99.0)))
    assert "too low for 0" in said
    assert "on 1 of 1 sets, and the veto fires on curved-4 where" in said
    assert "Breaks are fewest in *whitened* (0)." in said
    assert texts.gauges(frames(codes=codes("spectrum"))) == ""


def test_bounded_codes_stand_beside_linear_ones():
    made = codes() + codes(activation="tanh", bend=5.0, refused=(1,))
    said = texts.gauges(frames(codes=made))
    assert "hyperbolic tangent break at 5.0, linear ones at 4.0" in said
    assert "With d = 1 they saturate" in said
    assert "saturate" not in texts.gauges(frames(codes=codes()))


def test_the_plug_in_is_the_lower_one_or_not():
    assert "for all of the 24 codes" in texts.scales(frames(codes=codes()))
    made = codes()
    made[0]["entropies"] = [[row[0]] * len(row) for row in made[0]["entropies"]]
    assert "for 23 of the 24 codes" in texts.scales(frames(codes=made))
    assert texts.scales(frames(codes=codes(refused=range(1, 9)))) == ""


def test_better_kernels_are_lower_by_what_they_gain():
    # the whitened curve is the same, so that the gain is half the log determinant below 0
    said = texts.methods(frames(codes=codes(halved=-0.5)))
    assert "lower by up to 4.0 nats at d = 8 (curved-4)" in said
    assert "*monte-carlo* by +0.00" in said
    assert "and *wkl* by +0.00 columns." in said
    assert "lower by up to 0.0 nats" in texts.methods(frames(codes=codes()))


def test_a_way_without_a_break_is_told():
    made = codes()
    for row in made:  # a line by wkl, the last of the ways
        row["entropies"] = [[*of[:-1], float(row["code"])] for of in row["entropies"]]
    said = texts.methods(frames(codes=made))
    assert "there is none with *wkl* on 1 of these 1." in said


@pytest.mark.parametrize(("many", "why"), [(-0.4, "sees better"), (0.6, "do not lower it")])
def test_more_points_lower_the_slope_or_not(many, why):
    made = codes(after=0.5, rows=200) + codes(after=many, rows=5000)
    said = texts.points(frames(resolution=made))
    assert f"+0.50 with 200 and {many:+.2f} with 5 000" in said
    assert why in said
    assert texts.points(frames(resolution=codes(rows=200))) == ""
