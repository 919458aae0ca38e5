"""The list of references, by the names and years that the text cites: a style for Sphinx's BibTeX.

Named among the extensions in `_config.yml`, and asked for there as `bibtex_default_style`.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from pybtex.database import Entry  # type: ignore[import-untyped]
from pybtex.plugin import register_plugin  # type: ignore[import-untyped]
from pybtex.style.formatting.plain import Style  # type: ignore[import-untyped]
from pybtex.style.labels import BaseLabelStyle  # type: ignore[import-untyped]

__all__ = ["AuthorYear", "setup"]

SPELLED_OUT = 2  # authors, beyond whom the first stands for all


class Labels(BaseLabelStyle):  # type: ignore[misc]
    """Labels such as *Kraskov et al., 2004*."""

    def format_labels(self, entries: Iterable[Entry]) -> Iterator[str]:
        for entry in entries:
            yield f"{_authors(entry)}, {entry.fields['year']}"


class AuthorYear(Style):  # type: ignore[misc]
    """Plain, in the order of names and years, with :class:`Labels`."""

    default_label_style = Labels


def _authors(entry: Entry) -> str:
    names = [
        " ".join(str(part) for part in (*person.rich_prelast_names, *person.rich_last_names))
        for person in entry.persons["author"]
    ]
    return " and ".join(names) if len(names) <= SPELLED_OUT else f"{names[0]} et al."


def setup(app: Any) -> dict[str, bool]:
    """What Sphinx calls of an extension."""
    register_plugin("pybtex.style.formatting", "author_year", AuthorYear, force=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
