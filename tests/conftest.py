"""Fixtures that every test may use."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from infoplane import paths
from infoplane.book import notebooks as chapters
from infoplane.cli import main


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


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Any:
    """Call the command line in this process: (status, standard output, standard error)."""

    def run(*arguments: object) -> tuple[Any, str, str]:
        with pytest.raises(SystemExit) as stopped:
            main([str(a) for a in arguments])
        out, err = capsys.readouterr()
        return stopped.value.code, out, err

    return run


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Two files of correlated samples."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((400, 1))
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "z.npy", x + rng.standard_normal((400, 1)))
    return tmp_path / "x.npy", tmp_path / "z.npy"
