"""Chapter 10: what is said of images follows what was found, either way."""

import pytest

from infoplane.chapters.flows import image_texts
from tests.chapters.flows.world import of_images, world


@pytest.fixture(scope="module")
def frames():
    return world()


def changed(**values):
    """Images of which these models find this share."""
    return world(images=lambda model, nats, seed: values.get(model, of_images(model, nats, seed) /
                 (nats or 1)) * nats)  # fmt: skip


def test_what_is_found_is_told_over_the_informations(frames):
    told = image_texts.found(frames)
    assert "Of 0, 5 and 10 nats flows with a ρ for each pair find 0.0, 4.8 and 9.7." in told
    assert "9.7 on held-out rows and 10.1 on training rows. Without" in told  # above the truth
    assert "is missing from either" in image_texts.found(changed(canonical=0.9))
    assert (
        "by columns only, 6.0 is found, and canonical correlations of the codes find 6.0." in told
    )
    assert "lay the places out evenly" in image_texts.found(changed(columns=0.3))
    assert (
        "The source's model finds 8.8, after 14 steps, where the others with blocks have 12" in told
    )
    assert "finds 9.9, most of all flows" in image_texts.found(changed(source=0.99))


def test_an_information_at_which_few_models_were_tried_is_left_out():
    frames = world(few_nats=[7.0])
    assert "on held-out rows" not in image_texts.found(frames)
    assert image_texts.scores(frames) == ""


def test_normal_scores_hurt_or_do_not(frames):
    told = image_texts.scores(frames)
    assert "They hurt: with them 9.0 is found, without 9.7. Ranks are rough" in told
    assert "At 5 nats a pair" in told
    told = image_texts.scores(changed(scores=0.99))
    assert "They do not hurt: with them 9.9 is found, without 9.7." in told
    assert "Ranks" not in told


def test_neighbours_find_less_or_as_much(frames):
    told = image_texts.needed(frames)
    assert "find less: 9.5 of 10 nats, in about 0.1 seconds" in told
    assert "the best of the flows finds 9.7, in about 2:" in told
    assert "find as much and more: 9.9" in image_texts.needed(changed(wkl=0.99))


def test_rho_is_behind_its_rows_or_not(frames):
    told = image_texts.lag(frames)
    assert "ρ ends behind its rows: it says 9.0 nats and they show 9.2" in told
    assert "comes on 0 of 3 seeds" in told
    ahead = frames["images"].copy()
    ahead["found"] = [
        [one | {"from_rho": 9.5, "warnings": [image_texts.LAGS]} for one in found]
        for found in ahead["found"]
    ]
    told = image_texts.lag(frames | {"images": ahead})
    assert "ρ does not end behind its rows: it says 9.5" in told
    assert "comes on all 3 seeds" in told
