"""The word that checks force on a claim. No verdict is typed by hand."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from infoplane.claims.checks import Check
from infoplane.claims.ledger import Claim, Region, regions
from infoplane.errors import InputError

__all__ = ["Part", "Verdict", "Word", "judge"]

PLACED = ("lies", "reaches")  # what is said of a number, and begins with none
Word = Literal["reproduced", "differs", "undecided", "by construction", "not run"]


@dataclass(frozen=True)
class Part:
    """What was measured of one part of a claim's criterion, and the word it would have alone."""

    name: str
    value: float
    interval: tuple[float, float]
    word: Word


@dataclass(frozen=True)
class Verdict:
    """A claim with what was measured, and the word that follows from both.

    part: of the claim's criterion, which the measured value is of, "" where there is one only.
    words: the reason without its digits. parts: all of them.
    """

    claim: Claim
    word: Word
    reason: str
    profile: str
    measured: float | None = None
    interval: tuple[float, float] | None = None
    part: str = ""
    words: str = ""
    parts: tuple[Part, ...] = ()

    @classmethod
    def unmeasured(cls, claim: Claim, reason: str, profile: str) -> "Verdict":
        """Of a claim that nothing was measured of: *not run*, or what needs no measurement."""
        if claim.by_construction:
            reason = f"nothing is measured beside it: {reason}"
            return cls(claim, "by construction", reason, profile)
        return cls(claim, "not run", reason, profile)

    def to_dict(self) -> dict[str, Any]:
        """The public JSON form."""
        claim = self.claim
        return {
            "id": claim.id,
            "chapter": claim.chapter,
            "source": claim.source,
            "where": claim.where,
            "statement": claim.statement,
            "quantity": claim.quantity,
            "reported": claim.reported,
            "unit": claim.unit,
            "criterion": claim.criterion,
            "part": self.part,
            "measured": self.measured,
            "interval": list(self.interval) if self.interval else None,
            "verdict": self.word,
            "reason": self.reason,
            "reading": claim.reading,
            "first_criterion": claim.first_criterion,
            "first_verdict": claim.first_verdict,
            "profile": self.profile,
        }


def judge(claim: Claim, checks: Iterable[Check], profile: str = "quick") -> Verdict:
    """The verdict that the checks force.

    A check whose interval lies inside its region speaks for the claim, one whose interval lies
    outside speaks against it, and one that reaches over the edge decides nothing. All checks
    must speak for a claim to be reproduced; one that speaks against it is enough to differ.
    The check that is nearest to changing the verdict is the one that is shown as measured.
    What holds by construction is not judged; what was measured beside it is shown.
    """
    checks = list(checks)
    if claim.by_construction:
        return _beside(claim, checks, profile)
    parts = regions(claim)
    if sorted(check.name for check in checks) != sorted(parts):
        raise InputError(
            f"claim {claim.id} needs the checks {sorted(parts)}, "
            f"got {sorted(check.name for check in checks)}: measure each part once"
        )
    judged = [(_word(check, parts[check.name]), check) for check in checks]
    order: list[Word] = ["differs", "undecided", "reproduced"]
    word, headline = min(
        judged, key=lambda pair: (order.index(pair[0]), _room(pair[1], parts[pair[1].name]))
    )
    reasons = [_reason(w, check, parts[check.name]) for w, check in judged if w == word]
    reasons += dict.fromkeys(check.remark for check in checks if check.remark)
    found = Verdict(claim, word, "; ".join(reasons), profile, part=headline.name)
    told = tuple(Part(check.name, check.value, check.interval, own) for own, check in judged)
    found = replace(found, words=_in_words(word, judged, parts), parts=told)
    if not headline.finite:
        return found
    return replace(found, measured=headline.value, interval=headline.interval)


def _beside(claim: Claim, checks: list[Check], profile: str) -> Verdict:
    """What holds by construction, with what was measured beside it."""
    if not checks:
        return Verdict.unmeasured(claim, "it could not come out otherwise", profile)
    first = checks[0]
    shown = (first.value, first.interval) if first.finite else ()
    told = [f"{_named(check)}{_measured(check)}" for check in checks]
    told += dict.fromkeys(check.remark for check in checks if check.remark)
    measured = "; ".join(told)
    reason, words = f"measured beside it: {measured}", "it could not come out otherwise"
    made = Verdict(claim, "by construction", reason, profile, *shown)
    parts = tuple(Part(c.name, c.value, c.interval, "by construction") for c in checks)
    return replace(made, part=first.name, words=words, parts=parts)


