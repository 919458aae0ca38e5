"""The answer of chapter 05, and what is known beforehand, follow the records."""

import pytest

from infoplane.chapters.tishby_plane import texts
from tests.chapters.tishby_plane.told import neural, noisy, planes, stopping


def world(**parts):
    made = {"planes": planes, "neural": neural, "noisy": noisy, "stopping": stopping}
    return {
        name: frame
        for part, make in made.items()
        for name, frame in make(**parts.get(part, {})).items()
    }


def test_the_answer_has_three_bullets_with_the_numbers_of_the_records():
    grows, falls, stops = texts.answer(world()).splitlines()
    assert "learns to keep more" in grows
    assert "surely falls from its peak (by 1.50 nats)" in falls
    assert "1.00 with noise of σ = 0.03 and by 0.00 with noise of σ = 0.5" in falls
    assert "falls after its peak in layers 1, 2, 3, 4 and 5, and distances" in falls
    assert "is 0.000 on *digits*" in stops


def test_what_does_not_fall_is_not_said_to():
    (_, falls, _) = texts.answer(world(planes={"fixed": (4.0, 5.0, 5.0)})).splitlines()
    assert "does not surely fall" in falls
    (_, falls, _) = texts.answer(world(noisy={"within": (0.2, 0.5, 0.8)})).splitlines()
    assert "shrink meanwhile in none of them" in falls
    (_, falls, _) = texts.answer(world(noisy={"information": (2.0, 3.0, 4.0)})).splitlines()
    assert "surely falls after its peak in no layer" in falls


def test_networks_too_few_are_left_out_of_the_answer():
    (_, falls, _) = texts.answer(world(planes={"networks": 2})).splitlines()
    assert falls.startswith("- With noise inside the network")


def test_the_ceilings_are_those_of_the_patterns():
    said = texts.facts({})
    assert "4096 patterns 2118 have the label 1" in said
    assert "0.69256 nats" in said
    assert "8.318 nats" in said


@pytest.mark.parametrize(
    ("exact", "broken"),
    [
        (((2.0, 4.0, 3.0), (1.0, 2.0, 2.0)), 0),
        (((2.0, 8.4, 3.0), (1.0, 2.0, 2.0)), 36),  # above log N: 6 networks, 6 layers
        (((2.0, 4.0, 3.0), (1.0, 2.0, 3.5)), 36),  # more with more noise
    ],
)
def test_laws_hold_or_exceptions_are_counted(exact, broken):
    said = texts.laws(planes(exact=exact))
    # two activations, 6 networks, 2 sigmas, 3 checkpoints, 6 layers
    assert said.startswith("The 432 exact values")
    assert ("all respect" in said) == (not broken)
    assert (f"but for {broken} comparisons" in said) == bool(broken)
    assert texts.laws(planes(networks=2)) == ""
