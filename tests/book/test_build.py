"""Building the book: what is executed again, what is staged, and what a failure leaves."""

import os
import subprocess
import sys

import nbformat
import pytest

from infoplane import paths
from infoplane.book import build as book
from infoplane.book.editions import Outlook, site, stage_dir
from infoplane.book.notebooks import chapter, chapters
from infoplane.claims import ledger
from infoplane.errors import ChapterError
from infoplane.records.store import Record, code_of, save


@pytest.fixture
def built(tmp_path, monkeypatch, stores):
    """Build without executing or rendering: what was executed, in order, is in the list."""
    executed = []

    def execute(which, parameters, output):
        executed.append(which.name)
        if which.name in failing:
            raise ChapterError(f"{which.name} failed")
        output.parent.mkdir(parents=True, exist_ok=True)
        source = paths.notebooks_dir() / f"{which.name}.ipynb"
        notebook = nbformat.read(source, as_version=4)
        notebook.metadata["papermill"] = {"duration": 1.0, "start_time": "2026-01-01T00:00"}
        output.write_text(nbformat.writes(notebook))
        return 1.0

    failing = []
    monkeypatch.setattr(book, "compute", lambda name, missing: 0)
    monkeypatch.setattr(paths, "build_dir", lambda: tmp_path / "build")
    monkeypatch.setattr(book, "execute", execute)
    monkeypatch.setattr(book, "render", lambda folder, into: 0)

    def build(*names):
        failing[:] = names
        executed.clear()
        return book.build("quick"), list(executed)

    return build


def test_only_what_changed_is_executed_again(built):
    names = [c.name for c in chapters()]
    assert built() == (0, names)
    assert built() == (0, [])
    source = paths.notebooks_dir() / f"{names[1]}.ipynb"
    before = source.stat()
    try:
        os.utime(source)
        assert built() == (0, [names[1]])
    finally:
        os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_failing_chapter_does_not_stop_the_others_and_is_tried_again(built):
    names = [c.name for c in chapters()]
    assert built(names[0]) == (1, names)
    assert built() == (0, [names[0]])


def keep(plan, config, values):
    """A record of this machine, as its present code would make it."""
    origin = {"commit": "c", "versions": {}, "device": "cpu", "machine": "m", "date": "2026-01-01"}
    return save(Record(plan.name, config, values, seconds=2.0, code=code_of(plan), **origin))


def test_the_stamp_follows_parameters_and_records(stores):
    mixture = chapter("02")
    plain = book._stamp(mixture, "quick", {})
    assert book._stamp(mixture, "quick", {}) == plain
    assert book._stamp(mixture, "quick", {"n": 3000}) != plain
    plan = mixture.plans({})["training"]
    path = keep(plan, plan.configs[0], {})
    assert book._stamp(mixture, "quick", {}) != plain
    path.unlink()
    assert book._stamp(mixture, "quick", {}) == plain


def test_a_measure_that_raises_leaves_a_book_that_says_so(built, monkeypatch, capsys):
    """Its claims are not run, for a reason; the others are judged; the status is 1."""
    broken = chapter("02")
    for plan in broken.plans({}).values():
        for config in plan.configs:
            keep(plan, config, {"value": 0.0})

    def measure(frames):
        raise KeyError("bound")

    monkeypatch.setattr(broken.module, "measure", measure)
    status, _ = built()
    assert status == 1
    assert "02_mixture: measure raised KeyError: 'bound' (test_build.py" in capsys.readouterr().err
    page = (stage_dir("quick") / "tree" / "book" / "scoreboard.md").read_text()
    owed = [claim for claim in ledger().values() if claim.chapter == broken.name]
    assert page.count("measure raised KeyError") == len(owed)
    told = page.count('data-label="Verdict"><strong class="verdict not-run"')
    assert told == sum(not claim.by_construction for claim in ledger().values())


def test_a_build_says_first_what_it_has_to_compute(built, capsys):
    built()
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("profile quick: ")
    assert "records are missing and are computed now" in first


def test_what_is_missing_is_computed_first(built, monkeypatch):
    asked = []
    monkeypatch.setattr(book, "compute", lambda name, missing: asked.append((name, missing)) or 0)
    missing = book.outlook("quick").missing
    built()
    assert asked == [("quick", missing)]
    monkeypatch.setattr(book, "outlook", lambda name: Outlook(3, 0, 0.0, 0, False))
    built()
    assert len(asked) == 1


def test_computing_that_ended_early_is_told_and_the_pages_are_made(built, monkeypatch, capsys):
    monkeypatch.setattr(book, "compute", lambda name, missing: -9)
    status, executed = built()
    assert (status, executed) == (0, [c.name for c in chapters()])
    told = capsys.readouterr().out.splitlines()[1]
    assert "ended early (status -9)" in told
    assert "computed in" not in told


def test_editions_do_not_overwrite_each_other(tmp_path, monkeypatch):
    """`make test` builds the quick one; the published one, which somebody reads, stays."""
    monkeypatch.setattr(paths, "build_dir", lambda: tmp_path)
    assert site("full") == tmp_path / "html"
    assert site("quick") == tmp_path / "quick" / "html"


def test_the_book_is_a_command(capsys):
    """`python -m infoplane.book`, which refuses what is no profile in one line."""
    command = [sys.executable, "-m", "infoplane.book", "ful"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "did you mean 'full'" in done.stderr
    assert book.main(["full", "quick"]) == 2
    assert "one PROFILE is accepted, got full quick" in capsys.readouterr().err


def test_an_unknown_profile_is_one_line(capsys):
    assert book.main(["ful"]) == 2
    _, err = capsys.readouterr()
    assert err.count("\n") == 1
    assert "did you mean 'full'" in err
