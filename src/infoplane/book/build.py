"""Build the book: execute what changed, stage a tree that mirrors the repository, render it.

`python -m infoplane.book [PROFILE]` is what `make book` calls.
"""

import hashlib
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import nbformat

from infoplane import paths
from infoplane.book.compute import compute
from infoplane.book.editions import PUBLISHED, outlook, records, site, stage_dir
from infoplane.book.execute import execute
from infoplane.book.notebooks import Chapter, chapters, profile
from infoplane.book.render import render
from infoplane.book.stage import stage
from infoplane.errors import ChapterError, InputError
from infoplane.records.codehash import code_hash, text_hash

__all__ = ["build", "main"]


def build(name: str = PUBLISHED) -> int:
    """Build the edition of a profile into its own folder; returns the exit status.

    It says first how many records are missing, and how long computing them takes. Only chapters
    whose notebook, parameters, code or data changed are executed, and only pages that changed
    are rendered. A chapter that fails does not stop the others: its page shows the error, claims
    that could not be judged are *not run*, and the status is 1.
    """
    ahead = outlook(name)
    click.echo(f"profile {name}: {ahead}")
    if ahead.missing:
        started = time.perf_counter()
        status = compute(name, ahead.missing)
        took = f"{time.perf_counter() - started:.1f} s"
        ended = f"computing them ended early (status {status}) after {took}: the pages go on"
        click.echo(f"records: computed in {took}" if status == 0 else f"records: {ended}")
    failures = {}
    for chapter in chapters():
        if failure := _execute(chapter, name, stage_dir(name) / "notebooks"):
            failures[chapter.name] = failure
    failures = stage(name) | failures
    status = render(stage_dir(name), site(name))
    for chapter_name, failure in failures.items():
        click.secho(f"{chapter_name}: {failure}", fg="red", err=True)
    return 1 if failures else status


def main(arguments: list[str]) -> int:
    """The entry of `python -m infoplane.book`."""
    if len(arguments) > 1:
        click.echo(f"book: one PROFILE is accepted, got {' '.join(arguments)}", err=True)
        return 2
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
        if done and stamp.read_text() == _stamp(chapter, name, parameters):
            click.echo(f"{chapter.name}: up to date")
            return None
        stamp.unlink(missing_ok=True)
        seconds = execute(chapter, parameters, output)
        # with the records it made
        paths.write_atomically(stamp, _stamp(chapter, name, parameters))
    except (ChapterError, InputError) as error:
        return str(error)
    click.echo(f"{chapter.name}: executed in {seconds:.1f} s")
    return None


def _stamp(chapter: Chapter, name: str, parameters: Mapping[str, Any]) -> str:
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
        [[record is not None for record in records(plan, name)] for plan in plans.values()],
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()
