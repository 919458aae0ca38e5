"""What the book shows of all its claims: the scoreboard, squares, a list a document, provenance."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import get_args

import nbformat

from infoplane.book.editions import PUBLISHED, records
from infoplane.book.figures import deciding
from infoplane.book.forest import forest
from infoplane.book.notebooks import QUICK, chapters, profile
from infoplane.book.scoreboard import scoreboard
from infoplane.book.verdicts import counts, filters, in_brief, squares, verdict_table
from infoplane.claims import Verdict, Word
from infoplane.claims.sources import SOURCES, source_of
from infoplane.records.provenance import (
    commit,
    earlier,
    hardware,
    origin,
    versions,
    versions_text,
)

__all__ = ["overview"]


def overview(
    name: str, folder: Path, verdicts: Sequence[Verdict], shown: Mapping[str, set[str]]
) -> dict[str, str]:
    """Marker -> what stands for it in an edition. shown: the figures of each chapter's page."""
    places = deciding([verdict.claim for verdict in verdicts], shown)
    texts = {
        "scoreboard": _scoreboard(name, verdicts),
        "provenance": _provenance(name, folder),
        "squares": squares(verdicts, places),
        "documents": _documents(verdicts),
    }
    for source in SOURCES.values():
        own = [verdict for verdict in verdicts if source_of(verdict.claim) == source]
        texts[source.key] = f"{_tally(own)}\n\n{squares(own, places)}\n\n{in_brief(own)}"
    return texts


def _documents(verdicts: Sequence[Verdict]) -> str:
    """The five documents by author, title and year, with how many of their claims hold."""
    lines = []
    for source in SOURCES.values():
        own = [verdict for verdict in verdicts if source_of(verdict.claim) == source]
        authors = source.authors[0].upper() + source.authors[1:]
        title = f"[*{source.title}*]({source.page}.md)"
        lines.append(f"- **{authors}**, {title}, {source.year} ({source.kind}). {_tally(own)}")
    return "\n".join(lines)


def _tally(verdicts: Sequence[Verdict]) -> str:
    """How many claims have each word, in a sentence."""
    words = [str(verdict.word) for verdict in verdicts]
    counted = {word: words.count(word) for word in sorted(set(words), key=_order)}
    told = [
        f"{n} {'differ' if word == 'differs' and n > 1 else word}" for word, n in counted.items()
    ]
    return f"Of {len(words)} claims: {', '.join(told)}."


def _order(word: str) -> int:
    return get_args(Word).index(word)


def _scoreboard(name: str, verdicts: Sequence[Verdict]) -> str:
    """Counts, then every claim with its verdict, chapter by chapter, and all intervals at once."""
    titles = {chapter.name: chapter.title for chapter in chapters()}
    parts = [f"Profile *{name}*:", counts(verdicts, first=name == PUBLISHED)]
    if name != PUBLISHED:
        parts.append("What the first criteria said is counted in the published edition.")
    second = QUICK if name == PUBLISHED else PUBLISHED
    other = {verdict.claim.id: verdict for verdict in scoreboard(second).verdicts}
    parts.append(filters(verdicts, titles))
    for owner in sorted({verdict.claim.chapter for verdict in verdicts}):
        number, _, short = owner.partition("_")
        title = titles.get(owner, f"{int(number)}. {short.replace('_', ' ')} (not written yet)")
        own = [v for v in verdicts if v.claim.chapter == owner]
        table = verdict_table(own, chapter_links=owner in titles, other=other)
        parts += [f"## {title}", table]
    parts += ["## All intervals against what is accepted", FOREST, forest(verdicts)]
    return "\n\n".join(parts)


FOREST = (
    "One line a claim: the bar is the measured interval, the dot its value, the ground what the "
    "criterion accepts. Each line has an axis of its own, so that lengths are not to be compared "
    "from line to line. Of a claim with several parts it is the one that is nearest to changing "
    "the verdict."
)


def _provenance(name: str, folder: Path) -> str:
    """Each chapter: when its page was rendered, and where its numbers were computed."""
    parts = []
    for chapter in chapters():
        path = folder / "notebooks" / f"{chapter.name}.ipynb"
        plans = chapter.plans(profile(name, chapter)).values()
        made = [(plan, [r for r in records(plan, name) if r is not None]) for plan in plans]
        facts = origin(r for _, found in made for r in found) | earlier(made)
        ran = nbformat.read(path, as_version=4).metadata["papermill"] if path.exists() else {}
        when = f"{ran['start_time'][:10]}, in {ran['duration']:.1f} s" if ran else "failed"
        rows = {"Profile": name, "Page executed": when, **facts}
        parts.append(f"## {chapter.title}\n")
        parts += [f"- **{fact}:** {text}" for fact, text in rows.items()]
        parts.append("")
    here = f"{hardware()}, commit {commit()}; {versions_text(versions())}"
    return "\n".join([f"This edition was rendered by {here}.", "", *parts])
