"""What is said of images follows the records, in both directions."""

from infoplane.chapters.autoencoder_entropy import image_texts as texts
from tests.chapters.autoencoder_entropy.told import closest, codes, frames, points


def images(**changes):
    return codes("digits", **({"bend": 99.0, "dims": 5.0} | changes))


def test_images_without_a_break_have_none_in_any_gauge():
    said = texts.entropy(frames(images=images()))
    assert "There is **no break**, in none of the gauges" in said
    assert "for no single digit" in said
    assert "digits by 1.00 nats a column" in said
    assert "digits loses 0 % of its variance on held-out images with 8 columns" in said


def test_a_break_in_one_gauge_or_of_one_digit_is_named():
    said = texts.entropy(frames(images=images(raw=4.0)))
    assert "There is a break for digits in the gauge *raw* (4), which figures in unit" in said
    assert "do not show, and in no other gauge" in said
    said = texts.entropy(frames(images=images(class_bend=4.0)))
    assert "and for digits, digit 0" in said


def test_windows_that_agree_show_a_saturation_and_others_do_not():
    def said(*windows):
        return texts.saturation(frames(images=images(), points=points("digits", windows)))

    mixed = said(5.0, 5.0, 6.0, 7.0)
    assert "+0.00, +0.00, -1.00, -2.00, of which 2 are not surely different from 0" in mixed
    assert "moves by up to 2.0" in mixed
    assert "with equal right" in mixed
    assert "3.0 in 3" in mixed
    assert "5.0 in 8 columns" in mixed
    assert "with equal right" not in said(5.0, 5.0, 5.0, 5.0)
    assert "with equal right" not in said(7.0, 7.0, 7.0, 7.0)


def test_windows_without_pairs_are_passed_over():
    made = frames(images=images(), points=points("digits", (5.0, None, None, None)))
    assert "the coarsest: digits +0.00, of which 1 is not surely" in texts.saturation(made)


def test_the_default_window_is_one_of_those_that_differ():
    made = frames(images=images(), points=points("digits", (8.0, 5.0, 5.0, 5.0)))
    assert "moves by up to 3.0" in texts.saturation(made)


def test_the_closest_pairs_are_named():
    def said(share):
        parts = {"images": images(), "points": points("digits"), "closest": closest(share)}
        return texts.clouds(frames(**parts))

    most = said(0.9)
    assert "Of the closest pairs 90 % are pairs of the digit 1: a correlation" in most
    assert "C(r) gives 4.0 in the default window and 4.0, 4.0, 4.0 from" in most
    assert "TwoNN gives 12.0 and maximum likelihood 11.0 on 100 of the images" in most
    assert "C(r) gives 1.0 (digit 0) to 10.0 (digit 9)" in most
    assert "30 % are pairs of the digit 1, more than of any other." in said(0.3)


def test_digits_above_the_rule_are_counted():
    """Of 1 to 10 dimensions those above 2 log10 10 = 2: eight."""
    parts = {"images": images(), "points": points("digits"), "closest": closest()}
    assert "Of the ten dimensions by C(r) 8 lie above 2.0" in texts.clouds(frames(**parts))


def test_the_slope_after_is_a_share_of_that_before():
    said = texts.course(frames(images=images(bend=4.0, after=0.5)))
    assert said == (
        "The slope of H(d) after the best place for a break is 0.50 of that before for digits."
    )


def test_convolutions_stand_beside_dense_networks_of_the_same_code():
    made = frames(images=images(lost=0.1), convolutions=images(lost=0.2, count=1))
    said = texts.convolutions(made)
    assert "lose more than dense ones in 1 of 1 cases (+10 to +10 points" in said
    assert "at most 0.0 apart" in said
    less = frames(images=images(lost=0.3), convolutions=images(lost=0.2, count=1))
    assert "in 0 of 1 cases (-10 to -10 points" in texts.convolutions(less)
    other = frames(images=images(), convolutions=codes("mnist", bend=99.0))
    assert texts.convolutions(other) == ""
