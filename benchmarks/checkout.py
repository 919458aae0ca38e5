"""Another commit of this repository beside the checkout, for benchmarks that compare the two."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["ROOT", "checkout", "environment"]

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def checkout(commit: str) -> Iterator[Path]:
    """A commit's tree in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tree"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(path), commit], check=True)
        try:
            yield path
        finally:
            subprocess.run([*git, "remove", "--force", str(path)], check=True)


def environment(root: Path) -> dict[str, str]:
    """That of a process which is to use the package of a checkout."""
    return os.environ | {"PYTHONPATH": str(root / "src"), "INFOPLANE_ROOT": str(root)}
