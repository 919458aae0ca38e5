"""Fetching and checking, on a tiny data set served from this machine."""

import functools
import gzip
import hashlib
import http.server
import os
import threading

import pytest
import yaml

from infoplane import paths
from infoplane.datasets import registry
from infoplane.errors import InputError

CONTENT = {"Tiny/raw/images": bytes(range(200)) * 5, "Tiny/raw/labels": b"0123456789"}


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A checkout whose registry has one data set, and a server that has its archives."""
    served, checkout, data = (tmp_path / name for name in ("served", "checkout", "data"))
    (checkout / "data").mkdir(parents=True)
    (checkout / "pyproject.toml").touch()
    served.mkdir()
    handler = functools.partial(Quiet, directory=served)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    files = []
    for path, content in CONTENT.items():
        archive = gzip.compress(content, mtime=0)
        name = path.rpartition("/")[2] + ".gz"
        (served / name).write_bytes(archive)
        files.append(
            {
                "path": path,
                "url": f"http://127.0.0.1:{server.server_port}/{name}",
                "md5": hashlib.md5(archive).hexdigest(),
                "sha256": hashlib.sha256(content).hexdigest(),
                "bytes": len(content),
            }
        )
    entry = {"parameter": "tiny", "stand_in": "digits", "title": "t", "licence": "l"}
    entry |= {"citation": "c", "files": files}
    (checkout / "data" / "registry.yml").write_text(yaml.safe_dump({"Tiny": entry}))
    monkeypatch.setenv("INFOPLANE_ROOT", str(checkout))
    monkeypatch.setenv("INFOPLANE_DATA", str(data))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield served, data
    server.shutdown()
    thread.join()
    server.server_close()


def files_in(folder):
    return sorted(
        os.path.relpath(os.path.join(top, name), folder)
        for top, folders, names in os.walk(folder)
        for name in names + [f for f in folders if f.startswith(".")]
    )


def test_missing_is_fetched_verified_and_found_again(tiny, capfd):
    served, data = tiny
    assert registry.status("Tiny").state == "missing"
    found = registry.require("tiny")
    assert {path: place.read_bytes() for path, place in found.items()} == CONTENT
    assert files_in(data) == sorted(CONTENT)
    assert registry.status("Tiny") == registry.Status("Tiny", "present", "", data)
    for archive in served.iterdir():
        archive.unlink()
    assert registry.require("Tiny") == found
    assert capfd.readouterr() == ("", "")


def test_damaged_download_leaves_nothing(tiny):
    served, data = tiny
    (served / "images.gz").write_bytes(gzip.compress(b"something else"))
    with pytest.raises(
        InputError, match=r"cannot fetch images of Tiny .*md5 is not the registry's"
    ):
        registry.fetch("Tiny")
    assert files_in(data) == []


def test_archive_that_is_not_gzip_leaves_nothing(tiny, monkeypatch):
    """The md5 agrees, so the registry itself is wrong: still a sentence, still no file."""
    served, data = tiny
    (served / "images.gz").write_bytes(b"plain")
    wrong = registry.listing()[0]
    bad = registry.RemoteFile(**(vars(wrong.files[0]) | {"md5": hashlib.md5(b"plain").hexdigest()}))
    dataset = registry.Dataset(**(vars(wrong) | {"files": (bad,)}))
    monkeypatch.setattr(registry, "listing", lambda: (dataset,))
    with pytest.raises(InputError, match="Not a gzipped file"):
        registry.fetch("Tiny")
    assert files_in(data) == []


def test_server_without_the_file(tiny):
    served, _ = tiny
    (served / "images.gz").unlink()
    with pytest.raises(InputError, match="404"):
        registry.fetch("Tiny")


def test_no_network_says_what_where_and_instead(tiny):
    _, data = tiny
    registry_file = os.path.join(os.environ["INFOPLANE_ROOT"], "data", "registry.yml")
    with open(registry_file) as file:
        text = file.read()
    port = text.partition("127.0.0.1:")[2].partition("/")[0]
    with open(registry_file, "w") as file:
        file.write(text.replace(f"127.0.0.1:{port}", "127.0.0.1:9"))  # discard: nobody listens
    with pytest.raises(InputError) as caught:
        registry.require("Tiny")
    sentence = str(caught.value)
    sha256 = hashlib.sha256(CONTENT["Tiny/raw/images"]).hexdigest()
    for part in (str(data / "Tiny/raw/images"), sha256, 'dataset="digits"', "no connection"):
        assert part in sentence
    assert "\n" not in sentence
    assert files_in(data) == []


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda b: b[:-1], "is truncated: 999 bytes instead of 1000"),
        (lambda b: b + b"x", "is too long: 1001 bytes instead of 1000"),
        (lambda b: b"x" + b[1:], "is corrupt: sha256 [0-9a-f]{64} instead of [0-9a-f]{64}"),
    ],
)
def test_corrupt_file_is_named_not_overwritten_and_replaced_on_request(tiny, damage, problem):
    registry.fetch("Tiny")
    place = tiny[1] / "Tiny/raw/images"
    bad = damage(CONTENT["Tiny/raw/images"])
    place.write_bytes(bad)
    os.utime(place, ns=(1, 1))  # a change within the clock's grain must still be seen
    (tiny[1] / "Tiny/raw/labels").unlink()  # missing as well: the corrupt one is told
    sentence = f"{place} {problem}"
    assert registry.status("Tiny").state == "corrupt"
    with pytest.raises(InputError, match=sentence + ".*infoplane data fetch Tiny"):
        registry.require("Tiny")
    assert place.read_bytes() == bad
    registry.fetch("Tiny")
    assert registry.status("Tiny").state == "present"


def test_folder_that_cannot_be_made(tiny, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("INFOPLANE_DATA", str(tmp_path / "file"))
    for ask in (registry.fetch, registry.status):
        with pytest.raises(InputError, match=r"INFOPLANE_DATA=.*file' is no folder: set"):
            ask("Tiny")
    monkeypatch.setenv("INFOPLANE_DATA", str(tmp_path / "file" / "data"))
    with pytest.raises(InputError, match=r"cannot write to .*set INFOPLANE_DATA"):
        registry.fetch("Tiny")


def test_a_folder_in_the_place_of_a_file_is_named(tiny):
    place = tiny[1] / "Tiny/raw/images"
    place.mkdir(parents=True)
    assert registry.status("Tiny").reason == f"{place} is a folder, not a file"
    with pytest.raises(InputError, match=f"{place} is a folder, .*: move it away"):
        registry.fetch("Tiny")


@pytest.mark.parametrize("text", [None, "", "[", "[1]", "Tiny: {files: 3}", "Tiny: {files: []}"])
def test_a_registry_that_is_missing_or_broken_is_named(tiny, text):
    place = paths.registry_yml()
    place.unlink() if text is None else place.write_text(text)
    with pytest.raises(InputError, match=f"registry {place} cannot be read .*: restore it"):
        registry.listing()


def test_unknown_name_lists_and_suggests():
    with pytest.raises(
        InputError, match=r"'FashonMNIST'.*MNIST or FashionMNIST.*did you mean 'Fashion"
    ):
        registry.find("FashonMNIST")


def test_the_registry_agrees_with_torchvision():
    """Same md5 and file names as the reader's own list; every field filled."""
    datasets = pytest.importorskip("torchvision.datasets")
    for entry in registry.listing():
        ours = {(f.url.rpartition("/")[2], f.md5) for f in entry.files}
        assert ours == set(getattr(datasets, entry.name).resources)
        assert all(len(f.sha256) == 64 and f.bytes > 0 for f in entry.files)
        assert entry.licence
        assert entry.citation
