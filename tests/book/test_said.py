"""Prose from records, and that no number of a result is typed: an edition has its own."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

from infoplane import paths
from infoplane.book.said import say

UNIT = (
    r"(?:nats?|bits?|%|per cent|percent|times|points?|s|ms|seconds?|minutes?|min|hours?|"
    r"steps?|epochs?|passes|runs?|seeds?|networks?|images|rows|pairs|draws|cases|records)"
)
NUMBER = r"\d[\d.,]*(?:[ \u00a0\u202f]\d{3})*"
TYPED = re.compile(rf"(?<![\w.$^\\_{{-]){NUMBER}(?:[ \u00a0\u202f-])?{UNIT}(?![\w-])")
# What a typed number may be: quoted from a source, a consequence of theory, or a constant of the
# code that no edition changes.
MARKED = re.compile(r'<span class="(?:quoted|theory|fixed)">.*?</span>', re.DOTALL)
# The level of intervals is a convention of the book; code and formulas are no prose.
CONVENTIONS = re.compile(r"9[059] %(?= interval| confidence)|`[^`]*`|\$\$.*?\$\$", re.DOTALL)


def typed(text):
    return [found[0] for found in TYPED.finditer(CONVENTIONS.sub("", MARKED.sub("", text)))]


def strings(source):
    """What a piece of code shows: its literals without docstrings, as they stand in it."""
    tree = ast.parse(source)
    silent = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in silent
        ):
            yield node.value


@pytest.mark.parametrize(
    "text",
    ["a fall of 0.3 nats", "in 8 000 steps", "97 % of the pairs", "2.5-bit", "all 24 runs", "7 %"],
)
def test_a_typed_number_is_seen(text):
    assert typed(text)


@pytest.mark.parametrize(
    "text",
    [
        'a coin has <span class="theory">0.693 nats</span>',
        'reported <span class="quoted">70 %</span>, source 004',
        "their 95 % interval",
        "`--steps 100 runs`",
        "chapter 4, section 3.2, $d=20$",
        "1997 saw",
        "LeNet-5 networks",
    ],
)
def test_what_is_marked_and_what_is_no_result_may_stand(text):
    assert typed(text) == []


def test_no_result_is_typed_in_the_prose_of_a_chapter(each_chapter):
    notebook = nbformat.read(paths.notebooks_dir() / f"{each_chapter.name}.ipynb", as_version=4)
    found = {}
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            continue
        code = cell.cell_type == "code"
        texts = list(strings(cell.source)) if code else [cell.source]
        if numbers := [number for text in texts for number in typed(text)]:
            found[cell.id] = numbers
    assert found == {}, "make it with page.say or page.remark from the records, or mark it"


def test_no_result_is_typed_in_what_a_chapter_draws_and_says(each_chapter):
    folder = Path(each_chapter.module.__file__).parent
    found = {}
    for file in [*folder.glob("*plots.py"), *folder.glob("*texts.py"), *folder.glob("*tables.py")]:
        texts = strings(file.read_text(encoding="utf-8"))
        if numbers := [number for text in texts for number in typed(text)]:
            found[file.name] = numbers
    assert found == {}, "put the number in from the records, or mark it"


@pytest.mark.parametrize("name", sorted(path.name for path in (paths.root() / "book").glob("*.md")))
def test_no_result_is_typed_in_another_page(name):
    page = (paths.root() / "book" / name).read_text(encoding="utf-8")
    assert typed(re.sub(r"```.*?```", "", page, flags=re.DOTALL)) == []


def test_a_text_is_shown(capsys):
    say("**2** of 3")
    assert "Markdown" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("falls to -0.30 (-2 of 5)", "falls to −0.30 (−2 of 5)"),
        ("`x[-1]`, $e^{-1}$, 2-3, 003-7", "`x[-1]`, $e^{-1}$, 2-3, 003-7"),
        ('[see -1](a-1.html#-2) <i id="-3">-4</i>', '[see −1](a-1.html#-2) <i id="-3">−4</i>'),
    ],
)
def test_a_negative_number_has_a_minus_sign(monkeypatch, text, shown):
    told = []
    monkeypatch.setattr("infoplane.book.said.display", lambda text: told.append(text.data))
    say(text)
    assert told == [shown]


def test_a_number_and_its_unit_stay_in_one_line(monkeypatch):
    shown = []
    monkeypatch.setattr("infoplane.book.said.display", lambda text: shown.append(text.data))
    say("falls by 0.3 nats, 97 % of them, in 12 runs")
    assert shown == ["falls by 0.3\u00a0nats, 97\u00a0% of them, in 12 runs"]


def test_nothing_to_say_shows_nothing(capsys):
    say("")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("text", ["falls by nan nats", "np.float64(0.3) nats", "inf %", "NaT"])
def test_a_number_that_is_missing_is_not_said(text):
    with pytest.raises(ValueError, match="in place of a number"):
        say(text)
