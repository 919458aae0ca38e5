"""What is said of correlation dimensions follows the records, in both directions."""

import pytest

from infoplane.chapters.autoencoder_entropy import dimension_texts as texts
from tests.chapters.autoencoder_entropy.told import codes, frames, known, points


def test_known_dimensions_are_met_up_to_a_share():
    made = frames(known=known(off=-0.02, high_off=-0.1), points=points(n=60_000))
    said = texts.known(made)
    assert "With 20 000 points the mean over seeds is within 2.0 % of the known dimension" in said
    assert "farthest on the set *cube*" in said
    assert "Beyond, it is off by -10 % to -10 %" in said
    assert "-20 % and -30 % in the mean" in said
    assert "at most 1.0 %" in said  # the sphere
    assert "Above the rule lie cube-8 with 600 points (7.20; rule 5.6)." in said
    low = texts.known(frames(known=known(high=False), points=points()))
    assert "Above the rule lie none of these." in low
    assert "Beyond" not in texts.known(frames(known=known(high=False), points=points()))


def test_the_largest_step_is_named_and_sure_ones_are_counted():
    made = frames(codes=codes(), resolution=codes())
    said = texts.steps(made)
    assert said.startswith("None of 7 steps")
    assert "*curved-4* from d = 1 on, by 1.00" in said
    assert "is 4.0 to 4.0 from d = 4 on" in said
    jumping = codes()
    for row in jumping:
        row["dimensions"] = [1.5 * row["code"]] * 4
    said = texts.steps(frames(codes=jumping, resolution=codes()))
    assert said.startswith("7 of 7 steps from one code dimension to the next are surely above 1")
    assert texts.steps(frames(codes=codes(count=1), resolution=codes())) == ""


def test_what_is_within_is_rounded_up():
    said = texts.known(frames(known=known(off=0.03441), points=points()))
    assert "is within 3.5 % of" in said


def test_edges_are_why_rectangles_look_like_more():
    made = codes("rectangles-4")
    rough = points("rectangles-4", windows=(7.0, 7.3, 7.1, 5.5))
    said = texts.edges(frames(codes=made, points=rough))
    assert "has 4 dimensions and no noise, but C(r) finds 7.3, 7.1, 5.5 in it" in said
    assert "TwoNN 12.0 and maximum likelihood 11.0 (in codes of 4 columns C(r) finds 4.0" in said
    smooth = points("rectangles-4", windows=(4.0, 4.0, 3.9, 3.5))
    assert texts.edges(frames(codes=made, points=smooth)) == ""
    assert texts.edges(frames(codes=codes(), points=points())) == ""


@pytest.mark.parametrize(
    ("windows", "leave"), [((8.0, 8.0, 6.0, 5.0), True), ((5.0, 5.0, 6.0, 8.0), False)]
)
def test_noisy_data_have_more_dimensions_on_fine_scales_or_not(windows, leave):
    made = frames(codes=codes(noise=0.1), points=points(windows=windows, noise=0.1))
    said = texts.noise(made)
    assert " to ".join(f"{w:.1f}" for w in windows[1:]) in said
    assert "its codes of 4 columns 4.0 to 4.0 to 4.0" in said
    assert ("leave the noise behind" in said) == leave


def test_no_noise_says_nothing():
    assert texts.noise(frames(codes=codes(), points=points())) == ""
