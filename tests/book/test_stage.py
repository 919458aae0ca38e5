"""The staged tree: what it holds, and what of it is left alone."""

import yaml

from infoplane import paths
from infoplane.book.editions import stage_dir
from infoplane.book.stage import config, stage

CONFIG = yaml.safe_load((paths.root() / "_config.yml").read_text())


def test_the_tree_mirrors_the_repository_and_keeps_unchanged_files(tmp_path, monkeypatch, stores):
    monkeypatch.setattr(paths, "build_dir", lambda: tmp_path)
    assert stage("quick") == {}
    tree = stage_dir("quick") / "tree"
    for name in ("_toc.yml", "_config.yml", "book/intro.md", "notebooks/02_mixture.ipynb"):
        assert (tree / name).exists()
    assert (tree / "book" / "_static" / "book.css").exists()
    assert "{{ scoreboard }}" not in (tree / "book" / "scoreboard.md").read_text()
    times = {path: path.stat().st_mtime_ns for path in tree.rglob("*") if path.is_file()}
    (tree / "book" / "stale.md").write_text("a page that was removed")
    stage("quick")
    assert not (tree / "book" / "stale.md").exists()
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_buttons_appear_with_a_repository_and_not_without(monkeypatch):
    monkeypatch.delenv("INFOPLANE_REPOSITORY", raising=False)
    without = yaml.safe_load(config(CONFIG))
    assert "launch_buttons" not in without
    assert "repository" not in without
    monkeypatch.setenv("INFOPLANE_REPOSITORY", "https://example.org/o/r")
    found = yaml.safe_load(config(CONFIG))
    assert found["repository"]["url"] == "https://example.org/o/r"
    assert "binderhub_url" in found["launch_buttons"]
    assert found["html"]["use_issues_button"] is True
    assert found["html"]["home_page_in_navbar"] is True
