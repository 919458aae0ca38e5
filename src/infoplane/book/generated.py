"""What pages of the book show of a chapter's records: `{{ name }}` in Markdown, filled in."""

from infoplane.book.editions import PUBLISHED
from infoplane.book.notebooks import Chapter, chapters
from infoplane.book.said import signed
from infoplane.book.scoreboard import frames_of, raised

__all__ = ["generated"]


def generated(name: str) -> tuple[dict[str, str], dict[str, str]]:
    """Marker -> what stands in its place in an edition, and what kept chapters from saying it.

    A chapter that has something for other pages says so in `pages(frames)`, of the records of the
    edition, and in `REMARKS`, functions of the published ones, whichever edition this is. Where
    records are missing, that is what stands there.
    """
    texts: dict[str, str] = {}
    broken: dict[str, str] = {}
    for chapter in chapters():
        try:
            texts |= _of_edition(chapter, name) | _of_published(chapter)
        except Exception as error:  # a chapter's own code: whatever it raises is its defect
            broken[chapter.name] = raised(error, "pages")
    return {marker: signed(text) for marker, text in texts.items()}, broken


def _of_edition(chapter: Chapter, name: str) -> dict[str, str]:
    pages = getattr(chapter.module, "pages", None)
    if pages is None:
        return {}
    frames, lacking = frames_of(chapter, name)
    made: dict[str, str] = (
        pages(frames) if not lacking else dict.fromkeys(pages({}), _said(lacking))
    )
    return made


def _of_published(chapter: Chapter) -> dict[str, str]:
    remarks = getattr(chapter.module, "REMARKS", {})
    if not remarks:
        return {}
    frames, lacking = frames_of(chapter, PUBLISHED)
    return {
        marker: _said(f"Of the published edition {lacking}") if lacking else remark(frames)
        for marker, remark in remarks.items()
    }


def _said(lacking: str) -> str:
    return f"*{lacking}.*"
