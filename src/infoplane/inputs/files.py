"""Samples from files: arrays, delimited text and tables, whole or by columns."""

import csv
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from infoplane.errors import InputError
from infoplane.inputs.arrays import as_array
from infoplane.inputs.chosen import Chosen, Table, parts
from infoplane.inputs.delimited import Lines, read_lines
from infoplane.inputs.fields import Column
from infoplane.inputs.headers import text_table
from infoplane.inputs.shared import doubts_of

__all__ = ["FORMATS", "Pair", "load", "load_pair"]

TEXT = (".csv", ".tsv", ".txt")
TABLES = (".parquet", ".feather")
FORMATS = (".npy", ".npz", *TEXT, *TABLES)


@dataclass(frozen=True)
class Pair:
    """Both sides as an estimator takes them, and what to doubt about how they were read."""

    x: Any
    z: Any
    doubts: tuple[str, ...]
    groups: Any = None


def load_pair(
    x: Path,
    z: Path | None = None,
    x_columns: str | None = None,
    z_columns: str | None = None,
    group_column: str | None = None,
) -> Pair:
    """The paired samples of two files, or of one, whole or of chosen columns.

    x_columns, z_columns: names or numbers from 0, commas between them. Of one file the side that
    is not chosen is all columns that the other is not. group_column: the one column of the first
    file that says which rows belong together, and is no part of a side.
    Raises InputError for what :func:`load` refuses, and for rows that cannot be pairs.
    """
    asked = {"--x": x_columns, "--z": z_columns if z is None else None, "--groups": group_column}
    given = {option: text for option, text in asked.items() if text is not None}
    groups = None
    if z is not None and group_column is None:
        sides = {"X": load(x, "X", x_columns), "Z": load(z, "Z", z_columns)}
    else:
        what = _what(x, "X")
        read = _read(x, what)
        table = _table(read, what, [p for text in given.values() for p in parts(text)])
        if z is None and not given.keys() - {"--groups"}:
            raise InputError(
                f"{what} is one file: give Z as well, or choose columns of the one with --x and "
                f"--z, by name or number; it has {table.listed()}"
            )
        places = {option: table.places(text, option) for option, text in given.items()}
        if isinstance(read, Mapping) and z is None and not {"--x", "--z"} <= places.keys():
            _refuse_the_rest(table, places)
        if group_column is not None:
            groups = _groups(table, places, group_column)
        sides = dict(zip("XZ", _sides(table, places, z is None), strict=False))
        if z is not None:
            sides["Z"] = load(z, "Z", z_columns)
    if z is not None:
        _refuse_names_above_words({"X": x, "Z": z}, sides)
    doubts = dict.fromkeys(doubt for side in sides.values() for doubt in side.doubts)
    pair = sides["X"].values, sides["Z"].values
    return Pair(*pair, (*doubts, *doubts_of(*pair)), groups)


def load(path: Path, name: str, columns: str | None = None) -> Chosen:
    """What stands in a file, whole or the chosen columns; whole numbers stay whole numbers.

    name: what errors call the file, "X" or "Z"; columns: names or numbers from 0, commas
    between them. An array is an array where nothing is chosen; else a Series or a DataFrame,
    whose names errors then use.
    Raises InputError for what cannot be read, and for what may be read wrongly.
    """
    what = _what(path, name)
    read = _read(path, what)
    if columns is not None:
        table = _table(read, what, parts(columns))
        return table.take(table.places(columns, f"--{name.lower()}"))
    arrays = list(read.values()) if isinstance(read, Mapping) else [read]
    if len(arrays) == 1 and isinstance(arrays[0], np.ndarray):
        return Chosen(arrays[0])
    return _table(read, what, []).whole()


def _what(path: Path, name: str) -> str:
    return f"{name}={str(path)!r}"


def _refuse_the_rest(table: Table, places: Mapping[str, list[int]]) -> None:
    """The arrays that one side does not name are not all of the other, as columns would be."""
    missing = "--z" if "--x" in places else "--x"
    if len(table.columns) > sum(map(len, places.values())):
        raise InputError(
            f"{table.what} holds arrays, and {missing} does not say which are "
            f"{missing[2:].upper()}: give both --x and --z; it has {table.listed()}"
        )


def _groups(table: Table, places: Mapping[str, list[int]], asked: str) -> Any:
    """The column that says which rows belong together."""
    if len(places["--groups"]) != 1:
        raise InputError(f"--groups {asked!r} names several columns: name one, of all groups")
    return table.take(places["--groups"]).values


