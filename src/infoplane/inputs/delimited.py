"""A delimited text file as rows of fields: its encoding, its delimiter, one length of rows."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from infoplane.errors import InputError
from infoplane.inputs.fields import COMMA, MISSING, WHOLE

__all__ = ["DELIMITERS", "Lines", "read_lines"]

# Besides commas: what stands in most lines is the delimiter, and how a sentence calls it.
DELIMITERS = {";": "';'", "\t": "tabs", "|": "'|'", " ": "spaces", ",": "commas"}
# Lines that decide on it.
SAMPLE = 200

_TOKEN = re.compile(r'(?:"[^"]*"|[^\s"])+')
# Numbers, or what is left of them where a comma stood inside.
_PIECE = re.compile(r"[-+−\d\s.,'’]*")
# A number between spaces: a comma that ends it is a delimiter.
_VALUE = re.compile(r"[-+−]?(\d+([.,]\d+)*\.?|\.\d+)([eE][-+]?\d+)?|[-+]?inf", re.IGNORECASE)
_ONE = re.compile(r"[-+−]?(\d+[.,]?\d*|[.,]\d+)([eE][-+]?\d+)?")


@dataclass(frozen=True)
class Lines:
    """Rows of fields, all of one length, and the line of the file at which each ends.

    quoted: whether there are quotes; commented: whether the first row stood behind a '#', as
    NumPy writes names, and so is none of data.
    """

    rows: list[list[str]]
    at: list[int]
    delimiter: str
    quoted: bool
    commented: bool


def read_lines(path: Path, what: str) -> Lines:
    """The fields of a file, without spaces at either end; `what` is how errors call the file.

    UTF-8 or, where a byte order mark says so, UTF-16; else Latin-1, in which every byte is a
    letter, so that different words stay different. Delimited by commas, semicolons, tabs, bars,
    or by spaces between numbers; of semicolons and commas that both fit neither is taken.
    A first line with a name too few has an empty one added in front: that of R's row names.
    Raises InputError for what is no text, a blank line that is not the last, rows of several
    lengths, an open quote, and OSError for what cannot be read.
    """
    text = _decoded(path.read_bytes(), what)
    text, skipped, told, comment = _head(text)
    start = (line.rstrip("\r\n") for line in islice(io.StringIO(text, newline=""), SAMPLE))
    sample = [line for line in start if line.strip()]
    delimiter = told or _delimiter(sample, what)
    rows, at = _rows(text, delimiter, skipped, what)
    if not rows:
        raise InputError(f"{what} is empty: give one row a sample")
    commented = False
    if comment:
        names, _ = _rows(comment, delimiter, 0, what)
        if names and len(names[0]) == len(rows[0]):
            rows, at, commented = [*names, *rows], [skipped, *at], True
    quoted = '"' in text
    rows = _even(rows, at, delimiter, quoted, what)
    return Lines(rows, at, delimiter, quoted, commented)


def _decoded(data: bytes, what: str) -> str:
    encoding = "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if "\0" in text:
        raise InputError(f"{what} is no text: give a file of one row a line, in UTF-8")
    return text


def _head(text: str) -> tuple[str, int, str, str]:
    """The text below Excel's `sep=;` and NumPy's lines of `# `: they, if the rest has none.

    The rest, how many lines were taken, the delimiter that was told, the last comment.
    """
    told = re.match(r'"?sep=(.)"?(\r\n|\r|\n)', text)
    if told:
        return text[told.end() :], 1, told[1], ""
    if not re.match(r"#\s", text):
        return text, 0, "", ""
    lines = list(io.StringIO(text, newline=""))
    comments = next((i for i, line in enumerate(lines) if not re.match(r"#\s", line)), 0)
    comment = lines[comments - 1][1:].strip() if comments else ""
    return "".join(lines[comments:]), comments, "", comment


def _delimiter(sample: Sequence[str], what: str) -> str:
    for mark in (";", "\t", "|"):
        fields = list(csv.reader(sample, delimiter=mark))
        if sum(len(row) > 1 for row in fields) > len(fields) / 2:
            by_commas = {len(row) for row in csv.reader(sample)}
            inside = [f for row in fields for f in row if "," in f and not COMMA.fullmatch(f)]
            if len(by_commas) == 1 and by_commas != {1} and inside:
                raise InputError(
                    f"{what} may be separated by {DELIMITERS[mark]} or by commas, as in "
                    f"{sample[-1]!r:.60}: put text that has one of them in quotes"
                )
            return mark
    body = [_TOKEN.findall(line) for line in (sample[1:] or sample)]
    if len({len(tokens) for tokens in body}) == 1 and len(body[0]) > 1:
        if all(_is_value(token) for tokens in body for token in tokens):
            return " "
        columns = list(zip(*body, strict=True))
        # one mark in a number at most: in "class 1,0.5" the comma ends a word
        plain = any(all(map(_ONE.fullmatch, column)) for column in columns)
        ended = any(token.endswith(",") for tokens in body for token in tokens)
        # "class 1" and "class 2" are labels, in which one thing varies, and not in each line
        varied = sum(len({*column}) > 1 for column in columns) > 1
        if plain and not ended and (varied or len({*sample}) > len(sample) / 2):
            raise InputError(
                f"{what} has numbers and words separated by spaces, as in {sample[-1]!r:.60}: "
                "separate them by commas, with decimal points, or by semicolons"
            )
    return ","


def _is_value(token: str) -> bool:
    return bool(token.startswith('"') or token.lower() in MISSING or _VALUE.fullmatch(token))


def _rows(text: str, delimiter: str, skipped: int, what: str) -> tuple[list[list[str]], list[int]]:
    """Rows up to the last that is not blank: one before it would shift all pairs behind it."""
    source = io.StringIO(text, newline="")
    lines = (line.strip() for line in source) if delimiter == " " else source
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    rows, at, blank = [], [], 0
    try:
        for row in reader:
            fields = [field.strip() for field in row]
            if not any(fields):
                blank = blank or reader.line_num
                continue
            if blank:
                raise InputError(
                    f"{what} is blank at line {skipped + blank}: one row a sample is accepted, so "
                    "remove the line, or the same row of both files"
                )
            rows.append(fields)
            at.append(skipped + reader.line_num)
    except csv.Error as error:
        raise InputError(
            f"{what} cannot be read at line {skipped + reader.line_num} ({error}): close the quote "
            "that opens a field, and double those inside it"
        ) from error
    return rows, at


def _even(
    rows: list[list[str]], at: Sequence[int], delimiter: str, quoted: bool, what: str
) -> list[list[str]]:
    """Rows of one length, or an InputError that tells what may have made them uneven."""
    lengths, body = [len(row) for row in rows], rows[1:]
    if len({*lengths}) == 1:
        return rows
    usual = Counter(lengths[1:]).most_common(1)[0][0]
    firsts = [row[0] for row in body]
    # R's write.table has names of rows, and none for them; a number that a delimiter has split
    # would look alike, but for quotes, words and counting
    counted = firsts == [str(i) for i in range(1, len(rows))]
    named = quoted or counted or not all(map(WHOLE.fullmatch, firsts))
    if named and {*lengths[1:]} == {lengths[0] + 1}:
        return [["", *rows[0]], *body]
    i = next(i for i, length in enumerate(lengths) if length != usual)
    mark = DELIMITERS.get(delimiter, repr(delimiter))
    advice = f"put text that has {mark} inside in quotes"
    if delimiter in (",", " ") and all(_PIECE.fullmatch(field) for row in body for field in row):
        advice = (
            f"if {mark} are decimal marks here, or separate thousands, write numbers with a "
            "decimal point and nothing else (0.13, 1234.5), or separate columns by semicolons"
        )
    raise InputError(
        f"{what} is separated by {mark}, and line {at[i]} has {lengths[i]} "
        f"field{'s' * (lengths[i] > 1)} where others have {usual}: {advice}"
    )
