"""What chapters say on other pages: filled in, missing, or raised."""

from infoplane.book.generated import generated
from infoplane.book.notebooks import chapter
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
