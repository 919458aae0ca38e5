"""Verdicts as a reader sees them: a table of claims, and how many there are of each word."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import get_args

from infoplane.book.editions import PUBLISHED
from infoplane.book.formulas import set_formulas
from infoplane.book.measured import fold, measured, unit_behind
from infoplane.claims import Verdict, Word, ledger
from infoplane.claims.sources import SOURCES, source_of

__all__ = ["counts", "filters", "in_brief", "squares", "verdict_table"]

NUMERIC = re.compile(r"[-+<>=~≤≥ ]*\d")
OTHER = re.compile(r"as ([a-z]+(?:\.\w+)+)")  # how a criterion refers to that of another claim
TWICE = "../book/criteria.html#criteria-that-were-read-twice"  # from any page of the book
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
            f"{fold('why', escape(verdict.reason))}{second}</td></tr>"
        )
    link = f'<a href="../notebooks/{claim.chapter}.html">{escape(claim.id)}</a>'
    name = link if chapter_links and verdict.measured is not None else escape(claim.id)
    # what is reported in words has no unit
    unit = unit_behind(claim.unit) if NUMERIC.match(claim.reported) else ""
    return (
        f"{opening}><td>{statement}"
        f'<span class="detail">{escape(source.name)}, {escape(claim.where)} · <code>{name}</code>'
        f"</span>{_asked(verdict)}</td>"
        f'<td data-label="Reported">{set_formulas(claim.reported)}{unit}</td>'
        f'<td data-label="Measured">{measured(verdict)}</td>'
        f'<td data-label="Verdict">{_word(verdict.word)}'
        f'<span class="detail">{set_formulas(verdict.words or verdict.reason)}</span>'
        f"{fold('digits', set_formulas(verdict.reason)) if verdict.words else ''}"
        f"{_first(verdict)}{second}</td></tr>"
    )


def _asked(verdict: Verdict) -> str:
    """The criterion, the argument for it, and what was asked before."""
    claim = verdict.claim
    parts = f'<span class="detail">Asked: {set_formulas(_written_out(claim.criterion))}.</span>'
    inside = set_formulas(claim.reading)
    if claim.changed:
        inside += f" <br>Asked at first: {set_formulas(claim.first_criterion)}."
    return parts + (fold("Why this is asked", inside) if inside else "")


def _written_out(criterion: str) -> str:
    """A criterion with that of the claim it refers to, unless it goes on to say it itself."""
    found = OTHER.match(criterion)
    other = ledger().get(found[1]) if found else None
    if found is None or other is None or ": " in criterion:
        return criterion
    rest = criterion[found.end() :]
    return f"as {other.id}, which is: {other.criterion.removesuffix(rest)}{rest}"


def _second(verdict: Verdict, other: Verdict | None) -> str:
    """The word of another edition, where it is another one and something was run."""
    if other is None or other.word in (verdict.word, "not run"):
        return ""
    edition = f"edition {other.profile}"
    if other.profile == PUBLISHED:
        edition = '<abbr title="computed at the documents\' own sizes">published edition</abbr>'
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
        return _about("not in the ledger at first", "", "Found when the documents were read again")
    if not claim.changed:
        return ""
    said = f", of the published records: {_word(claim.first_verdict)}"
    return _about("as first asked", said, "What the criterion was before it was read again")


def _about(words: str, said: str, title: str) -> str:
    """Words that the page on criteria explains, and what is said in them."""
    return f'<span class="detail"><a href="{TWICE}" title="{title}">{words}</a>{said}</span>'


def _word(word: str) -> str:
    return f'<strong class="verdict {_class(word)}">{word}</strong>'


def _class(word: str) -> str:
    return word.replace(" ", "-")
