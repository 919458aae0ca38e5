from pathlib import PurePosixPath

import pytest

from infoplane.book.weight import lighter, needed


@pytest.mark.parametrize(
    "inside",
    [
        "index.html",
        "_static/book.css",
        "_static/book.js",
        "_static/mathjax/tex-chtml.js",
        "_static/mathjax/output/chtml/fonts/woff-v2/MathJax_Main-Regular.woff",
        "_static/vendor/fontawesome/webfonts/fa-solid-900.woff2",
        "_static/downloads/01_mi_theory.ipynb",
        "_static/scripts/bootstrap.js",
    ],
)
def test_what_pages_ask_for_stays(inside):
    assert needed(PurePosixPath(inside))


@pytest.mark.parametrize(
    "inside",
    [
        "_sources/notebooks/01_mi_theory.ipynb",
        "_static/scripts/bootstrap.js.map",
        "_static/scripts/fontawesome.js",
        "_static/locales/de/LC_MESSAGES/booktheme.mo",
        "_static/mathjax/tex-svg.js",
        "_static/mathjax/sre/mathmaps/en.json",
        "_static/vendor/fontawesome/webfonts/fa-solid-900.ttf",
        ".buildinfo",
    ],
)
def test_what_no_page_asks_for_is_left_out(inside):
    assert not needed(PurePosixPath(inside))


def test_a_page_does_not_ask_for_the_icons_as_a_program():
    script = '<script defer src="../_static/scripts/{}.js?digest=55c2"></script>\n'
    page = script.format("bootstrap") + script.format("fontawesome")
    assert lighter(page) == script.format("bootstrap")
