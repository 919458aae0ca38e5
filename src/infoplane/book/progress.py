"""The bar of what runs in another process: sweeps report to a file, a thread draws it."""

import json
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

__all__ = ["progress"]


@contextmanager
def progress(name: str, total: int = 0) -> Iterator[None]:
    """Draw the progress of the sweeps that run meanwhile in other processes, on a terminal.

    The standard error of a kernel belongs to its page, so the sweeps report to a file that
    INFOPLANE_PROGRESS names, and a thread of this process draws what they report.
    total: of all runs, where it is known before the sweeps begin.
    """
    if not sys.stderr.isatty():
        yield
        return
    with tempfile.TemporaryDirectory() as folder:
        reports = Path(folder) / "progress.jsonl"
        reports.touch()
        os.environ["INFOPLANE_PROGRESS"] = str(reports)
        finished = threading.Event()
        watcher = threading.Thread(target=_draw, args=(name, reports, finished, total), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            finished.set()
            watcher.join()
            del os.environ["INFOPLANE_PROGRESS"]


def _draw(name: str, reports: Path, finished: threading.Event, total: int = 0) -> None:
    """Draw what the sweeps report until all has ended, their last lines included."""
    totals: dict[str, tuple[int, int]] = {}
    torn = ""
    with tqdm(desc=name, unit="run", file=sys.stderr, total=total) as bar, reports.open() as text:
        while True:
            last = finished.wait(0.2)
            *lines, torn = (torn + text.read()).split("\n")
            for line in lines:
                report = json.loads(line)
                totals[report["sweep"]] = (report["done"], report["total"])
                bar.set_description(f"{name}: {report['name']}", refresh=False)
            bar.total = max(total, sum(of for _, of in totals.values()))
            bar.n = sum(done for done, _ in totals.values())
            bar.refresh()
            if last:
                return
