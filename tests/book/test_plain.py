"""The book as everybody types it, `jupyter-book build .`, from a bare clone."""

import subprocess
import sys
from pathlib import Path

import pytest

from infoplane import paths


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """What git would give of this tree: nothing that is ignored."""
    root, folder = paths.root(), tmp_path_factory.mktemp("clone")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", "_config.yml", "_toc.yml", "book", "notebooks"],
        cwd=root, capture_output=True, text=True,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("no git checkout")
    for name in filter(None, listed.stdout.split("\0")):
        if (root / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((root / name).read_bytes())
    return folder


@pytest.mark.slow
def test_it_builds_without_a_warning_and_says_where_the_scoreboard_is(clone):
    jupyter_book = str(Path(sys.executable).with_name("jupyter-book"))
    command = [jupyter_book, "build", ".", "-W", "--keep-going", "-n", "-q"]
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    site = clone / "_build" / "html"
    assert (site / "index.html").exists()
    assert (site / "notebooks" / "02_mixture.html").exists()
    assert (site / "_static" / "book.css").exists()
    page = (site / "book" / "scoreboard.html").read_text(encoding="utf-8")
    assert "infoplane claims --profile full" in page.replace('</span> <span class="pre">', " ")
    assert "{{" not in page


def test_a_checkout_with_an_environment_is_not_a_book_of_its_packages():
    import yaml

    config = yaml.safe_load((paths.root() / "_config.yml").read_text())
    assert ".venv" in config["exclude_patterns"]
