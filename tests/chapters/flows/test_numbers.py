"""Chapter 10: numbers as text mean what they say."""

from infoplane.chapters.flows import numbers


def test_what_two_digits_write_alike_is_one_number():
    assert numbers.span([24.76, 24.84]) == "24.8"
    assert numbers.span(iter([24.84, -1.0]), digits=2) == "−1.00 to 24.84"


def test_rounding_is_told_from_numbers():
    assert numbers.small(0.08062) == "0.081"
    assert numbers.small(3.08) == "3.1"
    assert numbers.small(1.6e-15).startswith("< 10")


def test_one_digit_counts():
    assert [numbers.about(value) for value in (0.19, 5.48, 152.0)] == ["0.2", "5", "200"]
