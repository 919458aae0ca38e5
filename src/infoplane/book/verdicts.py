"""Verdicts as a reader sees them: a table of claims, and how many there are of each word."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import get_args

from infoplane.book.editions import PUBLISHED
from infoplane.book.forest import strip
from infoplane.book.formulas import set_formulas
from infoplane.claims import Verdict, Word
from infoplane.claims.sources import SOURCES, source_of

__all__ = ["counts", "filters", "in_brief", "squares", "verdict_table"]

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


def verdict_table(
    verdicts: Sequence[Verdict], *, chapter_links: bool = False, other: Mapping[str, Verdict] = {}
) -> str:
    """Claims with what was reported, what was measured, and the verdict, as an HTML table.

    Under a claim stands, in small, where it is from and what is asked, and behind a fold why, with
    what was asked at first. Under what was measured: of what, and the interval against what is
    accepted. Under a verdict: the reason in words, its digits behind a fold. A claim that was not
    run is one line.
    other: verdicts of another edition, by claim, which are shown where they differ.
    """
    body = "".join(
        _row(verdict, chapter_links, other.get(verdict.claim.id)) for verdict in verdicts
    )
    return (
        '<table class="ledger claims"><thead><tr><th scope="col">Claim</th>'
        '<th scope="col">Reported</th><th scope="col">Measured</th>'
        f'<th scope="col">Verdict</th></tr></thead><tbody>{body}</tbody></table>'
    )


def _row(verdict: Verdict, chapter_links: bool, other: Verdict | None) -> str:
    claim, source = verdict.claim, source_of(verdict.claim)
    opening = (
        f'<tr id="claim-{escape(claim.id, quote=True)}" data-verdict="{verdict.word}" '
        f'data-source="{source.number}" data-chapter="{escape(claim.chapter)}"'
    )
    statement = set_formulas(claim.statement)
    second = _second(verdict, other)
    if verdict.word == "not run":
        return (
            f'{opening} class="brief"><td colspan="3">{statement} <code>{escape(claim.id)}</code>'
            f'</td><td data-label="Verdict">{_word(verdict.word)}'
            f"{_fold('why', escape(verdict.reason))}{second}</td></tr>"
        )
    link = f'<a href="../notebooks/{claim.chapter}.html">{escape(claim.id)}</a>'
    name = link if chapter_links and verdict.measured is not None else escape(claim.id)
    # what is reported in words has no unit
    unit = _unit(claim.unit) if NUMERIC.match(claim.reported) else ""
    return (
        f"{opening}><td>{statement}"
        f'<span class="detail">{escape(source.name)}, {escape(claim.where)} · <code>{name}</code>'
        f"</span>{_asked(verdict)}</td>"
        f'<td data-label="Reported">{set_formulas(claim.reported)}{escape(unit)}</td>'
        f'<td data-label="Measured">{_measured(verdict)}</td>'
        f'<td data-label="Verdict">{_word(verdict.word)}'
        f'<span class="detail">{set_formulas(verdict.words or verdict.reason)}</span>'
        f"{_fold('digits', set_formulas(verdict.reason)) if verdict.words else ''}"
        f"{_first(verdict)}{second}</td></tr>"
    )


def _measured(verdict: Verdict) -> str:
    """The number that is nearest to changing the verdict: of which part, with interval and unit."""
    claim = verdict.claim
    shown = "–"
    if verdict.measured is not None:
        shown = _minus(f"{verdict.measured:.3g}")
        ends = [_minus(f"{end:.3g}") for end in verdict.interval or ()]
        if ends and set(ends) != {shown}:
            shown += f" [{', '.join(ends)}]"
        shown += _unit(claim.unit_of(verdict.part))
    name = f'<span class="part">{set_formulas(verdict.part)}:</span> ' if verdict.part else ""
    what = f'<span class="detail">{set_formulas(claim.quantity)}</span>'
    return f"{name}{set_formulas(shown)}{strip(verdict)}{what}"


def _minus(number: str) -> str:
    """A number with a minus sign for its hyphen, but for those of an exponent.

    >>> _minus("-0.5"), _minus("1e-15")
    ('−0.5', '1e-15')
    """
    return f"−{number[1:]}" if number.startswith("-") else number


def _unit(unit: str) -> str:
    """A unit behind a number; of several quantities there is none to show."""
    return "" if unit in ("", "1", "-") or "," in unit else f" {unit}"


def _fold(name: str, html: str) -> str:
    return f'<details class="detail"><summary>{name}</summary>{html}</details>'


def _asked(verdict: Verdict) -> str:
    """The criterion, the argument for it, and what was asked before."""
    claim = verdict.claim
    parts = f'<span class="detail">Asked: {set_formulas(claim.criterion)}.</span>'
    inside = set_formulas(claim.reading)
    if claim.changed:
        inside += f" <br>Asked at first: {set_formulas(claim.first_criterion)}."
    return parts + (_fold("Why this is asked", inside) if inside else "")


def _second(verdict: Verdict, other: Verdict | None) -> str:
    """The word of another edition, where it is another one and something was run."""
    if other is None or other.word in (verdict.word, "not run"):
        return ""
    edition = "published edition" if other.profile == PUBLISHED else f"edition {other.profile}"
    return f'<span class="detail">{edition}: {_word(other.word)}</span>'


def squares(verdicts: Sequence[Verdict], places: Mapping[str, str] = {}) -> str:
    """One square a claim, in the order of chapters: colour and a letter.

    places: where each leads to, by claim; without a place, to its row of the scoreboard.
    """
    items = "".join(
        f'<li><a class="verdict {_class(v.word)}" title="{escape(v.claim.statement, quote=True)} '
        f'({v.word})" href="{places.get(v.claim.id, _to_row(v))}">'
        f'<span aria-hidden="true">{LETTERS.get(v.word, v.word[0].upper())}</span>'
        f'<span class="visually-hidden">{escape(v.claim.id)}: {v.word}</span></a></li>'
        for v in sorted(verdicts, key=lambda v: v.claim.chapter)
    )
    return f'<ul class="squares">{items}</ul>'


def _to_row(verdict: Verdict) -> str:
    return f"scoreboard.html#claim-{escape(verdict.claim.id, quote=True)}"


def in_brief(verdicts: Sequence[Verdict]) -> str:
    """Claims as a list, a line each: the word, the sentence, and a link to the row."""
    order = list(get_args(Word))
    items = "".join(
        f'<li>{_word(v.word)} <a href="{_to_row(v)}">{set_formulas(v.claim.statement)}</a> '
        f'<span class="where">{escape(v.claim.where)}</span></li>'
        for v in sorted(verdicts, key=lambda v: order.index(v.word))
    )
    return f'<ul class="brief">{items}</ul>'


def filters(verdicts: Sequence[Verdict], titles: Mapping[str, str] = {}) -> str:
    """What book.js lets a reader choose of the rows of all tables, and in which order.

    Without a script it is hidden. titles: of chapters, by name.
    """
    words = [word for word in get_args(Word) if any(v.word == word for v in verdicts)]
    sources = sorted({source_of(v.claim).number for v in verdicts})
    owners = sorted({v.claim.chapter for v in verdicts})
    return (
        '<form class="filters" hidden>'
        + _choice("verdict", [(word, word) for word in words])
        + _choice("source", [(number, SOURCES[number].name) for number in sources])
        + _choice("chapter", [(owner, titles.get(owner, owner)) for owner in owners])
        + '<label>order <select name="order"><option value="">by chapter</option>'
        + '<option value="verdict">by verdict</option><option value="source">by source</option>'
        + '</select></label><output aria-live="polite"></output></form>'
    )


def _choice(name: str, options: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<option value="{escape(value)}">{escape(text)}</option>' for value, text in options
    )
    everything = '<option value="">all</option>'
    return f'<label>{name} <select name="{name}">{everything}{listed}</select></label>'


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
