"""What every chapter shows of itself: the banner at the top, the verdicts at the end."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from IPython.display import HTML, display

from infoplane import claims
from infoplane.chapters import chapter
from infoplane.claims import Verdict
from infoplane.provenance import commit, hardware, versions
from infoplane.results import Record, Records

__all__ = ["Page", "origin", "verdict_table"]


class Page:
    """The page of one chapter while it runs.

    Constructing it shows the banner: profile, seeds, data, device, commit and versions. Call
    :meth:`claims` at the end: it judges the chapter's claims and completes the banner with the
    seconds the page took and with where, when and from what its records were computed.
    """

    def __init__(
        self, name: str, *, profile: str, device: str, seeds: Sequence[int], data: str
    ) -> None:
        self.name = name
        self.profile = profile
        self._started = time.perf_counter()
        self._facts = {
            "Profile": profile,
            "Seeds": ", ".join(map(str, seeds)),
            "Data": data,
            "Device": f"{device} ({hardware(device)})",
            "Commit": commit(),
            "Versions": versions_text(versions()),
        }
        self._banner = display(self._html(), display_id=True)

    def claims(self, records: Mapping[str, Records]) -> list[Verdict]:
        """Judge and show the chapter's claims, from the records of its plans."""
        failed = sum(len(part.failed) for part in records.values())
        if failed:
            reason = f"{failed} runs failed: the chapter shows their last lines"
            owed = [c for c in claims.ledger().values() if c.chapter == self.name]
            found = [Verdict(claim, "not run", reason, self.profile) for claim in owed]
        else:
            frames = {part: found.frame() for part, found in records.items()}
            measured = chapter(self.name).module.measure(frames)
            found = claims.verdicts(self.name, measured, self.profile)
        display(HTML(verdict_table(found)))
        self._facts |= origin(record for part in records.values() for record in part)
        for fact, now in (("Computed from commit", "Commit"), ("Computed with", "Versions")):
            if self._facts[fact] == self._facts[now]:
                del self._facts[fact]
        self._facts["Made just now"] = str(sum(part.computed for part in records.values()))
        self._facts["Seconds"] = f"{time.perf_counter() - self._started:.1f}"
        if self._banner is not None:
            self._banner.update(self._html())
        return found

    def _html(self) -> HTML:
        rows = "".join(
            f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
            for name, value in self._facts.items()
        )
        return HTML(f'<dl class="banner simple">{rows}</dl>')


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


def origin(records: Iterable[Record]) -> dict[str, str]:
    """Where records come from, in words: how many, computed where, when, from what."""
    made = list(records)
    places = Counter(f"{record.machine} on {record.date[:10]}" for record in made)
    where = ", ".join(f"{count} by {place}" for place, count in places.items())
    seconds = sum(record.seconds for record in made)
    return {
        "Records": f"{where}; {seconds:.0f} s of computing",
        "Computed from commit": ", ".join(sorted({record.commit for record in made})),
        "Computed with": "; ".join(sorted({versions_text(record.versions) for record in made})),
    }


def versions_text(found: Mapping[str, str]) -> str:
    """Versions in one line."""
    return ", ".join(f"{name} {version}" for name, version in sorted(found.items()))
