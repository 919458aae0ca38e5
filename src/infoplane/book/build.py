"""Build the book: execute what changed, stage a tree that mirrors the repository, render it.

`python -m infoplane.book.build [PROFILE]` is what `make book` calls.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import nbformat

from infoplane import paths
from infoplane.book.execute import execute
from infoplane.book.notebooks import Chapter, chapters, profile
from infoplane.book.stage import _stage
from infoplane.errors import ChapterError, InputError
from infoplane.records.codehash import code_hash, text_hash
from infoplane.records.store import find

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
    """The entry of `python -m infoplane.book.build`."""
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
