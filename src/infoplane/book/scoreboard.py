"""The scoreboard: every claim with its verdict, from the records there are."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from infoplane.book.notebooks import Chapter, chapters, profile
from infoplane.claims import Check, Verdict, judge, ledger
from infoplane.records.store import Records, find

__all__ = ["of_chapter", "scoreboard", "verdict_table", "verdicts"]


def scoreboard(name: str = "quick") -> list[Verdict]:
    """The verdict of every claim under a profile, from the records there are; nothing runs."""
    written = {chapter.name: chapter for chapter in chapters()}
    verdicts: dict[str, Verdict] = {}
    for chapter in written.values():
        verdicts |= {verdict.claim.id: verdict for verdict in of_chapter(chapter, name)}
    missing = "the chapter that owes this claim is not written yet"
    return [
        verdicts.get(claim.id) or Verdict(claim, "not run", missing, name)
        for claim in ledger().values()
    ]


def of_chapter(chapter: Chapter, name: str) -> list[Verdict]:
    """The verdicts of one chapter's claims, from its records under the profile `name`."""
    owed = [claim for claim in ledger().values() if claim.chapter == chapter.name]
    frames, lacking = {}, 0
    for part, plan in chapter.plans(profile(name, chapter)).items():
        found = find(plan)
        lacking += found.count(None)
        frames[part] = Records([record for record in found if record is not None]).frame()
    if lacking:
        option = "" if name == "quick" else f" --profile {name}"
        run = f"infoplane run {chapter.name}{option}"
        reason = f"{lacking} records are missing, or of runs that failed: {run}"
        return [Verdict(claim, "not run", reason, name) for claim in owed]
    return verdicts(chapter.name, chapter.module.measure(frames), name)


def verdicts(chapter: str, measured: Mapping[str, Iterable[Check]], name: str) -> list[Verdict]:
    """Judge what a chapter measured; a claim it owes and did not measure is *not run*."""
    owed = [claim for claim in ledger().values() if claim.chapter == chapter]
    return [
        judge(claim, measured[claim.id], name)
        if claim.id in measured
        else Verdict(claim, "not run", "these parameters leave out what the claim is about", name)
        for claim in owed
    ]


def verdict_table(verdicts: Sequence[Verdict], *, chapter_links: bool = False) -> str:
    """Claims with what was reported, what was measured, and the verdict, as an HTML table."""
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
    unit = "" if claim.unit in ("1", "-") else f" {claim.unit}"
    link = f'<a href="../notebooks/{claim.chapter}.html">{escape(claim.id)}</a>'
    place = f"source {claim.source.split('_')[0]}, {claim.where}"
    name = link if chapter_links and verdict.word != "not run" else escape(claim.id)
    kind = verdict.word.replace(" ", "-")
    return (
        f'<tr id="claim-{escape(claim.id, quote=True)}"><td>{escape(claim.statement)}'
        f'<span class="detail"><code>{name}</code> · {escape(place)} · {escape(claim.quantity)}. '
        f"Criterion: {escape(claim.criterion)}.</span></td>"
        f'<td data-label="Reported">{escape(claim.reported)}{escape(unit)}</td>'
        f'<td data-label="Measured">{escape(measured)}</td>'
        f'<td data-label="Verdict"><strong class="verdict {kind}">{verdict.word}</strong>'
        f'<span class="detail">{escape(verdict.reason)}</span></td></tr>'
    )
