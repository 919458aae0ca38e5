"""Figures have names, and claims lead to them."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from infoplane import paths
from infoplane.book.figures import BEGIN, END, deciding, named
from infoplane.book.notebooks import chapters
from infoplane.claims import ledger

FIGURE = f'{BEGIN} style=""><svg></svg><figcaption>c{END}'


def page(*htmls):
    outputs = [new_output("display_data", {"text/html": html}) for html in htmls]
    return new_notebook(cells=[new_code_cell("", id="one", outputs=outputs)])


def test_the_first_figure_of_a_cell_has_its_name():
    made = page("<p>", FIGURE, FIGURE)
    assert named(made) == {"figure-one"}
    shown = [output["data"]["text/html"] for output in made.cells[0].outputs]
    assert ['id="figure-one"' in html for html in shown] == [False, True, False]


def test_a_claim_leads_to_its_figure_or_else_to_its_row():
    claim = ledger()["mixture.log2"]
    there = deciding([claim], {"02_mixture": {"figure-sweep-figure"}})
    assert there == {claim.id: "../notebooks/02_mixture.html#figure-sweep-figure"}
    row = deciding([claim], {"02_mixture": set()})
    assert row == {claim.id: "../notebooks/02_mixture.html#claim-mixture.log2"}
    assert deciding([claim], {}) == {}


@pytest.mark.parametrize("chapter", chapters(), ids=lambda chapter: chapter.name)
def test_every_figure_that_is_named_for_a_claim_is_in_its_notebook(chapter):
    notebook = nbformat.read(paths.notebooks_dir() / f"{chapter.name}.ipynb", as_version=4)
    drawing = {f"figure-{cell.id}" for cell in notebook.cells if "show(" in cell.source}
    own = [claim for claim in ledger().values() if claim.chapter == chapter.name]
    missed = [c for c, to in deciding(own, {chapter.name: drawing}).items() if "#claim-" in to]
    # nothing to look at: two forms of one number
    assert set(missed) <= {"theory.kl"}, "say in data/deciding.yml which figure decides them"
