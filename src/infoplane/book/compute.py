"""Compute what an edition lacks, the records of all chapters in one pool of processes.

Libraries take seconds to load, and are loaded once a process here and not once a chapter.
`python -m infoplane.book.compute PROFILE` is what `build` starts: a process of its own, so that
whatever ends it, want of memory say, leaves the pages to be made. It ends with whoever started it.
"""

import os
import signal
import subprocess
import sys
import threading
import time

from infoplane.book.editions import stores
from infoplane.book.notebooks import Chapter, chapters, profile
from infoplane.book.progress import progress
from infoplane.records.sweep import sweep

__all__ = ["compute"]


WATCH_SECONDS = 0.5  # between looks at whether who started this is there


def compute(name: str, missing: int) -> int:
    """Compute the `missing` records of an edition, with a bar on a terminal; the exit status.

    What is still missing afterwards, for whatever reason, the pages compute or say themselves.
    """
    with progress(name, missing):
        return subprocess.run([sys.executable, "-m", __name__, name], check=False).returncode


def _sweep(chapter: Chapter, name: str) -> None:
    """The missing records of a chapter; of one that takes none from any store, nothing."""
    given = profile(name, chapter)
    values = chapter.values(given)
    if not values["fresh"]:
        for plan in chapter.plans(given).values():
            sweep(plan, device=values["device"], stores=stores(name))


def _end_with(parent: int) -> None:
    """End as an interrupt would once `parent` is gone: killed, it tells nobody."""
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)


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


def alone(name: str) -> int:
    """:func:`main` as a process of its own, which ends with the one that started it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # and so ends its workers
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    return main(name)


if __name__ == "__main__":
    sys.exit(alone(sys.argv[1]))
