"""Building the book: what is executed again, what is staged, and what a failure leaves."""

import os

import pytest
import yaml

from infoplane import paths
from infoplane.book import build as book
from infoplane.book import stage
from infoplane.book.notebooks import chapter, chapters
from infoplane.errors import ChapterError

CONFIG = yaml.safe_load((paths.root() / "_config.yml").read_text())


@pytest.fixture
def built(tmp_path, monkeypatch, stores):
    """Build without executing or rendering: what was executed, in order, is in the list."""
    executed = []

    def execute(which, parameters, output):
        executed.append(which.name)
        if which.name in failing:
            raise ChapterError(f"{which.name} failed")
        output.parent.mkdir(parents=True, exist_ok=True)
        source = paths.notebooks_dir() / f"{which.name}.ipynb"
        notebook = book.nbformat.read(source, as_version=4)
        notebook.metadata["papermill"] = {"duration": 1.0, "start_time": "2026-01-01T00:00"}
        output.write_text(book.nbformat.writes(notebook))
        return 1.0

    failing = []
    monkeypatch.setattr(paths, "build_dir", lambda: tmp_path / "build")
    monkeypatch.setattr(book, "execute", execute)
    monkeypatch.setattr(book, "_render", lambda stage: 0)

    def build(*names):
        failing[:] = names
        executed.clear()
        return book.build("quick"), list(executed)

    return build


def test_only_what_changed_is_executed_again(built):
    names = [c.name for c in chapters()]
    assert built() == (0, names)
    assert built() == (0, [])
    source = paths.notebooks_dir() / f"{names[1]}.ipynb"
    before = source.stat()
    try:
        os.utime(source)
        assert built() == (0, [names[1]])
    finally:
        os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_failing_chapter_does_not_stop_the_others_and_is_tried_again(built):
    names = [c.name for c in chapters()]
    assert built(names[0]) == (1, names)
    assert built() == (0, [names[0]])


def test_the_stamp_follows_parameters_and_records(stores):
    mixture = chapter("02")
    plain = book._stamp(mixture, {})
    assert book._stamp(mixture, {}) == plain
    assert book._stamp(mixture, {"n": 3000}) != plain


def test_the_staged_tree_mirrors_the_repository_and_keeps_unchanged_files(built, tmp_path):
    built()
    tree = tmp_path / "build" / "quick" / "tree"
    for name in ("_toc.yml", "_config.yml", "book/intro.md", "notebooks/02_mixture.ipynb"):
        assert (tree / name).exists()
    assert (tree / "_static" / "book.css").exists()
    assert "{{ scoreboard }}" not in (tree / "book" / "scoreboard.md").read_text()
    times = {path: path.stat().st_mtime_ns for path in tree.rglob("*") if path.is_file()}
    (tree / "book" / "stale.md").write_text("a page that was removed")
    built()
    assert not (tree / "book" / "stale.md").exists()
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_buttons_appear_with_a_repository_and_not_without(monkeypatch):
    monkeypatch.delenv("INFOPLANE_REPOSITORY", raising=False)
    without = yaml.safe_load(stage._config(CONFIG))
    assert "launch_buttons" not in without
    assert "repository" not in without
    monkeypatch.setenv("INFOPLANE_REPOSITORY", "https://example.org/o/r")
    found = yaml.safe_load(stage._config(CONFIG))
    assert found["repository"]["url"] == "https://example.org/o/r"
    assert "binderhub_url" in found["launch_buttons"]


def test_an_unknown_profile_is_one_line(capsys):
    assert book.main(["ful"]) == 2
    _, err = capsys.readouterr()
    assert err.count("\n") == 1
    assert "did you mean 'full'" in err
