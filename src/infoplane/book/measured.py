"""What was measured of a claim: the deciding number, and those of all parts of its criterion."""

import math
from html import escape

from infoplane.book.forest import strip
from infoplane.book.formulas import set_formulas
from infoplane.claims import Verdict
from infoplane.signs import minus

__all__ = ["fold", "measured", "numbers", "unit_behind"]

FEW = 3  # parts that are all shown at once
DIGITS = 5  # of the largest number, beside a much smaller one


def measured(verdict: Verdict) -> str:
    """The number that is nearest to changing the verdict: of which part, with interval and unit.

    Below it the numbers of all parts, behind a fold where they are many.
    """
    claim = verdict.claim
    shown = "–"
    if verdict.measured is not None:
        shown = numbers(verdict.measured, verdict.interval)
    unit = "" if verdict.measured is None else unit_behind(claim.unit_of(verdict.part))
    name = f'<span class="part">{set_formulas(verdict.part)}:</span> ' if verdict.part else ""
    what = f'<span class="detail">{set_formulas(claim.quantity)}</span>'
    return f"{name}{set_formulas(shown)}{unit}{strip(verdict)}{what}{_parts(verdict)}"


def _parts(verdict: Verdict) -> str:
    """All parts, where there are several, each with its numbers and with its word."""
    if len(verdict.parts) < 2:
        return ""
    unit = {part.name: unit_behind(verdict.claim.unit_of(part.name)) for part in verdict.parts}
    items = "".join(
        f"<li>{set_formulas(part.name)}: {set_formulas(numbers(part.value, part.interval))}"
        f"{unit[part.name]}{f' ({part.word})' if part.word != verdict.word else ''}</li>"
        for part in verdict.parts
    )
    listed = f'<ul class="parts">{items}</ul>'
    return listed if len(verdict.parts) <= FEW else fold(f"all {len(verdict.parts)} parts", listed)


def numbers(value: float, interval: tuple[float, float] | None) -> str:
    """A number and its interval, where it has one, in one number of decimals.

    >>> numbers(20.1, (20.0, 20.2)), numbers(-1.0, (-1.0, -1.0)), numbers(0.5, None)
    ('20.1 [20.0, 20.2]', '−1', '0.5')
    """
    known = [value, *(interval or ())]
    if not all(map(math.isfinite, known)):
        return "no number"
    short = [f"{number:.3g}" for number in known]
    if len(set(short)) == 1:
        return minus(short[0])
    if not any("e" in number for number in short):
        largest = math.floor(math.log10(max(map(abs, known))))
        places = max(len(number.partition(".")[2]) for number in short)
        short = [f"{number:.{max(0, min(places, DIGITS - 1 - largest))}f}" for number in known]
    shown, low, high = map(minus, short)
    return f"{shown} [{low}, {high}]"


def unit_behind(unit: str) -> str:
    """A unit behind a number, as HTML that a narrow column breaks at a stroke only.

    Of several quantities there is none to show.
    """
    if unit in ("", "1", "-") or "," in unit:
        return ""
    return f" {escape(unit)}".replace("/", "/<wbr>")


def fold(name: str, html: str) -> str:
    return f'<details class="detail"><summary>{name}</summary>{html}</details>'
