"""Tables with names: pandas' DataFrame and Series, whose columns errors call by their names."""

import functools
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, ParamSpec, TypeVar

from infoplane.errors import InputError
from infoplane.inputs.arrays import as_array

__all__ = ["NAMELESS", "check_tables", "column_names", "names_columns", "naming"]

P = ParamSpec("P")
R = TypeVar("R")

# How pandas calls what has no name in a file: the numbers of rows that it wrote itself.
NAMELESS = "Unnamed: "

# How every sentence of the package calls a column: its place, and the argument it belongs to.
_COLUMN = re.compile(r"\bcolumn (\d+) of (\w+)")


@contextmanager
def naming(**arguments: Any) -> Iterator[Callable[[str], str]]:
    """Within it, an InputError about `column 1 of x` tells that column's name, if x has names.

    arguments: what the user passed, by the name that sentences call it. What is entered is a
    function that does the same to a sentence, a warning say.

    >>> import pandas as pd
    >>> with naming(x=pd.DataFrame({"age": [1], "size": [2]})) as named:
    ...     named("column 1 of x is constant, column 1 of z is not")
    "column 'size' of x is constant, column 1 of z is not"
    """
    names = {argument: column_names(values) for argument, values in arguments.items()}

    def own(found: re.Match[str]) -> str:
        place, argument = int(found[1]), found[2]
        known = names.get(argument, [])
        return f"column {known[place]!r} of {argument}" if place < len(known) else found[0]

    def named(sentence: str) -> str:
        return _COLUMN.sub(own, sentence)

    try:
        yield named
    except InputError as error:
        error.args = (named(str(error)),)
        raise


def column_names(values: Any) -> list[Any]:
    """What the columns of a table are called; nothing for arrays and where pandas numbers them.

    >>> import pandas as pd
    >>> column_names(pd.Series([1, 2], name="age")), column_names(pd.DataFrame([[1, 2]]))
    (['age'], [])
    """
    if not hasattr(values, "to_numpy"):  # of pandas, and of those who do as it does
        return []
    columns = getattr(values, "columns", None)
    found = [getattr(values, "name", None)] if columns is None else list(columns)
    return [] if found in ([None], list(range(len(found)))) else found


def names_columns(function: Callable[P, R]) -> Callable[P, R]:
    """The function of one table, its first argument, so that what it says names the columns.

    In its errors, as :func:`naming` does, and in the `warnings` of what it returns.
    """
    argument = next(iter(inspect.signature(function).parameters))

    @functools.wraps(function)
    def told(*values: P.args, **options: P.kwargs) -> R:
        table = values[0] if values else options.get(argument)
        with naming(**{argument: table}) as named:
            found = function(*values, **options)
        if not column_names(table) or not hasattr(found, "warnings"):
            return found
        return replace(found, warnings=tuple(map(named, found.warnings)))  # type: ignore[type-var]

    return told


def check_tables(**pair: Any) -> None:
    """InputError where two tables, as a pair, are not what an estimator can mean.

    That is a column of row numbers that pandas found without a name, text beside other columns,
    and the same index in another order, since rows pair by place.
    """
    for name, values in pair.items():
        nameless = [label for label in column_names(values) if str(label).startswith(NAMELESS)]
        if nameless:
            raise InputError(
                f"column {nameless[0]!r} of {name} has no name in its file, and so is likely to "
                "number the rows: drop it (pandas.read_csv(..., index_col=0)), or rename it if it "
                "measures something"
            )
        text = [j for j, column in enumerate(_columns(values)) if _is_text(column)]
        if text and values.shape[1] > 1:
            more = f" (and {len(text) - 1} more)" if len(text) > 1 else ""
            raise InputError(
                f"column {text[0]} of {name}{more} holds text beside other columns: leave it out, "
                "or choose it alone, as labels"
            )
    (x_name, x), (z_name, z) = pair.items()
    if not (_is_pandas(x) and _is_pandas(z)) or len(x) != len(z) or x.index.equals(z.index):
        return
    if x.index.is_unique and z.index.is_unique and x.index.isin(z.index).all():
        raise InputError(
            f"{x_name} and {z_name} have the same index in another order, and rows pair by place: "
            f"pass {z_name}.loc[{x_name}.index], or reset_index(drop=True) of both if that is meant"
        )


def _is_pandas(values: Any) -> bool:
    pandas = sys.modules.get("pandas")  # who has a table has it loaded; nobody else should wait
    return pandas is not None and isinstance(values, pandas.DataFrame | pandas.Series)


def _columns(values: Any) -> Iterator[Any]:
    if _is_pandas(values) and values.ndim == 2:
        for j in range(values.shape[1]):
            yield values.iloc[:, j]


def _is_text(column: Any) -> bool:
    """Whether any value is; objects and categories may be numbers."""
    if getattr(column.dtype, "kind", "O") != "O":
        return False
    return any(isinstance(value, str | bytes) for value in as_array(column, "column"))