def _word(check: Check, region: Region) -> Word:
    low, high = check.interval
    if not check.finite or check.repetitions < region.repetitions:
        return "undecided"
    if region.contains(low) and region.contains(high):
        return "reproduced"
    apart = high < region.low or low > region.high
    touching = high == region.low or low == region.high
    if apart or (region.strict and touching) or (low == high and not region.contains(low)):
        return "differs"
    return "undecided"


def _reason(word: Word, check: Check, region: Region) -> str:
    low, high = check.interval
    name = _named(check)
    if math.isnan(check.value):
        return f"{name}there is nothing to judge" + (f": {check.doubt}" if check.doubt else "")
    if not check.finite:
        return f"{name}{check.value} with interval [{low}, {high}] is no number to judge"
    if check.repetitions < region.repetitions:
        return f"{name}{check.repetitions} seeds were run and {region.repetitions} are needed"
    place = {
        "reproduced": f"lies inside {region}",
        "differs": f"lies outside {region}",
        "undecided": f"reaches over the edge of {region}{_what_would_decide(check, region)}",
    }
    return f"{name}{_measured(check)} {place[word]}"


def _named(check: Check) -> str:
    return f"{check.name}: " if check.name else ""


def _measured(check: Check) -> str:
    span = f"{check.value:.4g}"
    ends = "[{:.4g}, {:.4g}]".format(*check.interval)
    return span if ends == f"[{span}, {span}]" else f"{span} with interval {ends}"


def _room(check: Check, region: Region) -> float:
    """How far a check is from changing its word, in units of its region."""
    if not check.finite:
        return -math.inf
    scale = max(abs(edge) for edge in region.edges) or 1.0
    return min(abs(check.value - edge) for edge in region.edges) / scale


def _what_would_decide(check: Check, region: Region) -> str:
    """How many repetitions would clear the edge, if the interval is that of a mean.

    It then shrinks with the root of their number. None of them helps where the value sits on the
    edge itself.
    """
    if check.doubt:
        return f": {check.doubt}"
    low, high = check.interval
    room = min(abs(check.value - edge) for edge in region.edges)
    if not check.over or not check.repetitions or room == 0:
        return ""
    needed = math.ceil(check.repetitions * ((high - low) / 2 / room) ** 2)
    needed = max(needed, check.repetitions + 1)
    return f": about {needed} {check.over} would decide, at these parameters"


def _in_words(word: Word, judged: Sequence[tuple[Word, Check]], parts: Mapping[str, Region]) -> str:
    """Why the verdict is what it is, for a reader: which parts say so, without their digits."""
    said: dict[str, list[Check]] = {}
    for own, check in judged:
        if own == word:
            said.setdefault(_plainly(own, check, parts[check.name]), []).append(check)
    told = []
    for what, checks in said.items():
        wide = any(len({f"{n:.3g}" for n in (c.value, *c.interval)}) > 1 for c in checks)
        who = ("the interval " if wide else "the value ") if what.startswith(PLACED) else ""
        if 1 < len(judged) == len(checks):
            who = f"each of the {len(checks)} parts {'' if who else 'has '}"
        elif len(judged) > 1:
            who = f"{', '.join(check.name for check in checks)}: {who}"
        told.append(f"{who}{what}")
    told += dict.fromkeys(check.remark for _, check in judged if check.remark)
    return "; ".join(told)


def _plainly(word: Word, check: Check, region: Region) -> str:
    """What is said of a number, without who it is said of."""
    if not check.finite:
        return "nothing to judge" + (f": {check.doubt}" if check.doubt else "")
    if check.repetitions < region.repetitions:
        return f"{check.repetitions} of the {region.repetitions} repetitions that are needed"
    return {
        "reproduced": "lies inside what is accepted",
        "differs": "lies outside what is accepted",
        "undecided": f"reaches over the edge{_what_would_decide(check, region)}",
    }[word]
