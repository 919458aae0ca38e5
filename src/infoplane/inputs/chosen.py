"""A file as columns, some of which are chosen, by name or by number."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from infoplane.errors import InputError
from infoplane.inputs.fields import Column
from infoplane.inputs.options import nearest

__all__ = ["Chosen", "Table", "parts"]

# As many names as a sentence holds.
MOST_NAMES = 20


@dataclass(frozen=True)
class Chosen:
    """Values as an estimator takes them, and what to doubt about how they were read."""

    values: Any
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """The columns of a file, and what their names are, where it has names.

    what: the file, as errors call it. problem, doubt: about the columns of a file of which
    nobody chose any, where "X" goes on; caution: about its rows, whatever is chosen.
    """

    what: str
    columns: Sequence[Column]
    names: Sequence[str] = ()
    problem: str = ""
    doubt: str = ""
    caution: str = ""

    def places(self, asked: str, option: str) -> list[int]:
        """The columns that a text such as `a,b` or `0,2` names, as places from 0.

        A name is a name before it is a number. Raises InputError for what is no column, with
        the nearest name, and for one that is named twice.
        """
        places = []
        for part in [asked] if asked in self.names else parts(asked):
            if list(self.names).count(part) > 1:
                raise InputError(
                    f"{option} {part!r} is the name of {list(self.names).count(part)} columns of "
                    f"{self.what}: choose by number, from 0"
                )
            if part in self.names:
                place = list(self.names).index(part)
            elif part.isdecimal() and int(part) < len(self.columns):
                place = int(part)
            else:
                raise InputError(
                    f"{option} {part!r} is no column of {self.what}: it has {self.listed()}"
                    + nearest(part, self.names)
                )
            if place in places:
                raise InputError(f"{option} {asked!r} names {part!r} twice: name a column once")
            places.append(place)
        return places

    def listed(self) -> str:
        """The columns there are, in words."""
        numbers = f"0 to {len(self.columns) - 1}"
        if not self.names:
            return f"no names, and the numbers {numbers}"
        shown = ", ".join(map(repr, self.names[:MOST_NAMES]))
        more = f" and {len(self.names) - MOST_NAMES} more" * (len(self.names) > MOST_NAMES)
        return f"{shown}{more}, numbers {numbers}"

    def take(self, places: Sequence[int]) -> Chosen:
        """Those columns: one as a Series, several as a DataFrame, with names, or their numbers.

        Raises InputError where one of them cannot be used.
        """
        import pandas as pd

        doubts, found = [self.caution] if self.caution else [], []
        commas = [self.called(j) for j, column in enumerate(self.columns) if column.comma]
        for j in places:
            column, called = self.columns[j], self.called(j)
            if column.problem:
                raise InputError(f"column {called} of {self.what} {column.problem}")
            if column.point and commas:
                raise InputError(
                    f"column {called} of {self.what} has decimal points, and column {commas[0]} "
                    "has decimal commas: write all numbers with points, and without separators of "
                    "thousands"
                )
            if column.doubt:
                doubts.append(f"column {called} of {self.what} {column.doubt}")
            found.append(_named(column.values, self._name(j)))
        lengths = {self.called(j): len(a) for j, a in zip(places, found, strict=True)}
        if len({*lengths.values()}) > 1:
            told = ", ".join(f"{called} {length}" for called, length in lengths.items())
            raise InputError(f"{self.what} has arrays of several lengths: {told}; choose others")
        values = found[0] if len(found) == 1 else pd.concat(found, axis=1)
        return Chosen(values, tuple(doubts))

    def whole(self, places: Sequence[int] | None = None) -> Chosen:
        """All columns, or those that nobody chose: InputError where that may mislead."""
        if self.problem:
            raise InputError(f"{self.what} {self.problem}")
        found = self.take(range(len(self.columns)) if places is None else places)
        doubt = (f"{self.what} {self.doubt}",) if self.doubt else ()
        return Chosen(found.values, (*doubt, *found.doubts))

    def _name(self, place: int) -> str | int:
        return (self.names[place] if self.names else "") or place

    def called(self, place: int) -> str:
        """How a sentence calls a column: its name, or its number."""
        return repr(self._name(place))


def _named(values: Any, name: str | int) -> Any:
    """A Series; of an array (n, d) a DataFrame whose columns are name[0], name[1], …"""
    import pandas as pd

    if getattr(values, "ndim", 1) == 1:
        return pd.Series(values, name=name)
    return pd.DataFrame(values, columns=[f"{name}[{j}]" for j in range(values.shape[1])])


def parts(asked: str) -> list[str]:
    """The names in a text: commas between them, quotes about one that has a comma itself.

    >>> parts('a, "b, c"')
    ['a', 'b, c']
    """
    (found,) = csv.reader([asked or '""'], skipinitialspace=True)
    return [part.strip() for part in found]
