"""The tree that jupyter-book renders: it mirrors the repository, with executed notebooks."""

import copy
import gzip
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
import yaml

from infoplane import paths
from infoplane.book.arranged import arranged
from infoplane.book.editions import records, stage_dir
from infoplane.book.figures import named, offered
from infoplane.book.fonts import characters, fonts
from infoplane.book.generated import generated
from infoplane.book.notebooks import Chapter, chapters, profile
from infoplane.book.overview import overview
from infoplane.book.scoreboard import scoreboard
from infoplane.book.tables import set_tables

__all__ = ["config", "stage"]

# What appears on every page once there is an address for it to lead to.
BUTTONS: dict[str, dict[str, Any]] = {
    "launch_buttons": {
        "notebook_interface": "jupyterlab",
        "binderhub_url": "https://mybinder.org",
        "colab_url": "https://colab.research.google.com",
    },
    "html": {"use_issues_button": True, "use_repository_button": True},
}


def stage(name: str) -> dict[str, str]:
    """Lay out an edition's tree as the repository is, with executed notebooks for the clean ones.

    Returns the chapters that could not be judged, with what their `measure` raised.
    """
    root, folder = paths.root(), stage_dir(name)
    files: dict[str, bytes] = {"_toc.yml": (root / "_toc.yml").read_bytes()}
    files["_config.yml"] = config(yaml.safe_load((root / "_config.yml").read_text())).encode()
    for path in sorted((root / "book").rglob("*")):
        if path.is_file() and path.suffix != ".py":
            files[str(path.relative_to(root))] = path.read_bytes()
    figures: dict[str, set[str]] = {}
    for chapter in chapters():
        made, figures[chapter.name] = _chapter_files(chapter, name, folder / "notebooks")
        files |= made
    board = scoreboard(name)
    texts, broken = generated(name)
    texts |= overview(name, folder, board.verdicts, figures)
    for page in [page for page in files if page.endswith(".md")]:
        files[page] = _filled(files[page].decode(), texts).encode()
    pages = [files[page].decode() for page in files if page.endswith(".ipynb")]
    shown = [html for page in pages for html in _outputs(page)]
    shown += [text for text in texts.values() if "<figure" in text]
    for file, face in fonts(characters(shown)).items():
        files[f"book/_static/fonts/{file}"] = face
    _lay_out(folder / "tree", files)
    return broken | board.broken


def _outputs(page: str) -> Iterator[str]:
    """The HTML that the cells of a notebook show."""
    for cell in json.loads(page)["cells"]:
        for output in cell.get("outputs", []):
            yield "".join(output.get("data", {}).get("text/html", ""))


def _filled(page: str, texts: Mapping[str, str]) -> str:
    """A page with what stands for each `{{ name }}`; one that nothing fills stays, to be seen."""
    for marker, text in texts.items():
        page = page.replace(f"{{{{ {marker} }}}}", text)
    return page


def _lay_out(tree: Path, files: Mapping[str, bytes]) -> None:
    """Make `tree` hold these files and no others; what is there already keeps its time.

    Sphinx reads again what has another time, so that a page is rendered when it changed.
    """
    for path in [path for path in tree.rglob("*") if path.is_file()]:
        if str(path.relative_to(tree)) not in files:
            path.unlink()
    for inside, new in files.items():
        path = tree / inside
        if not path.exists() or path.read_bytes() != new:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(new)


def config(plain: Mapping[str, Any]) -> str:
    """_config.yml for the staged tree: with buttons, if INFOPLANE_REPOSITORY is their address."""
    url = os.environ.get("INFOPLANE_REPOSITORY")
    made = dict(plain)
    if url:
        made["repository"] = {"url": url, "branch": "main"}
        made["launch_buttons"] = BUTTONS["launch_buttons"]
        made["html"] = {**plain["html"], **BUTTONS["html"]}
    return yaml.safe_dump(made, sort_keys=False, allow_unicode=True)


def _chapter_files(chapter: Chapter, name: str, folder: Path) -> tuple[dict[str, bytes], set[str]]:
    """A chapter's page and its downloads: clean notebook, records, numbers of its figures.

    And the names of the page's figures.
    """
    source = paths.notebooks_dir() / f"{chapter.name}.ipynb"
    done = folder / f"{chapter.name}.ipynb"
    failed = folder / f"{chapter.name}.failed.ipynb"
    executed = failed if failed.exists() or not done.exists() else done
    whole = nbformat.read(executed if executed.exists() else source, as_version=4)
    page = copy.deepcopy(whole)
    figures = named(page)
    page = arranged(page)
    for output in (output for cell in page.cells for output in cell.get("outputs", [])):
        if "text/html" in output.get("data", {}):
            output.data["text/html"] = set_tables(output.data["text/html"])
    numbers = offered(page, chapter.name, "../_static/downloads")
    downloads = f"_static/downloads/{chapter.name}"  # as the site has it
    links = (
        f'<a download href="../{downloads}.ipynb">source notebook</a>, '
        f'<a download href="../{downloads}.records.json.gz">records</a>'
    )
    cell = nbformat.v4.new_markdown_cell(f'<p class="downloads">Download: {links}.</p>')
    cell["id"] = "downloads"
    page.cells.append(cell)
    found = [
        record.__dict__
        for plan in chapter.plans(profile(name, chapter)).values()
        for record in records(plan, name)
        if record is not None
    ]
    files = {
        f"notebooks/{chapter.name}.ipynb": nbformat.writes(page).encode(),
        **{f"book/_static/downloads/{file}": text.encode() for file, text in numbers.items()},
        f"book/{downloads}.ipynb": source.read_bytes(),
        f"book/{downloads}.records.json.gz": gzip.compress(
            json.dumps(found, sort_keys=True).encode(), mtime=0
        ),
    }
    return files, figures
