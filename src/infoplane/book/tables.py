"""Pandas' tables as a page has them: one header without an empty row, and true minus signs."""

import re
from xml.etree import ElementTree

from infoplane.signs import minus

__all__ = ["set_tables"]

TABLE = re.compile(r'<table[^>]*class="[^"]*dataframe.*?</table>', re.DOTALL)
HEAD = re.compile(r"<thead>.*?</thead>", re.DOTALL)
BODY_ROW = re.compile(r"<tr.*?</tr>", re.DOTALL)
TEXT = re.compile(r"(?<=>)[^<]+(?=<)")
Element = ElementTree.Element


def set_tables(html: str) -> str:
    """HTML with its tables set.

    Names of the index go into the last row of the columns' names; each column's `data-label` says
    what it is where the row has a name of its own: book.js takes it for a row as a block.
    """
    return TABLE.sub(lambda found: _set(found[0]), html)


def _set(table: str) -> str:
    head = HEAD.search(table)
    if head:
        body = table[head.end() :]
        levels = max((row.count("<th") for row in BODY_ROW.findall(body)), default=0)
        table = table[: head.start()] + _head(head[0], levels) + body
    return TEXT.sub(lambda found: minus(found[0]), table)


def _head(html: str, levels: int) -> str:
    try:
        head = ElementTree.fromstring(html)
    except ElementTree.ParseError:  # markup of a chapter's own
        return html
    *above, last = list(head)
    names = [""] * levels
    if above and levels and not any(_text(cell) for cell in list(last)[levels:]):
        names = [_text(cell) for cell in list(last)[:levels]]
        head.remove(last)
    if not levels:
        return html
    for row in head:
        corner = row[levels - 1]
        if own := _text(corner):  # of this row's names; with one row only, of the index
            for cell in list(row)[levels:]:
                cell.set("data-label", f"{own} {_text(cell)}")
            corner.set("data-label", "")
    for cell, name in zip(head[-1], names, strict=False):
        if name:
            cell.set("data-label", name)
            cell.text = f"{name} \\ {_text(cell)}" if _text(cell) else name
    return ElementTree.tostring(head, encoding="unicode", method="html")


def _text(cell: Element) -> str:
    return "".join(cell.itertext()).strip()
