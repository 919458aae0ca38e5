"""What a chapter computed, as a reader sees it: seeds in a line, records in a table."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from infoplane.records.store import Records

__all__ = ["Made", "seeds_of"]


class Made(dict[str, Records]):
    """The records of each part of a chapter; a page shows how many there are of each."""

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><th scope="row">{escape(part)}</th><td>{len(found)}</td>'
            f"<td>{found.computed}</td></tr>"
            for part, found in self.items()
        )
        failed = [escape(repr(found)) for found in self.values() if found.failed]
        return (
            '<table class="counts"><thead><tr><th scope="col">part</th><th scope="col">records</th>'
            f'<th scope="col">computed now</th></tr></thead><tbody>{rows}</tbody></table>'
            + "".join(f"<pre>{lines}</pre>" for lines in failed)
        )


def seeds_of(values: Mapping[str, Any]) -> str:
    """Every parameter whose name ends in "seeds", the first without its name.

    >>> seeds_of({"seeds": [0, 1, 2], "n": 5, "contrast_seeds": [0, 1, 7]})
    '0–2 (3), contrast_seeds 0–1 7 (3)'
    """
    found = {name: seeds for name, seeds in values.items() if name.endswith("seeds")}
    told = [f"{name} {_ranges(seeds)} ({len(seeds)})" for name, seeds in found.items()]
    return ", ".join(told).removeprefix("seeds ")


def _ranges(seeds: Sequence[int]) -> str:
    """Numbers, with those that follow one another as from–to."""
    rows: list[list[int]] = []
    for seed in seeds:
        if rows and seed == rows[-1][-1] + 1:
            rows[-1].append(seed)
        else:
            rows.append([seed])
    return " ".join(f"{row[0]}–{row[-1]}" if len(row) > 1 else f"{row[0]}" for row in rows)
