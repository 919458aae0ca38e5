"""Compute what an edition lacks, the records of all chapters in one pool of processes.

Libraries take seconds to load, and are loaded once a process here and not once a chapter.
`python -m infoplane.book.compute PROFILE` is what `build` starts: a process of its own, so that
whatever ends it, want of memory say, leaves the pages to be made.
"""

import subprocess
import sys

from infoplane.book.editions import stores
from infoplane.book.notebooks import Chapter, chapters, profile
from infoplane.book.progress import progress
from infoplane.records.sweep import sweep

__all__ = ["compute"]


def compute(name: str, missing: int) -> None:
    """Compute the `missing` records of an edition, with a bar on a terminal.

    What is still missing afterwards, for whatever reason, the pages compute or say themselves.
    """
    with progress(name, missing):
        subprocess.run([sys.executable, "-m", __name__, name], check=False)


def _sweep(chapter: Chapter, name: str) -> None:
    """The missing records of a chapter; of one that takes none from any store, nothing."""
    given = profile(name, chapter)
    values = chapter.values(given)
    if not values["fresh"]:
        for plan in chapter.plans(given).values():
            sweep(plan, device=values["device"], stores=stores(name))


def main(name: str) -> int:
    """Every chapter in turn; the exit status."""
    try:
        for chapter in chapters():
            try:
                _sweep(chapter, name)
            except Exception:  # a chapter's own defect: its page meets it again, and shows it
                continue
    except KeyboardInterrupt:
        return 130  # whoever started this was interrupted too, and says so
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
