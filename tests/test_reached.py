"""Which tests a change reaches."""

import subprocess

import grimp
import pytest

from tests import reached as checking
from tests.reached import Minute, changed, module_of, reached


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("infoplane", "tests", cache_dir=None)


def test_a_file_is_a_module():
    assert module_of("src/infoplane/dimension/breaks.py") == "infoplane.dimension.breaks"
    assert module_of("src/infoplane/book/__init__.py") == "infoplane.book"
    assert module_of("tests/book/test_build.py") == "tests.book.test_build"
    assert module_of("benchmarks/estimators.py") == module_of("README.md") == ""


def test_the_mirrored_test_comes_before_what_uses_its_module(graph):
    found = list(reached(graph, ["infoplane.dimension.breaks"]))
    assert found[0] == "tests.dimension.test_breaks"
    assert any(test.startswith("tests.chapters.autoencoder_entropy") for test in found)
    assert not any(test.startswith("tests.chapters.tishby_plane") for test in found)


def test_a_changed_test_reaches_itself_and_a_deleted_module_nothing(graph):
    assert reached(graph, ["tests.test_stats"]) == {"tests.test_stats": 0}
    assert reached(graph, ["infoplane.deleted"]) == {}


def test_fixtures_reach_the_tests_beside_and_below_them(graph):
    found = reached(graph, ["tests.estimators.conftest"])
    assert "tests.estimators.test_laws" in found
    assert all(test.startswith("tests.estimators.") for test in found)


def test_a_change_is_what_differs_from_main_and_what_is_new(tmp_path, monkeypatch):
    def git(*words):
        subprocess.run(
            ["git", "-c", "user.name=n", "-c", "user.email=e", *words], cwd=tmp_path, check=True
        )

    monkeypatch.setattr(checking, "ROOT", tmp_path)
    with pytest.raises(SystemExit, match="make test instead"):
        changed()
    git("init", "-q", "-b", "main")
    for name in ("kept.py", "edited.py", "on_the_branch.py"):
        (tmp_path / name).write_text("1")
    git("add", ".")
    git("commit", "-qm", "first")
    assert changed() == []
    git("checkout", "-qb", "branch")
    (tmp_path / "on_the_branch.py").write_text("2")
    git("commit", "-qam", "second")
    (tmp_path / "edited.py").write_text("2")
    (tmp_path / "new.py").write_text("1")
    assert changed() == ["edited.py", "new.py", "on_the_branch.py"]


def test_a_test_that_begins_after_the_minute_is_skipped_and_says_so():
    Minute(3600.0).pytest_runtest_setup()
    with pytest.raises(pytest.skip.Exception, match="make test runs it"):
        Minute(-1.0).pytest_runtest_setup()
