"""Fixtures that every test may use."""

from pathlib import Path

import pytest

from infoplane import paths
from infoplane.book import notebooks as chapters


@pytest.fixture
def stores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Both stores in a folder of the test's own; returns that folder."""
    monkeypatch.setattr(paths, "local_results", lambda: tmp_path / "local")
    monkeypatch.setattr(paths, "published_results", lambda: tmp_path / "published")
    return tmp_path


@pytest.fixture(params=[chapter.name for chapter in chapters.chapters()])
def each_chapter(request: pytest.FixtureRequest) -> chapters.Chapter:
    """Every chapter in turn."""
    return chapters.chapter(request.param)
