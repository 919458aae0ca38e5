"""A page begins with prose; code is closed, checks are not shown, the set-up stands at the end."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from infoplane.book.arranged import MADE, arranged
from infoplane.book.figures import END, offered


def code(source, *tags, outputs=()):
    cell = new_code_cell(source, outputs=[new_output("stream", text=text) for text in outputs])
    cell.metadata["tags"] = list(tags)
    return cell


@pytest.fixture
def notebook():
    return new_notebook(
        cells=[
            new_markdown_cell("# 1. Title\n\nA question?"),
            code("seeds: list[int] = [0]", "parameters"),
            code("import numpy as np"),
            code("page = 1", outputs=["banner"]),
            code("answer()", "hide-input", outputs=["the answer"]),
            new_markdown_cell("## Part"),
            code("show(1)", "hide-input", outputs=["figure"]),
            code("table()", outputs=["table"]),
            code("assert True", "nbval-check-output", outputs=["holds"]),
            new_markdown_cell("## What to trust"),
        ]
    )


def test_prose_then_the_answer_then_the_rest_and_the_set_up_last(notebook):
    page = arranged(notebook)
    shown = [(cell.cell_type, cell.source) for cell in page.cells]
    assert shown == [
        ("markdown", "# 1. Title\n\nA question?"),
        ("code", "answer()"),
        ("markdown", "## Part"),
        ("code", "show(1)\n\ntable()"),
        ("markdown", "## What to trust"),
        ("markdown", MADE),
        ("code", "seeds: list[int] = [0]\n\nimport numpy as np\n\npage = 1"),
    ]
    assert all(cell.metadata.tags == ["hide-input"] for cell in page.cells if "outputs" in cell)
    assert [output.text for output in page.cells[3].outputs] == ["figure", "table"]
    assert [output.text for output in page.cells[-1].outputs] == ["banner"]
    nbformat.validate(page)


def test_the_notebook_itself_stays_as_it_is(notebook):
    before = nbformat.writes(notebook)
    arranged(notebook)
    assert nbformat.writes(notebook) == before


def test_what_only_says_what_records_hold_has_no_code_on_the_page():
    said = ["page.say(texts.answer)", "page.say(texts.a, 1)\npage.remark(texts.b)"]
    other = ["show(1)\npage.say(texts.answer)", "page.claims()"]
    cells = [code(source, "hide-input", outputs=[source]) for source in [*said, *other]]
    found = arranged(new_notebook(cells=cells)).cells
    assert [cell.source for cell in found] == [*said, "\n\n".join(other)]
    assert [cell.metadata.tags for cell in found] == [["remove-input"]] * 2 + [["hide-input"]]


@pytest.mark.parametrize("at", [3, 8])
def test_a_cell_that_failed_is_seen_with_its_code_even_a_check(notebook, at):
    failed = notebook.cells[at]
    failed.outputs = [new_output("error", ename="ValueError", evalue="no", traceback=["no"])]
    cell = next(cell for cell in arranged(notebook).cells if cell.source == failed.source)
    assert "hide-input" not in cell.metadata.tags


def test_a_notebook_without_code_stays_as_it_is():
    cells = [new_markdown_cell("# T"), new_markdown_cell("text")]
    assert [cell.source for cell in arranged(new_notebook(cells=cells)).cells] == ["# T", "text"]


def figure(numbers):
    data = {"text/html": f"<figure><svg></svg><figcaption>c{END}"}
    return new_output("display_data", data=data | ({"text/csv": numbers} if numbers else {}))


def test_every_figure_offers_its_numbers_and_itself():
    cell = new_code_cell("show()", outputs=[figure("a,b\n1,2\n"), figure(""), figure("c\n3\n")])
    page = new_notebook(cells=[new_markdown_cell("t"), cell])
    files = offered(page, "05_x", "../files")
    assert files == {"05_x-figure-1.csv": "a,b\n1,2\n", "05_x-figure-3.csv": "c\n3\n"}
    first, second, third = (output.data["text/html"] for output in cell.outputs)
    for html, csv in ((first, "05_x-figure-1.csv"), (third, "05_x-figure-3.csv")):
        assert f'<a download href="../files/{csv}">' in html
    assert ".csv" not in second
    assert 'data-svg="05_x-figure-2"' in second
    assert all(html.endswith(END) for html in (first, second, third))
    assert not any("text/csv" in output.data for output in cell.outputs)
