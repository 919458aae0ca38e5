"""Samples from files: .npy, or .csv with or without a line of names above numbers."""

from pathlib import Path
from typing import Any

from infoplane.errors import InputError

__all__ = ["load", "load_pair"]

# How a .csv writes that a number is missing; in a column of words these are words.
MISSING = ("", "na", "n/a", "nan", "null", "none", "<na>")


def load_pair(**paths: Path) -> tuple[Any, Any]:
    """The arrays of two files of paired samples, each given by the name that errors call it.

    Raises InputError for what :func:`load` refuses, and for a line of names above words, which
    looks like one more row of them: the row too many tells.
    """
    pair = {name: (path, load(path, name)) for name, path in paths.items()}
    counts = {name: len(values) if values.ndim else 0 for name, (_, values) in pair.items()}
    longer, shorter = sorted(counts, key=lambda name: counts[name], reverse=True)
    path, values = pair[longer]
    if counts[longer] == counts[shorter] + 1 and values.dtype.kind == "O":
        raise InputError(
            f"{longer}={str(path)!r} has {counts[longer]} rows and {shorter} has "
            f"{counts[shorter]}: its first line counts as a row, as it stands above words; remove "
            "it if it is a line of names"
        )
    (_, x), (_, z) = pair.values()
    return x, z


def load(path: Path, name: str) -> Any:
    """The array in a .npy or .csv file; columns of whole numbers stay whole numbers."""
    import numpy as np

    try:
        if path.suffix == ".npy":
            return np.load(path, allow_pickle=False)
        if path.suffix == ".csv":
            return _csv(path, name)
    except InputError:
        raise
    except (OSError, ValueError, EOFError) as error:
        raise InputError(
            f"{name}={str(path)!r} cannot be read ({error}): give a .npy file of numbers, or a "
            ".csv file with one row a sample"
        ) from error
    raise InputError(f"{name}={str(path)!r} is neither .npy nor .csv: give one of these")


def _csv(path: Path, name: str) -> Any:
    """One row a line: a blank line would shift all pairs behind it, so only the last may be."""
    import pandas as pd

    try:
        table = pd.read_csv(
            path, header=None, dtype=str, keep_default_na=False, skip_blank_lines=False,
            encoding="utf-8-sig",
        ).fillna("")  # fmt: skip
    except pd.errors.EmptyDataError:
        table = pd.DataFrame()
    filled = (table != "").any(axis=1).to_numpy().nonzero()[0]
    if not len(filled):
        raise InputError(f"{name}={str(path)!r} is empty: give one row a sample")
    table = table.iloc[: filled[-1] + 1]
    if len(filled) < len(table):
        blank = next(i for i, row in enumerate(filled) if i != row) + 1
        raise InputError(
            f"{name}={str(path)!r} is blank at line {blank}: one row a sample is accepted, so "
            "remove the line, or the same row of both files"
        )

    def numbers(column: Any) -> Any:
        """A column as numbers, or None where a word stands in it."""
        missing = column.str.strip().str.lower().isin(MISSING)
        parsed = pd.to_numeric(column.where(~missing), errors="coerce")
        wordless = (parsed.notna() | missing).all() and not missing.all()
        return parsed if wordless else None

    whole = [numbers(table[i]) for i in table]
    rest = [numbers(table[i].iloc[1:]) for i in table]
    named = any(w is None and r is not None for w, r in zip(whole, rest, strict=True))
    rows = table.iloc[1:] if named else table
    columns = [
        rows[i] if found is None else found
        for i, found in zip(rows, rest if named else whole, strict=True)
    ]
    values = pd.concat(columns, axis=1).to_numpy()
    return values[:, 0] if values.shape[1] == 1 else values
