"""What chapters say on other pages: filled in, missing, or raised."""

import re

import yaml

from infoplane import paths
from infoplane.book.generated import generated
from infoplane.book.notebooks import chapter, chapters
from infoplane.book.stage import _filled


def test_a_marker_is_filled_and_another_stays():
    assert _filled("a {{ one }} {{ two }}", {"one": "1"}) == "a 1 {{ two }}"


def test_published_records_fill_the_page_of_estimators():
    texts, broken = generated("full")
    assert broken == {}
    assert texts["limits"].startswith('<table class="ledger hurdles">')


def test_where_records_are_missing_that_is_said(stores):
    texts, broken = generated("quick")
    assert broken == {}
    assert "records are missing, or of runs that failed: infoplane run 12_limits" in texts["limits"]


def test_what_a_chapter_raises_is_told(monkeypatch):
    def pages(frames):
        raise KeyError("bound")

    monkeypatch.setattr(chapter("12").module, "pages", pages)
    _, broken = generated("full")
    (told,) = broken.values()
    assert told.startswith("pages raised KeyError: 'bound'")


def test_published_records_make_sentences():
    texts, _ = generated("full")
    remarks = [marker for c in chapters() for marker in getattr(c.module, "REMARKS", {})]
    assert "front_plane" in remarks
    for marker in remarks:
        assert texts[marker]
        assert "missing" not in texts[marker]
        assert "nan" not in texts[marker].split(">")[-1]


def test_where_published_records_are_missing_that_is_said(stores):
    texts, broken = generated("quick")
    assert broken == {}
    assert texts["mine_held_out"].startswith("*Of the published edition")


def test_the_configuration_has_something_for_every_marker_of_the_pages():
    """What `jupyter-book build .` shows in its place."""
    known = yaml.safe_load((paths.root() / "_config.yml").read_text())
    known = set(known["sphinx"]["config"]["myst_substitutions"])
    pages = (paths.root() / "book").glob("*.md")
    asked = {
        marker for page in pages for marker in re.findall(r"\{\{ (\w+) \}\}", page.read_text())
    }
    assert asked == known
