"""Whether the commas of a file of whole numbers stand inside its numbers: 0,5 or 1,234."""

import re
from collections.abc import Sequence

from infoplane.inputs.fields import WHOLE

__all__ = ["split_numbers"]

# Numbers of several decimals begin with a zero behind the comma one time in ten, and where a
# writer leaves out final zeros, none has one: this many rows without either tell columns apart
# but for 1 % (0.9^44) and 5 % of the time (0.9^29).
NO_ZERO_FIRST = 44
NO_ZERO_LAST = 29
# Rows that are looked at first, and alone where they are columns.
START = 1000
# How many of the ten digits stand alone behind the comma: 0,5 and 1,0 have two.
HALVES = {"0", "5"}
MOST_DIGITS = 8

_ADVICE = (
    "write numbers with a decimal point and without separators of thousands; if these are "
    "columns, choose them, as with --x 0,1, or put a line of names above"
)


def split_numbers(rows: Sequence[Sequence[str]], at: Sequence[int]) -> tuple[str, str]:
    """Why the columns of a file without names cannot be used, and a doubt; empty where fine.

    Both go on after "X". rows: fields that a comma (or space) separates, none in quotes; at:
    their lines. No column of whole numbers has -0, or 05 beside 5: a number's halves do. A
    doubt is what halves of numbers could look like, and columns seldom do.

    >>> split_numbers([["-0", "13"], ["1", "5"]], [1, 2])[0]
    "has '-0' and '13' at line 1, which look like one number: write numbers with ..."
    >>> split_numbers([["3", "13"], ["1", "50"]] * 25, range(50))
    ('', '')
    """
    if len(rows[0]) < 2 or not any(_told(rows[:START], at)):
        return "", ""
    return _told(rows, at)


def _told(rows: Sequence[Sequence[str]], at: Sequence[int]) -> tuple[str, str]:
    width = len(rows[0])
    # a decimal comma in each number; or thousands of one, which may have decimals of its own
    halves = [[*(re.split("[eE]", field)[0] for field in row)] for row in rows]
    pieces = [[*row[:-1], re.split("[.,]", row[-1])[0]] for row in rows]
    for some, step, digits in ((halves, 2, None), (pieces, width, 3)):
        if width % step or not all(WHOLE.fullmatch(field) for row in some for field in row):
            continue
        behind = [[row[j] for row in some] for j in range(width) if j % step]
        before = [[row[j - 1] for row in some] for j in range(width) if j % step]
        if any(f[0] in "+-" or len(f) != (digits or len(f)) for fields in behind for f in fields):
            continue
        for heads, tails in zip(before, behind, strict=True):
            for head, tail, line in zip(heads, tails, at, strict=False):
                if head in ("-0", "+0") or (len(tail) > 1 and tail[0] == "0"):
                    told = f"has {head!r} and {tail!r} at line {line}, which look like one number"
                    return f"{told}: {_ADVICE}", ""
        if all(map(_like_decimals, behind)):
            told = f"if {rows[0][0]!r} and {rows[0][1]!r} at line {at[0]} are one number"
            return "", f"may have split its numbers: {told}, {_ADVICE}"
    return "", ""


def _like_decimals(fields: Sequence[str]) -> bool:
    """Whether fields without a zero in front could be what stands behind a decimal comma."""
    widths = {len(field) for field in fields}
    if widths == {1}:
        return {*fields} == HALVES or len({*fields}) >= MOST_DIGITS
    if len(widths) == 1:
        return len(fields) < NO_ZERO_FIRST
    several = [field for field in fields if len(field) > 1]
    return len(several) >= NO_ZERO_LAST and not any(field.endswith("0") for field in several)
