"""How the cells of an executed notebook stand on its page: prose and pictures, code closed."""

import ast
from itertools import groupby, takewhile

import nbformat
from nbformat import NotebookNode

from infoplane.book.tidy import CHECKED

__all__ = ["MADE", "arranged"]

CLOSED = "hide-input"  # its code opens with a click
UNSEEN = "remove-input"  # its code stands in the notebook
SAY = ("page.say", "page.remark")
MADE = (
    "## How this page was made\n\n"
    "The parameters, which `infoplane run` and the profiles set, and what came of them."
)


def arranged(page: NotebookNode) -> NotebookNode:
    """The page of a chapter: its cells but the checks, with those that set it up at the end.

    The cells of the set-up are the code from the parameters to the next Markdown. All code is
    closed, and closed cells in a row are one, with one line to open them; a cell that failed stays
    by itself, and open. Of cells that say what records hold only that is seen.
    """
    cells = [cell for cell in page.cells if CHECKED not in _tags(cell) or _failed(cell)]
    first = next((i for i, cell in enumerate(cells) if "parameters" in _tags(cell)), len(cells))
    made = list(takewhile(_sets_up, cells[first:]))
    cells = cells[:first] + cells[first + len(made) :]
    if made:
        cells += [nbformat.v4.new_markdown_cell(MADE, id="made"), *made]
    page = page.copy()
    page.cells = []
    for kind, group in groupby(cells, key=_kind):
        row = list(group)
        if kind == "closed":
            row = [_joined(row)]
        elif kind == "said":
            row = [_unseen(cell) for cell in row]
        page.cells += row
    return page


def _sets_up(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and CLOSED not in _tags(cell)


def _kind(cell: NotebookNode) -> str:
    if cell.cell_type != "code":
        return "prose"
    if _failed(cell):
        return "open"
    return "said" if _says(cell) else "closed"


def _says(cell: NotebookNode) -> bool:
    """Whether all it does is to say what the records hold."""
    lines = ast.parse(cell.source).body
    return bool(lines) and all(
        isinstance(line, ast.Expr)
        and isinstance(line.value, ast.Call)
        and ast.unparse(line.value.func) in SAY
        for line in lines
    )


def _unseen(cell: NotebookNode) -> NotebookNode:
    cell = cell.copy()
    cell.metadata = NotebookNode(tags=[UNSEEN])
    return cell


def _joined(cells: list[NotebookNode]) -> NotebookNode:
    cell: NotebookNode = cells[0].copy()
    cell.source = "\n\n".join(each.source for each in cells)
    cell.outputs = [output for each in cells for output in each.outputs]
    cell.metadata = NotebookNode(tags=[CLOSED])
    return cell


def _failed(cell: NotebookNode) -> bool:
    return any(output.output_type == "error" for output in cell.get("outputs", []))


def _tags(cell: NotebookNode) -> list[str]:
    tags: list[str] = cell.metadata.get("tags", [])
    return tags
