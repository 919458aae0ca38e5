"""The answer of chapter 07 follows its records, in both directions."""

from infoplane.chapters.autoencoder_entropy import texts
from tests.chapters.autoencoder_entropy.told import codes, frames, points


def world(made=None, images=None, windows=(5.0, 5.0, 6.0, 7.0)):
    return frames(
        codes=made or codes() + codes("linear-3", bend=4.0, after=0.2),
        images=images or codes("digits", bend=99.0, dims=5.0),
        points=points("digits", windows),
        resolution=codes(),
    )


def test_the_answer_has_a_bullet_for_bends_for_growth_and_for_images():
    bends, behind, images = texts.answer(world()).splitlines()
    assert "On 1 of 2 synthetic sets without noise" in bends
    assert "on all of them at most 1 away" in bends
    assert "a break on 2" in bends
    assert "H falls on 1 of 2 sets and grows on 1" in behind
    assert "2 *raw*, 2 *one scale*, 2 *unit variance* and 2 *whitened*" in behind
    assert "H(d) of *digits* has no break in any gauge" in images
    assert "-2.0 to +0.0 from that of the images" in images


def test_images_that_break_are_said_to():
    (_, _, said) = texts.answer(
        world(images=codes("digits", bend=99.0, dims=5.0, raw=4.0))
    ).splitlines()
    assert "breaks in the gauge raw" in said


def test_what_is_left_out_is_not_spoken_of():
    (said,) = texts.answer(world(codes("spectrum"))).splitlines()
    assert "no break in any gauge" in said


def test_the_default_window_counts_among_the_others():
    (*_, said) = texts.answer(world(windows=(9.0, 5.0, 6.0, 7.0))).splitlines()
    assert "-4.0 to +0.0 from that of the images" in said
    (*_, said) = texts.answer(world(windows=(6.0, None, None, None))).splitlines()
    assert "-1.0 to -1.0 from that of the images" in said


def test_the_first_caption_names_bend_and_truth():
    assert texts.looked_at(world()) == (
        "H(d) of curved-4 bends most at d = 4; its true dimension is 4. "
    )
    assert texts.looked_at(world(codes("linear-3"))) == ""
