"""A column of fields as numbers, where all of them are, or as words."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["COMMA", "MISSING", "NUMBER", "WHOLE", "Column", "read_fields"]

# How a file writes that a number is missing; in a column of words these are words.
MISSING = ("", "na", "n/a", "nan", "null", "none", "<na>")

WHOLE = re.compile(r"[-+]?\d+")
# In any writing, of thousands too.
NUMBER = re.compile(r"[-+−]?(\d+([.,]\d+)*[.,]?|[.,]\d+)([eE][-+]?\d+)?|[-+]?inf", re.IGNORECASE)
# 0,5 and ,5 and 1,5e3; and what separates thousands, 1.234,5 and 1'234 and 1 234.
COMMA = re.compile(r"[-+−]?(\d+,\d*|,\d+)([eE][-+]?\d+)?")
GROUPED = re.compile(r"[-+−]?[1-9]\d{0,2}([.,'’\s])\d{3}(\1\d{3})*([.,]\d+)?")

# A column of numbers with three decimals, of which a writer leaves out final zeros, has one of
# fewer decimals among this many but for 4 % of the time: 0.9^30.
SURE = 30


@dataclass(frozen=True)
class Column:
    """The values of a column (n,), numbers or words, and what is to be said once it is chosen.

    numbers: whether it has some and no words; mostly: whether more of them than words; comma,
    point: how its decimals are written.
    problem: why it cannot be used, doubt: why the result may be wrong; both go on after "column
    'a' of X", and are empty where there is nothing to say.
    """

    values: Any
    numbers: bool = True
    mostly: bool = True
    comma: bool = False
    point: bool = False
    problem: str = ""
    doubt: str = ""


def read_fields(fields: Sequence[str], at: Sequence[int]) -> Column:
    """The column that the fields are, in lines `at` of a file.

    Whole numbers stay whole; missing ones are NaN. Commas are decimal where all fields are
    numbers, none has a point, and not all may separate thousands.

    >>> read_fields(["0,5", "-1,25"], [1, 2]).values.tolist()
    [0.5, -1.25]
    >>> read_fields(["1,234", "2,345"], [1, 2]).problem
    "has '1,234' at line 1, where a comma may be decimal or not: write ..."
    """
    import pandas as pd  # as long to import as all else

    written = np.array(fields, dtype=object)
    if not fields:
        return Column(written, numbers=False, mostly=False)
    with suppress(ValueError):  # a word, or "nan"
        numbers = _numbers(written, "raise")
        if numbers.dtype.kind in "iu":
            return Column(numbers)
        if not np.isnan(numbers).any():
            return _plain(numbers, fields)
    text = pd.Series(written).str.replace("−", "-")  # a minus sign of typographers
    missing = text.str.lower().isin(MISSING)

    def parsed(some: Any) -> Any:
        return _numbers(some.where(~missing), "coerce")

    def first(which: Any) -> str:
        i = int(which.to_numpy().nonzero()[0][0])
        return f"{fields[i]!r:.40} at line {at[i]}"

    numbers = parsed(text)
    odd = numbers.isna() & ~missing
    point = text.str.contains(".", regex=False) & ~odd & ~missing
    if missing.all():
        problem = "is empty: leave it out" if (text == "").any() else ""
        return Column(text.to_numpy(), numbers=False, mostly=False, problem=problem)
    if not odd.any():
        return _plain(numbers.to_numpy(), text[~missing].tolist())
    comma, grouped = (odd & text.str.fullmatch(kind) for kind in (COMMA, GROUPED))
    advice = "write numbers with a decimal point and without separators of thousands"
    problem = ""
    if (comma | grouped)[odd].all():
        if (grouped & ~comma).any():
            problem = f"has {first(grouped & ~comma)}, whose thousands are separated: {advice}"
        elif point.any():
            problem = f"has {first(comma)} and {first(point)}, two decimal marks: {advice}"
        elif grouped[odd].all():
            problem = f"has {first(grouped)}, where a comma may be decimal or not: {advice}"
        found = parsed(text.str.replace(",", ".")).to_numpy()
        return Column(found, comma=True, problem=problem)
    stray = odd & ~comma & ~grouped
    rest = ~stray & ~missing
    mostly, doubt = bool(rest.sum() > stray.sum()), ""
    if mostly and (point | comma | grouped).any():
        problem = (
            f"has {first(stray)} among {int(rest.sum())} numbers: drop such rows, or "
            "replace it by a number"
        )
    elif mostly:
        doubt = f"has {first(stray)} among {int(rest.sum())} numbers, so that all of it are labels"
    elif (text == "").any():
        problem = f"has words, and none at line {at[int((text == '').argmax())]}: fill it in"
    elif missing.any():
        doubt = f"has {first(missing)}, taken for a label like the other words"
    return Column(text.to_numpy(), numbers=False, mostly=mostly, problem=problem, doubt=doubt)


def _numbers(written: Any, errors: str) -> Any:
    """Whole numbers as such where all are, up to 64 bits; else floats."""
    import pandas as pd

    found = pd.to_numeric(written, errors=errors)
    return found.astype(np.float64) if found.dtype.kind == "O" else found


def _plain(numbers: Any, fields: Sequence[str]) -> Column:
    """Numbers without commas, and a doubt where 1.234 may be 1234, since 999 stands there too."""
    doubt = ""
    with_point = [field for field in fields if "." in field]
    without = [field for field in fields if "." not in field]
    if (
        len(with_point) >= SURE
        and without
        and all(len(field.lstrip("+-")) < 4 for field in without)
        and all(GROUPED.fullmatch(field) for field in with_point)
    ):
        doubt = (
            f"has 3 digits behind every point, and {without[0]!r} without one: if the points "
            "separate thousands, write the numbers without them"
        )
    return Column(numbers, point=bool(with_point), doubt=doubt)
