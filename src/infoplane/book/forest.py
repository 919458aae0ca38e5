"""What was measured against what is accepted, as a small picture: an interval over a region."""

import math
from collections.abc import Sequence
from html import escape

from infoplane.claims import Region, Verdict, regions
from infoplane.signs import minus

__all__ = ["forest", "strip"]

WIDTH, HEIGHT = 160, 16  # pixels
ROOM = 0.12  # of the width, on either side of what is drawn


def strip(verdict: Verdict) -> str:
    """The interval of a verdict as a bar with a dot, on the accepted region; "" if there is none.

    The axis is the claim's own: it holds the edges of the region and the interval, so that only
    where the bar lies against the ground is to be compared.
    """
    if verdict.measured is None or verdict.interval is None or verdict.claim.by_construction:
        return ""
    region = regions(verdict.claim)[verdict.part]
    low, high = verdict.interval
    known = [*region.edges, low, high, verdict.measured]
    if not all(map(math.isfinite, known)):
        return ""
    least, span = min(known), (max(known) - min(known)) or 1.0
    inner = WIDTH * (1 - 2 * ROOM)

    def at(value: float) -> float:
        if math.isinf(value):
            return 0.0 if value < 0 else float(WIDTH)
        return round(WIDTH * ROOM + inner * (value - least) / span, 1)

    left, right = at(region.low), at(region.high)
    a, b, dot = at(low), at(high), at(verdict.measured)
    edges = "".join(f'<line x1="{at(e)}" x2="{at(e)}" y1="1" y2="15"/>' for e in region.edges)
    told = escape(f"{verdict.word}: {_told(verdict.measured, low, high, region)}", quote=True)
    return (
        f'<svg class="strip" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{told}">'
        f'<rect x="{left}" width="{max(right - left, 1.5):.1f}" y="1" height="14"/>{edges}'
        f'<path d="M{a} 8H{b}M{a} 5V11M{b} 5V11"/><circle cx="{dot}" cy="8" r="3.2"/></svg>'
    )


def _told(value: float, low: float, high: float, region: Region) -> str:
    return minus(f"{value:.3g}, from {low:.3g} to {high:.3g}; accepted: {region}")


def forest(verdicts: Sequence[Verdict]) -> str:
    """All strips below each other, a line a claim, that leads to its row."""
    lines = "".join(
        f'<li><a href="#claim-{escape(v.claim.id, quote=True)}">{escape(v.claim.id)}</a>{drawn}'
        f'<span class="verdict {v.word.replace(" ", "-")}">{v.word}</span></li>'
        for v in sorted(verdicts, key=lambda v: v.claim.chapter)
        if (drawn := strip(v))
    )
    return f'<ul class="forest">{lines}</ul>'
