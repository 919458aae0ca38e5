"""A built edition, as files."""

import gzip
import json
import re
from urllib.parse import unquote, urlsplit

import pytest

from infoplane import paths
from infoplane.book.notebooks import chapters
from infoplane.claims import ledger
from infoplane.claims.sources import SOURCES
from tests.book.built import BUILT, PAGES, SITE, WRITTEN, parsed

pytestmark = BUILT


def test_every_page_of_the_table_of_contents_is_there():
    import yaml

    toc = yaml.safe_load((paths.root() / "_toc.yml").read_text())
    files = [toc["root"], *(c["file"] for part in toc["parts"] for c in part["chapters"])]
    assert [f"{file}.html" for file in files if not (SITE / f"{file}.html").exists()] == []
    assert (SITE / "index.html").exists()
    # each once, in the order of their numbers
    assert [f"notebooks/{chapter.name}" for chapter in chapters()] == [
        file for file in files if file.startswith("notebooks/")
    ]


@pytest.mark.parametrize("page", WRITTEN)
def test_no_page_shows_an_error(page):
    text, _ = parsed(page)
    traces = "Traceback (most recent call last)", "papermill-error-cell", "FAILED ", "output stderr"
    for trace in traces:
        assert trace not in text
    assert not re.search(r"\{\{ \w+ \}\}", text)  # a marker that nothing replaced
    assert not re.search(r"\{(cite|eq|doc|ref)[:}]", text)  # a role that was not read


@pytest.mark.parametrize("page", WRITTEN)
def test_every_local_link_leads_somewhere(page):
    _, links = parsed(page)
    broken = []
    for target in links.targets:
        parts = urlsplit(target)
        if parts.scheme or parts.netloc:
            continue
        path = (SITE / page).parent / unquote(parts.path) if parts.path else SITE / page
        if not path.exists():
            broken.append(target)
        elif parts.fragment and path.suffix == ".html":
            _, there = parsed(path.resolve().relative_to(SITE.resolve()).as_posix())
            if unquote(parts.fragment) not in there.ids:
                broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", PAGES)
def test_scripts_styles_and_images_are_served_from_the_book(page):
    _, links = parsed(page)
    assert [source for source in links.scripts if re.match(r"(https?:)?//", source)] == []


@pytest.mark.parametrize("page", WRITTEN)
def test_every_picture_says_what_it_shows(page):
    _, links = parsed(page)
    assert all(links.images)
    assert all(role == "img" and label for role, label in links.figures)


def test_every_chapter_has_figures_a_banner_its_claims_and_its_downloads():
    for chapter in chapters():
        text, links = parsed(f"notebooks/{chapter.name}.html")
        assert len(links.figures) >= 2
        assert 'class="banner simple"' in text
        for word in ("Profile", "Seeds", "Device", "Seconds", "Commit", "Versions", "Records"):
            assert f"<dt>{word}</dt>" in text
        for claim in ledger().values():
            assert (f'id="claim-{claim.id}"' in text) == (claim.chapter == chapter.name)
        for ending in (".ipynb", ".records.json.gz"):
            file = SITE / "_static" / "downloads" / f"{chapter.name}{ending}"
            assert f"../_static/downloads/{file.name}" in links.targets
            content = file.read_bytes()
            assert json.loads(gzip.decompress(content) if ending.endswith("gz") else content)
        assert "What to trust" in text


def test_the_scoreboard_has_every_claim():
    text, _ = parsed("book/scoreboard.html")
    assert [claim for claim in ledger() if f'id="claim-{claim}"' not in text] == []


def test_there_is_no_empty_page():
    assert not (SITE / "genindex.html").exists()


@pytest.mark.parametrize("page", WRITTEN)
def test_a_page_has_an_icon_and_says_what_it_is_about(page):
    text, links = parsed(page)
    assert any("favicon.svg" in source for source in links.scripts)
    assert re.search(r'<meta [^>]*name="description"', text)


def test_the_front_page_leads_to_every_claim_and_every_document():
    text, links = parsed("book/intro.html")
    assert len(links.figures) == 2
    assert sum("#figure-" in target for target in links.targets) > len(ledger()) / 2
    for source in SOURCES.values():
        assert f"{source.page}.html" in links.targets
        assert source.title in text


@pytest.mark.parametrize("page", [page for page in WRITTEN if page.startswith("book/")])
def test_documents_have_names(page):
    text, _ = parsed(page)
    assert not re.search(r"[Ss]ource 00\d(?! of the ledger)", text)
