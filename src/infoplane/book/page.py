"""What every chapter shows of itself: its banner, prose made from its records, its verdicts."""

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from html import escape
from typing import Any

import pandas as pd
from IPython.display import HTML, display

from infoplane.book.editions import PUBLISHED, stores
from infoplane.book.made import Made, seeds_of
from infoplane.book.notebooks import chapter
from infoplane.book.said import say
from infoplane.book.scoreboard import frames_of, not_run, raised, verdicts
from infoplane.book.verdicts import verdict_table
from infoplane.claims import Verdict
from infoplane.records.provenance import (
    commit,
    earlier,
    hardware,
    origin,
    versions,
    versions_text,
)
from infoplane.records.sweep import sweep

__all__ = ["Page"]


class Page:
    """The page of one chapter while it runs.

    name: the chapter; given: what the notebook's cell of parameters left behind, `globals()`, of
    which everything but parameters is passed over. Constructing it checks them and shows the
    banner: profile, seeds, data, device, commit and versions. Call :meth:`run` for the records,
    and :meth:`claims` at the end.
    Raises InputError for a parameter of the wrong type or out of range.
    """

    def __init__(self, name: str, given: Mapping[str, Any]) -> None:
        self.chapter = chapter(name)
        self._started = time.perf_counter()
        known = [parameter.name for parameter in self.chapter.parameters]
        self._given = {name: given[name] for name in known if name in given}
        self.chapter.refuse(self._given)
        values = self.chapter.values(self._given)
        self.profile, self._device, self._fresh = (
            values[name] for name in ("profile", "device", "fresh")
        )
        self._records = Made()
        self._frames: dict[str, pd.DataFrame] = {}
        self._facts = {
            "Profile": self.profile,
            "Seeds": seeds_of(values),
            "Data": self.chapter.module.data(self.chapter.science(self._given)),
            "Device": f"{self._device} ({hardware(self._device)})",
            "Commit": commit(),
            "Versions": versions_text(versions()),
        }
        self._banner = display(self._html(), display_id=True)

    def run(self) -> Made:
        """The records of each of the chapter's plans; what is missing is computed."""
        self._records = Made(
            (part, sweep(plan, device=self._device, fresh=self._fresh, stores=stores(self.profile)))
            for part, plan in self.chapter.plans(self._given).items()
        )
        self._frames = {}
        return self._records

    def frames(self) -> dict[str, pd.DataFrame]:
        """The records of each part as a table, one row a successful run."""
        if not self._frames:
            records = self._records or self.run()
            self._frames = {part: found.frame() for part, found in records.items()}
        return dict(self._frames)

    def say(self, text: Callable[..., str], *given: Any) -> None:
        """Display `text(frames, *given)`: Markdown made from the records that are on this page."""
        say(text(self.frames(), *given))

    def remark(self, text: Callable[..., str], *given: Any) -> None:
        """Display `text(frames, *given)` of the published records, whichever edition this is.

        For what was found at the sources' own sizes. Such a text says that it is about the
        published edition; where that edition's records are not here, this is what is displayed.
        """
        frames, lacking = self._published
        say(text(frames, *given) if not lacking else f"*Of the published edition {lacking}.*")

    @cached_property
    def _published(self) -> tuple[dict[str, pd.DataFrame], str]:
        return frames_of(self.chapter, PUBLISHED)

    def claims(self) -> list[Verdict]:
        """Judge and show the chapter's claims.

        It completes the banner with the seconds that the page took, and with where, when and from
        what its records were computed.
        """
        records = self._records or self.run()
        failed = sum(len(part.failed) for part in records.values())
        if failed:
            reason = f"{failed} runs failed: the chapter shows their last lines"
            found = not_run(self.chapter.name, reason, self.profile)
        else:
            try:
                measured = self.chapter.module.measure(self.frames())
                found = verdicts(self.chapter.name, measured, self.profile)
            except Exception as error:
                reason = raised(error)
                display(HTML(verdict_table(not_run(self.chapter.name, reason, self.profile))))
                raise
        if found:  # a chapter may owe none
            display(HTML(verdict_table(found)))
        self._facts |= origin(record for part in records.values() for record in part)
        plans = self.chapter.plans(self._given)
        self._facts |= earlier((plans[part], found) for part, found in records.items())
        for fact, now in (("Computed from commit", "Commit"), ("Computed with", "Versions")):
            if self._facts[fact] == self._facts[now]:
                del self._facts[fact]
        counts = [sum(part.computed for part in records.values()), sum(map(len, records.values()))]
        self._facts["Computed now"] = "{} of {} records".format(*counts)
        self._facts["Seconds"] = f"{time.perf_counter() - self._started:.1f}, of this page"
        if self._banner is not None:
            self._banner.update(self._html())
        return found

    def _html(self) -> HTML:
        rows = "".join(
            f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
            for name, value in self._facts.items()
        )
        return HTML(f'<dl class="banner simple">{rows}</dl>')
