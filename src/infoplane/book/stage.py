"""The tree that jupyter-book renders: it mirrors the repository, with executed notebooks."""

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import yaml

from infoplane import paths
from infoplane.book.notebooks import Chapter, chapters, profile
from infoplane.book.scoreboard import scoreboard, verdict_table
from infoplane.records.provenance import commit, hardware, origin, versions, versions_text
from infoplane.records.store import find

__all__ = []


def _stage(name: str, stage: Path) -> None:
    """Lay out `stage` as the repository is, with executed notebooks in place of the clean ones."""
    root = paths.root()
    files: dict[str, bytes] = {"_toc.yml": (root / "_toc.yml").read_bytes()}
    files["_config.yml"] = _config(yaml.safe_load((root / "_config.yml").read_text())).encode()
    for path in sorted((root / "book").rglob("*")):
        if path.is_file():
            inside = path.relative_to(root)
            target = inside.relative_to("book") if "_static" in inside.parts else inside
            files[str(target)] = path.read_bytes()
    for page, marker, content in (
        ("book/scoreboard.md", "{{ scoreboard }}", _scoreboard(name)),
        ("book/provenance.md", "{{ provenance }}", _provenance(name, stage)),
    ):
        files[page] = files[page].decode().replace(marker, content).encode()
    for chapter in chapters():
        files |= _chapter_files(chapter, name, stage / "notebooks")
    tree = stage / "tree"
    for path in tree.rglob("*"):
        if path.is_file() and str(path.relative_to(tree)) not in files:
            path.unlink()
    for name_in_tree, new in files.items():
        path = tree / name_in_tree
        # unchanged files keep their time, so that Sphinx reads only what changed
        if not path.exists() or path.read_bytes() != new:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(new)


def _config(config: dict[str, Any]) -> str:
    """_config.yml for the staged tree: buttons only where they lead somewhere."""
    url = os.environ.get("INFOPLANE_REPOSITORY") or config["repository"]["url"]
    if url:
        config = {**config, "repository": {**config["repository"], "url": url}}
    else:
        config = {k: v for k, v in config.items() if k not in ("repository", "launch_buttons")}
        buttons = {"use_issues_button": False, "use_repository_button": False}
        config["html"] = {**config["html"], **buttons}
    return yaml.safe_dump(config, sort_keys=False, allow_unicode=True)


def _chapter_files(chapter: Chapter, name: str, folder: Path) -> dict[str, bytes]:
    """A chapter's page and its three downloads: clean notebook, executed copy, records."""
    source = paths.notebooks_dir() / f"{chapter.name}.ipynb"
    done = folder / f"{chapter.name}.ipynb"
    failed = folder / f"{chapter.name}.failed.ipynb"
    executed = failed if failed.exists() or not done.exists() else done
    page = nbformat.read(executed if executed.exists() else source, as_version=4)
    downloads = f"_static/downloads/{chapter.name}"
    links = (
        f'<a download href="../{downloads}.ipynb">source notebook</a>, '
        f'<a download href="../{downloads}.executed.ipynb">executed copy</a>, '
        f'<a download href="../{downloads}.records.json">records</a>'
    )
    cell = nbformat.v4.new_markdown_cell(f'<p class="downloads">Download: {links}.</p>')
    cell["id"] = "downloads"
    executed_bytes = nbformat.writes(page).encode()
    page.cells.append(cell)
    records = [
        record.__dict__
        for plan in chapter.plans(profile(name, chapter)).values()
        for record in find(plan)
        if record is not None
    ]
    return {
        f"notebooks/{chapter.name}.ipynb": nbformat.writes(page).encode(),
        f"{downloads}.ipynb": source.read_bytes(),
        f"{downloads}.executed.ipynb": executed_bytes,
        f"{downloads}.records.json": json.dumps(records, sort_keys=True).encode(),
    }


def _scoreboard(name: str) -> str:
    """Counts, then every claim with its verdict, chapter by chapter."""
    verdicts = scoreboard(name)
    words = [verdict.word for verdict in verdicts]
    counts = ", ".join(
        f"**{words.count(word)}** {word}"
        for word in ("reproduced", "differs", "undecided", "not run")
    )
    titles = {chapter.name: chapter.title for chapter in chapters()}
    parts = [f"Profile *{name}*: {len(words)} claims, {counts}."]
    for owner in sorted({verdict.claim.chapter for verdict in verdicts}):
        number, _, short = owner.partition("_")
        title = titles.get(owner, f"{int(number)}. {short.replace('_', ' ')} (not written yet)")
        table = verdict_table(
            [v for v in verdicts if v.claim.chapter == owner], chapter_links=owner in titles
        )
        parts += [f"## {title}", table]
    return "\n\n".join(parts)


def _provenance(name: str, stage: Path) -> str:
    """Each chapter: when its page was rendered, and where its numbers were computed."""
    parts = []
    for chapter in chapters():
        path = stage / "notebooks" / f"{chapter.name}.ipynb"
        plans = chapter.plans(profile(name, chapter)).values()
        facts = origin(record for plan in plans for record in find(plan) if record is not None)
        ran = nbformat.read(path, as_version=4).metadata["papermill"] if path.exists() else {}
        when = f"{ran['start_time'][:10]}, in {ran['duration']:.1f} s" if ran else "failed"
        rows = {"Profile": name, "Page executed": when, **facts}
        parts.append(f"## {chapter.title}\n")
        parts += [f"- **{fact}:** {text}" for fact, text in rows.items()]
        parts.append("")
    here = f"{hardware()}, commit {commit()}; {versions_text(versions())}"
    return "\n".join([f"This edition was rendered by {here}.", "", *parts])
