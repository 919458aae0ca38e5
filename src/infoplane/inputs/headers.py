"""Whether the first line of a file is names, and the table that this makes of its rows."""

from collections import Counter
from collections.abc import Sequence

from infoplane.errors import InputError
from infoplane.inputs.chosen import Table
from infoplane.inputs.commas import split_numbers
from infoplane.inputs.delimited import Lines
from infoplane.inputs.fields import MISSING, NUMBER, WHOLE, read_fields
from infoplane.inputs.shared import counts_rows
from infoplane.inputs.tables import NAMELESS

__all__ = ["text_table"]

# The chance that a row of data is taken for names, where rows are in no order: the first of n is
# one of k of a kind with probability k / n.
LEVEL = 0.05
NAMES = "if it is a line of names, remove it, or choose columns by these names"

PLACES = "if it is a line of names, remove it: numbers as small as these choose columns by place"

INDEX = (
    "begins with a column that has no name{}, which is how pandas and R number rows: choose "
    "columns with --x and --z, or write the file without it (index=False; row.names=FALSE in R)"
)


def text_table(lines: Lines, what: str, asked: Sequence[str]) -> Table:
    """The columns of delimited text; asked: names that the user knows.

    The first line is names where a word stands above numbers, where it has one of `asked`, where
    it was a comment, and where its first field alone is empty. A line of names above words is
    like any other, and so a caution where its words occur nowhere else. Raises InputError where
    it is all there is.
    """
    rows, at, first = lines.rows, lines.at, lines.rows[0]
    if len(rows) == 1 and not any(map(NUMBER.fullmatch, first)):
        raise InputError(
            f"{what} has one line, {','.join(first)!r:.60}, and no row of data below it: give one "
            "row a sample"
        )
    width, fields = len(first), list(zip(*rows, strict=True))
    known = {*first} & {a for a in asked if not (a.isdecimal() and int(a) < width)}
    nameless = width > 1 and (first[0] == "" or first[0].startswith(NAMELESS))
    numbers = [NUMBER.fullmatch(field) is not None for field in first]
    if lines.commented or known or nameless or not all(numbers):
        bodies = [read_fields(column[1:], at[1:]) for column in fields]
        # a whole number may be a name, a year say
        if nameless and all(WHOLE.fullmatch(f) for f, n in zip(first, numbers, strict=True) if n):
            counts = " and counts the rows" if counts_rows(bodies[0].values) else ""
            return Table(what, bodies, first, problem=INDEX.format(counts))
        above = any(
            body.mostly and not number and head.lower() not in MISSING and head not in rest
            for body, number, (head, *rest) in zip(bodies, numbers, fields, strict=True)
        )
        if lines.commented or known or above:
            return Table(what, bodies, first)
    columns = [read_fields(column, at) for column in fields]
    problem, doubt = "", ""
    if lines.delimiter in (",", " ") and not lines.quoted:
        problem, doubt = split_numbers(rows, at)
    told = _first_row(fields, any(column.numbers for column in columns))
    caution = f"line {at[0]} of {what} ({','.join(first):.60}) counts as a row, and {told}"
    return Table(what, columns, problem=problem, doubt=doubt, caution=caution if told else "")


def _first_row(fields: Sequence[Sequence[str]], numbers: bool) -> str:
    """Why the first row may be names, which the rows below do not tell; nothing where it is none.

    fields: each column's; numbers: whether there are columns of them.
    """
    first = [field for field, *_ in fields]
    numbered = first == [str(j) for j in range(len(fields))]
    if len(fields[0]) < 2:
        return ""
    if numbers and not numbered:
        return _whole_row(fields)
    body = [column[1:] for column in fields]
    # a writer of decimals writes 0 as 0.0; by chance three numbers are 0, 1 and 2 hardly ever
    decimal = any(all("." in f or "e" in f.lower() for f in column) for column in body)
    if numbered and (decimal or len(first) > 2):
        return (
            "numbers the columns, as pandas does where they have no names: if that is so, remove "
            "it, or write with header=False"
        )
    alone = all(field not in column for field, column in zip(first, body, strict=True))
    if alone and any(min(Counter(column).values()) > 1 for column in body):
        return f"occurs nowhere else, where all other values repeat: {NAMES}"
    return ""


def _whole_row(fields: Sequence[Sequence[str]]) -> str:
    """Why a first row of whole numbers, years say, may be names above decimals.

    Names differ; and columns of whole numbers have as many such rows as there are.
    """
    first, *rows = zip(*fields, strict=True)
    if len({*first}) < len(first) or not all(map(WHOLE.fullmatch, first)):
        return ""
    alike = 1 + sum(not any(map(_decimal, row)) for row in rows)
    if alike > LEVEL * (1 + len(rows)):
        return ""
    few = "no other has" if alike == 1 else f"only {alike - 1} others have"
    by_place = any(f.isdecimal() and int(f) < len(first) for f in first)
    return (
        f"is of whole numbers, as {few} of the {len(rows)} below: {PLACES if by_place else NAMES}"
    )


def _decimal(field: str) -> bool:
    return NUMBER.fullmatch(field) is not None and WHOLE.fullmatch(field) is None
