"""What a rendered book can do without: files that its pages never ask for."""

import re
from pathlib import PurePosixPath

__all__ = ["lighter", "needed"]

# Parts of the theme and of MathJax that no page of this book loads: sources for a debugger, other
# languages and formats, the icons once more as a program, and all of MathJax but the component
# that the pages name and its fonts.
UNUSED = re.compile(
    r"\.(map|ttf|LICENSE\.txt)$|^\.buildinfo$|^_static/locales/|^_static/scripts/fontawesome|^_sources/"
    r"|^_static/mathjax/(?!tex-chtml\.js$|output/chtml/fonts/woff-v2/)"
)
ICONS = re.compile(r'<script defer src="[^"]*/scripts/fontawesome\.js[^"]*"></script>\s*')


def needed(inside: PurePosixPath) -> bool:
    """Whether a page may ask for a file of the book, by its path in it.

    >>> needed(PurePosixPath("index.html")), needed(PurePosixPath("_static/scripts/a.js.map"))
    (True, False)
    """
    return UNUSED.search(str(inside)) is None


def lighter(page: str) -> str:
    """A page that does not ask for what is left out; the icons come as a font, by the style."""
    return ICONS.sub("", page)
