"""Lists at the end of a command's help, made only when that help is asked for."""

import dataclasses
import json
import re
from collections.abc import Callable, Iterable
from typing import Any

import click

from infoplane.errors import InputError

__all__ = ["Listing", "dataset_rows", "estimator_rows"]

Rows = Iterable[tuple[str, str]]


class Listing(click.Command):
    """A command whose help ends with the list `rows()` under `heading`."""

    def __init__(self, *, heading: str, rows: Callable[[], Rows], **options: Any) -> None:
        super().__init__(**options)
        self.heading, self.rows = heading, rows

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(self.heading):
            formatter.write_dl(list(self.rows()))


def estimator_rows() -> Rows:
    """Each estimator of the registry: what it is, and its options as --set takes them."""
    from infoplane.estimators import ESTIMATORS

    for name, kind in ESTIMATORS.items():
        # what is deprecated is in no representation, and still taken
        fields = [field for field in dataclasses.fields(kind) if field.init and field.repr]
        options = ", ".join(f"{field.name}={_default(field)}" for field in fields)
        yield name, f"{_first_sentence(kind)} Options: {options or 'none'}."


def _first_sentence(kind: type) -> str:
    """The first of a docstring's first paragraph, in one line."""
    paragraph = " ".join((kind.__doc__ or "").partition("\n\n")[0].split())
    return re.split(r"(?<=[.?]) ", paragraph)[0]


def dataset_rows() -> Rows:
    """Each data set that can be fetched, or why there is no list of them."""
    from infoplane.datasets import registry

    try:
        return [(entry.name, entry.title) for entry in registry.listing()]
    except InputError as error:
        return [("none", str(error))]


def _default(field: "dataclasses.Field[Any]") -> str:
    if field.default is not dataclasses.MISSING:
        value = field.default
    elif field.default_factory is not dataclasses.MISSING:
        value = field.default_factory()
    else:
        return "(needed)"
    # as --set takes it: YAML, which JSON is
    return value if isinstance(value, str) else json.dumps(value, default=str)
