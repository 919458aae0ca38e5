"""Rendering: which pages are read again, and what the edition's folder holds afterwards."""

import subprocess
from pathlib import Path

import pytest

from infoplane.book import render as rendering
from infoplane.book.render import About, mended, render

WARNS = "[nowhere](nowhere.md)"

CONFIG = "{title: T, sphinx: {config: {myst_html_meta: {description: D}}}}"


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A book of three pages; `runs` are the calls of jupyter-book, which renders by copying."""
    folder = tmp_path / "tree"
    (folder / "book" / "_static").mkdir(parents=True)
    for name in ("_toc.yml", "book/_static/book.css"):
        (folder / name).write_text(name)
    (folder / "_config.yml").write_text(CONFIG)
    for name in ("a", "b", "c"):
        (folder / "book" / f"{name}.md").write_text(f"# {name}\n\ntext\n")
    return folder


@pytest.fixture
def runs(tree, monkeypatch):
    made = []

    def run(command, **options):
        output = Path(command[command.index("--path-output") + 1]) / "_build"
        kept = output / ".doctrees"
        known = {page.stem: page.read_text() for page in kept.glob("*")} if kept.exists() else {}
        pages = {page.stem: page.read_text() for page in (tree / "book").glob("*.md")}
        read = [name for name, text in sorted(pages.items()) if known.get(name) != text]
        for name in read:
            for target in (kept / name, output / "html" / f"{name}.html"):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(pages[name])
        (output / "html" / "index.html").write_text("index")
        (output / "html" / ".buildinfo").write_text("config")
        made.append(read)
        warned = any(WARNS in pages[name] for name in read)  # of what is read, as Sphinx does
        return subprocess.CompletedProcess(command, int(warned))

    monkeypatch.setattr(rendering.subprocess, "run", run)
    return made


def change(tree, page, text):
    path = tree / "book" / f"{page}.md"
    path.write_text(path.read_text() + text)


def test_only_the_page_that_changed_is_read_and_copied(tree, runs, tmp_path):
    site = tmp_path / "html"
    assert render(tmp_path, site) == 0
    assert render(tmp_path, site) == 0
    assert runs == [["a", "b", "c"]]
    times = {path: path.stat().st_mtime_ns for path in site.rglob("*")}
    change(tree, "b", "more\n")
    assert render(tmp_path, site) == 0
    assert runs[1:] == [["b"]]
    assert "more" in (site / "b.html").read_text()
    moved = {path.name for path in times if path.stat().st_mtime_ns != times[path]}
    assert moved == {"b.html"}


@pytest.mark.parametrize("of_every_page", ["_toc.yml", "_config.yml", "book/_static/book.css"])
def test_what_stands_on_every_page_renders_every_page(tree, runs, tmp_path, of_every_page):
    render(tmp_path, tmp_path / "html")
    (tree / of_every_page).write_text((tree / of_every_page).read_text() + "\n# another\n")
    render(tmp_path, tmp_path / "html")
    assert runs == [["a", "b", "c"]] * 2


def test_a_title_stands_on_every_page(tree, runs, tmp_path):
    render(tmp_path, tmp_path / "html")
    (tree / "book" / "b.md").write_text("# another\n\ntext\n")
    render(tmp_path, tmp_path / "html")
    assert runs == [["a", "b", "c"]] * 2


def test_a_citation_stands_among_the_references(tree, runs, tmp_path):
    render(tmp_path, tmp_path / "html")
    change(tree, "b", "as {cite:t}`kraskov2004estimating` says")
    render(tmp_path, tmp_path / "html")
    assert runs == [["a", "b", "c"]] * 2


def test_a_warning_is_given_until_it_is_mended(tree, runs, tmp_path):
    """Sphinx warns of what it reads: a page with a fault must not pass because it is known."""
    change(tree, "a", WARNS)
    assert render(tmp_path, tmp_path / "html") == 1
    assert render(tmp_path, tmp_path / "html") == 1
    change(tree, "c", "more\n")
    assert render(tmp_path, tmp_path / "html") == 1
    (tree / "book" / "a.md").write_text("# a\n")
    assert render(tmp_path, tmp_path / "html") == 0


def test_the_site_is_what_was_rendered_whoever_wrote_there(tree, runs, tmp_path):
    """`jupyter-book build .` writes into _build/html as well."""
    site = tmp_path / "html"
    render(tmp_path, site)
    assert not (site / ".buildinfo").exists()
    (site / "a.html").write_text("of another book")
    (site / "stray.html").write_text("of another book")
    (site / "b.html").unlink()
    assert render(tmp_path, site) == 0
    assert len(runs) == 1
    assert {path.name for path in site.iterdir()} == {"index.html", "a.html", "b.html", "c.html"}
    assert "text" in (site / "a.html").read_text()


def test_the_bibliography_is_no_list_of_things_that_are_none(tree, runs, tmp_path):
    change(tree, "a", '<div role="list" class="citation-list">')
    render(tmp_path, tmp_path / "html")
    assert '<div class="citation-list">' in (tmp_path / "html" / "a.html").read_text()


ABOUT = About("A book", 'Of "this" and that.')


def test_the_page_that_leads_to_the_first_has_a_title_an_icon_and_a_description():
    page = mended('<meta http-equiv="Refresh" content="0; url=book/intro.html" />\n', ABOUT)
    assert page.startswith("<!DOCTYPE html>")
    for part in ("<title>", 'rel="icon"', 'name="description"', "url=book/intro.html", "<a href="):
        assert page.count(part) == 1


def test_a_page_is_described_once_and_its_bibliography_has_no_roles():
    said = '<title>T</title><meta name="description" content="its own">'
    entry = '<div class="citation" id="a" role="doc-biblioentry"></div>'
    page = mended(f'{said}<div role="list" class="citation-list">{entry}</div>', ABOUT)
    assert page.count("description") == 1
    assert "role=" not in page


def test_a_page_with_formulas_asks_for_their_fonts_at_once():
    script = '<title>T</title><script src="../_static/mathjax/tex-chtml.js"></script>'
    page = mended(f'{script}<span class="math">x</span>', ABOUT)
    assert page.count('href="../_static/mathjax/output/chtml/fonts/woff-v2/MathJax_Main') == 1
    assert "preload" not in mended(script, ABOUT)
