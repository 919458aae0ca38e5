"""Figures of a page: where each is, and what it offers, its numbers as CSV, itself as SVG."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

import yaml
from nbformat import NotebookNode

from infoplane import paths
from infoplane.claims import Claim

__all__ = ["deciding", "named", "offered"]

BEGIN, END = '<figure class="panels"', "</figcaption></figure>"


def named(page: NotebookNode) -> set[str]:
    """Give each figure of a notebook the name of its cell for an id; the names given."""
    given = set()
    for cell in page.cells:
        name = f"figure-{cell['id']}"
        for output in cell.get("outputs", []):
            html = str(output.get("data", {}).get("text/html", ""))
            if html.startswith(BEGIN) and name not in given:
                output["data"]["text/html"] = html.replace(BEGIN, f'{BEGIN} id="{name}"', 1)
                given.add(name)
    return given


def deciding(claims: Iterable[Claim], shown: Mapping[str, set[str]]) -> dict[str, str]:
    """Claim -> the figure that decides it, as a link from a page of the book.

    shown: the figures of each chapter. A claim whose figure is not there leads to the row in its
    chapter's table; without a chapter, it is left out.
    """
    patterns = yaml.safe_load(paths.deciding_yml().read_text(encoding="utf-8"))
    places = {}
    for claim in claims:
        if claim.chapter in shown:
            cell = next((patterns[p] for p in patterns if fnmatchcase(claim.id, p)), "")
            there = f"figure-{cell}" in shown[claim.chapter]
            anchor = f"figure-{cell}" if there else f"claim-{claim.id}"
            places[claim.id] = f"../notebooks/{claim.chapter}.html#{anchor}"
    return places


def offered(page: NotebookNode, name: str, folder: str) -> dict[str, str]:
    """Put links under the figures of a page, and return the files that they lead to.

    name: of the chapter; folder: of the files, as the page has it in its links. A figure's numbers
    are beside it in the notebook's output; its SVG is on the page, from where book.js saves it.
    """
    files: dict[str, str] = {}
    for cell in page.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if not str(html := data.get("text/html", "")).endswith(END):
                continue
            own = f"{name}-figure-{len(files) + 1}"
            links = f'<button type="button" data-svg="{own}">Save as SVG</button>'
            if numbers := data.pop("text/csv", ""):
                links = f'<a download href="{folder}/{own}.csv">Numbers as CSV</a> {links}'
            files[f"{own}.csv"] = numbers
            data["text/html"] = f'{html[: -len(END)]} <span class="files">{links}</span>{END}'
    return {file: numbers for file, numbers in files.items() if numbers}
