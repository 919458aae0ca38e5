"""The ledger: what the sources report, what we measured, and the verdict that follows.

A claim's criterion stands in data/claims.csv, in words (`criterion`) and for the machine
(`accept`). A chapter's module measures; this module judges. No verdict is typed by hand.
"""

import csv
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from infoplane import paths
from infoplane.errors import InputError

__all__ = ["Check", "Claim", "Region", "Verdict", "judge", "ledger"]

Word = Literal["reproduced", "differs", "undecided", "not run"]


@dataclass(frozen=True)
class Claim:
    """One row of data/claims.csv."""

    id: str
    source: str
    where: str
    chapter: str
    statement: str
    quantity: str
    reported: str
    unit: str
    criterion: str
    accept: str


@dataclass(frozen=True)
class Region:
    """The values under which a claim holds; `strict` leaves the ends out.

    repetitions: how many seeds or networks a measurement needs to count at all.

    >>> Region.parse("> 0")
    Region(low=0.0, high=inf, strict=True, repetitions=0)
    >>> Region.parse("[-0.02, 0.02]").contains(0.02)
    True
    """

    low: float
    high: float
    strict: bool = False
    repetitions: int = 0

    @classmethod
    def parse(cls, text: str) -> "Region":
        """Read `[a, b]`, `<= a`, `< a`, `>= a` or `> a`, and `with n >= 5` behind it."""
        text, _, needed = text.partition(" with n >= ")
        repetitions = int(needed) if needed else 0
        closed = re.fullmatch(r"\[\s*(\S+)\s*,\s*(\S+)\s*\]", text.strip())
        half = re.fullmatch(r"([<>])(=?)\s*(\S+)", text.strip())
        if closed:
            return cls(float(closed[1]), float(closed[2]), False, repetitions)
        if half:
            limit, strict = float(half[3]), not half[2]
            if half[1] == "<":
                return cls(-math.inf, limit, strict, repetitions)
            return cls(limit, math.inf, strict, repetitions)
        raise InputError(f"accept={text!r} is not a region: write '[a, b]', '<= a' or '> a'")

    @property
    def edges(self) -> list[float]:
        """The finite ends."""
        return [edge for edge in (self.low, self.high) if math.isfinite(edge)]

    def contains(self, value: float) -> bool:
        if self.strict:
            return self.low < value < self.high
        return self.low <= value <= self.high

    def __str__(self) -> str:
        if math.isinf(self.low):
            return f"{'<' if self.strict else '≤'} {self.high:g}"
        if math.isinf(self.high):
            return f"{'>' if self.strict else '≥'} {self.low:g}"
        return f"[{self.low:g}, {self.high:g}]"


@dataclass(frozen=True)
class Check:
    """One measured number of a claim: its value, its interval, and how many repetitions it has.

    name: the part of the claim's criterion it answers to ("" where there is one part only).
    interval: what the value could be; (value, value) where it is exact.
    repetitions: seeds or networks behind the interval; 0 where the error is numerical.
    """

    value: float
    interval: tuple[float, float]
    name: str = ""
    repetitions: int = 0


@dataclass(frozen=True)
class Verdict:
    """A claim with what was measured, and the word that follows from both."""

    claim: Claim
    word: Word
    reason: str
    profile: str
    measured: float | None = None
    interval: tuple[float, float] | None = None

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
            "measured": self.measured,
            "interval": list(self.interval) if self.interval else None,
            "verdict": self.word,
            "reason": self.reason,
            "profile": self.profile,
        }


@cache
def ledger() -> dict[str, Claim]:
    """Every claim of the five documents, by id, in the order of data/claims.csv."""
    path = paths.claims_csv()
    try:
        with path.open(newline="", encoding="utf-8") as file:
            found = {row["id"]: Claim(**row) for row in csv.DictReader(file, strict=True)}
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise InputError(
            f"{path} is not a whole ledger ({error}): restore it with git checkout -- {path}"
        ) from error
    if not found or not all(claim.criterion for claim in found.values()):
        raise InputError(
            f"{path} ends in the middle or is empty: restore it with git checkout -- {path}"
        )
    return found


def judge(claim: Claim, checks: Iterable[Check], profile: str = "quick") -> Verdict:
    """The verdict that the checks force.

    A check whose interval lies inside its region speaks for the claim, one whose interval lies
    outside speaks against it, and one that reaches over the edge decides nothing. All checks
    must speak for a claim to be reproduced; one that speaks against it is enough to differ.
    The check that is nearest to changing the verdict is the one that is shown as measured.
    """
    checks = list(checks)
    regions = _regions(claim)
    if sorted(check.name for check in checks) != sorted(regions):
        raise InputError(
            f"claim {claim.id} needs the checks {sorted(regions)}, "
            f"got {sorted(check.name for check in checks)}: measure each part once"
        )
    judged = [(_word(check, regions[check.name]), check) for check in checks]
    order: list[Word] = ["differs", "undecided", "reproduced"]
    word, headline = min(
        judged, key=lambda pair: (order.index(pair[0]), _room(pair[1], regions[pair[1].name]))
    )
    reasons = [_reason(w, check, regions[check.name]) for w, check in judged if w == word]
    if not _finite(headline):
        return Verdict(claim, word, "; ".join(reasons), profile)
    return Verdict(claim, word, "; ".join(reasons), profile, headline.value, headline.interval)


def _regions(claim: Claim) -> dict[str, Region]:
    """`accept` is one region, or `name: region; name: region` where a claim has several parts."""
    if not claim.accept:
        raise InputError(f"claim {claim.id} has no region in the column accept of data/claims.csv")
    parts = [part.rpartition(":") for part in claim.accept.split(";")]
    return {name.strip(): Region.parse(region) for name, _, region in parts}


def _word(check: Check, region: Region) -> Word:
    low, high = check.interval
    if not _finite(check) or check.repetitions < region.repetitions:
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
    name = f"{check.name}: " if check.name else ""
    span = f"{check.value:.4g}"
    if not _finite(check):
        return f"{name}{check.value} with interval [{low}, {high}] is no number to judge"
    if check.repetitions < region.repetitions:
        return f"{name}{check.repetitions} seeds were run and {region.repetitions} are needed"
    ends = f"[{low:.4g}, {high:.4g}]"
    if ends != f"[{span}, {span}]":
        span += f" with interval {ends}"
    if word == "reproduced":
        return f"{name}{span} lies inside {region}"
    if word == "differs":
        return f"{name}{span} lies outside {region}"
    return f"{name}{span} reaches over the edge of {region}{_what_would_decide(check, region)}"


def _finite(check: Check) -> bool:
    return all(math.isfinite(number) for number in (check.value, *check.interval))


def _room(check: Check, region: Region) -> float:
    """How far a check is from changing its word, in units of its region."""
    if not _finite(check):
        return -math.inf
    scale = max(abs(edge) for edge in region.edges) or 1.0
    return min(abs(check.value - edge) for edge in region.edges) / scale


def _what_would_decide(check: Check, region: Region) -> str:
    """An interval shrinks with the square root of the repetitions: how many would clear the edge.

    None of this helps where the value sits on the edge itself.
    """
    low, high = check.interval
    room = min(abs(check.value - edge) for edge in region.edges)
    if not check.repetitions or room == 0:
        return ""
    needed = math.ceil(check.repetitions * ((high - low) / 2 / room) ** 2)
    return f": about {max(needed, check.repetitions + 1)} seeds would decide, at these parameters"
