"""The scoreboard: every claim with its verdict, from the records there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb

import pandas as pd

from infoplane.book.editions import records
from infoplane.book.notebooks import QUICK, Chapter, chapters, profile
from infoplane.claims import Check, Verdict, judge, ledger
from infoplane.errors import ChapterError, InputError
from infoplane.records.garbage import uncollected
from infoplane.records.store import Records

__all__ = ["Scoreboard", "frames_of", "not_run", "of_chapter", "raised", "scoreboard", "verdicts"]


@dataclass(frozen=True)
class Scoreboard:
    """The verdict of every claim, and what kept chapters from being judged, by chapter."""

    verdicts: list[Verdict]
    broken: dict[str, str]


@uncollected()
def scoreboard(name: str = QUICK) -> Scoreboard:
    """The verdict of every claim under a profile, from the records there are; nothing runs.

    A chapter whose `measure` raises is among the broken, its claims are *not run* with the
    reason, and the others are judged.
    """
    found: dict[str, Verdict] = {}
    broken: dict[str, str] = {}
    for chapter in chapters():
        try:
            judged = of_chapter(chapter, name)
        except ChapterError as error:
            broken[chapter.name] = str(error)
            judged = not_run(chapter.name, str(error), name)
        found |= {verdict.claim.id: verdict for verdict in judged}
    missing = "the chapter that owes this claim is not written yet"
    verdicts = [
        found.get(claim.id) or Verdict.unmeasured(claim, missing, name)
        for claim in ledger().values()
    ]
    return Scoreboard(verdicts, broken)


def of_chapter(chapter: Chapter, name: str) -> list[Verdict]:
    """The verdicts of one chapter's claims, from its records under the profile `name`.

    Raises ChapterError where the chapter's `measure` raises.
    """
    frames, lacking = frames_of(chapter, name)
    if lacking:
        return not_run(chapter.name, lacking, name)
    try:
        return verdicts(chapter.name, chapter.module.measure(frames), name)
    except Exception as error:  # a chapter's own code: whatever it raises is its defect
        raise ChapterError(raised(error)) from error


def frames_of(chapter: Chapter, name: str) -> tuple[dict[str, pd.DataFrame], str]:
    """Each part of a chapter as a table of its records, and what is missing of them, or ""."""
    frames, lacking = {}, 0
    for part, plan in chapter.plans(profile(name, chapter)).items():
        found = records(plan, name)
        lacking += found.count(None)
        frames[part] = Records([record for record in found if record is not None]).frame()
    if not lacking:
        return frames, ""
    option = "" if name == QUICK else f" --profile {name}"
    run = f"infoplane run {chapter.name}{option}"
    return frames, f"{lacking} records are missing, or of runs that failed: {run}"


def raised(error: Exception, function: str = "measure") -> str:
    """What a function of a chapter raised, and where, in a few words."""
    last = extract_tb(error.__traceback__)[-1]
    what = " ".join(str(error).split())
    where = f"{Path(last.filename).name}, line {last.lineno}"
    return f"{function} raised {type(error).__name__}: {what} ({where})"


def not_run(chapter: str, reason: str, name: str) -> list[Verdict]:
    """All of a chapter's claims, *not run* for one reason; but what holds by construction does."""
    owed = [claim for claim in ledger().values() if claim.chapter == chapter]
    return [Verdict.unmeasured(claim, reason, name) for claim in owed]


def verdicts(chapter: str, measured: Mapping[str, Iterable[Check]], name: str) -> list[Verdict]:
    """Judge what a chapter measured; a claim it owes and did not measure is *not run*.

    Raises InputError for a measured claim that the ledger does not have for this chapter.
    """
    owed = [claim for claim in ledger().values() if claim.chapter == chapter]
    if unknown := set(measured) - {claim.id for claim in owed}:
        raise InputError(
            f"chapter {chapter} measured {', '.join(sorted(unknown))}, which data/claims.csv does "
            "not have among its claims: add a row, or leave it out"
        )
    left_out = "these parameters leave out what the claim is about"
    return [
        judge(claim, measured[claim.id], name)
        if claim.id in measured
        else Verdict.unmeasured(claim, left_out, name)
        for claim in owed
    ]
