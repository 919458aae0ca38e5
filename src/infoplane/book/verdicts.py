"""Verdicts as a reader sees them: a table of claims, and how many there are of each word."""

import re
from collections.abc import Sequence
from html import escape
from typing import get_args

from infoplane.claims import Verdict, Word

__all__ = ["counts", "filters", "squares", "verdict_table"]

NUMERIC = re.compile(r"[-+<>=~≤≥ ]*\d")
LETTERS = {"by construction": "C", "not run": "–"}  # of the other words their own first letter


def counts(verdicts: Sequence[Verdict], *, first: bool) -> str:
    """How many claims have each word, as an HTML table: a row a word, and one for all.

    first: beside what their first criteria said, which is known of the published records; a
    claim that the ledger did not have then is counted once only.
    """
    columns: dict[str, list[str]] = {"criteria as they stand": [v.word for v in verdicts]}
    if first:
        before = [_first_word(verdict) for verdict in verdicts if not verdict.claim.added]
        columns["as first written"] = before
    words = [word for word in get_args(Word) if any(word in found for found in columns.values())]
    rows = [(_word(word), [found.count(word) for found in columns.values()]) for word in words]
    rows.append(("claims", [len(found) for found in columns.values()]))
    head = "".join(f'<th scope="col">{name}</th>' for name in columns)
    body = "".join(
        f'<tr><th scope="row">{name}</th>'
        + "".join(f"<td>{number}</td>" for number in numbers)
        + "</tr>"
        for name, numbers in rows
    )
    head = f"<thead><tr><td></td>{head}</tr></thead>"
    return f'<table class="counts">{head}<tbody>{body}</tbody></table>'


def _first_word(verdict: Verdict) -> str:
    return verdict.claim.first_verdict if verdict.claim.changed else verdict.word


def verdict_table(verdicts: Sequence[Verdict], *, chapter_links: bool = False) -> str:
    """Claims with what was reported, what was measured, and the verdict, as an HTML table.

    Under a claim stands, in small, its criterion and the argument for it; and where something
    else was asked at first, that, and the word it led to.
    """
    body = "".join(_row(verdict, chapter_links) for verdict in verdicts)
    return (
        '<table class="ledger"><thead><tr><th scope="col">Claim</th>'
        '<th scope="col">Reported</th><th scope="col">Measured</th>'
        f'<th scope="col">Verdict</th></tr></thead><tbody>{body}</tbody></table>'
    )


def _row(verdict: Verdict, chapter_links: bool) -> str:
    claim = verdict.claim
    measured = "–"
    if verdict.measured is not None:
        measured = f"{verdict.measured:.4g}"
        ends = [f"{end:.4g}" for end in verdict.interval or ()]
        if ends and set(ends) != {measured}:
            measured += f" [{', '.join(ends)}]"
        measured += _unit(claim.unit)
    # what is reported in words has no unit
    unit = _unit(claim.unit) if NUMERIC.match(claim.reported) else ""
    link = f'<a href="../notebooks/{claim.chapter}.html">{escape(claim.id)}</a>'
    place = f"source {claim.source.split('_')[0]}, {claim.where}"
    name = link if chapter_links and verdict.measured is not None else escape(claim.id)
    return (
        f'<tr id="claim-{escape(claim.id, quote=True)}" data-verdict="{verdict.word}" '
        f'data-source="{claim.source.split("_")[0]}"><td>{escape(claim.statement)}'
        f'<span class="detail"><code>{name}</code> · {escape(place)} · {escape(claim.quantity)}. '
        f"Criterion: {escape(claim.criterion)}.</span>{_reading(verdict)}</td>"
        f'<td data-label="Reported">{escape(claim.reported)}{escape(unit)}</td>'
        f'<td data-label="Measured">{escape(measured)}</td>'
        f'<td data-label="Verdict">{_word(verdict.word)}'
        f'<span class="detail">{escape(verdict.reason)}</span>{_first(verdict)}</td></tr>'
    )


def _unit(unit: str) -> str:
    """A unit behind a number; of several quantities there is none to show."""
    return "" if unit in ("1", "-") or "," in unit else f" {unit}"


def squares(verdicts: Sequence[Verdict]) -> str:
    """One square a claim, in the order of chapters, that leads to its row: colour and a letter."""
    items = "".join(
        f'<li><a class="verdict {_class(v.word)}" title="{escape(v.claim.statement, quote=True)} '
        f'({v.word})" href="scoreboard.html#claim-{escape(v.claim.id, quote=True)}">'
        f'<span aria-hidden="true">{LETTERS.get(v.word, v.word[0].upper())}</span>'
        f'<span class="visually-hidden">{escape(v.claim.id)}: {v.word}</span></a></li>'
        for v in sorted(verdicts, key=lambda v: v.claim.chapter)
    )
    return f'<ul class="squares">{items}</ul>'


def filters(verdicts: Sequence[Verdict]) -> str:
    """What book.js lets a reader choose of the rows of all tables; without it, nothing is seen."""
    words = [word for word in get_args(Word) if any(v.word == word for v in verdicts)]
    sources = sorted({v.claim.source.split("_")[0] for v in verdicts})
    return (
        '<form class="filters" hidden>'
        + _choice("verdict", [(word, word) for word in words])
        + _choice("source", [(source, f"source {source}") for source in sources])
        + '<output aria-live="polite"></output></form>'
    )


def _choice(name: str, options: Sequence[tuple[str, str]]) -> str:
    listed = "".join(f'<option value="{value}">{text}</option>' for value, text in options)
    everything = '<option value="">all</option>'
    return f'<label>{name} <select name="{name}">{everything}{listed}</select></label>'


def _reading(verdict: Verdict) -> str:
    claim = verdict.claim
    parts = ""
    if claim.changed:
        parts = f'<span class="detail">Asked at first: {escape(claim.first_criterion)}.</span>'
    if claim.reading:
        parts += (
            f'<details class="detail"><summary>Why this is asked</summary>'
            f"{escape(claim.reading)}</details>"
        )
    return parts


def _first(verdict: Verdict) -> str:
    """What the first criterion said of the published records, or that there was none."""
    claim = verdict.claim
    if claim.added:
        return '<span class="detail">not in the ledger at first</span>'
    if not claim.changed:
        return ""
    said = _word(claim.first_verdict)
    return f'<span class="detail">as first asked, of the published records: {said}</span>'


def _word(word: str) -> str:
    return f'<strong class="verdict {_class(word)}">{word}</strong>'


def _class(word: str) -> str:
    return word.replace(" ", "-")
