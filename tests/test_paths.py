"""Where things lie, from any folder, with and without a checkout; and files written whole."""

import os
import threading
from pathlib import Path

import platformdirs
import pytest

from infoplane import paths
from infoplane.errors import InputError

CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    monkeypatch.delenv("INFOPLANE_ROOT", raising=False)
    monkeypatch.delenv("INFOPLANE_DATA", raising=False)


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """As if installed without a checkout; returns the cache folder."""
    monkeypatch.setattr(paths, "_own_folder", lambda: tmp_path / "site-packages")
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: str(tmp_path / name))
    return tmp_path / "infoplane"


def test_everything_is_found_from_any_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert paths.root() == CHECKOUT
    assert paths.data_dir() == CHECKOUT / "data"
    assert paths.build_dir() == CHECKOUT / "_build"
    assert paths.local_results() == CHECKOUT / "_build" / "results"
    assert paths.published_results() == CHECKOUT / "data" / "results"
    assert paths.claims_csv() == CHECKOUT / "data" / "claims.csv"
    assert paths.notebooks_dir() == CHECKOUT / "notebooks"
    assert paths.profiles_dir() == CHECKOUT / "profiles"
    assert paths.registry_yml().is_file()
    assert paths.networks_yml().is_file()


def test_root_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("INFOPLANE_ROOT", str(tmp_path))
    (tmp_path / "pyproject.toml").touch()
    with pytest.raises(InputError, match=r"data is not in .*unset it"):  # another project's
        paths.root()
    (tmp_path / "data").mkdir()
    assert paths.root() == tmp_path.resolve()
    assert paths.has_checkout()


def test_what_a_damaged_checkout_lacks_is_named(monkeypatch, tmp_path):
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("INFOPLANE_ROOT", str(tmp_path))
    for ask, name in ((paths.notebooks_dir, "notebooks"), (paths.claims_csv, "claims.csv")):
        with pytest.raises(InputError, match=rf"{name} is missing from the checkout: restore"):
            ask()


def test_wrong_root_is_said_not_ignored(monkeypatch, tmp_path):
    monkeypatch.setenv("INFOPLANE_ROOT", str(tmp_path / "nowhere"))
    for ask in (paths.root, paths.has_checkout, paths.build_dir):
        with pytest.raises(InputError, match=r"INFOPLANE_ROOT=.*nowhere.*unset it"):
            ask()


@pytest.mark.parametrize("folder", ["notebooks", "src"])
def test_relative_data_counts_from_the_root_in_every_folder(monkeypatch, folder):
    """A kernel runs in notebooks/, the tests in the root: both must read the same data."""
    monkeypatch.chdir(CHECKOUT / folder)
    monkeypatch.setenv("INFOPLANE_DATA", "../elsewhere")
    assert paths.data_dir() == CHECKOUT.parent / "elsewhere"


def test_absolute_data(monkeypatch, tmp_path):
    monkeypatch.setenv("INFOPLANE_DATA", str(tmp_path))
    assert paths.data_dir() == tmp_path.resolve()


def test_without_a_checkout_results_go_to_the_cache(bare):
    assert not paths.has_checkout()
    assert paths.local_results() == bare / "results"
    assert paths.data_dir() == bare / "data"
    assert not paths.published_results().exists()


def test_without_a_checkout_its_contents_are_refused(bare):
    for ask in (paths.root, paths.notebooks_dir, paths.claims_csv, paths.profiles_dir):
        with pytest.raises(InputError, match="set INFOPLANE_ROOT"):
            ask()


def test_write_makes_folders_and_replaces(tmp_path):
    target = tmp_path / "new" / "record.json"
    paths.write_atomically(target, "одна\n")
    paths.write_atomically(str(target), "две\n")
    assert target.read_bytes() == "две\n".encode()
    paths.write_atomically(target, b"\x00\r\n\xff")
    assert target.read_bytes() == b"\x00\r\n\xff"
    assert os.listdir(target.parent) == ["record.json"]


def test_written_files_have_ordinary_permissions(tmp_path):
    (tmp_path / "ordinary").touch()
    paths.write_atomically(tmp_path / "written", "")
    assert (tmp_path / "written").stat().st_mode == (tmp_path / "ordinary").stat().st_mode


def test_unwritable_path_is_named_and_leaves_nothing(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    for target in (tmp_path / "file" / "x.json", tmp_path / "folder"):
        with pytest.raises(InputError, match=f"cannot write {target}.*give a path"):
            paths.write_atomically(target, "text")
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]


def test_a_failing_write_keeps_the_old_content(tmp_path, monkeypatch):
    target = tmp_path / "record.json"
    target.write_text("old")

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        paths.write_atomically(target, "new")
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["record.json"]


def test_writers_at_once_never_mix(tmp_path):
    target = tmp_path / "record.json"
    texts = [letter * 100_000 for letter in "abcdefgh"]
    threads = [threading.Thread(target=paths.write_atomically, args=(target, t)) for t in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert target.read_text() in texts
