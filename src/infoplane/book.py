"""Build the book: execute what changed, stage a tree that mirrors the repository, render it.

`python -m infoplane.book [PROFILE]` is what `make book` calls.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import nbformat
import yaml

from infoplane import paths
from infoplane.chapters import Chapter, chapters, profile
from infoplane.claims import scoreboard
from infoplane.codehash import code_hash, text_hash
from infoplane.errors import ChapterError, InputError
from infoplane.execute import execute
from infoplane.notebook import origin, verdict_table, versions_text
from infoplane.provenance import commit, hardware, versions
from infoplane.results import find

__all__ = ["build"]


def build(name: str = "quick") -> int:
    """Build the book under a profile into _build/html; returns the exit status.

    Only chapters whose notebook, parameters, code or data changed are executed, and nothing is
    rendered when no page changed. A chapter that fails does not stop the others: its page shows
    the error, and the status is 1.
    """
    stage = paths.build_dir() / name
    failures = [
        failure
        for chapter in chapters()
        if (failure := _execute(chapter, name, stage / "notebooks"))
    ]
    _stage(name, stage)
    status = _render(stage)
    for failure in failures:
        click.secho(failure, fg="red", err=True)
    return 1 if failures else status


def main(arguments: list[str]) -> int:
    """The entry of `python -m infoplane.book`."""
    try:
        return build(*arguments)
    except InputError as error:
        click.echo(f"book: {error}", err=True)
        return 2
    except KeyboardInterrupt:
        click.echo("book: interrupted; what was finished is kept", err=True)
        return 130


def _execute(chapter: Chapter, name: str, folder: Path) -> str | None:
    """Execute a chapter unless its copy is up to date; returns what went wrong, if anything."""
    output = folder / f"{chapter.name}.ipynb"
    stamp = folder / f"{chapter.name}.stamp"
    try:
        parameters = profile(name, chapter)
        done = output.exists() and stamp.exists()
        if done and stamp.read_text() == _stamp(chapter, parameters):
            click.echo(f"{chapter.name}: up to date")
            return None
        stamp.unlink(missing_ok=True)
        seconds = execute(chapter, parameters, output)
        paths.write_atomically(stamp, _stamp(chapter, parameters))  # with the records it made
    except (ChapterError, InputError) as error:
        return f"{chapter.name}: {error}"
    click.echo(f"{chapter.name}: executed in {seconds:.1f} s")
    return None


def _stamp(chapter: Chapter, parameters: Mapping[str, Any]) -> str:
    """What an executed copy depends on, as one hash: notebook, parameters, code, records, data."""
    source = paths.notebooks_dir() / f"{chapter.name}.ipynb"
    cells = nbformat.read(source, as_version=4).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    plans = chapter.plans(parameters)
    parts = [
        source.read_bytes(),
        source.stat().st_mtime_ns,  # touching a notebook runs it again, as make would
        sorted(parameters.items()),
        text_hash(code),  # of the notebook, and of all it uses
        # what it comes to through the chapter's name only
        code_hash(chapter.module.__name__, ("plans", "measure")),
        paths.claims_csv().read_bytes(),
        str(paths.data_dir()),
        # a record that was deleted is computed again
        [[record is not None for record in find(plan)] for plan in plans.values()],
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


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


def _render(stage: Path) -> int:
    """Run jupyter-book on the staged tree, if anything in it changed since the last good run."""
    tree, site = stage / "tree", paths.build_dir() / "html"
    digest = hashlib.sha256(str(stage).encode())
    for path in sorted(path for path in tree.rglob("*") if path.is_file()):
        if "_build" not in path.relative_to(tree).parts:
            digest.update(str(path).encode() + path.read_bytes())
    stamp = paths.build_dir() / "html.stamp"
    if (
        stamp.exists()
        and stamp.read_text() == digest.hexdigest()
        and (site / "index.html").exists()
    ):
        click.echo(f"the book is up to date: {site / 'index.html'}")
        return 0
    stamp.unlink(missing_ok=True)
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    command = [str(jupyter_book), "build", str(tree), "-W", "--keep-going", "-n"]
    done = subprocess.run([*command, "-q"], check=False)
    rendered = tree / "_build" / "html"
    if not (rendered / "index.html").exists():
        return done.returncode or 1
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(rendered, site, ignore=shutil.ignore_patterns(".buildinfo", ".doctrees"))
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        # docutils calls its bibliography a list of things that are no list items
        page.write_text(text.replace('role="list" class="citation-list"', 'class="citation-list"'))
    if done.returncode == 0:
        paths.write_atomically(stamp, digest.hexdigest())
        click.echo(f"the book: {site / 'index.html'}")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
