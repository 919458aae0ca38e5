"""What is seen on a terminal while a chapter runs."""

import io
import json
import subprocess
import sys
import threading

from infoplane.book.execute import _draw

INTERRUPTED = """
import logging, pathlib, sys
import papermill
from infoplane import paths
from infoplane.book.execute import execute, kernel_log
from infoplane.book.notebooks import chapter

paths.build_dir = lambda: pathlib.Path(sys.argv[1])

def interrupted(*_, **__):
    logging.getLogger("papermill").error("Kernel died while waiting for execute reply.")
    raise KeyboardInterrupt

papermill.execute_notebook = interrupted
try:
    execute(chapter("02"), {}, pathlib.Path(sys.argv[1]) / "out.ipynb")
except KeyboardInterrupt:
    logging.getLogger("asyncio").error("Task exception was never retrieved")
    print(kernel_log().read_text())
"""


def test_what_an_interrupted_kernel_leaves_behind_is_not_said_to_the_user(tmp_path):
    command = [sys.executable, "-c", INTERRUPTED, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "Kernel died" in done.stdout


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_bar_adds_up_sweeps_of_one_name_to_their_last_lines(tmp_path, monkeypatch):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    lines = [
        {"sweep": sweep, "name": "codes.codes", "done": done, "total": total}
        for sweep, done, total in (("a", 0, 4), ("a", 4, 4), ("b", 0, 3), ("b", 3, 3))
    ]
    reports = tmp_path / "progress.jsonl"
    reports.write_text("".join(json.dumps(line) + "\n" for line in lines) + '{"sweep": "c", ')
    ended = threading.Event()
    ended.set()
    _draw("07", reports, ended)
    assert "07: codes.codes" in screen.getvalue()
    assert "7/7" in screen.getvalue()
