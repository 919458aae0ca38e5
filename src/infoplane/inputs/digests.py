"""What a file holds, as sha256: so that what is computed from it is found again, or not."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from infoplane.errors import InputError

__all__ = ["of_all", "of_file"]


def of_file(path: str | Path) -> str:
    """The sha256 of a file's content, 64 hexadecimal digits.

    Raises InputError, naming it, for a file that is missing or cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror or error}): name a file that is there"
        ) from error


def of_all(digests: Iterable[str], names: Sequence[str] | None = None) -> str:
    """One sha256 of many, in their order; with `names`, of what they are called, too.

    >>> of_all(["ab", "cd"]) == of_all(["cd", "ab"])
    False
    """
    whole = hashlib.sha256()
    for i, digest in enumerate(digests):
        named = "" if names is None else names[i]
        whole.update(f"{digest} {named}\n".encode())
    return whole.hexdigest()
