"""Numbers in prose."""

from infoplane.chapters.autoencoder_entropy.words import counted, listed, told


def test_lists_and_what_stands_for_none():
    assert [listed(words) for words in ([], ["a"], ["a", 2])] == ["none", "a", "a and 2"]
    assert listed([], "no set") == "no set"


def test_thousands_have_a_space():
    assert [counted(n) for n in (0, 999, 1000)] == ["0", "999", "1 000"]


def test_what_does_not_differ_has_no_interval():
    assert told([2.0]) == told([2.0, 2.0]) == "2.00"
    # Student's t of one degree of freedom: 12.7 * 0.5 = 6.35
    assert told([1.0, 2.0]) == "1.50 [-4.85, 7.85]"
