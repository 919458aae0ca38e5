import io

from fontTools.ttLib import TTFont

from infoplane.book.fonts import FACES, characters, fonts


def test_letters_of_figures_and_no_others():
    page = "<p>Ж</p><svg><text>σ² &lt; <tspan>η</tspan></text></svg><svg><text>°</text></svg>"
    found = characters([page])
    assert set("σ²<η°aZ~ ") <= set(found)
    assert "Ж" not in found
    assert list(found) == sorted(found)


def test_the_faces_have_these_letters_are_small_and_the_same_each_time():
    made = fonts("abσ")
    assert set(made) == set(FACES.values())
    for name, content in made.items():
        assert content[:4] == b"wOFF"
        letters = TTFont(io.BytesIO(content)).getBestCmap()
        assert set(map(chr, letters)) == set("abσ"), name
        assert len(content) < 5000
    assert fonts("abσ") == made
