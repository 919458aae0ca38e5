"""The font of the figures' text: Matplotlib's own, of which the book brings what it shows."""

import io
import re
from collections.abc import Iterable
from html import unescape
from pathlib import Path

import matplotlib as mpl
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

__all__ = ["FACES", "characters", "fonts"]

# File in Matplotlib's folder of fonts -> its name in the book, as the style sheet has it. Figures
# are laid out by the widths of these letters: with other ones, words would run into each other.
FACES = {"DejaVuSans.ttf": "figures.woff", "DejaVuSans-Oblique.ttf": "figures-oblique.woff"}
ALWAYS = "".join(map(chr, range(32, 127)))


def characters(pages: Iterable[str]) -> str:
    """The letters of the text in the figures of HTML pages, and all of ASCII, in order.

    >>> characters(['<svg><text>\\u03c3</text></svg> \\u2020'])[-2:]
    '~\\u03c3'
    """
    found = set(ALWAYS)
    for page in pages:
        for text in re.findall(r"<text\b.*?</text>", page, re.DOTALL):
            found |= set(unescape(re.sub("<[^>]*>", "", text)))
    return "".join(sorted(found))


def fonts(text: str) -> dict[str, bytes]:
    """The faces with the letters of a text and no others, as WOFF, by their names in the book."""
    made = {}
    for file, name in FACES.items():
        # a fixed time, so that the same letters are the same bytes
        font = TTFont(Path(mpl.get_data_path(), "fonts", "ttf", file), recalcTimestamp=False)
        options = Options(layout_features=["kern"], hinting=False, notdef_outline=True)
        options.drop_tables += ["FFTM"]  # of the font's editor
        subsetter = Subsetter(options)
        subsetter.populate(text=text)
        subsetter.subset(font)
        font.flavor = "woff"
        out = io.BytesIO()
        font.save(out)
        made[name] = out.getvalue()
    return made
