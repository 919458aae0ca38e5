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
    assert "There is a break for digits in the gauge *raw* (4), and in no other gauge" in said
    said = texts.entropy(frames(images=images(class_bend=4.0)))
    assert "and for digits, digit 0" in said


def test_windows_that_agree_show_a_saturation_and_others_do_not():
    def said(*windows):
        return texts.saturation(frames(images=images(), points=points("digits", windows)))

    mixed = said(5.0, 5.0, 6.0, 7.0)
    assert "+0.00, -1.00, -2.00, of which 1 is not surely different from 0" in mixed
    assert "moves by up to 2.0" in mixed
    assert "with equal right" in mixed
    assert "3.0 in 3" in mixed
    assert "5.0 in 8 columns" in mixed
    assert "with equal right" not in said(5.0, 5.0, 5.0, 5.0)
    assert "with equal right" not in said(7.0, 7.0, 7.0, 7.0)


def test_windows_without_pairs_are_passed_over():
    made = frames(images=images(), points=points("digits", (5.0, None, None, None)))
    assert texts.saturation(made).startswith("In the default window the dimension of codes is")


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


def test_convolutions_stand_beside_dense_networks_of_the_same_code():
    made = frames(images=images(lost=0.1), convolutions=images(lost=0.2, count=1))
    said = texts.convolutions(made)
    assert "with d = 1 on digits they lose 20 % of the variance where dense ones lose 10 %" in said
    assert "dimension of 1.0 where those have 1.0" in said
    other = frames(images=images(), convolutions=codes("mnist", bend=99.0))
    assert texts.convolutions(other) == ""
