"""What can be fetched, what is here, and whether it is what it should be.

The list is `data/registry.yml` of the checkout; the files lie under :func:`paths.data_dir`.
"""

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml

from infoplane import paths
from infoplane.errors import InputError
from infoplane.inputs.options import nearest

__all__ = ["Dataset", "RemoteFile", "Status", "fetch", "find", "listing", "require", "status"]


@dataclass(frozen=True)
class RemoteFile:
    """One file: `path` under the data folder, unpacked, and the gzip archive it comes from."""

    path: str
    url: str
    md5: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Dataset:
    """One entry of the registry; `parameter` is the value of dataset= that reads it."""

    name: str
    parameter: str
    stand_in: str
    title: str
    licence: str
    citation: str
    files: tuple[RemoteFile, ...]


@dataclass(frozen=True)
class Status:
    """Whether a data set is usable; `reason` says why not, in one sentence, or is empty."""

    name: str
    state: Literal["present", "missing", "corrupt"]
    reason: str
    folder: Path


def listing() -> tuple[Dataset, ...]:
    """All data sets of the registry, in its order.

    >>> [d.name for d in listing()]
    ['MNIST', 'FashionMNIST']
    """
    place = paths.registry_yml()
    try:
        entries = yaml.safe_load(place.read_text(encoding="utf-8"))
        return tuple(
            Dataset(name=name, **{**entry, "files": tuple(RemoteFile(**f) for f in entry["files"])})
            for name, entry in entries.items()
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError, yaml.YAMLError) as error:
        why = error.strerror if isinstance(error, OSError) else "its text is no registry"
        raise InputError(
            f"registry {place} cannot be read ({why}): restore it with git checkout -- {place}"
        ) from error


def find(name: str) -> Dataset:
    """The entry of that name, or of that value of dataset=; case does not matter."""
    datasets = listing()
    for d in datasets:
        if name.casefold() in (d.name.casefold(), d.parameter):
            return d
    names = [d.name for d in datasets]
    raise InputError(
        f"name={name!r} is not in the registry: choose {' or '.join(names)}" + nearest(name, names)
    )


def status(name: str) -> Status:
    """Present (every size and sha256 right), missing or corrupt; nothing is fetched."""
    dataset = find(name)
    folder = _folder()
    problems = [(p, f) for f in dataset.files if (p := _problem(folder / f.path, f))]
    # A corrupt file matters more than a missing one: fetching alone is no answer to it.
    problems.sort(key=lambda problem: problem[0] == "is missing")
    if not problems:
        return Status(dataset.name, "present", "", folder)
    problem, file = problems[0]
    state: Literal["missing", "corrupt"] = "missing" if problem == "is missing" else "corrupt"
    return Status(dataset.name, state, f"{folder / file.path} {problem}", folder)


def require(name: str) -> Mapping[str, Path]:
    """The verified files of a data set, path in the registry -> path here, fetched if missing.

    Sizes are compared each time, the sha256 once a process (again if the file changes).
    Raises InputError for a corrupt file, which is never overwritten unasked, and for a missing
    one that cannot be fetched; the sentence names file, size or sha256, and what to do.
    """
    found = status(name)
    if found.state == "corrupt":
        dataset = find(name)
        raise InputError(
            f"{found.reason}: replace it with `infoplane data fetch {dataset.name}`, or choose "
            f'dataset="{dataset.stand_in}", which needs no download'
        )
    if found.state == "missing":
        return fetch(name)
    return _located(find(name))


def fetch(name: str) -> Mapping[str, Path]:
    """Download, verify, unpack and verify again what is missing or corrupt; then as `require`.

    Nothing is ever half-written: each file is renamed into place once its sha256 is right.
    A progress bar is shown on standard error if that is a terminal.
    Raises InputError, naming file, place, sha256 and the embedded stand-in, where it fails.
    """
    dataset = find(name)
    folder = _folder()
    for file in dataset.files:
        if _problem(folder / file.path, file):
            _fetch_file(dataset, file, folder / file.path)
    return _located(dataset)


def _folder() -> Path:
    folder = paths.data_dir()
    if folder.exists() and not folder.is_dir():
        raise InputError(
            f"INFOPLANE_DATA={str(folder)!r} is no folder: set INFOPLANE_DATA to a folder you may "
            "write to, or unset it"
        )
    return folder


def _fetch_file(dataset: Dataset, file: RemoteFile, target: Path) -> None:
    if target.is_dir():
        raise InputError(
            f"{target} is a folder, and a file of {dataset.name} belongs there: move it away, then "
            f"infoplane data fetch {dataset.name}"
        )
    import pooch  # slow to import, and rarely needed

    pooch.get_logger().setLevel("WARNING")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # Beside its place, so that the rename at the end stays within one file system.
        workplace = tempfile.mkdtemp(prefix=".fetch-", dir=target.parent)
    except OSError as error:
        raise InputError(
            f"cannot write to {target.parent} ({error.strerror}): set INFOPLANE_DATA to a folder "
            f'you may write to, or choose dataset="{dataset.stand_in}"'
        ) from error
    try:
        unpacked = Path(
            pooch.retrieve(
                file.url,
                known_hash=f"md5:{file.md5}",
                path=workplace,
                fname="archive.gz",
                downloader=pooch.HTTPDownloader(progressbar=sys.stderr.isatty(), timeout=30),
                processor=pooch.Decompress(method="gzip", name="unpacked"),
            )
        )
        problem = _problem(unpacked, file)
        if problem:
            raise ValueError(f"the unpacked file {problem}")
        os.replace(unpacked, target)
    except (OSError, EOFError, ValueError) as error:
        raise InputError(
            f"cannot fetch {target.name} of {dataset.name} from {file.url} ({_why(error)}): put "
            f"the unpacked file ({file.bytes} bytes, sha256 {file.sha256}) at {target}, or "
            f'choose dataset="{dataset.stand_in}", which needs no download'
        ) from error
    finally:
        shutil.rmtree(workplace, ignore_errors=True)


def _why(error: Exception) -> str:
    """The reason in a few words: that of a lost connection is half a page."""
    if type(error).__name__ in ("ConnectionError", "ConnectTimeout", "ReadTimeout", "ProxyError"):
        return "no connection"
    if "does not match the known hash" in str(error):
        return "the download is damaged: its md5 is not the registry's"
    return " ".join(str(error).split())


def _located(dataset: Dataset) -> Mapping[str, Path]:
    return {f.path: paths.data_dir() / f.path for f in dataset.files}


def _problem(path: Path, file: RemoteFile) -> str:
    """What is wrong with a file, to be read after its name; empty if nothing is."""
    if path.is_dir():
        return "is a folder, not a file"
    if not path.is_file():
        return "is missing"
    facts = path.stat()
    if facts.st_size != file.bytes:
        word = "truncated" if facts.st_size < file.bytes else "too long"
        return f"is {word}: {facts.st_size} bytes instead of {file.bytes}"
    try:
        found = _sha256(path, facts.st_size, facts.st_mtime_ns)
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    if found != file.sha256:
        return f"is corrupt: sha256 {found} instead of {file.sha256}"
    return ""


@lru_cache
def _sha256(path: Path, size: int, modified: int) -> str:
    """Size and time of change are there to be part of the cache's key."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
