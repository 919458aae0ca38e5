"""Hygiene of the committed notebooks; nbval runs them."""

import ast
import copy

import nbformat
import pytest

from infoplane import paths
from infoplane.book.tidy import CHECKED, tidy

TAGS = {"parameters", CHECKED, "hide-input"}
MOST_LINES = 15


@pytest.fixture
def notebook(each_chapter):
    path = paths.notebooks_dir() / f"{each_chapter.name}.ipynb"
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_it_is_valid_and_tidy(notebook):
    nbformat.validate(notebook)
    again = copy.deepcopy(notebook)
    tidy(again)
    assert again == notebook, "python -m infoplane.book.tidy"


def test_ids_are_unique_and_speak(notebook):
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert all(name.replace("-", "").isalpha() for name in ids)


def test_tags_are_from_the_list(notebook):
    assert {tag for cell in notebook.cells for tag in cell.metadata.get("tags", [])} <= TAGS


def test_cells_are_short(notebook):
    for cell in code_cells(notebook):
        if "parameters" not in cell.metadata.get("tags", []):
            assert len(cell.source.splitlines()) <= MOST_LINES, cell.id


def test_something_is_checked_and_the_checks_have_texts(notebook):
    checked = [c for c in code_cells(notebook) if CHECKED in c.metadata.get("tags", [])]
    assert checked
    for cell in checked:
        assert any(output.text.strip() for output in cell.outputs), f"{cell.id}: make notebooks"
    assert any("assert " in cell.source for cell in code_cells(notebook))


def test_every_figure_has_an_alt_text_and_a_caption(notebook):
    shown = [
        call
        for cell in code_cells(notebook)
        for call in ast.walk(ast.parse(cell.source))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "show"
    ]
    assert shown
    for call in shown:
        assert {"alt", "caption"} <= {keyword.arg for keyword in call.keywords}


def test_a_page_draws_nothing_by_hand(notebook):
    """Figures are made in the chapter's plots.py, where they are tested; a cell shows them."""
    imported = [
        node.module
        for cell in code_cells(notebook)
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.ImportFrom)
    ]
    assert "infoplane.plots" in imported
    for cell in code_cells(notebook):  # a caption may well speak of axes
        nodes = list(ast.walk(ast.parse(cell.source)))
        named = {getattr(node, "id", None) or getattr(node, "attr", None) for node in nodes}
        assert not named & {"axes", "ax", "figure", "plt"}, cell.id


def test_it_opens_with_a_heading_and_ends_with_what_to_trust(notebook):
    assert notebook.cells[0].source.startswith("# ")
    last = [cell for cell in notebook.cells if cell.cell_type == "markdown"][-1]
    assert "## What to trust" in last.source
    assert any("page.claims()" in cell.source for cell in code_cells(notebook))
