"""What estimators of chapter 12 say where they break or refuse: each kind of warning once."""

import re
from html import escape

import pandas as pd

from infoplane.chapters.limits.settings import HURDLES
from infoplane.chapters.limits.tables import HOLDS, NAMES, covering, judged

__all__ = ["as_html", "kinds"]

# What differs between warnings of one kind: numbers, the side, and in how many restarts.
PASSING = re.compile(r"\(in \d+ of \d+ restarts\)|-?\d+(?:\.\d+)?|\b[xz]\b")


def kinds(missed: pd.DataFrame) -> list[tuple[str, int]]:
    """Warnings in words of the first that came, and on how many of the estimates such came.

    missed: records of `hurdle`, one an estimate. Those that come most often are first.
    """
    words: dict[str, str] = {}
    counts: dict[str, int] = {}
    for warnings in missed["warnings"]:
        named = [(PASSING.sub("", told).strip(), told) for told in warnings]
        for kind, told in named:
            words.setdefault(kind, told)
        for kind in dict.fromkeys(kind for kind, _ in named):
            counts[kind] = counts.get(kind, 0) + 1
    often = sorted(counts, key=lambda kind: -counts[kind])
    return [(words[kind], counts[kind]) for kind in often]


def as_html(tried: pd.DataFrame) -> str:
    """What estimators said where they broke or refused, as HTML that opens a hurdle at a time."""
    found = judged(tried)
    broken = found[found["verdict"] != HOLDS]
    parts = []
    for name, part in broken.groupby("hurdle", sort=False):
        said = ""
        for estimator in part["estimator"]:
            own = tried[(tried["hurdle"] == name) & (tried["estimator"] == estimator)]
            said += f"<li>{NAMES[estimator]}: {_said(own)}</li>"
        parts.append(
            f"<details><summary>{HURDLES[str(name)].title}</summary><ul>{said}</ul></details>"
        )
    return "".join(parts)


def _said(own: pd.DataFrame) -> str:
    """The sentence that refuses, or what was said on the seeds whose interval misses."""
    given = own[own["refused"] == ""]
    if given.empty:
        return escape(own["refused"].iloc[0])
    missed = given[~covering(given)]
    told = [
        f"<li>{escape(words)} <em>({count} of {len(missed)})</em></li>"
        for words, count in kinds(missed)
    ]
    return f"<ul>{''.join(told)}</ul>" if told else "nothing"
