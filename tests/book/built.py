"""A built edition as the tests look at it: the quick one, or that of PROFILE."""

import functools
import os
from html.parser import HTMLParser

import pytest

from infoplane.book.editions import site

PROFILE = os.environ.get("PROFILE", "quick")
SITE = site(PROFILE)
PAGES = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
PAGES = [page for page in PAGES if "_static" not in page]
WRITTEN = [page for page in PAGES if page.startswith(("book/", "notebooks/"))]
BUILT = [
    pytest.mark.slow,
    pytest.mark.skipif(not PAGES, reason=f"nothing in {SITE}: make book PROFILE={PROFILE} first"),
]


class Links(HTMLParser):
    """What a page names: links, scripts, images, figures, and the ids it has."""

    def __init__(self, text):
        super().__init__()
        self.targets, self.scripts, self.images, self.figures, self.ids = [], [], [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids.add(found.get("id") or found.get("name"))
        if tag == "a" and found.get("href"):
            self.targets.append(found["href"])
        if tag in ("script", "img", "link"):
            self.scripts.append(found.get("src") or found.get("href") or "")
        if tag == "img":
            self.images.append(found.get("alt"))
        if tag == "svg" and "flex" in (found.get("style") or ""):
            self.figures.append((found.get("role"), found.get("aria-label")))


@functools.cache
def parsed(page):
    text = (SITE / page).read_text(encoding="utf-8")
    return text, Links(text)