def _sides(table: Table, places: Mapping[str, list[int]], both: bool) -> list[Chosen]:
    """X and Z out of one table; X alone where not both are in it."""
    options = ("--x", "--z") if both else ("--x",)
    for one, other in combinations(("--x", "--z", "--groups"), 2):
        shared = [j for j in places.get(one, []) if j in places.get(other, [])]
        if shared:
            told = (
                "what tells which rows belong together is no measurement"
                if other == "--groups"
                else "a side knows all of itself"
            )
            raise InputError(
                f"{one} and {other} both name column {table.called(shared[0])} of {table.what}: "
                f"{told}; choose different columns"
            )
    named = {j for chosen in places.values() for j in chosen}
    others = [j for j in range(len(table.columns)) if j not in named]
    if not others and not places.keys() >= set(options):
        raise InputError(
            f"{table.what} has no column left beside {' and '.join(places)}: give "
            f"{'Z too' if both else 'one with more columns'}"
        )
    return [
        table.take(places[option]) if option in places else table.whole(others)
        for option in options
    ]


def _table(read: Any, what: str, asked: list[str]) -> Table:
    """The columns of what was read; `asked`: names that the user knows."""
    if isinstance(read, Lines):
        return text_table(read, what, asked)
    if isinstance(read, Mapping):
        told = f"has the arrays {', '.join(map(repr, read))}: choose with --x or --z"
        return Table(what, [_array_column(a) for a in read.values()], list(read), problem=told)
    if not isinstance(read, np.ndarray):
        if asked:  # a named index is a column to who names it
            read = read.reset_index([level for level in read.index.names if level in asked])
        columns = [Column(read.iloc[:, j].array) for j in range(read.shape[1])]
        return Table(what, columns, [str(column) for column in read.columns])
    if read.dtype.names:
        return Table(what, [Column(read[field]) for field in read.dtype.names], read.dtype.names)
    if read.ndim not in (1, 2):
        raise InputError(f"{what} has shape {read.shape}: columns are chosen from (n, d)")
    return Table(what, [Column(a) for a in (read.T if read.ndim == 2 else [read])])


def _arrays(found: Any) -> dict[str, Any]:
    """The arrays of an .npz by their names; in place of one of objects why it cannot be read."""
    arrays: dict[str, Any] = {}
    for key in found.files:
        try:
            arrays[key] = found[key]
        except ValueError as error:  # which matters only to who chooses it
            arrays[key] = error
    return arrays


def _array_column(a: Any) -> Column:
    if isinstance(a, ValueError):
        return Column(None, problem=f"cannot be read: {a}")
    problem = "" if a.ndim in (1, 2) else f"has shape {a.shape}: (n,) or (n, d) is accepted"
    return Column(a, problem=problem)


def _read(path: Path, what: str) -> Any:
    """Lines of text, arrays by their names, a DataFrame or an array: what the suffix says."""
    import pandas as pd

    suffix = path.suffix.lower()
    accepted = f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}"
    try:
        if suffix in TEXT:
            return read_lines(path, what)
        if suffix == ".parquet":
            return pd.read_parquet(path, engine="pyarrow")
        if suffix == ".feather":
            return pd.read_feather(path)
        if suffix in (".npy", ".npz"):
            found = np.load(path, allow_pickle=False)
            if isinstance(found, np.ndarray) != (suffix == ".npy"):
                raise ValueError(f"its content is not that of a {suffix} file")
            return found if suffix == ".npy" else _arrays(found)
    except InputError:
        raise
    except ImportError as error:
        raise InputError(
            f"{what} needs pyarrow to be read: pip install pyarrow, or write a .csv file"
        ) from error
    except (OSError, ValueError, EOFError, csv.Error, zipfile.BadZipFile) as error:
        raise InputError(
            f"{what} cannot be read ({error}): give a file of one row a sample, {accepted}"
        ) from error
    raise InputError(f"{what} has the suffix {suffix!r}: give {accepted}")


def _refuse_names_above_words(paths: Mapping[str, Path], sides: Mapping[str, Chosen]) -> None:
    """A line of names above words looks like one more row of them: the row too many tells."""
    arrays = {name: as_array(side.values, name) for name, side in sides.items()}
    counts = {name: len(a) if a.ndim else 0 for name, a in arrays.items()}
    longer, shorter = sorted(counts, key=lambda name: counts[name], reverse=True)
    if counts[longer] == counts[shorter] + 1 and arrays[longer].dtype.kind == "O":
        raise InputError(
            f"{_what(paths[longer], longer)} has {counts[longer]} rows and {shorter} has "
            f"{counts[shorter]}: its first line counts as a row, as it stands above words; remove "
            "it if it is a line of names"
        )
