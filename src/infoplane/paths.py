"""The one place that knows where things lie, whatever folder the program was started in.

The repository root is INFOPLANE_ROOT if set, else the checkout this file lies in (an editable
install of the src layout). Installed without a checkout, results go to the user's cache folder,
and what only a checkout has (notebooks, claims, profiles) is refused with a sentence.

Notebook kernels and worker processes start in folders of their own, so a relative
INFOPLANE_DATA counts from the repository root (from the current folder without a checkout).
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

import platformdirs

from infoplane.errors import InputError

__all__ = [
    "build_dir",
    "claims_csv",
    "data_dir",
    "has_checkout",
    "local_results",
    "networks_yml",
    "notebooks_dir",
    "profiles_dir",
    "published_results",
    "registry_yml",
    "root",
    "seconds_yml",
    "write_atomically",
]


def root() -> Path:
    """The repository root, absolute.

    Raises InputError if INFOPLANE_ROOT is no checkout, or if there is none at all.

    >>> (root() / "pyproject.toml").is_file()
    True
    """
    named = os.environ.get("INFOPLANE_ROOT")
    if named:
        folder = Path(named).expanduser().resolve()
        if _is_checkout(folder):
            return folder
        raise InputError(
            f"INFOPLANE_ROOT={named!r} is not a checkout of infoplane ({_lacking(folder)} is not "
            f"in {folder}): set it to the folder of a checkout, or unset it"
        )
    folder = _own_folder()
    if _is_checkout(folder):
        return folder
    raise InputError(
        "infoplane is installed without its checkout, which holds the notebooks, the claims and "
        "the registry: set INFOPLANE_ROOT to the folder of a checkout"
    )


def has_checkout() -> bool:
    """Whether :func:`root` has an answer; a wrong INFOPLANE_ROOT still raises InputError."""
    if os.environ.get("INFOPLANE_ROOT"):
        return root().is_dir()
    return _is_checkout(_own_folder())


def data_dir() -> Path:
    """Where data sets and weights lie: INFOPLANE_DATA, or `data/` of the checkout, absolute.

    A relative INFOPLANE_DATA counts from the repository root, not from the current folder.
    """
    base = root() if has_checkout() else None
    named = os.environ.get("INFOPLANE_DATA")
    if named:
        return ((base or Path.cwd()) / Path(named).expanduser()).resolve()
    return base / "data" if base else _cache() / "data"


def build_dir() -> Path:
    """Everything this machine makes: `_build/` of the checkout, else the user's cache folder."""
    return root() / "_build" if has_checkout() else _cache()


def local_results() -> Path:
    """This machine's records."""
    return build_dir() / "results"


def published_results() -> Path:
    """The committed records; without a checkout a folder that does not exist: none."""
    return root() / "data" / "results" if has_checkout() else _cache() / "published"


def deciding_yml() -> Path:
    """Which figure decides which claim."""
    return root() / "data" / "deciding.yml"


def claims_csv() -> Path:
    """The ledger of claims; InputError without a checkout."""
    return _there(root() / "data" / "claims.csv")


def seconds_yml() -> Path:
    """What a run of each experiment took, profile by profile; InputError without a checkout."""
    return root() / "data" / "seconds.yml"


def registry_yml() -> Path:
    """The list of what can be fetched; InputError without a checkout."""
    return root() / "data" / "registry.yml"


def networks_yml() -> Path:
    """Where pre-trained networks are from, and how good; InputError without a checkout."""
    return root() / "data" / "networks.yml"


def notebooks_dir() -> Path:
    """The chapters; InputError without a checkout."""
    return _there(root() / "notebooks")


def profiles_dir() -> Path:
    """The named sets of parameters; InputError without a checkout."""
    return root() / "profiles"


def write_atomically(path: str | Path, text: str | bytes) -> None:
    """Write bytes, or text as UTF-8, so that `path` holds all of it or what it held before.

    Missing parent folders are made. The file is written beside its place and renamed, so a
    killed process leaves at most a dot-file; not synced to the disk (a power cut may lose it).
    Raises InputError, naming the path, where it cannot be written.
    """
    path = Path(path)
    # Not tempfile: its files are private (0600), and a published record is not.
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(text.encode() if isinstance(text, str) else text)
        os.replace(temporary, path)
    except OSError as error:
        raise InputError(
            f"cannot write {path}: {error.strerror or error}; give a path in a folder that "
            "you may write to"
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _own_folder() -> Path:
    return Path(__file__).resolve().parents[2]


def _is_checkout(folder: Path) -> bool:
    return not _lacking(folder)


def _lacking(folder: Path) -> str:
    """The first thing that a checkout has and `folder` has not, or nothing.

    The notebooks and the claims are asked for where they are needed, so that a damaged checkout
    is told from a folder that is none.
    """
    names = ("pyproject.toml", "data")
    return next((name for name in names if not (folder / name).exists()), "")


def _there(path: Path) -> Path:
    if path.exists():
        return path
    raise InputError(
        f"{path} is missing from the checkout: restore it with git checkout -- {path}, or set "
        "INFOPLANE_ROOT to the folder of a whole checkout"
    )


def _cache() -> Path:
    return Path(platformdirs.user_cache_dir("infoplane"))
