"""What is seen on a terminal while a chapter runs."""

import subprocess
import sys

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
