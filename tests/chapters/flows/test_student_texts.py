"""Chapter 10: what is said of Student's t follows what was found, either way."""

import pytest

from infoplane.chapters.flows import student_texts
from tests.chapters.flows.world import RADIUS, world


@pytest.fixture(scope="module")
def frames():
    return world()


def shifted(frames, of, **columns):
    """Records of Student's t with columns of those whose base, or estimator, is `of` changed."""
    table = frames["student"].copy()
    named = [
        of in (row["estimator"], row["set"].get("base")) for row in table.to_dict("records")
    ]  # fmt: skip
    for column, value in columns.items():
        table[column] = [
            value if here else was for here, was in zip(named, table[column], strict=True)
        ]
    return {"student": table}


def test_one_gaussian_misses_more_than_the_radius_or_less(frames):
    told = student_texts.missed(frames)
    assert "At ν = 1 the flow with one Gaussian finds 1.65 nats" in told
    assert "less than the 2 that the correlations of G and H alone tell" in told
    assert "Plain CCA is 0.3 nats too low" in told
    assert "Training rows show 2.05." in told
    assert "The radius does not tell" not in told
    better = student_texts.missed(shifted(frames, "gaussian", value=2.2, ratio=2.21))
    assert "the thin line" not in better
    assert "looking for what was learned by heart finds nothing" in better
    assert "nats too high: correlations" in student_texts.missed(shifted(frames, "cca", value=10.0))


def test_the_radius_tells_or_does_not(frames):
    assert "on 100 % of the seeds, and on 67 % at ν = 3" in student_texts.missed(frames)
    silent = student_texts.missed(shifted(frames, "gaussian", warnings=[]))
    assert "The radius does not tell: on 0 % of the seeds" in silent
    told = student_texts.missed(shifted(frames, "gaussian", warnings=[RADIUS]))
    assert "and on 100 % at ν = 3" in told


def test_a_mixture_lacks_what_it_lacks_and_says_what_it_knows_by_heart(frames):
    told = student_texts.mended(frames)
    assert "finds more than one Gaussian at 2 of 2" in told
    assert "by heart" not in told
    heart = shifted(frames, "mixture", value=1.0, warnings=[f"the flows {student_texts.HEART}"])
    told = student_texts.mended(heart)
    assert "finds more than one Gaussian at 0 of 2" in told
    assert "nats more than held-out ones, in the mean: it learns rows by heart" in told
    assert "says so of 6 of 6" in told


def test_without_rivals_and_with_one_degree_of_freedom(frames):
    alone = world(student_rivals=[], dofs=[3.0])
    told = student_texts.missed(alone)
    assert "CCA" not in told
    assert told.count("ν") == 1
    assert "at 1 of 1" in student_texts.mended(alone)


def test_what_a_mixture_lacks_without_a_warning_is_told(frames):
    lacking = shifted(frames, "mixture", value=1.0)
    told = student_texts.mended(lacking)
    assert "At ν = 1 and 3 that is more than chance over seeds, and no seed warns of it." in told
    warned = shifted(lacking, "mixture", warnings=["doubt"])
    assert "no seed warns" not in student_texts.mended(warned)
