"""What pages of the book show of a chapter's records: `{{ name }}` in Markdown, filled in."""

from infoplane.book.notebooks import chapters
from infoplane.book.scoreboard import frames_of, raised

__all__ = ["generated"]


def generated(name: str) -> tuple[dict[str, str], dict[str, str]]:
    """Marker -> what stands in its place in an edition, and what kept chapters from saying it.

    A chapter that has something for other pages says so in `pages(frames)`; where its records are
    missing, that is what stands there.
    """
    texts: dict[str, str] = {}
    broken: dict[str, str] = {}
    for chapter in chapters():
        pages = getattr(chapter.module, "pages", None)
        if pages is None:
            continue
        frames, lacking = frames_of(chapter, name)
        try:
            texts |= pages(frames) if not lacking else dict.fromkeys(pages({}), f"*{lacking}.*")
        except Exception as error:  # a chapter's own code: whatever it raises is its defect
            broken[chapter.name] = raised(error, "pages")
    return texts, broken
