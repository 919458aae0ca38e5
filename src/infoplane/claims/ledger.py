"""The ledger: what the sources report, and the values under which each claim holds.

A claim's criterion stands in data/claims.csv, in words (`criterion`) and for the machine
(`accept`), with the argument from the source's sentence for reading it so (`reading`). A
chapter's module measures, and :mod:`infoplane.claims.judge` judges.
"""

import csv
import math
import re
from dataclasses import dataclass
from functools import cache

from infoplane import paths
from infoplane.errors import InputError

__all__ = ["ADDED", "BY_CONSTRUCTION", "Claim", "Region", "ledger", "regions"]

BY_CONSTRUCTION = "by construction"  # in place of a region: it could not come out otherwise
ADDED = "not in the ledger"  # in place of a first verdict: the claim was found later
NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"


@dataclass(frozen=True)
class Claim:
    """One row of data/claims.csv.

    reading: why the criterion asks what the source's sentence says. first_criterion: what was
    asked before every criterion was read a second time, "" where that is still asked; and
    first_verdict, what the published records then said of it, :data:`ADDED` where the claim was
    not in the ledger.
    """

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
    reading: str
    first_criterion: str
    first_verdict: str

    @property
    def by_construction(self) -> bool:
        """Whether it could not come out otherwise, so that there is nothing to judge."""
        return self.accept == BY_CONSTRUCTION

    def unit_of(self, part: str) -> str:
        """The unit of a part of the criterion, "" where it is a number without one.

        A claim of several quantities has several units: one a part, or that of the last part last.
        """
        units = ["" if unit in ("1", "-") else unit for unit in self.unit.split(", ")]
        if len(units) == 1 or self.by_construction:
            return units[0]
        names = list(regions(self))
        at = names.index(part) if part in names else 0
        if len(units) == len(names):
            return units[at]
        return units[-1] if at == len(names) - 1 else units[0]

    @property
    def changed(self) -> bool:
        """Whether something else was asked at first."""
        return bool(self.first_criterion)

    @property
    def added(self) -> bool:
        """Whether the ledger at first did not have it."""
        return self.first_verdict == ADDED


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
        region, _, needed = text.partition(" with n >= ")
        closed = re.fullmatch(rf"\[({NUMBER}), ({NUMBER})\]", region.strip())
        half = re.fullmatch(rf"([<>])(=?) ({NUMBER})", region.strip())
        if (needed and not needed.strip().isdecimal()) or not (closed or half):
            raise InputError(f"accept={text!r} is not a region: write '[a, b]', '<= a' or '> a'")
        repetitions = int(needed or 0)
        if closed:
            low, high = float(closed[1]), float(closed[2])
            if low > high:
                raise InputError(f"accept={text!r} is empty: write the smaller end first")
            return cls(low, high, False, repetitions)
        assert half is not None
        limit, strict = float(half[3]), not half[2]
        low, high = (-math.inf, limit) if half[1] == "<" else (limit, math.inf)
        return cls(low, high, strict, repetitions)

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


@cache
def ledger() -> dict[str, Claim]:
    """Every claim of the five documents, by id, in the order of data/claims.csv."""
    path = paths.claims_csv()
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = [Claim(**row) for row in csv.DictReader(file, strict=True)]
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise InputError(
            f"{path} is not a whole ledger ({error}): restore it with git checkout -- {path}"
        ) from error
    # a row that ends early has None in the columns after
    if not rows or not all(claim.criterion and None not in vars(claim).values() for claim in rows):
        raise InputError(
            f"{path} ends in the middle or is empty: restore it with git checkout -- {path}"
        )
    found = {claim.id: claim for claim in rows}
    if len(found) < len(rows):
        raise InputError(f"{path} has a claim twice: give each an id of its own")
    return found


def regions(claim: Claim) -> dict[str, Region]:
    """The region of each part of a claim, by name.

    `accept` is one region, or `name: region; name: region` where a claim has several parts.
    Raises InputError for a text that is neither, and for a claim that holds by construction.
    """
    parts = [part.rpartition(":") for part in claim.accept.split(";")]
    names = [name.strip() for name, _, _ in parts]
    if claim.by_construction or not claim.accept or len(set(names)) < len(names):
        raise InputError(
            f"claim {claim.id} has accept={claim.accept!r}, which is no region and no list of "
            "named ones: see data/claims.csv"
        )
    return {name: Region.parse(part[2]) for name, part in zip(names, parts, strict=True)}
